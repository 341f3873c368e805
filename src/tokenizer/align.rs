//! Which words of a text its ids belong to, where the words are given and no engine tells offsets.
//!
//! Byte-level vocabularies say themselves how many bytes an id stands for. Else the words are encoded one by one, and if
//! that gives the ids of the whole, each word has its own; where it does not, the released engine tells offsets.

use std::ops::Range;

use anyhow::Result;

use super::{Edge, Encoder, Tokenizer};

/// Ids of no word have this number.
pub const NO_WORD: u32 = 0;

impl Encoder<'_> {
    /// Writes for each of the ids of a text the number of the word it belongs to, from 1 on, or [`NO_WORD`]; false where
    /// that cannot be told. An id that touches several belongs to the first of them. `words` are byte ranges, ascending and
    /// apart.
    pub fn align(&mut self, text: &str, words: &[Range<usize>], ids: &[u32], numbers: &mut Vec<u32>) -> Result<bool> {
        let from = numbers.len();
        if self.align_by_bytes(text, words, ids, numbers) || self.align_by_word(text, words, ids, numbers)? {
            return Ok(true);
        }
        numbers.truncate(from);
        let Some((same, offsets)) = self.tokenizer.spare.offsets(text) else { return Ok(false) };
        if same == ids {
            number(text, words, offsets.into_iter(), numbers);
        }
        Ok(same == ids)
    }

    fn align_by_bytes(&self, text: &str, words: &[Range<usize>], ids: &[u32], numbers: &mut Vec<u32>) -> bool {
        let Some(bytes) = self.tokenizer.vocabulary.bytes_of(ids) else { return false };
        // Some put a space before the text.
        let Some(before) = bytes.checked_sub(text.len()).filter(|&before| before <= 1) else { return false };
        let mut end = 0;
        let offsets = ids.iter().map(|&id| {
            let start = end;
            end += self.tokenizer.vocabulary.bytes(id).unwrap_or(0);
            start.saturating_sub(before)..end - before
        });
        number(text, words, offsets, numbers);
        true
    }

    fn align_by_word(
        &mut self,
        text: &str,
        words: &[Range<usize>],
        ids: &[u32],
        numbers: &mut Vec<u32>,
    ) -> Result<bool> {
        let (mut piece, mut at, mut done) = (Vec::new(), 0, 0);
        // What stands between two words, and then the word with the white space before it.
        let begin = |word: &Range<usize>, after: usize| after + text[after..word.start].trim_end().len();
        let last = text.len()..text.len();
        for (number, word) in (1..).zip(words).chain([(NO_WORD, &last)]) {
            let start = if number == NO_WORD { text.len() } else { begin(word, at) };
            for (part, number) in [(at..start, NO_WORD), (start..word.end, number)] {
                piece.clear();
                self.encode_part(text, part, &mut piece)?;
                if !ids[done..].starts_with(&piece) {
                    return Ok(false);
                }
                done += piece.len();
                numbers.resize(numbers.len() + piece.len(), number);
            }
            at = word.end;
        }
        Ok(done == ids.len())
    }

    fn encode_part(&mut self, text: &str, part: Range<usize>, ids: &mut Vec<u32>) -> Result<()> {
        let tokenizer: &Tokenizer = self.tokenizer;
        match part.start {
            _ if part.is_empty() => Ok(()),
            0 => self.encode(&text[part], Edge::Opens, ids),
            at if tokenizer.is_split_point(text, at) => self.encode(&text[part], Edge::Continues, ids),
            _ => self.encode_inside(&text[part], ids),
        }
    }
}

/// Numbers ids by where in the text they stand; white space before a word does not count.
fn number(text: &str, words: &[Range<usize>], offsets: impl Iterator<Item = Range<usize>>, numbers: &mut Vec<u32>) {
    let mut next = 0;
    for Range { start, end } in offsets {
        let white = text.get(start..end).map_or(0, |piece| piece.len() - piece.trim_start().len());
        let start = if start + white < end { start + white } else { start };
        while words.get(next).is_some_and(|word| word.end <= start) {
            next += 1;
        }
        let is_inside = words.get(next).is_some_and(|word| word.start < end && start < end);
        numbers.push(if is_inside { next as u32 + 1 } else { NO_WORD });
    }
}
