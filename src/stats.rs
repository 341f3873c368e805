//! Counts of a run: integers that add up. Workers own theirs, the owner adds, showing them is elsewhere.
//!
//! A fold over windows and their corrupted bodies; noise is never run for them.

use std::ops::AddAssign;

use crate::histogram::Histogram;
use crate::noise::{Body, Drawn, Edit, TokenState};

/// Places in a text are told in so many equal parts.
pub const PARTS: usize = 10;
/// One expected rotation, in parts of which integers can be shared out.
pub const WHOLE: u64 = 1 << 20;

/// What happened to some documents.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Documents read, whatever became of them.
    pub documents: u64,
    /// Documents that gave windows.
    pub used: u64,
    /// Documents that gave none: no text, or nothing that the tokenizer keeps.
    pub empty: u64,
    /// Documents skipped because of an error in them.
    pub skipped: u64,
    /// Documents whose records give words.
    pub with_words: u64,
    /// Documents whose records name a language.
    pub with_language: u64,
    /// Bytes of their text.
    pub bytes: u64,
    /// Records made.
    pub records: u64,
    /// Ids of all inputs, template included, padding not.
    pub input_ids: u64,
    /// Ids of all labels, padding not.
    pub label_ids: u64,
    /// Ids of all clean bodies.
    pub clean_ids: u64,
    /// By step of the recipe.
    pub steps: Vec<StepStats>,
    /// Records by length of the input.
    pub lengths: Histogram,
    /// Records by the share of their clean tokens that noise chose, hid or deleted, in percent; where details are asked for.
    pub noise_shares: Histogram,
    /// The same tokens, and all tokens, by place in the clean body; where details are asked for.
    pub places: [[u64; 2]; PARTS],
}

/// What one step of the recipe did. What a noise does not do stays 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StepStats {
    /// Windows it had its chance at; as many as records, unless several windows share one.
    pub windows: u64,
    /// Windows to which it was applied.
    pub applied: u64,
    /// Units that could be chosen.
    pub units: u64,
    /// Units chosen: masked, deleted, hidden, moved.
    pub chosen: u64,
    /// Tokens written, or kept though chosen, by [`Edit`].
    pub edits: [u64; 4],
    /// Spans by their length in units.
    pub spans: Histogram,
    /// Windows with too few tokens for the noise to act on.
    pub too_short: u64,
    /// Spans that were cut so that the ratio is met.
    pub trimmed: u64,
    /// Insertions left out for lack of room.
    pub dropped_insertions: u64,
    /// Orders of sentences, or cuts of files, drawn again for lack of room.
    pub redraws: u64,
    /// Of the files chosen, those whose suffix comes before the prefix.
    pub suffix_first: u64,
    /// Characters of the middles of these files, and of the files.
    pub middle: [u64; 2],
    /// Sentences by how many places they moved.
    pub moves: Histogram,
    /// Sentences by how many were put in order together.
    pub among: Histogram,
    /// Rotations by the part of the text at which they begin.
    pub starts: [u64; PARTS],
    /// What these would be if each place were as likely as any other, in parts of [`WHOLE`].
    pub expected_starts: [u64; PARTS],
}

impl Stats {
    /// Counts one record by the lengths of its clean body, its input and its labels.
    pub fn count_record(&mut self, clean: usize, (input, labels): (usize, usize)) {
        self.records += 1;
        self.clean_ids += clean as u64;
        self.input_ids += input as u64;
        self.label_ids += labels as u64;
        self.lengths.count(input);
    }

    /// Counts what the steps from `first` on drew for one record.
    pub fn count_steps(&mut self, first: usize, drawn: &[Drawn]) {
        if self.steps.len() < first + drawn.len() {
            self.steps.resize(first + drawn.len(), StepStats::default());
        }
        self.steps[first..].iter_mut().zip(drawn).for_each(|(step, drawn)| step.count(drawn));
    }

    /// Counts where in its clean body of so many ids a record was changed.
    pub fn count_places(&mut self, clean: usize, body: &Body) {
        let states = body.states(clean);
        let is_hit = |state: &TokenState| *state != TokenState::Kept;
        for (part, [hit, all]) in self.places.iter_mut().enumerate() {
            let ids = &states[part_of(part, clean)];
            *all += ids.len() as u64;
            *hit += ids.iter().filter(|state| is_hit(state)).count() as u64;
        }
        let hits = states.iter().filter(|state| is_hit(state)).count();
        self.noise_shares.count(100 * hits / clean.max(1));
    }

    /// What each step did, one after the other; nothing from where none was counted.
    pub fn every_step(&self) -> impl Iterator<Item = &StepStats> {
        static NOTHING: StepStats = StepStats::NOTHING;
        self.steps.iter().chain(std::iter::repeat(&NOTHING))
    }

