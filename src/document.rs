//! A document: a piece of text and the place it came from.
//!
//! Owns what every later step needs to know about one input document, and nothing about how it was
//! read, split, tokenized or written.

use std::fmt;
use std::sync::Arc;

/// Where a document begins; displayed as `corpus.txt:17`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The input as the user typed it, or `stdin`.
    pub source: Arc<str>,
    /// The line of the document's first line, counted from 1.
    pub line: u64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.source, self.line)
    }
}

/// One document of the input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Its text; in text input every line break is `\n` and the last one is dropped.
    pub text: String,
    /// Where it begins.
    pub place: Place,
    /// The language its record names, where the user asked for that field.
    pub language: Option<String>,
    /// Whether its line breaks only wrap the text (blank-line and file documents).
    pub wrapped: bool,
}

impl Document {
    /// Turns each single line break of wrapped text into a space; breaks around blank lines stay.
    ///
    /// The text keeps its length, so byte ranges of it stay valid. Does nothing to text that is not
    /// wrapped.
    pub fn unwrap_lines(&mut self) {
        if !self.wrapped || memchr::memchr(b'\n', self.text.as_bytes()).is_none() {
            return;
        }
        let mut bytes = std::mem::take(&mut self.text).into_bytes();
        let mut line_start = 0;
        let mut previous_break = None;
        while let Some(length) = memchr::memchr(b'\n', &bytes[line_start..]) {
            let line_end = line_start + length;
            let filled = !is_blank_bytes(&bytes[line_start..line_end]);
            join(&mut bytes, previous_break, filled);
            previous_break = filled.then_some(line_end);
            line_start = line_end + 1;
        }
        let filled = !is_blank_bytes(&bytes[line_start..]);
        join(&mut bytes, previous_break, filled);
        // One ASCII byte took the place of another, so this cannot fail.
        self.text = String::from_utf8(bytes).expect("a space for a line break leaves UTF-8 whole");
    }
}

/// Joins a filled line to the filled line before it, whose break is at `previous_break`.
fn join(bytes: &mut [u8], previous_break: Option<usize>, filled: bool) {
    if let (Some(at), true) = (previous_break, filled) {
        bytes[at] = b' ';
    }
}

/// Whether a line holds nothing but white space (Unicode's).
pub(crate) fn is_blank(line: &str) -> bool {
    line.chars().all(char::is_whitespace)
}

/// [`is_blank`] for bytes known to be UTF-8; looks no further than the first character that is not
/// white.
fn is_blank_bytes(mut line: &[u8]) -> bool {
    while !line.is_empty() {
        let longest_character = &line[..line.len().min(4)];
        let valid = longest_character.utf8_chunks().next().map_or("", |chunk| chunk.valid());
        match valid.chars().next() {
            Some(first) if first.is_whitespace() => line = &line[first.len_utf8()..],
            _ => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unwrapped(text: &str) -> String {
        let place = Place { source: "corpus.txt".into(), line: 17 };
        let mut document = Document { text: text.into(), place, language: None, wrapped: true };
        document.unwrap_lines();
        document.text
    }

    #[test]
    fn a_place_reads_file_and_line() {
        let place = Place { source: "corpus.txt".into(), line: 17 };
        assert_eq!(place.to_string(), "corpus.txt:17");
    }

    #[test]
    fn a_single_break_becomes_a_space() {
        assert_eq!(unwrapped("one\ntwo\nthree"), "one two three");
    }

    #[test]
    fn blank_lines_keep_all_their_breaks() {
        assert_eq!(unwrapped("one\n\ntwo\nthree\n \u{a0}\n\nfour"), "one\n\ntwo three\n \u{a0}\n\nfour");
        assert_eq!(unwrapped("\n\none\ntwo"), "\n\none two");
    }

    #[test]
    fn indented_and_non_latin_lines_are_joined_too() {
        assert_eq!(unwrapped("  één\n  twee\nтри\n四"), "  één   twee три 四");
    }

    #[test]
    fn text_that_is_not_wrapped_is_left_alone() {
        let place = Place { source: "corpus.jsonl".into(), line: 1 };
        let mut document = Document { text: "a\nb".into(), place, language: None, wrapped: false };
        document.unwrap_lines();
        assert_eq!(document.text, "a\nb");
    }
}
