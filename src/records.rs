//! Records, ready to be written: columns of lists, in the layout that columnar formats use.

use std::ops::Range;
use std::sync::Arc;

use serde::Serialize;

use crate::document::At;
use crate::noise::Body;
use crate::objective::Objective;
use crate::padding::{Padding, Width};
use crate::target::Frame;
use crate::tokenizer::Template;

/// A column of lists: all values in a row, and where each list ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List<T> {
    values: Vec<T>,
    ends: Vec<usize>,
}

impl<T> Default for List<T> {
    fn default() -> Self {
        List { values: Vec::new(), ends: Vec::new() }
    }
}

impl<T> List<T> {
    /// The `at`th list.
    pub fn get(&self, at: usize) -> &[T] {
        &self.values[self.start(at)..self.ends[at]]
    }

    fn last_mut(&mut self) -> &mut [T] {
        let start = self.ends.len().checked_sub(2).map_or(0, |before| self.ends[before]);
        &mut self.values[start..]
    }

    /// How many lists.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    fn clear(&mut self) {
        self.values.clear();
        self.ends.clear();
    }

    fn start(&self, at: usize) -> usize {
        at.checked_sub(1).map_or(0, |before| self.ends[before])
    }

    /// Adds some lists of another column.
    fn append(&mut self, other: &Self, range: Range<usize>)
    where
        T: Clone,
    {
        let (start, before) = (other.start(range.start), self.values.len());
        self.values.extend_from_slice(&other.values[start..other.start(range.end)]);
        self.ends.extend(other.ends[range].iter().map(|end| end - start + before));
    }

    fn push(&mut self, write: impl FnOnce(&mut Vec<T>)) {
        write(&mut self.values);
        self.ends.push(self.values.len());
    }
}

/// Where a record comes from and what noise drew (`--meta`).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Meta {
    /// The input, as the user typed it, or `stdin`.
    #[serde(serialize_with = "as_text")]
    pub source: Arc<str>,
    /// Where the document begins in it: `line` or `row`.
    #[serde(flatten)]
    pub at: At,
    /// Ordinal of the document in its source, from 0.
    pub document: u64,
    /// Ordinal of the window among those that start in the document.
    pub window: u64,
    /// Which of the copies.
    pub copy: u32,
    /// Which recipe of a mixture, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recipe: Option<usize>,
    /// The noises that were applied.
    pub noise: Vec<MetaNoise>,
}

fn as_text<S: serde::Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(text)
}

/// What one noise drew.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MetaNoise {
    /// As on the command line.
    pub name: &'static str,
    /// Units in total.
    pub units: u64,
    /// Units chosen.
    pub chosen: u64,
    /// Spans laid, of a noise that lays spans.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spans: Option<u64>,
    /// Zero-length ones among them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub insertions: Option<u64>,
    /// The probability with which units were chosen, where each window draws its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p_mask: Option<f64>,
}

/// How far a run has come before a record: skipping as much makes that record the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Position {
    /// Documents whose records all come before.
    #[serde(rename = "skip_documents")]
    pub documents: u64,
    /// Records of the next document that come before.
    #[serde(rename = "skip")]
    pub records: u64,
}

/// Some records.
#[derive(Default)]
pub struct Records {
    input_ids: List<u32>,
    labels: List<i32>,
    /// Of each window, where `--meta` asks for it.
    meta: List<Meta>,
    /// Lengths of the windows of each record, where several are put together.
    seq_lens: List<u32>,
    /// Lengths of their labels, where these can differ.
    label_lens: List<u32>,
    /// Of each record, where a run can go on from it.
    positions: Vec<Position>,
    /// How wide each is written, where that is known; else as long as it is.
    widths: Vec<Width>,
    /// Records at the front that are left out.
    cut: usize,
}

/// One record, borrowed.
#[derive(Clone, Copy)]
pub struct Record<'r> {
    /// Template and corrupted body.
    pub input_ids: &'r [u32],
    /// Targets; as long as the input where every label stands in its place.
    pub labels: &'r [i32],
    /// What `--meta` adds, for each window.
    pub meta: &'r [Meta],
    /// Lengths of the windows in the input, where several can be put together.
    pub seq_lens: Option<&'r [u32]>,
    /// Lengths of their labels, where these can differ.
    pub label_lens: Option<&'r [u32]>,
    /// How wide it is written.
    pub width: Width,
}

impl Records {
    /// Empties it, keeping the buffers.
    pub fn clear(&mut self) {
        self.input_ids.clear();
        self.labels.clear();
        self.meta.clear();
        self.seq_lens.clear();
        self.label_lens.clear();
        self.positions.clear();
        self.widths.clear();
    }

