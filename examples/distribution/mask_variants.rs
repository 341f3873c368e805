//! Masking in spans, by the span, and with a ratio drawn for each window.

use muddle::noise::{Drawn, Edit};
use muddle::rng::{Chance, NoiseKey, NoiseRng};

use super::statistics::{Verdict, binomial, goodness, mean_alone, never, share, uniform};
use super::subject::{Finding, Subject, law, tally, wrong};

const TOKENS: usize = 510;
/// A tenth of the tokens.
const BUDGET: usize = 51;
const MAX: usize = 10;

/// What is found over so many examples each.
pub fn findings(examples: u64) -> Vec<Finding> {
    let mut all = lengths(examples);
    all.extend(slots(examples));
    all.extend(shared_choice(examples));
    all.extend(drawn_ratio(examples));
    all
}

/// P(length) from 0 on: geometric with p = 0.2, renormalized over 1 to 10.
fn geometric() -> Vec<f64> {
    let weights: Vec<f64> = (0..=MAX).map(|n| if n == 0 { 0.0 } else { 0.8f64.powi(n as i32 - 1) }).collect();
    let sum: f64 = weights.iter().sum();
    weights.into_iter().map(|weight| weight / sum).collect()
}

/// P(n) from 0 on: in proportion to 1/n, up to 3.
const NGRAM: [f64; 4] = [0.0, 6.0 / 11.0, 3.0 / 11.0, 2.0 / 11.0];

/// P(sum of m lengths = s) for s below the budget, from m = 0 on.
fn sums(lengths: &[f64]) -> Vec<Vec<f64>> {
    let mut all = vec![vec![0.0; BUDGET]];
    all[0][0] = 1.0;
    for m in 0..BUDGET {
        let next = |sum: usize| (0..=sum.min(lengths.len() - 1)).map(|n| lengths[n] * all[m][sum - n]).sum();
        all.push((0..BUDGET).map(next).collect());
    }
    all
}

/// P(N = m) of the number of spans: more than m are drawn where m of them sum to less than the budget.
fn counts(lengths: &[f64]) -> Vec<f64> {
    let more: Vec<f64> = sums(lengths).iter().map(|sums| sums.iter().sum()).collect();
    std::iter::once(0.0).chain(more.windows(2).map(|pair| pair[0] - pair[1])).collect()
}

/// How many spans of a length an example has on average: drawn so while as much is left, or cut to it.
fn mean_of(length: usize, lengths: &[f64]) -> f64 {
    let left: Vec<f64> = (0..BUDGET).map(|sum| sums(lengths).iter().map(|sums| sums[sum]).sum()).collect();
    let longer: f64 = lengths.iter().skip(length + 1).sum();
    let whole: f64 = left.iter().take(BUDGET + 1 - length).sum();
    whole * lengths.get(length).unwrap_or(&0.0) + left[BUDGET - length] * longer
}

fn lengths(examples: u64) -> Vec<Finding> {
    let spans = |noise: &str| {
        let (mut all, mut torn) = (Vec::new(), 0);
        Subject::new(&[noise], TOKENS).sample(examples, 0, |_, body, drawn| {
            let chosen = body.origins.iter().filter(|origin| origin.is_chosen()).count();
            torn += u64::from(chosen != BUDGET || drawn[0].spans.iter().sum::<u32>() as usize != BUDGET);
            all.push(drawn[0].spans.clone());
        });
        (all, torn)
    };
    let number = |spans: &[Vec<u32>], law: &[f64]| goodness(&tally(spans.iter().map(Vec::len)), &counts(law));
    let long = |spans: &[Vec<u32>]| {
        let sample = spans.iter().map(|spans| spans.iter().filter(|&&n| n == MAX as u32).count() as f64);
        mean_alone(&sample.collect::<Vec<_>>(), mean_of(MAX, &geometric()))
    };
    let mut rng = NoiseRng::new(&NoiseKey { seed: 0, document: 0, window: 0, copy: 0 }, 0);
    let mut other = |max: u32| -> Vec<Vec<u32>> { (0..examples).map(|_| geometric_spans(&mut rng, max)).collect() };
    let (clipped, unlimited) = (other(MAX as u32), other(u32::MAX));
    let (right, torn) = spans("mask:ratio=0.1,span=geometric");
    let (ngram, ngram_torn) = spans("mask:ratio=0.1,span=ngram");
    vec![
        law("mask: span=geometric chooses the ratio exactly", never(torn, examples)),
        law("mask: span=geometric, N of lengths of mean 3.797", number(&right, &geometric())),
        wrong("  lengths clipped to 10 (mean 4.463)", number(&clipped, &geometric())),
        wrong("  lengths without end (mean 5)", number(&unlimited, &geometric())),
        law("mask: span=geometric, spans of length 10", long(&right)),
        wrong("  lengths clipped to 10", long(&clipped)),
        law("mask: span=ngram chooses the ratio exactly", never(ngram_torn, examples)),
        law("mask: span=ngram, N of lengths as frequent as 1/n", number(&ngram, &NGRAM)),
        wrong("  lengths 1 to 3 equally frequent", number(&ngram, &[0.0, 1.0 / 3.0, 1.0 / 3.0, 1.0 / 3.0])),
    ]
}

