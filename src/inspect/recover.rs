//! What noise did to a record, where its ids leave no doubt: the clean body and the corrupted one again.
//!
//! Labels in their places say it by themselves, and so do those behind the sentinels of the input. Full labels do where the
//! input is what one noise makes of them and nothing else is: masks in place, spans behind masks, deletions, one rotation.
//! Sentences in another order, or random tokens for spans, could be read in many ways, and the end of a text that is asked
//! for is another text than its beginning: of such records nothing is said. Labels that are the input itself leave nothing to
//! restore, whatever moved in both, as fill-in-the-middle moves it.
//! Counts are the same in every reading that is left; where readings differ in places, that is known.

mod search;

use std::ops::Range;

use super::record::{IGNORED, RawRecord};
use super::tokens::Tokens;
use crate::noise::{Body, Drawn, Edit, Origin, Start};
use crate::stats::Stats;
use search::{is_replaced, matches, place_ids, place_segments, segments};

/// What noise did to a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// Nothing that labels undo: they are the input itself or its end, or none is scored.
    Unchanged,
    /// Chosen tokens have a label in their place.
    Chosen,
    /// Tokens were replaced in their places, by masks or others; full labels.
    Replaced,
    /// Masks stand for spans.
    Spans,
    /// Sentinels stand for spans, and head them in the labels.
    Sentinels,
    /// Tokens are gone.
    Deleted,
    /// The text begins elsewhere and wraps around.
    Rotated,
}

impl Pattern {
    /// Every pattern, in order.
    pub const ALL: [Pattern; 7] = [
        Pattern::Unchanged,
        Pattern::Chosen,
        Pattern::Replaced,
        Pattern::Spans,
        Pattern::Sentinels,
        Pattern::Deleted,
        Pattern::Rotated,
    ];

    /// Whether every record of its kind shows it. Others are found where there is little noise more often than elsewhere.
    pub fn is_evident(self) -> bool {
        matches!(self, Pattern::Chosen | Pattern::Sentinels)
    }
}

/// Comparisons that a search may take, in lengths of the text: repetitive text stays without an answer.
const MAX_COMPARISONS: usize = 64;

/// The last record recovered; buffers are used again.
#[derive(Debug, Default)]
pub struct Recovery {
    /// The clean ids, without the template.
    pub clean: Vec<u32>,
    /// The corrupted ids, without the template.
    pub body: Body,
    /// What was drawn, as far as it is certain.
    pub drawn: Drawn,
    /// Whether no other reading puts the noise elsewhere.
    pub is_unique: bool,
}

impl Recovery {
    /// Recovers a valid record; `None` where that is not certain.
    pub fn recover(&mut self, record: &RawRecord, tokens: &Tokens) -> Option<Pattern> {
        self.clean.clear();
        self.body.clear();
        self.drawn.clear();
        self.is_unique = true;
        let masked = record.is_masked(tokens.label_pad);
        let (input, start) = tokens.body(record.attended());
        let pattern = if masked {
            self.chosen(input, record.labels.get(start..)?, tokens)
        } else {
            let (labels, _) = tokens.body(record.filled_labels(tokens.label_pad));
            match labels.first() {
                // Those that hide spans have the end alone where nothing was hidden.
                _ if input == labels || labels.is_empty() => self.unchanged(input),
                Some(&first) if tokens.is_sentinel(first) => {
                    let mut windows = record.label_windows();
                    let headed = windows.all(|labels| labels.first().is_some_and(|&first| tokens.is_sentinel(first)));
                    headed.then(|| self.interleaved(input, labels, tokens))??
                }
                _ => self.full(input, labels, tokens.mask)?,
            }
        };
        self.drawn.units = self.clean.len() as u64;
        self.drawn.applied = pattern != Pattern::Unchanged;
        Some(pattern)
    }

