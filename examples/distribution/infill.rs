//! Text infilling.

use muddle::rng::{NoiseKey, NoiseRng, SpanLengths};

use super::statistics::{Verdict, goodness, mean, mean_alone, never, poisson_cdf, share, uniform};
use super::subject::{Finding, Subject, law, tally, wrong};

/// What is found over so many examples each.
pub fn findings(examples: u64) -> Vec<Finding> {
    let mut all = rows(examples);
    all.extend(budget(examples));
    all.extend(slots(examples));
    all.extend(random(examples));
    all.extend(LAMBDAS.iter().flat_map(|lambda| lengths(*lambda, examples)));
    all
}

/// The least, the presets', where many libraries change over to another algorithm, and the most.
const LAMBDAS: [f64; 6] = [0.1, 3.0, 3.5, 11.999, 12.0, 256.0];

/// Span lengths as they are drawn, before a budget trims any.
fn lengths(lambda: f64, examples: u64) -> [Finding; 4] {
    let mut rng = NoiseRng::new(&NoiseKey { seed: 0, document: 0, window: 0, copy: 0 }, 0);
    let law_of_lengths = SpanLengths::new(lambda);
    let drawn: Vec<usize> = (0..10 * examples).map(|_| rng.span_length(&law_of_lengths)).collect();
    let at_most = |k: u64| poisson_cdf(k, lambda);
    let exactly = |k: u64| at_most(k) - k.checked_sub(1).map_or(0.0, at_most);
    let poisson: Vec<f64> = (0..=2 * lambda as u64 + 40).map(exactly).collect();
    // A table that ends too early: less than one in a hundred lies beyond.
    let end = (0..).find(|&k| at_most(k as u64) > 0.99).unwrap_or_default();
    let other = |change: &dyn Fn(usize) -> usize| goodness(&tally(drawn.iter().map(|&n| change(n))), &poisson);
    [
        law("infill: span lengths ~ Poisson(lambda)", other(&|n| n)),
        wrong("  all one longer", other(&|n| n + 1)),
        wrong("  the draw that ends it not counted", other(&|n| n.saturating_sub(1))),
        wrong("  cut where a table could end", other(&|n| n.min(end))),
    ]
}

/// P(N = m) of the number of spans: P(N > m) = P(Poisson(m·lambda) ≤ B - 1).
fn span_counts(budget: usize, lambda: f64) -> Vec<f64> {
    let more_than = |m: usize| if m == 0 { 1.0 } else { poisson_cdf(budget as u64 - 1, m as f64 * lambda) };
    let mut all = vec![0.0];
    while all.len() <= budget || more_than(all.len() - 1) > 1e-18 {
        all.push(more_than(all.len() - 1) - more_than(all.len()));
    }
    all
}

/// A moment of a law on 0, 1, 2…
fn moment(probabilities: &[f64], of: impl Fn(f64) -> f64) -> f64 {
    probabilities.iter().zip(0..).map(|(p, n)| p * of(f64::from(n))).sum()
}

