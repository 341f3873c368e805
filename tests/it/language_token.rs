//! The token that names a record's language: `--lang-token`.

use crate::support::{Run, fixture_arg, muddle_with};

/// Ids of the fixture.
const EOS: u32 = 2;
const STOP: u32 = 9;
const DE: u32 = 16;
const EN: u32 = 17;
const TW: u32 = 20;

fn corrupt(arguments: &[&str], input: &str) -> Run {
    let tokenizer = fixture_arg("tokenizers/cases/mbart.json");
    muddle_with(&[&["corrupt", "-t", &tokenizer], arguments].concat(), input.as_bytes())
}

fn ids(arguments: &[&str], input: &str) -> Vec<Vec<u32>> {
    let run = corrupt(arguments, input);
    assert_eq!(run.code, 0, "{}", run.stderr);
    run.records().into_iter().map(|record| record.input_ids).collect()
}

const NAMED: [&str; 6] = ["--lang-token", "{lang}", "--lang", "de_DE", "-n", "delete:ratio=0"];

#[test]
fn sentences_are_joined_by_eos_and_the_token_ends_the_record() {
    let text = "the ferry leaves. it rains. we wait here.";
    let joined = [4, 5, 6, STOP, EOS, 10, 11, STOP, EOS, 12, 13, 14, STOP, EOS, DE];
    assert_eq!(ids(&NAMED, text), [joined]);
    // As the tokenizer has it without the option.
    let plain = [4, 5, 6, STOP, 10, 11, STOP, 12, 13, 14, STOP, EOS, EN];
    assert_eq!(ids(&["-n", "delete:ratio=0"], text), [plain]);
    let short = ids(&[&NAMED[..], &["--max-length", "12"]].concat(), text);
    assert_eq!(
        short,
        [&joined[..8].iter().chain(&[EOS, DE]).copied().collect::<Vec<_>>()[..], &[12, 13, 14, STOP, EOS, DE]]
    );
}

#[test]
fn the_language_is_that_of_the_record_by_any_of_its_codes() {
    let options = ["--lang-token", "{lang}", "--lang-field", "lang", "--lang", "en_XX", "-n", "none"];
    let jsonl = [&options[..], &["--input-format", "jsonl"]].concat();
    let last = |lang: &str| {
        let record = format!("{{\"text\":\"it rains.\",\"lang\":{lang}}}");
        ids(&jsonl, &record)[0].last().copied().unwrap()
    };
    let codes = ["\"de_DE\"", "\"de\"", "\"deu_Latn\"", "\"en\"", "null", "\"\"", "\"zh_TW\""];
    assert_eq!(codes.map(last), [DE, DE, DE, EN, EN, EN, TW]);
    let refused = |lang: &str| {
        let run = corrupt(
            &jsonl,
            &format!("{{\"text\":\"a\",\"lang\":\"en\"}}\n{{\"text\":\"it rains.\",\"lang\":\"{lang}\"}}"),
        );
        assert_eq!(run.code, 1);
        run.stderr
    };
    let unknown = refused("fr");
    assert!(unknown.contains("stdin:2: the tokenizer has no token for the language \"fr\""), "{unknown}");
    assert!(refused("zh").contains("stdin:2: the language \"zh\" has several tokens (say which: zh_CN or zh_TW)"));
    let skipping = [&jsonl[..], &["--on-error", "skip"]].concat();
    assert_eq!(
        ids(&skipping, "{\"text\":\"it rains.\",\"lang\":\"fr\"}\n{\"text\":\"it rains.\",\"lang\":\"en\"}").len(),
        1
    );
}

#[test]
fn permuted_sentences_keep_eos_between_them_and_noise_leaves_it_alone() {
    let text = "the ferry leaves. it rains. we wait here.";
    let sentences = [vec![4, 5, 6, STOP], vec![10, 11, STOP], vec![12, 13, 14, STOP]];
    let options = ["--lang-token", "de_DE", "-n", "permute", "--copies", "40"];
    let mut orders = std::collections::BTreeSet::new();
    for record in ids(&options, text) {
        let body = record.strip_suffix(&[EOS, DE]).unwrap();
        let found: Vec<Vec<u32>> = body.split(|&id| id == EOS).map(<[u32]>::to_vec).collect();
        let order = found.iter().map(|found| sentences.iter().position(|sentence| sentence == found).unwrap());
        orders.insert(order.collect::<Vec<_>>());
    }
    assert_eq!(orders.len(), 6, "{orders:?}");
    for noise in ["mask:ratio=1,mask=1,random=0", "infill:ratio=1", "delete:ratio=0.9"] {
        let options = ["--lang-token", "de_DE", "-n", noise, "--copies", "20"];
        for record in ids(&options, text) {
            assert_eq!(record.iter().filter(|&&id| id == EOS).count(), 3, "{noise}: {record:?}");
        }
    }
}

#[test]
fn what_names_no_language_is_refused_before_anything_is_read() {
    let refused = |arguments: &[&str], code: i32, what: &str| {
        let run = corrupt(arguments, "it rains.");
        assert!(run.code == code && run.stderr.contains(what), "{}: {}", run.code, run.stderr);
    };
    refused(&["--lang-token", "{lang}", "-n", "none"], 2, "add --lang de_DE");
    refused(&["--lang-token", "{lang}", "--lang", "fr", "-n", "none"], 1, "no token for the language \"fr\"");
    // A known language code never counts as a misspelling of another; an unknown code may.
    refused(&["--lang-token", "{lang}", "--lang", "da_DE", "-n", "none"], 1, "\"da_DE\" (one of: ");
    refused(&["--lang-token", "[{lang}]", "--lang", "de", "-n", "none"], 1, "the tokenizer has no such token");
    refused(&["--lang-token", "fr_XX", "-n", "none"], 1, "the tokenizer has no such token");
    refused(&["--lang-token", "de_DE", "--pack", "stream", "-n", "none"], 2, "--pack stream");
}
