//! Arrow streams, and files, which are streams with a head and a tail: batches of rows.
//!
//! Owns messages and the layout of batches. Columns that are not asked for are stepped over, whatever their type. Every
//! number that a file gives is checked before it is used.

mod layout;
mod lists;

use std::sync::Arc;

use polars_arrow_format::ipc;
use polars_arrow_format::ipc::planus::ReadAsRoot;

use super::bytes::ByteSource;
use super::error::ReadError;
use super::rows::{RowBlock, find_columns};
use layout::{Layout, Schema};
use lists::{Body, is_lz4, read_lists};

/// What a file begins with, before the stream in it.
pub(super) const FILE_MAGIC: &[u8] = b"ARROW1\0\0";
/// What a stream and every message begin with.
pub(super) const STREAM_MAGIC: &[u8] = &[0xff; 4];

/// Bytes asked for at once: a length that a damaged file claims is not believed.
const READ_BYTES: usize = 4 << 20;
/// A message without its body is smaller.
const MAX_MESSAGE: usize = 64 << 20;

/// An open stream.
pub(super) struct ArrowStream {
    source: ByteSource,
    /// Whether it is the stream in a file, which goes on behind its end.
    has_tail: bool,
    layout: Layout,
    made: Option<Arc<str>>,
    next_row: u64,
    /// Read ahead, so that the last is known. A fault there is told once all before it is.
    next: Option<Result<RowBlock, ReadError>>,
}

/// Why a stream cannot be read, without its name.
pub(super) type Complaint = String;

impl ArrowStream {
    /// Reads the schema and the first batch.
    pub fn open(mut source: ByteSource) -> Result<Self, ReadError> {
        let has_tail = source.head()?.starts_with(FILE_MAGIC);
        if has_tail {
            take(&mut source, FILE_MAGIC.len())?;
        }
        let origin = source.origin.clone();
        let first = next_message(&mut source)?.ok_or_else(|| damaged(&source, "it ends before its schema"))?;
        let Schema { names, columns, made } =
            layout::schema(&first.header).map_err(|complaint| origin.fatal(complaint))?;
        let found = find_columns(&names, &origin)?;
        let layout = Layout::new(columns, found).map_err(|complaint| origin.fatal(complaint))?;
        let made = made.map(Arc::from);
        let mut stream = ArrowStream { source, has_tail, layout, made, next_row: 1, next: None };
        stream.next = stream.read()?.map(Ok);
        Ok(stream)
    }

    /// The next batch; after the last one, never called again.
    pub fn cut(&mut self) -> Result<RowBlock, ReadError> {
        let block = match self.next.take() {
            Some(block) => block?,
            None => self.block(0, Default::default(), 0),
        };
        self.next = self.read().transpose();
        Ok(RowBlock { last: self.next.is_none(), ..block })
    }

    fn block(&self, rows: usize, columns: [Option<super::rows::Lists>; 5], bytes: u64) -> RowBlock {
        let (source, made) = (Arc::clone(&self.source.origin.name), self.made.clone());
        RowBlock { source, first_row: self.next_row, rows, columns, bytes, made, last: false }
    }

    /// Reads on to the next batch of rows, past whatever is not one.
    fn read(&mut self) -> Result<Option<RowBlock>, ReadError> {
        loop {
            let Some(message) = next_message(&mut self.source)? else {
                let ends = self.has_tail || take(&mut self.source, 1)?.is_empty();
                let more = "more follows the end of this Arrow stream (streams put end to end are not one: name each by itself)";
                return if ends { Ok(None) } else { Err(self.source.origin.fatal(more)) };
            };
            let place = self.source.origin.place(self.next_row);
            let of_batch = |complaint: Complaint| {
                ReadError::fatal(format!("{place}: damaged Arrow data: {complaint} (fetch or write the file again)"))
            };
            let bytes = (message.header.len() + message.body.len()) as u64;
            let parsed = parse(&message.header).map_err(of_batch)?;
            let Some(ipc::MessageHeaderRef::RecordBatch(batch)) =
                parsed.header().map_err(unreadable).map_err(of_batch)?
            else {
                continue;
            };
            if is_lz4(batch).map_err(of_batch)? {
                let refusal = "Arrow data compressed with lz4, which is not read (write it with zstd or plain)";
                return Err(self.source.origin.fatal(refusal));
            }
            let body = Body::new(batch, &message.body).map_err(of_batch)?;
            let rows = body.rows;
            let columns = read_lists(&self.layout, &body).map_err(of_batch)?;
            let block = self.block(rows, columns, bytes);
            self.next_row += rows as u64;
            return Ok(Some(block));
        }
    }
}

/// A message and the bytes that it speaks of.
struct Message {
    header: Vec<u8>,
    body: Vec<u8>,
}

/// The next message; `None` at the end of the stream.
fn next_message(source: &mut ByteSource) -> Result<Option<Message>, ReadError> {
    let mark = take(source, 8)?;
    // Some tools end without a mark.
    if mark.is_empty() {
        return Ok(None);
    }
    let Some((mark, length)) = mark.split_first_chunk::<4>().filter(|(_, length)| length.len() == 4) else {
        return Err(damaged(source, "it is cut short"));
    };
    let length = length.iter().rev().fold(0, |sum, byte| sum << 8 | usize::from(*byte));
    if mark != STREAM_MAGIC || length > MAX_MESSAGE {
        return Err(damaged(source, "no message begins where one should"));
    }
    if length == 0 {
        return Ok(None);
    }
    let header = take_all(source, length)?;
    let body = parse(&header)
        .and_then(|message| message.body_length().map_err(unreadable))
        .and_then(|length| usize::try_from(length).map_err(|_| "a body of negative length".to_string()));
    let body = match body {
        Ok(length) => take_all(source, length)?,
        Err(complaint) => return Err(damaged(source, &complaint)),
    };
    Ok(Some(Message { header, body }))
}

fn parse(message: &[u8]) -> Result<ipc::MessageRef<'_>, Complaint> {
    ipc::MessageRef::read_as_root(message).map_err(unreadable)
}

/// What the library says of bytes that are not a message.
fn unreadable(error: ipc::planus::Error) -> Complaint {
    format!("a message that cannot be read: {error}").replace('\n', " ")
}

fn damaged(source: &ByteSource, what: &str) -> ReadError {
    source.origin.fatal(format_args!("damaged Arrow data: {what} (fetch or write the file again)"))
}

/// Exactly `length` bytes.
fn take_all(source: &mut ByteSource, length: usize) -> Result<Vec<u8>, ReadError> {
    let bytes = take(source, length)?;
    if bytes.len() < length { Err(damaged(source, "it is cut short")) } else { Ok(bytes) }
}

/// Up to `length` bytes, fewer at the end alone.
fn take(source: &mut ByteSource, length: usize) -> Result<Vec<u8>, ReadError> {
    let mut bytes = Vec::new();
    while bytes.len() < length {
        let filled = bytes.len();
        bytes.resize(length.min(filled + READ_BYTES), 0);
        let count = source.read(&mut bytes[filled..])?;
        bytes.truncate(filled + count);
        if count == 0 {
            break;
        }
    }
    Ok(bytes)
}
