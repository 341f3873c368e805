//! Owns the terminators that need no rules, which are most of running text: a mark after a word in small letters that no
//! list abbreviates, perhaps a closing quote, a space, perhaps an opening quote, and a capital. The base proposes a
//! boundary there and no rule forbids it; a test holds this module to that. Must not know any exception.

use super::abbreviations::{LONGEST, entry};

/// Where the sentence ends and where the next one starts, if the terminator at `at` in a sentence from `start` is plain.
pub(super) fn cut(text: &str, start: usize, at: usize) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let end = at + 1 + quote(&bytes[at + 1..], &CLOSERS);
    if bytes.get(end) != Some(&b' ') {
        return None;
    }
    let next = end + 1;
    let capital = next + quote(&bytes[next..], &OPENERS);
    if !bytes.get(capital)?.is_ascii_uppercase() {
        return None;
    }
    let is_plain = match bytes[at] {
        b'.' => follows_a_plain_word(text, start, at) && !is_abbreviated(&bytes[next..]),
        b'!' | b'?' => at > start && bytes[at - 1].is_ascii_alphabetic(),
        _ => false,
    };
    is_plain.then_some((end, next))
}

const CLOSERS: [&[u8]; 4] = [b"\"", b")", "”".as_bytes(), "’".as_bytes()];
const OPENERS: [&[u8]; 3] = [b"\"", "“".as_bytes(), "‘".as_bytes()];

/// The length of the quote that bytes begin with, or 0.
fn quote(bytes: &[u8], quotes: &[&[u8]]) -> usize {
    match bytes.first() {
        Some(b'"' | b')' | 0xE2) => quotes.iter().find(|quote| bytes.starts_with(quote)).map_or(0, |quote| quote.len()),
        _ => 0,
    }
}

/// Whether small letters that mean nothing but a word end at `at`.
fn follows_a_plain_word(text: &str, start: usize, at: usize) -> bool {
    let bytes = &text.as_bytes()[start..at];
    let length = bytes.iter().rev().take(LONGEST).take_while(|byte| byte.is_ascii_lowercase()).count();
    let (before, word) = bytes.split_at(bytes.len() - length);
    let stands_apart = match before {
        [.., b'.', b' '] => false,
        [.., b' ' | b',' | b'"' | b'\'' | b'('] | [] => true,
        _ => false,
    };
    let is_word = stands_apart
        && (3..LONGEST).contains(&length)
        && !word.ends_with(b"str")
        && !word.iter().all(|byte| b"ivx".contains(byte));
    is_word && entry(&text[at - length..at]).is_none_or(|entry| entry.abbreviates_in(false) == 0)
}

/// Whether the word that bytes begin with may have a full stop after it.
fn is_abbreviated(bytes: &[u8]) -> bool {
    let after = bytes.iter().take(LONGEST).find(|byte| !byte.is_ascii_alphanumeric());
    !after.is_some_and(|&byte| byte.is_ascii() && byte != b'.' && byte != b'\'')
}
