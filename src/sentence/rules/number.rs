//! Rules about numbers with a full stop after them.

use crate::sentence::abbreviations::Classes;
use crate::sentence::characters::is_opener;
use crate::sentence::site::Site;
use crate::sentence::words::is_roman;

/// "3. Oktober", "XII. Pluku": third, twelfth. Before a month in any language; before any capital where the language writes
/// ordinals so, unless a sentence likely starts there.
pub(super) fn ordinal(site: &Site) -> bool {
    let word = site.word.trim_start_matches('-');
    let is_digits = (1..=3).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_digit());
    if !is_digits && !is_roman(word) || site.closed() {
        return false;
    }
    if !site.head.is_alphabetic() || site.head_at > site.next {
        return false;
    }
    let next = site.next_classes();
    if is_digits && word.len() <= 2 && next.has(Classes::MONTH) {
        return site.language.is_none_or(|row| row.dotted_ordinals);
    }
    let stands_apart = site.text[..site.word_start()].ends_with(|c: char| c.is_whitespace() || is_opener(c));
    site.language.is_some_and(|row| row.dotted_ordinals) && stands_apart && !next.has(Classes::START)
}

/// "1. Buy milk", "Q. What": a sentence does not end with the number it begins with.
pub(super) fn item_of_a_list(site: &Site) -> bool {
    let bytes = site.word.as_bytes();
    let is_number = match bytes.len() {
        1 => bytes[0].is_ascii_alphanumeric(),
        2..=3 => {
            bytes.iter().all(u8::is_ascii_digit) || bytes.iter().all(|b| b"ivx".contains(b)) || is_roman(site.word)
        }
        4..=8 => {
            is_roman(site.word) || bytes.iter().all(|b| b.is_ascii_digit() || *b == b'.') && site.word.contains('.')
        }
        _ => false,
    };
    is_number && site.word_is_first()
}
