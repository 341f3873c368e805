//! A body under noise: ids, and for each of them what it stands for.
//!
//! Noises write origins as they change ids, so that labels, statistics and views only read what was done.

use std::ops::Range;

use super::origin::{Edit, Origin, Source};
use crate::window::Window;

/// Clean positions that one id, or one group of ids, stands for.
#[derive(Clone, Copy, Debug)]
struct Span {
    /// Where they end in [`Body::hidden`]; they begin where those of the span before end.
    end: u32,
    /// Ids that the text was encoded anew to; 0 for hidden tokens.
    reencoded: u32,
}

/// A body under noise.
#[derive(Clone, Debug, Default)]
pub struct Body {
    /// The ids, without the template.
    pub ids: Vec<u32>,
    /// What each stands for; as long as `ids`.
    pub origins: Vec<Origin>,
    /// Where sentences begin among the ids, as far as known; ascending, the first 0.
    pub sentences: Vec<u32>,
    /// No noise has touched it.
    pub is_clean: bool,
    spans: Vec<Span>,
    /// Clean positions, span after span.
    hidden: Vec<u32>,
    /// What a model is to write where labels are what was hidden: sentinels and ids, without the template's end.
    pub answer: Vec<u32>,
    /// Clean positions that are in the answer alone: no id stands for them.
    continued: Vec<u32>,
}

/// What became of a clean token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenState {
    /// Its text is in the result.
    Kept,
    /// The same, and a masking step chose it.
    Chosen,
    /// A mask or a random token stands for it, alone or for its span.
    Hidden,
    /// Nothing stands for it.
    Deleted,
    /// It was encoded anew together with others, and of these ids some are lost.
    Partly,
}

impl Body {
    /// Starts over with a clean window.
    pub fn start(&mut self, window: &Window) {
        self.clear();
        self.ids.extend_from_slice(window.body);
        self.origins.extend((0..window.body.len()).map(Origin::clean));
        let starts = window.parts().flat_map(|part| part.first_ids.iter().flatten());
        // A sentence without ids begins where the next one does, or nowhere.
        self.sentences.extend(starts.filter(|&&start| (start as usize) < window.body.len()));
        self.sentences.dedup();
        self.is_clean = true;
    }

    /// Empties it, keeping the buffers.
    pub fn clear(&mut self) {
        self.ids.clear();
        self.origins.clear();
        self.sentences.clear();
        self.spans.clear();
        self.hidden.clear();
        self.answer.clear();
        self.continued.clear();
        self.is_clean = false;
    }

    /// How many ids.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether no id is left.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// What an id stands for.
    pub fn source(&self, at: usize) -> Source<'_> {
        let origin = self.origins[at];
        match origin.position() {
            Some(position) => Source::Clean(position),
            None if self.spans[origin.index()].reencoded > 0 => Source::Reencoded(self.span(origin.index())),
            None => Source::StandsFor(self.span(origin.index())),
        }
    }

    /// The first clean position that an id stands for.
    pub fn first_position(&self, at: usize) -> Option<usize> {
        match self.source(at) {
            Source::Clean(position) => Some(position),
            Source::StandsFor(span) | Source::Reencoded(span) => span.first().map(|&position| position as usize),
        }
    }

    fn span(&self, index: usize) -> &[u32] {
        let start = index.checked_sub(1).map_or(0, |before| self.spans[before].end);
        &self.hidden[start as usize..self.spans[index].end as usize]
    }

    /// By clean position, what became of the token.
    pub fn states(&self, clean: usize) -> Vec<TokenState> {
        let mut states = vec![TokenState::Deleted; clean];
        // Of each group of ids encoded anew, how many are still what they were, and whether a noise chose one of those.
        let mut whole = vec![(0, TokenState::Kept); self.spans.len()];
        for (at, origin) in self.origins.iter().enumerate() {
            match (self.source(at), origin.edit()) {
                (Source::Clean(position), Edit::None) => states[position] = TokenState::Kept,
                (Source::Clean(position), Edit::Kept) => states[position] = TokenState::Chosen,
                (Source::Clean(position), _) => states[position] = TokenState::Hidden,
                (Source::StandsFor(span), _) => {
                    span.iter().for_each(|&position| states[position as usize] = TokenState::Hidden);
                }
                (Source::Reencoded(_), Edit::None) => whole[origin.index()].0 += 1,
                (Source::Reencoded(_), Edit::Kept) => {
                    whole[origin.index()].0 += 1;
                    whole[origin.index()].1 = TokenState::Chosen;
                }
                (Source::Reencoded(span), _) => {
                    span.iter().for_each(|&position| states[position as usize] = TokenState::Hidden);
                }
            }
        }
        for (index, span) in self.spans.iter().enumerate().filter(|(_, span)| span.reencoded > 0) {
            let state = match whole[index] {
                (0, _) => continue,
                (all, state) if all == span.reencoded => state,
                _ => TokenState::Partly,
            };
            self.span(index).iter().for_each(|&position| states[position as usize] = state);
        }
        self.continued.iter().for_each(|&position| states[position as usize] = TokenState::Hidden);
        states
    }
}

