//! What every format gives: documents, a batch at a time.
//!
//! Owns the trait that formats meet, and the one source that all formats of text share. A format that is not text
//! implements [`DocumentSource`] in a file of its own.

use super::ReadError;
use super::bytes::ByteSource;
use super::queue::DocumentQueue;
use super::utf8::{Decoder, Piece};
use crate::document::Documents;

/// The documents of one input, in order.
pub trait DocumentSource: Send {
    /// The next batch; `None` at the end. After a recoverable error it goes on with the next document.
    fn next(&mut self) -> Result<Option<Documents>, ReadError>;

    /// Bytes of text read so far, after decompression.
    fn bytes_read(&self) -> u64;
}

/// Cuts text into documents. Takes text in pieces cut anywhere and gives the same documents for every cutting.
pub(super) trait Splitter: Send {
    /// Takes the next piece of text.
    fn take(&mut self, piece: &str, queue: &mut DocumentQueue);

    /// Takes bytes that are not text; they spoil the document they stand in.
    fn invalid(&mut self, offset: u64, queue: &mut DocumentQueue);

    /// Takes the end of the input.
    fn end(&mut self, queue: &mut DocumentQueue);
}

/// The documents that a splitter cuts from the text of an input.
pub(super) struct SplitText<S> {
    decoder: Decoder,
    splitter: S,
    queue: DocumentQueue,
    ended: bool,
}

impl<S: Splitter> SplitText<S> {
    /// `wrapped` as for [`Documents`].
    pub fn new(bytes: ByteSource, splitter: S, wrapped: bool, lossy: bool) -> Self {
        let queue = DocumentQueue::new(&bytes.origin.name, wrapped);
        Self { decoder: Decoder::new(bytes, lossy), splitter, queue, ended: false }
    }

    /// Reads and cuts one block.
    fn read_block(&mut self) -> Result<(), ReadError> {
        let Self { decoder, splitter, queue, ended } = self;
        *ended = !decoder.read_block(|piece| match piece {
            Piece::Text(text) => splitter.take(text, queue),
            Piece::Invalid { offset } => splitter.invalid(offset, queue),
        })?;
        if *ended {
            splitter.end(queue);
        }
        // What is cut does not wait for more: the input may be a pipe.
        queue.end_batch();
        Ok(())
    }
}

impl<S: Splitter> DocumentSource for SplitText<S> {
    fn next(&mut self) -> Result<Option<Documents>, ReadError> {
        loop {
            match self.queue.pop() {
                Some(item) => return item.map(Some),
                None if self.ended => return Ok(None),
                None => self.read_block()?,
            }
        }
    }

    fn bytes_read(&self) -> u64 {
        self.decoder.bytes_read()
    }
}
