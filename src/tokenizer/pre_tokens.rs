//! Pre-tokens of a long text found in one go, so that any of its parts can be encoded without looking for them again.

use std::ops::Range;

use tokenizers::pipeline::Span;

/// The pre-tokens of one text, ascending.
#[derive(Default)]
pub struct PreTokens {
    pub spans: Vec<Span>,
    /// Where the last part ended; the next one usually begins there.
    at: usize,
}

impl PreTokens {
    /// Forgets the pre-tokens of the text before.
    pub fn clear(&mut self) {
        self.spans.clear();
        self.at = 0;
    }

    /// The pre-tokens that begin in a part of the text.
    pub fn beginning_in(&mut self, part: &Range<usize>) -> Range<usize> {
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
    pub fn is_cut(&self, next: usize, offset: usize) -> bool {
        next > 0 && self.spans[next - 1].end as usize > offset
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
        let mut pre_tokens = pre_tokens(&(0..100).map(|at| (2 * at, 2 * at + 2)).collect::<Vec<_>>());
        for (start, end) in [(0, 10), (10, 12), (150, 200), (3, 5), (3, 3), (199, 300), (0, 200), (60, 70)] {
            let expected = usize::div_ceil(start, 2).min(100)..usize::div_ceil(end, 2).min(100);
            assert_eq!(pre_tokens.beginning_in(&(start..end)), expected, "{start}..{end}");
        }
        pre_tokens.clear();
        assert_eq!(pre_tokens.beginning_in(&(0..7)), 0..0);
    }

    #[test]
    fn a_place_inside_a_pre_token_is_told_from_one_between_two() {
        let pre_tokens = pre_tokens(&[(0, 3), (4, 8)]);
        assert!(!pre_tokens.is_cut(0, 0) && !pre_tokens.is_cut(1, 3) && !pre_tokens.is_cut(1, 4));
        assert!(pre_tokens.is_cut(2, 5));
    }
}
