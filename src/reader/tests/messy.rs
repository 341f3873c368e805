//! Files from the wild, read from the folder that `MUDDLE_MESSY` names; skipped without it.

use std::path::PathBuf;

use super::*;

/// The reader of one such file; a notice where it is not at hand.
fn messy(name: &str, options: ReadOptions) -> Option<Reader> {
    let path = PathBuf::from(std::env::var_os("MUDDLE_MESSY").unwrap_or_default()).join(name);
    if !path.is_file() {
        let notice = format!("skipped: no {name} in the folder named by MUDDLE_MESSY\n");
        io::Write::write_all(&mut io::stderr(), notice.as_bytes()).expect("stderr takes a notice");
        return None;
    }
    Some(Reader::new(vec![Input::File(path)], options))
}

fn texts_of(name: &str, options: ReadOptions) -> Option<Vec<String>> {
    Some(each(messy(name, options)?).into_iter().map(|item| item.expect("a document").text).collect())
}

#[test]
fn an_empty_file_has_no_documents() {
    let Some(texts) = texts_of("empty.txt", ReadOptions::default()) else {
        return;
    };
    assert_eq!(texts, [""; 0]);
}

#[test]
fn a_file_without_a_final_break_gives_its_last_line() {
    let Some(texts) = texts_of("no_final_newline.txt", by(DocumentUnit::Line)) else {
        return;
    };
    assert!(!texts.is_empty());
}

#[test]
fn a_novel_with_mark_and_crlf_keeps_neither() {
    let Some(texts) = texts_of("bom_crlf_novel.txt", ReadOptions::default()) else {
        return;
    };
    assert!(texts.len() > 100);
    assert!(texts.iter().all(|text| !text.contains(['\r', '\u{feff}']) && !text.contains("\n\n")));
}

#[test]
fn nul_bytes_are_kept() {
    let Some(texts) = texts_of("nul_every_4096.txt", by(DocumentUnit::File)) else {
        return;
    };
    assert!(texts[0].matches('\0').count() > 10);
}

#[test]
fn naughty_strings_are_all_read() {
    let Some(texts) = texts_of("blns.jsonl", ReadOptions::default()) else {
        return;
    };
    assert!(texts.len() > 300);
}

#[test]
fn latin1_is_refused_line_by_line_and_read_where_lossy() {
    let name = "french_latin1_crlf.txt";
    let Some(reader) = messy(name, by(DocumentUnit::Line)) else {
        return;
    };
    let (good, bad): (Vec<_>, Vec<_>) = each(reader).into_iter().partition(Result::is_ok);
    assert!(!good.is_empty() && bad.len() > 1000);
    assert!(bad.iter().all(|item| item.as_ref().is_err_and(|error| error.recoverable)));
    let lossy = ReadOptions { lossy: true, ..by(DocumentUnit::Line) };
    let texts = texts_of(name, lossy).expect("it is there");
    assert_eq!(texts.len(), good.len() + bad.len());
}

#[test]
fn a_file_cut_inside_a_character_says_where() {
    let Some(reader) = messy("utf8_cut_mid_char.txt", by(DocumentUnit::File)) else {
        return;
    };
    let errors: Vec<_> = reader.filter_map(Result::err).collect();
    assert_eq!(errors.len(), 1);
    assert!(errors[0].message.contains(": invalid UTF-8 at byte offset "), "{}", errors[0]);
}
