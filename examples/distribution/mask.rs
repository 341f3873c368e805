//! Masking and deletion.

use muddle::rng::{Chance, NoiseKey, NoiseRng};

use super::statistics::{Verdict, binomial, chi_square, goodness, mean, never, share, uniform};
use super::subject::{Finding, Subject, law, tally, wrong};

const TOKENS: usize = 510;
const P: f64 = 0.15;

/// What is found over so many examples each.
pub fn findings(examples: u64) -> Vec<Finding> {
    let mut all = choices(examples);
    all.extend(shares(examples));
    all.extend(random_ids(examples));
    all.extend(counts_and_words(examples));
    all.extend(deletion(examples));
    all
}

/// Which tokens are chosen.
fn choices(examples: u64) -> Vec<Finding> {
    let chosen = Subject::new(&["mask:ratio=0.15"], TOKENS).chosen(examples, 0);
    let exact = Subject::new(&["mask:ratio=0.15,count=exact"], TOKENS).chosen(examples, 0);
    let count = |chosen: &[Vec<bool>]| {
        let counts = tally(chosen.iter().map(|marks| marks.iter().filter(|&&mark| mark).count()));
        goodness(&counts, &binomial(TOKENS as u64, P))
    };
    let short = Subject::new(&["mask:ratio=0.15"], 12).chosen(examples, 0);
    let none = |chosen: &[Vec<bool>]| chosen.iter().filter(|marks| !marks.contains(&true)).count() as u64;
    let no_none = short.iter().map(|marks| if marks.contains(&true) { marks.clone() } else { vec![true] });
    let first_spared = chosen.iter().map(|marks| [&[false], &marks[1..]].concat());
    // Spans of two, as frequent as single tokens: whole-word masking taken for token masking.
    let in_pairs = chosen.iter().map(|marks| marks.iter().step_by(2).flat_map(|&mark| [mark, mark]).collect());
    vec![
        law("mask: count ~ Binomial(W, p)", count(&chosen)),
        wrong("  a count that is met exactly", count(&exact)),
        law("mask: P(none) = (1-p)^W at W = 12", share(none(&short), examples, (1.0 - P).powi(12))),
        wrong("  at least one is always chosen", share(none(&no_none.collect::<Vec<_>>()), examples, 0.85f64.powi(12))),
        law("mask: positions uniform", positions(&chosen)),
        wrong("  the first token is spared", positions(&first_spared.collect::<Vec<_>>())),
        law("mask: neighbours independent", neighbours(&chosen)),
        wrong("  tokens chosen in pairs", neighbours(&in_pairs.collect::<Vec<_>>())),
    ]
}

fn positions(chosen: &[Vec<bool>]) -> Verdict {
    let n = chosen.len() as f64;
    let times = |at: usize| chosen.iter().filter(|marks| marks[at]).count() as f64;
    let square = |at| (times(at) - n * P).powi(2) / (n * P * (1.0 - P));
    chi_square((0..TOKENS).map(square).sum(), TOKENS)
}

fn neighbours(chosen: &[Vec<bool>]) -> Verdict {
    let both = |marks: &Vec<bool>| marks.windows(2).filter(|pair| pair[0] && pair[1]).count() as f64;
    let sample: Vec<f64> = chosen.iter().map(both).collect();
    let pairs = TOKENS as f64 - 1.0;
    let variance = pairs * P * P * (1.0 - P * P) + 2.0 * (pairs - 1.0) * (P.powi(3) - P.powi(4));
    mean(&sample, pairs * P * P, variance.sqrt())
}

/// What becomes of the chosen.
fn shares(examples: u64) -> Vec<Finding> {
    let split = |noise: &str| {
        let mut subject = Subject::new(&[noise], TOKENS);
        let mask = subject.corrupter.mask;
        let candidates = subject.corrupter.tokenizer.vocabulary().replacements().len() as f64;
        let mut counts = [0; 3];
        let mut touched = 0;
        subject.sample(examples, 0, |clean, body, _| {
            for ((&id, origin), &clean) in body.ids.iter().zip(&body.origins).zip(clean) {
                let outcome = if id == mask { 0 } else { 1 + usize::from(id != clean) };
                counts[outcome] += u64::from(origin.is_chosen());
                touched += u64::from(!origin.is_chosen() && id != clean);
            }
        });
        let kept = 0.1 + 0.1 / candidates;
        (goodness(&counts, &[0.8, kept, 0.2 - kept]), never(touched, examples))
    };
    let (right, untouched) = split("mask:ratio=0.15");
    vec![
        law("mask: shares .8, .1 + .1/V', .1 - .1/V'", right),
        wrong("  shares .8, .08, .12", split("mask:ratio=0.15,random=0.12").0),
        law("mask: nothing else is touched", untouched),
    ]
}

