//! The noised side of an example: ids, and for each the clean position it came from.

use crate::window::Window;

/// Where an id came from: a clean position, or nowhere, and whether noise chose it for scoring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin(u32);

impl Origin {
    const CHOSEN: u32 = 1 << 31;

    /// Stands for no clean token: inserted, or in place of a span.
    pub const INSERTED: Origin = Origin(u32::MAX);

    /// From a clean position, counted from the body's start.
    pub fn at(position: usize) -> Self {
        Origin(position as u32)
    }

    /// The clean position, or `None` for an inserted id.
    pub fn position(self) -> Option<usize> {
        (self != Self::INSERTED).then_some((self.0 & !Self::CHOSEN) as usize)
    }

    /// The clean id where chosen, else `other`. Without a branch to mispredict: choices are random.
    pub fn label(self, clean: &[u32], other: i32) -> i32 {
        let id = clean.get((self.0 & !Self::CHOSEN) as usize).map_or(other, |&id| id as i32);
        if self.is_chosen() { id } else { other }
    }

    /// The same place, chosen by a masking step (whatever then became of the token).
    pub fn chosen(self) -> Self {
        Origin(self.0 | Self::CHOSEN)
    }

    /// Whether a masking step chose the token.
    pub fn is_chosen(self) -> bool {
        self != Self::INSERTED && self.0 & Self::CHOSEN != 0
    }
}

/// A body under noise.
#[derive(Clone, Debug, Default)]
pub struct Noised {
    /// The ids, without the template.
    pub ids: Vec<u32>,
    /// Where each came from; as long as `ids`.
    pub origins: Vec<Origin>,
    /// Where sentences begin among the ids, as far as known; ascending, the first 0.
    pub sentences: Vec<u32>,
    /// Nothing was done to it yet.
    pub pristine: bool,
}

impl Noised {
    /// Starts over with a clean window.
    pub fn start(&mut self, window: &Window) {
        self.clear();
        self.ids.extend_from_slice(window.body);
        self.origins.extend((0..window.body.len()).map(Origin::at));
        let starts = window.parts().flat_map(|part| part.first_ids.iter().flatten());
        // A sentence without ids begins where the next one does, or nowhere.
        self.sentences.extend(starts.filter(|&&start| (start as usize) < window.body.len()));
        self.sentences.dedup();
        self.pristine = true;
    }

    /// Empties it, keeping the buffers.
    pub fn clear(&mut self) {
        self.ids.clear();
        self.origins.clear();
        self.sentences.clear();
        self.pristine = false;
    }

    /// How many ids.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether no id is left.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Adds an id.
    pub fn push(&mut self, id: u32, origin: Origin) {
        self.ids.push(id);
        self.origins.push(origin);
    }

    /// Adds a stretch of another body's ids.
    pub fn extend(&mut self, from: &Noised, ids: std::ops::Range<usize>) {
        self.ids.extend_from_slice(&from.ids[ids.clone()]);
        self.origins.extend_from_slice(&from.origins[ids]);
    }

    /// The same, with the sentences that begin in it.
    pub fn extend_whole(&mut self, from: &Noised, ids: std::ops::Range<usize>) {
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

    /// All is in: a last sentence of which there is nothing begins nowhere.
    pub fn end(&mut self) {
        if self.sentences.len() > 1 && self.sentences.last() == Some(&(self.len() as u32)) {
            self.sentences.pop();
        }
    }
}

/// Rebuilds `noised` as what `rewrite` makes of its stretches. `rewrite` is called with each sentence's range in turn, so that
/// sentences are followed through the change.
pub fn rewrite(
    noised: &mut Noised,
    into: &mut Noised,
    mut rewrite: impl FnMut(&Noised, std::ops::Range<usize>, &mut Noised),
) {
    into.clear();
    for (at, &start) in noised.sentences.iter().enumerate() {
        let end = noised.sentences.get(at + 1).map_or(noised.len(), |&end| end as usize);
        into.begin_sentence();
        rewrite(noised, start as usize..end, into);
    }
    into.end();
    std::mem::swap(noised, into);
}
