//! The settings of reading: formats, fields, and which documents are taken.

use anyhow::{Result, ensure};
use clap::{Args, ValueEnum};
use serde::Serialize;

use super::Shard;
use super::parsers::{parse_bytes, whole};
use crate::pipeline::OnError;
use crate::reader::{DocumentUnit, Format, Input, ReadOptions, Selection, Share};
use crate::rng::ShuffleRng;

/// How input is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum InputFormat {
    /// by extension, else by content
    Auto,
    /// plain text
    Text,
    /// one JSON object a line
    Jsonl,
    /// Parquet, whose --text-field is a column; plain, or compressed with zstd, snappy or gzip
    Parquet,
}

/// How input is read.
#[derive(Clone, Debug, Args, Serialize)]
pub struct Reading {
    /// Format of every input
    #[arg(long, default_value = "auto", value_name = "FORMAT", help_heading = "Input")]
    pub input_format: InputFormat,
    /// What one document is, in plain text [default: blank-line]
    #[arg(long, help_heading = "Input")]
    pub documents: Option<DocumentUnit>,
    /// JSON field or column that holds the text; a.b is b inside a [default: text]
    #[arg(long, value_name = "FIELD", help_heading = "Input")]
    pub text_field: Option<String>,
    /// Shuffle the inputs, and documents within a buffer of N; each --epoch has its own order
    #[arg(long, value_parser = whole::<u32>(1, u64::MAX), allow_negative_numbers = true, value_name = "N", help_heading = "Input")]
    pub shuffle: Option<u32>,
    /// Take part I of N, counted from 0: every Nth input, or with :documents every Nth document
    #[arg(long, allow_hyphen_values = true, value_name = "I/N[:documents]", help_heading = "Input")]
    pub shard: Option<Shard>,
    /// Leave out the first N documents, which are read and nothing more: much faster than --skip
    #[arg(long, default_value_t = 0, value_parser = whole::<u64>(0, u64::MAX), allow_negative_numbers = true, value_name = "N", help_heading = "Input")]
    pub skip_documents: u64,
    /// Replace invalid UTF-8 by U+FFFD [default: an error]
    #[arg(long, help_heading = "Input")]
    pub lossy: bool,
    /// Longest document; a longer one is an error (K, M and G multiply)
    #[arg(long, default_value = "256M", value_parser = parse_bytes, value_name = "BYTES", help_heading = "Input")]
    pub max_document_bytes: u64,
    /// Stop after N documents
    #[arg(long, value_parser = whole::<u64>(1, u64::MAX), allow_negative_numbers = true, value_name = "N", help_heading = "Input")]
    pub limit: Option<u64>,
    /// What to do with a document that cannot be used
    #[arg(long, default_value = "fail", value_name = "ACTION", help_heading = "Input")]
    pub on_error: OnError,
}

impl Reading {
    /// What is typed of plain text alone, if anything.
    pub fn of_plain_text(&self) -> Option<&'static str> {
        self.documents.map(|_| "--documents")
    }

    /// What a document of plain text is.
    pub fn unit(&self) -> DocumentUnit {
        self.documents.unwrap_or(DocumentUnit::BlankLine)
    }

    /// Which documents are taken, and in which order.
    pub fn selection(&self, seed: u64, epoch: u32) -> Selection {
        let share = self.shard.filter(|shard| shard.of_documents).map(|shard| shard.share);
        Selection { share, shuffle: self.shuffle, seed, epoch }
    }

    /// The inputs that are this run's, in the order in which they are read; an error where there are fewer than shards.
    pub fn take_inputs(&self, mut inputs: Vec<Input>, seed: u64, epoch: u32) -> Result<Vec<Input>> {
        if let Some(Shard { share: Share { index, count }, of_documents: false }) = self.shard {
            ensure!(
                inputs.len() as u64 >= count,
                "--shard {index}/{count}: fewer inputs than parts, {} (make that many parts at most; :documents shares out \
                 documents, for one output)",
                inputs.len()
            );
            inputs.sort_by_key(Input::path);
            let ours = |(at, input): (usize, Input)| (at as u64 % count == index).then_some(input);
            inputs = inputs.into_iter().enumerate().filter_map(ours).collect();
        }
        if self.shuffle.is_some() {
            ShuffleRng::new(seed, epoch).shuffle(&mut inputs);
        }
        Ok(inputs)
    }

    /// For the reader.
    pub fn options(&self, lang_field: Option<String>) -> ReadOptions {
        ReadOptions {
            format: match self.input_format {
                InputFormat::Auto => None,
                InputFormat::Text => Some(Format::Text),
                InputFormat::Jsonl => Some(Format::Jsonl),
                InputFormat::Parquet => Some(Format::Parquet),
            },
            documents: self.unit(),
            text_field: self.text_field.clone(),
            lang_field,
            words_field: None,
            lossy: self.lossy,
            max_document_bytes: self.max_document_bytes,
        }
    }
}
