//! Documents: pieces of text and the places they came from.
//!
//! Owns what every later step needs to know about input documents, and nothing about how they were read, split, tokenized
//! or written. Documents lie end to end in batches, so that a small one costs no memory management of its own.

mod place;
mod wrapped;

use std::ops::Range;
use std::sync::Arc;

pub use place::{At, Place};

/// Stands between two documents of a batch. White space that no pre-tokenizer known takes into a word beside it, so that the
/// whole batch can be looked at in one go.
const GAP: &str = " \n";

/// One document of the input, borrowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Document<'d> {
    /// Its text; in text input every line break is `\n` and the last one is dropped.
    pub text: &'d str,
    /// The input it comes from, as the user typed it, or `stdin`.
    pub source: &'d Arc<str>,
    /// Where it begins.
    pub at: At,
    /// Its ordinal among the documents of its source, from 0.
    pub ordinal: u64,
    /// The language its record names, where the user asked for that field.
    pub language: Option<&'d str>,
    /// The words its record gives, as byte ranges of the text, ascending and apart; where the user asked for that field.
    pub words: Option<&'d [Range<usize>]>,
}

impl Document<'_> {
    /// Where it begins.
    pub fn place(&self) -> Place {
        Place { source: Arc::clone(self.source), at: self.at }
    }
}

/// A batch of documents that follow one another in one input, and at its end perhaps the beginning of the next.
#[derive(Debug)]
pub struct Documents {
    source: Arc<str>,
    /// Ordinal of the next document.
    next: u64,
    /// Documents of the run before the first one here.
    before: u64,
    /// Whether line breaks only wrap the texts (blank-line and file documents).
    wrapped: bool,
    text: String,
    spans: Vec<Span>,
    /// Where in `text` the unfinished document begins.
    unfinished: usize,
    /// The words that its record gives.
    unfinished_words: Option<Box<[Range<usize>]>>,
}

#[derive(Debug)]
struct Span {
    text: Range<usize>,
    at: At,
    ordinal: u64,
    language: Option<Box<str>>,
    words: Option<Box<[Range<usize>]>>,
}

impl Documents {
    /// An empty batch with room for so many bytes, whose documents are counted from `next`.
    pub fn new(source: Arc<str>, next: u64, wrapped: bool, bytes: usize) -> Self {
        let text = String::with_capacity(bytes);
        Documents { source, next, before: 0, wrapped, text, spans: Vec::new(), unfinished: 0, unfinished_words: None }
    }

