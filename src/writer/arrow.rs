//! An Arrow IPC stream: the schema, batches of records, an end mark.
//!
//! Owns the layout of messages and bodies, as in <https://arrow.apache.org/docs/format/Columnar.html>. Everything is aligned
//! within the stream, so that a file of it can be mapped and used as it is.

use polars_arrow_format::ipc::{self, planus::Builder};

use super::columns::{Array, Columns, Field, Kind, METADATA_KEY};
use crate::records::Records;

/// To what messages, bodies and buffers are aligned.
const ALIGNMENT: usize = 64;
/// Ids of a batch of inputs.
const BATCH_IDS: usize = 128 << 10;
/// Records of a batch at most.
const MAX_BATCH: usize = 1024;
/// Before every message.
const CONTINUATION: [u8; 4] = [0xff; 4];

/// Writes records as an Arrow stream.
pub struct Arrow {
    columns: Columns,
    metadata: String,
}

impl Arrow {
    /// With what the schema says of how the records were made.
    pub fn new(columns: Columns, metadata: String) -> Self {
        Arrow { columns, metadata }
    }

    /// Records in a batch: few enough to come soon, many enough to be worth a message.
    pub fn batch(&self) -> usize {
        self.columns.batch(BATCH_IDS, MAX_BATCH)
    }

    /// The schema.
    pub fn head(&self) -> Vec<u8> {
        let made = key_value(self.metadata.clone());
        let schema = ipc::Schema {
            endianness: ipc::Endianness::Little,
            fields: Some(self.columns.fields.iter().map(|field| named(field.name, &field.kind)).collect()),
            custom_metadata: Some(vec![made]),
            features: None,
        };
        let mut out = Vec::new();
        write_message(ipc::MessageHeader::Schema(Box::new(schema)), None, 0, &mut out);
        out
    }

    /// One batch; its own metadata say what to skip for a run that begins with it, where that is possible.
    pub fn chunk(&self, records: &Records, out: &mut Vec<u8>) {
        let columns = self.columns.of(records);
        let mut body = Body::default();
        columns.iter().for_each(|array| body.add(array));
        let buffers = body.placed();
        let length = buffers.last().map_or(0, |last| (last.offset + last.length) as usize);
        let length = length.next_multiple_of(ALIGNMENT);
        let batch = ipc::RecordBatch {
            length: records.iter().len() as i64,
            nodes: Some(body.nodes),
            buffers: Some(buffers),
            compression: None,
            variadic_buffer_counts: None,
        };
        let position = records.position().map(|position| vec![key_value(serde_json::json!(position).to_string())]);
        write_message(ipc::MessageHeader::RecordBatch(Box::new(batch)), position, length, out);
        out.reserve(length);
        for buffer in body.buffers {
            buffer.write(out);
            out.resize(out.len().next_multiple_of(ALIGNMENT), 0);
        }
    }

    /// The end mark.
    pub fn tail(&self) -> Vec<u8> {
        [CONTINUATION, [0; 4]].concat()
    }
}

/// What muddle says, of the stream or of a batch.
fn key_value(value: String) -> ipc::KeyValue {
    ipc::KeyValue { key: Some(METADATA_KEY.to_string()), value: Some(value) }
}

/// The mark, the length of what follows, the message. A body of `body` bytes comes after it.
fn write_message(
    header: ipc::MessageHeader,
    custom_metadata: Option<Vec<ipc::KeyValue>>,
    body: usize,
    out: &mut Vec<u8>,
) {
    let message = ipc::Message {
        version: ipc::MetadataVersion::V5,
        header: Some(header),
        body_length: body as i64,
        custom_metadata,
    };
    let mut builder = Builder::new();
    let message = builder.finish(message, None);
    let before = CONTINUATION.len() + size_of::<u32>();
    let length = (before + message.len()).next_multiple_of(ALIGNMENT) - before;
    out.extend_from_slice(&CONTINUATION);
    out.extend_from_slice(&(length as u32).to_le_bytes());
    out.extend_from_slice(message);
    out.resize(out.len() + length - message.len(), 0);
}

