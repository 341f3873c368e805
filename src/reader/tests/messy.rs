//! Files from the wild, read from `corpora/messy` in the folder that `MUDDLE_DATA` names.

use std::path::PathBuf;

use super::*;

/// The reader of one such file.
fn messy(name: &str, options: ReadOptions) -> Reader {
    let folder = std::env::var_os("MUDDLE_DATA").expect("MUDDLE_DATA names a folder of real tokenizers and texts");
    Reader::new(vec![Input::File(PathBuf::from(folder).join("corpora/messy").join(name))], options)
}

fn texts_of(name: &str, options: ReadOptions) -> Vec<String> {
    each(messy(name, options)).into_iter().map(|item| item.expect("a document").text).collect()
}

#[test]
#[ignore = "needs MUDDLE_DATA, a folder of real tokenizers and texts"]
fn an_empty_file_has_no_documents() {
    let texts = texts_of("empty.txt", ReadOptions::default());
    assert_eq!(texts, [""; 0]);
}

#[test]
#[ignore = "needs MUDDLE_DATA, a folder of real tokenizers and texts"]
fn a_file_without_a_final_break_gives_its_last_line() {
    let texts = texts_of("no_final_newline.txt", by(DocumentUnit::Line));
    assert!(!texts.is_empty());
}

#[test]
#[ignore = "needs MUDDLE_DATA, a folder of real tokenizers and texts"]
fn a_novel_with_mark_and_crlf_keeps_neither() {
    let texts = texts_of("bom_crlf_novel.txt", ReadOptions::default());
    assert!(texts.len() > 100);
    assert!(texts.iter().all(|text| !text.contains(['\r', '\u{feff}']) && !text.contains("\n\n")));
}

#[test]
#[ignore = "needs MUDDLE_DATA, a folder of real tokenizers and texts"]
fn nul_bytes_are_kept() {
    let texts = texts_of("nul_every_4096.txt", by(DocumentUnit::File));
    assert!(texts[0].matches('\0').count() > 10);
}

#[test]
#[ignore = "needs MUDDLE_DATA, a folder of real tokenizers and texts"]
fn naughty_strings_are_all_read() {
    let texts = texts_of("blns.jsonl", ReadOptions::default());
    assert!(texts.len() > 300);
}

#[test]
#[ignore = "needs MUDDLE_DATA, a folder of real tokenizers and texts"]
fn latin1_is_refused_line_by_line_and_read_where_lossy() {
    let name = "french_latin1_crlf.txt";
    let reader = messy(name, by(DocumentUnit::Line));
    let (good, bad): (Vec<_>, Vec<_>) = each(reader).into_iter().partition(Result::is_ok);
    assert!(!good.is_empty() && bad.len() > 1000);
    assert!(bad.iter().all(|item| item.as_ref().is_err_and(|error| error.recoverable)));
    let lossy = ReadOptions { lossy: true, ..by(DocumentUnit::Line) };
    let texts = texts_of(name, lossy);
    assert_eq!(texts.len(), good.len() + bad.len());
}

#[test]
#[ignore = "needs MUDDLE_DATA, a folder of real tokenizers and texts"]
fn a_file_cut_inside_a_character_says_where() {
    let reader = messy("utf8_cut_mid_char.txt", by(DocumentUnit::File));
    let errors: Vec<_> = reader.filter_map(Result::err).collect();
    assert_eq!(errors.len(), 1);
    assert!(errors[0].message.contains(": invalid UTF-8 at byte offset "), "{}", errors[0]);
}
