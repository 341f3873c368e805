//! Statistics as numbers and distributions for people; the same for a run and for records already written.

use super::{Fact, FactTarget, Group, Spread, count, decimal, percent, share};
use crate::figure::{Axis, Distribution, Figure};
use crate::histogram::Histogram;
use crate::stats::Stats;

/// Lengths of inputs, and of labels where they are a text of their own.
pub fn lengths(stats: &Stats, has_label_text: bool, max_length: Option<u64>) -> Group {
    let spread = Spread::of(&stats.lengths);
    let per_record = |sum: u64| decimal(sum as f64 / stats.records.max(1) as f64);
    let mut facts = vec![
        Fact::new("input tokens", count(stats.input_ids)).note("without padding"),
        Fact::new("input, mean", per_record(stats.input_ids)),
        Fact::new("shortest", count(spread.min as u64)),
        Fact::new("median", count(spread.median as u64)),
        Fact::new("95th percentile", count(spread.p95 as u64)),
        Fact::new("longest", count(spread.max as u64)),
    ];
    if has_label_text {
        facts.push(Fact::new("labels, mean", per_record(stats.label_ids)));
        facts.push(Fact::new("input / labels", share(stats.input_ids, stats.label_ids)));
    }
    if let Some(max) = max_length {
        facts.push(Fact::new("filled", share(stats.input_ids, stats.records * max)).note(format!("of {}", count(max))));
    }
    Group { title: "Lengths".to_string(), facts }
}

/// How much noise there is.
pub fn noise_share(stats: &Stats) -> Option<Fact> {
    let [hit, all] = noised(stats);
    (stats.noise_shares.total() > 0).then(|| Fact::new("tokens with noise", count(hit)).note(share(hit, all)))
}

/// Clean tokens that were chosen, hidden or deleted, and all of them.
fn noised(stats: &Stats) -> [u64; 2] {
    stats.places.iter().fold([0, 0], |[hit, all], more| [hit + more[0], all + more[1]])
}

/// A figure as a line, unless it is a chart.
pub fn fact(figure: &Figure) -> Option<Fact> {
    match figure {
        Figure::Count { name, value } => Some(Fact::new(name.as_str(), count(*value))),
        Figure::Share { name, part, whole, expected: None } => {
            Some(Fact::new(name.as_str(), count(*part)).note(share(*part, *whole)))
        }
        Figure::Share { name, part, whole, expected: Some(expected) } => {
            let all = (*whole).max(1) as f64;
            let deviation = (expected * (1.0 - expected) / all).sqrt();
            let mut fact = Fact::new(name.as_str(), share(*part, *whole)).note(count(*part));
            fact.target = (*whole > 0).then(|| target(*part as f64 / all, *expected, deviation, percent));
            Some(fact)
        }
        Figure::Mean { name, value, expected } => {
            let mut fact = Fact::new(format!("{name}, mean"), decimal(*value));
            fact.target = expected.map(|expected| target(*value, expected, 0.0, decimal));
            Some(fact)
        }
        Figure::Distribution(_) => None,
    }
}

/// What was asked for, and whether `drawn` is it: within three standard deviations or 2 %, or at least within 10 %.
fn target(drawn: f64, expected: f64, deviation: f64, show: fn(f64) -> String) -> FactTarget {
    let off = (drawn - expected).abs();
    let verdict = match () {
        () if off <= (3.0 * deviation).max(0.02 * expected) => "on target",
        () if off <= 0.1 * expected => "close",
        () if drawn < expected => "below target",
        () => "above target",
    };
    FactTarget { value: show(expected), verdict, is_met: matches!(verdict, "on target" | "close") }
}

/// Those figures that are charts and in which there is something to see.
pub fn distributions(figures: Vec<Figure>) -> impl Iterator<Item = Distribution> {
    let drawn = figures.into_iter().filter_map(|figure| match figure {
        Figure::Distribution(distribution) => Some(distribution),
        _ => None,
    });
    drawn.filter(|distribution| distribution.drawn.total() > 0)
}

/// Lengths of records, and how much noise there is and where.
pub fn general(stats: &Stats) -> Vec<Distribution> {
    let plain = |title: &str, about: &str, axis: &str, drawn: &Histogram| Distribution {
        title: title.to_string(),
        about: about.to_string(),
        axis: Axis::Values(axis.to_string()),
        drawn: drawn.clone(),
        law: String::new(),
        expected: Vec::new(),
    };
    let lengths = (stats.lengths.total() > 0).then(|| {
        plain(
            "Lengths",
            "Records by the number of tokens in their input, without padding.",
            "input tokens of a record",
            &stats.lengths,
        )
    });
    let about = "Records by the share of their clean tokens that were chosen, hidden or deleted.";
    let shares = stats.noise_shares.counts().any(|(share, _)| share > 0);
    let shares = shares.then(|| plain("Noise per record", about, "% of tokens", &stats.noise_shares));
    [lengths, shares, places(stats)].into_iter().flatten().collect()
}

fn places(stats: &Stats) -> Option<Distribution> {
    let [hit, all] = noised(stats);
    let uniform = hit as f64 / all.max(1) as f64;
    let mut drawn = Histogram::default();
    stats.places.iter().enumerate().for_each(|(part, [hit, _])| drawn.add(part, *hit));
    (hit > 0).then(|| Distribution {
        title: "Where noise falls".to_string(),
        about: "Clean tokens that were chosen, hidden or deleted, by their place in the window. Where spans are laid, fewer \
                fall on its ends."
            .to_string(),
        axis: Axis::Parts("place in the text".to_string()),
        drawn,
        law: format!("uniform, {}", percent(uniform)),
        expected: stats.places.iter().map(|[_, all]| *all as f64 * uniform).collect(),
    })
}
