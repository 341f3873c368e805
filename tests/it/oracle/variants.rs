//! Tokenizers of every kind that the rule for split points knows, made from the fixtures by changing their parts, held against
//! the released line over hard texts: whole encodings, and every split point of every text.

use muddle::document::Documents;
use muddle::tokenizer::{Edge, SplitRule, Tokenizer};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use serde_json::{Value, json};

use super::variant::{Variant, gives_special, variant};
use crate::support::encode;

pub fn split(pattern: &str) -> Value {
    json!({"type": "Split", "pattern": {"Regex": pattern}, "behavior": "Isolated", "invert": false})
}

pub fn byte_level(add_prefix_space: bool, use_regex: bool) -> Value {
    json!({"type": "ByteLevel", "add_prefix_space": add_prefix_space, "trim_offsets": true, "use_regex": use_regex})
}

pub fn sequence(parts: &[Value]) -> Value {
    json!({"type": "Sequence", "pretokenizers": parts})
}

pub fn split_bytes(pattern: &str) -> Value {
    sequence(&[split(pattern), byte_level(false, false)])
}

pub fn bert(clean: bool, chinese: bool, strip: Option<bool>, lowercase: bool) -> Value {
    json!({"normalizer": {"type": "BertNormalizer", "clean_text": clean, "handle_chinese_chars": chinese,
        "strip_accents": strip, "lowercase": lowercase}})
}

pub fn metaspace(scheme: &str, split: bool) -> Value {
    json!({"type": "Metaspace", "replacement": "▁", "prepend_scheme": scheme, "split": split})
}

pub fn normalizers(kinds: &[&str]) -> Value {
    json!({"type": "Sequence", "normalizers": kinds.iter().map(|kind| json!({"type": kind})).collect::<Vec<_>>()})
}

fn added(content: &str, id: u32, lstrip: bool, single_word: bool) -> Value {
    json!({"id": id, "content": content, "single_word": single_word, "lstrip": lstrip, "rstrip": false,
        "normalized": false, "special": false})
}

const CL100K: &str = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
const QWEN: &str =
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
const O200K: &str = r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";
const TEKKEN: &str = r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";

fn byte_level_variants() -> Vec<Variant> {
    let of = |name, parts| variant(name, "no_mask", parts);
    let gpt2 = || byte_level(false, true);
    let digits = || json!({"type": "Digits", "individual_digits": true});
    let spaces = json!([added("  ", 1000, false, false), added("\t\t", 1001, false, false)]);
    let words = json!([added("the", 1000, false, true), added("end.", 1001, true, false)]);
    let plain = json!([added("the", 1000, false, false), added("end.", 1001, true, false)]);
    vec![
        of("gpt-2", json!({})),
        of("llama-3", json!({"pre_tokenizer": split_bytes(CL100K)})),
        of("qwen", json!({"pre_tokenizer": split_bytes(QWEN), "normalizer": {"type": "NFC"}})),
        of("o200k", json!({"pre_tokenizer": split_bytes(O200K)})),
        of("tekken", json!({"pre_tokenizer": split_bytes(TEKKEN)})),
        of("gpt-2, lower case", json!({"pre_tokenizer": gpt2(), "normalizer": {"type": "Lowercase"}})),
        of("gpt-2, nfkc", json!({"pre_tokenizer": gpt2(), "normalizer": {"type": "NFKC"}})),
        of("gpt-2, no accents", json!({"normalizer": normalizers(&["NFD", "StripAccents", "Lowercase"])})),
        of("digits apart", json!({"pre_tokenizer": sequence(&[digits(), gpt2()])})),
        of(
            "punctuation apart",
            json!({"pre_tokenizer": sequence(&[json!({"type": "Punctuation", "behavior": "Contiguous"}), gpt2()])}),
        ),
        of("spaces added", json!({"added_tokens": spaces})),
        of("words added", json!({"added_tokens": plain})),
        Variant { fast: false, cuts: None, ..of("single words added", json!({"added_tokens": words})) },
        Variant { specials: true, ..of("gpt-2, specials in text", json!({})) },
        Variant {
            fast: false,
            cuts: Some(false),
            ..of("a space before", json!({"pre_tokenizer": byte_level(true, true)}))
        },
        Variant {
            fast: false,
            cuts: Some(false),
            ..of("bytes before digits", json!({"pre_tokenizer": sequence(&[gpt2(), digits()])}))
        },
        Variant { specials: true, ..variant("mask that takes a space", "bytelevel", json!({})) },
    ]
}

