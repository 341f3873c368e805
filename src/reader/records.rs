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
use super::signature::Columns;

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

/// The blocks of all inputs, in order; it ends after an error.
pub struct RecordBlocks {
    inputs: std::vec::IntoIter<Input>,
    max_line_bytes: usize,
    current: Option<Open>,
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
        Ok(match Columns::detect(source.head()?) {
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
        RecordBlocks { inputs: inputs.into_iter(), max_line_bytes, current: None }
    }

    fn advance(&mut self) -> Result<Option<RecordBlock>, ReadError> {
        let mut open = match self.current.take() {
            Some(open) => open,
            None => match self.inputs.next() {
                Some(input) => Open::new(&input, self.max_line_bytes)?,
                None => return Ok(None),
            },
        };
        let block = open.cut()?;
        self.current = Some(open).filter(|_| !block.is_last());
        Ok(Some(block))
    }
}

impl Iterator for RecordBlocks {
    type Item = Result<RecordBlock, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let item = self.advance().transpose();
        if let Some(Err(_)) = item {
            self.inputs = Vec::new().into_iter();
            self.current = None;
        }
        item
    }
}

/// Refuses what can be refused before any work.
pub fn check_records(inputs: &[Input], max_line_bytes: usize) -> Result<(), ReadError> {
    for input in inputs {
        if input.is_file()? {
            Open::new(input, max_line_bytes)?;
        }
    }
    Ok(())
}
