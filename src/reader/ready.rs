//! What cutting an input into documents gives, in order.
//!
//! Owns the size of runs and the order of documents and complaints; knows nothing of how texts are cut.

use std::collections::VecDeque;
use std::sync::Arc;

use super::ReadError;
use crate::document::Documents;

/// Bytes after which a run of documents ends.
const RUN_BYTES: usize = 32 << 10;
/// Room for them and for most documents that lie across their end.
const RUN_ROOM: usize = RUN_BYTES + (8 << 10);

/// Runs of documents and complaints, in the order of the text; at the end the document being cut.
pub(super) struct Ready {
    done: VecDeque<Result<Documents, ReadError>>,
    open: Documents,
}

impl Ready {
    /// Of one input; `wrapped` as for [`Documents`].
    pub fn new(source: &Arc<str>, wrapped: bool) -> Self {
        Ready { done: VecDeque::new(), open: Documents::new(Arc::clone(source), 0, wrapped, RUN_ROOM) }
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

    /// Ends it.
    pub fn finish(&mut self, line: u64, language: Option<Box<str>>) {
        self.open.finish(line, language);
        if self.open.text().len() >= RUN_BYTES {
            self.end_run();
        }
    }

    /// Drops what there is of it.
    pub fn drop_unfinished(&mut self) {
        self.open.drop_unfinished();
    }

    /// Complains of the document being cut, or of the input.
    pub fn complain(&mut self, error: ReadError) {
        self.end_run();
        self.open.skip();
        self.done.push_back(Err(error));
    }

    /// What is ready to be handed on.
    pub fn drain(&mut self) -> impl Iterator<Item = Result<Documents, ReadError>> {
        self.end_run();
        self.done.drain(..)
    }

    fn end_run(&mut self) {
        if !self.open.is_empty() {
            self.done.push_back(Ok(self.open.take_finished(RUN_ROOM)));
        }
    }
}
