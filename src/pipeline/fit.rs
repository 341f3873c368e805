//! The packing stage of `--pack best-fit`: puts finished windows, each with its own template and noise, together into records
//! up to `--max-length`.
//!
//! Windows of one input are looked at a bounded number at a time, the longest are placed first, and each goes where it leaves
//! the least room. What fills a record too little waits for the windows that follow. A function of the windows and their
//! order alone, so the same for any number of threads.

use std::sync::Arc;

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
    source: Option<Arc<str>>,
    /// Records of one window each, in order.
    waiting: Vec<Records>,
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
}

/// A record that is being filled.
struct Bin {
    parts: Vec<Part>,
    input: usize,
    labels: usize,
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
    pub fn new(max_length: usize, label_lens: bool) -> Self {
        Fitter { max_length, label_lens, source: None, waiting: Vec::new(), parts: Vec::new(), ids: 0 }
    }

    /// Takes windows of one input, in order; returns the records that are full.
    pub fn take(&mut self, source: &Arc<str>, windows: Records) -> Vec<Records> {
        let mut full = Vec::new();
        if self.source.as_ref().is_some_and(|before| before != source) {
            full.extend(self.finish());
        }
        self.source = Some(Arc::clone(source));
        let batch = self.waiting.len();
        for (at, record) in windows.iter().enumerate() {
            let (input, labels) = (record.input_ids.len(), record.labels.len());
            self.parts.push(Part { batch, at, input, labels });
            self.ids += input;
        }
        self.waiting.push(windows);
        if self.ids >= LOOK_AHEAD * self.max_length {
            full.extend(self.place(Some(FULL)));
        }
        full
    }

    /// Everything that waits, however full.
    pub fn finish(&mut self) -> Option<Records> {
        self.place(None)
    }

    /// Puts all parts together and gives out the records; where `wait` is a share, those filled less wait, a few of them.
    fn place(&mut self, wait: Option<f64>) -> Option<Records> {
        let mut bins = best_fit(std::mem::take(&mut self.parts), self.max_length);
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
        }
        self.keep(open.into_iter().flat_map(|bin| bin.parts).collect());
        (!records.is_empty()).then_some(records)
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
        self.waiting = vec![kept];
    }
}

/// Parts in records, the longest placed first and each where it leaves the least room; records by their first part.
fn best_fit(mut parts: Vec<Part>, max_length: usize) -> Vec<Bin> {
    parts.sort_by_key(|part| (std::cmp::Reverse(part.input.max(part.labels)), part.batch, part.at));
    let mut bins: Vec<Bin> = Vec::new();
    for part in parts {
        let fits = |bin: &Bin| bin.input + part.input <= max_length && bin.labels + part.labels <= max_length;
        let room = |bin: &Bin| max_length - (bin.input + part.input).max(bin.labels + part.labels);
        let best = (0..bins.len()).filter(|&at| fits(&bins[at])).min_by_key(|&at| room(&bins[at]));
        match best {
            Some(at) => {
                let bin = &mut bins[at];
                bin.input += part.input;
                bin.labels += part.labels;
                bin.parts.push(part);
            }
            None => bins.push(Bin { input: part.input, labels: part.labels, parts: vec![part] }),
        }
    }
    bins.iter_mut().for_each(|bin| bin.parts.sort_unstable_by_key(|part| (part.batch, part.at)));
    bins.sort_unstable_by_key(Bin::first);
    bins
}
