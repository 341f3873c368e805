//! Where a text may be cut so that its parts, encoded apart, give the ids of the whole.
//!
//! Such a place is called a *split point*. For each kind of tokenizer there is a rule that looks at the characters beside
//! the place and is certain whatever stands further off; a tokenizer of a kind not known here has no split points, and its
//! windows are encoded whole. The rules rest on how the pre-tokenizer cuts, and are held against whole encodings in the tests.
//! Knows the tokenizer file's JSON (in its canonical form) and nothing of the engine.

mod components;

use serde_json::Value;

/// Which rule decides about split points, and what the text after one needs to be encoded on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SplitRule {
    /// None known: encode whole.
    Opaque,
    /// GPT-2's pattern: before white space; between closing punctuation and a letter.
    Gpt2,
    /// The later GPT patterns glue line breaks to punctuation: before a space only.
    Space,
    /// BERT's: at white space, at punctuation and, where they are set apart, at Chinese characters.
    Bert {
        /// `handle_chinese_chars`.
        chinese: bool,
    },
    /// `▁` for a space, put before the text where there is none: before a space, which the mark replaces.
    Metaspace {
        /// Several spaces become one, or those at the end none.
        runs: bool,
    },
    /// The same, put before the text always: the part after the split point is encoded without its first space.
    Prepended,
}

impl SplitRule {
    /// The rule for a tokenizer, from its canonical file and the surfaces of its vocabulary. `specials_in_text` says that
    /// special tokens are looked for in the text as well.
    pub fn of<'v>(file: &Value, surfaces: impl Iterator<Item = &'v str>, specials_in_text: bool) -> SplitRule {
        let rule = SplitRule::of_parts(file, surfaces);
        let sought = file["added_tokens"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|token| specials_in_text || token["special"].as_bool() != Some(true));
        sought.fold(rule, |rule, token| {
            // Added tokens are looked for before anything else. One that holds a space inside, or swallows those after it,
            // can lie across any split point; one of white space alone across none.
            let content = token["content"].as_str().unwrap_or("");
            // The mark is put before every stretch between added tokens, not before the text alone.
            let marks_stretches = rule == SplitRule::Prepended;
            if marks_stretches
                || token["rstrip"].as_bool() == Some(true)
                || content.trim_start().contains(char::is_whitespace)
            {
                SplitRule::Opaque
            } else if !content.trim_start().is_empty() && matches!(rule, SplitRule::Gpt2 | SplitRule::Bert { .. }) {
                SplitRule::Space
            } else {
                rule
            }
        })
    }

    /// The same by its components alone, whatever added tokens are sought.
    pub fn of_parts<'v>(file: &Value, surfaces: impl Iterator<Item = &'v str>) -> SplitRule {
        components::rule(file, surfaces)
    }

    /// Whether `text[..at]` and `text[at..]` may be encoded apart. `at` is a character boundary inside the text.
    pub fn is_split_point(self, text: &str, at: usize) -> bool {
        // The common case: a space between two ASCII characters.
        if at > 0
            && let [left, b' ', next, ..] = text.as_bytes()[at - 1..]
            && left.is_ascii_graphic()
            && next.is_ascii()
        {
            return self != SplitRule::Opaque;
        }
        let (Some(left), Some(right)) = (text[..at].chars().next_back(), text[at..].chars().next()) else {
            return true;
        };
        if left.is_whitespace() {
            return false;
        }
        match self {
            SplitRule::Opaque => false,
            SplitRule::Gpt2 => right.is_whitespace() || (is_closing(left) && left != '\'' && is_letter(right)),
            SplitRule::Space => right == ' ' && stands_alone(left, &text[at + 1..]),
            SplitRule::Metaspace { runs } => {
                right == ' ' && stands_alone(left, &text[at + 1..]) && (!runs || stays(left))
            }
            // Nothing cuts the text: a mark written out runs together with the one that the space becomes.
            SplitRule::Prepended => right == ' ' && left != '▁' && stands_alone(left, &text[at + 1..]),
            SplitRule::Bert { chinese } => {
                matches!(right, ' ' | '\t' | '\n' | '\r' | '\u{a0}' | '\u{3000}')
                    || is_closing(left)
                    || (chinese && (is_chinese(left) || is_chinese(right)))
            }
        }
    }

    /// Whether words between split points are worth remembering: not where the engine remembers pre-tokens itself.
    pub fn remembers_words(self) -> bool {
        matches!(self, SplitRule::Bert { .. } | SplitRule::Metaspace { .. } | SplitRule::Prepended)
    }

    /// Whether pre-tokens begin and end at every split point, and at white space that ends a line, whatever stands
    /// around them.
    pub fn are_pre_token_edges(self) -> bool {
        matches!(self, SplitRule::Gpt2 | SplitRule::Space)
    }

    /// What of the text after a split point goes to the engine, which takes every text for a whole one.
    pub fn after(self, text: &str) -> &str {
        match self {
            SplitRule::Prepended => text.strip_prefix(' ').unwrap_or(text),
            _ => text,
        }
    }
}

