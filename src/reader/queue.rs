//! What cutting an input into documents gives, in order.
//!
//! Owns the size of batches and the order of documents and complaints; knows nothing of how texts are cut.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

use super::ReadError;
use crate::document::{At, Documents};

/// Documents after which a batch ends: what is kept of each weighs as much as a short text.
const BATCH_DOCUMENTS: usize = 1024;
/// Bytes of text after which it ends.
const BATCH_BYTES: usize = 32 << 10;
/// Room for them and for most documents that lie across their end.
const BATCH_ROOM: usize = BATCH_BYTES + (8 << 10);

/// Batches of documents and complaints, in the order of the text; at the end the document being cut.
pub(super) struct DocumentQueue {
    done: VecDeque<Result<Documents, ReadError>>,
    open: Documents,
}

impl DocumentQueue {
    /// Of one input; `wrapped` as for [`Documents`].
    pub fn new(source: &Arc<str>, wrapped: bool) -> Self {
        let open = Documents::new(Arc::clone(source), 0, wrapped, BATCH_ROOM);
        DocumentQueue { done: VecDeque::new(), open }
    }

    /// Adds to the text of the document being cut.
    pub fn push(&mut self, part: &str) {
        self.open.push(part);
    }

    /// Adds so many line breaks to it.
    pub fn push_breaks(&mut self, breaks: usize) {
        self.open.push_breaks(breaks);
    }

    /// What there is of it.
    pub fn unfinished(&self) -> &str {
        self.open.unfinished()
    }

    /// Says which byte ranges of its text are words.
    pub fn give_words(&mut self, words: Box<[Range<usize>]>) {
        self.open.give_words(words);
    }

    /// Ends it; it began `at`.
    pub fn finish(&mut self, at: At, language: Option<Box<str>>) {
        self.open.finish(at, language);
        if self.open.text().len() >= BATCH_BYTES || self.open.len() >= BATCH_DOCUMENTS {
            self.end_batch();
        }
    }

    /// Drops what there is of it.
    pub fn drop_unfinished(&mut self) {
        self.open.drop_unfinished();
    }

    /// Complains of the document being cut, or of the input.
    pub fn complain(&mut self, error: ReadError) {
        self.end_batch();
        self.open.skip();
        self.done.push_back(Err(error));
    }

    /// Ends the batch that is open, where it holds documents.
    pub fn end_batch(&mut self) {
        if !self.open.is_empty() {
            self.done.push_back(Ok(self.open.take_finished(BATCH_ROOM)));
        }
    }

    /// Whether there is a batch or a complaint to be popped.
    pub fn is_empty(&self) -> bool {
        self.done.is_empty()
    }

    /// The next batch or complaint that is ended.
    pub fn pop(&mut self) -> Option<Result<Documents, ReadError>> {
        self.done.pop_front()
    }
}
