//! Owns what stands around one terminator: the words and characters that rules ask about. Must not decide anything.

use std::cell::OnceCell;

use super::abbreviations::Classes;
use super::characters::{
    Script, char_at, char_before, floor_char, is_bullet, is_invisible, is_opener, script, white_start,
};
use super::language::Row;
use super::recognize::Languages;
use super::trailing::{footnote_end, read_gap, read_marks, skip_references};
use super::words;

/// What ends here, as a bit, so that a rule can name several.
pub(super) mod kind {
    /// One full stop.
    pub(in crate::sentence) const STOP: u8 = 1;
    /// Several, or "…".
    pub(in crate::sentence) const ELLIPSIS: u8 = 2;
    /// `!` and `?`, alone or together.
    pub(in crate::sentence) const MARK: u8 = 4;
    /// Marks of scripts that need no space after them: "。", "।", "؟".
    pub(in crate::sentence) const WIDE: u8 = 8;
    /// Any.
    pub(in crate::sentence) const ALL: u8 = 15;
}

/// How far openers before a word are looked through.
const OPENERS: usize = 8;

/// A terminator and its surroundings.
pub(super) struct Candidate<'t> {
    pub(super) text: &'t str,
    languages: &'t Languages<'t>,
    /// The sentence's first character.
    pub(super) start: usize,
    /// Where "„" stood last in the sentence.
    pub(super) low_quote: Option<usize>,
    /// The first mark.
    pub(super) stop: usize,
    /// After the last mark.
    pub(super) marks_end: usize,
    /// After marks, closers, references and emoticons: the end of the sentence if it is one.
    pub(super) end: usize,
    /// The next character that is not white space.
    pub(super) next: usize,
    /// How many lines end between `end` and `next`.
    pub(super) line_breaks: usize,
    pub(super) kind: u8,
    /// The word before the marks.
    pub(super) word: &'t str,
    /// The first character at or after `next` that opens nothing.
    pub(super) head: char,
    pub(super) head_at: usize,
    /// Whether a reference such as `[12]` stands after the marks.
    pub(super) referenced: bool,
    classes: OnceCell<Classes>,
    next_classes: OnceCell<Classes>,
}

impl<'t> Candidate<'t> {
    /// Reads the surroundings of the mark at `stop` in a sentence that starts at `start`.
    pub(super) fn new(
        text: &'t str,
        languages: &'t Languages<'t>,
        start: usize,
        stop: usize,
        low_quote: Option<usize>,
    ) -> Self {
        let (marks_end, closed_end, kind) = read_marks(text, stop);
        let end = footnote_end(text, start, stop, skip_references(text, closed_end));
        let (next, line_breaks) = read_gap(text, end);
        let mut candidate = Self {
            text,
            languages,
            start,
            low_quote,
            stop,
            marks_end,
            end,
            next,
            line_breaks,
            kind,
            word: words::ending_at(text, start, stop),
            head: ' ',
            head_at: next,
            referenced: end > closed_end,
            classes: OnceCell::new(),
            next_classes: OnceCell::new(),
        };
        candidate.take_what_follows_apart();
        candidate.find_head();
        candidate
    }

    /// Takes closers and emoticons that stand apart into the sentence: ". )", "! :-)".
    fn take_what_follows_apart(&mut self) {
        while self.line_breaks == 0 && self.next > self.end && !self.next_char().is_ascii_alphabetic() {
            let Some(end) = super::emoticon::end_at(self) else {
                return;
            };
            self.end = end;
            (self.next, self.line_breaks) = read_gap(self.text, end);
        }
    }

    fn find_head(&mut self) {
        self.head_at = self.next;
        self.head = self.next_char();
        if self.head.is_ascii_alphanumeric() {
            return;
        }
        for (at, c) in self.text[self.next..].char_indices().take(OPENERS) {
            self.head_at = self.next + at;
            self.head = c;
            if !(is_opener(c) || is_invisible(c)) {
                return;
            }
        }
    }

    /// What is known of the text's language.
    pub(super) fn language(&self) -> Option<&'static Row> {
        self.languages.row()
    }

    /// Whether white space follows.
    pub(super) fn spaced(&self) -> bool {
        self.next > self.end
    }

    /// Whether a quotation or bracket closes after the marks.
    pub(super) fn closed(&self) -> bool {
        self.end > self.marks_end
    }

    /// The next character that is not white space.
    pub(super) fn next_char(&self) -> char {
        char_at(self.text, self.next).unwrap_or(' ')
    }

    /// The character before the marks, not before the sentence.
    pub(super) fn before(&self) -> Option<char> {
        if self.stop > self.start { char_before(self.text, self.stop) } else { None }
    }

    /// The word that would start the next sentence.
    pub(super) fn next_word(&self) -> &'t str {
        words::starting_at(self.text, self.head_at)
    }

    /// What the lists say of the word before the marks.
    pub(super) fn classes(&self) -> Classes {
        *self.classes.get_or_init(|| {
            if self.word.len() <= 8 {
                let spelled = self.spelled_word();
                if spelled.len() > self.word.len() && self.languages.abbreviation(spelled).is_abbreviation() {
                    return self.languages.abbreviation(spelled);
                }
            }
            let classes = self.languages.abbreviation(self.word);
            match self.word.rsplit_once('-') {
                Some((_, last)) if !classes.is_abbreviation() => self.languages.abbreviation(last),
                _ => classes,
            }
        })
    }

    /// Whether the lists know an abbreviation.
    pub(super) fn is_abbreviation(&self, word: &str) -> bool {
        self.languages.abbreviation(word).is_abbreviation()
    }

    /// What the lists say of the next word.
    pub(super) fn next_classes(&self) -> Classes {
        *self.next_classes.get_or_init(|| self.languages.classes(self.next_word()))
    }

    /// The word with the abbreviated ones before it that belong to it: "z. B", "s. r. o".
    pub(super) fn spelled_word(&self) -> &'t str {
        let mut start = self.word_start();
        for _ in 0..3 {
            let Some(white) = char_before(self.text, start).filter(|&c| words::is_inner_space(c)) else {
                break;
            };
            let stop = start - white.len_utf8();
            if stop <= self.start || char_before(self.text, stop) != Some('.') {
                break;
            }
            let before = words::ending_at(self.text, self.start, stop - 1);
            if before.is_empty() || before.chars().count() > 4 {
                break;
            }
            start = stop - 1 - before.len();
        }
        &self.text[start..self.stop]
    }

    /// Where the word before the marks starts.
    pub(super) fn word_start(&self) -> usize {
        self.stop - self.word.len()
    }

    /// Whether the word before the marks is the sentence's first.
    pub(super) fn word_is_first(&self) -> bool {
        let before = &self.text[self.start..self.word_start()];
        before.len() <= 12 && before.chars().all(|c| is_opener(c) || c.is_whitespace() || is_bullet(c) || c == '-')
    }

    /// The word before the word before the marks.
    pub(super) fn word_before(&self) -> &'t str {
        let end =
            white_start(self.text, self.start.max(floor_char(self.text, self.word_start(), 16)), self.word_start());
        words::ending_at(self.text, self.start, end)
    }

    /// The script of the last letter before the marks.
    pub(super) fn script(&self) -> Script {
        let floor = self.start.max(floor_char(self.text, self.stop, 32));
        let letter = self.text[floor..self.stop].chars().rev().find(|c| c.is_alphabetic());
        letter.map_or(Script::Other, script)
    }
}
