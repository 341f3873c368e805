//! Words that records give: `--words-field`.

use std::collections::BTreeSet;

use serde_json::json;

use crate::support::{Run, fixture, fixture_arg, load, muddle_with};

/// One record; the words are taken from its field `words`.
fn corrupt(tokenizer: &str, record: &serde_json::Value, arguments: &[&str]) -> Run {
    let tokenizer = fixture_arg(&format!("tokenizers/{tokenizer}.json"));
    let given = ["corrupt", "-t", &tokenizer, "--input-format", "jsonl"];
    muddle_with(&[&given, arguments].concat(), record.to_string().as_bytes())
}

const WORDS: [&str; 5] = ["--words-field", "words", "-n", "delete:unit=word,ratio=0.5", "--meta"];

/// The texts of records of which words were deleted.
fn left(tokenizer: &str, run: &Run) -> BTreeSet<String> {
    assert_eq!(run.code, 0, "{}", run.stderr);
    let loaded = load(&fixture(&format!("tokenizers/{tokenizer}.json")));
    let template = loaded.template();
    let texts = run.records().into_iter().map(|record| {
        let ids = &record.input_ids[template.prefix.len()..record.input_ids.len() - template.suffix.len()];
        loaded.decode(ids).unwrap().trim().to_string()
    });
    texts.collect()
}

#[test]
fn given_words_stay_together_whatever_the_tokenizer() {
    let words = ["we bake", "bread and", "eat it"];
    let record = json!({"text": words.join(" "), "words": words});
    let whole: BTreeSet<String> = (1..8)
        .map(|set: usize| {
            (0..3).filter(|word| set & (1 << word) != 0).map(|word| words[word]).collect::<Vec<_>>().join(" ")
        })
        .collect();
    for tokenizer in ["bytelevel", "wordpiece", "unigram", "llama_like", "fallback"] {
        let run = corrupt(tokenizer, &record, &[&WORDS[..], &["--copies", "60"]].concat());
        assert_eq!(left(tokenizer, &run), whole, "{tokenizer}");
        assert!(run.records().iter().all(|record| record.meta["noise"][0]["units"] == 3), "{tokenizer}");
    }
    let without = corrupt("bytelevel", &record, &[&WORDS[2..], &["--copies", "60"]].concat());
    assert!(!left("bytelevel", &without).is_subset(&whole));
}

#[test]
fn words_may_be_pairs_of_characters_and_what_is_in_none_goes_by_the_marks() {
    let units = |record: &serde_json::Value, tokenizer: &str| {
        let run = corrupt(tokenizer, record, &WORDS);
        assert_eq!(run.code, 0, "{}", run.stderr);
        run.records()[0].meta["noise"][0]["units"].clone()
    };
    let text = "été the cat sat on it.";
    assert_eq!(units(&json!({"text": text, "words": [[0, 3], [4, 11]]}), "bytelevel"), 5);
    assert_eq!(units(&json!({"text": text, "words": null}), "bytelevel"), 6);
    assert_eq!(units(&json!({"text": text}), "bytelevel"), 6);
    // Where the text is cut at token level, too.
    let long = "the cat ".repeat(60);
    let pairs: Vec<[usize; 2]> = (0..60).map(|at| [8 * at, 8 * at + 7]).collect();
    let record = json!({"text": long.trim(), "words": pairs});
    let options = ["--max-length", "50", "--sentences", "none"];
    let run = corrupt("bytelevel", &record, &[&WORDS[..], &options].concat());
    let records = run.records();
    let counts: Vec<u64> = records.iter().map(|r| r.meta["noise"][0]["units"].as_u64().unwrap()).collect();
    assert!(records.len() > 2 && (60..=60 + records.len() as u64).contains(&counts.iter().sum()), "{counts:?}");
}

#[test]
fn scripts_without_spaces_go_by_the_words_given() {
    let record = json!({"text": "我们喜欢吃苹果。", "words": ["我们", "喜欢", "吃", "苹果"]});
    for tokenizer in ["bytelevel", "wordpiece", "unigram", "llama_like"] {
        let run = corrupt(tokenizer, &record, &WORDS);
        let units = run.records()[0].meta["noise"][0]["units"].as_u64().unwrap();
        let ids = corrupt(tokenizer, &record, &["-n", "none"]).records()[0].input_ids.len();
        // The full stop is one or more of its own.
        assert!((5..=7).contains(&units) || ids < 6, "{tokenizer}: {units} of {ids}");
    }
}

