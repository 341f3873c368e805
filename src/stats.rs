//! Counts of a run: integers that add up. Workers own theirs, the owner adds, showing them is elsewhere.

use std::ops::AddAssign;

use crate::histogram::Histogram;
use crate::noise::{Detail, Drawn, Watch};

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
    /// Records by the share of their tokens that noise hit, in percent; counted where details are asked for.
    pub noise_shares: Histogram,
}

/// What one step of the recipe did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StepStats {
    /// Records to which it was applied.
    pub applied: u64,
    /// Sums of what was drawn.
    pub drawn: Drawn,
    /// The same by size and place, where details are asked for.
    pub detail: Detail,
}

impl Stats {
    /// Counts one record: the ids of its clean body, of its noised body and of the template, and what was drawn.
    pub fn count_record(&mut self, clean: usize, noised: usize, template: usize, drawn: &[Option<Drawn>]) {
        self.records += 1;
        self.clean_ids += clean as u64;
        self.input_ids += (noised + template) as u64;
        self.lengths.count(noised + template);
        if self.steps.len() != drawn.len() {
            self.steps.resize(drawn.len(), StepStats::default());
        }
        for (step, drawn) in self.steps.iter_mut().zip(drawn) {
            if let Some(drawn) = drawn {
                step.applied += 1;
                step.drawn += *drawn;
            }
        }
    }

    /// Takes over what was watched.
    pub fn take_details(&mut self, watch: Watch) {
        self.steps.resize(self.steps.len().max(watch.details.len()), StepStats::default());
        self.steps.iter_mut().zip(&watch.details).for_each(|(step, detail)| step.detail += detail);
        self.noise_shares += &watch.shares;
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
        self.steps.iter_mut().zip(&other.steps).for_each(|(step, more)| *step += more);
        self.lengths += &other.lengths;
        self.noise_shares += &other.noise_shares;
    }
}

impl AddAssign<&StepStats> for StepStats {
    fn add_assign(&mut self, other: &StepStats) {
        self.applied += other.applied;
        self.drawn += other.drawn;
        self.detail += &other.detail;
    }
}

impl AddAssign for Drawn {
    fn add_assign(&mut self, other: Drawn) {
        self.units += other.units;
        self.chosen += other.chosen;
        self.spans += other.spans;
        self.insertions += other.insertions;
        self.cramped += other.cramped;
    }
}
