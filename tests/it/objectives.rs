//! The types carry objectives beyond BERT and BART: a toy noise of each kind, outside the library, and a mixture of them.

use std::sync::Arc;

use muddle::noise::{Body, Context, Drawn, Kind, Noise, Source, Step};
use muddle::objective::{Labels, Mix, Objective};
use muddle::pipeline::Scratch;
use muddle::records::{Record, Records};
use muddle::target::Target;

use crate::laws::subject::Subject;

/// Stands for the sentinels of a tokenizer that has them.
const SENTINELS: [u32; 2] = [1000, 1001];

/// Hides the second and the fourth token, each behind a sentinel of its own (T5).
struct ToySpans;

const SPANS: Kind = Kind { name: "toy-spans", about: "for this test", keys: &[], parse: |_| Ok(Arc::new(ToySpans)) };

impl Noise for ToySpans {
    fn target(&self) -> Target {
        Target::Hidden
    }

    fn apply(&self, body: &mut Body, cx: &mut Context, _: &mut Drawn) -> anyhow::Result<()> {
        let mut into = Body::default();
        into.rewrite_from(body);
        into.begin_sentence();
        for at in 0..body.len() {
            match at {
                1 | 3 => into.push_sentinel(SENTINELS[at / 2], body, std::iter::once(at), cx.window.body),
                _ => into.extend(body, at..at + 1),
            }
        }
        *body = into;
        Ok(())
    }

    fn describe(&self, _: &Drawn) -> String {
        String::new()
    }
}

/// The middle goes to the end (fill-in-the-middle, without its marks).
struct ToyMiddle;

const MIDDLE: Kind = Kind { name: "toy-middle", about: "for this test", keys: &[], parse: |_| Ok(Arc::new(ToyMiddle)) };

impl Noise for ToyMiddle {
    fn target(&self) -> Target {
        Target::Input
    }

    fn apply(&self, body: &mut Body, cx: &mut Context, _: &mut Drawn) -> anyhow::Result<()> {
        let cut = cx.rng.below(body.len());
        body.ids[cut..].rotate_left(1);
        body.origins[cut..].rotate_left(1);
        Ok(())
    }

    fn describe(&self, _: &Drawn) -> String {
        String::new()
    }
}

fn objective(kind: &'static Kind) -> Objective {
    let step = Step::new(kind, "", None).unwrap();
    let target = step.noise.target();
    let mut objective = Objective::new(vec![step], Labels::Full).unwrap();
    objective.target = target;
    objective
}

/// The record of a window of six tokens under a mixture, for a seed.
fn record<T>(mix: Mix, seed: u64, see: impl FnOnce(&[u32], &Body, Record) -> T) -> T {
    let mut subject = Subject::new(&["none"], 6);
    (subject.corrupter.mix, subject.corrupter.seed) = (mix, seed);
    let windows = subject.windows();
    let (template, mut scratch) = (subject.corrupter.tokenizer.template(), Scratch::new(&subject.corrupter.tokenizer));
    let shown = |example: &muddle::pipeline::Example| {
        let mut records = Records::default();
        records.push(example.window.body, &example.made.body, template, example.objective);
        see(example.window.body, &example.made.body, records.get(0))
    };
    subject.corrupter.corrupt_window(&windows.get(0), 0, &mut scratch, shown).unwrap()
}

#[test]
fn labels_of_spans_interleave_with_the_input_to_the_text() {
    record(Mix::single(objective(&SPANS)), 0, |clean, body, record| {
        let (first, last) = (record.input_ids[0], *record.input_ids.last().unwrap());
        assert_eq!(record.input_ids, [first, clean[0], 1000, clean[2], 1001, clean[4], clean[5], last]);
        let labels: Vec<u32> = record.labels.iter().map(|&label| label as u32).collect();
        assert_eq!(labels, [1000, clean[1], 1001, clean[3], last]);
        let text = (0..body.len()).flat_map(|at| match body.source(at) {
            Source::Clean(position) => vec![position],
            Source::StandsFor(span) | Source::Reencoded(span) => span.iter().map(|&at| at as usize).collect(),
        });
        assert_eq!(text.collect::<Vec<_>>(), (0..6).collect::<Vec<_>>());
    });
}

#[test]
fn labels_of_the_input_are_the_input_and_a_prefix_stands_inside_the_template() {
    let mut prefixed = objective(&MIDDLE);
    prefixed.prefix = vec![7, 8];
    record(Mix::single(prefixed), 3, |clean, _, record| {
        let labels: Vec<u32> = record.labels.iter().map(|&label| label as u32).collect();
        assert_eq!(labels, record.input_ids);
        assert_eq!((&record.input_ids[1..3], record.input_ids.len()), (&[7, 8][..], clean.len() + 4));
    });
}

#[test]
fn a_mixture_gives_each_window_the_labels_of_its_own_objective() {
    let mix = || Mix::new(vec![(1.0, objective(&SPANS)), (1.0, objective(&MIDDLE))]);
    let spans = (0..200).filter(|&seed| record(mix(), seed, |_, _, record| record.labels.len() == 5)).count();
    let middles = (0..200).filter(|&seed| record(mix(), seed, |_, _, record| record.labels.len() == 8)).count();
    // Five standard deviations of a binomial around half.
    assert!(spans + middles == 200 && spans.abs_diff(100) < 36, "{spans} {middles}");
}