    /// Insertions left out, and orders and cuts drawn again, for lack of room.
    pub fn without_room(&self) -> u64 {
        self.steps.iter().map(|step| step.dropped_insertions + step.redraws).sum()
    }
}

impl StepStats {
    /// Of a step that was never applied.
    pub const NOTHING: StepStats = StepStats {
        windows: 0,
        applied: 0,
        units: 0,
        chosen: 0,
        edits: [0; 4],
        spans: Histogram::NOTHING,
        too_short: 0,
        trimmed: 0,
        dropped_insertions: 0,
        redraws: 0,
        suffix_first: 0,
        middle: [0; 2],
        moves: Histogram::NOTHING,
        among: Histogram::NOTHING,
        starts: [0; PARTS],
        expected_starts: [0; PARTS],
    };

    fn count(&mut self, drawn: &Drawn) {
        self.windows += 1;
        if !drawn.applied {
            return;
        }
        self.applied += 1;
        self.units += drawn.units;
        self.chosen += drawn.chosen;
        self.edits.iter_mut().zip(drawn.edits).for_each(|(edit, more)| *edit += more);
        drawn.spans.iter().for_each(|&length| self.spans.count(length as usize));
        self.too_short += u64::from(drawn.too_short);
        self.trimmed += u64::from(drawn.trimmed);
        self.dropped_insertions += drawn.dropped_insertions;
        self.redraws += drawn.redraws;
        self.suffix_first += drawn.suffix_first;
        add(&mut self.middle, &drawn.middle);
        for moved in &drawn.moves {
            self.moves.count(moved.places as usize);
            self.among.count(moved.among as usize);
        }
        if let Some(start) = drawn.start {
            self.starts[start.place * PARTS / start.places] += 1;
            for (part, expected) in self.expected_starts.iter_mut().enumerate() {
                *expected += WHOLE * part_of(part, start.places).len() as u64 / start.places as u64;
            }
        }
    }

    /// Tokens written with this edit.
    pub fn edited(&self, edit: Edit) -> u64 {
        self.edits[edit as usize]
    }

    /// Tokens that a step chose, whatever it then wrote.
    pub fn all_edits(&self) -> u64 {
        self.edits.iter().sum()
    }

    /// Zero-length spans.
    pub fn insertions(&self) -> u64 {
        self.spans.counts().next().filter(|(length, _)| *length == 0).map_or(0, |(_, count)| count)
    }
}

/// The positions of a part of a text: those `at` for which `at * PARTS / len` is the part.
fn part_of(part: usize, len: usize) -> std::ops::Range<usize> {
    (part * len).div_ceil(PARTS)..((part + 1) * len).div_ceil(PARTS)
}

impl AddAssign<&Stats> for Stats {
    fn add_assign(&mut self, other: &Stats) {
        self.documents += other.documents;
        self.used += other.used;
        self.empty += other.empty;
        self.skipped += other.skipped;
        self.with_words += other.with_words;
        self.with_language += other.with_language;
        self.bytes += other.bytes;
        self.records += other.records;
        self.input_ids += other.input_ids;
        self.label_ids += other.label_ids;
        self.clean_ids += other.clean_ids;
        self.steps.resize(self.steps.len().max(other.steps.len()), StepStats::default());
        self.steps.iter_mut().zip(&other.steps).for_each(|(step, more)| *step += more);
        self.lengths += &other.lengths;
        self.noise_shares += &other.noise_shares;
        add(self.places.as_flattened_mut(), other.places.as_flattened());
    }
}

impl AddAssign<&StepStats> for StepStats {
    fn add_assign(&mut self, other: &StepStats) {
        self.windows += other.windows;
        self.applied += other.applied;
        self.units += other.units;
        self.chosen += other.chosen;
        add(&mut self.edits, &other.edits);
        self.spans += &other.spans;
        self.too_short += other.too_short;
        self.trimmed += other.trimmed;
        self.dropped_insertions += other.dropped_insertions;
        self.redraws += other.redraws;
        self.suffix_first += other.suffix_first;
        add(&mut self.middle, &other.middle);
        self.moves += &other.moves;
        self.among += &other.among;
        add(&mut self.starts, &other.starts);
        add(&mut self.expected_starts, &other.expected_starts);
    }
}

fn add(sums: &mut [u64], more: &[u64]) {
    sums.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_tile_a_text_and_agree_with_the_division() {
        for len in 1..64 {
            for part in 0..PARTS {
                assert!(part_of(part, len).all(|at| at * PARTS / len == part));
            }
            assert_eq!((0..PARTS).map(|part| part_of(part, len).len()).sum::<usize>(), len);
        }
    }
}
