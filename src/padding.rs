//! How wide records are written.

use clap::ValueEnum;
use serde::Serialize;

use crate::records::Record;

/// How wide a record is written: ids of the input and of the labels, padding included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Width {
    /// Of `input_ids` and `attention_mask`.
    pub input: usize,
    /// Of `labels`.
    pub labels: usize,
}

/// To what records are padded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pad {
    /// every record has its own length
    None,
    /// the longest of --batch-size consecutive records
    Longest,
    /// --max-length
    Max,
}

/// Padding, ready for use.
#[derive(Clone, Copy, Debug)]
pub struct Padding {
    /// To what.
    pub to: Pad,
    /// The most ids of a record (`Pad::Max`).
    pub max_length: usize,
    /// Consecutive records that get one width (`Pad::Longest`).
    pub batch_size: usize,
    /// Widths are rounded up to a multiple of this.
    pub multiple: usize,
    /// The id that fills inputs.
    pub pad: u32,
    /// What fills labels.
    pub label_pad: i32,
}

impl Padding {
    /// Ids that every record has at least.
    pub fn least(&self) -> usize {
        if self.to == Pad::Max { self.max_length } else { 0 }
    }

    /// How many consecutive records must be known at once; `None`: one at a time.
    pub fn group(&self) -> Option<usize> {
        (self.to == Pad::Longest).then_some(self.batch_size)
    }

    /// The width of all of these records, that is of one group or of a single one.
    pub fn width<'r>(&self, records: impl Iterator<Item = Record<'r>>) -> Width {
        let least = Width { input: self.least(), labels: self.least() };
        let widest = records.fold(least, |width, record| Width {
            input: width.input.max(record.input_ids.len()),
            labels: width.labels.max(record.labels.len()),
        });
        let up = |length: usize| length.next_multiple_of(self.multiple);
        Width { input: up(widest.input), labels: up(widest.labels) }
    }
}
