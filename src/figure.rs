//! What a run drew beside what its recipe asked for: plain data that every view can show.

use crate::histogram::Histogram;

/// A number, or a distribution, of what was drawn.
#[derive(Clone, Debug, PartialEq)]
pub enum Figure {
    /// How many.
    Count {
        /// Of what.
        name: String,
        /// The number.
        value: u64,
    },
    /// A share of a whole.
    Share {
        /// Of what.
        name: String,
        /// How many.
        part: u64,
        /// Of how many.
        whole: u64,
        /// The share asked for, where the recipe names one.
        expected: Option<f64>,
    },
    /// A mean.
    Mean {
        /// Of what.
        name: String,
        /// The mean.
        value: f64,
        /// The mean asked for, where the recipe names one.
        expected: Option<f64>,
    },
    /// How often each value was drawn.
    Distribution(Distribution),
}

/// How often each value was drawn, beside what was to be expected.
#[derive(Clone, Debug, PartialEq)]
pub struct Distribution {
    /// A few words.
    pub title: String,
    /// One sentence: what is counted, and what to look for.
    pub about: String,
    /// What the values are.
    pub axis: Axis,
    /// Times each value was drawn.
    pub drawn: Histogram,
    /// The law it follows, in words.
    pub law: String,
    /// Times each value was to be expected, from 0 on.
    pub expected: Vec<f64>,
}

/// What the values of a distribution are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Axis {
    /// Whole numbers, such as `words in a span`.
    Values(String),
    /// Equal parts of a whole, such as tenths of a record.
    Parts(String),
}

impl Figure {
    /// A count.
    pub fn count(name: impl Into<String>, value: u64) -> Figure {
        Figure::Count { name: name.into(), value }
    }

    /// A share that the recipe asks for.
    pub fn share(name: impl Into<String>, part: u64, whole: u64, expected: f64) -> Figure {
        Figure::Share { name: name.into(), part, whole, expected: Some(expected) }
    }

    /// A share that the recipe does not name.
    pub fn part(name: impl Into<String>, part: u64, whole: u64) -> Figure {
        Figure::Share { name: name.into(), part, whole, expected: None }
    }
}
