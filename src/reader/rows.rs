//! Records in columns, for those who check records: five lists of whole numbers a row, of any tool's making.
//!
//! Owns what the formats of columns have in common. Must not know what the numbers mean.

use std::ops::Range;
use std::sync::Arc;

use super::error::{Origin, ReadError};

/// The columns that are read, as far as they are there.
pub const COLUMNS: [&str; 5] = ["input_ids", "attention_mask", "labels", "seq_lens", "label_lens"];
/// How many of them every file has.
pub const NEEDED: usize = 3;

/// A column of lists, in records of numbers.
#[derive(Debug, PartialEq, Eq)]
pub struct Lists<V = i32> {
    /// All values in a row; a number beyond 32 bits is the nearest that fits.
    pub values: Vec<V>,
    /// Where each list ends.
    pub ends: Vec<usize>,
    /// Lists that are missing or hold something that is not a value, in order.
    pub faults: Vec<(usize, ListFault)>,
}

/// Why a list is not one of values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListFault {
    /// It is null.
    IsNull,
    /// It holds a null.
    HoldsNull,
}

impl<V> Lists<V> {
    /// The `at`th list.
    pub fn get(&self, at: usize) -> Result<&[V], ListFault> {
        if let Ok(fault) = self.faults.binary_search_by_key(&at, |(row, _)| *row) {
            return Err(self.faults[fault].1);
        }
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        Ok(&self.values[start..self.ends[at]])
    }

    /// Notes a fault of a row; the first counts.
    pub fn complain(&mut self, row: usize, fault: ListFault) {
        if self.faults.last().is_none_or(|(last, _)| *last != row) {
            self.faults.push((row, fault));
        }
    }
}

/// Some rows of one input.
#[derive(Debug)]
pub struct RowBlock {
    /// The input as typed, or `stdin`.
    pub source: Arc<str>,
    /// The number of its first row, from 1.
    pub first_row: u64,
    /// How many.
    pub rows: usize,
    /// The columns of [`COLUMNS`] that the input has, each with as many lists as there are rows.
    pub columns: [Option<Lists>; COLUMNS.len()],
    /// Bytes that they were read from.
    pub bytes: u64,
    /// What the input says of how it was made.
    pub made: Option<Arc<str>>,
    /// Whether the input ends here. An empty input is one empty block.
    pub last: bool,
}

impl RowBlock {
    /// Cuts the rows into ranges of about so many numbers.
    pub fn tasks(&self, numbers: usize) -> Vec<Range<usize>> {
        let all: usize = self.columns.iter().flatten().map(|lists| lists.values.len()).sum();
        let rows = (self.rows * numbers / all.max(1)).max(1);
        (0..self.rows).step_by(rows).map(|start| start..(start + rows).min(self.rows)).collect()
    }
}

/// Which of an input's columns are those of [`COLUMNS`]; an error where one is missing that every record has.
pub(super) fn find_columns(names: &[String], origin: &Origin) -> Result<[Option<usize>; COLUMNS.len()], ReadError> {
    let found = COLUMNS.map(|column| names.iter().position(|name| name == column));
    if let Some(twice) = found.iter().flatten().find(|at| names[**at + 1..].contains(&names[**at])) {
        return Err(origin.fatal(format_args!("column {} is there more than once (keep one)", names[*twice])));
    }
    match found.iter().take(NEEDED).position(Option::is_none) {
        None => Ok(found),
        Some(missing) => {
            let there = if names.is_empty() { "none".to_string() } else { super::error::listed(names) };
            Err(origin.fatal(format_args!(
                "no column {} (columns: {there}; a record has {})",
                COLUMNS[missing],
                COLUMNS[..NEEDED].join(", ")
            )))
        }
    }
}