    /// Counts what was recovered: by pattern, as if each were a step.
    pub fn count(&self, pattern: Pattern, stats: &mut Stats) {
        stats.clean_ids += self.clean.len() as u64;
        if pattern != Pattern::Unchanged {
            stats.count_steps(pattern as usize, std::slice::from_ref(&self.drawn));
        }
        if self.is_unique {
            stats.count_places(self.clean.len(), &self.body);
        }
    }

    fn unchanged(&mut self, input: &[i32]) -> Pattern {
        input.iter().for_each(|&id| self.push_in_place(id, id, Edit::None));
        Pattern::Unchanged
    }

    fn chosen(&mut self, input: &[i32], labels: &[i32], tokens: &Tokens) -> Pattern {
        for (&id, &label) in input.iter().zip(labels) {
            let edit = match label {
                IGNORED => Edit::None,
                _ if Some(id) == tokens.mask => Edit::Masked,
                _ if id == label => Edit::Kept,
                _ => Edit::Random,
            };
            self.push_in_place(id, if label == IGNORED { id } else { label }, edit);
        }
        if self.drawn.chosen > 0 { Pattern::Chosen } else { Pattern::Unchanged }
    }

    fn full(&mut self, input: &[i32], labels: &[i32], mask: Option<i32>) -> Option<Pattern> {
        let is_mask = |id: &i32| Some(*id) == mask;
        if labels.iter().any(is_mask) {
            return None;
        }
        let has_masks = input.iter().any(is_mask);
        let in_place = |differs: &dyn Fn(&i32, &i32) -> bool| {
            input.len() == labels.len() && !input.iter().zip(labels).any(|(id, label)| differs(id, label))
        };
        if in_place(&|id, label| id != label && !is_mask(id)) {
            Some(self.replaced(input, labels, mask))
        } else if has_masks && self.spans(input, labels, is_mask) {
            Some(Pattern::Spans)
        } else if !has_masks && input.len() == labels.len() && self.rotated(input, labels) {
            Some(Pattern::Rotated)
        } else if !has_masks && self.deleted(input, labels) {
            Some(Pattern::Deleted)
        } else if has_masks && is_replaced(input, labels, is_mask) {
            Some(self.replaced(input, labels, mask))
        } else {
            None
        }
    }

    fn replaced(&mut self, input: &[i32], labels: &[i32], mask: Option<i32>) -> Pattern {
        for (&id, &label) in input.iter().zip(labels) {
            let edit = match id {
                _ if id == label => Edit::None,
                _ if Some(id) == mask => Edit::Masked,
                _ => Edit::Random,
            };
            self.push_in_place(id, label, edit);
        }
        Pattern::Replaced
    }

    fn push_in_place(&mut self, id: i32, clean: i32, edit: Edit) {
        self.body.ids.push(id as u32);
        self.body.origins.push(Origin::clean(self.clean.len()).edited(edit));
        self.clean.push(clean as u32);
        if edit != Edit::None {
            self.drawn.edits[edit as usize] += 1;
            self.drawn.chosen += 1;
        }
    }

    /// What stands between masks is found in the labels, in order and whole.
    fn spans(&mut self, input: &[i32], labels: &[i32], is_mask: impl Fn(&i32) -> bool) -> bool {
        let segments = segments(input, is_mask);
        let mut budget = MAX_COMPARISONS * (input.len() + labels.len());
        let Some(first) = place_segments(input, labels, &segments, &mut budget) else { return false };
        let reversed = |ids: &[i32]| ids.iter().rev().copied().collect::<Vec<i32>>();
        let turned: Vec<Range<usize>> =
            segments.iter().rev().map(|ids| input.len() - ids.end..input.len() - ids.start).collect();
        let Some(last) = place_segments(&reversed(input), &reversed(labels), &turned, &mut budget) else {
            return false;
        };
        let last: Vec<usize> =
            last.iter().zip(&turned).rev().map(|(place, ids)| labels.len() - place - ids.len()).collect();
        self.is_unique = first == last;
        self.clean.extend(labels.iter().map(|&id| id as u32));
        let mut at = 0;
        for (segment, &place) in segments.iter().zip(&first) {
            let masks: Vec<u32> = input[at..segment.start].iter().map(|&id| id as u32).collect();
            self.push_span(&masks, place);
            for (&id, position) in input[segment.clone()].iter().zip(place..) {
                self.body.ids.push(id as u32);
                self.body.origins.push(Origin::clean(position));
            }
            at = segment.end;
        }
        true
    }