fn word_variants() -> Vec<Variant> {
    let of = |name, parts| variant(name, "wordpiece", parts);
    let nfd = || normalizers(&["NFD", "Lowercase", "StripAccents"]);
    vec![
        of("bert uncased", json!({})),
        of("bert cased", bert(true, true, None, false)),
        of("bert, accents kept", bert(true, true, Some(false), true)),
        of("bert, accents off, case kept", bert(true, true, Some(true), false)),
        of("bert, chinese glued", bert(true, false, None, true)),
        of("bert, text not cleaned", bert(false, true, None, true)),
        of("bert without its normalizer", json!({"normalizer": nfd()})),
        of("white space and marks", json!({"normalizer": null, "pre_tokenizer": {"type": "Whitespace"}})),
        of("white space", json!({"normalizer": nfd(), "pre_tokenizer": {"type": "WhitespaceSplit"}})),
        Variant { specials: true, ..of("bert, specials in text", json!({})) },
        Variant {
            cuts: Some(false),
            ..of("stripped", json!({"normalizer": {"type": "Strip", "strip_left": true, "strip_right": true}}))
        },
    ]
}

fn metaspace_variants() -> Vec<Variant> {
    let of = |name, parts| variant(name, "unigram", parts);
    let split = |scheme| json!({"normalizer": null, "pre_tokenizer": metaspace(scheme, true)});
    let white = |scheme| sequence(&[json!({"type": "WhitespaceSplit"}), metaspace(scheme, true)]);
    let llama = |name, parts| variant(name, "llama_like", parts);
    let words = json!([added("the", 1500, false, false), added("  ", 1501, false, false)]);
    let replace = |pattern: Value, content: &str| json!({"type": "Replace", "pattern": pattern, "content": content});
    let quote = |pattern: &str| replace(json!({"String": pattern}), "\"");
    let strip = || json!({"type": "Strip", "strip_left": false, "strip_right": true});
    let runs = |content: &str| replace(json!({"Regex": " {2,}"}), content);
    let nfkc = || json!({"type": "NFKC"});
    let after = |normalizers: Value, pre_tokenizer: Value| json!({"normalizer": {"type": "Sequence", "normalizers": normalizers}, "pre_tokenizer": pre_tokenizer});
    let albert = json!([quote("``"), quote("''"), {"type": "NFKD"}, {"type": "StripAccents"}, {"type": "Lowercase"}]);
    vec![
        of("t5", json!({})),
        of("t5, newer", after(json!([nfkc(), strip(), runs("▁")]), white("always"))),
        of("albert", after(albert, white("always"))),
        of("xlm-r", after(json!([nfkc(), runs(" ")]), metaspace("always", true))),
        of("xlm-r, newer", after(json!([nfkc(), strip(), runs("▁")]), metaspace("always", true))),
        Variant {
            cuts: Some(false),
            fast: false,
            ..of("xlm-r, mark before the first", after(json!([nfkc(), strip(), runs("▁")]), metaspace("first", true)))
        },
        of("mark before always", split("always")),
        of("mark before the first", split("first")),
        of("mark before never", split("never")),
        of("nfkc, mark before", json!({"pre_tokenizer": metaspace("always", true)})),
        of(
            "lower case, mark before",
            json!({"normalizer": normalizers(&["NFKC", "Lowercase"]), "pre_tokenizer": metaspace("first", true)}),
        ),
        Variant {
            cuts: Some(false),
            fast: false,
            ..of("white space split, first", json!({"pre_tokenizer": white("first")}))
        },
        of(
            "words added to marks",
            json!({"pre_tokenizer": metaspace("first", true), "added_tokens": [added("the", 2000, false, false)]}),
        ),
        Variant { specials: true, ..of("t5, specials in text", json!({})) },
        Variant { specials: true, ..of("mark before the first, specials in text", split("first")) },
        Variant { specials: true, ..of("mark before always, specials in text", split("always")) },
        llama("llama-2", json!({})),
        Variant {
            cuts: Some(false),
            ..llama(
                "llama-2, mark before the first",
                json!({"normalizer": null, "pre_tokenizer": metaspace("first", false)}),
            )
        },
        llama("llama-2, split at marks", json!({"normalizer": null, "pre_tokenizer": metaspace("first", true)})),
        Variant { cuts: Some(false), ..llama("llama-2, words added", json!({"added_tokens": words})) },
        Variant { cuts: Some(false), specials: true, ..llama("llama-2, specials in text", json!({})) },
    ]
}

