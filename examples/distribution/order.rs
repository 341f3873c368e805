//! Permutation and rotation.

use muddle::noise::Body;
use muddle::rng::{NoiseKey, NoiseRng};

use super::statistics::{Verdict, goodness, mean, never, share, uniform};
use super::subject::{Finding, Subject, law, tally, wrong};

/// What is found over so many examples each.
pub fn findings(examples: u64) -> Vec<Finding> {
    let mut all = permutations(examples);
    all.extend(partly(examples));
    all.extend(rotations(examples));
    all.extend(places(examples));
    all
}

/// The order of the sentences, by where each stood.
fn order(body: &Body, sentence: usize) -> Vec<usize> {
    let first = |&at: &u32| body.origins[at as usize].position().map_or(usize::MAX, |place| place / sentence);
    body.sentences.iter().map(first).collect()
}

fn orders(noise: &str, sentences: usize, examples: u64) -> Vec<Vec<usize>> {
    let mut all = Vec::new();
    Subject::new(&[noise], 6 * sentences).sample(examples, 0, |_, body, _| all.push(order(body, 6)));
    all
}

/// Which of the S! orders it is.
fn rank(order: &[usize]) -> usize {
    let smaller_after = |at: usize| order[at + 1..].iter().filter(|&&other| other < order[at]).count();
    (0..order.len()).fold(0, |rank, at| rank * (order.len() - at) + smaller_after(at))
}

fn all_equal(orders: &[Vec<usize>]) -> Verdict {
    let possible = (1..=orders[0].len()).product();
    let mut counts = tally(orders.iter().map(|order| rank(order)));
    counts.resize(counts.len().max(possible), 0);
    uniform(&counts)
}

/// Sattolo's shuffle, a Fisher and Yates with the usual mistake: single cycles only.
fn cycles(sentences: usize, examples: u64) -> Vec<Vec<usize>> {
    let mut rng = NoiseRng::new(&NoiseKey { seed: 0, document: 0, window: 0, copy: 0 }, 0);
    let mut cycle = |_| {
        let mut order: Vec<usize> = (0..sentences).collect();
        (1..sentences).rev().for_each(|last| order.swap(last, rng.below(last)));
        order
    };
    (0..examples).map(&mut cycle).collect()
}

fn permutations(examples: u64) -> Vec<Finding> {
    let (three, four) = (orders("permute", 3, examples), orders("permute", 4, examples));
    let stay = |order: &[usize]| order.iter().enumerate().filter(|(at, sentence)| at == *sentence).count();
    let identity = |orders: &[Vec<usize>]| {
        share(orders.iter().filter(|order| order.is_sorted()).count() as u64, examples, 1.0 / 24.0)
    };
    let fixed =
        |orders: &[Vec<usize>]| mean(&orders.iter().map(|order| stay(order) as f64).collect::<Vec<_>>(), 1.0, 1.0);
    let inverted = |order: &Vec<usize>| {
        (1..order.len()).map(|at| order[..at].iter().filter(|&&before| before > order[at]).count()).sum::<usize>()
            as f64
    };
    // S(S-1)/4 with variance S(S-1)(2S+5)/72.
    let inversions =
        |orders: &[Vec<usize>]| mean(&orders.iter().map(inverted).collect::<Vec<_>>(), 3.0, (156.0f64 / 72.0).sqrt());
    let sattolo = cycles(4, examples);
    vec![
        law("permute: 3! orders equally likely", all_equal(&three)),
        wrong("  single cycles only", all_equal(&cycles(3, examples))),
        law("permute: 4! orders equally likely", all_equal(&four)),
        wrong("  single cycles only", all_equal(&sattolo)),
        law("permute: P(identity) = 1/S! at S = 4", identity(&four)),
        wrong("  never the identity", identity(&sattolo)),
        law("permute: E[fixed points] = 1", fixed(&four)),
        wrong("  single cycles only", fixed(&sattolo)),
        law("permute: E[inversions] = S(S-1)/4", inversions(&four)),
        wrong("  single cycles only", inversions(&sattolo)),
    ]
}

