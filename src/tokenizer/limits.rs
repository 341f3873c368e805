//! What a tokenizer file may not ask of the libraries: they allocate whatever it says, and an allocation that fails ends
//! the process, where a panic is caught.
//!
//! Looks at the file's JSON, in old and new forms alike, so every part is told by its fields and not by its `type` alone.

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

/// How many times its length a text may take on its way through the normalizers.
const MAX_GROWTH: usize = 1024;
/// Parts in a sequence; real files have a dozen.
const MAX_PARTS: usize = 500;
/// Unicode normalizations in a file. A single one is harmless; one after every replacement is not.
const MAX_UNICODE_PARTS: usize = 4;
/// The longest text that a charsmap may give for a character; SentencePiece's own needs 33 bytes.
const MAX_CHARSMAP_ENTRY: usize = 64;

/// The longest token, in bytes. Tries of the vocabulary are built by recursion, a level for each byte.
const MAX_TOKEN_BYTES: usize = 8 << 10;

/// Refuses a file whose parts would take memory without bound, or more stack than there is.
pub fn check(file: &Value) -> Result<()> {
    let model = &file["model"]["vocab"];
    let keys = model.as_object().into_iter().flatten().map(|(token, _)| token.len());
    let pieces = model.as_array().into_iter().flatten().filter_map(|piece| piece[0].as_str()).map(str::len);
    if let Some(length) = keys.chain(pieces).find(|&length| length > MAX_TOKEN_BYTES) {
        bail!("a token of {length} bytes, over the {MAX_TOKEN_BYTES} that are taken (save the tokenizer anew)");
    }
    let before = [&file["normalizer"], &file["pre_tokenizer"]];
    for chain in [&before[..], &[&file["decoder"]]] {
        let mut parts = Vec::new();
        chain.iter().for_each(|part| flatten(part, &mut parts));
        check_parts(&parts)?;
    }
    Ok(())
}

/// The parts of nested sequences, in order.
pub fn flatten<'f>(part: &'f Value, parts: &mut Vec<&'f Value>) {
    let inner = ["normalizers", "pretokenizers", "decoders"].into_iter().filter_map(|key| part[key].as_array());
    let before = parts.len();
    inner.flatten().for_each(|part| flatten(part, parts));
    if parts.len() == before && part.is_object() {
        parts.push(part);
    }
}

fn check_parts(parts: &[&Value]) -> Result<()> {
    ensure!(
        parts.len() <= MAX_PARTS,
        "a sequence of {} parts (at most {MAX_PARTS}; save the tokenizer anew)",
        parts.len()
    );
    let charsmaps = parts.iter().filter_map(|part| part.get("precompiled_charsmap"));
    charsmaps.clone().try_for_each(check_charsmap)?;
    let unicode = parts.iter().filter_map(|part| part["type"].as_str()).filter(|kind| is_unicode(kind)).count();
    ensure!(
        unicode <= MAX_UNICODE_PARTS && charsmaps.count() <= 2,
        "it normalizes characters over and over (leave one normalization in it)"
    );
    let steps: Vec<Step> = parts.iter().filter_map(|part| Step::of(part)).collect();
    let seeds = steps.iter().flat_map(Step::seeds).chain(["a", "é"]);
    let mut seeds: Vec<&str> = seeds.filter(|seed| !seed.is_empty()).collect();
    seeds.sort_unstable();
    seeds.dedup();
    seeds.into_iter().try_for_each(|seed| check_growth(seed, &steps))
}

fn is_unicode(kind: &str) -> bool {
    matches!(kind, "NFC" | "NFD" | "NFKC" | "NFKD" | "BertNormalizer")
}

/// A part that can make a text longer.
enum Step<'f> {
    /// `None` for a pattern that is no plain text: it may match every character.
    Replace(Option<&'f str>, &'f str),
    Prepend(&'f str),
    Lowercase,
    /// A character for every byte.
    ByteLevel,
}

