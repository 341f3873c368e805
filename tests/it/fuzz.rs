//! Any recipe and any tokenizer file: refused in one line or usable, and no panic. Readers and the splitter have theirs
//! beside them. MUDDLE_FUZZ_CASES sets how many cases run.

use std::path::PathBuf;

use muddle::noise::Step;
use muddle::tokenizer::{Edge, Location, Tokenizer};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};

use crate::support::fixture;

fn cases(usual: u32) -> ProptestConfig {
    let set = std::env::var("MUDDLE_FUZZ_CASES").ok().and_then(|count| count.parse().ok());
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(set.unwrap_or(usual)) }
}

#[rustfmt::skip]
const WORDS: &[&str] = &[
    "mask", "delete", "infill", "permute", "rotate", ":", ",", "=", "@", "ratio", "unit", "count", "lambda", "random", "word",
    "token", "sentence", "exact", "0", "1", "0.5", "-1", "nan", "inf", "1e308", "3", "256", "0.1", " ", "é", "\0", "\n", "",
];

fn any_noise() -> impl Strategy<Value = String> {
    let word = prop_oneof![9 => select(WORDS).prop_map(str::to_owned), 1 => any::<String>()];
    let valid =
        select(vec!["mask:ratio=", "delete:unit=word,ratio=", "infill:lambda=", "permute@", "rotate:unit=token@"]);
    prop_oneof![
        proptest::collection::vec(word, 0..9).prop_map(|words| words.concat()),
        (valid.clone(), any::<f64>()).prop_map(|(start, number)| format!("{start}{number}")),
        (valid, 0.0..1.0f64).prop_map(|(start, number)| format!("{start}{number}")),
    ]
}

const FILES: &[&str] = &["bytelevel", "wordpiece", "unigram", "llama_like", "no_mask"];

fn any_value() -> impl Strategy<Value = Value> {
    let parts = select(vec![
        json!(null),
        json!(true),
        json!([]),
        json!({}),
        json!([[]]),
        json!("BPE"),
        json!("Unigram"),
        json!("WordPiece"),
        json!({"type": "Sequence"}),
        json!({"type": "ByteLevel"}),
        json!({"type": "NFKC"}),
        json!({"type": "BertPreTokenizer"}),
        json!({"type": "Precompiled", "precompiled_charsmap": "gICAgA=="}),
        json!({"precompiled_charsmap": "gICAgA=="}),
        json!({"type": "FixedLength", "length": 0}),
        json!({"type": "Split", "pattern": {"Regex": "(a*)*$"}, "behavior": "Isolated", "invert": false}),
        json!({"type": "Replace", "pattern": {"String": ""}, "content": "x"}),
        json!([{"id": 7, "content": "", "special": true}]),
    ]);
    let text = prop_oneof![any::<String>(), select(vec!["", "▁", "##", "[UNK]", "x"]).prop_map(str::to_owned)];
    prop_oneof![
        4 => parts,
        1 => any::<i64>().prop_map(Value::from),
        1 => any::<u64>().prop_map(Value::from),
        1 => any::<f64>().prop_map(Value::from),
        1 => text.prop_map(Value::from),
        1 => (0..60usize).prop_map(|depth| (0..depth).fold(json!(1), |inside, _| json!([inside]))),
    ]
}

/// A value somewhere in a file: mostly in its upper parts, now and then in the vocabulary.
fn place<'v>(value: &'v mut Value, way: &[Index]) -> &'v mut Value {
    let Some((first, rest)) = way.split_first() else { return value };
    let length = value.as_object().map(|map| map.len()).or(value.as_array().map(Vec::len)).unwrap_or(0);
    if length == 0 {
        return value;
    }
    let at = first.index(length);
    let inner = match value {
        Value::Object(map) => map.iter_mut().nth(at).map(|(_, inner)| inner),
        Value::Array(list) => list.get_mut(at),
        _ => None,
    };
    place(inner.expect("an index below the length"), rest)
}

type Change = (Vec<Index>, u8, Value, Vec<Index>);

fn any_change() -> impl Strategy<Value = Change> {
    let way = || proptest::collection::vec(any::<Index>(), 1..5);
    (way(), 0..5u8, any_value(), way())
}

fn change(file: &mut Value, (way, how, value, other): Change) {
    let copied = place(file, &other).clone();
    let target = place(file, &way);
    match (how, &mut *target) {
        (0, Value::Object(map)) => drop(map.pop()),
        (0, Value::Array(list)) => list.truncate(list.len() / 2),
        (1, _) => *target = copied,
        (2, Value::Array(list)) => list.push(copied),
        (2, Value::Object(map)) => drop(map.insert(value.as_str().unwrap_or("type").to_owned(), copied)),
        _ => *target = value,
    }
}

trait Pop {
    fn pop(&mut self) -> Option<Value>;
}

impl Pop for serde_json::Map<String, Value> {
    /// Takes a value out, whichever comes first.
    fn pop(&mut self) -> Option<Value> {
        let key = self.keys().next().cloned()?;
        self.remove(&key)
    }
}

const TEXT: &str = "Dr. Smith's naïve 2nd probe, 測試 – проба…\n\tdone 🙂 <mask>\0 \u{301} xxxxxxxxxxxxxxxxxxxxxxx";

/// Loads a file and uses what it gives.
fn load(path: PathBuf) -> Result<(), TestCaseError> {
    match Tokenizer::load(&Location { file: path, folder: None }, false) {
        Err(error) => {
            let message = format!("{error:#}");
            prop_assert!(message.contains("tokenizer.json: "), "{message}");
        }
        Ok(tokenizer) => {
            let mut ids = Vec::new();
            if tokenizer.encoder().encode(TEXT, Edge::Opens, &mut ids).is_ok() {
                let _ = tokenizer.decode(&ids);
            }
            for at in (0..=TEXT.len()).filter(|&at| TEXT.is_char_boundary(at)) {
                tokenizer.is_split_point(TEXT, at);
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(cases(1000))]

    #[test]
    fn any_noise_is_refused_or_reads_back_as_itself(noise in any_noise()) {
        match noise.parse::<Step>() {
            Err(error) => prop_assert!(!error.to_string().contains('\n'), "{error}"),
            Ok(step) => prop_assert_eq!(step.to_string().parse::<Step>().ok(), Some(step)),
        }
    }
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn any_tokenizer_file_is_refused_or_usable(
        name in select(FILES),
        changes in proptest::collection::vec(any_change(), 1..4),
    ) {
        let bytes = std::fs::read(fixture(&format!("tokenizers/{name}.json"))).unwrap();
        let mut file: Value = serde_json::from_slice(&bytes).unwrap();
        changes.into_iter().for_each(|one| change(&mut file, one));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tokenizer.json");
        std::fs::write(&path, file.to_string()).unwrap();
        load(path)?;
    }

    #[test]
    fn any_damage_to_a_tokenizer_file_is_refused_or_harmless(
        name in select(FILES),
        damage in proptest::collection::vec((any::<Index>(), any::<u8>()), 1..20),
        cut in proptest::option::of(any::<Index>()),
    ) {
        let mut bytes = std::fs::read(fixture(&format!("tokenizers/{name}.json"))).unwrap();
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tokenizer.json");
        std::fs::write(&path, bytes).unwrap();
        load(path)?;
    }
}
