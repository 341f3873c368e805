//! Lines of JSON to documents.
//!
//! Owns lines and their limit; `record` owns what is inside one.

use super::ReadOptions;
use super::documents::Splitter;
use super::error::{Origin, ReadError};
use super::queue::DocumentQueue;
use super::record::{self, Fields};
use super::utf8::MARK;
use crate::document::{At, is_blank};

/// What a held line may keep allocated for the next one.
const KEEP_BYTES: usize = 1 << 20;

/// Cuts the lines of one input.
pub(super) struct JsonlSplitter {
    origin: Origin,
    fields: Fields,
    limit: usize,
    /// The number of the current line, from 1.
    line: u64,
    /// The beginning of a line that goes on in the next piece.
    held: String,
    /// Whether the current line was complained of: it is dropped until it ends.
    broken: bool,
    /// Whether only white space has come so far.
    at_start: bool,
}

impl JsonlSplitter {
    pub fn new(origin: Origin, options: &ReadOptions) -> Self {
        let limit = options.limit();
        let fields = Fields::new(options.text_field(), options.lang_field.as_deref(), options.words_field.as_deref());
        let held = String::new();
        Self { origin, fields, limit, line: 1, held, broken: false, at_start: true }
    }
}

impl Splitter for JsonlSplitter {
    fn take(&mut self, piece: &str, queue: &mut DocumentQueue) {
        let mut rest = piece;
        while let Some(at) = memchr::memchr(b'\n', rest.as_bytes()) {
            let part = &rest[..at];
            if self.held.is_empty() && !self.broken && self.fits(part) {
                self.record(part.trim_start_matches(MARK), queue);
            } else {
                self.hold(part, queue);
                self.end_held(queue);
            }
            self.line += 1;
            rest = &rest[at + 1..];
        }
        self.hold(rest, queue);
    }

    fn invalid(&mut self, offset: u64, queue: &mut DocumentQueue) {
        if !self.broken {
            self.spoil(self.origin.invalid_utf8(self.line, offset), queue);
        }
    }

    fn end(&mut self, queue: &mut DocumentQueue) {
        self.end_held(queue);
    }
}

impl JsonlSplitter {
    /// Keeps a part of the current line until the rest of it comes.
    fn hold(&mut self, mut part: &str, queue: &mut DocumentQueue) {
        // Files that were put together leave their byte order marks at the head of lines.
        if self.held.is_empty() {
            part = part.trim_start_matches(MARK);
        }
        if self.broken || part.is_empty() {
            return;
        }
        // An array may be longer than any limit, so it is told before its end.
        if let Some(error) = self.find_array(part, self.held.len()) {
            self.spoil(error, queue);
        } else if !self.fits(part) {
            self.spoil(self.origin.too_long(self.line, self.limit), queue);
        } else {
            self.held.push_str(part);
        }
    }

    /// Whether what is held and this part are within the limit. The CR of a line break is not counted.
    fn fits(&self, part: &str) -> bool {
        let length = part.strip_suffix('\r').unwrap_or(part).len();
        self.held.len().saturating_add(length) <= self.limit
    }

    /// Ends a line that came in several parts.
    fn end_held(&mut self, queue: &mut DocumentQueue) {
        let mut held = std::mem::take(&mut self.held);
        if !std::mem::take(&mut self.broken) {
            self.record(&held, queue);
        }
        if held.capacity() <= KEEP_BYTES {
            held.clear();
            self.held = held;
        }
    }

    /// Makes a document of a whole line.
    fn record(&mut self, line: &str, queue: &mut DocumentQueue) {
        if is_blank(line) {
            return;
        }
        if let Some(error) = self.find_array(line, 0) {
            queue.complain(error);
            return;
        }
        match record::read(line, &self.fields) {
            Ok(record) => {
                queue.push(&record.text);
                if let Some(words) = record.words {
                    queue.give_words(words);
                }
                queue.finish(At::Line(self.line), record.language.map(Into::into));
            }
            Err(problem) => {
                queue.complain(ReadError::of_document(problem.message(&self.origin.place(self.line))));
            }
        }
    }

    fn spoil(&mut self, error: ReadError, queue: &mut DocumentQueue) {
        queue.complain(error);
        self.broken = true;
        self.held = String::new();
        self.at_start = false;
    }

    /// Whether the file begins with a bracket, seen in a part of a line that has `before` bytes
    /// before it. A file that is one array would give an error for each line, so this one is fatal.
    fn find_array(&mut self, part: &str, before: usize) -> Option<ReadError> {
        let trimmed = part.trim_start();
        if !self.at_start || trimmed.is_empty() {
            return None;
        }
        self.at_start = false;
        let column = before + part.len() - trimmed.len() + 1;
        // What lies beyond the limit is not looked at, however the line is cut.
        (trimmed.starts_with('[') && column <= self.limit).then(|| {
            ReadError::fatal(format!(
                "{}:{column}: one JSON array, not an object on each line \
                 (convert it: jq -c '.[]')",
                self.origin.place(self.line)
            ))
        })
    }
}
