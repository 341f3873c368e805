//! Owns where sentences end: byte ranges that tile a text. Must not know where a text comes from, nor what becomes of it.
//!
//! `auto` reads a text once. `scan` stops at bytes that may matter; at a terminator `candidate` gathers what stands around it;
//! `rules` decides, in two halves: a boundary is proposed by the base (close to Unicode's UAX #29) or by a rule of `ADD`,
//! and stands unless a rule of `DROP` forbids it. Every look-ahead is bounded, so that the worst text takes time in
//! proportion to its length. Where no rule can have a say, `plain` decides. Rules go by script; a language, named or recognized,
//! only chooses word lists and a few habits (ordinals with a full stop, exclamations inside a sentence, small letters
//! after a full stop, quotations kept whole).
//!
//! # Adding a language
//!
//! 1. Put its abbreviations into `sentence/abbreviations/CODE.txt`; the head of `abbreviations.rs` explains the classes.
//!    Prefer few sure words: one that is a word of the language as well costs more boundaries than it saves. Frequent
//!    words and the alphabet's letters let `recognize` tell the language where none is named.
//! 2. Add a row to the table in `language.rs`: code, script, and whether capitals follow ordinals inside a sentence.
//! 3. Add sentences that go wrong without the list to `sentence/tests/languages.rs`.
//!
//! # Adding a rule
//!
//! A rule is a small function of a `Candidate`, named after what it recognizes, and a row in the table of `rules.rs`: the kinds
//! of terminators it is asked about and its examples, cut at "|". The examples are tests, and one of them has to fail
//! without the rule. A rule may look a bounded number of bytes around its candidate and no further; `tests/fuzz.rs` repeats
//! every pattern that once hurt, so add yours to `WORST`. No rule for a single case.

mod abbreviations;
mod auto;
mod candidate;
mod characters;
mod emoticon;
mod language;
mod line;
mod numbering;
mod plain;
mod recognize;
mod rules;
mod scan;
mod trailing;
pub mod uax29;
mod words;

#[cfg(test)]
mod tests;

pub use language::{Language, UnknownLanguage, standard_language};

/// How text is cut into sentences.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// rules and abbreviation lists for many languages; none where fim is to keep a text to the letter
    Auto,
    /// Unicode's default boundaries (UAX #29), without any list
    Uax29,
    /// every line is a sentence
    Line,
    /// the whole text is one sentence
    None,
}

/// Writes the byte offset of every sentence's end into `ends` (cleared first), strictly increasing; the last is the
/// text's length, and an empty text has none. The ranges tile the text, and each owns the white space before it: an end
/// lies after the sentence's last character that is not white space. White space at the text's end belongs to the last
/// sentence, and a text of white space alone is one sentence.
pub fn split(text: &str, method: Method, language: Option<Language>, ends: &mut Vec<usize>) {
    ends.clear();
    match method {
        Method::Auto => auto::split(text, language, ends),
        Method::Uax29 => {
            uax29::bounds(text, ends);
            give_white_space_forward(text, ends);
        }
        Method::Line => line::split(text, ends),
        Method::None => {}
    }
    end_with_text(text, ends);
}

/// Moves every end before the white space that precedes it, and drops ranges that were nothing else.
fn give_white_space_forward(text: &str, ends: &mut Vec<usize>) {
    let mut start = 0;
    ends.retain_mut(|end| {
        let range = &text[start..*end];
        let trimmed = start + range.trim_end().len();
        let is_white = trimmed == start;
        start = *end;
        *end = trimmed;
        !is_white
    });
}

/// Lets the last sentence reach the text's end.
fn end_with_text(text: &str, ends: &mut Vec<usize>) {
    match ends.last_mut() {
        Some(last) if text[*last..].trim_start().is_empty() => *last = text.len(),
        _ if text.is_empty() => {}
        _ => ends.push(text.len()),
    }
}
