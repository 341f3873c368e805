//! Bytes to documents: every input in order, whatever its compression and format.
//!
//! Owns the reading options and the order of the inputs. Each step below knows only the one under
//! it: `bytes` opens and unpacks, `format` finds what gives the documents. For formats of text that
//! is `documents` over `utf8`, which makes text of the bytes, and `text` or `jsonl`, which cut it.
//! Nothing here knows of sentences, tokens or records. Memory is bounded by the longest document
//! allowed plus constant blocks.

#[cfg(feature = "columnar")]
mod arrow;
mod bytes;
mod documents;
mod error;
mod format;
mod gunzip;
mod input;
mod jsonl;
mod lines;
mod listing;
mod look;
#[cfg(feature = "columnar")]
mod parquet;
mod problem;
mod queue;
mod record;
mod records;
#[cfg_attr(not(feature = "columnar"), allow(dead_code))]
mod rows;
mod select;
mod signature;
mod text;
mod utf8;

#[cfg(test)]
mod tests;

use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

pub use documents::DocumentSource;
pub use error::ReadError;
pub use format::Format;
pub use input::{Input, check, total_size, unreadable};
pub use lines::LineBlock;
pub use listing::{DataKind, Separator, expand, listed};
pub use records::{InputFault, RecordBlock, RecordBlocks, check_records};
pub use rows::{COLUMNS, ListFault, Lists, NEEDED, RowBlock};
pub use select::Share;

use clap::ValueEnum;
use serde::Serialize;

use crate::document::Documents;
use crate::rng::ShuffleRng;

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
    /// The format of every input; where `None`, by each name's extension, or else by its content.
    pub format: Option<Format>,
    /// What a document of plain text is.
    pub documents: DocumentUnit,
    /// The field that holds a record's text, where one was asked for; `a.b` goes inside.
    pub text_field: Option<String>,
    /// The field that names the record's language.
    pub lang_field: Option<String>,
    /// The field that gives the record's words.
    pub words_field: Option<String>,
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
            text_field: None,
            lang_field: None,
            words_field: None,
            lossy: false,
            max_document_bytes: 256 << 20,
        }
    }
}

impl ReadOptions {
    /// The field that holds a record's text.
    pub fn text_field(&self) -> &str {
        self.text_field.as_deref().unwrap_or("text")
    }

    /// The longest document that can be held.
    fn limit(&self) -> usize {
        usize::try_from(self.max_document_bytes).unwrap_or(usize::MAX)
    }
}

/// Which documents are taken, and in which order.
#[derive(Clone, Copy, Debug, Default)]
pub struct Selection {
    /// Every so many documents only, counted through all inputs.
    pub share: Option<Share>,
    /// Documents that the shuffle buffer holds, which is filled anew for each input.
    pub shuffle: Option<u32>,
    /// What the order is a function of.
    pub seed: u64,
    /// The same.
    pub epoch: u32,
}

impl Selection {
    fn of(&self, mut source: Box<dyn DocumentSource>, met: &Arc<AtomicU64>) -> Box<dyn DocumentSource> {
        if let Some(share) = self.share {
            source = Box::new(select::Shard::new(source, share, Arc::clone(met)));
        }
        if let Some(size) = self.shuffle {
            let rng = ShuffleRng::new(self.seed, self.epoch);
            source = Box::new(select::Shuffle::new(source, size as usize, rng));
        }
        source
    }
}

/// The documents of all inputs, in order, in batches.
///
/// After a recoverable error it goes on with the next document, after any other it ends.
pub struct Reader {
    inputs: std::vec::IntoIter<Input>,
    options: ReadOptions,
    /// The bytes of the next input, where it need not be opened.
    opened: Option<Box<dyn Read + Send>>,
    current: Option<Box<dyn DocumentSource>>,
    selection: Selection,
    /// Documents met so far, in all inputs.
    met: Arc<AtomicU64>,
    /// Documents selected so far, in all inputs.
    given: u64,
    /// Documents at the front that are left out.
    skip: u64,
    /// Documents still wanted.
    left: u64,
    bytes_of_finished: u64,
    raw_bytes: Arc<AtomicU64>,
    /// Set when reading should stop early.
    stopped: Arc<AtomicBool>,
}

