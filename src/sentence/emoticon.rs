//! Owns what stands apart after a terminator and yet belongs to the sentence: "! 😀", "! :-)", ". )", `. [12]`. Must not
//! know whether a sentence ends there.

use super::candidate::{Candidate, kind};
use super::characters::{char_at, floor_char, is_invisible, is_opener};
use super::trailing::{pictographs_end, reference_end};

/// How far back quotes are counted to tell whether one closes.
const QUOTE_REACH: usize = 1024;

/// The end of the emoticon, reference or closer at the candidate's `next`, if one stands there alone.
pub(super) fn end_at(candidate: &Candidate) -> Option<usize> {
    let next = candidate.next;
    let c = char_at(candidate.text, next)?;
    let after = next + c.len_utf8();
    if closes_apart(c, char_at(candidate.text, after)) {
        return Some(after);
    }
    let end = match c {
        '"' if stands_alone(candidate.text, after) && closes_a_quotation(candidate) => after,
        '[' => reference_end(candidate.text, next)?,
        ':' | ';' | '=' | '8' => emoticon_end(candidate.text, next)?,
        _ if !c.is_ascii() => pictographs_end(candidate.text, next)?,
        _ => return None,
    };
    (stands_alone(candidate.text, end) && candidate.kind != kind::ELLIPSIS).then_some(end)
}

fn stands_alone(text: &str, end: usize) -> bool {
    char_at(text, end).is_none_or(|c| c.is_whitespace() || is_invisible(c))
}

/// Whether a mark after white space closes all the same: it cannot open, or no word is glued to it.
fn closes_apart(c: char, after: Option<char>) -> bool {
    match c {
        ')' | ']' | '}' | '」' | '』' | '）' | '》' | '〉' | '】' | '〕' | '］' | '｝' | '｣' => true,
        '”' | '»' | '›' => !after.is_some_and(|c| c.is_alphanumeric() || is_opener(c)),
        _ => false,
    }
}

/// Whether a quote opened before is still open.
fn closes_a_quotation(candidate: &Candidate) -> bool {
    let floor = candidate.start.max(floor_char(candidate.text, candidate.stop, QUOTE_REACH));
    memchr::memchr_iter(b'"', &candidate.text.as_bytes()[floor..candidate.end]).count() % 2 == 1
}

/// The end of ":)", ";-)", "=D".
fn emoticon_end(text: &str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut end = at + 1;
    if bytes.get(end).is_some_and(|b| b"-'^o".contains(b)) {
        end += 1;
    }
    let mouth = *bytes.get(end)?;
    if !b")(DPp/|]O*".contains(&mouth) {
        return None;
    }
    let run = bytes[end..].iter().take(20).take_while(|&&b| b == mouth).count();
    Some(end + run)
}
