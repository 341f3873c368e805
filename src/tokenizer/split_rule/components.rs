//! Which rule a tokenizer's components come to: the kinds of normalizers, pre-tokenizers and models that are known, by the
//! canonical form of the file.

use serde_json::Value;

use super::SplitRule;

/// The rule for these components, `surfaces` being those of the vocabulary.
pub fn rule<'v>(file: &Value, mut surfaces: impl Iterator<Item = &'v str>) -> SplitRule {
    let normalizers = members(&file["normalizer"], "normalizers");
    let pre_tokenizers = members(&file["pre_tokenizer"], "pretokenizers");
    let kinds: Vec<&str> = normalizers.iter().map(|n| kind(n)).collect();
    let bert = |n: &Value| n["handle_chinese_chars"].as_bool().unwrap_or(true);
    let unicode = |kinds: &[&str]| {
        kinds
            .iter()
            .all(|k| matches!(*k, "NFC" | "NFD" | "NFKC" | "NFKD" | "Lowercase" | "StripAccents" | "Precompiled"))
    };
    match (kinds.as_slice(), pre_tokenizers.as_slice()) {
        (["BertNormalizer"], [only]) if kind(only) == "BertPreTokenizer" => {
            SplitRule::Bert { chinese: bert(normalizers[0]) }
        }
        ([], [only]) if is_regex(only, GPT2) => SplitRule::Gpt2,
        ([rest @ .., "MetaspaceNormalizer"], [only]) if cuts_before_mark(only) => {
            let others: Vec<&Value> =
                normalizers[..rest.len()].iter().copied().filter(|n| !unicode(&[kind(n)])).collect();
            let runs = others.iter().any(|n| strips_or_replaces_spaces(n));
            let known = others.iter().all(|n| strips_or_replaces_spaces(n) || replaces_within_words(n));
            if known { SplitRule::Metaspace { runs } } else { SplitRule::Opaque }
        }
        (["Prepend", "Replace"], []) if spells_metaspace(&normalizers) => {
            // The whole text is one word to the model; no merge reaches over a mark where no token holds one inside.
            let mut inside = |s: &str| s.trim_start_matches('▁').contains('▁');
            if kind(&file["model"]) == "BPE" && !surfaces.any(&mut inside) {
                SplitRule::Prepended
            } else {
                SplitRule::Opaque
            }
        }
        (kinds, pre_tokenizers) if unicode(kinds) && cut_before_space(pre_tokenizers) => SplitRule::Space,
        _ => SplitRule::Opaque,
    }
}

/// GPT-2's pre-tokenization pattern, as the canonical form spells it.
const GPT2: &str = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

/// Patterns in whose matches a space stands only first or among other white space, and which never look back.
const CUT_BEFORE_SPACE: [&str; 3] = [
    GPT2,
    // o200k (GPT-4o, Llama 4) and tekken (Mistral).
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+",
];

/// cl100k (GPT-4, Llama 3, Qwen), whose members differ in the digit rule between these two.
const CL100K: (&str, &str) = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}",
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
);

fn kind(component: &Value) -> &str {
    component["type"].as_str().unwrap_or("")
}

/// A component's members: itself, those of a sequence, or none.
fn members<'v>(component: &'v Value, name: &str) -> Vec<&'v Value> {
    match kind(component) {
        "Sequence" => component[name].as_array().map(|a| a.iter().collect()).unwrap_or_default(),
        "" => Vec::new(),
        _ => vec![component],
    }
}

fn is_regex(split: &Value, pattern: &str) -> bool {
    kind(split) == "Split"
        && split["pattern"]["Regex"].as_str() == Some(pattern)
        && matches!(split["behavior"].as_str(), None | Some("Isolated"))
        && split["invert"].as_bool() != Some(true)
}

/// A `Split` before every `▁`, which is what a `Metaspace` pre-tokenizer becomes.
fn cuts_before_mark(split: &Value) -> bool {
    kind(split) == "Split"
        && split["pattern"]["String"].as_str() == Some("▁")
        && split["behavior"].as_str() == Some("MergedWithNext")
        && split["invert"].as_bool() != Some(true)
}

/// Spaces at the end of the text, or several in a row.
fn strips_or_replaces_spaces(normalizer: &Value) -> bool {
    match kind(normalizer) {
        "Strip" => normalizer["strip_left"].as_bool() == Some(false),
        "Replace" => {
            normalizer["pattern"]["Regex"].as_str() == Some(" {2,}")
                && matches!(normalizer["content"].as_str(), Some(" " | "▁"))
        }
        _ => false,
    }
}

/// A literal without spaces by another.
fn replaces_within_words(normalizer: &Value) -> bool {
    let is_word = |text: &Value| {
        text.as_str().is_some_and(|text| !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || c == '▁'))
    };
    kind(normalizer) == "Replace" && is_word(&normalizer["pattern"]["String"]) && is_word(&normalizer["content"])
}

fn spells_metaspace(normalizers: &[&Value]) -> bool {
    normalizers[0]["prepend"].as_str() == Some("▁")
        && normalizers[1]["pattern"]["String"].as_str() == Some(" ")
        && normalizers[1]["content"].as_str() == Some("▁")
}

/// Whether these pre-tokenizers, one after the other, cut before every space that follows another character.
fn cut_before_space(pre_tokenizers: &[&Value]) -> bool {
    let known = |p: &&Value| {
        CUT_BEFORE_SPACE.iter().any(|pattern| is_regex(p, pattern))
            || (kind(p) == "Split"
                && p["pattern"]["Regex"].as_str().is_some_and(|pattern| {
                    pattern
                        .strip_prefix(CL100K.0)
                        .and_then(|rest| rest.strip_suffix(CL100K.1))
                        .is_some_and(|digits| matches!(digits, "" | "+" | "{1,2}" | "{1,3}") && is_regex(p, pattern))
                }))
            || matches!(kind(p), "Whitespace" | "WhitespaceSplit" | "BertPreTokenizer")
    };
    // These cut by the two characters beside a place, so they disturb nothing.
    let neutral = |p: &&Value| matches!(kind(p), "Digits" | "Punctuation");
    pre_tokenizers.iter().all(|p| known(p) || neutral(p)) && pre_tokenizers.iter().any(known)
}
