//! The packings that stay within one document.

use std::sync::Arc;

use anyhow::Result;

use super::{Filler, Packing, SplitDocument, Windows};
use crate::document::Document;
use crate::tokenizer::Tokenizer;

/// How documents become windows.
pub struct Packer<'t, S> {
    /// Text to ids.
    pub tokenizer: &'t Tokenizer,
    /// Not [`Packing::Stream`], which goes through [`super::StreamPacker`].
    pub packing: Packing,
    /// Ids that a body may hold.
    pub room: usize,
    /// Whether a document that fits into one window need not be cut into sentences.
    pub lazy: bool,
    /// Cuts a document into sentences.
    pub split: S,
}

impl<S: Fn((u64, Document)) -> SplitDocument> Packer<'_, S> {
    /// Packs documents, each on its own; one that cannot be encoded gives no window and a fault.
    pub fn pack(&self, documents: Vec<(u64, Document)>) -> Packed {
        let mut filler = Filler::new(self.tokenizer, self.room);
        filler.reserve(documents.iter().map(|(_, document)| document.text.len()).sum());
        let mut packed = Packed::default();
        for document in documents {
            let mark = filler.mark();
            match self.pack_one(document, &mut filler) {
                Ok(has_text) => packed.empty += u64::from(!has_text),
                Err(fault) => {
                    filler.rewind(mark);
                    packed.faults.push(format!("{fault:#}"));
                }
            }
        }
        packed.windows = filler.finish();
        packed
    }

    /// Returns whether there was any text.
    fn pack_one(&self, mut document: (u64, Document), filler: &mut Filler) -> Result<bool> {
        // An id mostly takes more than three bytes, so most documents of this size fit.
        if self.lazy && document.1.text.len() <= 3 * self.room {
            let unsplit = SplitDocument::unsplit(document);
            if unsplit.is_empty() {
                return Ok(false);
            }
            let mark = filler.mark();
            let index = filler.add_document(Arc::new(unsplit));
            if filler.fill(index, 0..1)? == 1 {
                filler.close(0);
                return Ok(true);
            }
            let Some(unsplit) = filler.rewind(mark) else { return Ok(false) };
            document = unsplit.into_document();
        }
        let document = (self.split)(document);
        let sentences = document.len();
        let index = filler.add_document(Arc::new(document));
        let mut packer = DocumentPacker { filler, document: index, ordinal: 0 };
        match self.packing {
            Packing::Fit | Packing::Stream { .. } => packer.pack(0, sentences),
            Packing::Sentence => (0..sentences).try_for_each(|at| packer.pack(at, at + 1)),
            Packing::Document => packer.whole(sentences),
            Packing::Sliding { size, stride } => packer.slide(sentences, size, stride),
        }?;
        Ok(sentences > 0)
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

struct DocumentPacker<'f, 't> {
    filler: &'f mut Filler<'t>,
    document: usize,
    ordinal: u64,
}

impl DocumentPacker<'_, '_> {
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