/// Spans of geometric lengths up to the budget, those beyond `max` cut to it.
fn geometric_spans(rng: &mut NoiseRng, max: u32) -> Vec<u32> {
    let (mut spans, mut left) = (Vec::new(), BUDGET as u32);
    while left > 0 {
        let mut length = 1;
        while !rng.happens(Chance::new(0.2)) {
            length += 1;
        }
        spans.push(length.min(max).min(left));
        left -= length.min(max).min(left);
    }
    spans
}

/// Given two spans, any two of the 14 clean tokens and 2 spans in a row are the spans.
fn slots(examples: u64) -> Vec<Finding> {
    let pair = |a: usize, b: usize| b * (b - 1) / 2 + a;
    let (mut counts, mut apart) = (vec![0; 120], vec![0; 120]);
    Subject::new(&["mask:ratio=0.3,span=geometric"], 20).sample(examples, 0, |_, body, drawn| {
        let [length, _] = drawn[0].spans[..] else { return };
        let chosen: Vec<usize> = (0..20).filter(|&at| body.origins[at].is_chosen()).collect();
        let (a, b) = (chosen[0], chosen[length as usize] + 1 - length as usize);
        counts[pair(a, b)] += 1;
        let b = if b == a + 1 { (b + 1) % 16 } else { b };
        apart[pair(a.min(b), a.max(b))] += 1;
    });
    vec![
        law("mask: given N = 2 spans, every slot equally likely", uniform(&counts)),
        wrong("  no two spans side by side", uniform(&apart)),
    ]
}

/// All tokens of a span meet one fate.
fn shared_choice(examples: u64) -> Vec<Finding> {
    let fates = |noise: &str| {
        let (mut mixed, mut masked, mut all) = (0, 0, 0);
        Subject::new(&[noise], TOKENS).sample(examples.div_ceil(4), 0, |_, body, drawn| {
            let mut edits = body.origins.iter().filter(|origin| origin.is_chosen()).map(|origin| origin.edit());
            for &length in &drawn[0].spans {
                let span: Vec<Edit> = edits.by_ref().take(length as usize).collect();
                mixed += u64::from(span.iter().any(|edit| *edit != span[0]));
                masked += u64::from(span[0] == Edit::Masked);
                all += 1;
            }
        });
        (never(mixed, all), share(masked, all, 0.8))
    };
    let (whole, masked) = fates("mask:ratio=0.1,span=geometric,choice=span");
    vec![
        law("mask: choice=span, all tokens of a span alike", whole),
        wrong("  choice=token", fates("mask:ratio=0.1,span=geometric").0),
        law("mask: choice=span masks .8 of the spans", masked),
    ]
}

/// The expected law of the masked count of 20 tokens: binomial, its probability (1 - eps)·t + eps with t uniform.
fn drawn_ratio(examples: u64) -> Vec<Finding> {
    const POINTS: usize = 20_000;
    let mut exact = vec![0.0; 21];
    for point in 0..POINTS {
        let p = 0.999 * (point as f64 + 0.5) / POINTS as f64 + 0.001;
        exact.iter_mut().zip(binomial(20, p)).for_each(|(sum, k)| *sum += k / POINTS as f64);
    }
    let sample = |noise: &str, of: &dyn Fn(&Drawn) -> Option<f64>| {
        let (mut counts, mut ratios) = (Vec::new(), Vec::new());
        Subject::new(&[noise], 20).sample(examples, 0, |_, _, drawn| {
            counts.push(drawn[0].chosen as usize);
            ratios.extend(of(&drawn[0]));
        });
        (counts, ratios)
    };
    let (counts, ratios) = sample("mask:ratio=uniform,mask=1,random=0", &|drawn| drawn.ratio);
    let (fixed, _) = sample("mask:ratio=0.5,mask=1,random=0", &|drawn| drawn.ratio);
    let fit = |counts: &[usize]| goodness(&tally(counts.iter().copied()), &exact);
    let bins = |ratios: &[f64]| uniform(&tally(ratios.iter().map(|p| ((p - 0.001) / 0.999 * 16.0) as usize)));
    // How far a count is from what its ratio leads to expect, in variances.
    let squares = |counts: &[usize], ratios: &[f64]| -> Verdict {
        let square = |(count, p): (&usize, &f64)| (*count as f64 - 20.0 * p).powi(2) / (20.0 * p * (1.0 - p));
        let usual = |pair: &(&usize, &f64)| (0.1..0.9).contains(pair.1);
        mean_alone(&counts.iter().zip(ratios).filter(usual).map(square).collect::<Vec<_>>(), 1.0)
    };
    let mut shifted = counts.clone();
    shifted.rotate_left(1);
    vec![
        law("mask: ratio=uniform, masked count as if uniform on 0..n", fit(&counts)),
        wrong("  the same ratio for every window", fit(&fixed)),
        law("mask: ratio=uniform, the ratio is uniform", bins(&ratios)),
        wrong("  its square root", bins(&ratios.iter().map(|p| p.sqrt()).collect::<Vec<_>>())),
        law("mask: ratio=uniform, p_mask is the ratio of its window", squares(&counts, &ratios)),
        wrong("  p_mask is that of the next window", squares(&shifted, &ratios)),
    ]
}
