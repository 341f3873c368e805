//! The packings that stay within one document.

use std::sync::Arc;

use anyhow::Result;

use super::{Filler, Packing, SplitDocument, Windows};
use crate::tokenizer::Tokenizer;

/// Packs documents, each on its own; one that cannot be encoded gives no window and a fault. Not for [`Packing::Stream`],
/// which goes through [`super::StreamPacker`].
pub fn pack_documents(
    documents: impl IntoIterator<Item = SplitDocument>,
    packing: Packing,
    tokenizer: &Tokenizer,
    room: usize,
) -> (Windows, Vec<anyhow::Error>) {
    let mut filler = Filler::new(tokenizer, room);
    let mut faults = Vec::new();
    for document in documents {
        let mark = filler.mark();
        let sentences = document.len();
        let index = filler.add_document(Arc::new(document));
        let mut packer = DocumentPacker { filler: &mut filler, document: index, ordinal: 0 };
        let packed = match packing {
            Packing::Fit | Packing::Stream { .. } => packer.pack(0, sentences),
            Packing::Sentence => (0..sentences).try_for_each(|at| packer.pack(at, at + 1)),
            Packing::Document => packer.whole(sentences),
            Packing::Sliding { size, stride } => packer.slide(sentences, size, stride),
        };
        if let Err(fault) = packed {
            filler.rewind(mark);
            faults.push(fault);
        }
    }
    (filler.finish(), faults)
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
