//! The packing stage of `--pack best-fit`: puts finished windows, each with its own template and noise, together into records
//! up to `--max-length`.
//!
//! Windows of one input are looked at a bounded number at a time, the longest are placed first, and each goes where it leaves
//! the least room. What fills a record too little waits for the windows that follow. A function of the windows and their
//! order alone: how many arrive together, which hangs on how a pipe is filled, changes nothing.
//!
//! Sentinels are numbered on from window to window, so that none stands for two spans of a record.

use std::sync::Arc;

use super::BestFit;
use crate::records::Records;

/// Ids that are looked at together, in records of `--max-length`.
const LOOK_AHEAD: usize = 64;
/// A record filled to this share does not wait for more.
const FULL: f64 = 0.98;
/// Records that wait at most: the least full ones.
const MAX_WAITING: usize = LOOK_AHEAD / 4;

/// Collects windows and puts them together.
pub struct Fitter {
    /// The most ids of a record, on either side.
    max_length: usize,
    /// Whether labels can be longer or shorter than inputs, and so have lengths of their own.
    label_lens: bool,
    /// Those that may hide spans, in order; none where no recipe uses them.
    sentinels: Vec<u32>,
    /// Whether text can hold some of its own.
    spells_sentinels: bool,
    source: Option<Arc<str>>,
    /// Records of one window each, in order.
    waiting: Vec<Arc<Records>>,
    parts: Vec<Part>,
    /// Ids of the inputs of all parts.
    ids: usize,
}

/// One window, where it lies among those that wait, and the lengths of its two sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Part {
    batch: usize,
    at: usize,
    input: usize,
    labels: usize,
    /// Sentinels in it, numbered from 0.
    sentinels: usize,
}

/// A record that is being filled.
struct Bin {
    parts: Vec<Part>,
    input: usize,
    labels: usize,
    sentinels: usize,
}

impl Bin {
    /// Ids of the longer side.
    fn filled(&self) -> usize {
        self.input.max(self.labels)
    }

    /// Where its first window lies.
    fn first(&self) -> (usize, usize) {
        (self.parts[0].batch, self.parts[0].at)
    }
}

impl Fitter {
    /// For records of so many ids at most.
    pub fn new(best_fit: BestFit) -> Self {
        let BestFit { max_length, label_lens, sentinels, spells_sentinels } = best_fit;
        let (source, waiting, parts, ids) = (None, Vec::new(), Vec::new(), 0);
        Fitter { max_length, label_lens, sentinels, spells_sentinels, source, waiting, parts, ids }
    }

    /// Takes windows of one input, in order; returns the records that are full.
    pub fn take(&mut self, source: &Arc<str>, windows: Records) -> Vec<Records> {
        let mut full = Vec::new();
        if self.source.as_ref().is_some_and(|before| before != source) {
            full.extend(self.finish());
        }
        self.source = Some(Arc::clone(source));
        let windows = Arc::new(windows);
        self.waiting.push(Arc::clone(&windows));
        for (at, record) in windows.iter().enumerate() {
            let batch = self.waiting.len() - 1;
            let (input, labels) = (record.input_ids.len(), record.labels.len());
            let sentinels = self.numbers_taken(record.input_ids, record.labels);
            self.parts.push(Part { batch, at, input, labels, sentinels });
            self.ids += input;
            if self.ids >= LOOK_AHEAD * self.max_length {
                full.extend(self.place(Some(FULL)));
                self.waiting.push(Arc::clone(&windows));
            }
        }
        full
    }

    /// How many numbers of sentinels a window takes up: those up to its last one, or all where its text holds some of its own,
    /// which cannot have other numbers.
    fn numbers_taken(&self, input: &[u32], labels: &[i32]) -> usize {
        let is_spelled = || {
            let asked_for = numbers(labels.iter().map(|&label| label as u32), &self.sentinels);
            !numbers(input.iter().copied(), &self.sentinels).eq(asked_for)
        };
        if self.spells_sentinels && is_spelled() {
            return self.sentinels.len();
        }
        numbers(input.iter().copied(), &self.sentinels).map(|number| number + 1).max().unwrap_or(0)
    }

    /// Everything that waits, however full.
    pub fn finish(&mut self) -> Option<Records> {
        self.place(None)
    }

