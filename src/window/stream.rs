//! Packing across the documents of one input, with eos between two of them in a window.

use std::ops::Range;
use std::sync::Arc;

use anyhow::{Error, Result};

use super::{Filler, Rooms, SentenceEncoder, SplitDocument, SplitDocuments, Windows};
use crate::tokenizer::{Encoder, Tokenizer};

/// Takes documents in input order; a window may stay open from call to call.
pub struct StreamPacker<'t> {
    encoder: Encoder<'t>,
    stream: Stream<'t>,
    source: Option<Arc<str>>,
}

/// The windows, and which of them is open.
struct Stream<'t> {
    filler: Filler<'t>,
    eos: u32,
    /// How many documents came.
    documents: u64,
    /// In which of them the open window starts, and its ordinal among those that start there.
    start: (u64, u64),
}

impl<'t> StreamPacker<'t> {
    /// Bodies hold as many ids as there is room, separators included; `copy` is the first one of every window.
    pub fn new(tokenizer: &'t Tokenizer, rooms: &'t dyn Rooms, copy: u32, eos: u32) -> Self {
        let filler = Filler::new(tokenizer, rooms, copy).separating(eos);
        let stream = Stream { filler, eos, documents: 0, start: (0, 0) };
        StreamPacker { encoder: tokenizer.encoder(), stream, source: None }
    }

    /// Packs one more batch of documents, and returns how many of them gave ids; `fault` takes the errors of those that
    /// cannot be encoded, and may end it all.
    pub fn push(&mut self, batch: &Arc<SplitDocuments>, mut fault: impl FnMut(Error) -> Result<()>) -> Result<u64> {
        let StreamPacker { encoder, stream, source } = self;
        let comes_from = batch.documents().source();
        if source.as_ref().is_some_and(|before| before != comes_from) {
            stream.close();
        }
        *source = Some(Arc::clone(comes_from));
        stream.filler.begin_batch(Arc::clone(batch));
        // Most is encoded already: all but what opens a window.
        let mut text = encoder.begin_few(batch.documents().text());
        let mut used = 0;
        for at in 0..batch.len() {
            let before = stream.filler.ids();
            match stream.push_document(SentenceEncoder { document: batch.get(at), text: &mut text }) {
                Ok(()) => used += u64::from(stream.filler.ids() > before),
                Err(error) => fault(error)?,
            }
        }
        Ok(used)
    }

    /// The windows closed since the last call.
    pub fn take_closed(&mut self) -> Windows {
        self.stream.filler.take_closed()
    }

    /// The rest: the window still open is closed.
    pub fn finish(mut self) -> Windows {
        self.stream.close();
        self.stream.filler.finish()
    }
}

impl Stream<'_> {
    fn push_document(&mut self, mut document: SentenceEncoder) -> Result<()> {
        self.documents += 1;
        let sentences = document.document.len();
        let mut from = 0;
        while from < sentences {
            let taken = if self.filler.filled() > 0 {
                self.fill_after_separator(&mut document, from..sentences)?
            } else {
                self.open(document.document);
                let taken = self.filler.fill(&mut document, from..sentences)?;
                if taken == from {
                    self.start.1 += self.filler.cut(&mut document, from..from + 1, self.start.1)?;
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

    fn fill_after_separator(&mut self, document: &mut SentenceEncoder, sentences: Range<usize>) -> Result<usize> {
        if !self.filler.takes_more() {
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
    fn open(&mut self, document: SplitDocument) {
        if self.start.0 != self.documents {
            self.start = (self.documents, 0);
        }
        self.filler.open(document, self.start.1);
    }

    fn close(&mut self) {
        self.filler.close(self.start.1);
        self.start.1 += 1;
    }
}