/// A space before which a grapheme surely ends and that carries no combining mark of its own: then no normalizer that
/// works on graphemes or combining sequences looks across.
fn stands_alone(left: char, after_space: &str) -> bool {
    let next = after_space.chars().next();
    let marked = next.is_some_and(|c| !c.is_ascii() && !c.is_alphanumeric() && !is_closing(c) && !is_opening(c))
        || next.is_some_and(|c| !c.is_ascii() && begins_as_mark(after_space));
    !(marked || is_prepended_mark(left))
}

fn begins_as_mark(text: &str) -> bool {
    use unicode_segmentation::UnicodeSegmentation;
    let Some(first) = text.chars().next() else { return false };
    let mut spaced = String::with_capacity(8);
    spaced.push(' ');
    spaced.push(first);
    spaced.graphemes(true).count() == 1
}

/// A character that no normalizer turns into a space or nothing.
fn stays(left: char) -> bool {
    is_closing(left) || is_opening(left) || (left.is_alphanumeric() && !begins_as_mark(left.encode_utf8(&mut [0; 4])))
}

/// Characters that join the grapheme of what follows (Grapheme_Cluster_Break=Prepend), by ranges a little too wide.
fn is_prepended_mark(c: char) -> bool {
    matches!(u32::from(c), 0x600..=0x605 | 0x6dd | 0x70f | 0x890..=0x891 | 0x8e2 | 0xd4e | 0x11000..=0x11fff)
}

/// Punctuation that ends sentences and quotations: never a letter, a digit, a mark or a control to any tokenizer.
fn is_closing(c: char) -> bool {
    c.is_ascii_punctuation()
        || matches!(
            c,
            '。' | '．'
                | '！'
                | '？'
                | '」'
                | '』'
                | '）'
                | '】'
                | '》'
                | '〉'
                | '”'
                | '’'
                | '»'
                | '…'
                | '।'
                | '॥'
                | '؟'
                | '۔'
                | '、'
                | '，'
                | '；'
                | '：'
        )
}

fn is_opening(c: char) -> bool {
    matches!(
        c,
        '「' | '『'
            | '（'
            | '【'
            | '《'
            | '〈'
            | '“'
            | '‘'
            | '«'
            | '¿'
            | '¡'
            | '—'
            | '–'
            | '•'
            | '·'
            | '†'
            | '§'
            | '€'
            | '£'
            | '°'
            | '„'
    )
}

/// Certainly a letter (general category L) with no combining behaviour.
fn is_letter(c: char) -> bool {
    c.is_ascii_alphabetic()
        || is_chinese(c)
        || matches!(c, 'あ'..='ん' | 'ア'..='ン' | '가'..='힣' | 'а'..='я' | 'А'..='Я' | 'ก'..='ะ')
}

/// As BERT's normalizer has it: the CJK ideographs.
fn is_chinese(c: char) -> bool {
    matches!(u32::from(c),
        0x4e00..=0x9fff | 0x3400..=0x4dbf | 0x20000..=0x2a6df | 0x2a700..=0x2b73f | 0x2b740..=0x2b81f
        | 0x2b920..=0x2ceaf | 0xf900..=0xfaff | 0x2f800..=0x2fa1f)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gpt_2_splits_at_white_space_and_not_at_glued_punctuation() {
        let splits = |text: &str, at: usize| SplitRule::Gpt2.is_split_point(text, at);
        assert!(splits("One. Two", 4) && splits("One.\nTwo", 4) && splits("三。四", 6) && splits("One.Two", 4));
        assert!(!splits("One._Two", 4) && !splits("One.$2", 4) && !splits("don't", 4) && !splits("ab", 1));
    }

    #[test]
    fn line_breaks_are_split_points_only_where_no_pattern_glues_them() {
        assert!(!SplitRule::Space.is_split_point("One.\nTwo", 4) && SplitRule::Space.is_split_point("One. Two", 4));
        assert!(SplitRule::Bert { chinese: true }.is_split_point("One.\nTwo", 4));
        // BERT's normalizer drops this white space, as it is a control character.
        assert!(!SplitRule::Bert { chinese: true }.is_split_point("One\u{85}Two", 3));
    }

    #[test]
    fn a_space_that_carries_a_mark_is_not_a_split_point_for_grapheme_normalizers() {
        assert!(!SplitRule::Metaspace { runs: false }.is_split_point("a. \u{301}b", 2));
        assert!(!SplitRule::Metaspace { runs: false }.is_split_point("a\u{600} b", 3));
        assert!(
            SplitRule::Metaspace { runs: false }.is_split_point("a. b", 2)
                && SplitRule::Metaspace { runs: false }.is_split_point("a. ไทย", 2)
        );
    }

    #[test]
    fn a_literal_mark_before_a_space_is_not_a_split_point_where_nothing_cuts_at_marks() {
        assert!(!SplitRule::Prepended.is_split_point("a▁ b", 4) && SplitRule::Prepended.is_split_point("ä. b", 3));
    }

    #[test]
    fn a_tokenizer_of_unknown_kind_has_no_split_points() {
        let file =
            serde_json::json!({"normalizer": {"type": "Strip"}, "pre_tokenizer": null, "model": {"type": "BPE"}});
        assert_eq!(SplitRule::of(&file, ["a"].into_iter(), false), SplitRule::Opaque);
    }
}