    /// Makes a record and adds it; its width is its length.
    pub fn push(&mut self, clean: &[u32], body: &Body, template: &Template, objective: &Objective) {
        let frame = Frame { template, prefix: &objective.prefix };
        self.input_ids.push(|ids| frame.push(&body.ids, ids));
        self.labels.push(|labels| objective.target.push(clean, body, frame, labels));
        self.push_width();
    }

    /// Adds some records of others as they are, widths too.
    pub fn append(&mut self, other: &Records, range: Range<usize>) {
        self.input_ids.append(&other.input_ids, range.clone());
        self.labels.append(&other.labels, range.clone());
        self.widths.extend_from_slice(&other.widths[range.clone()]);
        if !other.meta.is_empty() {
            self.meta.append(&other.meta, range.clone());
        }
        if !other.seq_lens.is_empty() {
            self.seq_lens.append(&other.seq_lens, range.clone());
        }
        if !other.label_lens.is_empty() {
            self.label_lens.append(&other.label_lens, range.clone());
        }
        if !other.positions.is_empty() {
            self.positions.extend_from_slice(&other.positions[range]);
        }
    }

    /// Adds a record as it is, of one window.
    pub fn push_copy(&mut self, record: &Record) {
        self.input_ids.push(|ids| ids.extend_from_slice(record.input_ids));
        self.labels.push(|labels| labels.extend_from_slice(record.labels));
        self.meta.push(|meta| meta.extend_from_slice(record.meta));
        self.push_width();
    }

    /// Adds a record of several windows, one after the other.
    pub fn push_packed<'r>(&mut self, windows: impl Iterator<Item = Record<'r>> + Clone, label_lens: bool) {
        self.input_ids.push(|ids| windows.clone().for_each(|window| ids.extend_from_slice(window.input_ids)));
        self.labels.push(|labels| windows.clone().for_each(|window| labels.extend_from_slice(window.labels)));
        self.meta.push(|meta| windows.clone().for_each(|window| meta.extend_from_slice(window.meta)));
        self.seq_lens.push(|lens| lens.extend(windows.clone().map(|window| window.input_ids.len() as u32)));
        if label_lens {
            self.label_lens.push(|lens| lens.extend(windows.map(|window| window.labels.len() as u32)));
        }
        self.push_width();
    }

    /// The ids and labels of the last record.
    pub fn last_mut(&mut self) -> (&mut [u32], &mut [i32]) {
        (self.input_ids.last_mut(), self.labels.last_mut())
    }

    fn push_width(&mut self) {
        let last = self.len() - 1;
        self.widths.push(Width { input: self.input_ids.get(last).len(), labels: self.labels.get(last).len() });
    }

    /// Adds the meta of the last record.
    pub fn push_meta(&mut self, meta: Meta) {
        self.meta.push(|all| all.push(meta));
    }

    /// Says where the last record stands in the run.
    pub fn push_position(&mut self, position: Position) {
        self.positions.push(position);
    }

    /// Where a run can go on from the first record, if it can.
    pub fn position(&self) -> Option<Position> {
        self.positions.get(self.cut).copied()
    }

    /// Gives each record the width that it has by itself.
    pub fn set_own_widths(&mut self, padding: &Padding) {
        for at in 0..self.len() {
            self.set_width(at, padding.width(std::iter::once(self.get(at))));
        }
    }

    /// Sets how wide a record is written.
    pub fn set_width(&mut self, at: usize, width: Width) {
        self.widths[at] = width;
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.input_ids.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.input_ids.is_empty()
    }

    /// The `at`th record.
    pub fn get(&self, at: usize) -> Record<'_> {
        Record {
            input_ids: self.input_ids.get(at),
            labels: self.labels.get(at),
            meta: if at < self.meta.len() { self.meta.get(at) } else { &[] },
            seq_lens: (!self.seq_lens.is_empty()).then(|| self.seq_lens.get(at)),
            label_lens: (!self.label_lens.is_empty()).then(|| self.label_lens.get(at)),
            width: self.widths[at],
        }
    }

    /// Leaves out the first records, which keep their places.
    pub fn cut(&mut self, records: usize) {
        self.cut = records;
    }

    /// Those that are not left out.
    pub fn range(&self) -> Range<usize> {
        self.cut..self.len()
    }

    /// Each in turn.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Record<'_>> + Clone {
        self.range().map(|at| self.get(at))
    }
}
