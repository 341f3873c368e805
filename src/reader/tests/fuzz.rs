//! Any bytes at all, in every format and compression: nothing panics, cutting them elsewhere changes nothing (`items` holds
//! that), documents keep the limit and complaints are one line that begins with the input's name.

use proptest::prelude::*;
use proptest::sample::select;

use super::damage::{ALL, pack};
use super::*;
use crate::document::is_blank;

/// How many cases a test runs: MUDDLE_FUZZ_CASES, if it is set.
fn cases(usual: u32) -> ProptestConfig {
    let set = std::env::var("MUDDLE_FUZZ_CASES").ok().and_then(|count| count.parse().ok());
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(set.unwrap_or(usual)) }
}

/// What inputs are made of: everything that a reader looks at, whole and broken.
#[rustfmt::skip]
const PARTS: &[&[u8]] = &[
    b"\n", b"\n", b"\r", b"\r\n", b"\n\n", b" ", b"\t", b"a", b"One.", b"\xc2\x85", b"\xe2\x80\xa8", b"\xc2\xa0", b"\0",
    b"\xef\xbb\xbf", b"\xff", b"\xc3", b"\xa9", b"\xf0\x9f", b"\x99\x82", b"\xed\xa0\x80", b"\xff\xfe", b"\xf4\x90\x80\x80",
    b"\x1f\x8b", b"BZh9", b"PAR1\x15", b"{", b"}", b"[", b"]", b":", b",", b"\"", b"\\", b"{\"text\":", b"\"text\"", b"\"x\"}",
    b"{\"text\":\"b\"}", b"{\"text\":\"c\\n\"}\n", b"{\"a\":{\"b\":\"d\"}}", b"\"a.b\":", b"\"lang\":\"de\",", b"\\u00e9",
    b"\\ud83d", b"\\ude00", b"\\u12", b"null", b"true", b"-1e999", b"0.5", b"{\"x\":1,", b"[[[[[[[[[[[[[[[[[[[[",
];

fn any_bytes(longest: usize) -> impl Strategy<Value = Vec<u8>> {
    let part = prop_oneof![
        12 => select(PARTS).prop_map(<[u8]>::to_vec),
        1 => any::<u8>().prop_map(|byte| vec![byte]),
        1 => any::<char>().prop_map(|c| c.to_string().into_bytes()),
        1 => (select(PARTS), 100..2000usize).prop_map(|(part, times)| part.repeat(times)),
    ];
    proptest::collection::vec(part, 0..longest).prop_map(|parts| parts.concat())
}

fn any_options() -> impl Strategy<Value = ReadOptions> {
    let units = select(vec![DocumentUnit::BlankLine, DocumentUnit::Line, DocumentUnit::File]);
    let fields = select(vec!["text", "a.b", "", ".", "a..b"]);
    let limits = select(vec![1, 2, 7, 64, 5000, u64::MAX]);
    (units, fields, proptest::option::of(select(vec!["lang", "text"])), any::<bool>(), limits).prop_map(
        |(documents, text_field, lang_field, lossy, max_document_bytes)| ReadOptions {
            format: None,
            documents,
            text_field: Some(text_field.to_owned()),
            lang_field: lang_field.map(str::to_owned),
            words_field: None,
            lossy,
            max_document_bytes,
        },
    )
}

/// Text has no fields to ask for.
fn for_name(name: &str, options: &ReadOptions) -> ReadOptions {
    let text_field = options.text_field.clone().filter(|_| name.ends_with("jsonl"));
    ReadOptions { text_field, ..options.clone() }
}

/// Reads an input every way and looks at what comes.
fn read(name: &str, bytes: &[u8], options: &ReadOptions) -> Result<Vec<Result<Item, ReadError>>, TestCaseError> {
    let items = items(name, bytes, &for_name(name, options));
    judge(name, &items, options)?;
    Ok(items)
}

fn judge(name: &str, items: &[Result<Item, ReadError>], options: &ReadOptions) -> Result<(), TestCaseError> {
    for (at, item) in items.iter().enumerate() {
        match item {
            Ok(document) => {
                prop_assert!(document.text.len() as u64 <= options.max_document_bytes);
                prop_assert!(document.line > 0);
                prop_assert!(name.ends_with("jsonl") || !is_blank(&document.text), "a blank document");
            }
            Err(error) => {
                let message = &error.message;
                prop_assert!(message.starts_with(&format!("{name}:")) && !message.contains('\n'), "{message:?}");
                prop_assert!(error.recoverable || at + 1 == items.len(), "something after {message:?}");
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn any_text_is_read_or_refused(bytes in any_bytes(30), options in any_options()) {
        read("corpus.txt", &bytes, &options)?;
    }

    #[test]
    fn any_jsonl_is_read_or_refused(bytes in any_bytes(30), options in any_options()) {
        read("corpus.jsonl", &bytes, &options)?;
    }

    #[test]
    fn what_jsonl_gives_is_what_another_parser_finds(parts in proptest::collection::vec(any_bytes(4), 1..5)) {
        let line = [b"{\"x\":[],\"text\":\"".to_vec(), parts.join(&b"\",\"y\":\""[..]), b"\"}".to_vec()].concat();
        let line: Vec<u8> = line.into_iter().filter(|&byte| byte != b'\n').collect();
        let found = read("corpus.jsonl", &line, &ReadOptions::default())?;
        // Which looks closer at numbers and escapes in fields that nobody asked for.
        let Ok(parsed) = serde_json::from_slice::<serde_json::Value>(&line) else { return Ok(()) };
        for document in found.into_iter().flatten() {
            prop_assert_eq!(parsed["text"].as_str(), Some(&*document.text));
        }
    }

    #[test]
    fn any_damage_to_packed_input_is_read_or_refused(
        text in any_bytes(30),
        kind in select(&ALL[..]),
        options in any_options(),
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4u8), 1..4),
    ) {
        let mut packed = pack(kind, &text);
        for (at, byte, how) in damage {
            let at = at.index(packed.len() + 1);
            match how {
                0 => packed.truncate(at),
                1 => packed.insert(at, byte),
                2 => packed.extend_from_within(at..),
                _ => packed.iter_mut().skip(at).take(1).for_each(|old| *old ^= byte),
            }
        }
        // How much comes before the damage is known depends on how the bytes come.
        for counts in [&[usize::MAX][..], &[3, 1, 2, 7]] {
            let items = match reader("corpus.txt", &packed, counts, &for_name("corpus.txt", &options)) {
                Ok(reader) => each(reader),
                Err(error) => vec![Err(error)],
            };
            judge("corpus.txt", &items, &options)?;
        }
    }
}