/// Texts that have broken tokenizers: scripts, white space of every kind, marks, apostrophes, line breaks, markers.
fn hard_text() -> impl Strategy<Value = String> {
    // Pieces between bars.
    const PIECES: &str = " ¦ ¦ ¦  ¦   ¦\n¦\r\n¦\n\n¦\t¦\t\t¦\u{a0}¦\u{3000}¦\u{2028}¦\u{85}¦\u{b}¦\u{c}¦\u{200b}¦\u{200d}\
        ¦\u{feff}¦\u{ad}¦\u{1}¦\u{0}¦\u{fffd}¦'¦'s¦'S¦'ll¦’s¦n't¦.¦.¦?¦!¦…¦,¦;¦-¦—¦$¦_¦(¦)¦/¦#¦##¦@¦^¦`¦\"¦«\
        ¦»¦“¦”¦¿¦。¦！¦、¦「¦」¦字¦好¦あ¦が¦ン¦ｶﾞ¦가¦\u{1100}\u{1161}¦\u{11a8}¦ก¦ำ¦ไ¦\u{e49}¦а¦Я¦й¦ا¦لا¦ـ¦\u{64e}¦؟¦۔¦न\
        ¦ि¦\u{93c}¦\u{94d}¦।¦a¦B¦the¦end.¦word¦I¦é¦e\u{301}¦\u{301}¦\u{323}¦\u{308}¦\u{338}¦\u{345}¦ö¦ß¦İ¦ı¦Σ\
        ¦ΑΣ¦Ω¦ﬁ¦½¦²¦Ⅷ¦Ǆ¦5¦12¦1234¦٣¦🙂¦👩\u{200d}👩¦🇩🇪¦\u{1f3fd}¦\u{fe0f}¦▁¦▁▁¦Ġ¦\u{600}¦\u{6dd}¦\u{110bd}¦¨¦´\
        ¦\u{37a}¦ﷺ¦℀¦<mask>¦</s>¦<s>¦[SEP]¦<unk>¦<|endoftext|>¦<extra_id_0>¦<0x0A>";
    const COMMON: &str = " ¦ ¦ ¦ ¦a¦the¦.¦\n¦'¦Word¦字¦▁¦  ";
    let pieces = |pieces: &'static str| proptest::sample::select(pieces.split('¦').collect::<Vec<_>>());
    let piece = prop_oneof![2 => pieces(COMMON), 3 => pieces(PIECES)];
    proptest::collection::vec(piece, 1..30).prop_map(|pieces| pieces.concat())
}

fn check(
    tokenizer: &Tokenizer,
    oracle: &tokenizers_classic::Tokenizer,
    text: &str,
    specials: bool,
) -> Result<usize, TestCaseError> {
    let whole = encode(oracle, text);
    let mut ids = Vec::new();
    let mut encoder = tokenizer.encoder();
    encoder.encode(text, Edge::Opens, &mut ids).unwrap();
    if specials && gives_special(tokenizer, &whole) {
        // Here the two differ by name: the released line takes a piece of the model for the special token.
        prop_assert!(!gives_special(tokenizer, &ids), "special {:?}", text);
        return Ok(0);
    }
    prop_assert_eq!(&ids, &whole, "whole {:?}", text);
    let mut splits = 0;
    for (at, _) in text.char_indices().skip(1).filter(|(at, _)| tokenizer.is_split_point(text, *at)) {
        ids.clear();
        encoder.encode(&text[..at], Edge::Opens, &mut ids).unwrap();
        encoder.encode(&text[at..], Edge::Continues, &mut ids).unwrap();
        prop_assert_eq!(&ids, &whole, "cut at {} of {:?}", at, text);
        splits += 1;
    }
    check_parts(tokenizer, oracle, text, &whole)?;
    Ok(splits)
}