/// One row: W, B, lambda, and what is to be found.
struct Row {
    names: [&'static str; 7],
    tokens: usize,
    budget: usize,
    lambda: f64,
    mean: f64,
    deviation: f64,
    ratio: Option<f64>,
    zero: Option<f64>,
}

const ROWS: [Row; 3] = [
    Row {
        names: [
            "infill 510/.3/3: P(N > m) = P(Poisson(m·3) ≤ 152)",
            "  spans of no length dropped",
            "infill 510/.3/3: E[N] 51.50",
            "infill 510/.3/3: Var[N] 4.133²",
            "infill 510/.3/3: length ratio .8010",
            "infill 510/.3/3: 2.564 of no length",
            "infill 510/.3/3: masks 12.61 % of the input",
        ],
        tokens: 510,
        budget: 153,
        lambda: 3.0,
        mean: 51.50,
        deviation: 4.133,
        ratio: Some(0.8010),
        zero: Some(2.564),
    },
    Row {
        names: [
            "infill 510/.3/3.5: P(N > m) = P(Poisson(m·3.5) ≤ 152)",
            "  spans of no length dropped",
            "infill 510/.3/3.5: E[N] 44.21",
            "infill 510/.3/3.5: Var[N] 3.546²",
            "infill 510/.3/3.5: length ratio .7867",
            "infill 510/.3/3.5: 1.335 of no length",
            "infill 510/.3/3.5: masks as N/(W-B+N)",
        ],
        tokens: 510,
        budget: 153,
        lambda: 3.5,
        mean: 44.21,
        deviation: 3.546,
        ratio: Some(0.7867),
        zero: Some(1.335),
    },
    Row {
        names: [
            "infill 20/.3/3: P(N > m) = P(Poisson(m·3) ≤ 5)",
            "  spans of no length dropped",
            "infill 20/.3/3: E[N] 2.501",
            "infill 20/.3/3: Var[N] .866²",
            "infill 20/.3/3: length ratio",
            "infill 20/.3/3: E = e^-3·E[N] of no length",
            "infill 20/.3/3: masks as N/(W-B+N)",
        ],
        tokens: 20,
        budget: 6,
        lambda: 3.0,
        mean: 2.501,
        deviation: 0.866,
        ratio: None,
        zero: None,
    },
];

/// The numbers written down are those of the exact law, to the digits given.
fn agrees(row: &Row, exact: &[f64]) -> bool {
    let mean = moment(exact, |n| n);
    let deviation = moment(exact, |n| (n - mean).powi(2)).sqrt();
    let (budget, lambda) = (row.budget as f64, row.lambda);
    let ratio = (row.tokens as f64 - budget + mean) / row.tokens as f64;
    let closed = row.budget < 30
        || ((mean - budget / lambda - 0.5).abs() < 1e-6
            && (deviation.powi(2) - budget / lambda.powi(2) - 1.0 / 12.0).abs() < 1e-3);
    closed
        && (mean - row.mean).abs() < 6e-3
        && (deviation - row.deviation).abs() < 6e-4
        && row.ratio.is_none_or(|given| (given - ratio).abs() < 6e-5)
        && row.zero.is_none_or(|given| (given - mean * (-lambda).exp()).abs() < 6e-4)
}

fn rows(examples: u64) -> Vec<Finding> {
    ROWS.iter().flat_map(|row| findings_of(row, examples)).collect()
}

fn findings_of(row: &Row, examples: u64) -> Vec<Finding> {
    let mut subject = Subject::new(&[&format!("infill:ratio=0.3,lambda={},unit=token", row.lambda)], row.tokens);
    let (mut spans, mut insertions, mut shares) = (Vec::new(), Vec::new(), Vec::new());
    let mask = subject.corrupter.mask;
    subject.sample(examples, 0, |_, body, drawn| {
        let masks = body.ids.iter().filter(|&&id| id == mask).count();
        spans.push(masks as f64);
        insertions.push(drawn[0].insertions() as f64);
        shares.push(masks as f64 / body.len() as f64);
    });
    let exact = span_counts(row.budget, row.lambda);
    let (clean, tokens) = ((row.tokens - row.budget) as f64, row.tokens as f64);
    let expected = moment(&exact, |n| n);
    let central = |power: i32| moment(&exact, |n| (n - expected).powi(power));
    let (variance, squares) = (central(2), spans.iter().map(|n| (n - expected).powi(2)).collect::<Vec<_>>());
    let as_counts = |sample: &mut dyn Iterator<Item = f64>| tally(sample.map(|n| n as usize));
    let dropped = spans.iter().zip(&insertions).map(|(all, zero)| all - zero);
    let ratios: Vec<f64> = spans.iter().map(|n| (clean + n) / tokens).collect();
    let [number, no_zero, n, deviation, ratio, zero, share] = row.names;
    vec![
        law(number, goodness(&as_counts(&mut spans.iter().copied()), &exact)),
        wrong(no_zero, goodness(&as_counts(&mut { dropped }), &exact)),
        law("  the numbers written down are the law's", never(u64::from(!agrees(row, &exact)), 1)),
        law(n, mean(&spans, expected, variance.sqrt())),
        law(deviation, mean(&squares, variance, (central(4) - variance.powi(2)).sqrt())),
        law(ratio, mean(&ratios, (clean + expected) / tokens, variance.sqrt() / tokens)),
        law(zero, mean_alone(&insertions, expected * (-row.lambda).exp())),
        law(share, mean_alone(&shares, moment(&exact, |n| n / (clean + n)))),
    ]
}

/// The budget is met in every record; the peers miss it.
fn budget(examples: u64) -> Vec<Finding> {
    let mut subject = Subject::new(&["infill:ratio=0.3,lambda=3,unit=token"], 510);
    let (mut off, mut kept, mut odd) = (0, Vec::new(), 0);
    subject.sample(examples, 0, |clean, body, drawn| {
        let drawn = &drawn[0];
        let stay: Vec<usize> = body.origins.iter().filter_map(|origin| origin.position()).collect();
        off += u64::from(stay.len() != 510 - 153);
        odd += u64::from(body.len() != stay.len() + drawn.spans.len() || !stay.is_sorted());
        odd +=
            body.ids.iter().zip(&body.origins).filter(|(id, o)| o.position().is_some_and(|p| clean[p] != **id)).count()
                as u64;
        kept.push(stay.len() as f64 / 510.0);
    });
    let mut rng = NoiseRng::new(&NoiseKey { seed: 0, document: 0, window: 0, copy: 0 }, 0);
    let lengths = SpanLengths::new(3.0);
    let fairseq: Vec<usize> = (0..examples).map(|_| overlapping(&mut rng, &lengths)).collect();
    let article: Vec<f64> = (0..examples).map(|_| started_anywhere(&mut rng, &lengths)).collect();
    let missed = fairseq.iter().filter(|&&kept| kept != 510 - 153).count() as u64;
    let shares = |kept: &[usize]| kept.iter().map(|&kept| kept as f64 / 510.0).collect::<Vec<_>>();
    vec![
        law("infill: clean units = W - B in every record", never(off, examples)),
        wrong("  spans that overlap, as fairseq's", never(missed, examples)),
        law("infill: keeps .7000 of the units", mean_alone(&kept, 0.7)),
        wrong("  spans that overlap, as fairseq's", mean_alone(&shares(&fairseq), 0.7)),
        law(
            "  which keep .7328",
            Verdict { p: close(&shares(&fairseq), 0.7328), ..mean_alone(&shares(&fairseq), 0.7328) },
        ),
        wrong("  a span at every word with p = .2, for .2", mean_alone(&article, 0.2)),
        law("  which hide .476", Verdict { p: close(&article, 0.4755), ..mean_alone(&article, 0.4755) }),
        law("infill: W - B + N units after, in order, as they were", never(odd, examples)),
    ]
}

/// Figures of others, to their last digit.
fn close(sample: &[f64], to: f64) -> f64 {
    let mean = sample.iter().sum::<f64>() / sample.len() as f64;
    if (mean - to).abs() < 0.002 { 1.0 } else { 0.0 }
}

/// fairseq: as many starts as spans, uniform, and each span goes on over whatever follows. Returns the units kept.
fn overlapping(rng: &mut NoiseRng, lengths: &SpanLengths) -> usize {
    let (mut left, mut spans) = (153, Vec::new());
    while left > 0 {
        let length = rng.span_length(lengths).min(left);
        left -= length;
        // Those of no length become insertions.
        if length > 0 {
            spans.push(length);
        }
    }
    let (mut starts, mut hidden) = (Vec::new(), vec![false; 510]);
    rng.subset(510, spans.len(), &mut Vec::new(), &mut starts);
    rng.shuffle(&mut spans);
    for (start, length) in starts.into_iter().map(|start| start as usize).zip(spans) {
        hidden[start..(start + length).min(510)].fill(true);
    }
    hidden.iter().filter(|&&hidden| !hidden).count()
}

/// The first article's: a span begins at every word with the probability that was asked for as a share. Returns the share hidden.
fn started_anywhere(rng: &mut NoiseRng, lengths: &SpanLengths) -> f64 {
    let mut hidden = vec![false; 530];
    for start in 0..510 {
        if rng.below(5) == 0 {
            let end = (start + rng.span_length(lengths)).min(530);
            hidden[start..end].fill(true);
        }
    }
    // The first words have fewer before them whose spans could reach them.
    hidden[20..510].iter().filter(|&&hidden| hidden).count() as f64 / 490.0
}

/// Given N = 2, the two masks are at any two of 16 slots with equal probability.
fn slots(examples: u64) -> Vec<Finding> {
    let mut subject = Subject::new(&["infill:ratio=0.3,lambda=3,unit=token"], 20);
    let pair = |a: usize, b: usize| b * (b - 1) / 2 + a;
    let (mut counts, mut apart) = (vec![0; 120], vec![0; 120]);
    subject.sample(examples, 0, |_, body, _| {
        let masks: Vec<usize> = (0..body.len()).filter(|&at| body.origins[at].position().is_none()).collect();
        if let [a, b] = masks[..] {
            counts[pair(a, b)] += 1;
            // Moved apart where they touch: spans with a clean unit between them.
            let b = if b == a + 1 { (b + 1) % 16 } else { b };
            apart[pair(a.min(b), a.max(b))] += 1;
        }
    });
    vec![
        law("infill: given N, every slot equally likely (16 choose 2)", uniform(&counts)),
        wrong("  no two masks side by side", uniform(&apart)),
    ]
}

fn random(examples: u64) -> Vec<Finding> {
    let other = |noise: &str| {
        let mut subject = Subject::new(&[noise], 510);
        let mask = subject.corrupter.mask;
        let (mut random, mut all) = (0, 0);
        subject.sample(examples, 0, |_, body, _| {
            for (&id, _) in body.ids.iter().zip(&body.origins).filter(|(_, o)| o.position().is_none()) {
                random += u64::from(id != mask);
                all += 1;
            }
        });
        share(random, all, 0.1)
    };
    vec![
        law("infill: random=.1 of the spans are random tokens", other("infill:unit=token,random=0.1")),
        wrong("  random=.12", other("infill:unit=token,random=0.12")),
    ]
}
