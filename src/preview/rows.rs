//! An example of a run as one of the page: the clean text in one row, the result in the other, noise marked in both.

use anyhow::Result;

use super::cells::numbered;
use super::pieces::Pieces;
use super::trace::{Fate, Trace};
use crate::noise::TokenState;
use crate::pipeline::{Corrupter, Example};
use crate::report::{self, Mark, Piece, Row};

/// Ids shown of each row.
const SHOWN_IDS: usize = 600;

/// What stands before an id: the sign of a rotation, the number of a sentence.
type Signs = (bool, Option<Option<usize>>);

/// What became of a window, for the page.
pub fn example(corrupter: &Corrupter, example: &Example) -> Result<report::Example> {
    let trace = Trace::of(example);
    let mut tags = vec![format!("window {}", example.window.ordinal)];
    if corrupter.copies.len() > 1 {
        tags.push(format!("copy {}", example.key.copy));
    }
    tags.extend(super::counts(example, &trace));
    Ok(report::Example {
        place: example.window.document().place().to_string(),
        tags,
        is_faulty: false,
        rows: vec![before(&trace, example.window.body, corrupter)?, after(&trace, &example.made.body.ids, corrupter)?],
    })
}

fn before(trace: &Trace, clean: &[u32], corrupter: &Corrupter) -> Result<Row> {
    let marks: Vec<Mark> = trace.states.iter().map(|&state| lost_mark(state)).collect();
    let numbered_from = if trace.moved.is_empty() { &[][..] } else { &trace.sentences };
    let signs = |at: usize| (trace.rotated_to == Some(at), numbered(numbered_from, at).map(Some));
    row("before", clean, &marks, signs, corrupter)
}

fn after(trace: &Trace, ids: &[u32], corrupter: &Corrupter) -> Result<Row> {
    let marks: Vec<Mark> = trace.now.iter().map(|now| fate_mark(now.fate)).collect();
    let sentences = if trace.moved.is_empty() { Vec::new() } else { trace.sentences_now() };
    let signs = |at: usize| {
        let cut = at > 0 && trace.now[at].wrapped && !trace.now[at - 1].wrapped;
        (cut, numbered(&sentences, at))
    };
    row("after", ids, &marks, signs, corrupter)
}

/// Ids as pieces of text, as many as are shown.
fn row(name: &str, ids: &[u32], marks: &[Mark], signs: impl Fn(usize) -> Signs, corrupter: &Corrupter) -> Result<Row> {
    let shown = &ids[..ids.len().min(SHOWN_IDS)];
    let texts = Pieces::of(shown, &corrupter.tokenizer)?;
    let (mut pieces, mut at) = (Vec::new(), 0);
    while at < shown.len() {
        let (cut, number) = signs(at);
        // Masks stay apart: each stands for something of its own.
        let alone = matches!(marks[at], Mark::Hidden | Mark::Inserted);
        let same = |next: &usize| !alone && marks[*next] == marks[at] && signs(*next) == (false, None);
        let end = (at + 1..shown.len()).take_while(same).last().map_or(at + 1, |last| last + 1);
        let text = texts.text(at..end);
        // White space that opens the text stands before the signs.
        let words = text.trim_start_matches(' ');
        if (cut || number.is_some()) && words.len() < text.len() {
            pieces.push(Piece::new(&text[..text.len() - words.len()], Mark::Plain));
        }
        if cut {
            pieces.push(Piece::new("\u{250a}", Mark::Seam));
        }
        if let Some(number) = number {
            pieces.push(Piece::new(number.map_or("?".to_string(), |number| number.to_string()), Mark::Number));
        }
        let text = if cut || number.is_some() { words } else { &text };
        pieces.push(Piece::new(if text.is_empty() { "\u{2423}" } else { text }, marks[at]));
        at = end;
    }
    if ids.len() > shown.len() {
        pieces.push(Piece::new(format!(" … {} more", ids.len() - shown.len()), Mark::Template));
    }
    Ok(Row { name: name.to_string(), pieces })
}

fn lost_mark(state: TokenState) -> Mark {
    match state {
        TokenState::Kept | TokenState::Partly => Mark::Plain,
        TokenState::Chosen => Mark::Kept,
        TokenState::Hidden | TokenState::Deleted => Mark::Gone,
    }
}

fn fate_mark(fate: Fate) -> Mark {
    match fate {
        Fate::Untouched => Mark::Plain,
        Fate::Kept => Mark::Kept,
        Fate::Mask => Mark::Hidden,
        Fate::Random => Mark::Changed,
        Fate::Inserted => Mark::Inserted,
    }
}
