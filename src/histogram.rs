//! Counts by value, that add up.

use std::ops::AddAssign;

/// Counts by value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Histogram(Vec<u64>);

impl Histogram {
    /// Of no values.
    pub const NOTHING: Histogram = Histogram(Vec::new());

    /// Counts one more of this value.
    pub fn count(&mut self, value: usize) {
        self.add(value, 1);
    }

    /// Counts `times` more of this value.
    pub fn add(&mut self, value: usize, times: u64) {
        if value >= self.0.len() {
            self.0.resize(value + 1, 0);
        }
        self.0[value] += times;
    }

    /// The mean of the values; 0 where there are none.
    pub fn mean(&self) -> f64 {
        let sum: f64 = self.counts().map(|(value, count)| value as f64 * count as f64).sum();
        sum / self.total().max(1) as f64
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
