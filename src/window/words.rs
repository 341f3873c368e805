//! Words that records give, by the ids of a window.

use std::ops::Range;

use anyhow::Result;

use super::{Part, Window};
use crate::tokenizer::{Edge, Encoder, NO_WORD};

impl Window<'_> {
    /// Whether one of its documents gives words.
    pub fn has_words(&self) -> bool {
        self.parts().any(|part| part.document.document().words.is_some())
    }

    /// Writes for each id of its body the number of the given word that it belongs to, or [`NO_WORD`].
    pub fn number_words(&self, encoder: &mut Encoder, numbers: &mut Vec<u32>) -> Result<()> {
        let mut parts = self.parts().peekable();
        while let Some(part) = parts.next() {
            numbers.resize(part.start(), NO_WORD);
            // What stands between two parts belongs to neither.
            let end = parts.peek().map_or(self.body.len(), |next| next.start().saturating_sub(1));
            part.number_words(&self.body[part.start()..end], encoder, numbers)?;
        }
        numbers.resize(self.body.len(), NO_WORD);
        Ok(())
    }
}

impl Part<'_> {
    fn number_words(&self, ids: &[u32], encoder: &mut Encoder, numbers: &mut Vec<u32>) -> Result<()> {
        let first = numbers.len();
        let Some(words) = self.document.document().words else { return Ok(()) };
        let trimmed = self.document.range(self.sentences.clone());
        if self.whole {
            let told = encoder.align(self.text(), &inside(words, self.place(trimmed)), ids, numbers)?;
            numbers.truncate(if told { first + ids.len() } else { first });
            return Ok(());
        }
        if let Some(told) = self.number_by_sentence(words, ids, encoder)? {
            numbers.extend(told);
            return Ok(());
        }
        // A window cut out of the ids of its sentences, which open a text or go on in one.
        let raw = self.document.raw_range(self.sentences.clone());
        for (place, edge) in [(trimmed, Edge::Opens), (raw, Edge::Continues)] {
            let text = self.document.text_at(place.clone());
            let mut all = Vec::new();
            encoder.encode(text, edge, &mut all)?;
            let ours = self.skipped..self.skipped + ids.len();
            let mut told = Vec::new();
            if all.get(ours.clone()) == Some(ids)
                && encoder.align(text, &inside(words, self.place(place)), &all, &mut told)?
            {
                numbers.extend_from_slice(&told[ours]);
                return Ok(());
            }
        }
        Ok(())
    }

    /// The numbers where sentences are joined by an id, each encoded on its own; `None` where they are not.
    fn number_by_sentence(
        &self,
        words: &[Range<usize>],
        ids: &[u32],
        encoder: &mut Encoder,
    ) -> Result<Option<Vec<u32>>> {
        let (mut told, mut own) = (Vec::with_capacity(ids.len()), Vec::new());
        for at in 0..self.len() {
            let next = self.first_ids.get(at + 1).map_or(Some(ids.len() + 1), |next| next.map(|next| next as usize));
            let (Some(first), Some(next)) = (self.first_ids[at], next) else { return Ok(None) };
            let Some(ours) = ids.get(first as usize..next - 1) else { return Ok(None) };
            let place = self.document.range(self.sentences.start + at..self.sentences.start + at + 1);
            let text = self.document.text_at(place.clone());
            told.resize(first as usize, NO_WORD);
            own.clear();
            encoder.encode(text, Edge::Opens, &mut own)?;
            if own != ours || !encoder.align(text, &inside(words, self.place(place)), ours, &mut told)? {
                return Ok(None);
            }
        }
        Ok(Some(told))
    }

    /// The same place in the document's own text.
    fn place(&self, in_batch: Range<usize>) -> Range<usize> {
        let start = self.document.start();
        in_batch.start - start..in_batch.end - start
    }
}

/// The words in a part of a text, as they stand in that part.
fn inside(words: &[Range<usize>], part: Range<usize>) -> Vec<Range<usize>> {
    let first = words.partition_point(|word| word.end <= part.start);
    let ours = words[first..].iter().take_while(|word| word.start < part.end);
    let clip = |at: usize| at.clamp(part.start, part.end) - part.start;
    ours.map(|word| clip(word.start)..clip(word.end)).collect()
}
