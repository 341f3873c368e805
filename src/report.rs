//! One self-contained HTML page from plain data: facts, charts, examples. No network, no other file.
//!
//! Owns how a report looks and reads, in light and dark, on a phone, on paper and aloud. Must not know what the numbers
//! mean or where they come from: whoever has a [`Page`] can show it.

mod chart;
mod escape;
mod example;
mod number;
mod page;

pub use chart::{Bar, Chart, Expected, Scale, poisson};
pub use escape::escape;
pub use example::{Example, Mark, Piece, Row};
pub use number::{count, counted, decimal, percent};
pub use page::{Fact, Group, Level, Notice, Page};
