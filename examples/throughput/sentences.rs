//! Splitting sentences, beside the crate that one would use otherwise; then the patterns that hurt splitters.

#![allow(clippy::print_stdout)] // it is what a benchmark is for

use std::hint::black_box;
use std::time::{Duration, Instant};

use muddle::sentence::{Language, Method, split, uax29};
use unicode_segmentation::UnicodeSegmentation;

/// How often each contestant runs; they take turns, so that a busy moment hurts all alike.
const ROUNDS: usize = 7;

/// A contestant's name and what it does to a text, telling the number of sentences.
type Contestant = (&'static str, fn(&str, &mut Vec<usize>) -> usize);

const CONTESTANTS: [Contestant; 4] =
    [("auto", auto), ("uax29", by_uax29), ("uax29, raw bounds", raw), ("crate", crate_itself)];

fn auto(text: &str, ends: &mut Vec<usize>) -> usize {
    split(text, Method::Auto, Language::from_code("en"), ends);
    ends.len()
}

fn by_uax29(text: &str, ends: &mut Vec<usize>) -> usize {
    split(text, Method::Uax29, None, ends);
    ends.len()
}

fn raw(text: &str, ends: &mut Vec<usize>) -> usize {
    uax29::bounds(text, ends);
    ends.len()
}

fn crate_itself(text: &str, _: &mut Vec<usize>) -> usize {
    text.split_sentence_bounds().count()
}

/// Prints megabytes a second on a natural text, then on patterns of one megabyte each.
pub fn run(text: &str) {
    println!("sentences, {:.1} MB of text, median of {ROUNDS} alternating runs", megabytes(text));
    let mut times = [const { Vec::new() }; CONTESTANTS.len()];
    let mut counts = [0; CONTESTANTS.len()];
    for _ in 0..ROUNDS {
        for (index, (_, contestant)) in CONTESTANTS.iter().enumerate() {
            let (time, count) = timed(text, *contestant);
            times[index].push(time);
            counts[index] = count;
        }
    }
    let rates = times.map(|times| megabytes(text) / median(times).as_secs_f64());
    let of_the_crate = rates[CONTESTANTS.len() - 1];
    for ((name, _), (rate, count)) in CONTESTANTS.iter().zip(rates.iter().zip(counts)) {
        println!("  {name:<18} {rate:7.1} MB/s  {:5.1} x the crate  {count:7} sentences", rate / of_the_crate);
    }
    println!("patterns, 1 MB each: MB/s of auto and of uax29");
    for (name, text) in worst_cases() {
        let rate =
            |contestant| megabytes(&text) / median((0..3).map(|_| timed(&text, contestant).0).collect()).as_secs_f64();
        println!("  {name:<22} {:8.1} {:8.1}", rate(auto), rate(by_uax29));
    }
}

/// Repeated patterns, and a full stop followed by a megabyte of one character.
fn worst_cases() -> Vec<(String, String)> {
    const REPEATED: [&str; 20] = [
        ". ",
        "Mr. ",
        "5 a.m. ",
        "\"A. ",
        "(A. b ",
        "1. ",
        "1) a 2) b ",
        "「あ。",
        "\n",
        "! ",
        "A.",
        ".",
        ".)",
        "•",
        "“好。",
        "α; ",
        "a\u{301}.",
        "x. - A",
        "„A. ",
        ". . . ",
    ];
    const FILLERS: [&str; 6] = [" ", ")", "\"", ",", "»", "\u{301}"];
    let repeat = |pattern: &str| pattern.repeat((1 << 20) / pattern.len());
    let repeated = REPEATED.iter().map(|pattern| (format!("{pattern:?}"), repeat(pattern)));
    let filled = FILLERS.iter().map(|filler| (format!("\".\" then {filler:?}"), format!("End.{}x", repeat(filler))));
    repeated.chain(filled).collect()
}

fn timed(text: &str, contestant: fn(&str, &mut Vec<usize>) -> usize) -> (Duration, usize) {
    let mut ends = Vec::new();
    let start = Instant::now();
    let count = black_box(contestant(black_box(text), &mut ends));
    (start.elapsed(), count)
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn megabytes(text: &str) -> f64 {
    text.len() as f64 / 1e6
}
