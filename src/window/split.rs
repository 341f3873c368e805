//! Documents cut into sentences, and where their parts may be encoded apart.

use std::ops::Range;
use std::sync::Arc;

use xxhash_rust::xxh3::xxh3_64;

use crate::document::{Document, Documents, Place};
use crate::tokenizer::{Edge, Encoder, Tokenizer};

/// A batch of documents with their sentences, ready to be packed.
pub struct SplitDocuments {
    documents: Arc<Documents>,
    splits: Vec<Split>,
    /// Of all documents, each in a row.
    sentences: Vec<Sentence>,
    encoded: Option<EncodedSegments>,
}

/// A document's share.
struct Split {
    /// Its text less the white space around it.
    trimmed: Range<usize>,
    sentences: Range<usize>,
    hash: u64,
}

struct Sentence {
    /// Where it ends in the text of all documents.
    end: usize,
    /// The sentence of its document after the segment it stands in: segments end at split points.
    segment_end: usize,
}

/// The ids of every segment but each document's first, as they stand after the text before them.
struct EncodedSegments {
    ids: Vec<u32>,
    /// By sentence that opens a segment, where its ids stand.
    segments: Vec<Option<Range<usize>>>,
}

/// One document of a batch, borrowed.
#[derive(Clone, Copy)]
pub struct SplitDocument<'d> {
    batch: &'d SplitDocuments,
    at: usize,
}

impl SplitDocuments {
    /// From documents that are not looked into: each is one sentence.
    pub fn unsplit(documents: Documents) -> Self {
        let documents = Arc::new(documents);
        let mut batch = SplitDocuments { splits: Vec::new(), sentences: Vec::new(), encoded: None, documents };
        batch.splits.reserve(batch.documents.len());
        batch.sentences.reserve(batch.documents.len());
        for at in 0..batch.documents.len() {
            let trimmed = trimmed(batch.documents.text(), batch.documents.range(at));
            let first = batch.sentences.len();
            if !trimmed.is_empty() {
                batch.sentences.push(Sentence { end: trimmed.end, segment_end: 1 });
            }
            let hash = xxh3_64(batch.documents.text()[trimmed.clone()].as_bytes());
            batch.splits.push(Split { trimmed, sentences: first..batch.sentences.len(), hash });
        }
        batch
    }

    /// Cuts a document into sentences, given by their ends in its text. What it was before is forgotten.
    pub fn split(&mut self, at: usize, ends: &[usize], tokenizer: &Tokenizer) {
        let (text, start) = (self.documents.get(at).text, self.documents.range(at).start);
        let Split { trimmed, sentences, .. } = &mut self.splits[at];
        let first = self.sentences.len();
        // Sentences own the white space before them, so only the first and the last change.
        for end in ends.iter().map(|&end| start + end).filter(|&end| end > trimmed.start) {
            let end = end.min(trimmed.end);
            if self.sentences[first..].last().is_none_or(|last| last.end < end) {
                self.sentences.push(Sentence { end, segment_end: 0 });
            }
        }
        let own = &mut self.sentences[first..];
        let text = &text[trimmed.start - start..trimmed.end - start];
        let mut segment_end = own.len();
        for at in (0..own.len()).rev() {
            if at + 1 < own.len() && tokenizer.is_split_point(text, own[at].end - trimmed.start) {
                segment_end = at + 1;
            }
            own[at].segment_end = segment_end;
        }
        *sentences = first..self.sentences.len();
    }

    /// Encodes every segment ahead of packing, so that packing in order has little left to encode. What fails here will fail
    /// there.
    pub fn encode_segments(&mut self, encoder: &mut Encoder) {
        let mut encoder = encoder.begin(self.documents.text());
        let mut encoded = EncodedSegments { ids: Vec::new(), segments: vec![None; self.sentences.len()] };
        for document in (0..self.len()).map(|at| self.get(at)) {
            let mut from = document.segment_ends().next().unwrap_or(0);
            for to in document.segment_ends().skip(1) {
                let start = encoded.ids.len();
                let part = document.raw_range(from..to);
                let done = encoder.encode(part, Edge::Continues, &mut encoded.ids);
                let ids = start..encoded.ids.len();
                encoded.segments[document.split().sentences.start + from] = done.ok().map(|()| ids);
                from = to;
            }
        }
        self.encoded = Some(encoded);
    }

    /// How many sentences all documents have.
    pub fn sentences(&self) -> usize {
        self.splits.iter().map(|split| split.sentences.len()).sum()
    }

