//! Rewriting a body from its start to its end.

use super::Body;

/// Goes through a body, keeping or skipping, and carries the sentences along.
pub struct Cursor<'n> {
    /// What is rewritten.
    pub from: &'n Body,
    /// What it becomes.
    pub into: &'n mut Body,
    /// Up to where it was kept or skipped.
    pub at: usize,
    sentence: usize,
}

impl<'n> Cursor<'n> {
    /// At the start; `into` takes the place of `from` once it is written.
    pub fn new(from: &'n mut Body, into: &'n mut Body) -> Self {
        into.rewrite_from(from);
        Cursor { from, into, at: 0, sentence: 0 }
    }

    /// Copies up to `end`.
    pub fn keep_to(&mut self, end: usize) {
        while self.at < end {
            self.begin_sentences();
            let next = self.from.sentences.get(self.sentence).map_or(end, |&start| end.min(start as usize));
            self.into.extend(self.from, self.at..next);
            self.at = next;
        }
    }

    /// Begins the sentences whose start was reached.
    pub fn begin_sentences(&mut self) {
        while self.from.sentences.get(self.sentence).is_some_and(|&start| start as usize <= self.at) {
            self.into.begin_sentence();
            self.sentence += 1;
        }
    }
}