impl Reader {
    /// A reader of `inputs`; opens nothing yet.
    pub fn new(inputs: Vec<Input>, options: ReadOptions) -> Self {
        Self {
            inputs: inputs.into_iter(),
            options,
            opened: None,
            current: None,
            selection: Selection::default(),
            met: Arc::default(),
            given: 0,
            skip: 0,
            left: u64::MAX,
            bytes_of_finished: 0,
            raw_bytes: Arc::default(),
            stopped: Arc::default(),
        }
    }

    /// Reads the first input through this, which is open at its beginning.
    pub fn over(mut self, opened: Box<dyn Read + Send>) -> Self {
        self.opened = Some(opened);
        self
    }

    /// Takes some documents, or in another order.
    pub fn selected(mut self, selection: Selection) -> Self {
        self.selection = selection;
        self
    }

    /// Leaves out the first so many documents of those selected; complaints count for none.
    pub fn skipping(mut self, documents: u64) -> Self {
        self.skip = documents;
        self
    }

    /// Ends after so many documents that are not left out; complaints count for none.
    pub fn limited(mut self, limit: Option<u64>) -> Self {
        self.left = limit.unwrap_or(u64::MAX);
        self
    }

    /// Counts the bytes consumed as they lie on disk here, beside other readers.
    pub fn counting(mut self, raw_bytes: &Arc<AtomicU64>) -> Self {
        self.raw_bytes = Arc::clone(raw_bytes);
        self
    }

    /// Ends with an error as soon as this is set.
    pub fn stopped_by(mut self, stopped: &Arc<AtomicBool>) -> Self {
        self.stopped = Arc::clone(stopped);
        self
    }

    /// Counts inputs as read that are not.
    pub fn pass_over(&self, raw_bytes: u64) {
        self.raw_bytes.fetch_add(raw_bytes, Ordering::Relaxed);
    }

    /// Bytes of text read so far, after decompression.
    pub fn bytes_read(&self) -> u64 {
        self.bytes_of_finished + self.current.as_ref().map_or(0, |source| source.bytes_read())
    }

    /// Whether the next item is there without reading on, which may have to wait.
    pub fn is_ready(&self) -> bool {
        self.current.as_ref().is_some_and(|source| source.is_ready())
    }

    /// A counter of the bytes consumed as they lie on disk, to be held against [`total_size`].
    pub fn raw_bytes(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.raw_bytes)
    }

    /// The next batch of the current input or of those after it.
    fn read(&mut self) -> Result<Option<Documents>, ReadError> {
        loop {
            if let Some(source) = &mut self.current {
                if let Some(mut documents) = source.next()? {
                    documents.number_from(self.given);
                    self.given += documents.len() as u64;
                    let skipped = self.skip.min(documents.len() as u64);
                    self.skip -= skipped;
                    documents.drop_first(skipped as usize);
                    if skipped > 0 && documents.is_empty() && !self.stopped.load(Ordering::Relaxed) {
                        continue;
                    }
                    return Ok(Some(documents));
                }
                self.bytes_of_finished += source.bytes_read();
                self.current = None;
            }
            let Some(input) = self.inputs.next() else {
                return Ok(None);
            };
            let source = match self.opened.take() {
                Some(opened) => input.documents_over(opened, &self.options, &self.raw_bytes)?,
                None => input.documents(&self.options, &self.raw_bytes)?,
            };
            self.current = Some(self.selection.of(source, &self.met));
        }
    }

    /// Ends the iteration: nothing after a fatal error is read.
    fn stop(&mut self) {
        self.bytes_of_finished = self.bytes_read();
        self.inputs = Vec::new().into_iter();
        self.current = None;
    }
}

impl Iterator for Reader {
    type Item = Result<Documents, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.left == 0 {
            return None;
        }
        if self.stopped.load(Ordering::Relaxed) {
            self.stop();
            return Some(Err(ReadError::fatal("reading was stopped".to_owned())));
        }
        let mut item = self.read().transpose()?;
        match &mut item {
            Ok(documents) => {
                documents.truncate(usize::try_from(self.left).unwrap_or(usize::MAX));
                self.left -= documents.len() as u64;
            }
            Err(error) if !error.recoverable => self.stop(),
            Err(_) => {}
        }
        Some(item)
    }
}
