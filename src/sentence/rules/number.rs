//! Rules about numbers with a full stop after them.

use crate::sentence::abbreviations::Classes;
use crate::sentence::candidate::Candidate;
use crate::sentence::characters::is_opener;
use crate::sentence::words::is_roman;

/// "3. Oktober", "XII. Pluku": third, twelfth. Before a month in any language; before any capital where the language writes
/// ordinals so, unless a sentence likely starts there.
pub(super) fn ordinal(candidate: &Candidate) -> bool {
    let word = candidate.word.trim_start_matches('-');
    let is_digits = (1..=3).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_digit());
    if !is_digits && !is_roman(word) || candidate.closed() {
        return false;
    }
    if !candidate.head.is_alphabetic() || candidate.head_at > candidate.next {
        return false;
    }
    let next = candidate.next_classes();
    if is_digits && word.len() <= 2 && next.has(Classes::MONTH) {
        return candidate.language().is_none_or(|row| row.dotted_ordinals);
    }
    let stands_apart = candidate.text[..candidate.word_start()].ends_with(|c: char| c.is_whitespace() || is_opener(c));
    candidate.language().is_some_and(|row| row.dotted_ordinals) && stands_apart && !next.has(Classes::START)
}

/// "1. Buy milk", "Q. What": a sentence does not end with the number it begins with.
pub(super) fn item_of_a_list(candidate: &Candidate) -> bool {
    let bytes = candidate.word.as_bytes();
    let is_number = match bytes.len() {
        1 => bytes[0].is_ascii_alphanumeric(),
        2..=3 => {
            bytes.iter().all(u8::is_ascii_digit) || bytes.iter().all(|b| b"ivx".contains(b)) || is_roman(candidate.word)
        }
        4..=8 => {
            is_roman(candidate.word)
                || bytes.iter().all(|b| b.is_ascii_digit() || *b == b'.') && candidate.word.contains('.')
        }
        _ => false,
    };
    is_number && candidate.word_is_first()
}
