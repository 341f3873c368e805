//! Packing: from the sentences of documents to windows, the clean side of each example.
//!
//! A window holds whole sentences in a row, whose text is a slice of the document, trimmed; its body is what the tokenizer gives
//! for that slice. Only a sentence longer than the room is cut at token level. Owns how bodies are put together from parts
//! that are encoded once; must not know of noise, labels or output.

mod fill;
mod pack;
mod sentence_encoder;
mod split;
mod stream;
mod words;

use std::ops::Range;
use std::sync::Arc;

use anyhow::Result;

pub use fill::Filler;
pub use pack::{Packed, Packer};
pub use sentence_encoder::SentenceEncoder;
pub use split::{SplitDocument, SplitDocuments};
pub use stream::StreamPacker;

use crate::document::Document;

/// How sentences are put into windows (`--pack`, `--window`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// As many whole sentences of one document as fit.
    Fit,
    /// One sentence each.
    Sentence,
    /// One window a document, cut into as few as fit.
    Document,
    /// Across the documents of one input, eos between them.
    Stream {
        /// The id between two documents.
        eos: u32,
    },
    /// Windows of `size` sentences that move by `stride`.
    Sliding {
        /// Sentences in a window.
        size: usize,
        /// Sentences from one window's start to the next's.
        stride: usize,
    },
}

/// Knows how long windows may be, and of which documents there may be any.
pub trait Rooms: Sync {
    /// An error, which names it, where a document cannot be taken.
    fn check(&self, _: &Document) -> Result<()> {
        Ok(())
    }

    /// How many ids the body of a window may hold, given the hash of the document in which it starts, its ordinal among those
    /// that start there, and its first copy.
    fn room(&self, document: u64, ordinal: u64, copy: u32) -> Room<'_>;
}

/// How much a body may hold.
#[derive(Clone, Copy)]
pub struct Room<'r> {
    /// Clean ids.
    pub ids: usize,
    /// What else holds for a body with special tokens inside, where noise makes more ids beside them.
    pub beside_specials: Option<&'r dyn Limit>,
}

/// A limit that hangs on more than the number of ids.
pub trait Limit {
    /// Whether a body of so many ids fits of which so many are special. One that is shorter, or holds fewer of those, fits
    /// where a longer one does.
    fn fits(&self, ids: usize, specials: usize) -> bool;
}

impl Room<'_> {
    /// Whether a body of so many ids, some of them special, fits.
    fn holds(&self, ids: usize, specials: usize) -> bool {
        ids <= self.ids && (specials == 0 || self.beside_specials.is_none_or(|limit| limit.fits(ids, specials)))
    }
}

/// The windows of some documents: bodies end to end in one buffer.
#[derive(Default)]
pub struct Windows {
    batches: Vec<Arc<SplitDocuments>>,
    bodies: Vec<u32>,
    /// For each sentence of each part, where in the window's body it begins; `None` where no token starts there.
    first_ids: Vec<Option<u32>>,
    parts: Vec<PartSpan>,
    spans: Vec<WindowSpan>,
}

#[derive(Debug)]
struct PartSpan {
    batch: usize,
    /// Its place in its batch.
    document: usize,
    sentences: Range<usize>,
    first_ids: Range<usize>,
    whole: bool,
    /// Ids of its sentences that stand in the windows before, where one was cut.
    skipped: usize,
}

#[derive(Debug)]
struct WindowSpan {
    body: Range<usize>,
    parts: Range<usize>,
    ordinal: u64,
    copy: u32,
}

/// One window, borrowed.
pub struct Window<'w> {
    /// Clean ids, without the template.
    pub body: &'w [u32],
    /// Ordinal among the windows that start in the same document.
    pub ordinal: u64,
    /// The first copy that is made of it, and the only one where copies are packed apart.
    pub copy: u32,
    windows: &'w Windows,
    parts: &'w [PartSpan],
}

/// The sentences of one document in a window; more than one part only where windows cross documents.
pub struct Part<'w> {
    /// Where each sentence begins in the window's body; `None` where that is not known to be between two ids.
    pub first_ids: &'w [Option<u32>],
    /// Whether the body is the encoding of the text; not so where a sentence was cut at token level.
    pub whole: bool,
    skipped: usize,
    document: SplitDocument<'w>,
    sentences: Range<usize>,
}

impl Windows {
    /// How many windows.
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// Ids in all bodies together.
    pub fn ids(&self) -> usize {
        self.spans.iter().map(|span| span.body.len()).sum()
    }

    fn document(&self, part: &PartSpan) -> SplitDocument<'_> {
        self.batches[part.batch].get(part.document)
    }

    /// The `at`th window.
    pub fn get(&self, at: usize) -> Window<'_> {
        let span = &self.spans[at];
        Window {
            body: &self.bodies[span.body.clone()],
            ordinal: span.ordinal,
            copy: span.copy,
            windows: self,
            parts: &self.parts[span.parts.clone()],
        }
    }
}

impl<'w> Window<'w> {
    /// The document in which the window starts.
    pub fn document(&self) -> SplitDocument<'w> {
        self.windows.document(&self.parts[0])
    }

    /// Its parts, by document.
    pub fn parts(&self) -> impl ExactSizeIterator<Item = Part<'w>> + use<'w> {
        let windows = self.windows;
        self.parts.iter().map(move |part| Part {
            first_ids: &windows.first_ids[part.first_ids.clone()],
            whole: part.whole,
            skipped: part.skipped,
            document: windows.document(part),
            sentences: part.sentences.clone(),
        })
    }
}

impl<'w> Part<'w> {
    /// Where it begins in the window's body.
    pub fn start(&self) -> usize {
        self.first_ids.first().copied().flatten().unwrap_or_default() as usize
    }

    /// How many sentences.
    pub fn len(&self) -> usize {
        self.sentences.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.sentences.is_empty()
    }

    /// The text of the `at`th sentence, with the white space before it.
    pub fn sentence(&self, at: usize) -> &'w str {
        self.document.sentence(self.sentences.start + at)
    }

    /// The text of the part, trimmed.
    pub fn text(&self) -> &'w str {
        self.document.slice(self.sentences.clone())
    }
}
