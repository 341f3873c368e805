//! Cutting at token level what is longer than a window.

use std::ops::Range;

use anyhow::Result;

use super::Filler;
use crate::tokenizer::Edge;
use crate::window::{PartSpan, SentenceEncoder, SplitDocument, WindowSpan};

/// Longest word, in ids: a cut looks no further back for a place where one begins.
const MAX_WORD: usize = 16;

impl Filler<'_> {
    /// Encodes sentences that no window holds and cuts their ids into windows as few as fit, at the start of a word where
    /// one is near; returns how many. The window open must be empty.
    pub fn cut(&mut self, source: &mut SentenceEncoder, sentences: Range<usize>, mut ordinal: u64) -> Result<u64> {
        let mut from = sentences.start;
        let mut starts = Vec::with_capacity(sentences.len());
        let mut edge = Edge::Opens;
        while from < sentences.end {
            let end = source.document.segment_end(from).min(sentences.end);
            starts.push((from, self.filled()));
            source.encode(from..end, edge, &mut self.windows.bodies)?;
            (from, edge) = (end, Edge::Continues);
        }
        let first = ordinal;
        let (mut at, total) = (0, self.filled());
        while at < total {
            self.open(source.document, ordinal);
            let end = at + self.piece(&self.windows.bodies[self.body + at..]);
            self.push_cut_window(source.document, at..end, &starts, sentences.end, ordinal);
            ordinal += 1;
            at = end;
        }
        self.body = self.windows.bodies.len();
        self.part = self.windows.parts.len();
        self.specials = 0;
        Ok(ordinal - first)
    }

    /// How many of these ids make the next window.
    fn piece(&self, ids: &[u32]) -> usize {
        let vocabulary = self.tokenizer.vocabulary();
        let mut most = self.room.ids.min(ids.len());
        if self.room.beside_specials.is_some() {
            let mut specials = 0;
            let holds = |&(len, &id): &(usize, &u32)| {
                specials += usize::from(!self.is_text(id));
                self.room.holds(len, specials)
            };
            most = (1..=most).zip(ids).take_while(holds).count().max(1);
        }
        if ids.len() <= most {
            return ids.len();
        }
        let near = most.saturating_sub(MAX_WORD).max(1)..most + 1;
        near.rev().find(|&at| vocabulary.begins_word_at(ids, at)).unwrap_or(most)
    }

    /// `starts` are the segments' first sentences and ids; `last` is the sentence after those that are cut.
    fn push_cut_window(
        &mut self,
        source: SplitDocument,
        ids: Range<usize>,
        starts: &[(usize, usize)],
        last: usize,
        ordinal: u64,
    ) {
        let first_ids = self.windows.first_ids.len();
        let last_before = starts.partition_point(|&(_, start)| start <= ids.start).saturating_sub(1);
        let inside = starts[last_before..].iter().take_while(|&&(_, start)| start < ids.end);
        let mut sentences = starts[last_before].0..starts[last_before].0;
        for &(first, start) in inside {
            self.windows.first_ids.push(Some(start.saturating_sub(ids.start) as u32));
            sentences.end = source.segment_end(first).min(last);
            self.windows.first_ids.extend((first + 1..sentences.end).map(|_| None));
        }
        let first_ids = first_ids..self.windows.first_ids.len();
        let part = self.windows.parts.len();
        let skipped = ids.start - starts[last_before].1.min(ids.start);
        let (batch, document) = (self.batch, source.index());
        self.windows.parts.push(PartSpan { batch, document, sentences, first_ids, whole: false, skipped });
        let body = self.body + ids.start..self.body + ids.end;
        self.windows.spans.push(WindowSpan { body, parts: part..part + 1, ordinal, copy: self.copy });
    }
}
