//! Where a document begins in its input.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;

use crate::harmless;

/// Where in its input a document begins, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum At {
    /// Its first line, in formats made of text.
    Line(u64),
    /// Its row, in formats made of columns.
    Row(u64),
}

impl At {
    /// What is counted.
    pub fn unit(self) -> &'static str {
        match self {
            At::Line(_) => "line",
            At::Row(_) => "row",
        }
    }

    /// The count.
    pub fn number(self) -> u64 {
        let (At::Line(number) | At::Row(number)) = self;
        number
    }

    /// The same in a file that this one is a part of, `before` of the same unit before it.
    pub fn after(self, before: u64) -> Self {
        match self {
            At::Line(number) => At::Line(before + number),
            At::Row(number) => At::Row(before + number),
        }
    }
}

/// Where a document begins; displayed as `corpus.txt:17`, whatever is counted, and harmless whatever the name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The input as the user typed it, or `stdin`; data, which may hold any character.
    pub source: Arc<str>,
    /// Where in it.
    pub at: At,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", harmless::line(&self.source), self.at.number())
    }
}