    /// Puts all parts together and gives out the records; where `wait` is a share, those filled less wait, a few of them.
    fn place(&mut self, wait: Option<f64>) -> Option<Records> {
        let mut bins = best_fit(std::mem::take(&mut self.parts), self.max_length, self.sentinels.len());
        let mut open = Vec::new();
        if let Some(share) = wait {
            let enough = share * self.max_length as f64;
            open = bins.extract_if(.., |bin| (bin.filled() as f64) < enough).collect();
            open.sort_by_key(|bin| (bin.filled(), bin.first()));
            bins.extend(open.drain(MAX_WAITING.min(open.len())..));
            bins.sort_unstable_by_key(Bin::first);
        }
        let mut records = Records::default();
        for bin in &bins {
            let parts = bin.parts.iter().map(|part| self.waiting[part.batch].get(part.at));
            records.push_packed(parts, self.label_lens);
            self.number_on(&bin.parts, records.last_mut());
        }
        self.keep(open.into_iter().flat_map(|bin| bin.parts).collect());
        (!records.is_empty()).then_some(records)
    }

    /// Numbers the sentinels of a record's windows on from one to the next.
    fn number_on(&self, parts: &[Part], (mut input, mut labels): (&mut [u32], &mut [i32])) {
        let mut before = 0;
        for part in parts {
            let (own_input, rest_of_input) = input.split_at_mut(part.input);
            let (own_labels, rest_of_labels) = labels.split_at_mut(part.labels);
            if before > 0 && part.sentinels > 0 {
                let on = |id: u32| number(id, &self.sentinels).and_then(|number| self.sentinels.get(before + number));
                own_input.iter_mut().for_each(|id| *id = on(*id).copied().unwrap_or(*id));
                own_labels.iter_mut().for_each(|id| *id = on(*id as u32).map_or(*id, |&sentinel| sentinel as i32));
            }
            (input, labels) = (rest_of_input, rest_of_labels);
            before += part.sentinels;
        }
    }

    /// Keeps these parts, in their order, and drops the windows of all others.
    fn keep(&mut self, mut parts: Vec<Part>) {
        parts.sort_unstable_by_key(|part| (part.batch, part.at));
        let mut kept = Records::default();
        let waiting = std::mem::take(&mut self.waiting);
        self.ids = 0;
        for (at, part) in parts.iter_mut().enumerate() {
            kept.push_copy(&waiting[part.batch].get(part.at));
            self.ids += part.input;
            (part.batch, part.at) = (0, at);
        }
        self.parts = parts;
        self.waiting = vec![Arc::new(kept)];
    }
}

/// Parts in records, the longest placed first and each where it leaves the least room; records by their first part.
fn best_fit(mut parts: Vec<Part>, max_length: usize, sentinels: usize) -> Vec<Bin> {
    parts.sort_by_key(|part| (std::cmp::Reverse(part.input.max(part.labels)), part.batch, part.at));
    let mut bins: Vec<Bin> = Vec::new();
    for part in parts {
        let fits = |bin: &Bin| {
            let lengths = bin.input + part.input <= max_length && bin.labels + part.labels <= max_length;
            lengths && bin.sentinels + part.sentinels <= sentinels
        };
        let room = |bin: &Bin| max_length - (bin.input + part.input).max(bin.labels + part.labels);
        let best = (0..bins.len()).filter(|&at| fits(&bins[at])).min_by_key(|&at| room(&bins[at]));
        match best {
            Some(at) => {
                let bin = &mut bins[at];
                bin.input += part.input;
                bin.labels += part.labels;
                bin.sentinels += part.sentinels;
                bin.parts.push(part);
            }
            None => {
                let Part { input, labels, sentinels, .. } = part;
                bins.push(Bin { input, labels, sentinels, parts: vec![part] });
            }
        }
    }
    bins.iter_mut().for_each(|bin| bin.parts.sort_unstable_by_key(|part| (part.batch, part.at)));
    bins.sort_unstable_by_key(Bin::first);
    bins
}

/// The number of a sentinel.
fn number(id: u32, sentinels: &[u32]) -> Option<usize> {
    // T5 counts its ids down, FAT5 up.
    let (first, last) = (*sentinels.first()?, *sentinels.last()?);
    let near = [first.wrapping_sub(id), id.wrapping_sub(first)].map(|number| number as usize);
    let place = near.into_iter().find(|&number| sentinels.get(number) == Some(&id));
    let is_row = first.abs_diff(last) as usize + 1 == sentinels.len();
    place.or_else(|| if is_row { None } else { sentinels.iter().position(|&sentinel| sentinel == id) })
}

