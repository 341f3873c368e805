//! The formats of documents: how a name tells one, and what reads it.
//!
//! A format is a file of its own, a variant here with its arm in [`Format::open`], and its suffixes.

use super::bytes::ByteSource;
use super::documents::{DocumentSource, SplitText};
use super::jsonl::JsonlSplitter;
use super::text::TextSplitter;
use super::{DocumentUnit, ReadOptions};

/// How an input is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Plain text, cut by [`DocumentUnit`].
    Text,
    /// One JSON object a line.
    Jsonl,
}

/// What a name's extension says, in lower case and without one that names a compression.
const SUFFIXES: &[(&str, Format)] = &[
    ("txt", Format::Text),
    ("text", Format::Text),
    ("md", Format::Text),
    ("jsonl", Format::Jsonl),
    ("ndjson", Format::Jsonl),
    ("json", Format::Jsonl),
];

impl Format {
    /// The format of files whose name ends like this.
    pub(super) fn of_suffix(suffix: &str) -> Option<Self> {
        SUFFIXES.iter().find(|(known, _)| *known == suffix).map(|(_, format)| *format)
    }

    /// The documents of an input of this format.
    pub(super) fn open(self, bytes: ByteSource, options: &ReadOptions) -> Box<dyn DocumentSource> {
        let (lossy, origin) = (options.lossy, bytes.origin.clone());
        match self {
            Self::Text => {
                let wrapped = options.documents != DocumentUnit::Line;
                Box::new(SplitText::new(bytes, TextSplitter::new(origin, options), wrapped, lossy))
            }
            Self::Jsonl => Box::new(SplitText::new(bytes, JsonlSplitter::new(origin, options), false, lossy)),
        }
    }
}
