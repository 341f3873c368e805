//! The lists of a batch: numbers, where each list ends, and which are missing.

use std::borrow::Cow;
use std::io::Read;

use polars_arrow_format::ipc;

use super::layout::{Ends, Layout, ListType, Wanted};
use super::{Complaint, unreadable};
use crate::reader::rows::{COLUMNS, ListFault, Lists};

/// A compressed buffer that claims to be longer is not believed.
const MAX_BUFFER: usize = 2 << 30;

/// A batch that claims to have more rows is not believed.
const MAX_ROWS: usize = 16 << 20;

/// A batch and the bytes that its buffers lie in.
pub struct Body<'b> {
    pub rows: usize,
    /// Length of each array, and how many of its values are missing.
    nodes: Vec<(usize, usize)>,
    /// Start and length of each buffer.
    buffers: Vec<(usize, usize)>,
    variadic: Vec<usize>,
    compressed: bool,
    bytes: &'b [u8],
}

fn natural(number: i64) -> Result<usize, Complaint> {
    usize::try_from(number).map_err(|_| "a negative length".to_string())
}

/// Whether buffers are compressed with what is not read.
pub fn is_lz4(batch: ipc::RecordBatchRef) -> Result<bool, Complaint> {
    let compression = batch.compression().map_err(unreadable)?;
    let codec = compression.map(|compression| compression.codec().map_err(unreadable)).transpose()?;
    Ok(codec == Some(ipc::CompressionType::Lz4Frame))
}

impl<'b> Body<'b> {
    /// What a message says of its body.
    pub fn new(batch: ipc::RecordBatchRef, bytes: &'b [u8]) -> Result<Self, Complaint> {
        let compressed = batch.compression().map_err(unreadable)?.is_some();
        let nodes = batch.nodes().map_err(unreadable)?.into_iter().flatten();
        let buffers = batch.buffers().map_err(unreadable)?.into_iter().flatten();
        let variadic = batch.variadic_buffer_counts().map_err(unreadable)?.into_iter().flatten();
        let rows = natural(batch.length().map_err(unreadable)?)?;
        if rows > MAX_ROWS {
            return Err(format!("a batch of more than {MAX_ROWS} rows"));
        }
        Ok(Body {
            rows,
            nodes: nodes
                .map(|node| Ok((natural(node.length())?, natural(node.null_count())?)))
                .collect::<Result<_, Complaint>>()?,
            buffers: buffers
                .map(|buffer| Ok((natural(buffer.offset())?, natural(buffer.length())?)))
                .collect::<Result<_, Complaint>>()?,
            variadic: variadic.map(natural).collect::<Result<_, _>>()?,
            compressed,
            bytes,
        })
    }

    fn node(&self, at: usize) -> Result<(usize, usize), Complaint> {
        self.nodes.get(at).copied().ok_or_else(|| "fewer arrays than the schema says".to_string())
    }

    /// The bytes of a buffer, unpacked.
    fn buffer(&self, at: usize) -> Result<Cow<'b, [u8]>, Complaint> {
        let (start, length) = *self.buffers.get(at).ok_or("fewer buffers than the schema says")?;
        let end = start.checked_add(length).ok_or("a buffer without end")?;
        let bytes = self.bytes.get(start..end).ok_or("a buffer outside its batch")?;
        if !self.compressed || bytes.is_empty() {
            return Ok(bytes.into());
        }
        let (claimed, packed) = bytes.split_first_chunk::<8>().ok_or("a compressed buffer without its length")?;
        match i64::from_le_bytes(*claimed) {
            -1 => Ok(packed.into()),
            claimed => unpack(packed, natural(claimed)?).map(Cow::Owned),
        }
    }

    /// The validity of an array's values, where some are missing.
    fn validity(&self, node: usize, buffer: usize) -> Result<Option<Cow<'b, [u8]>>, Complaint> {
        let (length, missing) = self.node(node)?;
        let bits = self.buffer(buffer)?;
        match (missing, bits.len()) {
            (0, _) | (_, 0) => Ok(None),
            (_, bytes) if bytes < length.div_ceil(8) => Err("a validity buffer that is too short".to_string()),
            _ => Ok(Some(bits)),
        }
    }
}

fn unpack(packed: &[u8], claimed: usize) -> Result<Vec<u8>, Complaint> {
    if claimed > MAX_BUFFER {
        return Err("a compressed buffer of more than 2 GiB".to_string());
    }
    let mut bytes = Vec::new();
    let decoder = zstd::stream::read::Decoder::new(packed).map_err(|error| error.to_string())?;
    decoder.take(claimed as u64 + 1).read_to_end(&mut bytes).map_err(|error| format!("zstd: {error}"))?;
    if bytes.len() == claimed { Ok(bytes) } else { Err("a compressed buffer of another length than it says".into()) }
}

