//! A document cut into sentences, and where its parts may be encoded apart.

use std::ops::Range;

use anyhow::Result;
use xxhash_rust::xxh3::xxh3_64;

use crate::document::{Document, Place};
use crate::tokenizer::{Encoder, Tokenizer};

/// A document with its sentences, ready to be packed.
pub struct SplitDocument {
    document: Document,
    /// Among the documents of its source.
    ordinal: u64,
    /// The text less the white space around it.
    trimmed: Range<usize>,
    sentences: Vec<Sentence>,
    hash: u64,
    encoded: Option<EncodedRuns>,
}

struct Sentence {
    /// Byte offset of its end in the trimmed text.
    end: usize,
    /// The sentence after the run it stands in: runs end at joints.
    run_end: usize,
}

/// The ids of every run but the first, as they stand after the text before them.
struct EncodedRuns {
    ids: Vec<u32>,
    /// By sentence that opens a run, where its ids end.
    ends: Vec<usize>,
}

impl SplitDocument {
    /// Cuts a document, given with its ordinal in its source, with `split`, which writes the ends of its sentences.
    pub fn new(
        (ordinal, mut document): (u64, Document),
        tokenizer: &Tokenizer,
        split: impl FnOnce(&mut Document, &mut Vec<usize>),
    ) -> Self {
        let mut ends = Vec::new();
        split(&mut document, &mut ends);
        let trimmed = trimmed(&document.text);
        // Sentences own the white space before them, so only the first and the last change.
        ends.retain(|&end| end > trimmed.start);
        ends.iter_mut().for_each(|end| *end = (*end).min(trimmed.end) - trimmed.start);
        ends.dedup();
        let text = &document.text[trimmed.clone()];
        let mut sentences: Vec<Sentence> = ends.iter().map(|&end| Sentence { end, run_end: ends.len() }).collect();
        for at in (1..ends.len()).rev() {
            let joint = tokenizer.is_joint(text, ends[at - 1]);
            sentences[at - 1].run_end = if joint { at } else { sentences[at].run_end };
        }
        let hash = xxh3_64(text.as_bytes());
        SplitDocument { document, ordinal, trimmed, sentences, hash, encoded: None }
    }

    /// A document that is not looked into: all of it is one sentence.
    pub fn unsplit((ordinal, mut document): (u64, Document)) -> Self {
        document.unwrap_lines();
        let trimmed = trimmed(&document.text);
        let whole = Sentence { end: trimmed.len(), run_end: 1 };
        let sentences = if trimmed.is_empty() { Vec::new() } else { vec![whole] };
        let hash = xxh3_64(document.text[trimmed.clone()].as_bytes());
        SplitDocument { document, ordinal, trimmed, sentences, hash, encoded: None }
    }

    /// Gives the document back, with its ordinal.
    pub fn into_document(self) -> (u64, Document) {
        (self.ordinal, self.document)
    }

    /// Encodes every run ahead of packing, so that packing in order has little left to encode.
    pub fn encode_runs(&mut self, encoder: &mut Encoder) -> Result<()> {
        let mut encoded = EncodedRuns { ids: Vec::new(), ends: vec![0; self.len()] };
        let mut from = 0;
        while from < self.len() {
            let to = self.sentences[from].run_end;
            if from > 0 {
                encoder.encode_after_joint(self.raw(from..to), &mut encoded.ids)?;
            }
            encoded.ends[from] = encoded.ids.len();
            from = to;
        }
        self.encoded = Some(encoded);
        Ok(())
    }

    /// The ids of the run of sentences `from..to`, where they were encoded ahead.
    pub(super) fn encoded_run(&self, from: usize, to: usize) -> Option<&[u32]> {
        let encoded = self.encoded.as_ref()?;
        let opens = from > 0 && self.sentences[from - 1].run_end == from && self.sentences[from].run_end == to;
        let start = || {
            (0..from).rev().find(|&at| at == 0 || self.sentences[at - 1].run_end == at).map_or(0, |at| encoded.ends[at])
        };
        opens.then(|| &encoded.ids[start()..encoded.ends[from]])
    }

    /// How many sentences.
    pub fn len(&self) -> usize {
        self.sentences.len()
    }

    /// Whether it is empty or white.
    pub fn is_empty(&self) -> bool {
        self.sentences.is_empty()
    }

    /// The document's text, trimmed.
    pub fn text(&self) -> &str {
        &self.document.text[self.trimmed.clone()]
    }

    /// Where it comes from.
    pub fn place(&self) -> &Place {
        &self.document.place
    }

    /// Its ordinal among the documents of its source, from 0.
    pub fn ordinal(&self) -> u64 {
        self.ordinal
    }

    /// Hash of its trimmed text: what its noise is keyed by.
    pub fn hash(&self) -> u64 {
        self.hash
    }

    /// A sentence with the white space before it.
    pub fn sentence(&self, at: usize) -> &str {
        self.raw(at..at + 1)
    }

    /// The text of some sentences with the white space before them.
    pub(super) fn raw(&self, sentences: Range<usize>) -> &str {
        let start = sentences.start.checked_sub(1).map_or(0, |before| self.sentences[before].end);
        let end = sentences.end.checked_sub(1).map_or(0, |last| self.sentences[last].end);
        &self.text()[start..end]
    }

    /// The text of some sentences, trimmed.
    pub fn slice(&self, sentences: Range<usize>) -> &str {
        self.raw(sentences).trim()
    }

    /// The sentence after the run in which a sentence stands.
    pub(super) fn run_end(&self, at: usize) -> usize {
        self.sentences[at].run_end
    }
}

/// A text less the white space around it.
fn trimmed(text: &str) -> Range<usize> {
    let start = text.len() - text.trim_start().len();
    start..start + text[start..].trim_end().len()
}
