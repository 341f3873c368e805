//! Bytes to blocks of whole lines, for those who read lines and want no documents.
//!
//! Owns the cutting and the longest line allowed; knows nothing of what a line holds. Blocks are cut at the same places
//! however the bytes arrive, so that whatever is done by block does not depend on a pipe's timing.

use std::sync::Arc;

use super::bytes::ByteSource;
use super::error::ReadError;

/// Bytes after which a block is cut.
const BLOCK_BYTES: usize = 4 << 20;
/// Bytes asked for at once.
const READ_BYTES: usize = 512 << 10;

/// Some whole lines of one input.
#[derive(Debug)]
pub struct LineBlock {
    /// The input as typed, or `stdin`.
    pub source: Arc<str>,
    /// The number of its first line, from 1.
    pub first_line: u64,
    /// The lines, each with its line feed but perhaps the input's last.
    pub bytes: Vec<u8>,
    /// Whether the input ends here. An empty input is one empty block.
    pub last: bool,
}

/// The lines of one input.
pub(super) struct Lines {
    source: ByteSource,
    max_line_bytes: usize,
    next_line: u64,
    /// Begun and not yet cut off.
    rest: Vec<u8>,
    /// Why it cannot be read further, to be told once the lines before it are taken.
    fault: Option<ReadError>,
}

impl Lines {
    /// Lines of at most so many bytes.
    pub fn new(source: ByteSource, max_line_bytes: usize) -> Self {
        Lines { source, max_line_bytes, next_line: 1, rest: Vec::new(), fault: None }
    }

    /// Reads on until a block is full and its last line is whole.
    pub fn cut(&mut self) -> Result<LineBlock, ReadError> {
        if let Some(fault) = self.fault.take() {
            return Err(fault);
        }
        let mut bytes = std::mem::take(&mut self.rest);
        let (mut line_end, mut last, mut target) = (0, false, BLOCK_BYTES);
        while !last && line_end == 0 {
            let searched = bytes.len();
            let filled = self.fill(&mut bytes, target);
            // What is left over from a block holds no line end.
            line_end = memchr::memrchr(b'\n', &bytes[searched..]).map_or(0, |at| searched + at + 1);
            last = match filled {
                Err(fault) if line_end > 0 => {
                    self.fault = Some(fault);
                    break;
                }
                filled => filled?,
            };
            if bytes.len() - line_end > self.max_line_bytes {
                let line = self.next_line + count_lines(&bytes);
                return Err(self.too_long(line));
            }
            target += BLOCK_BYTES;
        }
        if !last {
            self.rest = bytes.split_off(line_end);
        }
        let first_line = self.next_line;
        self.next_line += count_lines(&bytes);
        Ok(LineBlock { source: Arc::clone(&self.source.origin.name), first_line, bytes, last })
    }

    /// Reads up to exactly `target` bytes; whether the input ended before.
    fn fill(&mut self, bytes: &mut Vec<u8>, target: usize) -> Result<bool, ReadError> {
        while bytes.len() < target {
            let filled = bytes.len();
            bytes.resize(target.min(filled + READ_BYTES), 0);
            let count = self.source.read(&mut bytes[filled..])?;
            bytes.truncate(filled + count);
            if count == 0 {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn too_long(&self, line: u64) -> ReadError {
        let limit = self.max_line_bytes;
        let place = self.source.origin.place(line);
        ReadError::fatal(format!("{place}: a line of more than {limit} bytes (a record is one line: is this JSONL?)"))
    }
}

fn count_lines(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(bytes: &'static [u8], max_line_bytes: usize) -> Lines {
        Lines::new(ByteSource::new("records.jsonl".into(), Box::new(bytes)).expect("opens"), max_line_bytes)
    }

    #[test]
    fn the_last_line_needs_no_line_feed() {
        let block = open(b"one\ntwo", 10).cut().expect("lines");
        assert_eq!((block.bytes.as_slice(), block.first_line, block.last), (b"one\ntwo".as_slice(), 1, true));
    }

    #[test]
    fn whole_lines_before_a_fault_are_given_first() {
        struct Failing;
        impl std::io::Read for Failing {
            fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
                Err(std::io::Error::other("worn out"))
            }
        }
        for (text, expected) in [("one\ntwo\nthr", Some("one\ntwo\n")), ("one", None)] {
            // Longer than what is looked at when it is opened.
            let long = format!("{}{text}", "-\n".repeat(500));
            let bytes = std::io::Cursor::new(if expected.is_some() { long } else { "-".repeat(1000) });
            let source = ByteSource::new("records.jsonl".into(), Box::new(std::io::Read::chain(bytes, Failing)));
            let mut open = Lines::new(source.expect("opens"), 2000);
            if let Some(expected) = expected {
                let block = open.cut().expect("lines");
                assert!(block.bytes.ends_with(expected.as_bytes()) && !block.last);
            }
            let fault = open.cut().expect_err("a fault");
            assert_eq!(fault.message, "records.jsonl: cannot be read: worn out");
        }
    }

    #[test]
    fn a_line_beyond_the_limit_is_named() {
        let error = open(b"one\ntwo\nthis is long\n-\nthis one has no end at all", 16).cut().expect_err("too long");
        assert_eq!(
            error.message,
            "records.jsonl:5: a line of more than 16 bytes (a record is one line: is this JSONL?)"
        );
    }

    #[test]
    fn blocks_hold_whole_lines_and_know_their_numbers() {
        let text: String = (0..900_000).map(|n| format!("line {n}\n")).collect();
        let text: &'static [u8] = text.leak().as_bytes();
        let mut open = open(text, 100);
        let (mut all, mut last) = (Vec::new(), false);
        while !last {
            let block = open.cut().expect("lines");
            let first = format!("line {}\n", block.first_line - 1);
            assert!(block.bytes.is_empty() || block.bytes.starts_with(first.as_bytes()));
            all.extend_from_slice(&block.bytes);
            last = block.last;
        }
        assert!(all == text);
    }
}
