//! Records to bytes, and bytes to files.
//!
//! A format has a head, chunks that any thread can make, and a tail; the sink sees bytes alone.
//!
//! **Adding a format**: a file beside `jsonl.rs`, a variant of [`Format`] and its arms.

pub mod jsonl;
pub mod sink;

use jsonl::Jsonl;

use crate::records::Records;

/// How records are written.
pub enum Format {
    /// One JSON object a line.
    Jsonl(Jsonl),
}

impl Format {
    /// What comes before all records.
    pub fn head(&self) -> Vec<u8> {
        match self {
            Format::Jsonl(_) => Vec::new(),
        }
    }

    /// Appends some records.
    pub fn chunk(&self, records: &Records, out: &mut Vec<u8>) {
        match self {
            Format::Jsonl(jsonl) => records.iter().for_each(|record| jsonl.write(&record, out)),
        }
    }

    /// What comes after all records.
    pub fn tail(&self) -> Vec<u8> {
        match self {
            Format::Jsonl(_) => Vec::new(),
        }
    }
}
