//! The packings that stay within one document.

use anyhow::Result;

use super::{Filler, Packing, SplitDocument, SplitDocuments, Windows};
use crate::document::Document;
use crate::tokenizer::{Encoder, Tokenizer};

/// How documents become windows.
pub struct Packer<'t, S> {
    /// Text to ids.
    pub tokenizer: &'t Tokenizer,
    /// Not [`Packing::Stream`], which goes through [`super::StreamPacker`].
    pub packing: Packing,
    /// Ids that a body may hold.
    pub room: usize,
    /// Cuts a document into sentences, where they come uncut: one that fits into a window need not be cut.
    pub split: Option<S>,
}

impl<'t, S: Fn(&Document, &mut Vec<usize>)> Packer<'t, S> {
    /// Packs documents, each on its own; one that cannot be encoded gives no window and a fault.
    pub fn pack(&self, mut run: SplitDocuments, encoder: &mut Encoder<'t>) -> Packed {
        let mut filler = Filler::new(self.tokenizer, self.room, encoder);
        filler.look_ahead(&run);
        let mut packed = Packed::default();
        for at in 0..run.len() {
            packed.empty += u64::from(run.get(at).is_empty());
            let mark = filler.mark();
            if let Err(fault) = self.pack_one(&mut run, at, &mut filler) {
                filler.rewind(&mark);
                packed.faults.push(format!("{fault:#}"));
            }
        }
        packed.windows = filler.finish_run(run);
        packed
    }

    fn pack_one(&self, run: &mut SplitDocuments, at: usize, filler: &mut LentFiller<'_, 't>) -> Result<()> {
        if let Some(split) = &self.split {
            // An id mostly takes more than three bytes, so most documents of this size fit.
            let whole = run.get(at);
            if whole.text().len() <= 3 * self.room {
                let mark = filler.mark();
                if filler.fill(whole, 0..whole.len())? == whole.len() {
                    filler.close(0);
                    return Ok(());
                }
                filler.rewind(&mark);
            }
            let mut ends = Vec::new();
            split(&whole.document(), &mut ends);
            run.split(at, &ends, self.tokenizer);
        }
        let document = run.get(at);
        let sentences = document.len();
        let mut packer = DocumentPacker { filler, document, ordinal: 0 };
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
    /// How many had no text.
    pub empty: u64,
    /// Of those that could not be encoded.
    pub faults: Vec<String>,
}

type LentFiller<'e, 't> = Filler<'t, &'e mut Encoder<'t>>;

struct DocumentPacker<'f, 'e, 't, 'd> {
    filler: &'f mut LentFiller<'e, 't>,
    document: SplitDocument<'d>,
    ordinal: u64,
}

impl DocumentPacker<'_, '_, '_, '_> {
    /// Windows of as many sentences as fit.
    fn pack(&mut self, mut from: usize, to: usize) -> Result<()> {
        while from < to {
            let taken = self.filler.fill(self.document, from..to)?;
            if taken > from {
                self.filler.close(self.ordinal);
                self.ordinal += 1;
                from = taken;
            } else {
                self.ordinal += self.filler.cut(self.document, from..from + 1, self.ordinal)?;
                from += 1;
            }
        }
        Ok(())
    }

    /// The whole document, cut where it does not fit.
    fn whole(&mut self, sentences: usize) -> Result<()> {
        if self.filler.fill(self.document, 0..sentences)? == sentences {
            self.filler.close(self.ordinal);
        } else {
            self.filler.discard();
            self.filler.cut(self.document, 0..sentences, self.ordinal)?;
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
