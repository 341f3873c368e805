//! Owns the walk over a text in method `auto`: what is at each byte the scan stops at, and where the sentence goes on.
//! Must not hold any rule about abbreviations, quotations or numbers.

use super::candidate::Candidate;
use super::characters::{
    Role, Script, char_at, floor_char, is_bullet, is_invisible, role, script, white_end, white_start,
};
use super::language::Language;
use super::numbering::Numbering;
use super::recognize::Languages;
use super::rules::{RULES, Rules};
use super::scan;
use super::trailing::read_gap;

/// Pushes the end of every sentence but, it may be, the last.
pub(super) fn split(text: &str, language: Option<Language>, ends: &mut Vec<usize>) {
    split_by(RULES, text, language, ends);
}

/// The same by a choice of rules, so that a test can do without one.
pub(super) fn split_by(rules: Rules, text: &str, language: Option<Language>, ends: &mut Vec<usize>) {
    let languages = Languages::new(text, language);
    let mut walk = Walk {
        rules,
        text,
        languages: &languages,
        start: white_end(text, 0),
        numbering: Numbering::default(),
        low_quote: None,
        ends,
    };
    let mut at = walk.start;
    while let Some(found) = scan::next(text.as_bytes(), at) {
        at = walk.visit(found);
    }
}

struct Walk<'t, 'e> {
    rules: Rules<'t>,
    text: &'t str,
    languages: &'t Languages<'t>,
    /// The first character of the sentence that has begun.
    start: usize,
    numbering: Numbering,
    /// The last "„".
    low_quote: Option<usize>,
    ends: &'e mut Vec<usize>,
}

impl Walk<'_, '_> {
    /// Decides on what stands at a byte, and returns where to look on.
    fn visit(&mut self, at: usize) -> usize {
        let Some(c) = char_at(self.text, at) else {
            return self.text.len();
        };
        let after = at + c.len_utf8();
        match c {
            '.' => {
                self.begin_item(at);
                self.terminator(at)
            }
            '!' | '?' | '…' => self.terminator(at),
            ')' => {
                self.begin_item(at);
                self.source(after);
                after
            }
            ':' | ';' if self.is_native_mark(c, at) => self.terminator(at),
            _ if c.is_ascii() && role(c) == Role::Plain => after,
            '„' => {
                self.low_quote = Some(at);
                after
            }
            _ if is_bullet(c) => self.bullet(c, at, after),
            _ => match role(c) {
                Role::Plain => after,
                Role::LineBreak => self.line_break(at),
                Role::FullStop | Role::Strong => self.terminator(at),
            },
        }
    }

    fn terminator(&mut self, at: usize) -> usize {
        let low_quote = self.low_quote.filter(|&quote| quote >= self.start);
        let candidate = Candidate::new(self.text, self.languages, self.start, at, low_quote);
        if candidate.next >= self.text.len() {
            return self.text.len();
        }
        let must = candidate.line_breaks > 1 || candidate.line_breaks == 1 && !continues(self.text, candidate.next);
        if must || self.rules.cut(&candidate) {
            self.cut(candidate.end, candidate.next);
            return candidate.next;
        }
        candidate.end
    }

    /// A blank line ends a sentence, and so does a line break unless the next line goes on in lower case.
    fn line_break(&mut self, at: usize) -> usize {
        let end = white_start(self.text, self.start.min(at), at);
        let (next, breaks) = read_gap(self.text, at);
        if next < self.text.len() && (breaks > 1 || !continues(self.text, next)) {
            self.cut(end, next);
        }
        next
    }

    /// A bullet starts an item if the sentence is an item of the same list.
    fn bullet(&mut self, c: char, at: usize, after: usize) -> usize {
        if at > self.start && char_at(self.text, self.start) == Some(c) {
            let end = white_start(self.text, self.start, at);
            if end < at {
                self.cut(end, at);
            }
        }
        after
    }

    /// Cuts before the number of a list's next item.
    fn begin_item(&mut self, at: usize) {
        if let Some(item) = self.numbering.item_at(self.text, self.start, at) {
            self.cut(white_start(self.text, self.start, item), item);
        }
    }

    /// Cuts after brackets that are a sentence's beginning and name a source: "Is it real? (Phil. 4:8) No."
    fn source(&mut self, after: usize) {
        const LONGEST: usize = 80;
        let bytes = self.text.as_bytes();
        if bytes[self.start] != b'(' || after - self.start > LONGEST || self.start == 0 || bytes[self.start - 1] != b' '
        {
            return;
        }
        let inside = &self.text[self.start + 1..after - 1];
        let names_place = inside.contains('.')
            && inside.ends_with(|c: char| c.is_ascii_digit())
            && inside.starts_with(char::is_alphabetic)
            && !inside.contains(['(', ')']);
        let next = white_end(self.text, after);
        if names_place && next > after && self.text[next..].starts_with(char::is_uppercase) {
            self.cut(after, next);
        }
    }

    /// Whether Armenian's ":" or Greek's ";" ends a sentence here.
    fn is_native_mark(&self, c: char, at: usize) -> bool {
        let floor = self.start.max(floor_char(self.text, at, 8));
        if at <= floor || self.text.as_bytes()[at - 1].is_ascii_alphanumeric() {
            return false;
        }
        let letter = self.text[floor..at].chars().rev().find(|c| c.is_alphabetic());
        letter.map(script) == Some(if c == ':' { Script::Armenian } else { Script::Greek })
    }

    fn cut(&mut self, end: usize, next: usize) {
        if end > self.start {
            self.ends.push(end);
        }
        self.start = next;
    }
}

/// Whether a line goes on with the sentence of the line before.
fn continues(text: &str, at: usize) -> bool {
    text[at..].chars().take(4).find(|&c| !is_invisible(c)).is_some_and(char::is_lowercase)
}
