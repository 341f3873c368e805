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

use crate::noise::Recipe;
use crate::pipeline::Corrupter;
use crate::window::Window;
use cells::Cells;
use mark::{Mark, Marks, printable};
use page::Page;
use pieces::Pieces;
use trace::Trace;

/// Renders examples.
pub struct Preview<'p> {
    corrupter: &'p Corrupter,
    recipe: &'p Recipe,
    page: Page,
}

impl<'p> Preview<'p> {
    /// For a page of so many columns, with colours or without.
    pub fn new(corrupter: &'p Corrupter, recipe: &'p Recipe, width: usize, colour: bool) -> Self {
        Preview { corrupter, recipe, page: Page { width, marks: Marks { colour } } }
    }

    /// What the marks mean.
    pub fn legend(&self) -> String {
        let mask = self.corrupter.tokenizer.vocabulary().surface(self.corrupter.mask).unwrap_or("mask");
        let mut out = String::new();
        self.page.words(&words::legend(self.recipe, self.page.marks, &printable(mask)), &mut out);
        out
    }

    /// One example.
    pub fn example(&self, window: &Window, copy: u32) -> Result<String> {
        let trace = Trace::run(self.corrupter, self.recipe, window, copy)?;
        let before = Pieces::of(window.body, &self.corrupter.tokenizer)?;
        let after = Pieces::of(&trace.noised.ids, &self.corrupter.tokenizer)?;
        let cells = Cells {
            trace: &trace,
            before: &before,
            after: &after,
            marks: self.page.marks,
            widest: (self.page.room() / 2).max(8),
        };
        let mut text = self.heading(window, copy);
        if trace.keeps_order() && !is_right_to_left(before.whole()) && !is_right_to_left(after.whole()) {
            self.page.aligned(cells.aligned(), &mut text);
        } else {
            self.page.apart(cells.before_alone(), cells.after_alone(), &mut text);
        }
        self.counts(window, &trace, &mut text);
        Ok(text)
    }

    fn heading(&self, window: &Window, copy: u32) -> String {
        let place = window.document().place();
        let heading = format!("{place}  window {}  copy {copy}", window.ordinal);
        let mut out = String::new();
        self.page.text(&printable(&heading), Mark::Heading, &mut out);
        out
    }

    fn counts(&self, window: &Window, trace: &Trace, out: &mut String) {
        let steps = self.recipe.steps.iter().zip(&trace.seen);
        let steps = steps.map(|(step, seen)| words::counts(&step.noise, seen));
        let anew = trace.anew.then(|| ENCODED_ANEW.to_string());
        let tokens = format!("tokens: {} before, {} after", window.body.len(), trace.now.len());
        for line in steps.chain(anew).chain([tokens]) {
            self.page.text(&line, Mark::Aside, out);
        }
    }
}

const ENCODED_ANEW: &str =
    "sentences had to be encoded together in their new order; what then happened to them is marked after, not before";

/// Whether a text holds letters that are written from right to left: Hebrew, Arabic, Syriac, Thaana, N'Ko and their kin.
fn is_right_to_left(text: &str) -> bool {
    text.chars().any(|c| {
        matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}' | '\u{10800}'..='\u{10fff}'
            | '\u{1e800}'..='\u{1efff}')
    })
}
