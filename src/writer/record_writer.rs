//! Records on their way into a sink: head, chunks in order, tail.

use anyhow::Result;

use super::Format;
use super::sink::Sink;

/// Bytes of some records, and what the tail has to know of them.
#[derive(Default)]
pub struct Chunk {
    /// As they are written.
    pub bytes: Vec<u8>,
    /// The columns in them.
    #[cfg(feature = "columnar")]
    pub(super) row_group: Option<super::parquet::RowGroup>,
}

impl From<Vec<u8>> for Chunk {
    fn from(bytes: Vec<u8>) -> Self {
        Chunk {
            bytes,
            #[cfg(feature = "columnar")]
            row_group: None,
        }
    }
}

/// What was written so far.
#[derive(Default)]
pub struct Written {
    /// How many bytes.
    bytes: u64,
    /// Columns, and where they begin.
    #[cfg(feature = "columnar")]
    pub(super) row_groups: Vec<(u64, super::parquet::RowGroup)>,
}

/// Writes records of one format into a sink.
pub struct RecordWriter<'f> {
    format: &'f Format,
    sink: Sink,
    written: Written,
}

impl<'f> RecordWriter<'f> {
    /// Begins with the head.
    pub fn new(format: &'f Format, sink: Sink) -> Result<Self> {
        let mut writer = RecordWriter { format, sink, written: Written::default() };
        writer.write(format.head().into())?;
        Ok(writer)
    }

    /// The next records.
    pub fn write(&mut self, chunk: Chunk) -> Result<()> {
        self.sink.write(&chunk.bytes)?;
        #[cfg(feature = "columnar")]
        self.written.row_groups.extend(chunk.row_group.map(|group| (self.written.bytes, group)));
        self.written.bytes += chunk.bytes.len() as u64;
        Ok(())
    }

    /// Ends with the tail: all is in the sink.
    pub fn finish(mut self) -> Result<Sink> {
        self.sink.write(&self.format.tail(self.written))?;
        Ok(self.sink)
    }
}
