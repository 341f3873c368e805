//! Text infilling: spans of Poisson lengths become one mask token each (BART, section 2.2).
//!
//! The budget is met exactly, spans never overlap, and a span of no length inserts a mask.

use super::placement::Units;
use super::{Drawn, Noised, Origin, Setting, Unit, Workspace};
use crate::rng::{Chance, NoiseRng, SpanLengths};

/// Infilling, settled.
pub struct Infill {
    /// Share of units hidden.
    pub ratio: f64,
    /// The law of span lengths.
    pub lengths: SpanLengths,
    /// What both count.
    pub unit: Unit,
    /// Share of spans that become a random token.
    pub random: Chance,
}

impl Infill {
    /// Lays the clean units and the spans in a row: the spans' slots are a uniform subset of all slots.
    pub fn apply(&self, noised: &mut Noised, setting: &Setting, rng: &mut NoiseRng, work: &mut Workspace) -> Drawn {
        work.units.find(noised, self.unit, setting);
        let units = work.units.len();
        let budget = rng.round(self.ratio * units as f64).min(units);
        work.trimmed = self.draw_lengths(budget, rng, &mut work.lengths);
        let spans = work.lengths.len();
        rng.subset(units - budget + spans, spans, &mut work.taken, &mut work.chosen);
        let insertions = work.lengths.iter().filter(|&&length| length == 0).count();
        let left_out = surplus(noised.len(), budget, setting.room, work).min(insertions);
        rng.subset(insertions, left_out, &mut work.taken, &mut work.left_out);
        self.lay(noised, setting, rng, work);
        Drawn {
            units: units as u64,
            chosen: budget as u64,
            spans: (spans - left_out) as u64,
            insertions: (insertions - left_out) as u64,
            cramped: left_out as u64,
        }
    }

    /// Lengths until they sum to the budget, the last one trimmed, in an order where any of them may stand anywhere; returns
    /// whether one had to be trimmed.
    fn draw_lengths(&self, budget: usize, rng: &mut NoiseRng, lengths: &mut Vec<usize>) -> bool {
        lengths.clear();
        let (mut left, mut trimmed) = (budget, false);
        while left > 0 {
            let length = rng.span_length(&self.lengths);
            trimmed = length > left;
            lengths.push(length.min(left));
            left -= length.min(left);
        }
        // The last is trimmed, and never of no length: left there, it would thin out the noise at the end of every text.
        if let Some(last) = lengths.len().checked_sub(1).filter(|&last| last > 0) {
            lengths.swap(rng.below(last + 1), last);
        }
        trimmed
    }

    fn lay(&self, noised: &mut Noised, setting: &Setting, rng: &mut NoiseRng, work: &mut Workspace) {
        let Workspace { units, chosen: slots, lengths, left_out, spare, span_lengths, .. } = work;
        spare.clear();
        let mut cursor = Cursor { from: noised, into: spare, at: 0, sentence: 0 };
        let (mut hidden, mut insertion, mut left_out) = (0, 0, left_out.iter().peekable());
        for (span, (&slot, &length)) in slots.iter().zip(lengths.iter()).enumerate() {
            if length == 0 {
                insertion += 1;
                if left_out.next_if(|&&left_out| left_out + 1 == insertion).is_some() {
                    continue;
                }
            }
            span_lengths.count(length);
            let unit = slot as usize - span + hidden;
            // What noise may not touch and stands before the span's first unit stays before the span.
            cursor.keep_to(if unit < units.len() { units.get(unit).start } else { end_of(units) });
            let id = if rng.happens(self.random) { setting.random_token(rng) } else { setting.mask };
            cursor.begin_sentences();
            cursor.into.push(id, Origin::INSERTED);
            for hidden in unit..unit + length {
                let positions = units.get(hidden);
                cursor.keep_to(positions.start);
                cursor.at = positions.end;
            }
            hidden += length;
        }
        cursor.keep_to(noised.len());
        std::mem::swap(noised, spare);
    }
}

/// Where the last unit ends.
fn end_of(units: &Units) -> usize {
    units.len().checked_sub(1).map_or(0, |last| units.get(last).end)
}

/// By how many ids the spans in the workspace would outgrow the room.
fn surplus(len: usize, budget: usize, room: usize, work: &Workspace) -> usize {
    let (room, spans) = (room.max(len), work.lengths.len());
    // Every unit hides at least one id: mostly that settles it.
    if len - budget + spans <= room {
        return 0;
    }
    let (mut hidden, mut ids) = (0, 0);
    for (span, (&slot, &length)) in work.chosen.iter().zip(&work.lengths).enumerate() {
        let unit = slot as usize - span + hidden;
        ids += (unit..unit + length).map(|unit| work.units.get(unit).len()).sum::<usize>();
        hidden += length;
    }
    (len - ids + spans).saturating_sub(room)
}

/// Goes through a body, keeping or skipping, and carries the sentences along.
struct Cursor<'n> {
    from: &'n Noised,
    into: &'n mut Noised,
    at: usize,
    sentence: usize,
}

impl Cursor<'_> {
    /// Copies up to `end`.
    fn keep_to(&mut self, end: usize) {
        while self.at < end {
            self.begin_sentences();
            let next = self.from.sentences.get(self.sentence).map_or(end, |&start| end.min(start as usize));
            self.into.extend(self.from, self.at..next);
            self.at = next;
        }
    }

    /// Begins the sentences whose start was reached.
    fn begin_sentences(&mut self) {
        while self.from.sentences.get(self.sentence).is_some_and(|&start| start as usize <= self.at) {
            self.into.begin_sentence();
            self.sentence += 1;
        }
    }
}
