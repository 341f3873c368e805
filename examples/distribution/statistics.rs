//! Tests of hypotheses, exact where that is feasible: chi-square, binomial, Poisson, normal. Two-sided.

/// Below this a hypothesis is rejected: once in a million where it is true.
pub const ALPHA: f64 = 1e-6;

/// What was found, and how likely something as far from the hypothesis is if it is true.
#[derive(Clone, Debug)]
pub struct Verdict {
    pub found: String,
    pub p: f64,
}

/// ln Γ(x), Lanczos' approximation; good to 1e-13 relative.
fn ln_gamma(x: f64) -> f64 {
    const C: [f64; 8] = [
        676.520_368_121_885_1,
        -1_259.139_216_722_402_8,
        771.323_428_777_653_1,
        -176.615_029_162_140_6,
        12.507_343_278_686_905,
        -0.138_571_095_265_720_12,
        9.984_369_578_019_572e-6,
        1.505_632_735_149_311_6e-7,
    ];
    let x = x - 1.0;
    let t = x + 7.5;
    let sum = C.iter().zip(1..).fold(0.999_999_999_999_809_9, |sum, (c, i)| sum + c / (x + f64::from(i)));
    0.5 * (2.0 * std::f64::consts::PI).ln() + (x + 0.5) * t.ln() - t + sum.ln()
}

/// The regularised upper incomplete gamma function Q(a, x).
fn gamma_q(a: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 1.0;
    }
    let front = (a * x.ln() - x - ln_gamma(a)).exp();
    if x < a + 1.0 {
        let (mut term, mut sum, mut n) = (1.0 / a, 1.0 / a, a);
        while term > sum * 1e-16 {
            n += 1.0;
            term *= x / n;
            sum += term;
        }
        return (1.0 - front * sum).max(0.0);
    }
    // Lentz's continued fraction.
    let mut b = x + 1.0 - a;
    let (mut c, mut d) = (1e300, 1.0 / b);
    let mut h = d;
    for i in 1..100_000 {
        let i = f64::from(i);
        let an = -i * (i - a);
        b += 2.0;
        d = 1.0 / (an * d + b);
        c = b + an / c;
        h *= d * c;
        if (d * c - 1.0).abs() < 1e-15 {
            break;
        }
    }
    front * h
}

/// P(Poisson(mean) ≤ k).
pub fn poisson_cdf(k: u64, mean: f64) -> f64 {
    gamma_q(k as f64 + 1.0, mean)
}

/// P(Binomial(n, p) = k) for every k.
pub fn binomial(n: u64, p: f64) -> Vec<f64> {
    (0..=n).map(|k| ln_binomial(k, n, p).exp()).collect()
}

fn ln_binomial(k: u64, n: u64, p: f64) -> f64 {
    let ways = ln_gamma(n as f64 + 1.0) - ln_gamma(k as f64 + 1.0) - ln_gamma((n - k) as f64 + 1.0);
    ways + k as f64 * p.ln() + (n - k) as f64 * (1.0 - p).ln()
}

/// `k` of `n` happened, each with probability `p`: the exact tails, doubled.
pub fn share(k: u64, n: u64, p: f64) -> Verdict {
    let sum = |ks: &mut dyn Iterator<Item = u64>| {
        let mut tail = 0.0;
        for k in ks {
            let term = ln_binomial(k, n, p).exp();
            tail += term;
            if term < tail * 1e-12 {
                break;
            }
        }
        tail
    };
    let nearer_tail = if k as f64 <= n as f64 * p { sum(&mut (0..=k).rev()) } else { sum(&mut (k..=n)) };
    let found = format!("{:.5} for {p:.5}", k as f64 / n as f64);
    Verdict { found, p: (2.0 * nearer_tail).min(1.0) }
}

/// How far a sample's mean is from the law's, by the law's own deviation.
pub fn mean(sample: &[f64], mean: f64, deviation: f64) -> Verdict {
    let found = sample.iter().sum::<f64>() / sample.len() as f64;
    let z = (found - mean) / (deviation / (sample.len() as f64).sqrt());
    Verdict { found: format!("{found:.4} for {mean:.4}"), p: gamma_q(0.5, z * z / 2.0) }
}

