//! Normalizers that end in writing `▁` for spaces: which kinds are known, what they do with white space, and what becomes of
//! a character on its way through them.

use tokenizers::normalizers::metaspace::PrependBehavior;
use tokenizers::normalizers::replace::ReplacePattern;
use tokenizers::pipeline::{PipelineNormalizer, PipelinePreTokenizer};
use tokenizers::pre_tokenizers::split::SplitPattern;
use tokenizers::tokenizer::SplitDelimiterBehavior;
use unicode_segmentation::UnicodeSegmentation;

use super::characters::{Character, Letters};
use super::parts::Parts;

/// What stands for a space.
pub const MARK: &str = "▁";

/// How white space is treated.
#[derive(Clone, Copy)]
pub struct Rules {
    /// White space of all kinds separates words and leaves no trace but one mark.
    pub drops_space: bool,
    /// And it does not matter how much of it there is.
    pub ignores_runs: bool,
    /// A text that does not begin with white space gets a mark all the same.
    pub prepends: bool,
    /// How many normalizers stand before the one that writes marks.
    pub before_mark: usize,
    /// How many stand before the first that looks at runs of spaces or at the end of the text, if there is one.
    pub before_runs: Option<usize>,
}

/// Whether texts are cut before every mark and nowhere else.
pub fn cuts_before_mark(pre_tokenizer: &PipelinePreTokenizer) -> bool {
    match pre_tokenizer {
        PipelinePreTokenizer::Split(split) => {
            split.pattern == SplitPattern::String(MARK.into())
                && split.behavior == SplitDelimiterBehavior::MergedWithNext
                && !split.invert
        }
        PipelinePreTokenizer::Sequence(sequence) => {
            matches!(sequence.pre_tokenizers(), [only] if cuts_before_mark(only))
        }
        _ => false,
    }
}

impl Rules {
    /// The rules of an engine, if its normalizers are all of kinds that are known here.
    pub fn of(parts: &Parts) -> Option<Self> {
        let [before @ .., PipelineNormalizer::Metaspace(last)] = parts.normalizers() else { return None };
        if !before.iter().all(is_known) || last.delimiter().to_string() != MARK {
            return None;
        }
        let drops_space = last.drop_whitespace();
        if drops_space && last.prepend() != PrependBehavior::Always {
            return None;
        }
        let normal = |text: &str| parts.normalize_fully(text).ok().map(String::from);
        let prepends = normal("a")? == "▁a";
        // Else the probes that follow would say nothing.
        if normal("a a")? != format!("{}▁a", normal("a")?) || normal(" a")? != "▁a" {
            return None;
        }
        let ignores_runs = drops_space && !before.iter().any(is_mark_for_run);
        let before_runs = before.iter().position(looks_at_runs);
        Some(Rules { drops_space, ignores_runs, prepends, before_mark: before.len(), before_runs })
    }
}

/// Normalizers that look at characters, graphemes and combining sequences, at runs of spaces, or at the end of the text.
fn is_known(normalizer: &PipelineNormalizer) -> bool {
    match normalizer {
        PipelineNormalizer::Precompiled(_)
        | PipelineNormalizer::NFC(_)
        | PipelineNormalizer::NFD(_)
        | PipelineNormalizer::NFKC(_)
        | PipelineNormalizer::NFKD(_)
        | PipelineNormalizer::StripAccents(_)
        | PipelineNormalizer::Lowercase(_) => true,
        PipelineNormalizer::Strip(strip) => !strip.strip_left,
        PipelineNormalizer::Replace(replace) => match replace.pattern() {
            ReplacePattern::String(pattern) => {
                let is_word = |text: &str| !text.contains(|c: char| c.is_whitespace() || c == '▁');
                let texts = [pattern, &replace.content];
                texts.into_iter().all(|text| !text.is_empty() && is_word(text))
            }
            ReplacePattern::Regex(pattern) => pattern == " {2,}" && matches!(replace.content.as_str(), " " | MARK),
        },
        _ => false,
    }
}

fn looks_at_runs(normalizer: &PipelineNormalizer) -> bool {
    match normalizer {
        PipelineNormalizer::Strip(_) => true,
        PipelineNormalizer::Replace(replace) => matches!(replace.pattern(), ReplacePattern::Regex(_)),
        _ => false,
    }
}

/// Whether a normalizer writes a mark for several spaces.
fn is_mark_for_run(normalizer: &PipelineNormalizer) -> bool {
    matches!(normalizer, PipelineNormalizer::Replace(replace) if replace.content == MARK)
}

/// What becomes of a character.
pub fn ask(parts: &Parts, rules: Rules, c: char) -> Character {
    answer(parts, rules, c).unwrap_or(Character::Open)
}

fn answer(parts: &Parts, rules: Rules, c: char) -> Option<Character> {
    let mut bytes = [0; 4];
    let text: &str = c.encode_utf8(&mut bytes);
    let fully = |text: &str| parts.normalize_fully(text).ok().map(String::from);
    if c.is_ascii() && (c == ' ' || (rules.drops_space && c.is_whitespace())) {
        let is_space = fully(&format!("a{c}a"))? == format!("{}▁a", fully("a")?);
        return Some(if is_space { Character::Space } else { Character::Open });
    }
    let normal = |text: &str| parts.normalize(rules.before_mark, text).ok().map(String::from);
    let letters = normal(text)?;
    if letters.is_empty() || letters.ends_with(char::is_whitespace) || joins(text, " ") {
        return Some(Character::Open);
    }
    let stands_alone = !is_social(text)
        && !letters.contains(|c: char| c.is_whitespace() || c == '▁')
        && !letters.chars().any(|c| is_social(c.encode_utf8(&mut [0; 4])))
        && !is_replaced(parts, rules, text)?
        && normal(&format!("a{c}{c}a"))? == format!("{0}{letters}{letters}{0}", normal("a")?);
    let letters = Letters::of(&letters).filter(|_| stands_alone);
    Some(letters.map_or(Character::Guarded, Character::Letters))
}

/// Whether two characters make one grapheme.
fn joins(left: &str, right: &str) -> bool {
    [left, right].concat().graphemes(true).count() == 1
}

/// Whether a character can share a grapheme with one that is not social itself: marks, joiners, jamo, regional indicators.
fn is_social(c: &str) -> bool {
    joins("a", c) || joins(c, "a") || joins("\u{1160}", c) || joins(c, "가") || joins(c, c)
}

/// Whether a replaced text holds what becomes of a character on its way.
fn is_replaced(parts: &Parts, rules: Rules, c: &str) -> Option<bool> {
    let mut found = false;
    for (at, normalizer) in parts.normalizers()[..rules.before_mark].iter().enumerate() {
        if let PipelineNormalizer::Replace(replace) = normalizer
            && let ReplacePattern::String(pattern) = replace.pattern()
        {
            let letters = parts.normalize(at, c).ok()?;
            found |= letters.contains(|c| pattern.contains(c));
        }
    }
    Some(found)
}
