//! What people look at: numbers, distributions and marked texts as plain data, and three ways to show them.
//!
//! `corrupt --preview`, `corrupt --report` and `inspect` fill a [`View`], or a part of one; the terminal, HTML and JSON
//! renderers show it. Numbers come from `Stats` and `Figure`s, marks from the
//! origins of a [`Body`](crate::noise::Body). Must not know where records come from.
//!
//! ```text
//! Stats, Figures ─facts─▶ Groups, Distributions ─chart─▶ ┐
//! clean ids, Body ─trace─▶ Marks ─marked─▶ MarkedText ───┴▶ View ─▶ terminal, html, json
//! ```

mod chart;
pub mod facts;
pub mod html;
pub mod json;
mod mark;
mod marked;
mod number;
mod pieces;
mod spread;
mod strip;
pub mod terminal;
mod trace;

pub use mark::{Mark, legend, marks_of};
pub use marked::{MarkedPiece, MarkedText, Pair, rest};
pub use number::{count, count_of, counted, decimal, percent, share};
pub use pieces::Pieces;
pub use spread::Spread;
pub use strip::Strip;
pub use trace::Corruption;

use crate::figure::Distribution;

/// One look at a run or at records.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// Its heading.
    pub title: String,
    /// One line under it: what was looked at.
    pub lead: String,
    /// What should be read before anything else.
    pub notices: Vec<Notice>,
    /// Numbers.
    pub groups: Vec<Group>,
    /// Each is shown as a chart.
    pub distributions: Vec<Distribution>,
    /// Texts.
    pub examples: Vec<ExampleView>,
    /// What it was made with, after everything else.
    pub settings: Group,
    /// Last line: what made it.
    pub foot: String,
}

/// Numbers that belong together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// Over them.
    pub title: String,
    /// The numbers.
    pub facts: Vec<Fact>,
}

/// A number and its name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fact {
    /// What it is.
    pub name: String,
    /// As it is shown.
    pub value: String,
    /// Smaller, behind it.
    pub note: String,
    /// What was asked for, where something was.
    pub target: Option<FactTarget>,
}

/// What a number was to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactTarget {
    /// As it is shown.
    pub value: String,
    /// How the number compares.
    pub verdict: &'static str,
    /// Whether it is near enough.
    pub is_met: bool,
}

impl Fact {
    /// A fact without a note.
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Fact { name: name.into(), value: value.into(), ..Fact::default() }
    }

    /// With one.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }
}

/// How much a notice matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// All is well.
    Good,
    /// Worth a look.
    Note,
    /// Something is broken.
    Bad,
}

impl Level {
    /// In one word.
    pub fn word(self) -> &'static str {
        match self {
            Level::Good => "valid",
            Level::Note => "note",
            Level::Bad => "broken",
        }
    }
}

/// A line that stands out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// How much it matters.
    pub level: Level,
    /// What it says.
    pub text: String,
    /// Smaller, behind it: places, details.
    pub note: String,
}

impl Notice {
    /// Something worth a look.
    pub fn note(text: impl Into<String>, note: impl Into<String>) -> Notice {
        Notice { level: Level::Note, text: text.into(), note: note.into() }
    }
}

/// A record before and after noise.
#[derive(Clone, Debug, PartialEq)]
pub struct ExampleView {
    /// `book.txt:17`.
    pub place: String,
    /// A few words each, behind the place: `window 0`.
    pub heading: Vec<String>,
    /// Names of the clean side and the corrupted one.
    pub sides: [&'static str; 2],
    /// Both sides.
    pub text: MarkedText,
    /// Both sides token by token, where it is known what became of each.
    pub strip: Option<Strip>,
    /// Below the text: what was drawn, what is wrong with it.
    pub remarks: Vec<String>,
    /// Whether it is there because something is wrong with it.
    pub is_faulty: bool,
}
