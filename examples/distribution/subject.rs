//! What the laws are tried on: one window of a fixture, corrupted over and over; and findings about it.

use std::path::Path;

use muddle::document::Documents;
use muddle::noise::{Body, Drawn, Step};
use muddle::objective::{Labels, Mix, Objective};
use muddle::pipeline::{Corrupter, Scratch, Splitting};
use muddle::sentence::Method;
use muddle::tokenizer::{Location, Tokenizer};
use muddle::window::{Packing, Windows};

use super::statistics::Verdict;

/// One line of the table: a law held against a sample, or the same test on a wrong variant.
pub struct Finding {
    pub law: &'static str,
    pub verdict: Verdict,
    pub wrong: bool,
}

/// A law that has to stand.
pub fn law(law: &'static str, verdict: Verdict) -> Finding {
    Finding { law, verdict, wrong: false }
}

/// A variant that the test above has to reject.
pub fn wrong(law: &'static str, verdict: Verdict) -> Finding {
    Finding { law, verdict, wrong: true }
}

/// Sentinels at hand.
const SENTINELS: usize = 1000;

/// Everything settled, for calls without a process.
pub fn corrupter(mut tokenizer: Tokenizer, noises: &[&str], packing: Packing, max_length: usize) -> Corrupter {
    let steps: Vec<Step> = noises.iter().map(|noise| noise.parse().unwrap()).collect();
    let vocabulary = tokenizer.vocabulary();
    let mask =
        ["<mask>", "[MASK]", "<extra_id_0>", "<unk>", "<|endoftext|>"].iter().find_map(|name| vocabulary.id(name));
    let mut mix = Mix::single(Objective::new(steps, Labels::Auto).unwrap());
    mix.bind(&mut tokenizer).unwrap();
    mix.settle(tokenizer.template(), max_length, SENTINELS).unwrap();
    Corrupter {
        splitting: Splitting::new(Method::Uax29, None),
        packing,
        mix,
        mask: mask.unwrap(),
        // All alike: the laws ask where they stand, not which they are.
        sentinels: vec![mask.unwrap(); SENTINELS],
        languages: None,
        joint: None,
        specials_inside: matches!(packing, Packing::Stream { .. }),
        seed: 0,
        copies: 0..1,
        meta: false,
        positions: false,
        detailed: false,
        tokenizer,
    }
}

/// A fixture tokenizer.
pub fn tokenizer(name: &str) -> Tokenizer {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/tokenizers").join(name);
    Tokenizer::load(&Location { file, folder: None }, false).unwrap()
}

/// Texts as documents.
pub fn documents<'t>(texts: impl IntoIterator<Item = &'t str>) -> Documents {
    Documents::of_texts("test", false, texts)
}

/// A recipe and the window it is tried on.
pub struct Subject {
    pub corrupter: Corrupter,
    windows: Windows,
}

impl Subject {
    /// A window of `tokens` one-token units, six to a sentence: five words and a mark.
    pub fn new(noises: &[&str], tokens: usize) -> Subject {
        let text: String = (0..tokens).map(|at| if at % 6 == 5 { "!" } else { " the" }).collect();
        let subject = Subject::of_text(noises, text, 2 * tokens + 2);
        assert_eq!(subject.clean().len(), tokens);
        subject
    }

    /// The first window of a text.
    pub fn of_text(noises: &[&str], text: String, max_length: usize) -> Subject {
        let corrupter = corrupter(tokenizer("bytelevel.json"), noises, Packing::Fit, max_length);
        let windows = corrupter.pack(documents([text.as_str()]), &mut corrupter.tokenizer.encoder()).windows;
        Subject { corrupter, windows }
    }

    /// A window of English prose.
    pub fn of_prose(noises: &[&str]) -> Subject {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/texts/english.txt");
        Subject::of_text(noises, std::fs::read_to_string(path).unwrap().replace('\n', " "), 512)
    }

    /// What the window is one of.
    #[allow(dead_code)] // The laws look at the first window alone.
    pub fn windows(&self) -> &Windows {
        &self.windows
    }

    /// Its clean body.
    pub fn clean(&self) -> &[u32] {
        self.windows.get(0).body
    }

    /// Starts a body over, with where its sentences begin.
    pub fn start(&self, body: &mut Body) {
        body.start(&self.windows.get(0));
    }

    /// Calls `see` with the corrupted body and what each step drew, for the seeds from 0 up.
    pub fn sample(&mut self, seeds: u64, copy: u32, mut see: impl FnMut(&[u32], &Body, &[Drawn])) {
        let window = self.windows.get(0);
        let tokenizer = tokenizer("bytelevel.json");
        let mut scratch = Scratch::new(&tokenizer);
        for seed in 0..seeds {
            self.corrupter.seed = seed;
            let corrupter = &self.corrupter;
            corrupter
                .corrupt_window(&window, copy, &mut scratch, |example| {
                    see(window.body, &example.made.body, &example.made.drawn);
                })
                .unwrap();
        }
    }

    /// Which clean positions a mask chose, for so many seeds.
    pub fn chosen(&mut self, seeds: u64, copy: u32) -> Vec<Vec<bool>> {
        let mut all = Vec::new();
        self.sample(seeds, copy, |_, body, _| all.push(body.origins.iter().map(|o| o.is_chosen()).collect()));
        all
    }
}

/// Counts outcomes.
pub fn tally(outcomes: impl Iterator<Item = usize>) -> Vec<u64> {
    let mut counts = Vec::new();
    for outcome in outcomes {
        if counts.len() <= outcome {
            counts.resize(outcome + 1, 0);
        }
        counts[outcome] += 1;
    }
    counts
}