/// The same of a document among others, whose pre-tokens are found in one go.
fn check_parts(
    tokenizer: &Tokenizer,
    oracle: &tokenizers_classic::Tokenizer,
    text: &str,
    whole: &[u32],
) -> Result<(), TestCaseError> {
    let run = Documents::of_texts("text", false, ["'s first, and one that is.", text, "'s last"]);
    let (document, mut encoder, mut ids) = (run.range(1), tokenizer.encoder(), Vec::new());
    let mut encoder = encoder.begin(run.text());
    encoder.encode(document.clone(), Edge::Opens, &mut ids).unwrap();
    prop_assert_eq!(&ids, whole, "among others {:?}", text);
    for (at, _) in text.char_indices().skip(1).filter(|(at, _)| tokenizer.is_split_point(text, *at)) {
        let split = document.start + at;
        ids.clear();
        encoder.encode(document.start..split, Edge::Opens, &mut ids).unwrap();
        encoder.encode(split..document.end, Edge::Continues, &mut ids).unwrap();
        prop_assert_eq!(&ids, whole, "among others, cut at {} of {:?}", at, text);
        // A window's text, without the white space it begins with.
        let opens = text[at..].trim_start();
        ids.clear();
        encoder.encode(document.end - opens.len()..document.end, Edge::Opens, &mut ids).unwrap();
        prop_assert_eq!(&ids, &encode(oracle, opens), "among others, from {} of {:?}", at, text);
    }
    Ok(())
}

/// Every variant over as many texts; all faults together, so that one does not hide another.
pub fn check_variants(variants: Vec<Variant>, cases: u32) {
    let mut faults = Vec::new();
    for variant in variants {
        let folder = tempfile::tempdir().unwrap();
        let (tokenizer, oracle) = variant.load(&folder);
        let splits = std::cell::Cell::new(0);
        let config = Config {
            cases,
            failure_persistence: None,
            rng_seed: RngSeed::Fixed(1),
            max_shrink_iters: 4000,
            ..Config::default()
        };
        let outcome = TestRunner::new(config).run(&hard_text(), |text| {
            splits.set(splits.get() + check(&tokenizer, &oracle, text.trim(), !variant.specials)?);
            Ok(())
        });
        let name = variant.name;
        let outcome =
            outcome.map_err(|fault| fault.to_string()).and_then(|()| variant.check_whole(&tokenizer, &oracle));
        println!("{name}: {:?}, {} splits, fallback {:?}", tokenizer.split_rule(), splits.get(), tokenizer.fallback());
        if let Err(fault) = outcome {
            faults.push(format!("{name} ({:?}): {fault}", tokenizer.split_rule()));
        }
        if variant.cuts.is_some_and(|cuts| cuts != (tokenizer.split_rule() != SplitRule::Opaque))
            || tokenizer.fallback().is_none() != variant.fast
        {
            faults.push(format!("{name}: {:?}, fallback {:?}", tokenizer.split_rule(), tokenizer.fallback()));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

/// As many texts as asked for in the environment, or few.
pub fn cases() -> u32 {
    std::env::var("MUDDLE_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(100)
}

#[test]
fn byte_level_tokenizers_of_every_kind_agree_with_the_released_line() {
    check_variants(byte_level_variants(), cases());
}

#[test]
fn word_tokenizers_of_every_kind_agree_with_the_released_line() {
    check_variants(word_variants(), cases());
}

#[test]
fn metaspace_tokenizers_of_every_kind_agree_with_the_released_line() {
    check_variants(metaspace_variants(), cases());
}
