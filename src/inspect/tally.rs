//! Counts over every record: integers that add up.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use super::record::{IGNORED, RawRecord};
use super::recover::{Pattern, Recovery};
use super::tokens::Tokens;
use crate::histogram::Histogram;
use crate::stats::Stats;

/// Longer ones are counted as this long: a histogram is a row of counters.
const MAX_LENGTH: usize = 1 << 20;

/// What some records come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Lines that are not blank, or rows: all that should be records.
    pub lines: u64,
    /// Those that are not valid records.
    pub broken: u64,
    /// Bytes read.
    pub bytes: u64,
    /// What a run would have counted, of those that could be read; steps are patterns.
    pub stats: Stats,
    /// Valid records by what noise did to them, where that is certain.
    pub patterns: [u64; Pattern::ALL.len()],
    /// Ids that the mask does not attend to.
    pub padding: u64,
    /// Numbers in all labels.
    pub labels: u64,
    /// Those that are -100.
    pub ignored: u64,
    /// Mask tokens in inputs.
    pub masks: u64,
    /// Other special tokens in inputs, by id.
    pub specials: BTreeMap<i32, u64>,
    /// Records with labels in the places of the input's ids.
    pub masked: u64,
    /// Records with other labels, and those of them whose labels hold eos.
    pub full: [u64; 2],
    /// Records that begin and end as the template has it.
    pub framed: u64,
    /// Records by labels, without what fills them up.
    pub label_lengths: Histogram,
    /// Records with full labels by input length in percent of label length.
    pub ratios: Histogram,
    /// Records that no end-of-text token ends, by length.
    pub unended: Histogram,
    /// Mask tokens in a row.
    pub mask_runs: Histogram,
    /// Records that say so, by windows that share one.
    pub windows: Histogram,
    /// Ids that occur, by id.
    pub seen: Vec<bool>,
}

impl Tally {
    /// Counts one record.
    pub fn count(&mut self, record: &RawRecord, tokens: &Tokens) {
        let (input, labels) = (record.attended(), record.filled_labels(tokens.label_pad));
        // What cannot be read at all is counted by its findings.
        self.stats.count_record(0, (input.len().min(MAX_LENGTH), labels.len()));
        self.padding += record.padding().len() as u64;
        self.labels += record.labels.len() as u64;
        self.label_lengths.count(labels.len().min(MAX_LENGTH));
        self.framed += u64::from(tokens.is_framed(input));
        if !tokens.is_ended(input) {
            self.unended.count(input.len().min(MAX_LENGTH));
        }
        self.count_input(input, tokens);
        self.count_labels(record, tokens);
        if let Some(lens) = &record.seq_lens {
            self.windows.count(lens.len().min(MAX_LENGTH));
        }
        if record.is_masked(tokens.label_pad) {
            self.masked += 1;
        } else if !labels.is_empty() {
            let has_eos = tokens.eos.is_some_and(|eos| labels.contains(&eos));
            self.full = [self.full[0] + 1, self.full[1] + u64::from(has_eos)];
            self.ratios.count((input.len() * 100 / labels.len()).min(1000));
        }
    }

    /// Counts what noise did to a valid record.
    pub fn count_noise(&mut self, record: &RawRecord, tokens: &Tokens, recovery: &mut Recovery) {
        if let Some(pattern) = recovery.recover(record, tokens) {
            self.patterns[pattern as usize] += 1;
            recovery.count(pattern, &mut self.stats);
        }
    }

    fn count_input(&mut self, input: &[i32], tokens: &Tokens) {
        self.seen.resize(tokens.size(), false);
        let mut run = 0;
        for &id in input {
            if let Some(seen) = self.seen.get_mut(id as usize) {
                *seen = true;
            }
            if Some(id) == tokens.mask {
                run += 1;
                continue;
            }
            if run > 0 {
                self.end_run(std::mem::take(&mut run));
            }
            if tokens.is_special(id) {
                *self.specials.entry(id).or_default() += 1;
            }
        }
        if run > 0 {
            self.end_run(run);
        }
    }

    fn end_run(&mut self, run: usize) {
        self.masks += run as u64;
        self.mask_runs.count(run.min(MAX_LENGTH));
    }

