//! Owns reading on from a terminator: further marks, closers, references, white space, pictographs. Must not know whether
//! a sentence ends there.

use super::candidate::kind;
use super::characters::{Role, char_at, is_closer, is_invisible, is_pictograph, role, white_end};

/// The ends of the marks and of the closers after them, and what kind of marks they are.
pub(super) fn read_marks(text: &str, stop: usize) -> (usize, usize, u8) {
    let (mut at, mut marks_end, mut end) = (stop, stop, stop);
    let (mut dots, mut strong, mut wide) = (0, false, false);
    while let Some(c) = char_at(text, at) {
        let after = at + c.len_utf8();
        match c {
            '.' => dots += 1,
            '…' => dots += 3,
            '!' | '?' | '‼' | '⁇' | '⁈' | '⁉' => (strong, dots) = (true, 0),
            ':' | ';' if at == stop => wide = true,
            _ if role(c) == Role::FullStop => (dots, wide) = (dots + 1, c == '．'),
            _ if role(c) == Role::Strong => wide = true,
            _ if is_invisible(c) && end > stop => {}
            _ if at > stop && is_closer(c) && closes(text, c, after) => {
                (at, end) = (after, after);
                continue;
            }
            _ => break,
        }
        (at, marks_end, end) = (after, after, after);
    }
    let kind = match (wide, strong, dots) {
        (true, ..) => kind::WIDE,
        (_, true, 0..=1) => kind::MARK,
        (_, false, 1) => kind::STOP,
        _ => kind::ELLIPSIS,
    };
    (marks_end, end, kind)
}

/// Whether a closer that may also open closes: it does not before a letter.
fn closes(text: &str, c: char, after: usize) -> bool {
    matches!(c, ')' | ']' | '}' | '」' | '』' | '）' | '》' | '〉' | '】' | '”')
        || !char_at(text, after).is_some_and(char::is_alphanumeric)
}

/// The end of references such as `[12]` or `[note 3]` that stand right after a sentence.
pub(super) fn skip_references(text: &str, mut end: usize) -> usize {
    while let Some(after) = reference_end(text, end) {
        end = after;
    }
    end
}

/// The end of the reference or omission ("[...]") at `at`, if one stands there.
pub(super) fn reference_end(text: &str, at: usize) -> Option<usize> {
    if text.as_bytes().get(at) != Some(&b'[') {
        return None;
    }
    let inside = &text.as_bytes()[at + 1..text.len().min(at + 14)];
    let inside = &inside[..inside.iter().position(|&b| b == b']')?];
    let is_reference =
        inside.iter().any(u8::is_ascii_digit) && inside.iter().all(|b| b.is_ascii_alphanumeric() || b" ,-".contains(b));
    (is_reference || inside == b"..." || inside == "…".as_bytes()).then_some(at + inside.len() + 2)
}

/// The end of the numbers of footnotes that a raise once set apart: "consultation.11 12 Take".
pub(super) fn footnote_end(text: &str, start: usize, stop: usize, end: usize) -> usize {
    let bytes = text.as_bytes();
    if !bytes.get(end).is_some_and(u8::is_ascii_digit) {
        return end;
    }
    let letters = bytes[start..stop].iter().rev().take(4).take_while(|b| b.is_ascii_lowercase()).count();
    if letters < 4 && bytes[start..stop].last() != Some(&b')') {
        return end;
    }
    let mut after = end;
    let mut number_end = end;
    while after < end + 12 {
        let digits = bytes[after..].iter().take(4).take_while(|b| b.is_ascii_digit()).count();
        if digits == 0 || digits > 3 || bytes.get(after + digits) != Some(&b' ') {
            break;
        }
        number_end = after + digits;
        after = number_end + 1;
    }
    if bytes.get(after).is_some_and(u8::is_ascii_uppercase) { number_end } else { end }
}

/// The end of the white space at `at`, and how many lines end in it.
pub(super) fn read_gap(text: &str, at: usize) -> (usize, usize) {
    match text.as_bytes().get(at..at + 2) {
        Some(&[b' ', next]) if next.is_ascii_alphanumeric() => return (at + 1, 0),
        _ => {}
    }
    let next = white_end(text, at);
    let mut breaks = 0;
    let mut before = ' ';
    for c in text[at..next].chars() {
        breaks += usize::from(role(c) == Role::LineBreak && !(before == '\r' && c == '\n'));
        before = c;
    }
    (next, breaks)
}

/// Whether a run of pictographs starts at `at`; where it ends.
pub(super) fn pictographs_end(text: &str, at: usize) -> Option<usize> {
    let length = text[at..].find(|c| !(is_pictograph(c) || is_invisible(c))).unwrap_or(text.len() - at);
    (length > 0 && is_pictograph(char_at(text, at)?)).then_some(at + length)
}
