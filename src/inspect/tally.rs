//! Counts over every record: integers that add up.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use super::record::{IGNORED, Record};
use super::tokens::Tokens;
use crate::histogram::Histogram;

/// Longer ones are counted as this long: a histogram is a row of counters.
const LONGEST: usize = 1 << 20;

/// What some records come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Lines that are not blank.
    pub lines: u64,
    /// Records that could be read.
    pub records: u64,
    /// Lines that break what a record promises.
    pub broken: u64,
    /// Bytes read.
    pub bytes: u64,
    /// Ids that masks attend to.
    pub attended: u64,
    /// Ids behind them.
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
    /// Records whose labels are their input: nothing was noised.
    pub identical: u64,
    /// What became of chosen tokens in masked records.
    pub chosen: Chosen,
    /// Records by attended length.
    pub lengths: Histogram,
    /// Records by labels, without what fills them up.
    pub label_lengths: Histogram,
    /// Records with full labels by input length in percent of label length.
    pub ratios: Histogram,
    /// Records that no end-of-text token ends, by length.
    pub unended: Histogram,
    /// Runs of mask tokens by length.
    pub mask_runs: Histogram,
    /// Masked records by chosen share of the body, in percent.
    pub chosen_shares: Histogram,
    /// Ids that occur, by id.
    pub seen: Vec<bool>,
}

/// What became of tokens that have a masked label.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Chosen {
    /// Body ids of masked records.
    pub of: u64,
    /// Those with a label.
    pub all: u64,
    /// Hidden by the mask token.
    pub hidden: u64,
    /// Left as they were.
    pub kept: u64,
}

impl Tally {
    /// Counts one record.
    pub fn count(&mut self, record: &Record, tokens: &Tokens) {
        let (input, labels) = (record.attended(), record.filled_labels(tokens.label_pad));
        self.records += 1;
        self.attended += input.len() as u64;
        self.padding += record.padding().len() as u64;
        self.labels += record.labels.len() as u64;
        self.lengths.count(input.len().min(LONGEST));
        self.label_lengths.count(labels.len().min(LONGEST));
        if !tokens.is_ended(input) {
            self.unended.count(input.len().min(LONGEST));
        }
        self.count_input(input, tokens);
        self.count_labels(record, tokens);
        if record.is_masked(tokens.label_pad) {
            self.count_masked(record, tokens);
        } else {
            self.identical += u64::from(input == labels && !input.is_empty());
            if !labels.is_empty() {
                self.ratios.count((input.len() * 100 / labels.len()).min(1000));
            }
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
        self.mask_runs.count(run.min(LONGEST));
    }

    fn count_labels(&mut self, record: &Record, tokens: &Tokens) {
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

    fn count_masked(&mut self, record: &Record, tokens: &Tokens) {
        self.masked += 1;
        let input = record.attended();
        let (body, start) = tokens.body(input);
        let mut chosen = Chosen { of: body.len() as u64, ..Chosen::default() };
        for (id, label) in body.iter().zip(record.labels.get(start..).unwrap_or_default()) {
            let scored = *label != IGNORED;
            chosen.all += u64::from(scored);
            chosen.hidden += u64::from(scored && Some(*id) == tokens.mask);
            chosen.kept += u64::from(scored && id == label);
        }
        self.identical += u64::from(chosen.all == 0);
        self.chosen_shares.count((chosen.all * 100 / chosen.of.max(1)) as usize);
        self.chosen += chosen;
    }

    /// Ids of the vocabulary that occur.
    pub fn covered(&self) -> u64 {
        self.seen.iter().filter(|seen| **seen).count() as u64
    }

    /// Records as long as the longest, if several are, that do not end as a text does: they may have been cut.
    pub fn cut(&self) -> u64 {
        let Some((longest, _)) = self.lengths.counts().last() else { return 0 };
        self.unended.counts().find(|(length, _)| *length == longest).map_or(0, |(_, count)| count)
    }
}

impl AddAssign for Chosen {
    fn add_assign(&mut self, other: Chosen) {
        self.of += other.of;
        self.all += other.all;
        self.hidden += other.hidden;
        self.kept += other.kept;
    }
}

impl AddAssign<&Tally> for Tally {
    fn add_assign(&mut self, other: &Tally) {
        self.lines += other.lines;
        self.records += other.records;
        self.broken += other.broken;
        self.bytes += other.bytes;
        self.attended += other.attended;
        self.padding += other.padding;
        self.labels += other.labels;
        self.ignored += other.ignored;
        self.masks += other.masks;
        other.specials.iter().for_each(|(id, count)| *self.specials.entry(*id).or_default() += count);
        self.masked += other.masked;
        self.identical += other.identical;
        self.chosen += other.chosen;
        self.lengths += &other.lengths;
        self.label_lengths += &other.label_lengths;
        self.ratios += &other.ratios;
        self.unended += &other.unended;
        self.mask_runs += &other.mask_runs;
        self.chosen_shares += &other.chosen_shares;
        self.seen.resize(self.seen.len().max(other.seen.len()), false);
        self.seen.iter_mut().zip(&other.seen).for_each(|(seen, more)| *seen |= more);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inspect::tokens::test_tokens;

    fn tally(records: &[(&[i32], &[i32])]) -> Tally {
        let (mut tally, tokens) = (Tally::default(), test_tokens(20, false));
        for (input, labels) in records {
            let mut record = Record { input_ids: input.to_vec(), labels: labels.to_vec(), ..Record::default() };
            input.iter().for_each(|id| record.mask.push(i32::from(*id != 0)));
            tally.count(&record, &tokens);
        }
        tally
    }

    #[test]
    fn chosen_tokens_are_hidden_kept_or_replaced() {
        let tally = tally(&[(&[5, 4, 7, 9, 3], &[-100, 6, 7, 8, -100])]);
        assert_eq!(tally.chosen, Chosen { of: 5, all: 3, hidden: 1, kept: 1 });
        assert_eq!((tally.masked, tally.ignored, tally.masks), (1, 2, 1));
        assert_eq!(tally.specials.get(&3), Some(&1));
    }

    #[test]
    fn padding_is_no_text() {
        let tally = tally(&[(&[5, 4, 4, 3, 0, 0], &[5, 6, 7, 3, -100])]);
        assert_eq!((tally.attended, tally.padding), (4, 2));
        assert_eq!(tally.mask_runs.counts().collect::<Vec<_>>(), [(2, 1)]);
        assert_eq!(tally.covered(), 5);
    }

    #[test]
    fn the_longest_without_an_end_may_be_cut() {
        let tally = tally(&[(&[5, 6, 7], &[5, 6, 7]), (&[5, 3], &[5, 3]), (&[5, 6, 3], &[5, 8, 3])]);
        assert_eq!((tally.cut(), tally.identical), (1, 2));
    }
}