    /// Masks that together hide the labels up to a place. What a single one hides is certain where its neighbors are.
    fn push_span(&mut self, masks: &[u32], place: usize) {
        if masks.is_empty() {
            return;
        }
        let before = self.body.origins.last().and_then(|origin| origin.position());
        let start = before.map_or(0, |position| position + 1);
        self.body.push_hiding(masks, Edit::Masked, start..place);
        self.drawn.edits[Edit::Masked as usize] += masks.len() as u64;
        self.drawn.chosen += (place - start) as u64;
        if masks.len() == 1 && self.is_unique {
            self.drawn.spans.push((place - start) as u32);
        }
    }

    /// Every sentinel of the input heads its span in the labels, in the same order: interleaved, both sides are the text.
    fn interleaved(&mut self, input: &[i32], labels: &[i32], tokens: &Tokens) -> Option<Pattern> {
        // A mode that the recipe puts before the text is not part of it.
        let mode = input.iter().take_while(|&&id| tokens.is_special(id) && !tokens.is_sentinel(id)).count();
        let mut spans = labels.chunk_by(|_, next| !tokens.is_sentinel(*next));
        for &id in &input[mode..] {
            if !tokens.is_sentinel(id) {
                self.body.ids.push(id as u32);
                self.body.origins.push(Origin::clean(self.clean.len()));
                self.clean.push(id as u32);
                continue;
            }
            let span = spans.next()?.strip_prefix(&[id])?;
            // Where windows share a record, each ends its labels.
            let span = span.strip_suffix(tokens.suffix.as_slice()).unwrap_or(span);
            let start = self.clean.len();
            self.clean.extend(span.iter().map(|&id| id as u32));
            self.body.push_hiding(&[id as u32], Edit::Masked, start..self.clean.len());
            self.drawn.spans.push(span.len() as u32);
            self.drawn.edits[Edit::Masked as usize] += 1;
            self.drawn.chosen += span.len() as u64;
        }
        spans.next().is_none().then_some(Pattern::Sentinels)
    }

    /// The input is the labels without some of them.
    fn deleted(&mut self, input: &[i32], labels: &[i32]) -> bool {
        let Some(first) = place_ids(input.iter(), labels.iter()).filter(|_| !input.is_empty()) else { return false };
        let last = place_ids(input.iter().rev(), labels.iter().rev()).unwrap_or_default();
        self.is_unique = first.iter().zip(last.iter().rev()).all(|(first, last)| *first == labels.len() - 1 - last);
        self.clean.extend(labels.iter().map(|&id| id as u32));
        self.body.ids.extend(input.iter().map(|&id| id as u32));
        self.body.origins.extend(first.into_iter().map(Origin::clean));
        self.drawn.chosen = (labels.len() - input.len()) as u64;
        true
    }

    /// The input is the labels from one place on, and then those before it; and from no other place.
    fn rotated(&mut self, input: &[i32], labels: &[i32]) -> bool {
        let len = labels.len();
        let mut budget = MAX_COMPARISONS * len;
        let mut starts = (1..len).filter(|&start| {
            let (before, after) = labels.split_at(start);
            matches(input, after, &mut budget) && matches(&input[after.len()..], before, &mut budget)
        });
        let (Some(start), None) = (starts.next(), starts.next()) else { return false };
        if budget == 0 {
            return false;
        }
        self.clean.extend(labels.iter().map(|&id| id as u32));
        self.body.ids.extend(input.iter().map(|&id| id as u32));
        self.body.origins.extend((0..len).map(|at| Origin::clean((start + at) % len)));
        self.drawn.start = Some(Start { token: start, place: start, places: len });
        self.drawn.chosen = len as u64;
        true
    }
}

#[cfg(test)]
mod tests;
