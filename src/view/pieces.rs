//! Ids to text, id by id, so that any stretch of a body can be shown as it reads in its place.
//!
//! A decoder treats the first id of a call apart (a space less, a `##` more) and can give a character only when its last
//! byte is there. So each id is decoded behind the one before it, and one that ends inside a character waits for the rest.
//! Owns that, and must not know of noise.

use std::ops::Range;

use anyhow::Result;

use crate::tokenizer::Tokenizer;

/// What a decoder gives for bytes that are no character, and what stands where a stretch ends inside one.
const REPLACEMENT: char = '\u{fffd}';
/// An id that does not come out whole after so many more is taken as it is.
const LONGEST_WAIT: usize = 32;

/// The text of some ids; the pieces end to end are the text of all.
#[derive(Debug, Default)]
pub struct Pieces {
    text: String,
    /// By id, where its piece ends.
    ends: Vec<usize>,
    /// By id, whether a character that it begins comes with a later one.
    torn: Vec<bool>,
}

impl Pieces {
    /// Decodes a body, piece by piece.
    pub fn of(ids: &[u32], tokenizer: &Tokenizer) -> Result<Self> {
        let mut pieces = Pieces::default();
        let (mut context, mut known) = (0, String::new());
        for at in 0..ids.len() {
            let next = pieces.ends.len();
            let text = tokenizer.decode(&ids[context..=at])?;
            let whole = text.starts_with(&known) && !text.ends_with(REPLACEMENT);
            if !whole && at + 1 < ids.len() && at - next < LONGEST_WAIT {
                continue;
            }
            let mut told = common(&text, &known);
            for waiting in next..at {
                let partial = tokenizer.decode(&ids[context..=waiting])?;
                let upto =
                    [partial.as_str(), partial.trim_end_matches(REPLACEMENT)].into_iter().find(|p| text.starts_with(p));
                let upto = upto.map_or(0, str::len).max(told);
                pieces.push(&text[told..upto], upto < partial.len());
                told = upto;
            }
            pieces.push(&text[told..], false);
            (context, known) = (next, tokenizer.decode(&ids[next..=at])?);
        }
        Ok(pieces)
    }

    fn push(&mut self, piece: &str, torn: bool) {
        self.text.push_str(piece);
        self.ends.push(self.text.len());
        self.torn.push(torn);
    }

    /// The text of a stretch of ids. A character belongs to the id that completes it; a stretch that ends before that
    /// ends in U+FFFD.
    pub fn text(&self, ids: Range<usize>) -> String {
        let end = |at: usize| at.checked_sub(1).map_or(0, |before| self.ends[before]);
        let mut text = self.text[end(ids.start)..end(ids.end)].to_string();
        if !ids.is_empty() && self.torn[ids.end - 1] {
            text.push(REPLACEMENT);
        }
        text
    }

    /// The text of all ids.
    pub fn whole(&self) -> &str {
        &self.text
    }
}

/// How many bytes two texts begin with together, in whole characters.
fn common(one: &str, other: &str) -> usize {
    one.chars().zip(other.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum()
}