/// How noises write a body: into another one that takes its place.
impl Body {
    /// Empties this body to be written from `from`, whose origins stay valid here.
    pub fn rewrite_from(&mut self, from: &mut Body) {
        self.clear();
        std::mem::swap(&mut self.spans, &mut from.spans);
        std::mem::swap(&mut self.hidden, &mut from.hidden);
        std::mem::swap(&mut self.answer, &mut from.answer);
        std::mem::swap(&mut self.continued, &mut from.continued);
    }

    /// Adds an id that stands for the ids `hidden` of another body, or for nothing where there are none.
    pub fn push_standing_for(&mut self, id: u32, edit: Edit, from: &Body, hidden: impl Iterator<Item = usize>) {
        for at in hidden {
            self.hide(from.origins[at]);
        }
        self.spans.push(Span { end: self.hidden.len() as u32, reencoded: 0 });
        self.ids.push(id);
        self.origins.push(Origin::span(self.spans.len() - 1).edited(edit));
    }

    /// Adds a sentinel that stands for ids of another body, and both to the answer.
    pub fn push_sentinel(&mut self, id: u32, from: &Body, hidden: impl Iterator<Item = usize> + Clone, clean: &[u32]) {
        self.push_standing_for(id, Edit::Masked, from, hidden.clone());
        self.answer.push(id);
        self.answer.extend(hidden.map(|at| from.written(at, clean)));
    }

    /// Moves the ids from `at` on to the answer; nothing stands for them.
    pub fn continue_in_answer(&mut self, at: usize, clean: &[u32]) {
        for at in at..self.len() {
            self.answer.push(self.written(at, clean));
            let kept = self.hidden.len();
            self.hide(self.origins[at]);
            self.continued.extend(self.hidden.drain(kept..));
        }
        self.ids.truncate(at);
        self.origins.truncate(at);
        self.sentences.retain(|&start| start == 0 || (start as usize) < at);
    }

    /// An id as a model is to write it: the clean one where noise put another in its place.
    fn written(&self, at: usize, clean: &[u32]) -> u32 {
        match (self.origins[at].edit(), self.origins[at].position()) {
            (Edit::Masked | Edit::Random, Some(position)) => clean[position],
            _ => self.ids[at],
        }
    }

    /// Adds ids that together stand for these clean positions, or for nothing where there are none.
    pub fn push_hiding(&mut self, ids: &[u32], edit: Edit, positions: Range<usize>) {
        self.hidden.extend(positions.map(|position| position as u32));
        self.spans.push(Span { end: self.hidden.len() as u32, reencoded: 0 });
        self.ids.extend_from_slice(ids);
        self.origins.resize(self.ids.len(), Origin::span(self.spans.len() - 1).edited(edit));
    }

    /// Adds what an origin stands for to the hidden positions.
    fn hide(&mut self, origin: Origin) {
        match origin.position() {
            Some(position) => self.hidden.push(position as u32),
            None => {
                let index = origin.index();
                let start = index.checked_sub(1).map_or(0, |before| self.spans[before].end) as usize;
                self.hidden.extend_from_within(start..self.spans[index].end as usize);
            }
        }
    }

