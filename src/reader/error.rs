//! What reading can complain of, and the words for it.
//!
//! Owns the error type and the messages that more than one splitter needs; each is one line, the
//! place first and the remedy last.

use std::fmt;
use std::io;
use std::sync::Arc;

use crate::document::{At, Place};
use crate::harmless;

/// A complaint about the input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError {
    /// The whole line, without `error: ` before it.
    pub message: String,
    /// Whether one document is at fault, so that reading can go on with the next.
    pub recoverable: bool,
}

impl ReadError {
    /// A complaint about one document.
    pub(super) fn of_document(message: String) -> Self {
        Self { message, recoverable: true }
    }

    /// A complaint about a whole input.
    pub(super) fn fatal(message: String) -> Self {
        Self { message, recoverable: false }
    }

    /// A document at this place is longer than allowed.
    pub(super) fn too_long(place: &Place, limit: usize) -> Self {
        Self::of_document(format!(
            "{place}: document of more than {limit} bytes (allow more with --max-document-bytes)"
        ))
    }

    /// An error of the operating system.
    pub(super) fn io(name: &str, error: &io::Error) -> Self {
        Self::fatal(format!("{}: {}", harmless::line(name), io_reason(error)))
    }
}

impl ReadError {
    /// What it says of an input, without the input's name and the line or row that it begins with.
    pub fn reason(&self, source: &str) -> &str {
        let after = self.message.strip_prefix(&*harmless::line(source)).unwrap_or(&self.message);
        after.trim_start_matches(|character: char| character == ':' || character.is_ascii_digit()).trim_start()
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ReadError {}

/// Why the operating system would not let us read, in our own style.
pub(super) fn io_reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file (an input is a file, or - for stdin)".to_owned(),
        io::ErrorKind::IsADirectory => "is a directory (name the files in it)".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied (make it readable: chmod u+r)".to_owned(),
        _ => format!("cannot be read: {error}"),
    }
}

/// Names that can be chosen from, as far as there are not too many.
pub(super) fn listed(names: &[String]) -> String {
    let mut said = names.iter().take(MAX_NAMES).map(String::as_str).collect::<Vec<_>>();
    if names.len() > MAX_NAMES {
        said.push("…");
    }
    harmless::line(&said.join(", ")).into_owned()
}

/// No more are named.
const MAX_NAMES: usize = 12;

/// The input that a splitter's documents and complaints come from.
#[derive(Clone, Debug)]
pub(super) struct Origin {
    /// As the user typed it; for messages it is made harmless.
    pub name: Arc<str>,
    /// Whether byte offsets are not those of the file on disk.
    pub compressed: bool,
    /// Whether its first bytes are hardly text.
    pub looks_binary: bool,
}

impl Origin {
    /// A complaint about all of it.
    pub fn fatal(&self, what: impl fmt::Display) -> ReadError {
        ReadError::fatal(format!("{}: {what}", harmless::line(&self.name)))
    }

    /// A line of this input.
    pub fn place(&self, line: u64) -> Place {
        Place { source: Arc::clone(&self.name), at: At::Line(line) }
    }

    /// A document that begins at `line` is longer than allowed.
    pub fn too_long(&self, line: u64, limit: usize) -> ReadError {
        ReadError::too_long(&self.place(line), limit)
    }

    /// Bytes at `offset` of the unpacked input are not UTF-8.
    pub fn invalid_utf8(&self, line: u64, offset: u64) -> ReadError {
        let file = if self.compressed { "the unpacked file" } else { "the file" };
        let remedy = match self.looks_binary {
            true => ", which looks like binary data, not text (leave it out)",
            false => ", counted from 0 (replace it with --lossy, or convert the file: iconv -f ISO-8859-1 -t UTF-8)",
        };
        ReadError::of_document(format!("{}: invalid UTF-8 at byte offset {offset} of {file}{remedy}", self.place(line)))
    }
}