impl<'f> Step<'f> {
    fn of(part: &'f Value) -> Option<Self> {
        let text = |key: &str| part[key].as_str();
        match (text("type"), text("content"), text("prepend")) {
            (_, Some(content), _) if part.get("pattern").is_some() => {
                Some(Step::Replace(part["pattern"]["String"].as_str().or(text("pattern")), content))
            }
            (_, _, Some(prefix)) => Some(Step::Prepend(prefix)),
            (Some("Lowercase"), ..) => Some(Step::Lowercase),
            (Some("ByteLevel"), ..) => Some(Step::ByteLevel),
            // The older form of a byte-level part may lack its type.
            (None, ..) if part.get("trim_offsets").is_some() => Some(Step::ByteLevel),
            _ => None,
        }
    }

    /// Texts on which this step or one after a pattern does the most.
    fn seeds(&self) -> impl Iterator<Item = &'f str> + use<'f> {
        let (one, other) = match *self {
            Step::Replace(pattern, content) => (pattern, Some(content)),
            Step::Prepend(prefix) => (Some(prefix), None),
            Step::Lowercase | Step::ByteLevel => (None, None),
        };
        one.into_iter().chain(other)
    }

    /// At least as long as what the library makes of the text; `None` where that is over `limit`.
    fn apply(&self, text: &str, limit: usize) -> Option<String> {
        let (count, each) = match *self {
            Step::Replace(Some(""), content) | Step::Replace(None, content) => {
                (text.chars().count() + 1, content.len())
            }
            Step::Replace(Some(pattern), content) => (text.matches(pattern).count(), content.len()),
            Step::Prepend(prefix) => (1, prefix.len()),
            Step::Lowercase | Step::ByteLevel => (text.len(), 1),
        };
        if count.saturating_mul(each).saturating_add(text.len()) > limit {
            return None;
        }
        Some(match *self {
            Step::Replace(Some(pattern), content) if !pattern.is_empty() => text.replace(pattern, content),
            Step::Replace(_, content) if content.len() > text.len() / count.max(1) => content.repeat(count),
            Step::Replace(..) => text.to_owned(),
            Step::Prepend(prefix) => [prefix, text].concat(),
            Step::Lowercase => text.to_lowercase(),
            Step::ByteLevel => {
                text.bytes().map(|byte| if byte.is_ascii_graphic() { char::from(byte) } else { 'Ġ' }).collect()
            }
        })
    }
}

/// Follows a text through the steps.
fn check_growth(seed: &str, steps: &[Step]) -> Result<()> {
    let limit = MAX_GROWTH * seed.len().max(4);
    let mut text = seed.to_owned();
    for step in steps {
        let Some(next) = step.apply(&text, limit) else {
            bail!("it makes texts over {MAX_GROWTH} times as long (mend its normalizer: Replace, Prepend or ByteLevel)")
        };
        text = next;
    }
    Ok(())
}

/// A charsmap is base64: the size of its table, the table, and texts that end in NUL. The libraries allocate the size unseen.
fn check_charsmap(charsmap: &Value) -> Result<()> {
    let bytes = charsmap.as_str().and_then(decode_base64);
    let bytes = bytes.context("its precompiled_charsmap is no base64 (save the tokenizer anew)")?;
    let damaged = "its precompiled_charsmap is damaged";
    let (size, rest) =
        bytes.split_first_chunk().with_context(|| format!("{damaged}: it is empty (save the tokenizer anew)"))?;
    let (table, whole) = (u32::from_le_bytes(*size) as usize, rest.len());
    ensure!(
        table > 0 && table % 4 == 0 && table <= whole,
        "{damaged}: a table of {table} bytes in {whole} (save the tokenizer anew)"
    );
    let longest = rest[table..].split(|&byte| byte == 0).map(<[u8]>::len).max().unwrap_or(0);
    ensure!(
        longest <= MAX_CHARSMAP_ENTRY,
        "{damaged}: a text of {longest} bytes for a character (save the tokenizer anew)"
    );
    Ok(())
}

