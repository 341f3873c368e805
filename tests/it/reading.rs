//! What is read, told by content and by name, as the commands see it.

use std::fs;

use crate::support::{Run, fixture, fixture_arg, muddle, muddle_with};

fn sentences(arguments: &[&str], stdin: &[u8]) -> Run {
    muddle_with(&[&["sentences"], arguments].concat(), stdin)
}

#[test]
fn json_lines_on_stdin_are_read_as_such() {
    let tokenizer = fixture_arg("tokenizers/bytelevel.json");
    let json = fs::read(fixture("texts/english.jsonl")).unwrap();
    let told = muddle_with(&["corrupt", "-q", "-t", &tokenizer, "-n", "mask"], &json);
    let asked = muddle_with(&["corrupt", "-q", "-t", &tokenizer, "-n", "mask", "--input-format", "jsonl"], &json);
    assert!(told.code == 0 && !told.stdout.is_empty());
    assert_eq!(told.stdout, asked.stdout);
}

#[test]
fn what_may_be_two_things_is_refused_with_the_option_that_settles_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let json = "{\"text\": \"One.\"}\n";
    for (arguments, says) in [
        (vec![file("a.txt", json)], "--input-format jsonl"),
        (vec![file("a.csv", "id,text\n1,One.\n")], "--input-format text"),
        (vec![file("a.tsv", "id\ttext\n1\tOne.\n")], "--input-format text"),
        (vec!["--text-field".into(), "body".into(), file("b.txt", "One.\n")], "--text-field"),
        (vec![file("b.jsonl.gz", json)], "gzip by its name"),
        (vec![file("c.parquet", "PAR1\u{15}")], "damaged Parquet data"),
        (
            vec![file("c.jsonl", "{\"body\": 1, \"id\": 2}\n")],
            ":1: no string field \"text\" (fields: body, id; choose with --text-field)",
        ),
    ] {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let run = sentences(&arguments, b"");
        assert!(run.code == 1 && run.stderr.contains(says) && run.stderr.lines().count() == 1, "{}", run.stderr);
    }
    assert_eq!(sentences(&["--input-format", "text", &file("a.csv", "One.")], b"").text(), "One.\n");
    assert_eq!(sentences(&["--text-field", "body"], b"{\"x\": NaN, \"body\": \"One.\"}\n").text(), "One.\n");
}

#[test]
fn records_are_inspected_whatever_their_name() {
    let folder = tempfile::tempdir().unwrap();
    let (tokenizer, text) = (fixture_arg("tokenizers/bytelevel.json"), fixture_arg("texts/english.txt"));
    for name in ["records.txt", "records.csv", "records"] {
        let path = folder.path().join(name);
        fs::write(&path, muddle(&["corrupt", "-q", "-t", &tokenizer, "-n", "mask", &text]).stdout).unwrap();
        let run = muddle(&["inspect", "-t", &tokenizer, path.to_str().unwrap()]);
        assert_eq!(run.code, 0, "{}", run.stderr);
    }
}
