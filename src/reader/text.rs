//! Plain text to documents: lines between blank ones, single lines, or the whole file.
//!
//! Owns line breaks (LF, CRLF and lone CR all become `\n`) and what a blank line is.

use super::documents::Splitter;
use super::error::{Origin, ReadError};
use super::queue::DocumentQueue;
use super::utf8::MARK;
use super::{DocumentUnit, ReadOptions};
use crate::document::{At, is_blank};

/// What a margin may keep allocated for the next line.
const KEEP_BYTES: usize = 64 << 10;

/// Cuts the text of one input.
pub(super) struct TextSplitter {
    origin: Origin,
    unit: DocumentUnit,
    limit: usize,
    /// The number of the current line, from 1.
    line: u64,
    /// Whether the last piece ended with a CR, whose LF may come first in the next.
    after_cr: bool,
    /// Whether nothing of the current line has come but byte order marks, which concatenated files leave there.
    at_line_start: bool,
    /// The white space that the current line begins with, while it has nothing else.
    margin: Margin,
    document: Open,
}

/// A document that is not finished, but for its text.
#[derive(Default)]
struct Open {
    /// The line it begins at; `None` while there is no document.
    first_line: Option<u64>,
    /// Line breaks after its text that count only if more text follows.
    breaks: usize,
    /// Whether it was complained of: its text is dropped until it ends.
    broken: bool,
}

/// White space that is text only if the line turns out not to be blank.
struct Margin {
    /// Whether the line is all white so far, and that matters.
    open: bool,
    text: String,
    /// Its length; `text` stops growing once it is over the limit.
    length: usize,
}

impl TextSplitter {
    pub fn new(origin: Origin, options: &ReadOptions) -> Self {
        let (unit, limit) = (options.documents, options.limit());
        let margin = Margin { open: unit != DocumentUnit::File, text: String::new(), length: 0 };
        Self { origin, unit, limit, line: 1, after_cr: false, at_line_start: true, margin, document: Open::default() }
    }
}

impl Splitter for TextSplitter {
    fn take(&mut self, piece: &str, queue: &mut DocumentQueue) {
        let mut rest = piece;
        if std::mem::take(&mut self.after_cr) {
            rest = rest.strip_prefix('\n').unwrap_or(rest);
        }
        while let Some(at) = memchr::memchr2(b'\n', b'\r', rest.as_bytes()) {
            self.add(&rest[..at], queue);
            self.end_line(queue);
            let after = &rest[at + 1..];
            rest = if rest.as_bytes()[at] == b'\n' {
                after
            } else {
                self.after_cr = after.is_empty();
                after.strip_prefix('\n').unwrap_or(after)
            };
        }
        self.add(rest, queue);
    }

    fn invalid(&mut self, offset: u64, queue: &mut DocumentQueue) {
        self.after_cr = false;
        self.at_line_start = false;
        self.begin_text(0, queue);
        if !self.document.broken {
            self.spoil(self.origin.invalid_utf8(self.line, offset), queue);
        }
    }

    fn end(&mut self, queue: &mut DocumentQueue) {
        self.finish(queue);
    }
}

impl TextSplitter {
    /// Adds a part of the current line.
    fn add(&mut self, mut part: &str, queue: &mut DocumentQueue) {
        if self.at_line_start {
            part = part.trim_start_matches(MARK);
        }
        if part.is_empty() {
            return;
        }
        self.at_line_start = false;
        if self.margin.open && is_blank(part) {
            self.margin.length += part.len();
            if self.margin.length <= self.limit {
                self.margin.text.push_str(part);
            }
            return;
        }
        self.begin_text(part.len(), queue);
        if !self.document.broken {
            queue.push(part);
        }
    }

    /// Puts what waits before the current line's text in front of it, if `coming` more bytes fit.
    fn begin_text(&mut self, coming: usize, queue: &mut DocumentQueue) {
        let first_line = *self.document.first_line.get_or_insert(self.line);
        let breaks = std::mem::take(&mut self.document.breaks);
        let waiting = breaks.saturating_add(self.margin.length).saturating_add(coming);
        let fits = queue.unfinished().len().saturating_add(waiting) <= self.limit;
        if !self.document.broken && fits {
            queue.push_breaks(breaks);
            queue.push(&self.margin.text);
        } else if !self.document.broken {
            self.spoil(self.origin.too_long(first_line, self.limit), queue);
        }
        self.margin.close();
    }

    /// Ends the current line.
    fn end_line(&mut self, queue: &mut DocumentQueue) {
        let blank = self.margin.open;
        match self.unit {
            DocumentUnit::BlankLine if blank => self.finish(queue),
            DocumentUnit::Line if !blank => self.finish(queue),
            DocumentUnit::Line => {}
            DocumentUnit::BlankLine => self.document.breaks = 1,
            DocumentUnit::File => {
                self.document.first_line.get_or_insert(self.line);
                self.document.breaks += 1;
            }
        }
        self.margin.close();
        self.margin.open = self.unit != DocumentUnit::File;
        self.at_line_start = true;
        self.line += 1;
    }

    /// Ends the document, if there is one.
    fn finish(&mut self, queue: &mut DocumentQueue) {
        let Some(line) = self.document.first_line.take() else {
            return;
        };
        self.document.breaks = 0;
        let broken = std::mem::take(&mut self.document.broken);
        if broken || (self.unit == DocumentUnit::File && is_blank(queue.unfinished())) {
            queue.drop_unfinished();
        } else {
            queue.finish(At::Line(line), None);
        }
    }

    /// Drops the text there is of the document and all that follows.
    fn spoil(&mut self, error: ReadError, queue: &mut DocumentQueue) {
        self.document.broken = true;
        queue.drop_unfinished();
        queue.complain(error);
    }
}

impl Margin {
    fn close(&mut self) {
        self.open = false;
        self.length = 0;
        // A line of white space at the limit should not keep its memory.
        if self.text.capacity() > KEEP_BYTES {
            self.text = String::new();
        } else {
            self.text.clear();
        }
    }
}