/// The same with the sample's deviation, for laws that state the mean alone. A sample that does not vary is given a little,
/// so that rounding does not count.
pub fn mean_alone(sample: &[f64], expected: f64) -> Verdict {
    let (n, found) = (sample.len() as f64, sample.iter().sum::<f64>() / sample.len() as f64);
    let variance = sample.iter().map(|x| (x - found).powi(2)).sum::<f64>() / (n - 1.0);
    mean(sample, expected, variance.sqrt().max(1e-6))
}

/// Counts by outcome against the probabilities of the outcomes: chi-square, outcomes of expectation below 8 put together.
/// What falls outside the law's outcomes, or on one of probability 0, rejects it at once.
pub fn goodness(observed: &[u64], probabilities: &[f64]) -> Verdict {
    let n: u64 = observed.iter().sum();
    let outside = |&(at, count): &(usize, &u64)| *count > 0 && probabilities.get(at).is_none_or(|p| *p <= 0.0);
    if let Some((at, count)) = observed.iter().enumerate().find(outside) {
        return Verdict { found: format!("{count} times {at}, which cannot be"), p: 0.0 };
    }
    let (mut cells, mut cell) = (Vec::new(), (0.0, 0.0));
    for (at, p) in probabilities.iter().enumerate() {
        cell = (cell.0 + observed.get(at).map_or(0.0, |&o| o as f64), cell.1 + p * n as f64);
        if cell.1 >= 8.0 {
            cells.push(std::mem::take(&mut cell));
        }
    }
    if let Some(last) = cells.last_mut() {
        *last = (last.0 + cell.0, last.1 + cell.1);
    }
    let statistic = cells.iter().map(|(o, e)| (o - e).powi(2) / e).sum();
    chi_square(statistic, cells.len().saturating_sub(1))
}

/// All outcomes equally likely.
pub fn uniform(observed: &[u64]) -> Verdict {
    goodness(observed, &vec![1.0 / observed.len() as f64; observed.len()])
}

/// A sum of squares of so many independent standard normals.
pub fn chi_square(statistic: f64, freedom: usize) -> Verdict {
    let p = gamma_q(freedom as f64 / 2.0, statistic / 2.0);
    // The lower tail as well: a fit too good is a fault too.
    let found = format!("chi² {statistic:.1}, df {freedom}");
    Verdict { found, p: (2.0 * p.min(1.0 - p)).clamp(0.0, 1.0) }
}

/// What must not happen in any record.
pub fn never(times: u64, of: u64) -> Verdict {
    Verdict { found: format!("{times} of {of}"), p: if times == 0 { 1.0 } else { 0.0 } }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: f64, expected: f64) {
        assert!((found / expected - 1.0).abs() < 1e-4, "{found} for {expected}");
    }

    #[test]
    fn tails_are_those_of_the_tables() {
        near(gamma_q(0.5, 1.959_964f64.powi(2) / 2.0), 0.05);
        near(gamma_q(0.5, 4.891_638f64.powi(2) / 2.0), 1e-6);
        near(gamma_q(2.5, 11.0705 / 2.0), 0.05);
        near(gamma_q(2.5, 35.888_2 / 2.0), 1e-6);
        near(gamma_q(500.0, 1074.679 / 2.0), 0.05);
        near(poisson_cdf(2, 3.0), 0.423_190);
        near(poisson_cdf(152, 153.0), 0.489_25);
    }

    #[test]
    fn binomial_probabilities_are_exact() {
        near(binomial(4, 0.5)[2], 0.375);
        near(binomial(510, 0.15).iter().sum(), 1.0);
        near(share(0, 20, 0.5).p, 2.0 / f64::from(1 << 20));
        near(share(20, 20, 0.5).p, 2.0 / f64::from(1 << 20));
        assert_eq!(share(10, 20, 0.5).p, 1.0);
        // 5 deviations of a large sample.
        assert!((2e-7..1.2e-6).contains(&share(5_000_000 + 7906, 10_000_000, 0.5).p));
    }

    #[test]
    fn a_wrong_law_is_rejected_and_a_right_one_is_not() {
        assert!(uniform(&[1000, 1040, 970, 990]).p > 0.05);
        assert!(uniform(&[1000, 1000, 1000, 700]).p < ALPHA);
        assert_eq!(goodness(&[10, 1], &[1.0]).p, 0.0);
        assert!(mean(&[1.0; 100], 1.0, 1.0).p > 0.99 && mean(&[1.0; 100], 1.6, 1.0).p < ALPHA);
        assert!(never(0, 5).p == 1.0 && never(1, 5).p == 0.0);
    }
}