/// The wanted columns of a batch.
pub fn read_lists(layout: &Layout, body: &Body) -> Result<[Option<Lists>; COLUMNS.len()], Complaint> {
    let mut columns = [const { None }; COLUMNS.len()];
    for (column, wanted) in columns.iter_mut().zip(layout.wanted) {
        if let Some(wanted) = wanted {
            *column = Some(read_column(wanted, body)?);
        }
    }
    Ok(columns)
}

fn read_column(Wanted { node, buffer, variadic, list }: Wanted, body: &Body) -> Result<Lists, Complaint> {
    let more: usize = body.variadic.iter().take(variadic).sum();
    let buffer = buffer.checked_add(more).ok_or("buffers without end")?;
    if body.node(node)?.0 != body.rows {
        return Err("columns of unequal length".to_string());
    }
    let lists_valid = body.validity(node, buffer)?;
    let (ends, items) = match list.ends {
        Ends::Offsets(width) => (offsets(&body.buffer(buffer + 1)?, width, body.rows)?, buffer + 2),
        Ends::Fixed(length) => {
            let ends = (0..=body.rows).map(|row| row.checked_mul(length).ok_or("lists without end".to_string()));
            (ends.collect::<Result<_, _>>()?, buffer + 1)
        }
    };
    let (first, last) = (ends[0], ends[body.rows]);
    if body.node(node + 1)?.0 < last {
        return Err("lists that end after their values".to_string());
    }
    let items_valid = body.validity(node + 1, items)?;
    let bytes = body.buffer(items + 1)?;
    let range = first.checked_mul(list.width).zip(last.checked_mul(list.width));
    let bytes = range.and_then(|(first, last)| bytes.get(first..last)).ok_or("lists that end after their values")?;
    let mut lists = Lists { values: numbers(bytes, list), ends: Vec::with_capacity(body.rows), faults: Vec::new() };
    for row in 0..body.rows {
        lists.ends.push(ends[row + 1] - first);
        if is_missing(&lists_valid, row) {
            lists.complain(row, ListFault::IsNull);
        } else if items_valid.is_some() && (ends[row]..ends[row + 1]).any(|item| is_missing(&items_valid, item)) {
            lists.complain(row, ListFault::HoldsNull);
        }
    }
    Ok(lists)
}

fn is_missing(validity: &Option<Cow<[u8]>>, at: usize) -> bool {
    validity.as_ref().is_some_and(|bits| bits.get(at / 8).is_none_or(|byte| byte >> (at % 8) & 1 == 0))
}

/// Where lists begin and end, one more than there are lists.
fn offsets(bytes: &[u8], width: usize, rows: usize) -> Result<Vec<usize>, Complaint> {
    // No rows may have no offsets at all.
    if rows == 0 {
        return Ok(vec![0]);
    }
    let length = rows.checked_add(1).and_then(|offsets| offsets.checked_mul(width));
    let bytes = length.and_then(|length| bytes.get(..length)).ok_or("fewer ends than lists")?;
    let ends: Vec<usize> =
        bytes.chunks_exact(width).map(|bytes| natural(number(bytes, true))).collect::<Result<_, _>>()?;
    if ends.is_sorted() { Ok(ends) } else { Err("lists that end before they begin".to_string()) }
}

/// Whole numbers, those beyond 32 bits as the nearest that fits.
fn numbers(bytes: &[u8], list: ListType) -> Vec<i32> {
    if let (4, true) = (list.width, list.signed) {
        let words = bytes.chunks_exact(4);
        return words.map(|bytes| i32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])).collect();
    }
    let clamp = |number: i64| number.clamp(i32::MIN.into(), i32::MAX.into()) as i32;
    bytes.chunks_exact(list.width).map(|bytes| clamp(number(bytes, list.signed))).collect()
}

/// A whole number of 1 to 8 bytes; one without a sign that is beyond 63 bits is the largest.
fn number(bytes: &[u8], signed: bool) -> i64 {
    let mut wide = [0; 8];
    wide[..bytes.len()].copy_from_slice(bytes);
    let unused = 64 - 8 * bytes.len() as u32;
    let bits = u64::from_le_bytes(wide);
    match signed {
        true => (bits << unused).cast_signed() >> unused,
        false => i64::try_from(bits).unwrap_or(i64::MAX),
    }
}
