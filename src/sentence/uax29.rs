//! Owns Unicode's default sentence boundaries (UAX #29), equal to those of the `unicode-segmentation` crate on every
//! text. The crate does the deciding, but is never shown the whole text: it is quadratic on a full stop followed by many
//! spaces or closers. It gets a window of a few characters around each terminator in which every run is collapsed.
//! Must not know languages or rules of our own.

use unicode_segmentation::UnicodeSegmentation;

use super::characters::{Role, char_at, role};
use super::scan;

/// Writes the end of every default sentence into `ends` (cleared first): the bounds as the crate gives them, white
/// space belonging to the sentence before it.
pub fn bounds(text: &str, ends: &mut Vec<usize>) {
    ends.clear();
    let mut oracle = Oracle::default();
    let mut at = 0;
    while let Some(found) = scan::next(text.as_bytes(), at) {
        let Some(mark) = char_at(text, found) else {
            break;
        };
        let after = found + mark.len_utf8();
        at = match role(mark) {
            Role::Plain => after,
            Role::LineBreak if mark == '\r' && text.as_bytes().get(after) == Some(&b'\n') => after,
            Role::LineBreak => {
                ends.push(after);
                after
            }
            Role::FullStop | Role::Strong => {
                let run = Run::new(text, found, after, &mut oracle);
                if run.is_boundary(text, &mut oracle) {
                    ends.push(run.next);
                }
                run.next
            }
        };
    }
    if ends.last().copied().unwrap_or(0) < text.len() {
        ends.push(text.len());
    }
}

/// A terminator and the closers and spaces after it, up to the first character that may start a sentence.
struct Run {
    mark: char,
    start: usize,
    next: usize,
    closed: bool,
    spaced: bool,
}

impl Run {
    fn new(text: &str, start: usize, after: usize, oracle: &mut Oracle) -> Self {
        let mark = char_at(text, start).unwrap_or('.');
        let mut run = Run { mark, start, next: after, closed: false, spaced: false };
        while let Some(c) = char_at(text, run.next) {
            if role(c) != Role::Plain {
                break;
            } else if c.is_whitespace() {
                run.spaced = true;
            } else if is_common_letter(c) {
                break;
            } else if is_common_close(c) || !oracle.is_transparent(c) {
                if run.spaced || !oracle.is_close(c) {
                    break;
                }
                run.closed = true;
            }
            run.next += c.len_utf8();
        }
        run
    }

    /// Whether a sentence starts at `next`.
    fn is_boundary(&self, text: &str, oracle: &mut Oracle) -> bool {
        let Some(next) = char_at(text, self.next) else {
            return false;
        };
        match next {
            // Another terminator or the end of the line goes with the run, and is decided on when its turn comes.
            _ if role(next) != Role::Plain => false,
            'A'..='Z' if self.spaced => true,
            'a'..='z' if self.spaced => role(self.mark) == Role::Strong,
            _ => {
                // The character before matters for "U.S": it is read only where nothing stands between.
                let before = if self.closed || self.spaced { None } else { oracle.base_before(text, self.start) };
                // A full stop looks ahead to the first letter.
                let letter = if role(self.mark) == Role::FullStop { oracle.letter_from(text, self.next) } else { None };
                oracle.breaks(before, self, next, letter)
            }
        }
    }
}

/// Letters for which the crate need not be asked; a test asks it about every character.
fn is_common_letter(c: char) -> bool {
    matches!(c, 'A'..='Z' | 'a'..='z' | 'А'..='я' | '\u{3041}'..='\u{3096}' | '\u{30A1}'..='\u{30FA}' | '\u{4E00}'..='\u{9FFF}')
}

/// Quotes and brackets for which the crate need not be asked.
fn is_common_close(c: char) -> bool {
    matches!(c, '"' | '\'' | '(' | ')' | '[' | ']' | '{' | '}' | '«' | '»' | '\u{2018}'..='\u{201F}' | '\u{3008}'..='\u{3011}')
}

/// Questions to the crate about single characters, asked in strings of a few characters.
#[derive(Default)]
struct Oracle {
    window: String,
}

impl Oracle {
    /// Whether the crate sees a boundary before `next` after a run like this one.
    fn breaks(&mut self, before: Option<char>, run: &Run, next: char, letter: Option<char>) -> bool {
        self.window.clear();
        self.window.extend(before);
        self.window.push(run.mark);
        self.window.push_str(if run.closed { ")" } else { "" });
        self.window.push_str(if run.spaced { " " } else { "" });
        let at = self.window.len();
        self.window.push(next);
        self.window.extend(letter);
        self.bound_at(at)
    }

    fn bound_at(&self, at: usize) -> bool {
        self.window.split_sentence_bound_indices().any(|(start, _)| start == at)
    }

    /// The bounds inside `left` + `c` + `right`: whether there is one before `c`, and one after.
    fn around(&mut self, left: &str, c: char, right: &str) -> (bool, bool) {
        self.window.clear();
        self.window.push_str(left);
        self.window.push(c);
        self.window.push_str(right);
        (self.bound_at(left.len()), self.bound_at(left.len() + c.len_utf8()))
    }

    /// Combining marks and format characters, which the rules look through.
    fn is_transparent(&mut self, c: char) -> bool {
        let known = c.is_ascii() || is_common_letter(c) || is_common_close(c) || c.is_whitespace();
        !known && role(c) == Role::Plain && self.around("! ", c, "A") == (false, true)
    }

    /// Quotes and brackets.
    fn is_close(&mut self, c: char) -> bool {
        is_common_close(c) || !c.is_ascii() && self.around("!", c, "A") == (false, true)
    }

    /// Letters, which settle what a full stop was.
    fn is_letter(&mut self, c: char) -> bool {
        let is_punctuation = matches!(c, '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205E}') || c.is_whitespace();
        if c.is_ascii() || is_punctuation || is_common_letter(c) || is_common_close(c) {
            return is_common_letter(c);
        }
        // After the symbol the crate looks on for the first letter: either `c` answers, or the one after it.
        let mut starts_before = |last| {
            self.window.clear();
            self.window.extend(['.', ' ', '/', c, last]);
            self.bound_at(2)
        };
        starts_before('a') == starts_before('A')
    }

    /// The first letter or terminator from `at` on: what a full stop's look-ahead ends at.
    fn letter_from(&mut self, text: &str, at: usize) -> Option<char> {
        text[at..].chars().find(|&c| role(c) != Role::Plain || self.is_letter(c))
    }

    /// The character that a terminator at `at` stands after, combining marks aside.
    fn base_before(&mut self, text: &str, at: usize) -> Option<char> {
        text[..at].chars().rev().find(|&c| !self.is_transparent(c))
    }
}
