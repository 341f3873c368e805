//! Fill in the middle.

use muddle::noise::{Body, Edit, Source};
use muddle::tokenizer::Tokenizer;

use super::statistics::{goodness, mean, mean_alone, never, share};
use super::subject::{Finding, Subject, law, tally, tokenizer, wrong};

/// Tokens of the fixture that play the part of the marks, in the order prefix, suffix, middle.
pub const MARKS: &str = "pre=<s>,suf=<pad>,mid=<mask>";

const TEXT: &str = "fn main() { let café = \"naïve\"; print(café) }";

/// What is found over so many examples each.
pub fn findings(examples: u64) -> Vec<Finding> {
    let mut all = middles(examples);
    all.extend(shares(examples));
    all.extend(nothing_lost(examples));
    all
}

fn subject(keys: &str, text: &str, max_length: usize) -> Subject {
    Subject::of_text(&[&format!("fim:{MARKS}{keys}")], text.to_string(), max_length)
}

/// How long the middle is: two of the n + 1 places between characters, each as likely as any.
fn middles(examples: u64) -> Vec<Finding> {
    let n = TEXT.chars().count();
    let places = (n + 1) as f64;
    let apart = |k: usize| if k == 0 { 1.0 / places } else { 2.0 * (places - k as f64) / (places * places) };
    let exact: Vec<f64> = (0..=n).map(apart).collect();
    let expected = n as f64 * (n as f64 + 2.0) / (3.0 * places);
    let moment = |of: &dyn Fn(f64) -> f64| exact.iter().zip(0..).map(|(p, k)| p * of(f64::from(k))).sum::<f64>();
    assert!((moment(&|k| k) - expected).abs() < 1e-9);
    let deviation = moment(&|k| (k - expected).powi(2)).sqrt();
    let sample = |keys: &str| {
        let mut lengths = Vec::new();
        subject(keys, TEXT, 512).sample(examples, 0, |_, _, drawn| {
            if drawn[0].chosen == 1 {
                lengths.push(drawn[0].middle[0] as usize);
            }
        });
        lengths
    };
    let right = sample(",rate=1");
    let nonempty = sample(",rate=1,nonempty=yes");
    let fit = |lengths: &[usize]| goodness(&tally(lengths.iter().copied()), &exact);
    let average = |lengths: &[usize], expected: f64| {
        let lengths: Vec<f64> = lengths.iter().map(|&length| length as f64).collect();
        if expected == n as f64 / 3.0 { mean_alone(&lengths, expected) } else { mean(&lengths, expected, deviation) }
    };
    let empty = |lengths: &[usize]| lengths.iter().filter(|&&length| length == 0).count() as u64;
    // A start that is uniform, and an end that is uniform behind it.
    let behind: Vec<usize> = right.iter().zip(right.iter().skip(1)).map(|(a, b)| (n - a) * b / n).collect();
    vec![
        law("fim: length of the middle, two uniform places", fit(&right)),
        wrong("  the end is drawn behind the start", fit(&behind)),
        law("fim: E|M| = n(n+2)/(3(n+1))", average(&right, expected)),
        wrong("  the end is drawn behind the start", average(&behind, expected)),
        law("fim: P(M empty) = 1/(n+1)", share(empty(&right), examples, 1.0 / places)),
        wrong("  no part is empty", share(empty(&nonempty), examples, 1.0 / places)),
        law("fim: nonempty=yes, E|M| = n/3", average(&nonempty, n as f64 / 3.0)),
    ]
}

fn shares(examples: u64) -> Vec<Finding> {
    let count = |keys: &str| {
        let (mut cut, mut suffix_first) = (0, 0);
        subject(keys, TEXT, 512).sample(examples, 0, |_, _, drawn| {
            cut += drawn[0].chosen;
            suffix_first += drawn[0].suffix_first;
        });
        (cut, suffix_first)
    };
    let (cut, suffix_first) = count("");
    let (more, _) = count(",rate=0.53");
    let (all, few) = count(",rate=1,spm=0.45");
    vec![
        law("fim: half of the files are cut", share(cut, examples, 0.5)),
        wrong("  rate=.53", share(more, examples, 0.5)),
        law("fim: half of those have their suffix first", share(suffix_first, cut, 0.5)),
        wrong("  spm=.45", share(few, all, 0.5)),
    ]
}

/// In windows as full as they come, prefix, middle and suffix are the text.
fn nothing_lost(examples: u64) -> Vec<Finding> {
    let tokenizer = tokenizer("bytelevel.json");
    let (mut lost, mut lost_to_length, mut redrawn, mut cuts) = (0, 0, 0, 0);
    let mut subject = subject(",rate=1", &TEXT.repeat(40), 64);
    let text = tokenizer.decode(subject.clean()).unwrap();
    subject.sample(examples.div_ceil(4), 0, |clean, body, drawn| {
        lost += u64::from(parts(body, body.len(), &tokenizer).concat() != text);
        // Cut to the length that the window had (Megatron).
        lost_to_length += u64::from(parts(body, clean.len(), &tokenizer).concat() != text);
        redrawn += u64::from(drawn[0].redraws > 0);
        cuts += drawn[0].chosen;
    });
    vec![
        law("fim: prefix + middle + suffix is the text", never(lost, cuts)),
        wrong("  records cut to the length of their windows", never(lost_to_length, cuts)),
        law("fim: room is kept for what cuts inside tokens add", never(u64::from(redrawn > cuts / 20), cuts)),
    ]
}

/// The texts of prefix, middle and suffix, as far as the first `end` ids hold them.
pub fn parts(body: &Body, end: usize, tokenizer: &Tokenizer) -> [String; 3] {
    let sign = |at: &usize| body.source(*at) == Source::StandsFor(&[]) && body.origins[*at].edit() == Edit::None;
    let is_middle = |at: usize| body.origins[at].edit() == Edit::Kept;
    let signs: Vec<usize> = (0..body.len()).filter(sign).collect();
    let stretch = |from: usize, to: usize| tokenizer.decode(&body.ids[from.min(end)..to.min(end)]).unwrap();
    let [a, b, c] = signs[..] else { panic!("three marks") };
    let middle = (c + 1..body.len()).find(|&at| is_middle(at)).unwrap_or(body.len());
    // pre suf S mid P M, or pre P suf S mid M; the same where P is empty.
    let (prefix, middle) = if b == a + 1 { (c + 1..middle, middle) } else { (a + 1..b, c + 1) };
    [stretch(prefix.start, prefix.end), stretch(middle, body.len()), stretch(b + 1, c)]
}