/// A quarter of ten sentences is three, rounded up: 0, 2 or 3 of them stand elsewhere.
fn partly(examples: u64) -> Vec<Finding> {
    let moved = |noise: &str| {
        let orders = orders(noise, 10, examples);
        let moved = |order: &Vec<usize>| (0..10).filter(|&at| order[at] != at).collect::<Vec<_>>();
        let swapped: Vec<Vec<usize>> = orders.iter().map(moved).collect();
        let pairs = swapped.iter().filter(|moved| moved.len() == 2).map(|pair| pair[1] * (pair[1] - 1) / 2 + pair[0]);
        let mut by_pair = tally(pairs);
        by_pair.resize(45, 0);
        let counts = tally(swapped.iter().map(Vec::len));
        (goodness(&counts, &[1.0 / 6.0, 0.0, 0.5, 1.0 / 3.0]), uniform(&by_pair))
    };
    let (count, pairs) = moved("permute:ratio=0.25");
    vec![
        law("permute: ratio=.25 of 10 moves 0, 2 or 3 (1/6, 1/2, 1/3)", count),
        wrong("  rounded down to two", moved("permute:ratio=0.2").0),
        law("permute: those that take part are uniform", pairs),
    ]
}

fn rotations(examples: u64) -> Vec<Finding> {
    let mut subject = Subject::new(&["rotate"], 12);
    let (mut starts, mut other) = (vec![0; 12], 0);
    subject.sample(examples, 0, |clean, body, _| {
        let start = body.origins[0].position().unwrap_or(0);
        starts[start] += 1;
        other += u64::from([&clean[start..], &clean[..start]].concat() != body.ids);
    });
    let mut rng = NoiseRng::new(&NoiseKey { seed: 0, document: 0, window: 0, copy: 0 }, 0);
    // fairseq draws from 0..=n with the template counted in, so two of its draws leave the body as it is.
    let fairseq = tally((0..examples).map(|_| rng.below(13) % 12));
    vec![
        law("rotate: start uniform", uniform(&starts)),
        wrong("  fairseq's, the identity 2/(n+1)", uniform(&fairseq)),
        law("rotate: P(identity) = 1/n", share(starts[0], examples, 1.0 / 12.0)),
        wrong("  fairseq's, the identity 2/(n+1)", share(fairseq[0], examples, 1.0 / 12.0)),
        law("rotate: a cyclic shift of the labels", never(other, examples)),
    ]
}

/// Words and sentences begin where they begin, and each is the start equally often.
fn places(examples: u64) -> Vec<Finding> {
    let examples = examples.min(20_000);
    let starts = |noise: &str, by_sentence: bool| {
        let mut subject = Subject::of_prose(&[noise]);
        let vocabulary = subject.corrupter.tokenizer.vocabulary();
        let clean = subject.clean();
        let mut begins: Vec<usize> = (0..clean.len()).filter(|&at| vocabulary.begins_word_at(clean, at)).collect();
        if by_sentence {
            let mut body = Body::default();
            subject.start(&mut body);
            begins = body.sentences.iter().map(|&at| at as usize).collect();
        }
        let mut counts = vec![0; begins.len() + 1];
        subject.sample(examples, 0, |_, body, _| {
            let start = body.origins[0].position().unwrap_or(0);
            counts[begins.binary_search(&start).unwrap_or(begins.len())] += 1;
        });
        let places = begins.len();
        goodness(&counts, &vec![1.0 / places as f64; places])
    };
    vec![
        law("rotate: unit=word begins at words, uniformly", starts("rotate:unit=word", false)),
        wrong("  unit=token", starts("rotate", false)),
        law("rotate: unit=sentence begins at sentences, uniformly", starts("rotate:unit=sentence", true)),
        wrong("  unit=word", starts("rotate:unit=word", true)),
    ]
}
