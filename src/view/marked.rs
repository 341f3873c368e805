//! A text before and after noise, in marked pieces.
//!
//! Where the order of the tokens is kept, pieces come in pairs that a page can align. Where it is not, each side is a row of
//! its own, and numbers of sentences and the sign of the rotation lead from one to the other.

use std::ops::Range;

use anyhow::Result;

use super::mark::ROTATION;
use super::trace::Trace;
use super::{Corruption, Mark, Pieces};
use crate::tokenizer::Tokenizer;

/// Some text with one mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarkedPiece {
    /// The text, as it was decoded.
    pub text: String,
    /// What happened to it.
    pub mark: Mark,
}

impl MarkedPiece {
    /// A piece.
    pub fn new(text: impl Into<String>, mark: Mark) -> Self {
        MarkedPiece { text: text.into(), mark }
    }
}

/// What stands in one place: of the clean text, and of the result.
pub type Pair = [MarkedPiece; 2];

/// Both sides of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MarkedText {
    /// In one order, so that each place stands beside its other side.
    Aligned(Vec<Pair>),
    /// Each by itself.
    Apart([Vec<MarkedPiece>; 2]),
}

impl MarkedText {
    /// What became of a text, as far as `limit` ids of each side.
    pub fn of(corruption: &Corruption, tokenizer: &Tokenizer, limit: usize) -> Result<MarkedText> {
        let trace = Trace::of(corruption);
        let (clean, ids) = (corruption.clean, corruption.body.ids.as_slice());
        let texts = [head(clean, limit), head(ids, limit)].map(|ids| Pieces::of(ids, tokenizer));
        let [before, after] = texts;
        let builder = Builder { trace: &trace, texts: [before?, after?] };
        let mut text = match trace.keeps_order() {
            true => MarkedText::Aligned(builder.aligned(limit)),
            false => MarkedText::Apart([builder.side(0, limit), builder.side(1, limit)]),
        };
        text.surround([MarkedPiece::NONE, MarkedPiece::NONE], [clean, ids].map(|ids| rest(ids.len(), limit)));
        Ok(text)
    }

    /// Puts a piece before and after each side.
    pub fn surround(&mut self, first: Pair, last: Pair) {
        match self {
            MarkedText::Aligned(pairs) => {
                pairs.insert(0, first);
                pairs.push(last);
                pairs.retain(|pair| pair.iter().any(|piece| !piece.text.is_empty()));
            }
            MarkedText::Apart(sides) => {
                for ((side, first), last) in sides.iter_mut().zip(first).zip(last) {
                    side.insert(0, first);
                    side.push(last);
                    side.retain(|piece| !piece.text.is_empty());
                }
            }
        }
    }

    /// The pieces of one side: 0 is the clean one.
    pub fn side(&self, which: usize) -> Vec<&MarkedPiece> {
        match self {
            MarkedText::Aligned(pairs) => {
                pairs.iter().map(|pair| &pair[which]).filter(|piece| !piece.text.is_empty()).collect()
            }
            MarkedText::Apart(sides) => sides[which].iter().collect(),
        }
    }

    /// The marks that occur, in the order of their kind.
    pub fn marks(&self) -> Vec<Mark> {
        let mut marks: Vec<Mark> = (0..2).flat_map(|which| self.side(which)).map(|piece| piece.mark).collect();
        marks.sort_unstable();
        marks.dedup();
        marks
    }
}

impl MarkedPiece {
    /// Nothing.
    pub const NONE: MarkedPiece = MarkedPiece { text: String::new(), mark: Mark::Plain };
}

fn head(ids: &[u32], limit: usize) -> &[u32] {
    &ids[..ids.len().min(limit)]
}

/// Says how many ids are left out.
pub fn rest(len: usize, limit: usize) -> MarkedPiece {
    match len.saturating_sub(limit) {
        0 => MarkedPiece::NONE,
        more => MarkedPiece::new(format!(" … {more} more"), Mark::Template),
    }
}

/// Ids of one side with one mark.
type Stretch = (Range<usize>, Mark);

struct Builder<'b> {
    trace: &'b Trace<'b>,
    texts: [Pieces; 2],
}

