//! Parts of a text whose ids are known: only what stands beside the cuts is encoded.
//!
//! The ids between two split points are those of the whole, wherever it is cut. Which they are is told by counting bytes, so
//! this is for vocabularies that spell bytes; the parts of other texts are encoded from end to end.

use std::ops::Range;

use anyhow::Result;
use memchr::{memchr_iter, memrchr_iter};

use super::{Edge, Encoder, MAX_PIECE_BYTES, Tokenizer};

/// A text and its encoding.
#[derive(Clone, Copy)]
pub struct Encoded<'e> {
    /// The text.
    pub text: &'e str,
    /// Its ids.
    pub ids: &'e [u32],
}

impl Encoder<'_> {
    /// Appends the ids of the three parts of a text cut at two bytes, each encoded on its own; returns where the first two
    /// end among all ids. The parts after the first stand inside a text, see [`Encoder::encode_inside`].
    pub fn encode_cut(&mut self, whole: Encoded, cuts: [usize; 2], ids: &mut Vec<u32>) -> Result<[usize; 2]> {
        let [a, b] = cuts;
        let Encoded { text, ids: known } = whole;
        let mut ends = std::mem::take(&mut self.state.ends);
        let is_told = self.tokenizer.tell_ends(whole, &mut ends)?;
        let mut cuts = [0; 3];
        for (part, cut) in [0..a, a..b, b..text.len()].into_iter().zip(&mut cuts) {
            let certain = if is_told { self.tokenizer.between_split_points(text, &part) } else { None };
            let with_ids = |bytes: Range<usize>| Some((id_at(&ends, bytes.start)?..id_at(&ends, bytes.end)?, bytes));
            match certain.and_then(with_ids) {
                Some((kept_ids, kept)) => {
                    self.encode(&text[part.start..kept.start], Edge::Opens, ids)?;
                    ids.extend_from_slice(&known[kept_ids]);
                    self.encode(&text[kept.end..part.end], Edge::Continues, ids)?;
                }
                None if part.start == 0 => self.encode_beginning(&text[part], ids)?,
                None => self.encode_inside(&text[part], ids)?,
            }
            *cut = ids.len();
        }
        self.state.ends = ends;
        Ok([cuts[0], cuts[1]])
    }
}

impl Tokenizer {
    /// Writes at which byte each id ends; false where that cannot be told, or other ids would come of the parts.
    fn tell_ends(&self, Encoded { text, ids }: Encoded, ends: &mut Vec<usize>) -> Result<bool> {
        // A longer text may have been cut for want of split points.
        let is_certain = text.len() <= MAX_PIECE_BYTES
            && self.split_rule.are_pre_token_edges()
            && self.vocabulary.keeps_bytes(text)
            && !self.ends()?.prepends_space;
        ends.clear();
        Ok(is_certain && self.vocabulary.push_ends(ids, ends) && ends.last().is_none_or(|&end| end == text.len()))
    }

    /// The bytes of a part between the first and the last split point that it has in common with the text.
    fn between_split_points(&self, text: &str, part: &Range<usize>) -> Option<Range<usize>> {
        let own = &text[part.clone()];
        let splits =
            |at: &usize| *at > 0 && self.is_split_point(own, *at) && self.is_split_point(text, part.start + at);
        let start = if part.start == 0 { 0 } else { memchr_iter(b' ', own.as_bytes()).find(splits)? };
        let end = if part.end == text.len() { own.len() } else { memrchr_iter(b' ', own.as_bytes()).find(splits)? };
        (start < end).then_some(part.start + start..part.start + end)
    }
}

/// The id that begins at a byte, given where ids end.
fn id_at(ends: &[usize], byte: usize) -> Option<usize> {
    match byte {
        0 => Some(0),
        _ => ends.binary_search(&byte).ok().map(|id| id + 1),
    }
}
