//! Examples for people: a window's text before and after, what noise did marked, and what was drawn.
//!
//! A pure function of window, recipe and page. What happened is read from origins (`trace`), texts are decoded
//! stretch by stretch (`pieces`), laid side by side (`cells`) and wrapped (`page`). Must not know where windows come
//! from or where the lines go.
//!
//! Right-to-left text is printed in the order in which it is read, and never aligned in columns: a terminal that knows such
//! scripts turns each line round by itself, brackets included, and padding inside it would tear the columns apart.

mod cells;
mod mark;
mod page;
mod pieces;
mod rows;
mod trace;
mod words;

pub use rows::example;

use anyhow::Result;

use crate::noise::TokenState;
use crate::pipeline::{Corrupter, Example};
use cells::Cells;
use mark::{Mark, Marks, printable};
use page::Page;
use pieces::Pieces;
use trace::Trace;

/// Renders examples.
pub struct Preview<'p> {
    corrupter: &'p Corrupter,
    page: Page,
}

impl<'p> Preview<'p> {
    /// For a page of so many columns, with colors or without.
    pub fn new(corrupter: &'p Corrupter, width: usize, color: bool) -> Self {
        Preview { corrupter, page: Page { width, marks: Marks { color } } }
    }

    /// What the marks mean.
    pub fn legend(&self) -> String {
        let mask = self.corrupter.tokenizer.vocabulary().surface(self.corrupter.mask).unwrap_or("mask");
        let mut out = String::new();
        let effects = self.corrupter.mix.steps().flat_map(|step| step.noise.effects());
        self.page.words(&words::legend(effects, self.page.marks, &printable(mask)), &mut out);
        out
    }

    /// One example.
    pub fn example(&self, example: &Example) -> Result<String> {
        let trace = Trace::of(example);
        let before = Pieces::of(example.window.body, &self.corrupter.tokenizer)?;
        let after = Pieces::of(&example.made.body.ids, &self.corrupter.tokenizer)?;
        let cells = Cells {
            trace: &trace,
            before: &before,
            after: &after,
            marks: self.page.marks,
            widest: (self.page.room() / 2).max(8),
        };
        let mut text = self.heading(example);
        if trace.keeps_order() && !is_right_to_left(before.whole()) && !is_right_to_left(after.whole()) {
            self.page.aligned(cells.aligned(), &mut text);
        } else {
            self.page.apart(cells.before_alone(), cells.after_alone(), &mut text);
        }
        for line in counts(example, &trace) {
            self.page.text(&line, Mark::Aside, &mut text);
        }
        Ok(text)
    }

    fn heading(&self, example: &Example) -> String {
        let place = example.window.document().place();
        let heading = format!("{place}  window {}  copy {}", example.window.ordinal, example.key.copy);
        let mut out = String::new();
        self.page.text(&printable(&heading), Mark::Heading, &mut out);
        out
    }
}

/// What was drawn, and how many tokens came of it.
fn counts(example: &Example, trace: &Trace) -> Vec<String> {
    let steps = example.objective.steps.iter().zip(&example.made.drawn);
    let mut lines: Vec<String> = steps.map(|(step, drawn)| words::counts(step, drawn)).collect();
    if trace.states.contains(&TokenState::Partly) {
        lines.push(ENCODED_ANEW.to_string());
    }
    lines.push(format!("tokens: {} before, {} after", example.window.body.len(), trace.now.len()));
    lines
}

const ENCODED_ANEW: &str =
    "sentences were encoded together in their new order; what happened to them then is marked after, not before";

/// Whether a text holds letters that are written from right to left: Hebrew, Arabic, Syriac, Thaana, N'Ko and their kin.
fn is_right_to_left(text: &str) -> bool {
    text.chars().any(|c| {
        matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}' | '\u{10800}'..='\u{10fff}'
            | '\u{1e800}'..='\u{1efff}')
    })
}
