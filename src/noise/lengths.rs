//! Laws of span lengths that have a longest one: a table of 1 to `max`.

use std::fmt;

use crate::rng::{NoiseRng, Table};

/// A law of the lengths 1 to `max`.
#[derive(Clone, Debug)]
pub struct Lengths {
    law: Law,
    weights: Vec<f64>,
    table: Table,
}

/// What the table was made of.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Law {
    Geometric { p: f64 },
    Ngram,
}

impl Lengths {
    /// Geometric with parameter `p`, renormalized over 1..=max (SpanBERT, section 3.1): what lies beyond is not heaped upon the
    /// longest.
    pub fn geometric(p: f64, max: usize) -> Lengths {
        let weights = std::iter::successors(Some(p), |weight| Some(weight * (1.0 - p)));
        Lengths::new(Law::Geometric { p }, weights.take(max).collect())
    }

    /// In proportion to one over the length (ALBERT, section 4.1).
    pub fn ngram(max: usize) -> Lengths {
        Lengths::new(Law::Ngram, (1..=max).map(|length| 1.0 / length as f64).collect())
    }

    fn new(law: Law, mut weights: Vec<f64>) -> Lengths {
        let sum: f64 = weights.iter().sum();
        weights.iter_mut().for_each(|weight| *weight /= sum);
        Lengths { law, table: Table::new(&weights), weights }
    }

    /// A length.
    pub fn draw(&self, rng: &mut NoiseRng) -> usize {
        1 + rng.entry(&self.table)
    }

    /// The mean length.
    pub fn mean(&self) -> f64 {
        self.weights.iter().zip(1..).map(|(weight, length)| weight * f64::from(length)).sum()
    }

    /// How many of so many spans have each length, from 0 on.
    pub fn expected(&self, spans: u64) -> Vec<f64> {
        std::iter::once(0.0).chain(self.weights.iter().map(|weight| weight * spans as f64)).collect()
    }
}

impl fmt::Display for Lengths {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let max = self.weights.len();
        match self.law {
            Law::Geometric { p } => write!(f, "geometric, p {p}, at most {max}"),
            Law::Ngram => write!(f, "1/length, at most {max}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_are_those_of_the_papers() {
        assert!((Lengths::geometric(0.2, 10).mean() - 3.797).abs() < 5e-4);
        assert_eq!(Lengths::geometric(1.0, 10).mean(), 1.0);
        // (1 + 1 + 1) / (1 + 1/2 + 1/3).
        assert!((Lengths::ngram(3).mean() - 18.0 / 11.0).abs() < 1e-12);
    }
}
