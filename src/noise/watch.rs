//! What a run drew, in more detail than the counts of [`Drawn`]: by size and by place.
//!
//! Watched, every step begins with origins that are its own, so that they tell what this step did; they are then carried on
//! from the steps before, and what comes out is the same as unwatched. Integers that add up. Costs a few passes over the
//! ids, and is only done where somebody asked.

use std::ops::{AddAssign, Range};

use anyhow::Result;

use super::{Corruption, Drawn, Noised, Origin, Setting, Strategy, Unit, Workspace};
use crate::histogram::Histogram;
use crate::rng::NoiseKey;
use crate::window::Window;

/// Places of a record are told in so many equal parts.
pub const PARTS: usize = 10;
/// A record's one expected rotation, in parts of which integers can be shared out.
pub const WHOLE: u64 = 1 << 20;

/// How far one sentence moved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Move {
    /// How many sentences were put in order.
    pub among: u32,
    /// How many places lie between where it stood and where it stands.
    pub places: u32,
}

/// What one step of the recipe did over some records. What a noise does not do stays 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Detail {
    /// Mask tokens written.
    pub masks: u64,
    /// Random tokens written.
    pub random: u64,
    /// Tokens chosen and left as they were.
    pub kept: u64,
    /// Tokens hit (masked, deleted, hidden) and all tokens, by place in the body before the step.
    pub places: [[u64; 2]; PARTS],
    /// Spans by their length in units.
    pub spans: Histogram,
    /// Spans that were cut so that the ratio is met.
    pub trimmed: u64,
    /// Sentences by how many places they moved.
    pub moves: Histogram,
    /// Sentences by how many were put in order together.
    pub among: Histogram,
    /// Rotations by where the body began before, also where that is its beginning.
    pub starts: [u64; PARTS],
    /// What these would be if each unit were as likely to come first as any other, in parts of [`WHOLE`].
    pub fair_starts: [u64; PARTS],
}

impl Detail {
    /// Tokens hit.
    pub fn hit(&self) -> u64 {
        self.places.iter().map(|[hit, _]| hit).sum()
    }

    /// Tokens there were.
    pub fn tokens(&self) -> u64 {
        self.places.iter().map(|[_, all]| all).sum()
    }
}

impl AddAssign<&Detail> for Detail {
    fn add_assign(&mut self, other: &Detail) {
        self.masks += other.masks;
        self.random += other.random;
        self.kept += other.kept;
        self.places.as_flattened_mut().iter_mut().zip(other.places.as_flattened()).for_each(|(at, more)| *at += more);
        self.spans += &other.spans;
        self.trimmed += other.trimmed;
        self.moves += &other.moves;
        self.among += &other.among;
        self.starts.iter_mut().zip(&other.starts).for_each(|(start, more)| *start += more);
        self.fair_starts.iter_mut().zip(&other.fair_starts).for_each(|(start, more)| *start += more);
    }
}

/// Watches the steps of a recipe, record after record.
#[derive(Default)]
pub struct Watch {
    /// By step.
    pub details: Vec<Detail>,
    /// Records by the share of their tokens that any step hit, in percent.
    pub shares: Histogram,
    clean: usize,
    hits: usize,
    /// By id, whether a step has hit it or put it in.
    touched: Vec<bool>,
    touched_before: Vec<bool>,
    /// By id before the step, whether the step hits it.
    hit: Vec<bool>,
    ids: Vec<u32>,
    origins: Vec<Origin>,
    sentences: Vec<u32>,
}

impl Watch {
    /// Of a recipe of so many steps.
    pub fn new(steps: usize) -> Self {
        Watch { details: vec![Detail::default(); steps], ..Watch::default() }
    }

    /// A record begins.
    pub(super) fn start(&mut self, noised: &Noised) {
        (self.clean, self.hits) = (noised.len(), 0);
        self.touched.clear();
        self.touched.resize(noised.len(), false);
    }

    /// A record ends. Where no step hits tokens there are no shares.
    pub(super) fn finish(&mut self, hits_tokens: bool) {
        if hits_tokens {
            self.shares.count((100 * self.hits / self.clean.max(1)).min(100));
        }
    }

    /// Gives a step origins of its own.
    pub(super) fn before(&mut self, position: usize, noised: &mut Noised, work: &mut Workspace) {
        std::mem::swap(&mut self.origins, &mut noised.origins);
        noised.origins.clear();
        noised.origins.extend((0..noised.ids.len()).map(Origin::at));
        self.ids.clone_from(&noised.ids);
        self.sentences.clone_from(&noised.sentences);
        std::mem::swap(&mut self.details[position].spans, &mut work.span_lengths);
    }

