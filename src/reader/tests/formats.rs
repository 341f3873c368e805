//! What format an input is read as, by name, by content and as asked.

use super::damage::{ALL, pack};
use super::*;

const JSON: &[u8] = b"{\"text\": \"One.\"}\n{\"text\": \"Two.\"}\n";
const TEXT: &[u8] = b"One.\n\nTwo.\n";

fn read(name: &str, bytes: &[u8]) -> Vec<String> {
    outcome(name, bytes, &ReadOptions::default())
}

fn asked(format: Format, name: &str, bytes: &[u8]) -> Vec<String> {
    outcome(name, bytes, &ReadOptions { format: Some(format), ..ReadOptions::default() })
}

/// A tar archive of one file.
fn tar() -> Vec<u8> {
    let mut tar = vec![0; 2048];
    tar[..8].copy_from_slice(b"text.txt");
    tar[100..107].copy_from_slice(b"0000644");
    tar[257..262].copy_from_slice(b"ustar");
    tar[512..516].copy_from_slice(b"One.");
    tar
}

#[test]
fn known_extensions_tell_the_format_under_a_compression() {
    let jsonl = ["a.jsonl", "a.ndjson", "a.json", "A.JSONL", "b.x.jsonl"];
    let text = ["a.txt", "a.text", "a.md", "a.jsonl.txt", "A.TXT"];
    for name in jsonl {
        assert_eq!(read(name, JSON), ["1 One.", "2 Two."], "{name}");
        assert!(read(name, TEXT)[0].contains("not a JSON object"), "{name}");
    }
    for name in text {
        assert_eq!(read(name, TEXT), ["1 One.", "3 Two."], "{name}");
    }
    for (compression, suffix) in ALL.into_iter().zip(["gz", "zst", "bz2", "XZ"]) {
        assert_eq!(read(&format!("a.jsonl.{suffix}"), &pack(compression, JSON)), ["1 One.", "2 Two."]);
        assert!(read(&format!("a.jsonl.{suffix}"), &pack(compression, TEXT))[0].contains("not a JSON object"));
    }
}

#[test]
fn without_a_known_extension_the_first_line_tells() {
    for name in ["a", "jsonl", "a.log", "part-00000", "a.7", "a.gz.b"] {
        assert_eq!(read(name, JSON), ["1 One.", "2 Two."], "{name}");
        assert_eq!(read(name, TEXT), ["1 One.", "3 Two."], "{name}");
        assert_eq!(read(name, b""), [""; 0], "{name}");
    }
    let marked = [b"\xef\xbb\xbf", &b"\r\n \n\xc2\xa0\n  "[..], JSON].concat();
    assert_eq!(read("a", &marked), ["4 One.", "5 Two."]);
    assert_eq!(read("a", b"{\"x\": NaN, \"text\": \"One.\"}"), ["1 One."]);
    for compression in ALL {
        assert_eq!(read("a", &pack(compression, JSON)), ["1 One.", "2 Two."]);
    }
}

#[test]
fn text_that_only_begins_like_json_is_text() {
    for line in [
        "{x} is a set",
        "[1] A reference.",
        "{",
        "[",
        "{\"a\" is quoted}",
        "{\"text\": \"a\"} {\"text\": \"b\"}",
        "\"a\"",
    ] {
        let bytes = format!("{line}\nTwo.\n");
        assert_eq!(read("a", bytes.as_bytes()), [format!("1 {line}\nTwo.")], "{line}");
    }
}

#[test]
fn a_first_record_longer_than_is_looked_at_is_json_all_the_same() {
    let long = "One. ".repeat(40_000);
    let bytes = format!("{{\"x\": Infinity, \"text\": \"{long}\"}}\n");
    assert_eq!(read("a", bytes.as_bytes()), [format!("1 {long}")]);
    let quoted = format!("{{\"{long}\n");
    assert_eq!(read("a.txt", b"{\"text\": 1\n"), ["1 {\"text\": 1"]);
    assert!(read("a", quoted.as_bytes())[0].starts_with("a:1:"), "as far as is looked this is JSON");
}

