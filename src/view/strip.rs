//! A text as a strip of tokens on either side, and where its parts went: the whole of an example at a glance.

use std::ops::Range;

use super::trace::Trace;
use super::{Corruption, Mark};

/// Both sides of a text, token by token.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Strip {
    /// Marks of the clean tokens and of those of the result, as stretches of one mark.
    pub sides: [Vec<(Range<usize>, Mark)>; 2],
    /// Tokens that moved together: where they stood, and where they stand.
    pub moves: Vec<[Range<usize>; 2]>,
}

impl Strip {
    /// Of a corruption.
    pub fn of(corruption: &Corruption) -> Strip {
        let trace = Trace::of(corruption);
        let ends = [trace.before.len(), trace.after.len()];
        Strip { sides: [stretches(&trace.before), stretches(&trace.after)], moves: moves(&trace, ends) }
    }

    /// Tokens on each side.
    pub fn lengths(&self) -> [usize; 2] {
        [0, 1].map(|side| self.sides[side].last().map_or(0, |(tokens, _)| tokens.end))
    }
}

fn stretches(marks: &[Mark]) -> Vec<(Range<usize>, Mark)> {
    let mut at = 0;
    let stretch = |same: &[Mark]| {
        at += same.len();
        (at - same.len()..at, same[0])
    };
    marks.chunk_by(|one, other| one == other).map(stretch).collect()
}

/// Sentences that changed places, or the two parts of a rotated text.
fn moves(trace: &Trace, ends: [usize; 2]) -> Vec<[Range<usize>; 2]> {
    if let [Some(before), Some(after)] = trace.cuts {
        return vec![[before..ends[0], 0..after], [0..before, after..ends[1]]];
    }
    let place = |side: usize, at: usize| {
        let next = trace.sentences[side].get(at + 1).map_or(ends[side], |(start, _)| *start);
        trace.sentences[side][at].0..next
    };
    let moved = trace.sentences[1].iter().enumerate().filter_map(|(after, (_, number))| {
        // Clean sentences are numbered in their order.
        let before = trace.sentences[0].binary_search_by_key(number, |(_, number)| *number).ok()?;
        Some([place(0, before), place(1, after)])
    });
    moved.filter(|[before, after]| !before.is_empty() && !after.is_empty()).collect()
}
