//! What holds for every recipe: nothing asked is nothing done, and what is drawn is drawn independently.

use muddle::pipeline::Scratch;
use muddle::rng::{NoiseKey, NoiseRng};
use muddle::window::Packing;

use super::statistics::{Verdict, mean, never, share};
use super::subject::{Finding, Subject, corrupter, documents, law, tokenizer, wrong};

/// What is found over so many examples each.
pub fn findings(examples: u64) -> Vec<Finding> {
    let mut all = nothing(examples);
    all.extend(sometimes(examples));
    all.extend(independent(examples));
    all.push(law("all: noise does not depend on the order of documents", order_of_documents(examples, true)));
    all.push(wrong("  one generator for the batch", order_of_documents(examples, false)));
    all
}

fn nothing(examples: u64) -> Vec<Finding> {
    let changed = |noises: &[&str]| {
        let mut changed = 0;
        Subject::new(noises, 60).sample(examples, 0, |clean, body, _| changed += u64::from(clean != body.ids));
        changed
    };
    let each = ["mask:ratio=0", "delete:ratio=0", "infill:ratio=0", "permute:ratio=0", "rotate@0", "mask@0"];
    let alone: u64 = each.iter().map(|noise| changed(&[noise])).sum();
    vec![
        law("all: ratio 0 and @0 are the identity", never(alone + changed(&each), 7 * examples)),
        wrong("  ratio .01", never(changed(&["mask:ratio=0.01"]), examples)),
    ]
}

/// Steps with `@p`, and the steps of a recipe beside each other.
fn sometimes(examples: u64) -> Vec<Finding> {
    let applied = |noises: &[&str], copy: u32| {
        let mut applied = Vec::new();
        Subject::new(noises, 12).sample(examples, copy, |_, _, drawn| {
            applied.push(drawn.iter().map(|drawn| drawn.applied).collect::<Vec<bool>>());
        });
        applied
    };
    let count = |applied: &[Vec<bool>], both: bool| {
        let all = |steps: &&Vec<bool>| if both { steps.iter().all(|&step| step) } else { steps[0] };
        applied.iter().filter(all).count() as u64
    };
    let two = applied(&["delete@0.5", "rotate@0.5"], 0);
    let one_stream: Vec<Vec<bool>> = two.iter().map(|steps| vec![steps[0], steps[0]]).collect();
    let probability = |noise: &str| share(count(&applied(&[noise], 0), false), examples, 0.3);
    vec![
        law("all: @.3 applies with probability .3", probability("rotate@0.3")),
        wrong("  @.35", probability("rotate@0.35")),
        law("all: two steps @.5 both apply with .25", share(count(&two, true), examples, 0.25)),
        wrong("  one stream for the recipe's positions", share(count(&one_stream, true), examples, 0.25)),
    ]
}

/// Of two independent choices of tokens each, how many are in both?
fn independent(examples: u64) -> Vec<Finding> {
    let chosen = |noises: &[&str], copy| Subject::new(noises, 100).chosen(examples + 1, copy);
    let first = chosen(&["mask:ratio=0.15"], 0);
    let copy = chosen(&["mask:ratio=0.15"], 1);
    let second_place = chosen(&["rotate@0", "mask:ratio=0.15"], 0);
    let overlap = |a: &[Vec<bool>], b: &[Vec<bool>]| {
        let both = |(a, b): (&Vec<bool>, &Vec<bool>)| a.iter().zip(b).filter(|(a, b)| **a && **b).count() as f64;
        let sample: Vec<f64> = a.iter().zip(b).map(both).collect();
        let p: f64 = 0.15 * 0.15;
        mean(&sample, 100.0 * p, (100.0 * p * (1.0 - p)).sqrt())
    };
    vec![
        law("all: copies are independent", overlap(&first, &copy)),
        wrong("  each copy the same", overlap(&first, &first)),
        law("all: neighbouring seeds are independent", overlap(&first, &first[1..])),
        law("all: positions in the recipe are independent", overlap(&first, &second_place)),
        law("all: copy and position do not stand for each other", overlap(&copy, &second_place)),
    ]
}

/// Two documents, in either order: records whose choices differ. The wrong variant draws for both from one generator.
fn order_of_documents(examples: u64, keyed: bool) -> Verdict {
    let examples = examples.min(2000);
    let engine = tokenizer("bytelevel.json");
    let mut corrupter = corrupter(tokenizer("bytelevel.json"), &["mask:ratio=0.15"], Packing::Fit, 512);
    let texts = ["the first of two documents ".repeat(8), "and this is another one ".repeat(8)];
    let mut differ = 0;
    for seed in 0..examples {
        corrupter.seed = seed;
        let noise = |texts: &[&String]| {
            let windows = corrupter
                .pack(documents(texts.iter().map(|text| text.as_str())), &mut corrupter.tokenizer.encoder())
                .windows;
            let mut scratch = Scratch::new(&engine);
            let mut batch = NoiseRng::new(&NoiseKey { seed, document: 0, window: 0, copy: 0 }, 0);
            let mut noise = |at: usize| {
                let mut chosen = Vec::new();
                corrupter
                    .corrupt_window(&windows.get(at), 0, &mut scratch, |example| {
                        let body = &example.made.body;
                        batch.happening(body.len(), muddle::rng::Chance::new(0.15), &mut chosen);
                        if keyed {
                            (0..).zip(&body.origins).filter(|(_, o)| o.is_chosen()).map(|(at, _)| at).collect()
                        } else {
                            chosen.clone()
                        }
                    })
                    .unwrap()
            };
            [noise(0), noise(1)]
        };
        let [a, b] = noise(&[&texts[0], &texts[1]]);
        let [b_first, a_second] = noise(&[&texts[1], &texts[0]]);
        differ += u64::from(a != a_second || b != b_first);
    }
    never(differ, examples)
}
