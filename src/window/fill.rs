//! Filling one window after the other with ids.
//!
//! A window's first segment is encoded on its own, since its white space is trimmed; the segments after it are encoded as
//! they stand in the text, and split points make that the encoding of the whole.

mod close;
mod cut;
mod search;

use std::ops::Range;
use std::sync::Arc;

use anyhow::Result;

use super::{PartSpan, Room, Rooms, SentenceEncoder, SplitDocument, SplitDocuments, Windows};
use crate::tokenizer::{Edge, Tokenizer};
use search::Search;

/// Puts windows together.
pub struct Filler<'t> {
    tokenizer: &'t Tokenizer,
    rooms: &'t dyn Rooms,
    /// What the body of the open window may hold.
    room: Room<'t>,
    /// Special ids in the open window, as far as they matter.
    specials: usize,
    /// Stands between two sentences, each of which is then encoded on its own.
    joint: Option<u32>,
    /// Stands between two documents, or is the joint.
    separator: Option<u32>,
    /// The first copy of the windows that are filled.
    copy: u32,
    windows: Windows,
    /// Place of the batch that is filled from among those of the windows.
    batch: usize,
    /// Where the open window's body and parts begin.
    body: usize,
    part: usize,
}

impl<'t> Filler<'t> {
    /// A filler with no window open.
    pub fn new(tokenizer: &'t Tokenizer, rooms: &'t dyn Rooms, copy: u32) -> Self {
        let (room, windows) = (Room { ids: 0, beside_specials: None }, Windows::default());
        let (joint, separator) = (None, None);
        Filler { tokenizer, rooms, room, specials: 0, joint, separator, copy, windows, batch: 0, body: 0, part: 0 }
    }

    /// Puts an id between two sentences, each of which is then encoded on its own.
    pub fn joining(self, joint: Option<u32>) -> Self {
        Filler { joint, separator: joint, ..self }
    }

    /// Says which id [`Filler::push_id`] puts between two documents.
    pub fn separating(self, separator: u32) -> Self {
        Filler { separator: Some(separator), ..self }
    }

    /// Settles what the window to come may hold: that of an ordinal among those that start in a document.
    pub fn open(&mut self, document: SplitDocument, ordinal: u64) {
        self.specials = 0;
        self.room = self.rooms.room(document.hash(), ordinal, self.copy);
    }

    /// What the body of the open window may hold.
    pub fn room(&self) -> usize {
        self.room.ids
    }

    /// Whether another document may follow in the open window, behind a separator.
    pub fn takes_more(&self) -> bool {
        self.room.holds(self.filled() + 2, self.specials + 1)
    }

    /// Windows from now on are for the copies from this one on.
    pub fn begin_copy(&mut self, copy: u32) {
        self.copy = copy;
    }

    /// Makes room for what a whole batch may give.
    pub fn reserve(&mut self, batch: &SplitDocuments) {
        self.windows.bodies.reserve(batch.documents().text().len() / 3);
        self.windows.first_ids.reserve(batch.sentences());
        self.windows.parts.reserve(batch.len());
        self.windows.spans.reserve(batch.len());
    }

    /// Makes this batch the one that is filled from.
    pub fn begin_batch(&mut self, batch: Arc<SplitDocuments>) {
        self.batch = self.windows.batches.len();
        self.windows.batches.push(batch);
    }

    /// The windows closed so far.
    pub fn finish(self) -> Windows {
        self.windows
    }

    /// The windows closed so far, all filled from one batch that was never begun.
    pub fn finish_batch(mut self, batch: SplitDocuments) -> Windows {
        self.begin_batch(Arc::new(batch));
        self.windows
    }

    /// How many windows are closed.
    pub fn closed(&self) -> usize {
        self.windows.spans.len()
    }

    /// Ids in all windows, closed or open.
    pub fn ids(&self) -> usize {
        self.windows.bodies.len()
    }

    /// Ids in the open window.
    pub fn filled(&self) -> usize {
        self.windows.bodies.len() - self.body
    }

    /// Puts one id that is no text's (a separator) into the open window.
    pub fn push_id(&mut self, id: u32) {
        self.windows.bodies.push(id);
        self.specials += 1;
    }

    /// Takes the last id back.
    pub fn pop_id(&mut self) {
        self.windows.bodies.pop();
        self.specials -= 1;
    }

    /// Special ids of the open window from `first` on, as far as they matter.
    fn specials_from(&self, first: usize) -> usize {
        if self.room.beside_specials.is_none() {
            return 0;
        }
        self.windows.bodies[self.body + first..].iter().filter(|&&id| !self.is_text(id)).count()
    }

    /// Whether noise may touch an id.
    fn is_text(&self, id: u32) -> bool {
        self.tokenizer.vocabulary().is_text(id, self.separator)
    }

