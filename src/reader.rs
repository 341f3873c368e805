//! Bytes to documents: every input in order, whatever its compression and format.
//!
//! Owns the reading options and the order of the inputs. Each step below knows only the one under
//! it: `source` opens and unpacks, `utf8` makes text of the bytes, `text` and `jsonl` cut it into
//! documents. Nothing here knows of sentences, tokens or records. Memory is bounded by the longest
//! document allowed plus constant blocks.

mod error;
mod input;
mod jsonl;
mod lines;
mod problem;
mod ready;
mod record;
mod signature;
mod source;
mod text;
mod utf8;

#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

pub use error::ReadError;
pub use input::{Input, check, total_size};
pub use lines::{LineBlock, LineBlocks};

use clap::ValueEnum;
use serde::Serialize;

use crate::document::Documents;
use jsonl::JsonlSplitter;
use ready::Ready;
use source::Source;
use text::TextSplitter;
use utf8::{Decoder, Piece};

/// How an input is laid out. Parquet takes its place here once it can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Plain text, cut by [`DocumentUnit`].
    Text,
    /// One JSON object a line.
    Jsonl,
}

/// What one document of a plain text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DocumentUnit {
    /// blank lines stand between documents (BERT's format)
    BlankLine,
    /// each line
    Line,
    /// each file
    File,
}

/// What the user settled about reading.
#[derive(Clone, Debug)]
pub struct ReadOptions {
    /// The format of every input; by each name's extension where `None`.
    pub format: Option<Format>,
    /// What a document of plain text is.
    pub documents: DocumentUnit,
    /// The field of a JSON record that holds its text; `a.b` goes inside.
    pub text_field: String,
    /// The field that names the record's language.
    pub lang_field: Option<String>,
    /// Whether invalid UTF-8 becomes U+FFFD instead of an error.
    pub lossy: bool,
    /// The longest document (for JSONL: line) allowed, in bytes.
    pub max_document_bytes: u64,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            format: None,
            documents: DocumentUnit::BlankLine,
            text_field: "text".to_owned(),
            lang_field: None,
            lossy: false,
            max_document_bytes: 256 << 20,
        }
    }
}

/// The documents of all inputs, in order, in runs.
///
/// After a recoverable error it goes on with the next document, after any other it ends.
pub struct Reader {
    inputs: std::vec::IntoIter<Input>,
    options: ReadOptions,
    current: Option<OpenInput>,
    ready: VecDeque<Result<Documents, ReadError>>,
    /// Documents still wanted.
    left: u64,
    bytes_of_finished: u64,
    raw_bytes: Arc<AtomicU64>,
}

impl Reader {
    /// A reader of `inputs`; opens nothing yet.
    pub fn new(inputs: Vec<Input>, options: ReadOptions) -> Self {
        Self {
            inputs: inputs.into_iter(),
            options,
            current: None,
            ready: VecDeque::new(),
            left: u64::MAX,
            bytes_of_finished: 0,
            raw_bytes: Arc::default(),
        }
    }

    /// Ends after so many documents; complaints count for none.
    pub fn limited(mut self, limit: Option<u64>) -> Self {
        self.left = limit.unwrap_or(u64::MAX);
        self
    }

    /// Bytes of text read so far, after decompression.
    pub fn bytes_read(&self) -> u64 {
        self.bytes_of_finished + self.current.as_ref().map_or(0, |input| input.decoder.bytes_read())
    }

    /// A counter of the bytes consumed as they lie on disk, to be held against [`total_size`].
    pub fn raw_bytes(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.raw_bytes)
    }

    /// Reads on until something is ready; false at the end of the last input.
    fn advance(&mut self) -> Result<bool, ReadError> {
        if let Some(input) = &mut self.current {
            let more = input.read_block()?;
            self.ready.extend(input.ready.drain());
            if !more {
                self.bytes_of_finished += input.decoder.bytes_read();
                self.current = None;
            }
            return Ok(true);
        }
        let Some(input) = self.inputs.next() else {
            return Ok(false);
        };
        let source = Source::open(&input, &self.raw_bytes)?;
        self.current = Some(OpenInput::new(source, input.format(&self.options), &self.options));
        Ok(true)
    }

    /// Ends the iteration: nothing after a fatal error is read.
    fn stop(&mut self) {
        self.bytes_of_finished = self.bytes_read();
        self.inputs = Vec::new().into_iter();
        self.current = None;
        self.ready.clear();
    }
}

impl Iterator for Reader {
    type Item = Result<Documents, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.left == 0 {
            return None;
        }
        loop {
            let mut item = match self.ready.pop_front() {
                Some(item) => item,
                None => match self.advance() {
                    Ok(true) => continue,
                    Ok(false) => return None,
                    Err(error) => Err(error),
                },
            };
            match &mut item {
                Ok(documents) => {
                    documents.truncate(usize::try_from(self.left).unwrap_or(usize::MAX));
                    self.left -= documents.len() as u64;
                }
                Err(error) if !error.recoverable => self.stop(),
                Err(_) => {}
            }
            return Some(item);
        }
    }
}

/// An input being read: its text and what cuts it.
struct OpenInput {
    decoder: Decoder,
    splitter: Splitter,
    ready: Ready,
}

impl OpenInput {
    fn new(source: Source, format: Format, options: &ReadOptions) -> Self {
        let limit = usize::try_from(options.max_document_bytes).unwrap_or(usize::MAX);
        let origin = source.origin.clone();
        let wrapped = format == Format::Text && options.documents != DocumentUnit::Line;
        let ready = Ready::new(&origin.name, wrapped);
        let splitter = match format {
            Format::Text => Splitter::Text(TextSplitter::new(origin, options.documents, limit)),
            Format::Jsonl => Splitter::Jsonl(JsonlSplitter::new(origin, options, limit)),
        };
        Self { decoder: Decoder::new(source, options.lossy), splitter, ready }
    }

    /// Reads and cuts one block; false at the end of the input, whose last document is then out.
    fn read_block(&mut self) -> Result<bool, ReadError> {
        let OpenInput { splitter, ready, .. } = self;
        let more = self.decoder.read_block(|piece| splitter.take(piece, ready))?;
        if !more {
            splitter.end(ready);
        }
        Ok(more)
    }
}

/// One splitter for each format.
enum Splitter {
    Text(TextSplitter),
    Jsonl(JsonlSplitter),
}

impl Splitter {
    fn take(&mut self, piece: Piece<'_>, ready: &mut Ready) {
        match (self, piece) {
            (Self::Text(splitter), Piece::Text(text)) => splitter.take(text, ready),
            (Self::Text(splitter), Piece::Invalid { offset }) => splitter.invalid(offset, ready),
            (Self::Jsonl(splitter), Piece::Text(text)) => splitter.take(text, ready),
            (Self::Jsonl(splitter), Piece::Invalid { offset }) => splitter.invalid(offset, ready),
        }
    }

    fn end(&mut self, ready: &mut Ready) {
        match self {
            Self::Text(splitter) => splitter.end(ready),
            Self::Jsonl(splitter) => splitter.end(ready),
        }
    }
}