impl Builder<'_> {
    fn aligned(&self, limit: usize) -> Vec<Pair> {
        let mut pairs = Vec::new();
        for stretches in self.paired_stretches(limit) {
            let marks = [stretches[0].1, stretches[1].1];
            let texts = [0, 1].map(|side| self.texts[side].text(stretches[side].0.clone()));
            let words = [0, 1].map(|side| split_white(&texts[side], marks[side]));
            let white = words.map(|(white, _)| MarkedPiece::new(white, Mark::Plain));
            pairs.push(white);
            pairs.push([0, 1].map(|side| MarkedPiece::new(words[side].1, marks[side])));
        }
        pairs.retain(|pair| pair.iter().any(|piece| !piece.text.is_empty()));
        pairs
    }

    /// Stretches of both sides that belong together, as long as their marks stay the same.
    fn paired_stretches(&self, limit: usize) -> Vec<[Stretch; 2]> {
        let (trace, mut pairs) = (self.trace, Vec::<[Stretch; 2]>::new());
        let mut add = |clean: Stretch, now: Stretch| match pairs.last_mut() {
            Some(last) if last[0].1 == clean.1 && last[1].1 == now.1 => {
                last[0].0.end = clean.0.end;
                last[1].0.end = now.0.end;
            }
            _ => pairs.push([clean, now]),
        };
        let (mut from, mut written) = (0, 0);
        for at in 0..=trace.after.len() {
            let clean = if at == trace.after.len() { Some(trace.before.len()) } else { trace.position(at) };
            let Some(clean) = clean else { continue };
            // What was written, up to its last stretch, has nothing above it: that stands for all that is lost here.
            let mut lost = stretches(from..clean, &trace.before).into_iter();
            let mut put = stretches(written..at, &trace.after);
            let last = put.pop();
            put.into_iter().for_each(|put| add((from..from, Mark::Hidden), put));
            match (lost.next(), last) {
                (None, None) => {}
                (first, last) => {
                    let nothing = |at: usize| (at..at, Mark::Hidden);
                    add(first.unwrap_or(nothing(from)), last.unwrap_or(nothing(written)));
                }
            }
            lost.for_each(|lost| add(lost, (at..at, Mark::Hidden)));
            if at < trace.after.len() {
                add((clean..clean + 1, trace.before[clean]), (at..at + 1, trace.after[at]));
            }
            (from, written) = (clean + 1, at + 1);
            if from > limit || written > limit {
                break;
            }
        }
        let clip = |(ids, mark): Stretch| (ids.start.min(limit)..ids.end.min(limit), mark);
        pairs.into_iter().map(|pair| pair.map(clip)).collect()
    }

    /// One side alone, with the signs that lead to the other.
    fn side(&self, side: usize, limit: usize) -> Vec<MarkedPiece> {
        let marks = [&self.trace.before, &self.trace.after][side];
        let mut numbers = self.trace.sentences[side].iter().peekable();
        let mut pieces: Vec<MarkedPiece> = Vec::new();
        let (mut at, end) = (0, marks.len().min(limit));
        while at < end {
            let mut signs = Vec::new();
            let is_cut = |at: usize| at > 0 && self.trace.cuts[side] == Some(at);
            if is_cut(at) {
                signs.push(MarkedPiece::new(ROTATION, Mark::Rotation));
            }
            // Of sentences that begin in one place all but the last are empty.
            while let Some((_, number)) = numbers.next_if(|(start, _)| *start <= at) {
                signs.truncate(usize::from(is_cut(at)));
                signs.push(self.number(*number));
            }
            let goes_on = |next: &usize| marks[*next] == marks[at] && !is_cut(*next);
            let next_sentence = numbers.peek().map_or(end, |(start, _)| end.min(*start));
            let next = (at + 1..next_sentence).take_while(goes_on).last().map_or(at, |last| last) + 1;
            let text = self.texts[side].text(at..next);
            // The white space that opens a sentence stands before its number.
            let (white, words) = match signs.is_empty() || marks[at] != Mark::Plain {
                true => split_white(&text, marks[at]),
                false => text.split_at(text.len() - text.trim_start().len()),
            };
            pieces.push(MarkedPiece::new(white, Mark::Plain));
            pieces.append(&mut signs);
            pieces.push(MarkedPiece::new(words, marks[at]));
            at = next;
        }
        pieces.retain(|piece| !piece.text.is_empty());
        pieces
    }

    /// The number of a sentence, `?` where its tokens do not tell.
    fn number(&self, number: Option<usize>) -> MarkedPiece {
        let moved = number.is_none_or(|number| self.trace.moved.binary_search(&number).is_ok());
        let mark = if moved { Mark::Moved } else { Mark::InPlace };
        MarkedPiece::new(number.map_or("?".to_string(), |number| number.to_string()), mark)
    }
}

/// A range in stretches of one mark.
fn stretches(range: Range<usize>, marks: &[Mark]) -> Vec<Stretch> {
    let mut stretches: Vec<Stretch> = Vec::new();
    for at in range {
        match stretches.last_mut() {
            Some((ids, last)) if *last == marks[at] => ids.end = at + 1,
            _ => stretches.push((at..at + 1, marks[at])),
        }
    }
    stretches
}

/// White space before marked text stays outside its mark; text of nothing else is shown by a sign.
fn split_white(text: &str, mark: Mark) -> (&str, &str) {
    match text.trim_start() {
        _ if mark == Mark::Plain => ("", text),
        "" if !text.is_empty() => ("", "␣"),
        words => text.split_at(text.len() - words.len()),
    }
}
