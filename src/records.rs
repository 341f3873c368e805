//! Records, ready to be written: columns of lists, in the layout that columnar formats use.

use std::sync::Arc;

use serde::Serialize;

use crate::document::At;
use crate::noise::Body;
use crate::objective::Objective;
use crate::padding::Width;
use crate::target::Frame;
use crate::tokenizer::Template;

/// A column of lists: all values in a row, and where each list ends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct List<T> {
    values: Vec<T>,
    ends: Vec<usize>,
}

impl<T: Copy> List<T> {
    /// The `at`th list.
    pub fn get(&self, at: usize) -> &[T] {
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.values[start..self.ends[at]]
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
    /// The noises that were applied.
    pub noise: Vec<MetaNoise>,
}

fn as_text<S: serde::Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(text)
}

/// What one noise drew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MetaNoise {
    /// As on the command line.
    pub name: &'static str,
    /// Units there were.
    pub units: u64,
    /// Units chosen.
    pub chosen: u64,
    /// Spans laid, of a noise that lays spans.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spans: Option<u64>,
    /// Zero-length ones among them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub insertions: Option<u64>,
}

/// Some records.
#[derive(Default)]
pub struct Records {
    input_ids: List<u32>,
    labels: List<i32>,
    /// As many as there are records, or none.
    meta: Vec<Meta>,
    /// How wide each is written, where that is known; else as long as it is.
    widths: Vec<Width>,
}

/// One record, borrowed.
#[derive(Clone, Copy)]
pub struct Record<'r> {
    /// Template and corrupted body.
    pub input_ids: &'r [u32],
    /// Targets; as long as the input where every label stands in its place.
    pub labels: &'r [i32],
    /// What `--meta` adds.
    pub meta: Option<&'r Meta>,
    /// How wide it is written.
    pub width: Width,
}

impl Records {
    /// Empties it, keeping the buffers.
    pub fn clear(&mut self) {
        self.input_ids.clear();
        self.labels.clear();
        self.meta.clear();
        self.widths.clear();
    }

    /// Makes a record and adds it; its width is its length.
    pub fn push(&mut self, clean: &[u32], body: &Body, template: &Template, objective: &Objective) {
        let frame = Frame { template, prefix: &objective.prefix };
        self.input_ids.push(|ids| frame.push(&body.ids, ids));
        self.labels.push(|labels| objective.target.push(clean, body, frame, labels));
        let last = self.len() - 1;
        let width = Width { input: self.input_ids.get(last).len(), labels: self.labels.get(last).len() };
        self.widths.push(width);
    }

    /// Adds the meta of the last record.
    pub fn push_meta(&mut self, meta: Meta) {
        self.meta.push(meta);
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
            meta: self.meta.get(at),
            width: self.widths[at],
        }
    }

    /// Each in turn.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Record<'_>> {
        (0..self.len()).map(|at| self.get(at))
    }
}