    fn count_labels(&mut self, record: &RawRecord, tokens: &Tokens) {
        let mut ignored = 0;
        for &label in &record.labels {
            ignored += u64::from(label == IGNORED);
            // A filler that is a token's id says nothing of the text.
            let fills = label == tokens.label_pad;
            if let Some(seen) = self.seen.get_mut(label as usize).filter(|_| !fills) {
                *seen = true;
            }
        }
        self.ignored += ignored;
    }

    /// Valid records of which noise is certain, and all valid ones.
    pub fn certain(&self) -> [u64; 2] {
        let valid = self.lines - self.broken;
        [self.patterns.iter().sum(), valid]
    }

    /// Ids of the vocabulary that occur.
    pub fn covered(&self) -> u64 {
        self.seen.iter().filter(|seen| **seen).count() as u64
    }

    /// Records as long as the longest, if several are, that do not end as a text does: they may have been truncated.
    pub fn truncated(&self) -> u64 {
        let Some((longest, _)) = self.stats.lengths.counts().last() else { return 0 };
        self.unended.counts().find(|(length, _)| *length == longest).map_or(0, |(_, count)| count)
    }
}

impl AddAssign<&Tally> for Tally {
    fn add_assign(&mut self, other: &Tally) {
        self.lines += other.lines;
        self.broken += other.broken;
        self.bytes += other.bytes;
        self.stats += &other.stats;
        self.patterns.iter_mut().zip(other.patterns).for_each(|(count, more)| *count += more);
        self.padding += other.padding;
        self.labels += other.labels;
        self.ignored += other.ignored;
        self.masks += other.masks;
        other.specials.iter().for_each(|(id, count)| *self.specials.entry(*id).or_default() += count);
        self.masked += other.masked;
        self.full.iter_mut().zip(other.full).for_each(|(count, more)| *count += more);
        self.framed += other.framed;
        self.label_lengths += &other.label_lengths;
        self.ratios += &other.ratios;
        self.unended += &other.unended;
        self.mask_runs += &other.mask_runs;
        self.windows += &other.windows;
        self.seen.resize(self.seen.len().max(other.seen.len()), false);
        self.seen.iter_mut().zip(&other.seen).for_each(|(seen, more)| *seen |= more);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inspect::tokens::test_tokens;
    use crate::noise::Edit;

    fn tally(records: &[(&[i32], &[i32])]) -> Tally {
        let (mut tally, tokens) = (Tally::default(), test_tokens(20, false));
        for (input, labels) in records {
            let mut record = RawRecord { input_ids: input.to_vec(), labels: labels.to_vec(), ..RawRecord::default() };
            input.iter().for_each(|id| record.mask.push(i32::from(*id != 0)));
            tally.count(&record, &tokens);
            tally.count_noise(&record, &tokens, &mut Recovery::default());
        }
        tally
    }

    #[test]
    fn chosen_tokens_are_masked_kept_or_replaced() {
        let tally = tally(&[(&[5, 4, 7, 9, 3], &[-100, 6, 7, 8, -100])]);
        let step = &tally.stats.steps[Pattern::Chosen as usize];
        assert_eq!((step.units, step.chosen), (5, 3));
        assert_eq!([Edit::Masked, Edit::Random, Edit::Kept].map(|edit| step.edited(edit)), [1, 1, 1]);
        assert_eq!((tally.masked, tally.ignored, tally.masks), (1, 2, 1));
        assert_eq!(tally.specials.get(&3), Some(&1));
    }

    #[test]
    fn padding_is_not_text() {
        let tally = tally(&[(&[5, 4, 4, 3, 0, 0], &[5, 6, 7, 3, -100])]);
        assert_eq!((tally.stats.input_ids, tally.padding), (4, 2));
        assert_eq!(tally.mask_runs.counts().collect::<Vec<_>>(), [(2, 1)]);
        assert_eq!(tally.covered(), 5);
    }

    #[test]
    fn the_longest_without_an_end_may_be_truncated() {
        let tally = tally(&[(&[5, 6, 7], &[5, 6, 7]), (&[5, 3], &[5, 3]), (&[5, 6, 3], &[5, 8, 3])]);
        assert_eq!((tally.truncated(), tally.patterns[Pattern::Unchanged as usize], tally.full), (1, 2, [3, 2]));
    }
}
