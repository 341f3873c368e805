//! Cutting at token level what is longer than a window.

use std::borrow::BorrowMut;
use std::ops::Range;

use anyhow::{Context, Result};

use super::Filler;
use crate::tokenizer::Encoder;
use crate::window::{GLUED, SplitDocument, WindowSpan};

/// Longest word, in ids: a cut looks no further back for a place where one begins.
const LONGEST_WORD: usize = 16;

impl<'t, E: BorrowMut<Encoder<'t>>> Filler<'t, E> {
    /// Encodes sentences that no window holds and cuts their ids into windows as few as fit, at the start of a word where
    /// one is near; returns how many. The window open must be empty.
    pub fn cut(&mut self, source: SplitDocument, sentences: Range<usize>, mut ordinal: u64) -> Result<u64> {
        let mut from = sentences.start;
        let mut starts = Vec::with_capacity(sentences.len());
        while from < sentences.end {
            let run = source.run_end(from).min(sentences.end);
            starts.push((from, self.filled()));
            let place = || source.place().to_string();
            self.append(source, from..run, from == sentences.start).with_context(place)?;
            from = run;
        }
        let first = ordinal;
        let (mut at, total) = (0, self.filled());
        while at < total {
            let end = at + self.piece(&self.windows.bodies[self.body + at..]);
            self.push_cut_window(source, at..end, &starts, sentences.end, ordinal);
            ordinal += 1;
            at = end;
        }
        self.body = self.windows.bodies.len();
        self.part = self.windows.parts.len();
        Ok(ordinal - first)
    }

    /// How many of these ids make the next window.
    fn piece(&self, ids: &[u32]) -> usize {
        if ids.len() <= self.room {
            return ids.len();
        }
        let vocabulary = self.tokenizer.vocabulary();
        let near = self.room.saturating_sub(LONGEST_WORD).max(1)..self.room + 1;
        near.rev().find(|&at| vocabulary.begins_word(ids[at])).unwrap_or(self.room)
    }

    /// `starts` are the runs' first sentences and ids; `last` is the sentence after those that are cut.
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
        for &(run, start) in inside {
            self.windows.first_ids.push(start.saturating_sub(ids.start) as u32);
            sentences.end = source.run_end(run).min(last);
            self.windows.first_ids.extend((run + 1..sentences.end).map(|_| GLUED));
        }
        let first_ids = first_ids..self.windows.first_ids.len();
        let part = self.windows.parts.len();
        self.push_part(source, sentences, first_ids, false);
        let body = self.body + ids.start..self.body + ids.end;
        self.windows.spans.push(WindowSpan { body, parts: part..part + 1, ordinal });
    }
}
