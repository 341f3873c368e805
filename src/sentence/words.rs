//! Owns what counts as a word beside a terminator. Must not know abbreviations or decide anything.

use super::abbreviations::LONGEST;
use super::characters::{Role, char_before, is_bullet, is_closer, is_dash, is_opener, role};

fn is_ascii_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'-'
}

/// Whether a character outside ASCII belongs to a word such as "n°".
fn is_wide_part(c: char) -> bool {
    !(c.is_ascii()
        || c.is_whitespace()
        || is_closer(c)
        || is_opener(c)
        || is_dash(c)
        || is_bullet(c)
        || role(c) != Role::Plain
        || c == '…')
}

/// The word that ends at `end`, inner full stops included, not reaching before `floor`. A word too long for any list is
/// cut short.
pub(super) fn ending_at(text: &str, floor: usize, end: usize) -> &str {
    let mut start = end;
    let bytes = text.as_bytes();
    while start > floor && end - start < LONGEST {
        if is_ascii_part(bytes[start - 1]) {
            start -= 1;
            continue;
        }
        match char_before(text, start) {
            Some(c) if is_wide_part(c) => start -= c.len_utf8(),
            _ => break,
        }
    }
    &text[start.max(floor)..end]
}

/// The word that starts at `start`, apostrophes included; cut short if it is too long for any list.
pub(super) fn starting_at(text: &str, start: usize) -> &str {
    let is_part = |&c: &char| c.is_alphanumeric() || matches!(c, '\'' | '’');
    let length = text[start..].chars().take(LONGEST).take_while(is_part).map(char::len_utf8).sum::<usize>();
    &text[start..start + length]
}

/// Whether a character may stand between the words of an abbreviation: "z. B.".
pub(super) fn is_inner_space(c: char) -> bool {
    matches!(c, ' ' | '\u{A0}' | '\u{202F}' | '\u{2009}')
}

/// Whether a word consists of capitals only, two at least.
pub(super) fn is_all_capitals(word: &str) -> bool {
    let mut letters = 0;
    for c in word.chars() {
        if c.is_lowercase() {
            return false;
        }
        letters += usize::from(c.is_uppercase());
    }
    letters >= 2
}

/// Whether a word is a Roman numeral other than the pronoun "I".
pub(super) fn is_roman(word: &str) -> bool {
    word != "I" && !word.is_empty() && word.len() <= 7 && word.bytes().all(|b| b"IVXLCDM".contains(&b))
}

/// The only character of a word, if it has one only.
pub(super) fn only_char(word: &str) -> Option<char> {
    let mut chars = word.chars().filter(|&c| !super::characters::is_invisible(c));
    match (chars.next(), chars.next()) {
        (Some(c), None) => Some(c),
        _ => None,
    }
}
