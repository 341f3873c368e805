//! What one step of a recipe drew for one example.

use super::{Body, Edit};

/// How far one sentence moved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Move {
    /// How many sentences were put in order.
    pub among: u32,
    /// How many places lie between where it stood and where it stands.
    pub places: u32,
}

/// Where a rotated body begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Start {
    /// The token.
    pub token: usize,
    /// The place that was drawn.
    pub place: usize,
    /// Of how many.
    pub places: usize,
}

/// What one step drew for one example. What a noise does not do stays empty.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Drawn {
    /// Whether it was the step's turn (`@probability`).
    pub applied: bool,
    /// Units that could be chosen.
    pub units: u64,
    /// Units chosen: masked, deleted, hidden, moved.
    pub chosen: u64,
    /// The share of units that was to be chosen, where each example draws its own.
    pub ratio: Option<f64>,
    /// Tokens written, or kept though chosen, by [`Edit`].
    pub edits: [u64; 4],
    /// Lengths of the spans that were laid, in units and in order; a zero-length one is an insertion.
    pub spans: Vec<u32>,
    /// Whether the window had too few tokens for the noise.
    pub too_short: bool,
    /// Whether a span was cut so that the ratio is met.
    pub trimmed: bool,
    /// Insertions left out for lack of room.
    pub dropped_insertions: u64,
    /// Orders or cuts drawn again because the text then needed more ids than there is room for.
    pub redraws: u64,
    /// Of the files chosen, those whose suffix comes before the prefix.
    pub suffix_first: u64,
    /// Characters of the middles of these files, and of the files.
    pub middle: [u64; 2],
    /// Sentence by sentence.
    pub moves: Vec<Move>,
    /// Where a rotation begins.
    pub start: Option<Start>,
}

impl Drawn {
    /// Nothing drawn yet; keeps the buffers.
    pub fn clear(&mut self) {
        let (mut spans, mut moves) = (std::mem::take(&mut self.spans), std::mem::take(&mut self.moves));
        spans.clear();
        moves.clear();
        *self = Drawn { spans, moves, ..Drawn::default() };
    }

    /// Zero-length spans.
    pub fn insertions(&self) -> u64 {
        self.spans.iter().filter(|&&length| length == 0).count() as u64
    }

    /// Tokens written with this edit.
    pub fn edited(&self, edit: Edit) -> u64 {
        self.edits[edit as usize]
    }
}

/// A window under noise: the body, and what each step of its recipe drew.
#[derive(Clone, Debug, Default)]
pub struct Corrupted {
    /// The corrupted ids and what each stands for.
    pub body: Body,
    /// By step.
    pub drawn: Vec<Drawn>,
}