/// `None` where a character is none of base64's; what stands at the end is the library's to judge.
fn decode_base64(text: &str) -> Option<Vec<u8>> {
    let digit = |c: u8| match c {
        b'A'..=b'Z' => Some(c - b'A'),
        b'a'..=b'z' => Some(c - b'a' + 26),
        b'0'..=b'9' => Some(c - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let digits = text.trim_end_matches('=').as_bytes();
    let mut bytes = Vec::with_capacity(digits.len() / 4 * 3 + 3);
    for group in digits.chunks(4) {
        let mut bits = 0u32;
        for at in 0..4 {
            bits = bits << 6 | u32::from(group.get(at).map_or(Some(0), |&c| digit(c))?);
        }
        bytes.extend_from_slice(&bits.to_be_bytes()[1..group.len()]);
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refusal(normalizer: Value) -> String {
        check(&json!({ "normalizer": normalizer })).expect_err("refused").to_string()
    }

    #[test]
    fn normalizers_that_multiply_a_text_are_refused() {
        let doubling = json!({"type": "Replace", "pattern": {"String": "q"}, "content": "qq"});
        let everything = json!({"type": "Replace", "pattern": {"Regex": "."}, "content": "abcdefgh"});
        for part in [doubling, everything, json!({"type": "ByteLevel"}), json!({"prepend": "x".repeat(100)})] {
            assert!(
                refusal(json!({"type": "Sequence", "normalizers": vec![part.clone(); 60]})).contains("times as long")
            );
            assert!(refusal(json!({"normalizers": [{"normalizers": vec![part; 60]}]})).contains("times as long"));
        }
        assert!(refusal(json!({"pattern": {"String": ""}, "content": "x".repeat(5000)})).contains("times as long"));
        assert!(refusal(json!({"normalizers": vec![json!({"type": "NFKD"}); 9]})).contains("over and over"));
        let levels = vec![json!({"type": "ByteLevel", "trim_offsets": true}); 30];
        check(&json!({"pre_tokenizer": {"pretokenizers": levels}})).expect_err("refused");
    }

    #[test]
    fn tokens_without_end_are_refused() {
        for vocab in [json!({"x".repeat(9000): 0}), json!([["x".repeat(9000), 0.0]])] {
            let refusal = check(&json!({"model": {"vocab": vocab}})).expect_err("refused").to_string();
            assert!(refusal.contains("a token of 9000 bytes"), "{refusal}");
        }
    }

    #[test]
    fn normalizers_of_real_files_pass() {
        let spaced: Vec<Value> = ('a'..='z')
            .map(|c| json!({"type": "Replace", "pattern": {"String": c}, "content": format!(" {} ", c.to_uppercase())}))
            .collect();
        for normalizer in [
            json!({"type": "Sequence", "normalizers": spaced}),
            json!({"type": "Sequence", "normalizers": [
                {"type": "Prepend", "prepend": "▁"}, {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]}),
            json!({"type": "Sequence", "normalizers": [
                {"type": "Replace", "pattern": {"String": "``"}, "content": "\""}, {"type": "NFKD"}, {"type": "StripAccents"},
                {"type": "Lowercase"}, {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": "▁"}]}),
            Value::Null,
        ] {
            check(&json!({ "normalizer": normalizer })).expect("allowed");
        }
    }

    #[test]
    fn charsmaps_are_held_against_their_length_whatever_their_type_says() {
        assert!(refusal(json!({"precompiled_charsmap": "gICAgA=="})).contains("a table of 2155905152 bytes in 0"));
        assert!(refusal(json!({"type": "Precompiled", "precompiled_charsmap": "!"})).contains("no base64"));
        assert!(refusal(json!({"type": "Precompiled", "precompiled_charsmap": ""})).contains("it is empty"));
        assert_eq!(decode_base64("aGVsbG8="), Some(b"hello".to_vec()));
        // A table of four zero bytes, then a text of a hundred.
        let long = ["BAAAAAAAAAB4".to_string(), "eHh4".repeat(33)].concat();
        assert!(
            refusal(json!({"type": "Precompiled", "precompiled_charsmap": long})).contains("100 bytes for a character")
        );
    }
}
