//! What bars are held against.

/// What bars would be if a law held.
#[derive(Clone, Debug, PartialEq)]
pub struct Expected {
    /// `Poisson, λ = 3.0`.
    pub name: String,
    /// By bar.
    pub values: Vec<f64>,
}

/// Poisson's shares of 0 to `last`. By logarithms: a large mean has no share of 0 that a number could hold.
pub fn poisson(lambda: f64, last: usize) -> Vec<f64> {
    let mut log = -lambda;
    (0..=last)
        .map(|at| {
            if at > 0 {
                log += (lambda / at as f64).ln();
            }
            log.exp()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn poisson_shares_sum_to_one() {
        let shares = poisson(3.0, 40);
        assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert!((shares[3] - 0.224_041_807_655).abs() < 1e-9);
        assert!((poisson(256.0, 600).iter().sum::<f64>() - 1.0).abs() < 1e-9);
    }
}
