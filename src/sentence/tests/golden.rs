//! The golden rules and edge cases of `fixtures/sentences`, with the number that pass pinned.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::sentences;
use crate::sentence::Method;

const CASES: (usize, usize) = (276, 276);

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/sentences")
}

/// How many of a file's cases pass, and how many there are: in their language, unless another code is given.
fn passed(path: &Path, code: Option<&str>) -> (usize, usize) {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let records = std::fs::read_to_string(path).expect("fixture");
    let cases: Vec<Value> = records.lines().map(|line| serde_json::from_str(line).expect("a record")).collect();
    let right = cases.iter().filter(|case| passes(case, code.or(case["lang"].as_str()).unwrap_or(&name[..2]))).count();
    (right, cases.len())
}

fn passes(case: &Value, code: &str) -> bool {
    let squeeze = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let text = case["text"].as_str().expect("a text");
    let got = sentences(text, Method::Auto, code).into_iter().map(squeeze).filter(|sentence| !sentence.is_empty());
    let want =
        case["sents"].as_array().expect("sentences").iter().map(|sentence| squeeze(sentence.as_str().expect("text")));
    got.eq(want)
}

/// The sums over all files whose name ends so.
fn passed_in_files(ending: &str, except: &str) -> (usize, usize) {
    let files = std::fs::read_dir(folder()).expect("fixtures");
    let paths = files.map(|file| file.expect("file").path());
    let names = paths.filter(|path| path.to_string_lossy().ends_with(ending) && !path.ends_with(except));
    names.map(|path| passed(&path, None)).fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1))
}

#[test]
fn all_english_golden_rules_pass() {
    assert_eq!(passed(&folder().join("en.golden.jsonl"), None), (48, 48));
}

#[test]
fn golden_rules_of_other_languages_pass() {
    assert_eq!(passed_in_files(".golden.jsonl", "en.golden.jsonl"), (112, 116));
}

#[test]
fn longer_lists_pass() {
    assert_eq!(passed_in_files(".more.jsonl", "none"), (253, 279));
}

#[test]
fn all_edge_cases_pass() {
    assert_eq!(passed(&folder().join("edge.jsonl"), None), (56, 56));
}

/// Abbreviations, references, quotations and ellipses in many languages, as bug reports of splitters have them.
#[test]
fn all_reported_cases_pass() {
    assert_eq!(passed(&folder().join("cases.jsonl"), None), CASES);
}

#[test]
fn nearly_all_reported_cases_pass_without_their_language() {
    assert_eq!(passed(&folder().join("cases.jsonl"), Some("auto")), (CASES.0 - 1, CASES.1));
}
