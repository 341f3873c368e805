//! Records already written, in blocks: lines of JSON or rows of columns, by the first bytes of each input.

use std::sync::Arc;

#[cfg(feature = "columnar")]
use super::arrow::ArrowStream;
use super::bytes::ByteSource;
use super::error::ReadError;
use super::input::Input;
use super::lines::{LineBlock, Lines};
#[cfg(feature = "columnar")]
use super::parquet::ParquetLists;
use super::rows::RowBlock;
use super::signature::{Columns, is_empty};

/// How the names of files that hold records end, without a suffix that names a compression.
pub(super) const SUFFIXES: [&str; 5] = ["jsonl", "ndjson", "json", "arrow", "parquet"];

/// Some records of one input.
#[derive(Debug)]
pub enum RecordBlock {
    /// As lines.
    Lines(LineBlock),
    /// As rows.
    Rows(Box<RowBlock>),
}

impl RecordBlock {
    /// The input as typed, or `stdin`.
    pub fn source(&self) -> &Arc<str> {
        match self {
            RecordBlock::Lines(block) => &block.source,
            RecordBlock::Rows(block) => &block.source,
        }
    }

    /// Whether the input ends here.
    pub fn is_last(&self) -> bool {
        match self {
            RecordBlock::Lines(block) => block.last,
            RecordBlock::Rows(block) => block.last,
        }
    }
}

/// The blocks of all inputs, in order. Where one cannot be read, or not further, the fault ends it and the next begins.
pub struct RecordBlocks {
    inputs: std::vec::IntoIter<Input>,
    max_line_bytes: usize,
    current: Option<Open>,
    /// The input at hand; where it gave blocks, the same as theirs.
    source: Arc<str>,
}

/// An input that cannot be read, or not further than the blocks that it gave.
#[derive(Debug)]
pub struct InputFault {
    /// The input as typed, or `stdin`: that of its blocks where it gave any.
    pub source: Arc<str>,
    /// Why.
    pub error: ReadError,
}

enum Open {
    Lines(Lines),
    #[cfg(feature = "columnar")]
    Arrow(Box<ArrowStream>),
    #[cfg(feature = "columnar")]
    Parquet(Box<ParquetLists>),
}

impl Open {
    fn new(input: &Input, max_line_bytes: usize) -> Result<Self, ReadError> {
        let mut source = ByteSource::open(input, &Arc::default())?;
        let head = source.head()?;
        let (columns, none) = (Columns::detect(head), head.is_empty());
        if let (None, Some(named)) = (columns, Columns::of_suffix(&input.suffix())) {
            return Err(source.origin.fatal(match none {
                true => is_empty(named),
                false => format!("not {named} by its first bytes (fetch the file again, or rename it)"),
            }));
        }
        Ok(match columns {
            None => Open::Lines(Lines::new(source, max_line_bytes)),
            #[cfg(feature = "columnar")]
            Some(Columns::ArrowStream | Columns::ArrowFile) => Open::Arrow(Box::new(ArrowStream::open(source)?)),
            #[cfg(feature = "columnar")]
            Some(Columns::Parquet) => Open::Parquet(Box::new(ParquetLists::open(input, &mut source)?)),
            #[cfg(not(feature = "columnar"))]
            Some(_) => return Err(source.origin.fatal(super::signature::NOT_IN_THIS_BUILD)),
        })
    }

    fn cut(&mut self) -> Result<RecordBlock, ReadError> {
        match self {
            Open::Lines(lines) => lines.cut().map(RecordBlock::Lines),
            #[cfg(feature = "columnar")]
            Open::Arrow(stream) => stream.cut().map(|block| RecordBlock::Rows(Box::new(block))),
            #[cfg(feature = "columnar")]
            Open::Parquet(lists) => lists.cut().map(|block| RecordBlock::Rows(Box::new(block))),
        }
    }
}

impl RecordBlocks {
    /// Blocks of `inputs`; opens nothing yet.
    pub fn new(inputs: Vec<Input>, max_line_bytes: usize) -> Self {
        RecordBlocks { inputs: inputs.into_iter(), max_line_bytes, current: None, source: "".into() }
    }

    /// How many inputs are still to be opened.
    pub fn inputs_left(&self) -> usize {
        self.inputs.len()
    }

    fn advance(&mut self) -> Result<Option<RecordBlock>, ReadError> {
        let mut open = match self.current.take() {
            Some(open) => open,
            None => {
                let Some(input) = self.inputs.next() else { return Ok(None) };
                self.source = input.name().into();
                Open::new(&input, self.max_line_bytes)?
            }
        };
        let block = open.cut()?;
        self.source = Arc::clone(block.source());
        self.current = Some(open).filter(|_| !block.is_last());
        Ok(Some(block))
    }
}

impl Iterator for RecordBlocks {
    type Item = Result<RecordBlock, InputFault>;

    fn next(&mut self) -> Option<Self::Item> {
        let advanced = self.advance();
        advanced.map_err(|error| InputFault { source: Arc::clone(&self.source), error }).transpose()
    }
}

/// Refuses before any work a single input that cannot be read at all. One of several is a finding.
pub fn check_records(inputs: &[Input], max_line_bytes: usize) -> Result<(), ReadError> {
    match inputs {
        [input] if input.is_file()? => Open::new(input, max_line_bytes).map(drop),
        _ => Ok(()),
    }
}
