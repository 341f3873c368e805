//! Pre-tokens of a long text found in one go, so that any of its parts can be encoded without looking for them again.
//!
//! A call of the pre-tokenizer costs by itself as much as a sentence of text. Where a part begins or ends inside a
//! pre-token of the whole, the piece up to the next joint goes to the engine as a text of its own.

use std::ops::Range;

use anyhow::Result;
use tokenizers::pipeline::Span;

use super::Encoder;

/// A longer text is not pre-tokenized ahead: its pre-tokens would take more memory than it does.
const LONGEST_BYTES: usize = 1 << 20;

/// The pre-tokens of one text, ascending.
#[derive(Default)]
pub struct PreTokens {
    spans: Vec<Span>,
    /// Where the last part ended; the next one mostly begins there.
    at: usize,
}

impl PreTokens {
    /// The pre-tokens that begin in a part of the text.
    fn beginning_in(&mut self, part: &Range<usize>) -> Range<usize> {
        let first = self.seek(self.at, part.start);
        self.at = self.seek(first, part.end);
        first..self.at
    }

    /// The first pre-token that begins at `offset` or after it, looked for in growing steps from one near it.
    fn seek(&self, from: usize, offset: usize) -> usize {
        let before = |span: &Span| (span.start as usize) < offset;
        if from > 0 && !before(&self.spans[from - 1]) {
            return self.spans[..from].partition_point(before);
        }
        let (mut low, mut step) = (from, 1);
        while self.spans.get(low + step - 1).is_some_and(before) {
            low += step;
            step *= 2;
        }
        let high = (low + step).min(self.spans.len());
        low + self.spans[low..high].partition_point(before)
    }

    /// Whether a pre-token lies across the place before which the pre-token `next` is the first to begin.
    fn is_cut(&self, next: usize, offset: usize) -> bool {
        next > 0 && self.spans[next - 1].end as usize > offset
    }
}

impl Encoder<'_> {
    /// Finds the pre-tokens of a text whose parts are to be encoded, where the engine lends itself to that.
    pub fn look_ahead(&mut self, text: &str) -> Option<PreTokens> {
        if text.len() > LONGEST_BYTES || !self.tokenizer.joints.are_pre_token_edges() {
            return None;
        }
        let mut spans = Vec::with_capacity(text.len() / 3);
        let found = self.tokenizer.engine.pre_tokenize(text, &mut self.state.engine, &mut spans);
        // What fails here will fail again, and be told, when the part at fault is encoded.
        found.ok().filter(|&found| found).map(|_| PreTokens { spans, at: 0 })
    }

    /// Appends the ids of a part of the text that `ahead` was made of. The part begins the text, follows white space or
    /// begins at a joint, and ends likewise; `opening` says that it stands on its own and does not go on after a joint.
    pub fn encode_part(
        &mut self,
        text: &str,
        part: Range<usize>,
        opening: bool,
        ahead: Option<&mut PreTokens>,
        ids: &mut Vec<u32>,
    ) -> Result<()> {
        let Some(ahead) = ahead else {
            return self.encode_pieces(&text[part], opening, ids);
        };
        let mut inside = ahead.beginning_in(&part);
        if ahead.is_cut(inside.end, part.end) {
            return self.encode_pieces(&text[part], opening, ids);
        }
        if ahead.is_cut(inside.start, part.start) {
            let begin = |at: &usize| ahead.spans[*at].start as usize;
            let joint = inside.clone().find(|at| self.tokenizer.is_joint(text, begin(at)));
            inside.start = joint.unwrap_or(inside.end);
            self.encode_pieces(&text[part.start..joint.as_ref().map_or(part.end, begin)], opening, ids)?;
        }
        self.tokenizer.engine.encode_pre_tokens(text, &ahead.spans[inside], &mut self.state.engine, ids)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pre_tokens(edges: &[(u32, u32)]) -> PreTokens {
        let spans = edges.iter().map(|&(start, end)| Span { start, end }).collect();
        PreTokens { spans, at: 0 }
    }

    #[test]
    fn pre_tokens_of_a_part_are_found_from_wherever_the_last_part_ended() {
        let mut ahead = pre_tokens(&(0..100).map(|at| (2 * at, 2 * at + 2)).collect::<Vec<_>>());
        for (start, end) in [(0, 10), (10, 12), (150, 200), (3, 5), (3, 3), (199, 300), (0, 200), (60, 70)] {
            let expected = usize::div_ceil(start, 2).min(100)..usize::div_ceil(end, 2).min(100);
            assert_eq!(ahead.beginning_in(&(start..end)), expected, "{start}..{end}");
        }
        assert_eq!(pre_tokens(&[]).beginning_in(&(0..7)), 0..0);
    }

    #[test]
    fn a_place_inside_a_pre_token_is_told_from_one_between_two() {
        let ahead = pre_tokens(&[(0, 3), (4, 8)]);
        assert!(!ahead.is_cut(0, 0) && !ahead.is_cut(1, 3) && !ahead.is_cut(1, 4) && ahead.is_cut(2, 5));
    }
}
