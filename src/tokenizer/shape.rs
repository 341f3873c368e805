//! Which files the fast engine is trusted with.
//!
//! It gives other ids than the released line for some shapes of file, without an error. Shapes known for that go to the
//! released line; shapes that the tests hold against it are trusted; any other is compared with it when it is loaded (see
//! `probe`), which costs the loading of a second engine.

use serde_json::Value;

use super::limits::flatten;
use super::merges::Merges;
use super::split_rule::SplitRule;
use super::vocabulary::Vocabulary;

/// Models in the tests, by kind and switched-on options: byte fallback, fused unknowns, merges ignored for whole words, an
/// unknown token, another prefix than usual.
const MODELS: &[&str] = &[
    "BPE",
    "BPE i",
    "BPE u",
    "BPE fu",
    "BPE bfu",
    "BPE bfiu",
    "Unigram u",
    "Unigram bu",
    "WordPiece u",
    "WordLevel u",
];

/// Normalizers and pre-tokenizers in the tests without a rule for split points.
const PARTS: &[&str] = &[
    // Gemma.
    r#"{"type":"Replace","pattern":{"String":" "},"content":"▁"} {"type":"Split","pattern":{"String":" "},"behavior":"MergedWithPrevious","invert":false}"#,
    r#"{"type":"Replace","pattern":{"String":" "},"content":"▁"}"#,
    // Llama 2 as it is saved today.
    r#"{"type":"MetaspaceNormalizer","replacement":"▁","prepend":"first","drop_whitespace":false}"#,
];

/// Why the fast engine would give other ids for this file, where its parts show that.
pub fn refusal(file: &Value, specials_in_text: bool) -> Option<&'static str> {
    let sought: Vec<&Value> = sought(file, specials_in_text).collect();
    let has = |flag: &str| sought.iter().any(|token| token[flag] == true);
    let parts = parts(file);
    let metaspaces: Vec<&Value> = parts.iter().copied().filter(|part| !part["replacement"].is_null()).collect();
    let first = metaspaces.iter().any(|part| part["prepend_scheme"] == "first");
    if has("normalized") && !metaspaces.is_empty() {
        Some("it has added tokens that are normalized, beside a Metaspace")
    } else if has("single_word") {
        Some("it has added tokens that match single words")
    } else if file["model"]["end_of_word_suffix"].as_str().is_some_and(|suffix| !suffix.is_empty()) {
        Some("it has a suffix at the end of words")
    } else if first && parts.iter().any(|part| may_remove_first(part)) {
        Some("it may remove the character before which its Metaspace puts a mark")
    } else {
        None
    }
}

/// Whether the tests hold a file of this shape, in its canonical form, against the released line.
pub fn is_held(file: &Value, specials_in_text: bool, vocabulary: &Vocabulary, merges: Option<&Merges>) -> bool {
    let normalizer = &file["normalizer"];
    let normalizes = !normalizer.is_null() && normalizer["type"] != "BertNormalizer";
    let known = |token: &Value| token["normalized"] != true || !normalizes;
    let no_orphans = merges.is_none_or(|merges| merges.orphans().is_empty());
    let rule = SplitRule::of_parts(file, vocabulary.surfaces());
    let parts_are_held = rule != SplitRule::Opaque || PARTS.contains(&describe_parts(file).as_str());
    no_orphans
        && parts_are_held
        && MODELS.contains(&describe_model(file).as_str())
        && sought(file, specials_in_text).all(known)
}

/// The added tokens that are looked for in texts.
pub fn sought(file: &Value, specials_in_text: bool) -> impl Iterator<Item = &Value> {
    let added = file["added_tokens"].as_array().into_iter().flatten();
    added.filter(move |token| specials_in_text || token["special"] != true)
}

