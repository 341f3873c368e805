//! Lines of JSON.

use super::*;

fn read(bytes: &[u8]) -> Vec<String> {
    outcome("corpus.jsonl", bytes, &ReadOptions::default())
}

fn read_field(field: &str, text: &str) -> Vec<String> {
    let options = ReadOptions { text_field: Some(field.into()), ..ReadOptions::default() };
    outcome("corpus.jsonl", text.as_bytes(), &options)
}

#[test]
fn the_text_is_taken_as_it_stands_in_the_field() {
    assert_eq!(read(br#"{"id": 1, "text": " a\r\n\n b\u00e9\ud83d\ude00 ", "x": [{}]}"#), ["1  a\r\n\n bé😀 "]);
    assert_eq!(read(br#"{"text": ""}"#), ["1 "]);
}

#[test]
fn blank_lines_crlf_and_a_byte_order_mark_are_accepted() {
    let bytes = "\u{feff}\r\n{\"text\":\"a\"}\r\n \n\n{\"text\":\"b\"}";
    assert_eq!(read(bytes.as_bytes()), ["2 a", "5 b"]);
}

#[test]
fn a_byte_order_mark_is_dropped_from_the_head_of_every_line() {
    let bytes =
        "\u{feff}\u{feff}{\"text\":\"a\"}\n\u{feff}{\"text\":\"\u{feff}b\"}\r\n\u{feff}\n\u{feff}{\"text\":\"c\"}";
    assert_eq!(read(bytes.as_bytes()), ["1 a", "2 \u{feff}b", "4 c"]);
}

#[test]
fn a_dotted_name_goes_inside_unless_a_key_is_that_name() {
    assert_eq!(read_field("a.b", r#"{"a": {"c": 1, "b": "in"}, "b": "out"}"#), ["1 in"]);
    assert_eq!(read_field("a.b", r#"{"a.b": "whole", "a": {"b": "in"}}"#), ["1 whole"]);
    assert_eq!(read_field("a.b", r#"{"a": {"b": null}, "a.b": "whole"}"#), ["1 whole"]);
    assert_eq!(read_field("a.b.c", r#"{"a": {"b": {"c": "deep"}}}"#), ["1 deep"]);
    for text in [r#"{"a": "b"}"#, r#"{"a": [{"b": "x"}]}"#, r#"{"x": {"a.b": "x"}}"#, r#"{"b": "x"}"#] {
        let found = read_field("a.b", text);
        assert!(found[0].starts_with("corpus.jsonl:1: no string field \"a.b\" (fields: "), "{found:?}");
    }
}

#[test]
fn the_language_is_taken_beside_the_text() {
    let languages = |field: &str, text: &str| -> Vec<_> {
        let options = ReadOptions { lang_field: Some(field.into()), ..ReadOptions::default() };
        items("corpus.jsonl", text.as_bytes(), &options)
            .into_iter()
            .map(|item| item.map(|document| document.language).map_err(|error| error.message))
            .collect()
    };
    let text = "{\"text\":\"a\",\"lang\":\"de\"}\n{\"text\":\"a\"}\n{\"lang\":null,\"text\":\"a\"}";
    assert_eq!(languages("lang", text), [Ok(Some("de".into())), Ok(None), Ok(None)]);
    assert_eq!(languages("m.l", r#"{"m":{"l":"fr"},"text":"a"}"#), [Ok(Some("fr".into()))]);
    assert_eq!(languages("text", r#"{"text":"a\n"}"#), [Ok(Some("a\n".into()))]);
    assert_eq!(languages("m.l", r#"{"m":{"l":7},"m.l":"fr","text":"a"}"#), [Ok(Some("fr".into()))]);
    assert!(languages("m.l", r#"{"m":{"l":7},"text":"a"}"#)[0].is_err());
    let message = "corpus.jsonl:1:21: field \"lang\" is a number, not a string (choose another with --lang-field)";
    assert_eq!(languages("lang", r#"{"text":"a","lang": 7}"#), [Err(message.into())]);
}

#[test]
fn invalid_bytes_anywhere_in_a_line_spoil_that_line() {
    let message = "corpus.jsonl:2: invalid UTF-8 at byte offset 23 of the file, counted from 0 \
                   (replace it with --lossy, or convert the file: iconv -f ISO-8859-1 -t UTF-8)";
    let bytes = b"{\"text\":\"a\"}\n{\"text\":\"e\xe9\xe9\"}\n{\"text\":\"b\"}\n";
    assert_eq!(read(bytes), ["1 a", message, "3 b"]);
    let lossy = ReadOptions { lossy: true, ..ReadOptions::default() };
    assert_eq!(outcome("corpus.jsonl", bytes, &lossy), ["1 a", "2 e\u{fffd}\u{fffd}", "3 b"]);
}

#[test]
fn a_line_over_the_limit_is_skipped() {
    let options = ReadOptions { max_document_bytes: 14, ..ReadOptions::default() };
    let bytes = b"{\"text\":\"123\"}\n{\"text\":\"1234\"}\n{\"text\":\"c\"}";
    let message = "corpus.jsonl:2: document of more than 14 bytes (allow more with --max-document-bytes)";
    assert_eq!(outcome("corpus.jsonl", bytes, &options), ["1 123", message, "3 c"]);
    let crlf = b"{\"text\":\"123\"}\r\n{\"text\":\"123\"}\r\r\n{\"text\":\"123\"}\r";
    assert_eq!(outcome("corpus.jsonl", crlf, &options), ["1 123", message, "3 123"]);
}