    /// Counts what a step did and joins its origins to those from before; `drawn` is `None` where it was not its turn.
    pub(super) fn after(
        &mut self,
        (position, strategy): (usize, &Strategy),
        drawn: Option<Drawn>,
        noised: &mut Noised,
        work: &mut Workspace,
        setting: &Setting,
    ) {
        std::mem::swap(&mut self.details[position].spans, &mut work.span_lengths);
        if drawn.is_none_or(|drawn| drawn.units == 0) {
            std::mem::swap(&mut self.origins, &mut noised.origins);
            return;
        }
        let inserts = match strategy {
            Strategy::Mask(_) | Strategy::Delete(_) | Strategy::Infill(_) => {
                self.find_hit(position, matches!(strategy, Strategy::Mask(_)), noised, setting.mask);
                self.details[position].trimmed += u64::from(matches!(strategy, Strategy::Infill(_)) && work.trimmed);
                self.count_hit(position);
                true
            }
            Strategy::Permute { .. } => {
                let detail = &mut self.details[position];
                for moved in &work.moves {
                    detail.moves.count(moved.places as usize);
                    detail.among.count(moved.among as usize);
                }
                self.hit.clear();
                false
            }
            Strategy::Rotate { unit } => {
                self.count_start(position, *unit, noised, work);
                self.hit.clear();
                false
            }
        };
        self.carry(noised, inserts);
    }

    /// Finds the ids that a step hit, and counts those that it wrote.
    fn find_hit(&mut self, position: usize, masking: bool, noised: &Noised, mask: u32) {
        let detail = &mut self.details[position];
        self.hit.clear();
        self.hit.resize(self.ids.len(), !masking);
        for (&id, origin) in noised.ids.iter().zip(&noised.origins) {
            match origin.position() {
                Some(from) => {
                    self.hit[from] = origin.is_chosen();
                    if origin.is_chosen() {
                        match id {
                            _ if id == mask => detail.masks += 1,
                            _ if id != self.ids[from] => detail.random += 1,
                            _ => detail.kept += 1,
                        }
                    }
                }
                None if id == mask => detail.masks += 1,
                None => detail.random += 1,
            }
        }
    }

    fn count_hit(&mut self, position: usize) {
        for (part, [hit, all]) in self.details[position].places.iter_mut().enumerate() {
            let ids = part_of(part, self.hit.len());
            *all += ids.len() as u64;
            *hit += self.hit[ids].iter().filter(|&&hit| hit).count() as u64;
        }
        self.hits += self.hit.iter().zip(&self.touched).filter(|(hit, touched)| **hit && !**touched).count();
    }

    fn count_start(&mut self, position: usize, unit: Unit, noised: &Noised, work: &Workspace) {
        let (detail, len) = (&mut self.details[position], noised.len());
        let start = noised.origins.first().and_then(|origin| origin.position()).unwrap_or(0);
        detail.starts[start * PARTS / len] += 1;
        let mut fair = |at: usize, places: usize| detail.fair_starts[at * PARTS / len] += WHOLE / places as u64;
        match unit {
            Unit::Token => (0..len).for_each(|at| fair(at, len)),
            Unit::Word => (0..work.units.len()).for_each(|at| fair(work.units.get(at).start, work.units.len())),
            Unit::Sentence => self.sentences.iter().for_each(|&at| fair(at as usize, self.sentences.len())),
        }
    }

    fn carry(&mut self, noised: &mut Noised, inserts: bool) {
        std::mem::swap(&mut self.touched, &mut self.touched_before);
        self.touched.clear();
        for origin in &mut noised.origins {
            let Some(from) = origin.position() else {
                self.touched.push(inserts);
                continue;
            };
            self.touched.push(self.touched_before[from] || self.hit.get(from).is_some_and(|&hit| hit));
            let before = self.origins[from];
            *origin = if origin.is_chosen() { before.chosen() } else { before };
        }
    }
}

impl Corruption {
    /// Corrupts a window as [`Corruption::apply`] does; `watch` counts in detail what each step did.
    #[allow(clippy::too_many_arguments)]
    pub fn apply_watched(
        &self,
        window: &Window,
        key: &NoiseKey,
        setting: &Setting,
        work: &mut Workspace,
        noised: &mut Noised,
        drawn: &mut Vec<Option<Drawn>>,
        watch: &mut Watch,
    ) -> Result<()> {
        noised.start(window);
        drawn.clear();
        watch.start(noised);
        for (position, (_, strategy)) in self.steps.iter().enumerate() {
            watch.before(position, noised, work);
            let made = self.apply_step(position, window, key, setting, work, noised)?;
            watch.after((position, strategy), made, noised, work, setting);
            drawn.push(made);
        }
        watch.finish(self.hits_tokens());
        Ok(())
    }

    /// Whether a step changes tokens or takes them away, and does not only move them.
    fn hits_tokens(&self) -> bool {
        let moves = |strategy: &Strategy| matches!(strategy, Strategy::Permute { .. } | Strategy::Rotate { .. });
        !self.steps.iter().all(|(_, strategy)| moves(strategy))
    }
}

/// The positions of a part of a body: those `at` for which `at * PARTS / len` is the part.
fn part_of(part: usize, len: usize) -> Range<usize> {
    (part * len).div_ceil(PARTS)..((part + 1) * len).div_ceil(PARTS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_tile_a_body_and_agree_with_the_division() {
        for len in 1..64 {
            for part in 0..PARTS {
                assert!(part_of(part, len).all(|at| at * PARTS / len == part));
            }
            assert_eq!((0..PARTS).map(|part| part_of(part, len).len()).sum::<usize>(), len);
        }
    }
}
