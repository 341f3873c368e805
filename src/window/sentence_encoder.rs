//! The ids of sentences of one document, as they stand in a window.

use std::ops::Range;

use anyhow::{Context, Result};

use super::SplitDocument;
use crate::tokenizer::{Edge, TextEncoder};

/// Encodes sentences of one document.
pub struct SentenceEncoder<'d, 'e> {
    /// The document.
    pub document: SplitDocument<'d>,
    /// For the text of its batch.
    pub text: &'d mut TextEncoder<'e>,
}

impl SentenceEncoder<'_, '_> {
    /// Appends the ids of some sentences of one segment, or of some that open a window. Errors name the document.
    pub fn encode(&mut self, sentences: Range<usize>, edge: Edge, ids: &mut Vec<u32>) -> Result<()> {
        let document = self.document;
        let part = match edge {
            Edge::Opens => document.range(sentences),
            Edge::Continues => {
                if let Some(encoded) = document.encoded_segment(sentences.start, sentences.end) {
                    ids.extend_from_slice(encoded);
                    return Ok(());
                }
                document.raw_range(sentences)
            }
        };
        self.text.encode(part, edge, ids).with_context(|| document.place().to_string())
    }
}
