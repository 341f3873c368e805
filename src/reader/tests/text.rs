//! Plain text.

use super::*;

fn paragraphs(bytes: &[u8]) -> Vec<String> {
    outcome("corpus.txt", bytes, &by(DocumentUnit::BlankLine))
}

fn lines(bytes: &[u8]) -> Vec<String> {
    outcome("corpus.txt", bytes, &by(DocumentUnit::Line))
}

fn file(bytes: &[u8]) -> Vec<String> {
    outcome("corpus.txt", bytes, &by(DocumentUnit::File))
}

#[test]
fn paragraphs_are_runs_of_lines_between_blank_ones() {
    assert_eq!(paragraphs(b"one\ntwo\n\nthree\n"), ["1 one\ntwo", "4 three"]);
}

#[test]
fn several_blank_lines_are_one_separator() {
    let blank = "\n\n  \t\none\n\n \u{3000}\n\u{a0}\ntwo\n\n\n";
    assert_eq!(paragraphs(blank.as_bytes()), ["4 one", "8 two"]);
}

#[test]
fn every_kind_of_line_break_is_one() {
    assert_eq!(paragraphs(b"a\r\nb\rc\nd\r\n\r\ne\r\rf\n\r\ng"), ["1 a\nb\nc\nd", "6 e", "8 f", "10 g"]);
    assert_eq!(lines(b"a\r\nb\rc\n\rd"), ["1 a", "2 b", "3 c", "5 d"]);
    assert_eq!(file(b"a\r\nb\rc\n\r\r\nd\r\n"), ["1 a\nb\nc\n\n\nd"]);
}

#[test]
fn white_space_at_either_end_of_a_line_stays() {
    assert_eq!(paragraphs(b"  a \n\tb\n \n"), ["1   a \n\tb"]);
    assert_eq!(lines(b"  a \n \n\tb"), ["1   a ", "3 \tb"]);
}

#[test]
fn nel_ls_ps_and_nul_are_ordinary_characters() {
    let text = "a\u{85}b\u{2028}c\u{2029}d\0e";
    for unit in [DocumentUnit::BlankLine, DocumentUnit::Line, DocumentUnit::File] {
        assert_eq!(texts("corpus.txt", text.as_bytes(), &by(unit)), [text]);
    }
}

#[test]
fn a_byte_order_mark_is_dropped_from_the_head_of_every_line() {
    let concatenated = "\u{feff}a\n\u{feff}b\u{feff}\r\n\u{feff}\u{feff}\n c\n\u{feff}".as_bytes();
    assert_eq!(lines(concatenated), ["1 a", "2 b\u{feff}", "4  c"]);
    assert_eq!(paragraphs(concatenated), ["1 a\nb\u{feff}", "4  c"]);
    assert_eq!(file(concatenated), ["1 a\nb\u{feff}\n\n c"]);
    assert_eq!(paragraphs("\u{feff}".as_bytes()), [""; 0]);
}

#[test]
fn a_file_is_one_document_without_its_last_breaks() {
    assert_eq!(file(b"one\n\n two\n\n\n"), ["1 one\n\n two"]);
    assert_eq!(file(b"\n\none"), ["1 \n\none"]);
}

#[test]
fn empty_and_white_inputs_have_no_documents() {
    for unit in [DocumentUnit::BlankLine, DocumentUnit::Line, DocumentUnit::File] {
        for bytes in ["", "\n", " ", "\r\n \t\r", "\u{2003}\n\u{85}"] {
            assert_eq!(texts("corpus.txt", bytes.as_bytes(), &by(unit)), [""; 0], "{unit:?} {bytes:?}");
        }
    }
}

#[test]
fn only_lines_are_not_wrapped() {
    let wrapped = |unit| {
        let mut reader = reader("corpus.txt", b"a\nb", &[usize::MAX], &by(unit)).expect("a source");
        let mut documents = reader.next().expect("a run").expect("documents");
        documents.unwrap_lines();
        documents.get(0).text == "a b"
    };
    assert!(wrapped(DocumentUnit::BlankLine) && wrapped(DocumentUnit::File));
    assert!(!wrapped(DocumentUnit::Line));
}

#[test]
fn invalid_bytes_are_placed_and_spoil_their_document_only() {
    let message = |line, offset| {
        format!(
            "corpus.txt:{line}: invalid UTF-8 at byte offset {offset} of the file, counted from 0 \
             (replace it with --lossy, or convert the file: iconv -f ISO-8859-1 -t UTF-8)"
        )
    };
    let bytes = b"one\r\ntw\xe9\r\ntwo \xff\r\n\r\nthree\n";
    assert_eq!(paragraphs(bytes), [message(2, 7), "5 three".into()]);
    assert_eq!(lines(bytes), ["1 one".into(), message(2, 7), message(3, 14), "5 three".into()]);
    assert_eq!(file(bytes), [message(2, 7)]);
    assert_eq!(lines(b"\xef\xbb\xbfa\n\xff"), ["1 a".into(), message(2, 5)]);
    assert_eq!(lines(b"a\n\xe2\x82"), ["1 a".into(), message(2, 2)]);
    assert_eq!(lines(b"a\r\xff\nb"), ["1 a".into(), message(2, 2), "3 b".into()]);
}

#[test]
fn lossy_reading_replaces_as_the_standard_library_does() {
    let lossy = ReadOptions { lossy: true, ..by(DocumentUnit::Line) };
    for bytes in [
        &b"caf\xe9 au lait\xff\xfe!"[..],
        b"\xe2\x82",
        b"\xe0\x80x",
        b"\xf0\x9f\x98x\xf0\x9f",
        b"\xed\xa0\x80",
        b"\xc0\xaf\xf8\x88\x80\x80\x80",
        b"a\x80\x80\x80\x80",
    ] {
        assert_eq!(texts("corpus.txt", bytes, &lossy), [String::from_utf8_lossy(bytes)]);
    }
}

#[test]
fn a_document_over_the_limit_is_skipped_to_its_end() {
    let limit = |unit| ReadOptions { max_document_bytes: 5, ..by(unit) };
    let message =
        |line| format!("corpus.txt:{line}: document of more than 5 bytes (allow more with --max-document-bytes)");
    let bytes = b"12345\n\n123\n56\nx\n      \n\nab\n";
    assert_eq!(
        outcome("corpus.txt", bytes, &limit(DocumentUnit::BlankLine)),
        ["1 12345".into(), message(3), "8 ab".into()]
    );
    assert_eq!(
        outcome("corpus.txt", b"12345\n123456\n1\n     6\n", &limit(DocumentUnit::Line)),
        ["1 12345".into(), message(2), "3 1".into(), message(4)]
    );
    assert_eq!(outcome("corpus.txt", b"12\n45\n\n\n\n", &limit(DocumentUnit::File)), ["1 12\n45"]);
    assert_eq!(outcome("corpus.txt", b"12\n\n\n\n\n7", &limit(DocumentUnit::File)), [message(1)]);
}
