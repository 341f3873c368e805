//! A histogram in five numbers.

use crate::histogram::Histogram;

/// Where the values of a histogram lie; all zero where it is empty.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Spread {
    /// How many values.
    pub count: u64,
    /// The least.
    pub min: usize,
    /// Half of the values are no larger.
    pub median: usize,
    /// Average.
    pub mean: f64,
    /// The 95th percentile.
    pub p95: usize,
    /// The largest.
    pub max: usize,
}

impl Spread {
    /// Of a histogram.
    pub fn of(histogram: &Histogram) -> Self {
        let count = histogram.total();
        let at = |share: f64| {
            let rank = (share * count as f64).ceil().max(1.0) as u64;
            let mut passed = 0;
            let reached = |(_, more): &(usize, u64)| {
                passed += more;
                passed >= rank
            };
            histogram.counts().find(reached).map_or(0, |(value, _)| value)
        };
        Spread {
            count,
            min: histogram.counts().next().map_or(0, |(value, _)| value),
            median: at(0.5),
            mean: histogram.mean(),
            p95: at(0.95),
            max: histogram.counts().last().map_or(0, |(value, _)| value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_counted_from_the_least() {
        let mut histogram = Histogram::default();
        (1..=100).for_each(|value| histogram.count(value));
        let spread = Spread { count: 100, min: 1, median: 50, mean: 50.5, p95: 95, max: 100 };
        assert_eq!(Spread::of(&histogram), spread);
        assert_eq!(Spread::of(&Histogram::default()), Spread::default());
    }
}