    /// Fills the open window with as many of the sentences as fit, from the first; returns the sentence after the last one
    /// taken. None fits: `sentences.start`, and the window is as it was, as it is after an error.
    pub fn fill(&mut self, source: &mut SentenceEncoder, sentences: Range<usize>) -> Result<usize> {
        let (bodies, first_ids) = (self.windows.bodies.len(), self.windows.first_ids.len());
        let specials = self.specials;
        let filled = self.take_segments(source, sentences.clone());
        match &filled {
            Err(_) => {
                self.windows.bodies.truncate(bodies);
                self.windows.first_ids.truncate(first_ids);
                self.specials = specials;
            }
            Ok(taken) if *taken > sentences.start => {
                let first_ids = first_ids..self.windows.first_ids.len();
                let sentences = sentences.start..*taken;
                let document = source.document.index();
                let whole = self.joint.is_none() || sentences.len() == 1;
                self.windows.parts.push(PartSpan {
                    batch: self.batch,
                    document,
                    sentences,
                    first_ids,
                    whole,
                    skipped: 0,
                });
            }
            Ok(_) => {}
        }
        filled
    }

    /// Appends segment after segment while they fit; returns the sentence after the last one taken.
    fn take_segments(&mut self, source: &mut SentenceEncoder, sentences: Range<usize>) -> Result<usize> {
        let (mut taken, mut edge) = (sentences.start, Edge::Opens);
        if let Some(joint) = self.joint {
            return self.take_joined(source, sentences, joint);
        }
        while taken < sentences.end {
            let segment = taken..source.document.segment_end(taken).min(sentences.end);
            let end = self.take(source, segment.clone(), edge)?;
            taken = end;
            if end < segment.end {
                break;
            }
            edge = Edge::Continues;
        }
        Ok(taken)
    }

    /// Appends sentence after sentence while they fit, with the joint between them; returns the sentence after the last one.
    fn take_joined(&mut self, source: &mut SentenceEncoder, sentences: Range<usize>, joint: u32) -> Result<usize> {
        for at in sentences.clone() {
            let follows = at > sentences.start;
            if follows {
                self.push_id(joint);
            }
            if self.take(source, at..at + 1, Edge::Opens)? == at {
                if follows {
                    self.pop_id();
                }
                return Ok(at);
            }
        }
        Ok(sentences.end)
    }

    /// Appends as many sentences of one segment as fit; returns the sentence after them.
    fn take(&mut self, source: &mut SentenceEncoder, segment: Range<usize>, edge: Edge) -> Result<usize> {
        let before = self.filled();
        let likely = segment.len() == 1 || source.document.raw(segment.clone()).len() <= 16 * self.room.ids;
        if likely {
            source.encode(segment.clone(), edge, &mut self.windows.bodies)?;
        }
        let mut end = segment.end;
        // A segment that gives no ids (control characters, to BERT) fits, but opens no window.
        let nothing = edge == Edge::Opens && self.filled() == before;
        let mut specials = self.specials_from(before);
        if !likely || !self.room.holds(self.filled(), self.specials + specials) || nothing {
            self.windows.bodies.truncate(self.body + before);
            end = self.longest_fit(source, segment.clone(), edge)?;
            specials = self.specials_from(before);
        }
        self.specials += specials;
        if end > segment.start {
            self.windows.first_ids.push(Some(before as u32));
            self.windows.first_ids.extend((segment.start + 1..end).map(|_| None));
        }
        Ok(end)
    }

    /// Appends the most sentences of a segment that fit, found by trial: inside a segment only the whole can be encoded.
    fn longest_fit(&mut self, source: &mut SentenceEncoder, segment: Range<usize>, edge: Edge) -> Result<usize> {
        if segment.len() == 1 {
            return Ok(segment.start);
        }
        let before = self.filled();
        let room = self.room.ids.saturating_sub(before);
        let (document, start) = (source.document, segment.start);
        let bytes = |end: usize| document.raw(start..end).len();
        let mut search = Search::new(segment.start, segment.end);
        let mut bytes_per_id = 4.0;
        while let Some(end) =
            search.next(document.sentences_within(segment.clone(), (room as f64 * bytes_per_id) as usize))
        {
            source.encode(segment.start..end, edge, &mut self.windows.bodies)?;
            let (filled, specials) = (self.filled(), self.specials_from(before));
            self.windows.bodies.truncate(self.body + before);
            bytes_per_id = bytes(end) as f64 / (filled - before).max(1) as f64;
            search.learn(end, self.room.holds(filled, self.specials + specials));
        }
        if search.fits > segment.start {
            source.encode(segment.start..search.fits, edge, &mut self.windows.bodies)?;
        }
        Ok(search.fits)
    }
}
