//! The packings that stay within one document.

use std::ops::Range;
use std::sync::Arc;

use anyhow::Result;

use super::{Filler, Packing, Rooms, SentenceEncoder, SplitDocuments, Windows};
use crate::document::Document;
use crate::tokenizer::{Encoder, TextEncoder, Tokenizer};

/// How documents become windows.
pub struct Packer<'t, S> {
    /// Text to ids.
    pub tokenizer: &'t Tokenizer,
    /// Not [`Packing::Stream`], which goes through [`super::StreamPacker`].
    pub packing: Packing,
    /// Ids that a body may hold.
    pub rooms: &'t dyn Rooms,
    /// Copies to pack apart, each with rooms of its own; only of documents that come cut.
    pub copies: Range<u32>,
    /// What stands between sentences, where they are joined by an id.
    pub joint: Option<u32>,
    /// Cuts a document into sentences, where they come uncut: one that fits into a window need not be cut.
    pub split: Option<S>,
}

impl<'t, S: Fn(&Document, &mut Vec<usize>)> Packer<'t, S> {
    /// Packs documents, each on its own; one that cannot be encoded gives no window and a fault.
    pub fn pack(&self, mut batch: SplitDocuments, encoder: &mut Encoder<'t>) -> Packed {
        let documents = Arc::clone(batch.documents());
        let mut text = encoder.begin(documents.text());
        let mut filler = Filler::new(self.tokenizer, self.rooms, self.copies.start).joining(self.joint);
        filler.reserve(&batch);
        let mut packed = Packed::default();
        for at in 0..batch.len() {
            let (mark, closed) = (filler.mark(), filler.closed());
            let packing = self.copies.clone().try_for_each(|copy| {
                filler.begin_copy(copy);
                self.pack_one(&mut batch, at, &mut filler, &mut text)
            });
            match packing {
                Ok(()) if filler.closed() == closed => packed.empty += 1,
                Ok(()) => {
                    packed.used += 1;
                    if self.copies.len() > 1 {
                        filler.sort_since(&mark);
                    }
                }
                Err(fault) => {
                    filler.rewind(&mark);
                    packed.faults.push(format!("{fault:#}"));
                }
            }
        }
        packed.windows = filler.finish_batch(batch);
        packed
    }

    fn pack_one(
        &self,
        batch: &mut SplitDocuments,
        at: usize,
        filler: &mut Filler,
        text: &mut TextEncoder,
    ) -> Result<()> {
        self.rooms.check(&batch.get(at).document())?;
        if let Some(split) = &self.split {
            // An id usually takes more than three bytes, so most documents of this size fit.
            let whole = batch.get(at);
            filler.open(whole, 0);
            if whole.text().len() <= 3 * filler.room() {
                let mark = filler.mark();
                if filler.fill(&mut SentenceEncoder { document: whole, text }, 0..whole.len())? == whole.len() {
                    filler.close(0);
                    return Ok(());
                }
                filler.rewind(&mark);
            }
            let mut ends = Vec::new();
            split(&whole.document(), &mut ends);
            batch.split(at, &ends, self.tokenizer);
        }
        let document = batch.get(at);
        let sentences = document.len();
        let mut packer = DocumentPacker { filler, source: SentenceEncoder { document, text }, ordinal: 0 };
        match self.packing {
            Packing::Fit | Packing::Stream { .. } => packer.pack(0, sentences),
            Packing::Sentence => (0..sentences).try_for_each(|at| packer.pack(at, at + 1)),
            Packing::Document => packer.whole(sentences),
            Packing::Sliding { size, stride } => packer.slide(sentences, size, stride),
        }
    }
}

/// Packed documents.
#[derive(Default)]
pub struct Packed {
    /// Their windows.
    pub windows: Windows,
    /// How many gave windows.
    pub used: u64,
    /// How many gave none: no text, or nothing that the tokenizer keeps.
    pub empty: u64,
    /// Of those that could not be encoded.
    pub faults: Vec<String>,
}

struct DocumentPacker<'f, 't, 'd, 'e> {
    filler: &'f mut Filler<'t>,
    source: SentenceEncoder<'d, 'e>,
    ordinal: u64,
}

impl DocumentPacker<'_, '_, '_, '_> {
    /// Windows of as many sentences as fit.
    fn pack(&mut self, mut from: usize, to: usize) -> Result<()> {
        while from < to {
            self.filler.open(self.source.document, self.ordinal);
            let taken = self.filler.fill(&mut self.source, from..to)?;
            if taken > from {
                self.filler.close(self.ordinal);
                self.ordinal += 1;
                from = taken;
            } else {
                self.ordinal += self.filler.cut(&mut self.source, from..from + 1, self.ordinal)?;
                from += 1;
            }
        }
        Ok(())
    }

    /// The whole document, cut where it does not fit.
    fn whole(&mut self, sentences: usize) -> Result<()> {
        self.filler.open(self.source.document, self.ordinal);
        if self.filler.fill(&mut self.source, 0..sentences)? == sentences {
            self.filler.close(self.ordinal);
        } else {
            self.filler.discard();
            self.filler.cut(&mut self.source, 0..sentences, self.ordinal)?;
        }
        Ok(())
    }

    /// Windows of `size` sentences; a last one of what is left, so that nothing is lost.
    fn slide(&mut self, sentences: usize, size: usize, stride: usize) -> Result<()> {
        let (mut from, mut covered) = (0, 0);
        while from < sentences && (covered < sentences) {
            let to = (from + size).min(sentences);
            self.pack(from, to)?;
            covered = to;
            from += stride;
        }
        Ok(())
    }
}
