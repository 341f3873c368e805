//! Text infilling: spans of Poisson lengths become one mask token each (BART, section 2.2).
//!
//! The budget is met exactly, spans never overlap, and a span of no length inserts a mask.

use super::placement::find_units;
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
        find_units(noised, self.unit, setting, &mut work.units);
        let units = work.units.len();
        let budget = rng.round(self.ratio * units as f64).min(units);
        self.draw_lengths(budget, rng, &mut work.lengths);
        let spans = work.lengths.len();
        rng.subset(units - budget + spans, spans, &mut work.marks);
        let insertions = work.lengths.iter().filter(|&&length| length == 0).count();
        let surplus = (noised.len() - hidden_ids(work) + spans).saturating_sub(setting.room.max(noised.len()));
        let left_out = surplus.min(insertions);
        rng.subset(insertions, left_out, &mut work.left_out);
        self.lay(noised, setting, rng, work);
        Drawn {
            units: units as u64,
            chosen: budget as u64,
            spans: (spans - left_out) as u64,
            insertions: (insertions - left_out) as u64,
            cramped: left_out as u64,
        }
    }

    /// Lengths until they sum to the budget, the last one trimmed.
    fn draw_lengths(&self, budget: usize, rng: &mut NoiseRng, lengths: &mut Vec<usize>) {
        lengths.clear();
        let mut left = budget;
        while left > 0 {
            let length = rng.span_length(&self.lengths).min(left);
            lengths.push(length);
            left -= length;
        }
    }

    fn lay(&self, noised: &mut Noised, setting: &Setting, rng: &mut NoiseRng, work: &mut Workspace) {
        let Workspace { units, marks, lengths, left_out, spare, span_lengths, .. } = work;
        spare.clear();
        let mut cursor = Cursor { from: noised, into: spare, at: 0, sentence: 0 };
        let (mut unit, mut lengths, mut left_out) = (0, lengths.iter(), left_out.iter());
        for &span in marks.iter() {
            if !span {
                cursor.keep_to(units[unit].1 as usize);
                unit += 1;
                continue;
            }
            let Some(&length) = lengths.next() else { break };
            if length == 0 && left_out.next() == Some(&true) {
                continue;
            }
            span_lengths.count(length);
            // What noise may not touch and stands before the span's first unit stays before the span.
            if let Some(&(start, _)) = units.get(unit) {
                cursor.keep_to(start as usize);
            }
            let id = if rng.happens(self.random) { setting.random_token(rng) } else { setting.mask };
            cursor.begin_sentences();
            cursor.into.push(id, Origin::INSERTED);
            for &(start, end) in &units[unit..unit + length] {
                cursor.keep_to(start as usize);
                cursor.at = end as usize;
            }
            unit += length;
        }
        cursor.keep_to(noised.len());
        std::mem::swap(noised, spare);
    }
}

/// How many ids the spans will hide.
fn hidden_ids(work: &Workspace) -> usize {
    let (mut unit, mut lengths, mut hidden) = (0, work.lengths.iter(), 0);
    for &span in &work.marks {
        let length = if span { lengths.next().map_or(0, |&length| length) } else { 0 };
        hidden += work.units[unit..unit + length].iter().map(|(start, end)| (end - start) as usize).sum::<usize>();
        unit += if span { length } else { 1 };
    }
    hidden
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