fn named(name: &str, kind: &Kind) -> ipc::Field {
    let whole = |bit_width| ipc::Type::Int(Box::new(ipc::Int { bit_width, is_signed: true }));
    let (type_, children) = match kind {
        Kind::Int8 => (whole(8), Vec::new()),
        Kind::Int32 => (whole(32), Vec::new()),
        Kind::Int64 => (whole(64), Vec::new()),
        Kind::Text => (ipc::Type::Utf8(Box::new(ipc::Utf8 {})), Vec::new()),
        Kind::List(of) => (ipc::Type::List(Box::new(ipc::List {})), vec![named("item", of)]),
        Kind::Struct(fields) => {
            let fields = fields.iter().map(|Field { name, kind }| named(name, kind));
            (ipc::Type::Struct(Box::new(ipc::Struct {})), fields.collect())
        }
    };
    ipc::Field {
        name: Some(name.to_string()),
        nullable: true,
        type_: Some(type_),
        dictionary: None,
        children: Some(children),
        custom_metadata: None,
    }
}

/// The arrays of a batch, from the outside in, and their buffers in the same order.
#[derive(Default)]
struct Body<'a> {
    nodes: Vec<ipc::FieldNode>,
    buffers: Vec<Buffer<'a>>,
}

/// Bytes of an array.
enum Buffer<'a> {
    /// No value is missing, so nothing is said of which are.
    AllValid,
    Validity(&'a [Option<i64>]),
    Int8(&'a [i8]),
    Int32(&'a [i32]),
    Int64(&'a [Option<i64>]),
    Bytes(&'a [u8]),
}

impl<'a> Body<'a> {
    fn add(&mut self, array: &'a Array) {
        let missing = match array {
            Array::Int64(values) => values.iter().filter(|value| value.is_none()).count(),
            _ => 0,
        };
        self.nodes.push(ipc::FieldNode { length: array.len() as i64, null_count: missing as i64 });
        self.buffers.push(match array {
            Array::Int64(values) if missing > 0 => Buffer::Validity(values),
            _ => Buffer::AllValid,
        });
        match array {
            Array::Int8(values) => self.buffers.push(Buffer::Int8(values)),
            Array::Int32(values) => self.buffers.push(Buffer::Int32(values)),
            Array::Int64(values) => self.buffers.push(Buffer::Int64(values)),
            Array::Text(ends, bytes) => self.buffers.extend([Buffer::Int32(ends), Buffer::Bytes(bytes)]),
            Array::List(ends, items) => {
                self.buffers.push(Buffer::Int32(ends));
                self.add(items);
            }
            Array::Struct(arrays) => arrays.iter().for_each(|array| self.add(array)),
        }
    }

    /// Where each buffer lies in the body.
    fn placed(&self) -> Vec<ipc::Buffer> {
        let mut offset = 0;
        let place = |buffer: &Buffer| {
            let (start, length) = (offset, buffer.len());
            offset = (start + length).next_multiple_of(ALIGNMENT);
            ipc::Buffer { offset: start as i64, length: length as i64 }
        };
        self.buffers.iter().map(place).collect()
    }
}

impl Buffer<'_> {
    /// Its bytes.
    fn len(&self) -> usize {
        match self {
            Buffer::AllValid => 0,
            Buffer::Validity(values) => values.len().div_ceil(8),
            Buffer::Int8(values) => values.len(),
            Buffer::Int32(values) => size_of_val(*values),
            Buffer::Int64(values) => values.len() * size_of::<i64>(),
            Buffer::Bytes(bytes) => bytes.len(),
        }
    }

    fn write(&self, out: &mut Vec<u8>) {
        let start = out.len();
        out.resize(start + self.len(), 0);
        let place = &mut out[start..];
        match self {
            Buffer::AllValid => {}
            Buffer::Validity(values) => {
                let valid = values.iter().enumerate().filter(|(_, value)| value.is_some());
                valid.for_each(|(at, _)| place[at / 8] |= 1 << (at % 8));
            }
            Buffer::Int8(values) => {
                place.iter_mut().zip(*values).for_each(|(byte, value)| *byte = value.cast_unsigned());
            }
            Buffer::Int32(values) => {
                let numbers = values.iter().map(|value| value.to_le_bytes());
                place.chunks_exact_mut(4).zip(numbers).for_each(|(bytes, value)| bytes.copy_from_slice(&value));
            }
            Buffer::Int64(values) => {
                let numbers = values.iter().map(|value| value.unwrap_or_default().to_le_bytes());
                place.chunks_exact_mut(8).zip(numbers).for_each(|(bytes, value)| bytes.copy_from_slice(&value));
            }
            Buffer::Bytes(bytes) => place.copy_from_slice(bytes),
        }
    }
}