#[test]
fn words_that_are_not_those_of_the_text_are_errors_with_a_place() {
    let refused = |record: serde_json::Value| {
        let run = corrupt("bytelevel", &record, &WORDS);
        assert_eq!(run.code, 1);
        run.stderr
    };
    let says = |record: serde_json::Value, what: &str| {
        let said = refused(record);
        assert!(said.contains("stdin:1: field \"words\": ") && said.contains(what), "{said}");
    };
    says(json!({"text": "the cat", "words": ["the", "dog"]}), "word 2, \"dog\", is not in the text");
    says(json!({"text": "the cat", "words": ["cat", "the"]}), "word 2, \"the\", does not come after those before it");
    says(
        json!({"text": "the cat", "words": [[0, 3], [2, 5]]}),
        "word 2, [2,5], begins before the end of the one before",
    );
    says(json!({"text": "the cat", "words": [[3, 2]]}), "word 1, [3,2], ends before it begins");
    says(json!({"text": "the cat", "words": [[0, 8]]}), "word 1, [0,8], reaches beyond the text of 7 characters");
    for words in [json!("the"), json!(7), json!(["the", [4, 7]]), json!([["a"]]), json!([1, 2])] {
        let said = refused(json!({"text": "the cat", "words": words}));
        assert!(
            said.contains("not a list of strings or of [start,end] pairs (choose another with --words-field)"),
            "{said}"
        );
    }
    for (words, what) in [
        (json!(["the", 7]), "a list whose word 2 is a number, "),
        (json!(["the", "cat", null]), "a list whose word 3 is null, "),
        (json!(["the", [4, 7]]), "a list whose word 2 is a pair behind strings, "),
        (json!([[0, 3], "cat"]), "a list whose word 2 is a string behind pairs, "),
        (json!([["a"]]), "a list whose word 1 is another list, "),
        (json!([{"word": "the"}]), "a list whose word 1 is an object, "),
    ] {
        let said = refused(json!({"text": "the cat", "words": words}));
        assert!(
            said.contains(&format!("field \"words\" is {what}not a list of strings or of [start,end] pairs")),
            "{said}"
        );
    }
    let record = json!({"text": "the cat", "words": ["dog"]});
    let skipped = corrupt("bytelevel", &record, &[&WORDS[..], &["--on-error", "skip"]].concat());
    assert_eq!((skipped.code, skipped.stdout.len()), (0, 0));
    assert!(skipped.stderr.contains("is not in the text"), "{}", skipped.stderr);
    // Nothing is said of text or words that were there.
    let warnings: Vec<&str> = skipped.stderr.lines().filter(|line| line.starts_with("warning: ")).collect();
    let nothing = "warning: 1 document skipped for what is wrong, and nothing else gives records (mend the input)";
    assert_eq!(warnings[1..], [nothing], "{}", skipped.stderr);
    let preview = corrupt("bytelevel", &record, &[&WORDS[..], &["--on-error", "skip", "--preview", "1"]].concat());
    assert!(preview.code == 0 && preview.stderr.ends_with(&format!("{nothing}\n")), "{}", preview.stderr);
}

#[test]
fn a_field_of_words_needs_a_noise_that_goes_by_words_and_records() {
    let record = json!({"text": "the cat", "words": ["the"]});
    let run = corrupt("bytelevel", &record, &["--words-field", "words", "-n", "mask"]);
    assert!(run.code == 2 && run.stderr.contains("add unit=word"), "{}", run.stderr);
    let tokenizer = fixture_arg("tokenizers/bytelevel.json");
    let text = muddle_with(&["corrupt", "-t", &tokenizer, "--words-field", "w", "-n", "infill"], b"the cat");
    assert!(text.code == 1 && text.stderr.contains("which has no fields for --words-field"), "{}", text.stderr);
}

#[test]
fn a_field_of_words_that_no_record_has_is_warned_of_once() {
    let missing = json!({"text": "the cat"});
    let missing = format!("{missing}\n{missing}\n");
    let tokenizer = fixture_arg("tokenizers/bytelevel.json");
    let arguments = ["corrupt", "-t", &tokenizer, "--words-field", "w", "-n", "infill", "--input-format", "jsonl"];
    let warnings = |records: &str| {
        let run = muddle_with(&arguments, records.as_bytes());
        assert_eq!(run.code, 0, "{}", run.stderr);
        run.stderr.matches("warning: --words-field w: missing in every document (2), so").count()
    };
    assert_eq!(warnings(&missing), 1);
    // Of a document that was skipped nothing is known.
    let skipped = format!("{missing}{}\n", json!({"text": "the cat", "w": ["dog"]}));
    let run = muddle_with(&[&arguments[..], &["--on-error", "skip"]].concat(), skipped.as_bytes());
    assert!(run.stderr.contains("missing in every document (2), so"), "{}", run.stderr);
    assert_eq!(warnings(&missing.replacen('}', r#","w":["cat"]}"#, 1)), 0);
}
