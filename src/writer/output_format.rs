//! The formats of records, as asked for.

use anyhow::{Result, ensure};
use clap::ValueEnum;
use serde::Serialize;

/// How records are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum OutputFormat {
    /// one JSON object a line
    Jsonl,
    /// Parquet, compressed with zstd
    Parquet,
    /// an Arrow IPC stream
    Arrow,
}

/// What a name's suffix says, the usual one of a format first.
const SUFFIXES: &[(&str, OutputFormat)] = &[
    ("jsonl", OutputFormat::Jsonl),
    ("ndjson", OutputFormat::Jsonl),
    ("json", OutputFormat::Jsonl),
    ("parquet", OutputFormat::Parquet),
    ("pq", OutputFormat::Parquet),
    ("arrow", OutputFormat::Arrow),
    ("arrows", OutputFormat::Arrow),
];

impl OutputFormat {
    /// The format of files whose name ends like this, in lower case.
    pub fn of_suffix(suffix: &str) -> Option<Self> {
        SUFFIXES.iter().find(|(known, _)| *known == suffix).map(|(_, format)| *format)
    }

    /// Its name, which is also the usual suffix.
    pub fn name(self) -> &'static str {
        match self {
            OutputFormat::Jsonl => "jsonl",
            OutputFormat::Parquet => "parquet",
            OutputFormat::Arrow => "arrow",
        }
    }

    /// Whether a file of it is text, which `.gz` and `.zst` compress.
    pub fn is_text(self) -> bool {
        self == OutputFormat::Jsonl
    }

    /// Refuses a format that this build is without.
    pub fn check(self) -> Result<()> {
        ensure!(
            self.is_text() || cfg!(feature = "columnar"),
            "{} is not in this build (build it with --features columnar, or write jsonl)",
            self.name()
        );
        Ok(())
    }
}