/// The numbers of the sentinels among some ids.
fn numbers(ids: impl Iterator<Item = u32>, sentinels: &[u32]) -> impl Iterator<Item = usize> {
    ids.filter_map(|id| number(id, sentinels))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::objective::{Labels, Objective};

    #[test]
    fn sentinels_have_their_numbers_in_any_order_of_ids() {
        for sentinels in [&[99, 98, 97][..], &[5, 6, 7], &[9, 3, 40], &[8]] {
            for (at, &id) in sentinels.iter().enumerate() {
                assert_eq!(number(id, sentinels), Some(at), "{sentinels:?}");
            }
            assert_eq!(numbers([1, 2, 100, 4].into_iter(), sentinels).count(), 0);
        }
        assert_eq!(number(4, &[]), None);
    }

    #[test]
    fn how_many_windows_arrive_together_changes_nothing() {
        let template = crate::tokenizer::Template::default();
        let objective = Objective::new(Vec::new(), Labels::Input).expect("valid");
        let body = |window: u32| {
            let mut body = crate::noise::Body::default();
            body.ids = (0..1 + window * 7 % 23).map(|at| window * 100 + at).collect();
            body
        };
        let packed = |together: u32| {
            let mut fitter = Fitter::new(BestFit {
                max_length: 24,
                label_lens: false,
                sentinels: Vec::new(),
                spells_sentinels: false,
            });
            let mut records = Vec::new();
            for first in (0..1000).step_by(together as usize) {
                let mut windows = Records::default();
                (first..1000.min(first + together)).for_each(|window| {
                    windows.push(&[], &body(window), &template, &objective);
                });
                records.extend(fitter.take(&Arc::from("a"), windows));
            }
            records.extend(fitter.finish());
            let all = records.iter().flat_map(Records::iter).map(|record| record.input_ids.to_vec());
            all.collect::<Vec<_>>()
        };
        let one_by_one = packed(1);
        assert!(one_by_one.len() > 100 && one_by_one.iter().map(Vec::len).sum::<usize>() > 10_000);
        for together in [2, 17, 199, 1000] {
            assert_eq!(packed(together), one_by_one, "{together}");
        }
    }

    #[test]
    fn no_sentinel_stands_for_two_spans_of_a_record() {
        let sentinels: Vec<u32> = (90..100).rev().collect();
        let mut fitter = Fitter::new(BestFit {
            max_length: 40,
            label_lens: true,
            sentinels: sentinels.clone(),
            spells_sentinels: false,
        });
        let mut windows = Records::default();
        let template = crate::tokenizer::Template::default();
        let step = "span".parse().expect("valid");
        let objective = Objective::new(vec![step], Labels::Hidden).expect("valid");
        for window in 0..20 {
            let spans = window % 4;
            let mut body = crate::noise::Body::default();
            body.ids = (0..8).map(|at| if at < spans { sentinels[at as usize] } else { 10 + at }).collect();
            body.answer = sentinels[..spans as usize].iter().flat_map(|&id| [id, 5]).collect();
            windows.push(&[], &body, &template, &objective);
        }
        let mut records = vec![fitter.take(&Arc::from("a"), windows)];
        records.push(fitter.finish().into_iter().collect());
        let records: Vec<Records> = records.into_iter().flatten().collect();
        let mut seen = 0;
        for record in records.iter().flat_map(Records::iter) {
            let input: Vec<u32> = record.input_ids.iter().copied().filter(|id| *id >= 90).collect();
            let labels: Vec<u32> = record.labels.iter().map(|&id| id as u32).filter(|id| *id >= 90).collect();
            assert_eq!(input, sentinels[..input.len()], "in order, none twice");
            assert_eq!(input, labels);
            assert!(record.input_ids.len() <= 40 && record.labels.len() <= 40);
            seen += record.seq_lens.map_or(0, <[u32]>::len);
        }
        assert_eq!(seen, 20);
        assert!(records.iter().map(Records::len).sum::<usize>() < 10);
    }
}
