//! Looking at records already written: what breaks their promises, what they count, what noise they look like.
//!
//! Owns the reading of records and everything that can be said of them from ids alone. Must not know how it is shown: that
//! is the command's and [`crate::report`]'s. Other tools' records are as welcome as ours.
//!
//! ```text
//! lines ─parse─▶ Record ─check─▶ Findings
//!                       ─tally─▶ Tally ──┐
//!                       ─look──▶ Looks ──┴─guess─▶ Guess
//! ```

mod check;
mod duplicates;
mod example;
mod finding;
mod guess;
mod look;
mod origins;
mod parse;
mod record;
mod scan;
mod spread;
mod tally;
mod tokens;

pub use duplicates::Duplicates;
pub use example::{Decoder, Kept};
pub use finding::{Findings, Group, Kind};
pub use guess::{Guess, Unit};
pub use look::{BINS, Looks, WHOLE};
pub use scan::{Outcome, Scan};
pub use spread::Spread;
pub use tally::{Chosen, Tally};
pub use tokens::Tokens;
