//! Span corruption, prefix language modeling, and the choice between recipes.

use std::collections::BTreeMap;

use muddle::noise::{Body, TokenState};
use muddle::objective::{Labels, Mix, Objective};
use muddle::rng::NoiseKey;

use super::statistics::{Verdict, goodness, never};
use super::subject::{Finding, Subject, law, tally, wrong};

/// What is found over so many examples each.
pub fn findings(examples: u64) -> Vec<Finding> {
    let mut all = layout(examples);
    all.extend(amounts(examples));
    all.extend(sentinels(examples));
    all.extend(cuts(examples));
    all.extend(weights(10 * examples));
    all
}

/// Which of so many clean positions are hidden, as bits.
fn hidden(body: &Body, clean: usize) -> u32 {
    let states = body.states(clean);
    states.iter().enumerate().map(|(at, state)| u32::from(*state == TokenState::Hidden) << at).sum()
}

/// How often each placement of a recipe on 8 tokens was drawn.
fn placements(noise: &str, examples: u64) -> BTreeMap<u32, u64> {
    let mut counts = BTreeMap::new();
    Subject::new(&[noise], 8).sample(examples, 0, |clean, body, _| {
        *counts.entry(hidden(body, clean.len())).or_default() += 1;
    });
    counts
}

/// Every way to hide 3 of 8 tokens in 2 spans with a clean token between them.
fn separated() -> Vec<u32> {
    let spans = |bits: u32| (bits & !(bits << 1)).count_ones();
    (0..256u32).filter(|&bits| bits.count_ones() == 3 && spans(bits) == 2).collect()
}

fn beside(counts: &BTreeMap<u32, u64>, placements: &[u32]) -> Verdict {
    let mut observed: Vec<u64> = placements.iter().map(|bits| counts.get(bits).copied().unwrap_or(0)).collect();
    let probabilities = vec![1.0 / placements.len() as f64; placements.len()];
    // Invalid placements are a last class, which has no probability.
    observed.push(counts.values().sum::<u64>() - observed.iter().sum::<u64>());
    goodness(&observed, &probabilities)
}

fn layout(examples: u64) -> Vec<Finding> {
    let (any, of_t5) = (separated(), separated().into_iter().filter(|bits| bits & 1 == 0 && bits >> 7 == 1));
    let of_t5: Vec<u32> = of_t5.collect();
    let uniform = placements("span:ratio=0.375,mean=1.5", examples);
    let t5 = placements("span:ratio=0.375,mean=1.5,layout=t5", examples);
    vec![
        law("span: 30 placements of 2 spans in 8 tokens, equally likely", beside(&uniform, &any)),
        wrong("  T5's: clean first, hidden last", beside(&t5, &any)),
        law("span: layout=t5, 8 placements equally likely", beside(&t5, &of_t5)),
        wrong("  both ends free", beside(&uniform, &of_t5)),
    ]
}

/// How many tokens are hidden, in how many spans, follows from the length.
fn amounts(examples: u64) -> Vec<Finding> {
    let off = |tokens: usize, hidden: u64, spans: usize| {
        let (mut off, mut sides) = (0, 0);
        Subject::new(&["span"], tokens).sample(examples.min(1000), 0, |clean, body, drawn| {
            off += u64::from(drawn[0].chosen != hidden || drawn[0].spans.len() != spans);
            let hides = body.states(clean.len()).iter().filter(|state| **state == TokenState::Hidden).count();
            sides += u64::from(hides as u64 != hidden || body.len() != tokens - hides + spans);
            sides += u64::from(body.answer.len() != hides + spans);
        });
        never(off + sides, 3 * examples.min(1000))
    };
    vec![
        law("span: 85 of 568 tokens in 28 spans, in every record", off(568, 85, 28)),
        law("span: 4 of 30 (half of an amount goes to the even number)", off(30, 4, 1)),
        wrong("  half of an amount goes up", off(30, 5, 2)),
    ]
}

/// No sentinel stands twice in a record, and they are in order.
fn sentinels(examples: u64) -> Vec<Finding> {
    let examples = examples.min(1000);
    let unordered = |sentinels: Vec<u32>| {
        let mut subject = Subject::new(&["span:ratio=0.3"], 200);
        subject.corrupter.sentinels = sentinels.clone();
        let mut faults = 0;
        subject.sample(examples, 0, |_, body, drawn| {
            let stand = |ids: &[u32]| ids.iter().copied().filter(|id| sentinels.contains(id)).collect::<Vec<u32>>();
            let expected: Vec<u32> = (5000..).take(drawn[0].spans.len()).collect();
            faults += u64::from(stand(&body.ids) != expected || stand(&body.answer) != expected);
        });
        never(faults, examples)
    };
    vec![
        law("span: sentinels in order, none twice, the same in the labels", unordered((5000..5100).collect())),
        wrong("  sentinels used again", unordered((0..100).map(|at| 5000 + at % 10).collect())),
    ]
}

/// Where a text of 12 tokens is cut.
fn cuts(examples: u64) -> Vec<Finding> {
    let cuts = |noise: &str| {
        let mut cuts = Vec::new();
        Subject::new(&[noise], 12).sample(examples, 0, |clean, body, _| {
            let whole = [&body.ids[..], &body.answer].concat();
            cuts.push(if whole == clean { body.len() } else { 0 });
        });
        cuts
    };
    let found = cuts("prefix");
    let even = |cuts: &[usize]| {
        let counts = tally(cuts.iter().copied());
        let mut probabilities = vec![1.0 / 11.0; 12];
        probabilities[0] = 0.0;
        goodness(&counts, &probabilities)
    };
    let never_last: Vec<usize> = found.iter().map(|&cut| if cut == 11 { 1 } else { cut }).collect();
    let elsewhere = |noise: &str| never(cuts(noise).into_iter().filter(|&cut| cut != 9).count() as u64, examples);
    vec![
        law("prefix: every cut 1 to n-1 as likely, nothing lost", even(&found)),
        wrong("  never before the last token", even(&never_last)),
        wrong("  ratio=.5", even(&cuts("prefix:ratio=0.5"))),
        law("prefix: ratio=.25 leaves 3 of 12 to the labels", elsewhere("prefix:ratio=0.25")),
        wrong("  ratio=.35", elsewhere("prefix:ratio=0.35")),
    ]
}

/// How often each recipe of a mixture is drawn.
fn weights(examples: u64) -> Vec<Finding> {
    let chosen = |weights: [f64; 3]| {
        let entry = |(weight, noise): (f64, &str)| {
            (weight, Objective::new(vec![noise.parse().unwrap()], Labels::Auto).unwrap())
        };
        let mix = Mix::new(weights.into_iter().zip(["mask", "delete", "none"]).map(entry).collect());
        let key = |at| NoiseKey { seed: 0, document: at, window: at % 7, copy: 0 };
        tally((0..examples).map(|at| mix.choose(&key(at)).0))
    };
    let expected = [0.5, 0.3, 0.2];
    vec![
        law("mixture: 5 : 3 : 2", goodness(&chosen([5.0, 3.0, 2.0]), &expected)),
        wrong("  weights off by 2 %", goodness(&chosen([5.1, 2.94, 1.96]), &expected)),
    ]
}
