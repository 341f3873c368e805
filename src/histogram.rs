//! Counts by value, that add up.

use std::ops::AddAssign;

/// Counts by value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Histogram(Vec<u64>);

impl Histogram {
    /// Counts one more of this value.
    pub fn count(&mut self, value: usize) {
        if value >= self.0.len() {
            self.0.resize(value + 1, 0);
        }
        self.0[value] += 1;
    }

    /// How many were counted.
    pub fn total(&self) -> u64 {
        self.0.iter().sum()
    }

    /// Values that occur and how often.
    pub fn counts(&self) -> impl Iterator<Item = (usize, u64)> + Clone {
        self.0.iter().copied().enumerate().filter(|(_, count)| *count > 0)
    }
}

impl AddAssign<&Histogram> for Histogram {
    fn add_assign(&mut self, other: &Histogram) {
        if other.0.len() > self.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        self.0.iter_mut().zip(&other.0).for_each(|(count, more)| *count += more);
    }
}
