//! Records to bytes, and bytes to files.
//!
//! A format has a head, chunks that any thread can make, and a tail; the sink sees bytes alone.
//!
//! **Adding a format**: a file beside `jsonl.rs`, a variant of [`Format`] and its arms.

#[cfg(feature = "columnar")]
mod arrow;
#[cfg(feature = "columnar")]
mod columns;
mod destination;
pub mod files;
pub mod jsonl;
mod output_format;
#[cfg(feature = "columnar")]
mod parquet;
mod record_writer;
pub mod sink;
pub mod suffix;
pub mod temporary;

use jsonl::Jsonl;

use crate::records::Records;

#[cfg(feature = "columnar")]
pub use arrow::Arrow;
#[cfg(feature = "columnar")]
pub use columns::{Columns, METADATA_KEY, Shape};
pub use output_format::OutputFormat;
#[cfg(feature = "columnar")]
pub use parquet::Parquet;
use record_writer::Written;
pub use record_writer::{Chunk, RecordWriter};

/// How records are written.
pub enum Format {
    /// One JSON object a line.
    Jsonl(Jsonl),
    /// An Arrow stream.
    #[cfg(feature = "columnar")]
    Arrow(Arrow),
    /// Parquet.
    #[cfg(feature = "columnar")]
    Parquet(Box<Parquet>),
}

impl Format {
    /// Records in each chunk, where a format is made of batches; `None` where any number will do.
    pub fn batch(&self) -> Option<usize> {
        match self {
            Format::Jsonl(_) => None,
            #[cfg(feature = "columnar")]
            Format::Arrow(arrow) => Some(arrow.batch()),
            #[cfg(feature = "columnar")]
            Format::Parquet(parquet) => Some(parquet.batch()),
        }
    }

    /// What comes before all records.
    pub fn head(&self) -> Vec<u8> {
        match self {
            Format::Jsonl(_) => Vec::new(),
            #[cfg(feature = "columnar")]
            Format::Arrow(arrow) => arrow.head(),
            #[cfg(feature = "columnar")]
            Format::Parquet(parquet) => parquet.head(),
        }
    }

    /// Appends some records.
    pub fn chunk(&self, records: &Records, out: &mut Chunk) {
        match self {
            Format::Jsonl(jsonl) => records.iter().for_each(|record| jsonl.write(&record, &mut out.bytes)),
            #[cfg(feature = "columnar")]
            Format::Arrow(arrow) => arrow.chunk(records, &mut out.bytes),
            #[cfg(feature = "columnar")]
            Format::Parquet(parquet) => parquet.chunk(records, out),
        }
    }

    /// What comes after all records.
    #[cfg_attr(not(feature = "columnar"), allow(unused_variables))]
    pub fn tail(&self, written: Written) -> Vec<u8> {
        match self {
            Format::Jsonl(_) => Vec::new(),
            #[cfg(feature = "columnar")]
            Format::Arrow(arrow) => arrow.tail(),
            #[cfg(feature = "columnar")]
            Format::Parquet(parquet) => parquet.tail(written),
        }
    }
}
