//! Records already written: what is invalid, what they count, and what noise did where that is certain.
//!
//! Owns the reading of records and everything that can be said of them from ids alone. Must not know how it is shown: that
//! is the command's and [`crate::view`]'s. Any tool's records will do.
//!
//! ```text
//! lines ─parse─▶ RawRecord ─check─▶ Findings
//!                          ─recover─▶ clean ids, Body ─▶ Stats ─┐
//!                          ─tally─▶ Tally ──────────────────────┴▶ Outcome
//! ```

mod check;
mod duplicates;
mod files;
mod finding;
mod kept;
mod parse;
mod record;
mod recover;
mod scan;
mod tally;
mod tokens;

pub use duplicates::Duplicates;
pub use files::FileFindings;
pub use finding::{FindingGroup, FindingKind};
pub use kept::{RecordViewer, RoundTrip, spread};
pub use recover::Pattern;
pub use scan::{Outcome, Scan};
pub use tokens::Tokens;
