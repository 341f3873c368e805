//! Lines of JSON with something wrong.

use super::*;

fn read(bytes: &[u8]) -> Vec<String> {
    outcome("corpus.jsonl", bytes, &ReadOptions::default())
}

fn read_field(field: &str, text: &str) -> Vec<String> {
    let options = ReadOptions { text_field: Some(field.into()), ..ReadOptions::default() };
    outcome("corpus.jsonl", text.as_bytes(), &options)
}

#[test]
fn each_malformed_line_is_placed_and_the_next_goes_on() {
    let one = "(each line must be one JSON object)";
    let cut = "(a record must be on one line: jq -c . puts it there)";
    for (line, place) in [
        ("{text: 1}", format!("2:2: malformed JSON: key must be a string {one}")),
        (r#"{"text": tru}"#, format!("2:13: malformed JSON: expected true, false or null {one}")),
        (r#"{"text": "a" "b"}"#, format!("2:14: malformed JSON: expected `,` or `}}` {one}")),
        (r#"{"text": "a"} x"#, format!("2:15: malformed JSON: trailing characters {one}")),
        (r#"{"text": "a",}"#, format!("2:14: malformed JSON: trailing comma {one}")),
        (r#"{"text": "a\x"}"#, format!("2:13: malformed JSON: invalid escape {one}")),
        (r#"{"text": "a"#, format!("2:11: malformed JSON: the line ends inside a string {cut}")),
        ("{", format!("2:1: malformed JSON: the line ends inside an object {cut}")),
        (r#"{"x": NaN, "text": "a"} NaN"#, format!("2:25: malformed JSON: trailing characters {one}")),
        (r#"{"x": -NaN, "text": "a"}"#, format!("2:8: malformed JSON: invalid number {one}")),
        (r#"{"x": nan, "text": "a"}"#, format!("2:8: malformed JSON: expected true, false or null {one}")),
    ] {
        let bytes = format!("{{\"text\":\"a\"}}\n{line}\n{{\"text\":\"b\"}}\n");
        assert_eq!(read(bytes.as_bytes()), ["1 a", &format!("corpus.jsonl:{place}"), "3 b"]);
    }
}

#[test]
fn a_line_that_is_no_object_is_refused() {
    for (line, column) in [("7", 1), (" \"text\"", 2), ("null", 1), ("[1]", 1), ("text", 1)] {
        let bytes = format!("{{\"text\":\"a\"}}\n{line}\n");
        let message =
            format!("corpus.jsonl:2:{column}: not a JSON object (each line must be one, with a field \"text\")");
        assert_eq!(read(bytes.as_bytes()), ["1 a", &message]);
    }
}

#[test]
fn a_file_that_is_one_array_is_refused_whole_and_at_once() {
    let message = |place| {
        format!("fatal: corpus.jsonl:{place}: one JSON array, not an object on each line (convert it: jq -c '.[]')")
    };
    assert_eq!(read(br#"[{"text": "a"}, {"text": "b"}]"#), [message("1:1")]);
    assert_eq!(read(b"\n  [\n{\"text\": \"a\"},\n{\"text\": \"b\"}\n]\n"), [message("2:3")]);
    let endless = format!("[{}", "1,".repeat(1 << 20));
    let options = ReadOptions { max_document_bytes: 1 << 20, ..ReadOptions::default() };
    assert_eq!(outcome("corpus.jsonl", endless.as_bytes(), &options), [message("1:1")]);
}

#[test]
fn a_missing_text_names_the_option() {
    let bytes = format!("{}{{\"txt\": \"a\"}}\n", "\n".repeat(1041));
    let message = "corpus.jsonl:1042: no string field \"text\" (fields: txt; choose with --text-field)";
    assert_eq!(read(bytes.as_bytes()), [message]);
}

#[test]
fn a_missing_text_lists_the_fields_there_are() {
    for (field, line, listed) in [
        ("text", r#"{"id": 7, "body": [{"x": 1}]}"#, "fields: id, body"),
        ("text", r#"{"Text": "a", "x": NaN}"#, "fields: Text, x"),
        ("a.b", r#"{"id": 7, "a": {"c": 1, "d": {"b": ""}}}"#, "fields: id, a, a.c, a.d"),
        ("a.b.c", r#"{"a": {"b": {"d": "x"}}}"#, "fields: a, a.b, a.b.d"),
        ("a.b", r#"{"a": "b"}"#, "fields: a"),
        ("text", "{\"a\\u202e\\n\": 1}", r"fields: a\u{202e}\n"),
    ] {
        let message = format!("corpus.jsonl:1: no string field {field:?} ({listed}; choose with --text-field)");
        assert_eq!(read_field(field, line), [message]);
    }
    assert_eq!(read(b"{}"), ["corpus.jsonl:1: no string field \"text\" (the record has no fields)"]);
    let many: String = (0..50_000).map(|n| format!("\"f{n}\": [0, 0], ")).collect();
    let found = read(format!("{{{many}\"x\": 1}}").as_bytes());
    assert!(found[0].contains("(fields: f0, f1, ") && found[0].contains("f11, …; choose"), "{found:?}");
}

#[test]
fn numbers_that_python_writes_are_accepted_outside_the_text() {
    for line in [
        r#"{"x": NaN, "text": "a NaN"}"#,
        r#"{"text": "a NaN", "x": [1, -Infinity, {"y":Infinity}]}"#,
        r#"{"NaN": "\"NaN", "text": "a NaN", "x":NaN}"#,
    ] {
        assert_eq!(read(line.as_bytes()), ["1 a NaN"], "{line}");
    }
    let message = |column| {
        format!("corpus.jsonl:1:{column}: field \"text\" is a number, not a string (choose another with --text-field)")
    };
    assert_eq!(read(br#"{"text": NaN}"#), [message(10)]);
    assert_eq!(read(br#"{"x":NaN, "text": -Infinity}"#), [message(19)]);
}

#[test]
fn a_text_that_is_no_string_says_what_it_is_and_where() {
    for (value, kind) in [
        ("null", "null"),
        ("-12.5e3", "a number"),
        ("18446744073709551615", "a number"),
        ("0", "a number"),
        ("true", "a boolean"),
        ("[\"a\"]", "an array"),
        ("{\"text\": \"a\"}", "an object"),
    ] {
        let message =
            format!("corpus.jsonl:1:18: field \"text\" is {kind}, not a string (choose another with --text-field)");
        assert_eq!(read(format!("{{\"id\":10,\"text\": {value}}}").as_bytes()), [message]);
    }
}

#[test]
fn keys_on_the_way_to_the_text_may_come_only_once() {
    let message = |column, key| format!("corpus.jsonl:1:{column}: key {key:?} is there twice (keep one)");
    assert_eq!(read(br#"{"text": "a", "text": "b"}"#), [message(15, "text")]);
    assert_eq!(read_field("a.b", r#"{"a": {"b": "x", "b": "y"}}"#), [message(18, "b")]);
    assert_eq!(read_field("a.b", r#"{"a": {}, "a": {"b": "y"}}"#), [message(11, "a")]);
    assert_eq!(read_field("a.b", r#"{"a.b": "x", "a.b": "y"}"#), [message(14, "a.b")]);
    assert_eq!(read(br#"{"x": 1, "x": 2, "text": "a", "y": {"text": 1, "text": 2}}"#), ["1 a"]);
}

#[test]
fn a_lone_surrogate_is_refused() {
    for (text, column) in [(r"\ud800", 17), (r"\udc00", 16), (r"\ud800\u0041", 22), (r"\ud83dx", 17)] {
        let message =
            format!("corpus.jsonl:1:{column}: lone surrogate in a \\u escape (write the whole character, or \\ufffd)");
        assert_eq!(read(format!("{{\"text\": \"{text}\"}}").as_bytes()), [message]);
    }
}

#[test]
fn nesting_without_end_is_an_error() {
    let deep = |open: &str, close: &str| [open.repeat(100_000), "1".into(), close.repeat(100_000)].concat();
    let message = |column| format!("corpus.jsonl:1:{column}: nested more than 128 levels deep (flatten the record)");
    let arrays = format!("{{\"x\":{}, \"text\": \"a\"}}", deep("[", "]"));
    assert_eq!(read(arrays.as_bytes()), [message(133)]);
    let objects = format!("{{\"x\":{}, \"text\": \"a\"}}", deep("{\"x\":", "}"));
    assert_eq!(read(objects.as_bytes()), [message(1 + 128 * 5)]);
    let path = vec!["x"; 100_000].join(".");
    assert_eq!(read_field(&path, &deep("{\"x\":", "}")).len(), 1);
    let unclosed = read(format!("{{\"x\":{}", "[".repeat(100_000)).as_bytes());
    assert!(unclosed[0].contains("malformed JSON: the line ends inside a list"), "{unclosed:?}");
    let brackets = format!("{{\"text\":\"{}\\\"{}\"}}", "[".repeat(500), "{".repeat(500));
    assert_eq!(read(brackets.as_bytes()).len(), 1);
    assert!(read(brackets.as_bytes())[0].starts_with("1 [["));
}
