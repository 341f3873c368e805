//! Errors of usage, which exit with 2.

use anyhow::anyhow;

/// An error in what was asked for, not in the data.
#[derive(Debug)]
pub struct Usage(pub anyhow::Error);

impl std::fmt::Display for Usage {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "{:#}", self.0)
    }
}

impl std::error::Error for Usage {}

/// Marks an error as one of usage.
pub fn usage(error: anyhow::Error) -> anyhow::Error {
    anyhow!(Usage(error))
}
