//! Unpacked bytes to text, a block at a time.
//!
//! Owns validation, and with it the promise that everything above handles `&str`: each block is
//! validated once, whole. Knows nothing of lines or documents.

use super::bytes::ByteSource;
use super::error::ReadError;

/// Text is handed on in blocks of at most this size; small enough to stay in the cache.
const BLOCK_BYTES: usize = 256 << 10;
/// The first blocks are smaller, as many inputs are.
const FIRST_BLOCK_BYTES: usize = 8 << 10;
/// By what a block grows that was not enough.
const GROWTH: usize = 4;

/// The byte order mark.
pub(super) const MARK: char = '\u{feff}';

/// A character has at most four bytes, so an unfinished one has at most three.
const MAX_UNFINISHED: usize = 3;

/// What a stretch of bytes turned out to be.
pub(super) enum Piece<'a> {
    /// Text, not empty; it ends anywhere between two characters.
    Text(&'a str),
    /// Bytes that are not UTF-8, at this offset of the unpacked file.
    Invalid {
        /// Counted from 0.
        offset: u64,
    },
}

/// The text of a source.
pub(super) struct Decoder {
    source: ByteSource,
    lossy: bool,
    block: Vec<u8>,
    /// Bytes at the block's beginning that belong to a character not yet complete.
    unfinished: usize,
    /// Where in the unpacked file the block begins.
    offset: u64,
}

impl Decoder {
    /// A decoder that, where `lossy`, gives U+FFFD for invalid bytes (as `String::from_utf8_lossy`).
    pub fn new(source: ByteSource, lossy: bool) -> Self {
        let offset = source.offset;
        Self { source, lossy, block: vec![0; FIRST_BLOCK_BYTES], unfinished: 0, offset }
    }

    /// Bytes read so far, after decompression.
    pub fn bytes_read(&self) -> u64 {
        self.offset + self.unfinished as u64
    }

    /// Reads once and hands on what is complete; false at the end, when all is handed on.
    pub fn read_block(&mut self, mut take: impl FnMut(Piece<'_>)) -> Result<bool, ReadError> {
        let count = self.source.read(&mut self.block[self.unfinished..])?;
        let filled = self.unfinished + count;
        // At the end nothing can complete an unfinished character any more.
        let unfinished = if count == 0 { 0 } else { unfinished_tail(&self.block[..filled]) };
        let complete = filled - unfinished;
        decode(&self.block[..complete], self.offset, self.lossy, &mut take);
        self.block.copy_within(complete..filled, 0);
        if filled == self.block.len() && filled < BLOCK_BYTES {
            self.block.resize((filled * GROWTH).min(BLOCK_BYTES), 0);
        }
        self.unfinished = unfinished;
        self.offset += complete as u64;
        Ok(count > 0)
    }
}

/// Hands on a block that ends with a complete character or an invalid byte.
fn decode(block: &[u8], offset: u64, lossy: bool, take: &mut impl FnMut(Piece<'_>)) {
    if let Ok(text) = simdutf8::basic::from_utf8(block) {
        if !text.is_empty() {
            take(Piece::Text(text));
        }
        return;
    }
    let mut at = offset;
    for chunk in block.utf8_chunks() {
        let (valid, invalid) = (chunk.valid(), chunk.invalid());
        if !valid.is_empty() {
            take(Piece::Text(valid));
        }
        at += valid.len() as u64;
        if !invalid.is_empty() {
            take(if lossy { Piece::Text("\u{fffd}") } else { Piece::Invalid { offset: at } });
        }
        at += invalid.len() as u64;
    }
}

/// How many last bytes may be the beginning of a character that goes on in the next block.
fn unfinished_tail(block: &[u8]) -> usize {
    for back in 1..=MAX_UNFINISHED.min(block.len()) {
        let expected = match block[block.len() - back] {
            0x80..=0xbf => continue,
            0xc2..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xf4 => 4,
            _ => return 0,
        };
        return if expected > back { back } else { 0 };
    }
    0
}
