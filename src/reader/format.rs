//! The formats of documents: what a name or the first bytes tell, and what reads them.
//!
//! A format is a file of its own, a variant here with its arm in [`Format::open`], and its suffixes. Nothing is decided by
//! how bytes arrive: what is looked at is read first, however long that takes.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use super::bytes::ByteSource;
use super::documents::{DocumentSource, SplitText};
use super::error::ReadError;
use super::input::Input;
use super::jsonl::JsonlSplitter;
use super::look::{FirstLine, first_line};
#[cfg(feature = "columnar")]
use super::parquet::ParquetText;
use super::signature::{Columns, is_empty};
use super::text::TextSplitter;
use super::{DocumentUnit, ReadOptions};

/// How an input is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Plain text, cut by [`DocumentUnit`].
    Text,
    /// One JSON object a line.
    Jsonl,
    /// Columns.
    Parquet,
}

/// What a name's extension says, in lower case and without one that names a compression.
const SUFFIXES: &[(&str, Format)] = &[
    ("txt", Format::Text),
    ("text", Format::Text),
    ("md", Format::Text),
    ("jsonl", Format::Jsonl),
    ("ndjson", Format::Jsonl),
    ("json", Format::Jsonl),
    ("parquet", Format::Parquet),
];

/// Suffixes of files that look like text and are tables.
const TABLES: &[(&str, &str)] = &[("csv", "CSV"), ("tsv", "TSV")];

impl Format {
    /// The suffixes that tell a format.
    pub(super) fn suffixes() -> impl Iterator<Item = &'static str> {
        SUFFIXES.iter().map(|(suffix, _)| *suffix)
    }

    /// The format of files whose name ends like this.
    pub(super) fn of_suffix(suffix: &str) -> Option<Self> {
        SUFFIXES.iter().find(|(known, _)| *known == suffix).map(|(_, format)| *format)
    }

    /// The format of an input: as asked for, else by its name's suffix, else by its first bytes.
    pub(super) fn settle(suffix: &str, bytes: &mut ByteSource, options: &ReadOptions) -> Result<Self, ReadError> {
        match (Columns::detect(bytes.head()?), options.format) {
            (Some(Columns::Parquet), None | Some(Self::Parquet)) => return Ok(Self::Parquet),
            (Some(Columns::Parquet), Some(_)) => {
                return Err(bytes.origin.fatal("Parquet, which --input-format denies (leave it out)"));
            }
            (Some(arrow), _) => return Err(bytes.origin.fatal(arrow.refusal())),
            (None, _) => {}
        }
        let format = if let Some(asked) = options.format {
            asked
        } else {
            if let Some((_, table)) = TABLES.iter().find(|(known, _)| *known == suffix) {
                return Err(bytes.origin.fatal(format_args!(
                    "{table}, which is not read (convert it to JSONL; --input-format text takes its lines as they are)"
                )));
            }
            let named = Self::of_suffix(suffix);
            let looked = if matches!(named, None | Some(Self::Text)) { first_line(bytes)? } else { FirstLine::Other };
            by_look(named, looked).map_err(|why| bytes.origin.fatal(why))?
        };
        if format == Self::Parquet {
            let complaint = match bytes.head()? {
                [] => is_empty("Parquet"),
                _ => "not Parquet by its first bytes (fetch the file again, or name its format)".to_owned(),
            };
            return Err(bytes.origin.fatal(complaint));
        }
        let asked = [("--text-field", &options.text_field), ("--words-field", &options.words_field)];
        if let (Self::Text, Some((option, _))) = (format, asked.iter().find(|(_, field)| field.is_some())) {
            return Err(bytes.origin.fatal(format_args!(
                "text, which has no fields for {option} (leave it out, or say --input-format jsonl)"
            )));
        }
        Ok(format)
    }

    /// The documents of an input of this format, of which some bytes were looked at.
    pub(super) fn open(
        self,
        (input, bytes): (&Input, ByteSource),
        options: &ReadOptions,
        raw_bytes: &Arc<AtomicU64>,
    ) -> Result<Box<dyn DocumentSource>, ReadError> {
        let (lossy, origin) = (options.lossy, bytes.origin.clone());
        Ok(match self {
            Self::Text => {
                let wrapped = options.documents != DocumentUnit::Line;
                Box::new(SplitText::new(bytes, TextSplitter::new(origin, options), wrapped, lossy))
            }
            Self::Jsonl => Box::new(SplitText::new(bytes, JsonlSplitter::new(origin, options), false, lossy)),
            #[cfg(feature = "columnar")]
            Self::Parquet => Box::new(ParquetText::open(input, bytes, options, raw_bytes)?),
            #[cfg(not(feature = "columnar"))]
            Self::Parquet => {
                let _ = (input, raw_bytes);
                return Err(origin.fatal(Columns::Parquet.refusal()));
            }
        })
    }
}

/// What the name and the first line come to together.
fn by_look(named: Option<Format>, looked: FirstLine) -> Result<Format, &'static str> {
    match (named, looked) {
        (Some(Format::Text), FirstLine::Object) => Err("text by its name, but its first line is a JSON object \
            (say which it is: --input-format jsonl or --input-format text)"),
        (Some(named), _) => Ok(named),
        (None, FirstLine::Object) => Ok(Format::Jsonl),
        (None, FirstLine::Spread) => Err("JSON, but not an object on each line \
            (jq -c . puts each on one, jq -c '.[]' those of an array; --input-format text takes it as it is)"),
        (None, FirstLine::Other) => Ok(Format::Text),
    }
}