    /// Says of the last ids, which have no origin yet, that they are these clean tokens encoded anew.
    pub fn finish_reencoded(&mut self, positions: impl Iterator<Item = usize>) {
        self.push_reencoded(self.ids.len() - self.origins.len(), positions);
    }

    /// The same of the first `count` of them.
    pub fn push_reencoded(&mut self, count: usize, positions: impl Iterator<Item = usize>) {
        self.hidden.extend(positions.map(|position| position as u32));
        self.spans.push(Span { end: self.hidden.len() as u32, reencoded: count as u32 });
        self.origins.resize(self.origins.len() + count, Origin::span(self.spans.len() - 1));
    }

    /// Leaves the last ids without an origin until [`Self::trace_rest`].
    pub fn leave_untraced(&mut self) {
        self.origins.resize(self.ids.len(), Origin::UNTRACED);
    }

    /// Says of the ids from `first` on that were left untraced that together they are the clean tokens of `ids` that no other
    /// id stands for.
    pub fn trace_rest(&mut self, first: usize, ids: Range<usize>, taken: &mut Vec<bool>) {
        taken.clear();
        taken.resize(ids.end, false);
        let (mut untraced, mut last_span) = (0, None);
        for &origin in &self.origins[first..] {
            match origin.position() {
                Some(position) => taken[position] = true,
                None if origin == Origin::UNTRACED => untraced += 1,
                None if last_span == Some(origin) => {}
                None => {
                    last_span = Some(origin);
                    self.span(origin.index()).iter().for_each(|&position| taken[position as usize] = true);
                }
            }
        }
        let rest = ids.filter(|&position| !taken[position]).map(|position| position as u32);
        self.hidden.extend(rest);
        self.spans.push(Span { end: self.hidden.len() as u32, reencoded: untraced });
        let group = Origin::span(self.spans.len() - 1);
        self.origins[first..]
            .iter_mut()
            .filter(|origin| **origin == Origin::UNTRACED)
            .for_each(|origin| *origin = group);
    }

    /// Adds a stretch of another body's ids.
    pub fn extend(&mut self, from: &Body, ids: Range<usize>) {
        self.ids.extend_from_slice(&from.ids[ids.clone()]);
        self.origins.extend_from_slice(&from.origins[ids]);
    }

    /// The same, with the sentences that begin in it.
    pub fn extend_whole(&mut self, from: &Body, ids: Range<usize>) {
        let first = from.sentences.partition_point(|&start| (start as usize) < ids.start);
        let begin = self.len() as u32;
        let inside = from.sentences[first..].iter().take_while(|&&start| (start as usize) < ids.end);
        for &start in inside {
            self.begin_sentence_at(begin + (start - ids.start as u32));
        }
        self.extend(from, ids);
    }

    /// Begins a sentence here; two that begin at one place are one.
    pub fn begin_sentence(&mut self) {
        self.begin_sentence_at(self.ids.len() as u32);
    }

    fn begin_sentence_at(&mut self, at: u32) {
        if self.sentences.last() != Some(&at) {
            self.sentences.push(at);
        }
    }

    /// All is in: a last sentence of which nothing is left begins nowhere.
    pub fn end(&mut self) {
        if self.sentences.len() > 1 && self.sentences.last() == Some(&(self.len() as u32)) {
            self.sentences.pop();
        }
    }
}

/// Rebuilds `body` as what `rewrite` makes of its stretches. `rewrite` is called with each sentence's range in turn, so that
/// sentences are followed through the change.
pub fn rewrite(body: &mut Body, into: &mut Body, mut rewrite: impl FnMut(&Body, Range<usize>, &mut Body)) {
    into.rewrite_from(body);
    for (at, &start) in body.sentences.iter().enumerate() {
        let end = body.sentences.get(at + 1).map_or(body.len(), |&end| end as usize);
        into.begin_sentence();
        rewrite(body, start as usize..end, into);
    }
    into.end();
    std::mem::swap(body, into);
}