/// A pattern in which `\w` or `\b` stands: what they match differs from the Python library's, by joiners and variation
/// selectors.
pub fn pattern_of_words(file: &Value) -> Option<&str> {
    let patterns = parts(file).into_iter().filter_map(|part| part["pattern"]["Regex"].as_str());
    patterns.into_iter().find(|pattern| [r"\w", r"\W", r"\b", r"\B"].iter().any(|class| has_class(pattern, class)))
}

/// Whether a class stands in a pattern; a backslash before it would make it plain text.
fn has_class(pattern: &str, class: &str) -> bool {
    pattern.match_indices(class).any(|(at, _)| {
        let before = pattern[..at].bytes().rev().take_while(|&byte| byte == b'\\').count();
        before % 2 == 0
    })
}

fn parts(file: &Value) -> Vec<&Value> {
    let mut parts = Vec::new();
    flatten(&file["normalizer"], &mut parts);
    flatten(&file["pre_tokenizer"], &mut parts);
    parts
}

/// Whether a part can leave a text without its first character.
fn may_remove_first(part: &Value) -> bool {
    match part["type"].as_str() {
        Some("NFC" | "NFD" | "NFKC" | "NFKD" | "Lowercase" | "Prepend" | "ByteLevel" | "Metaspace") => false,
        Some("Replace") => part["content"].as_str().is_none_or(str::is_empty),
        // Pre-tokenizers that cut and remove nothing.
        Some("Digits" | "Punctuation" | "UnicodeScripts") => false,
        _ => true,
    }
}

/// A file's model in a few letters.
fn describe_model(file: &Value) -> String {
    let model = &file["model"];
    let kind = model["type"].as_str().unwrap_or("");
    let named = |key: &str| !model[key].is_null();
    let usual = if kind == "WordPiece" { Some("##") } else { Some("") };
    let letters = [
        ('b', model["byte_fallback"] == true),
        ('f', model["fuse_unk"] == true),
        ('i', model["ignore_merges"] == true),
        ('u', named("unk_token") || named("unk_id")),
        ('p', named("continuing_subword_prefix") && model["continuing_subword_prefix"].as_str() != usual),
    ];
    let letters: String = letters.iter().filter(|(_, on)| *on).map(|(letter, _)| letter).collect();
    format!("{kind} {letters}").trim_end().to_string()
}

/// A file's normalizers and pre-tokenizers on a line.
fn describe_parts(file: &Value) -> String {
    let described: Vec<String> = parts(file).iter().map(|part| part.to_string()).collect();
    described.join(" ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn classes_of_words_are_told_from_backslashes() {
        let file = |pattern: &str| json!({"pre_tokenizer": {"type": "Split", "pattern": {"Regex": pattern}}});
        assert!(pattern_of_words(&file(r"\w+|x")).is_some() && pattern_of_words(&file(r"\\\b")).is_some());
        assert!(pattern_of_words(&file(r"\\w+")).is_none() && pattern_of_words(&file(r"\p{L}")).is_none());
    }

    #[test]
    fn shapes_that_the_fast_engine_gets_wrong_are_refused() {
        let token = |flag: &str| json!([{"content": "x", "special": false, flag: true}]);
        let metaspace = |scheme: &str| json!({"type": "Metaspace", "replacement": "▁", "prepend_scheme": scheme});
        let refused = |file: Value| refusal(&file, false).is_some();
        assert!(refused(json!({"added_tokens": token("normalized"), "pre_tokenizer": metaspace("always")})));
        assert!(!refused(json!({"added_tokens": token("normalized")})));
        assert!(refused(json!({"added_tokens": token("single_word")})));
        assert!(refused(json!({"model": {"type": "BPE", "end_of_word_suffix": "</w>"}})));
        let first = |normalizer: &str| json!({"normalizer": {"type": normalizer}, "pre_tokenizer": metaspace("first")});
        assert!(refused(first("Strip")) && refused(first("Precompiled")) && refused(first("StripAccents")));
        assert!(!refused(first("NFKC")) && !refused(json!({"pre_tokenizer": metaspace("first")})));
    }
}
