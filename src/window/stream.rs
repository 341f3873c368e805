//! Packing across the documents of one input, with eos between two of them in a window.

use std::ops::Range;
use std::sync::Arc;

use anyhow::{Error, Result};

use super::{Filler, SplitDocument, SplitDocuments, Windows};
use crate::tokenizer::{Encoder, Tokenizer};

/// Takes documents in input order; a window may stay open from call to call.
pub struct StreamPacker<'t> {
    filler: Filler<'t, Encoder<'t>>,
    eos: u32,
    room: usize,
    source: Option<Arc<str>>,
    /// How many documents came.
    documents: u64,
    /// In which of them the open window starts, and its ordinal among those that start there.
    start: (u64, u64),
}

impl<'t> StreamPacker<'t> {
    /// Bodies hold at most `room` ids, separators included.
    pub fn new(tokenizer: &'t Tokenizer, room: usize, eos: u32) -> Self {
        StreamPacker {
            filler: Filler::new(tokenizer, room, tokenizer.encoder()),
            eos,
            room,
            source: None,
            documents: 0,
            start: (0, 0),
        }
    }

    /// Packs one more run of documents; `fault` takes the errors of those that cannot be encoded, and may end it all.
    pub fn push(&mut self, run: &Arc<SplitDocuments>, mut fault: impl FnMut(Error) -> Result<()>) -> Result<()> {
        let source = run.documents().source();
        if self.source.as_ref().is_some_and(|before| before != source) {
            self.close();
        }
        self.source = Some(Arc::clone(source));
        self.filler.begin_run(Arc::clone(run));
        (0..run.len()).try_for_each(|at| self.push_document(run.get(at)).or_else(&mut fault))
    }

    fn push_document(&mut self, document: SplitDocument) -> Result<()> {
        self.documents += 1;
        let sentences = document.len();
        let mut from = 0;
        while from < sentences {
            let taken = if self.filler.filled() > 0 {
                self.fill_after_separator(document, from..sentences)?
            } else {
                self.open();
                let taken = self.filler.fill(document, from..sentences)?;
                if taken == from {
                    self.start.1 += self.filler.cut(document, from..from + 1, self.start.1)?;
                    from += 1;
                    continue;
                }
                taken
            };
            if taken < sentences {
                self.close();
            }
            from = taken;
        }
        Ok(())
    }

    fn fill_after_separator(&mut self, document: SplitDocument, sentences: Range<usize>) -> Result<usize> {
        if self.filler.filled() + 1 >= self.room {
            return Ok(sentences.start);
        }
        self.filler.push_id(self.eos);
        let taken = self.filler.fill(document, sentences.clone());
        if !matches!(taken, Ok(taken) if taken > sentences.start) {
            self.filler.pop_id();
        }
        taken
    }

    /// Counts a window that starts in the document at hand.
    fn open(&mut self) {
        if self.start.0 != self.documents {
            self.start = (self.documents, 0);
        }
    }

    fn close(&mut self) {
        self.filler.close(self.start.1);
        self.start.1 += 1;
    }

    /// The windows closed since the last call.
    pub fn take_closed(&mut self) -> Windows {
        self.filler.take_closed()
    }

    /// The rest: the window still open is closed.
    pub fn finish(mut self) -> Windows {
        self.close();
        self.filler.finish()
    }
}
