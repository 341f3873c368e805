//! Counts of a run: integers that add up. Workers own theirs, the owner adds, showing them is elsewhere.

use std::ops::AddAssign;

use crate::histogram::Histogram;
use crate::noise::Drawn;

/// What happened to some documents.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Documents read, whatever became of them.
    pub documents: u64,
    /// Documents empty or white.
    pub empty: u64,
    /// Documents skipped for a fault of theirs.
    pub skipped: u64,
    /// Bytes of their text.
    pub bytes: u64,
    /// Records made.
    pub records: u64,
    /// Ids of all inputs, template included, padding not.
    pub input_ids: u64,
    /// Ids of all clean bodies.
    pub clean_ids: u64,
    /// By step of the recipe.
    pub steps: Vec<StepStats>,
    /// Records by length of the input.
    pub lengths: Histogram,
    /// Spans by their length in units.
    pub span_lengths: Histogram,
}

/// What one step of the recipe did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StepStats {
    /// Records to which it was applied.
    pub applied: u64,
    /// Sums of what was drawn.
    pub drawn: Drawn,
}

impl Stats {
    /// Counts one record: the ids of its clean body, of its noised body and of the template, and what was drawn.
    pub fn count_record(&mut self, clean: usize, noised: usize, template: usize, drawn: &[Option<Drawn>]) {
        self.records += 1;
        self.clean_ids += clean as u64;
        self.input_ids += (noised + template) as u64;
        self.lengths.count(noised + template);
        self.steps.resize(drawn.len(), StepStats::default());
        for (step, drawn) in self.steps.iter_mut().zip(drawn) {
            if let Some(drawn) = drawn {
                *step += StepStats { applied: 1, drawn: *drawn };
            }
        }
    }

    /// Insertions left out and orders drawn again for lack of room.
    pub fn cramped(&self) -> u64 {
        self.steps.iter().map(|step| step.drawn.cramped).sum()
    }
}

impl AddAssign<&Stats> for Stats {
    fn add_assign(&mut self, other: &Stats) {
        self.documents += other.documents;
        self.empty += other.empty;
        self.skipped += other.skipped;
        self.bytes += other.bytes;
        self.records += other.records;
        self.input_ids += other.input_ids;
        self.clean_ids += other.clean_ids;
        self.steps.resize(self.steps.len().max(other.steps.len()), StepStats::default());
        self.steps.iter_mut().zip(&other.steps).for_each(|(step, more)| *step += *more);
        self.lengths += &other.lengths;
        self.span_lengths += &other.span_lengths;
    }
}

impl AddAssign for StepStats {
    fn add_assign(&mut self, other: StepStats) {
        self.applied += other.applied;
        self.drawn.units += other.drawn.units;
        self.drawn.chosen += other.drawn.chosen;
        self.drawn.spans += other.drawn.spans;
        self.drawn.insertions += other.drawn.insertions;
        self.drawn.cramped += other.drawn.cramped;
    }
}