    /// Texts at hand as documents of line 1.
    pub fn of_texts<'t>(source: &str, wrapped: bool, texts: impl IntoIterator<Item = &'t str>) -> Self {
        let mut documents = Documents::new(source.into(), 0, wrapped, 0);
        for text in texts {
            documents.push(text);
            documents.finish(At::Line(1), None);
        }
        documents
    }

    /// Adds to the text of the unfinished document.
    pub fn push(&mut self, part: &str) {
        self.text.push_str(part);
    }

    /// Adds so many line breaks to it.
    pub fn push_breaks(&mut self, breaks: usize) {
        self.text.extend(std::iter::repeat_n('\n', breaks));
    }

    /// What there is of it.
    pub fn unfinished(&self) -> &str {
        &self.text[self.unfinished..]
    }

    /// Says which byte ranges of its text are words.
    pub fn give_words(&mut self, words: Box<[Range<usize>]>) {
        self.unfinished_words = Some(words);
    }

    /// Finishes it; it began `at`.
    pub fn finish(&mut self, at: At, language: Option<Box<str>>) {
        let text = self.unfinished..self.text.len();
        let words = self.unfinished_words.take();
        self.spans.push(Span { text, at, ordinal: self.next, language, words });
        self.next += 1;
        self.text.push_str(GAP);
        self.unfinished = self.text.len();
    }

    /// Adds a copy of another batch's document, with the ordinal it has there.
    pub fn push_copy(&mut self, document: Document) {
        self.next = document.ordinal;
        self.push(document.text);
        self.unfinished_words = document.words.map(Box::from);
        self.finish(document.at, document.language.map(Box::from));
    }

    /// An empty batch of the same input.
    pub fn empty_like(&self) -> Documents {
        Documents::new(Arc::clone(&self.source), self.next, self.wrapped, 0)
    }

    /// Drops it. It has no ordinal then; [`Self::skip`] gives one to a document that is passed over.
    pub fn drop_unfinished(&mut self) {
        self.text.truncate(self.unfinished);
        self.text.shrink_to(self.unfinished + self.unfinished / 2);
    }

    /// Passes over a document; there must be no finished one.
    pub fn skip(&mut self) {
        debug_assert!(self.spans.is_empty());
        self.next += 1;
    }

    /// Takes the finished documents out; `bytes` is what the batch that goes on gets room for.
    pub fn take_finished(&mut self, bytes: usize) -> Documents {
        let mut rest = Documents::new(Arc::clone(&self.source), self.next, self.wrapped, bytes);
        rest.push(self.unfinished());
        self.text.truncate(self.unfinished);
        // Neither should a long text keep what it grew by nor a short one the room it did not need.
        if self.text.len() > 2 * bytes || self.text.len() < bytes / 4 {
            self.text.shrink_to_fit();
        }
        std::mem::replace(self, rest)
    }

    /// The input that they come from.
    pub fn source(&self) -> &Arc<str> {
        &self.source
    }

    /// All texts, one after the other, with something white after each.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Bytes of all texts together.
    pub fn bytes(&self) -> usize {
        self.spans.iter().map(|span| span.text.len()).sum()
    }

    /// How many give words.
    pub fn with_words(&self) -> u64 {
        self.spans.iter().filter(|span| span.words.is_some()).count() as u64
    }

    /// How many name their language.
    pub fn with_language(&self) -> u64 {
        self.spans.iter().filter(|span| span.language.is_some()).count() as u64
    }

    /// About the bytes of memory that they take: a document without a text has a place.
    pub fn weight(&self) -> usize {
        let words = self.spans.iter().filter_map(|span| span.words.as_deref()).map(size_of_val).sum::<usize>();
        size_of::<Self>() + self.text.len() + self.spans.len() * size_of::<Span>() + words
    }

    /// How many are finished.
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// The `at`th.
    pub fn get(&self, at: usize) -> Document<'_> {
        let span = &self.spans[at];
        Document {
            text: &self.text[span.text.clone()],
            source: &self.source,
            at: span.at,
            ordinal: span.ordinal,
            language: span.language.as_deref(),
            words: span.words.as_deref(),
        }
    }

    /// Where in [`Self::text`] the `at`th stands.
    pub fn range(&self, at: usize) -> Range<usize> {
        self.spans[at].text.clone()
    }

    /// Each in turn.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Document<'_>> {
        (0..self.len()).map(|at| self.get(at))
    }

    /// Says how many documents of the run come before the first one here.
    pub fn number_from(&mut self, before: u64) {
        self.before = before;
    }

    /// How many documents of the run come before the `at`th.
    pub fn number(&self, at: usize) -> u64 {
        self.before + at as u64
    }

    /// Drops the first `count`.
    pub fn drop_first(&mut self, count: usize) {
        self.spans.drain(..count);
        self.before += count as u64;
    }

    /// Drops all after the first `len`.
    pub fn truncate(&mut self, len: usize) {
        self.spans.truncate(len);
    }

    /// Turns each single line break of wrapped text into a space; breaks around blank lines stay.
    ///
    /// Texts keep their lengths, so byte ranges of them stay valid. Does nothing to text that is not wrapped.
    pub fn unwrap_lines(&mut self) {
        let has_breaks = |span: &Span| memchr::memchr(b'\n', self.text[span.text.clone()].as_bytes()).is_some();
        if !self.wrapped || !self.spans.iter().any(has_breaks) {
            return;
        }
        let mut bytes = std::mem::take(&mut self.text).into_bytes();
        for span in &self.spans {
            wrapped::unwrap_lines(&mut bytes[span.text.clone()]);
        }
        // One ASCII byte took the place of another, so this cannot fail.
        self.text = String::from_utf8(bytes).expect("a space for a line break leaves UTF-8 whole");
    }
}

/// Whether a line holds nothing but white space (Unicode's).
pub(crate) fn is_blank(line: &str) -> bool {
    line.chars().all(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unwrapped(text: &str) -> String {
        let mut documents = Documents::of_texts("corpus.txt", true, ["a\nb", text, ""]);
        documents.unwrap_lines();
        assert_eq!((documents.get(0).text, documents.get(2).text), ("a b", ""));
        documents.get(1).text.to_owned()
    }

    #[test]
    fn a_place_reads_file_and_line_or_row() {
        assert_eq!(Place { source: "corpus.txt".into(), at: At::Line(17) }.to_string(), "corpus.txt:17");
        assert_eq!(Place { source: "corpus.parquet".into(), at: At::Row(17) }.to_string(), "corpus.parquet:17");
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
        let mut documents = Documents::of_texts("corpus.jsonl", false, ["a\nb"]);
        documents.unwrap_lines();
        assert_eq!(documents.get(0).text, "a\nb");
    }

    #[test]
    fn a_batch_goes_on_where_its_finished_documents_were_taken_out() {
        let mut open = Documents::of_texts("corpus.txt", false, ["one", "two"]);
        open.push("thr");
        let taken = open.take_finished(16);
        assert_eq!(taken.iter().map(|d| (d.ordinal, d.text)).collect::<Vec<_>>(), [(0, "one"), (1, "two")]);
        assert_eq!((open.len(), open.unfinished()), (0, "thr"));
        open.skip();
        open.push("ee");
        open.finish(At::Line(7), None);
        let third = open.get(0);
        assert_eq!((third.text, third.place().to_string().as_str(), third.ordinal), ("three", "corpus.txt:7", 3));
    }
}