/// Random ids, over 510 to an example: a tenth of the examples is enough.
fn random_ids(examples: u64) -> Vec<Finding> {
    let mut subject = Subject::new(&["mask:ratio=1,mask=0,random=1"], TOKENS);
    let vocabulary = subject.corrupter.tokenizer.vocabulary();
    let candidates = vocabulary.replacements().to_vec();
    let size = vocabulary.size();
    let mut place = vec![candidates.len(); size];
    candidates.iter().enumerate().for_each(|(at, &id)| place[id as usize] = at);
    let fit = |counts: &[u64]| goodness(counts, &vec![1.0 / candidates.len() as f64; candidates.len()]);
    let (mut counts, mut same, mut draws) = (vec![0; candidates.len()], 0, 0);
    subject.sample(examples.div_ceil(10).max(200), 0, |clean, body, _| {
        for (&id, &clean) in body.ids.iter().zip(clean) {
            let at = place[id as usize];
            counts.resize(counts.len().max(at + 1), 0);
            counts[at] += 1;
            same += u64::from(id == clean);
            draws += 1;
        }
    });
    let mut rng = NoiseRng::new(&NoiseKey { seed: 0, document: 0, window: 0, copy: 0 }, 0);
    let with_special = tally((0..draws).map(|_| place[rng.below(size)]));
    vec![
        law("mask: random ids uniform over V', none special", fit(&counts)),
        wrong("  random ids from all ids, special ones too", fit(&with_special)),
        law("mask: a random id is the old one once in V'", share(same, draws, 1.0 / candidates.len() as f64)),
        wrong("  a random id is never the old one", share(0, draws, 1.0 / candidates.len() as f64)),
    ]
}

fn counts_and_words(examples: u64) -> Vec<Finding> {
    let mut subject = Subject::new(&["mask:ratio=0.15,count=exact"], TOKENS);
    let (mut outside, mut up) = (0, 0);
    subject.sample(examples, 0, |_, body, _| {
        let count = body.origins.iter().filter(|origin| origin.is_chosen()).count();
        outside += u64::from(count != 76 && count != 77);
        up += u64::from(count == 77);
    });
    let torn = |noise: &str| {
        let mut subject = Subject::of_prose(&[noise]);
        let begins: Vec<bool> = {
            let vocabulary = subject.corrupter.tokenizer.vocabulary();
            (0..subject.clean().len()).map(|at| vocabulary.begins_word_at(subject.clean(), at)).collect()
        };
        let words = begins.iter().filter(|&&begins| begins).count() as u64;
        let (mut torn, mut counts) = (0, Vec::new());
        subject.sample(examples.min(20_000), 0, |_, body, drawn| {
            let chosen = |at: usize| body.origins[at].is_chosen();
            torn += (1..begins.len()).filter(|&at| !begins[at] && chosen(at) != chosen(at - 1)).count() as u64;
            counts.push(drawn[0].chosen as usize);
        });
        (never(torn, examples.min(20_000)), goodness(&tally(counts.into_iter()), &binomial(words, P)))
    };
    let (whole, count) = torn("mask:ratio=0.15,unit=word");
    vec![
        law("mask: count=exact gives 76 or 77 of 76.5", never(outside, examples)),
        law("mask: count=exact gives 77 half the time", share(up, examples, 0.5)),
        wrong("  rounded up always", share(examples, examples, 0.5)),
        law("mask: unit=word chooses whole words", whole),
        wrong("  unit=token", torn("mask:ratio=0.15").0),
        law("mask: unit=word counts ~ Binomial(words, p)", count),
    ]
}

fn deletion(examples: u64) -> Vec<Finding> {
    let lengths = |noise: &str| {
        let mut subject = Subject::new(&[noise], TOKENS);
        let (mut lengths, mut faults) = (Vec::new(), 0);
        subject.sample(examples, 0, |clean, body, drawn| {
            lengths.push(TOKENS - body.len());
            let ordered = body.origins.windows(2).all(|pair| pair[0].position() < pair[1].position());
            let known = body.ids.iter().zip(&body.origins).all(|(id, o)| o.position().is_some_and(|p| clean[p] == *id));
            let counted = drawn[0].chosen as usize == TOKENS - body.len();
            faults += u64::from(!(ordered && known && counted));
        });
        (goodness(&tally(lengths.into_iter()), &binomial(TOKENS as u64, P)), never(faults, examples))
    };
    let (length, subsequence) = lengths("delete:ratio=0.15");
    let mut subject = Subject::new(&["delete:ratio=1"], 12);
    let (mut stayed, mut gone) = (vec![0; 12], 0);
    subject.sample(examples, 0, |_, body, _| match body.origins.as_slice() {
        [one] => stayed[one.position().unwrap_or(0)] += 1,
        _ => gone += 1,
    });
    let mut rng = NoiseRng::new(&NoiseKey { seed: 1, document: 0, window: 0, copy: 0 }, 0);
    // The last one stays unless it is chosen as well: what a loop that stops in time gives.
    let last = tally((0..examples).map(|_| if rng.happens(Chance::new(0.5)) { 11 } else { rng.below(12) }));
    vec![
        law("delete: length n - K, K ~ Binomial(W, p)", length),
        wrong("  a ratio of .16", lengths("delete:ratio=0.16").0),
        law("delete: a subsequence of the labels, no new id", subsequence),
        wrong("  masks left in place", lengths("mask:ratio=0.15").1),
        law("delete: one unit stays", never(gone, examples)),
        law("delete: the one that stays is uniform", uniform(&stayed)),
        wrong("  the last one stays half the time", uniform(&last)),
    ]
}