#[test]
fn json_spread_over_lines_is_refused_where_the_format_is_open() {
    let message = "fatal: a: JSON, but not an object on each line (jq -c . puts each on one, jq -c '.[]' those of an \
                   array; --input-format text takes it as it is)";
    for text in ["{\n  \"text\": \"One.\"\n}\n", "[{\"text\": \"One.\"}]", "[\n  {\n \"text\": \"One.\"}]", "{\n"] {
        assert_eq!(read("a", text.as_bytes()), [message], "{text}");
        assert!(asked(Format::Text, "a", text.as_bytes())[0].starts_with("1 "));
        assert!(read("a.txt", text.as_bytes())[0].starts_with("1 "));
    }
}

#[test]
fn names_that_the_content_belies_are_refused_with_the_option() {
    let message = "fatal: a.txt: text by its name, but its first line is a JSON object \
                   (say which it is: --input-format jsonl or --input-format text)";
    assert_eq!(read("a.txt", JSON), [message]);
    assert_eq!(asked(Format::Jsonl, "a.txt", JSON), ["1 One.", "2 Two."]);
    assert_eq!(asked(Format::Text, "a.txt", JSON).len(), 1);
    for (name, table) in [("a.csv", "CSV"), ("a.TSV", "TSV"), ("a.csv.gz", "CSV")] {
        let bytes = if name.ends_with("gz") { pack(ALL[0], TEXT) } else { TEXT.to_vec() };
        let message = format!(
            "fatal: {name}: {table}, which is not read \
             (convert it to JSONL; --input-format text takes its lines as they are)"
        );
        assert_eq!(read(name, &bytes), [message]);
        assert_eq!(asked(Format::Text, name, &bytes), ["1 One.", "3 Two."]);
    }
}

#[test]
fn a_text_field_for_text_is_refused() {
    let options = ReadOptions { text_field: Some("body".into()), ..ReadOptions::default() };
    let words = "text, which has no fields for --text-field (leave it out, or say --input-format jsonl)";
    for name in ["a", "a.txt"] {
        assert_eq!(outcome(name, TEXT, &options), [format!("fatal: {name}: {words}")]);
    }
    assert_eq!(outcome("a", b"{\"body\": \"One.\"}", &options), ["1 One."]);
}

#[test]
fn a_name_that_promises_a_compression_keeps_it() {
    for (compression, suffix) in ALL.into_iter().zip(["gz", "zst", "bz2", "xz"]) {
        let (name, says) = (format!("a.txt.{suffix}"), compression.name());
        let refused = |found: &str| {
            [format!("fatal: {name}: {says} by its name, but its bytes are {found} (rename it, or fetch it again)")]
        };
        assert_eq!(read(&name, &pack(compression, TEXT)), ["1 One.", "3 Two."]);
        assert_eq!(read(&name, TEXT), refused("not compressed"));
        let empty = format!("fatal: {name}: is empty, which {says} data never is (fetch or make it again)");
        assert_eq!(read(&name, b""), [empty]);
        let other = if suffix == "gz" { ALL[1] } else { ALL[0] };
        assert_eq!(read(&name, &pack(other, TEXT)), refused(other.name()));
    }
}

#[test]
fn an_archive_is_refused_however_its_bytes_arrive() {
    let words = "a tar archive, which is not read (unpack it: tar -xf)";
    for bytes in [tar(), pack(ALL[0], &tar()), pack(ALL[1], &tar())] {
        for name in ["a", "a.txt", "a.tar"] {
            // Compares several sizes of chunks.
            assert_eq!(read(name, &bytes), [format!("fatal: {name}: {words}")]);
        }
        let first = reader("a", &bytes, &[100, usize::MAX], &ReadOptions::default());
        assert_eq!(first.err(), Some(ReadError::fatal(format!("a: {words}"))));
    }
}