    /// How many documents.
    pub fn len(&self) -> usize {
        self.splits.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.splits.is_empty()
    }

    /// The `at`th.
    pub fn get(&self, at: usize) -> SplitDocument<'_> {
        SplitDocument { batch: self, at }
    }

    /// Their texts and places.
    pub fn documents(&self) -> &Arc<Documents> {
        &self.documents
    }
}

impl<'d> SplitDocument<'d> {
    fn split(self) -> &'d Split {
        &self.batch.splits[self.at]
    }

    fn sentences(self) -> &'d [Sentence] {
        &self.batch.sentences[self.split().sentences.clone()]
    }

    /// Its place in its batch.
    pub fn index(self) -> usize {
        self.at
    }

    /// The ids of the segment of sentences `from..to`, where they were encoded ahead.
    pub(super) fn encoded_segment(self, from: usize, to: usize) -> Option<&'d [u32]> {
        let encoded = self.batch.encoded.as_ref()?;
        let sentences = self.sentences();
        let ids = encoded.segments[self.split().sentences.start + from].clone()?;
        (sentences[from].segment_end == to).then(|| &encoded.ids[ids])
    }

    /// The sentence after each segment.
    fn segment_ends(self) -> impl Iterator<Item = usize> {
        let sentences = self.sentences();
        std::iter::successors(sentences.first(), move |last| sentences.get(last.segment_end))
            .map(|opens| opens.segment_end)
    }

    /// How many sentences.
    pub fn len(self) -> usize {
        self.split().sentences.len()
    }

    /// Whether it is empty or white.
    pub fn is_empty(self) -> bool {
        self.split().sentences.is_empty()
    }

    /// The document itself.
    pub fn document(self) -> Document<'d> {
        self.batch.documents.get(self.at)
    }

    /// How many documents of the run come before it.
    pub fn number(self) -> u64 {
        self.batch.documents.number(self.at)
    }

    /// Where it begins.
    pub fn place(self) -> Place {
        self.document().place()
    }

    /// Its text, trimmed.
    pub fn text(self) -> &'d str {
        &self.batch.documents.text()[self.split().trimmed.clone()]
    }

    /// Hash of its trimmed text: what its noise is keyed by.
    pub fn hash(self) -> u64 {
        self.split().hash
    }

    /// A sentence with the white space before it.
    pub fn sentence(self, at: usize) -> &'d str {
        self.raw(at..at + 1)
    }

    /// The text of some sentences with the white space before them.
    pub(super) fn raw(self, sentences: Range<usize>) -> &'d str {
        &self.batch.documents.text()[self.raw_range(sentences)]
    }

    /// The sentence after as many of these as so many bytes hold.
    pub(super) fn sentences_within(self, sentences: Range<usize>, bytes: usize) -> usize {
        let end = self.raw_range(sentences.clone()).start + bytes;
        sentences.start + self.sentences()[sentences].partition_point(|sentence| sentence.end <= end)
    }

    /// Where in the text of its batch some sentences stand, with the white space before them.
    pub(super) fn raw_range(self, sentences: Range<usize>) -> Range<usize> {
        let (all, begin) = (self.sentences(), self.split().trimmed.start);
        let end_of = |before: usize| before.checked_sub(1).map_or(begin, |last| all[last].end);
        end_of(sentences.start)..end_of(sentences.end)
    }

    /// Where in the text of its batch some sentences stand, trimmed.
    pub(super) fn range(self, sentences: Range<usize>) -> Range<usize> {
        trimmed(self.batch.documents.text(), self.raw_range(sentences))
    }

    /// Where its document begins in the text of its batch.
    pub(super) fn start(self) -> usize {
        self.batch.documents.range(self.at).start
    }

    /// The text at a place in that of its batch.
    pub(super) fn text_at(self, place: Range<usize>) -> &'d str {
        &self.batch.documents.text()[place]
    }

    /// The text of some sentences, trimmed.
    pub fn slice(self, sentences: Range<usize>) -> &'d str {
        &self.batch.documents.text()[self.range(sentences)]
    }

    /// The sentence after the segment in which a sentence stands.
    pub(super) fn segment_end(self, at: usize) -> usize {
        self.sentences()[at].segment_end
    }
}

/// A part of a text less the white space around it.
fn trimmed(text: &str, part: Range<usize>) -> Range<usize> {
    let after = text[part.clone()].trim_start();
    let start = part.end - after.len();
    start..start + after.trim_end().len()
}
