//! Owns reading on from a terminator: further marks, closers, references, white space, pictographs. Must not know whether
//! a sentence ends there.

use super::candidate::kind;
use super::characters::{Role, Script, char_at, is_closer, is_invisible, is_pictograph, role, script, white_end};

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

/// The longest reference that may be glued to a terminator, and one that may stand apart, brackets aside.
const GLUED_REFERENCE: usize = 48;
const APART_REFERENCE: usize = 12;

/// The end of the references glued to a terminator at `end`: `[12]`, `[citation needed]`, "¹", "†".
pub(super) fn skip_references(text: &str, mut end: usize) -> usize {
    while let Some(c) = char_at(text, end) {
        let after = match c {
            '[' => in_brackets(text, end, GLUED_REFERENCE)
                .filter(|inside| is_note(text, end, inside) || is_omission(inside)),
            '¹' | '²' | '³' | '\u{2070}'..='\u{207E}' | '†' | '‡' => Some(""),
            _ => None,
        };
        match after {
            Some("") => end += c.len_utf8(),
            Some(inside) => end += inside.len() + 2,
            None => return end,
        }
    }
    end
}

/// The end of the reference or omission ("[...]") that stands apart at `at`, if it is one.
pub(super) fn reference_end(text: &str, at: usize) -> Option<usize> {
    let inside = in_brackets(text, at, APART_REFERENCE)?;
    let is_part = |c: char| c.is_ascii_alphanumeric() || c.is_numeric() || " ,-–".contains(c);
    let is_number = inside.contains(char::is_numeric) && inside.chars().all(is_part);
    (is_number || is_omission(inside)).then_some(at + inside.len() + 2)
}

/// What stands in the square brackets at `at`, if they close within a number of bytes.
fn in_brackets(text: &str, at: usize, longest: usize) -> Option<&str> {
    let bytes = text.as_bytes();
    let inside = bytes[at + 1..].iter().take(longest + 1);
    let length = inside.take_while(|&&b| b != b'[' && b != b'\n').position(|&b| b == b']')?;
    (bytes[at] == b'[' && length > 0).then(|| &text[at + 1..at + 1 + length])
}

/// A few words in any script: "注 1", "who?", "citation needed". Where Chinese characters go on, one without a number
/// is rather a heading: "[摘要]".
fn is_note(text: &str, at: usize, inside: &str) -> bool {
    let goes_on = char_at(text, at + inside.len() + 2).is_some_and(|c| script(c) == Script::East);
    if goes_on && !inside.contains(char::is_numeric) {
        return false;
    }
    let is_part = |c: char| c.is_ascii_alphanumeric() || !c.is_ascii() || " ,-:;#&/'.?".contains(c);
    inside.contains(char::is_alphanumeric) && inside.chars().all(is_part) && !inside.ends_with(['.', '。', '।'])
}

fn is_omission(inside: &str) -> bool {
    inside == "..." || inside == "…"
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
