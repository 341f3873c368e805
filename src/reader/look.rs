//! What the first line of an input is, where neither a name nor an option tells.
//!
//! Owns how far is looked. Takes no byte: whoever reads begins at the beginning.

use std::ops::Range;

use serde::de::IgnoredAny;

use super::bytes::ByteSource;
use super::error::ReadError;
use super::record::with_numbers;
use crate::document::is_blank;

/// No more is looked at; what is JSON as far as this is taken for it.
const MAX_LOOK_BYTES: usize = 64 << 10;

/// The first line that is not blank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FirstLine {
    /// A JSON object.
    Object,
    /// The beginning of a JSON object that goes on in the next line, or of an array of objects.
    Spread,
    /// Anything else.
    Other,
}

/// What the first line is.
pub(super) fn first_line(bytes: &mut ByteSource) -> Result<FirstLine, ReadError> {
    let head = bytes.peek(|head| head.len() >= MAX_LOOK_BYTES || line_of(head).is_some())?;
    let line = line_of(head).unwrap_or(0..head.len());
    let line = &head[line.start..line.end.min(MAX_LOOK_BYTES)];
    let trimmed = line.trim_ascii_start();
    if !trimmed.starts_with(b"{") && !trimmed.starts_with(b"[") {
        return Ok(FirstLine::Other);
    }
    if trimmed.starts_with(b"{") && is_json(line, line.len() >= MAX_LOOK_BYTES) {
        return Ok(FirstLine::Object);
    }
    let head = bytes.peek(|head| head.len() >= MAX_LOOK_BYTES)?;
    let head = &head[..head.len().min(MAX_LOOK_BYTES)];
    let inside = head.trim_ascii_start().strip_prefix(b"[").map_or(head, <[u8]>::trim_ascii_start);
    let objects = inside.trim_ascii_start().starts_with(b"{");
    Ok(if objects && is_json(head, true) { FirstLine::Spread } else { FirstLine::Other })
}

/// Where the first line that is not blank stands, once its end has come.
fn line_of(head: &[u8]) -> Option<Range<usize>> {
    let mut start = 0;
    while let Some(length) = memchr::memchr(b'\n', &head[start..]) {
        let line = start..start + length;
        if !is_blank(&String::from_utf8_lossy(&head[line.clone()])) {
            return Some(line);
        }
        start = line.end + 1;
    }
    None
}

/// Whether bytes are one JSON value, or where it is `open`, the beginning of one.
fn is_json(bytes: &[u8], open: bool) -> bool {
    let parsed = |bytes: &[u8]| match serde_json::from_slice::<IgnoredAny>(bytes) {
        Ok(_) => true,
        Err(error) => open && error.is_eof(),
    };
    parsed(bytes) || with_numbers(bytes).is_some_and(|bytes| parsed(&bytes))
}
