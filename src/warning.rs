//! Every warning the tool can give, and the summary's words.

use std::fmt;

/// Something the user should know, though the run goes on.
#[derive(Clone, Debug, PartialEq)]
pub enum Warning {
    /// Nothing but white space came in.
    NoRecords,
    /// No line of the records holds anything.
    NothingToInspect,
    /// A document was passed over.
    Skipped(String),
    /// The fast engine refused the tokenizer.
    SlowEngine(String),
    /// Insertions left out and orders drawn again for lack of room.
    NoRoom(u64),
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Warning::NoRecords => f.write_str("the input holds no text, so there are no records (check the input)"),
            Warning::NothingToInspect => f.write_str("the input is empty, so there are no records (check the input)"),
            Warning::Skipped(fault) => write!(f, "skipped {fault}"),
            Warning::SlowEngine(reason) => write!(
                f,
                "the tokenizer runs on the slower engine, the ids are the same (the fast one says: {})",
                reason.lines().next().unwrap_or("")
            ),
            Warning::NoRoom(times) => write!(
                f,
                "noise did not fit the length {times} times: insertions were left out or orders drawn again (a larger --max-length gives room)"
            ),
        }
    }
}
