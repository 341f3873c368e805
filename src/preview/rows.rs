//! A trace as an example of the page: the clean text in one row, the result in the other, noise marked in both.

use anyhow::Result;

use super::pieces::Pieces;
use super::trace::{Fate, Loss, Trace};
use super::words;
use crate::noise::Recipe;
use crate::pipeline::Corrupter;
use crate::report::{Example, Mark, Piece, Row};
use crate::window::Window;

/// Ids shown of each row.
const SHOWN_IDS: usize = 600;

/// What stands before an id: the sign of a rotation, the number of a sentence.
type Signs = (bool, Option<Option<usize>>);

/// Runs the recipe on a window and shows what became of it.
pub fn example(corrupter: &Corrupter, recipe: &Recipe, window: &Window, copy: u32) -> Result<Example> {
    let trace = Trace::run(corrupter, recipe, window, copy)?;
    let mut tags = vec![format!("window {}", window.ordinal)];
    if corrupter.copies > 1 {
        tags.push(format!("copy {copy}"));
    }
    tags.push(format!("{} tokens before, {} after", window.body.len(), trace.now.len()));
    tags.extend(recipe.steps.iter().zip(&trace.seen).map(|(step, seen)| words::counts(&step.noise, seen)));
    if trace.anew {
        tags.push("sentences were encoded together in their new order".to_string());
    }
    Ok(Example {
        place: window.document().place().to_string(),
        tags,
        is_faulty: false,
        rows: vec![before(&trace, window, corrupter)?, after(&trace, corrupter)?],
    })
}

fn before(trace: &Trace, window: &Window, corrupter: &Corrupter) -> Result<Row> {
    let marks: Vec<Mark> = trace.lost.iter().map(|&loss| lost_mark(loss)).collect();
    let numbered = !trace.moved.is_empty();
    let signs = |at: usize| {
        let sentence = trace.sentences.iter().find(|(start, _)| numbered && *start == at);
        (trace.rotated_to == Some(at), sentence.map(|(_, number)| Some(*number)))
    };
    row("before", window.body, &marks, signs, corrupter)
}

fn after(trace: &Trace, corrupter: &Corrupter) -> Result<Row> {
    let marks: Vec<Mark> = trace.now.iter().map(|now| fate_mark(now.fate)).collect();
    let sentences = if trace.moved.is_empty() { Vec::new() } else { trace.sentences_now() };
    let signs = |at: usize| {
        let cut = at > 0 && trace.now[at].wrapped && !trace.now[at - 1].wrapped;
        (cut, sentences.iter().find(|(start, _)| *start == at).map(|(_, number)| *number))
    };
    row("after", &trace.noised.ids, &marks, signs, corrupter)
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

fn lost_mark(loss: Loss) -> Mark {
    match loss {
        Loss::None => Mark::Plain,
        Loss::Kept => Mark::Kept,
        Loss::Hidden | Loss::Deleted => Mark::Gone,
    }
}

fn fate_mark(fate: Fate) -> Mark {
    match fate {
        Fate::Untouched | Fate::Anew => Mark::Plain,
        Fate::Kept => Mark::Kept,
        Fate::Mask => Mark::Hidden,
        Fate::Random => Mark::Changed,
        Fate::Inserted => Mark::Inserted,
    }
}
