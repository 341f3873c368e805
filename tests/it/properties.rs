//! What holds for any text, any tokenizer of the fixtures, any packing and any recipe of up to four steps.

mod any;

use std::ops::Range;
use std::sync::Arc;

use muddle::noise::{Body, Drawn, Edit, Origin, Source, Step, TokenState};
use muddle::objective::{Labels, Mix, Objective};
use muddle::padding::{Pad, Padding};
use muddle::pipeline::{Corrupter, Scratch};
use muddle::records::Records;
use muddle::target::{IGNORE_INDEX, Target};
use muddle::tokenizer::Edge;
use muddle::window::{Packing, SplitDocument, Windows};
use proptest::prelude::*;
use proptest::test_runner::{RngSeed, TestCaseError};

use crate::laws::subject::documents;
use any::{CORRUPTERS, TOKENIZERS, packing, step, text};

fn config(cases: u32) -> ProptestConfig {
    let cases = std::env::var("MUDDLE_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(cases);
    ProptestConfig { cases, failure_persistence: None, rng_seed: RngSeed::Fixed(7), ..ProptestConfig::default() }
}

/// One window's clean body, what became of it, and how it was drawn.
struct Seen<'s> {
    clean: &'s [u32],
    body: &'s Body,
    recipe: &'s str,
}

fn separator(corrupter: &Corrupter) -> Option<u32> {
    match corrupter.packing {
        Packing::Stream { eos } => Some(eos),
        _ => corrupter.joint,
    }
}

fn special(corrupter: &Corrupter, ids: impl Iterator<Item = u32>) -> Vec<u32> {
    let vocabulary = corrupter.tokenizer.vocabulary();
    let kept = |id: &u32| vocabulary.is_special(*id) && vocabulary.unknown() != Some(*id) && *id != corrupter.mask;
    let mut ids: Vec<u32> = ids.filter(kept).collect();
    ids.sort_unstable();
    ids
}

fn check_body(corrupter: &Corrupter, seen: &Seen) -> Result<(), TestCaseError> {
    let Seen { clean, body, recipe } = seen;
    prop_assert_eq!(body.ids.len(), body.origins.len());
    prop_assert!(!body.is_empty(), "a body never vanishes");
    let specials =
        clean.iter().filter(|&&id| !corrupter.tokenizer.vocabulary().is_text(id, separator(corrupter))).count();
    let longest = |objective: &Objective| {
        objective.extent(objective.room.max(clean.len()), specials, corrupter.sentinels.len()).input
    };
    let most = corrupter.mix.objectives().map(|(_, objective)| longest(objective)).max().unwrap_or_default();
    // Special tokens are counted in, though noise hides none.
    let most = most.max(corrupter.mix.longest_room()).max(clean.len());
    prop_assert!(body.len() <= most, "{} ids", body.len());
    prop_assert!(body.sentences.is_sorted() && body.sentences.first() == Some(&0), "{:?}", body.sentences);
    prop_assert!(body.sentences.iter().all(|&at| (at as usize) < body.len()), "{:?}", body.sentences);
    let has = |noises: &[&str]| noises.iter().any(|noise| recipe.contains(noise));
    let (moves, changes) = (has(&["permute", "fim"]), has(&["mask", "fim"]));
    let mut places: Vec<usize> = Vec::new();
    for (&id, origin) in body.ids.iter().zip(&body.origins) {
        let Some(place) = origin.position() else { continue };
        prop_assert!(place < clean.len());
        prop_assert!(moves || origin.is_chosen() || clean[place] == id, "an id that noise did not choose is as it was");
        prop_assert!(changes || !origin.is_chosen());
        places.push(place);
    }
    if !moves {
        let rotated = places.windows(2).filter(|pair| pair[0] >= pair[1]).count();
        prop_assert!(rotated <= recipe.matches("rotate").count(), "out of order: {:?}", places);
        places.sort_unstable();
        prop_assert!(places.windows(2).all(|pair| pair[0] < pair[1]), "no token is doubled");
        if let Packing::Stream { eos } = corrupter.packing {
            let mut separators = (0..clean.len()).filter(|&at| clean[at] == eos);
            let stay = |at| places.binary_search(&at).is_ok();
            prop_assert!(recipe.contains("prefix") || separators.all(stay), "separators stay");
            let unchosen = |origin: &Origin| origin.position().is_none_or(|at| clean[at] != eos) || !origin.is_chosen();
            prop_assert!(body.origins.iter().all(unchosen), "nobody is to guess a separator");
        }
    }
    if corrupter.specials_inside && !recipe.contains("prefix") {
        // Those that say what follows were put there.
        let sign = |at: &usize| body.source(*at) == Source::StandsFor(&[]) && body.origins[*at].edit() == Edit::None;
        let ids = (0..body.len()).filter(|at| !sign(at)).map(|at| body.ids[at]);
        let clean = clean.iter().copied();
        prop_assert_eq!(special(corrupter, ids), special(corrupter, clean), "noise touches no special token");
    }
    if !has(&["mask", "delete", "infill", "permute", "span", "prefix", "fim"]) {
        prop_assert_eq!(body.len(), clean.len());
    }
    Ok(())
}

/// The states of clean tokens say what the ids say.
fn check_states(seen: &Seen) -> Result<(), TestCaseError> {
    let states = seen.body.states(seen.clean.len());
    let deletes = ["delete", "infill"].iter().any(|noise| seen.recipe.contains(noise));
    for (position, state) in states.iter().enumerate() {
        prop_assert!(deletes || *state != TokenState::Deleted, "{} is lost", position);
    }
    for at in 0..seen.body.len() {
        match seen.body.source(at) {
            Source::Clean(position) => {
                prop_assert!(!matches!(states[position], TokenState::Deleted | TokenState::Partly));
            }
            Source::StandsFor(span) | Source::Reencoded(span) => {
                prop_assert!(span.iter().all(|&position| states[position as usize] != TokenState::Deleted));
            }
        }
    }
    Ok(())
}

fn check_labels(corrupter: &Corrupter, seen: &Seen, objective: &Objective) -> Result<(), TestCaseError> {
    let template = corrupter.tokenizer.template();
    let mut records = Records::default();
    records.push(seen.clean, seen.body, template, objective);
    let record = records.get(0);
    prop_assert_eq!(record.input_ids, [&template.prefix[..], &seen.body.ids, &template.suffix].concat());
    let full: Vec<i32> =
        [&template.prefix[..], seen.clean, &template.suffix].concat().iter().map(|&id| id as i32).collect();
    if objective.target == Target::Clean {
        prop_assert_eq!(record.labels, full);
        return Ok(());
    }
    prop_assert_eq!(record.labels.len(), record.input_ids.len());
    for (at, (&label, &id)) in record.labels.iter().zip(record.input_ids).enumerate() {
        let inside = at.checked_sub(template.prefix.len()).and_then(|at| seen.body.origins.get(at));
        if inside.is_some_and(|origin| origin.is_chosen()) {
            prop_assert_eq!(label, full[at]);
        } else {
            prop_assert_eq!((label, id as i32), (IGNORE_INDEX, full[at]));
        }
    }
    Ok(())
}

/// What each step drew is possible.
fn check_drawn(steps: &[Step], drawn: &[Drawn]) -> Result<(), TestCaseError> {
    for (step, drawn) in steps.iter().zip(drawn) {
        prop_assert!(drawn.applied || step.probability.is_some());
        prop_assert!(drawn.chosen <= drawn.units && drawn.insertions() <= drawn.spans.len() as u64, "{:?}", drawn);
    }
    Ok(())
}

pub fn pack(corrupter: &Corrupter, texts: &[String]) -> Windows {
    let documents = documents(texts.iter().map(String::as_str));
    match corrupter.stream_packer() {
        None => corrupter.pack(documents, &mut corrupter.tokenizer.encoder()).windows,
        Some(mut packer) => {
            packer.push(&Arc::new(corrupter.split_ahead(documents)), Err).unwrap();
            packer.finish()
        }
    }
}

proptest! {
    #![proptest_config(config(400))]

    #[test]
    fn every_recipe_keeps_what_it_must_keep(
        which in 0..TOKENIZERS.len(),
        texts in proptest::collection::vec(text(), 1..4),
        packing in prop_oneof![packing(), Just(Packing::Stream { eos: 0 })],
        steps in proptest::collection::vec(step(), 0..5),
        room in 1usize..70,
        seed in any::<u64>(),
    ) {
        let mut corrupter = CORRUPTERS[which].lock().unwrap_or_else(|poison| poison.into_inner());
        let spelled = steps.join(" ");
        let steps: Vec<Step> = steps.iter().map(|step| step.parse().unwrap()).collect();
        corrupter.packing = match packing {
            Packing::Stream { .. } => {
                let vocabulary = corrupter.tokenizer.vocabulary();
                // Also one that is special to nobody but the packer, or stands for what is unknown.
                let eos = match seed % 3 {
                    0 => vocabulary.id("a"),
                    1 => vocabulary.unknown(),
                    _ => None,
                };
                let eos = eos.or_else(|| ["</s>", "[SEP]"].iter().find_map(|name| vocabulary.id(name)));
                Packing::Stream { eos: eos.unwrap() }
            }
            other => other,
        };
        corrupter.specials_inside = TOKENIZERS[which].1 || matches!(packing, Packing::Stream { .. });
        corrupter.seed = seed;
        corrupter.mix = Mix::single(Objective::new(steps.clone(), Labels::Full).unwrap());
        corrupter.mix.set_room(room);
        let masked = Objective::new(steps.clone(), Labels::Masked).ok();
        let windows = pack(&corrupter, &texts);
        let mut scratch = Scratch::new(&corrupter.tokenizer);
        for at in 0..windows.len() {
            let window = windows.get(at);
            let made = corrupter.corrupt_window(&window, 0, &mut scratch, |example| example.made.clone()).unwrap();
            let seen = Seen { clean: window.body, body: &made.body, recipe: &spelled };
            check_body(&corrupter, &seen)?;
            check_states(&seen)?;
            check_drawn(&steps, &made.drawn)?;
            let full = Objective::new(steps.clone(), Labels::Full).unwrap();
            check_labels(&corrupter, &seen, &full)?;
            masked.as_ref().map_or(Ok(()), |masked| check_labels(&corrupter, &seen, masked))?;
            // Buffers that were used before change nothing.
            let mut fresh = Scratch::new(&corrupter.tokenizer);
            let again = corrupter.corrupt_window(&window, 0, &mut fresh, |example| example.made.clone()).unwrap();
            prop_assert_eq!((&again.body.ids, &again.body.origins), (&made.body.ids, &made.body.origins));
        }
    }

    #[test]
    fn windows_put_together_are_the_document(
        which in 0..TOKENIZERS.len(),
        text in text(),
        packing in packing(),
        room in 1usize..50,
    ) {
        let mut corrupter = CORRUPTERS[which].lock().unwrap_or_else(|poison| poison.into_inner());
        (corrupter.packing, corrupter.specials_inside) = (packing, false);
        corrupter.mix.set_room(room);
        let split = corrupter.split_ahead(documents([text.as_str()]));
        let split = split.get(0);
        prop_assert_eq!(split.text(), text.trim());
        let windows = pack(&corrupter, std::slice::from_ref(&text));
        let mut at = 0;
        for sentences in stretches(split.len(), packing) {
            at = check_stretch(&corrupter, split, sentences, &windows, at)?;
        }
        prop_assert_eq!(at, windows.len());
    }

    #[test]
    fn widths_hold_their_records_and_no_more_than_was_asked(
        lengths in proptest::collection::vec((1usize..40, 1usize..40), 1..30),
        multiple in 1usize..10,
        to in prop_oneof![Just(Pad::None), Just(Pad::Longest), Just(Pad::Max)],
        batch_size in 1usize..8,
    ) {
        let objective = Objective::new(Vec::new(), Labels::Full).unwrap();
        let mut records = Records::default();
        for &(input, clean) in &lengths {
            let mut body = Body::default();
            body.ids.resize(input, 5);
            records.push(&vec![6; clean], &body, &Default::default(), &objective);
        }
        let padding = Padding { to, max_length: 40, batch_size, multiple, pad: 1, label_pad: IGNORE_INDEX };
        let group = padding.group().unwrap_or(1);
        let up = |length: usize| length.div_ceil(multiple) * multiple;
        for (group, at) in lengths.chunks(group).zip((0..).step_by(group)) {
            let width = padding.width((at..at + group.len()).map(|at| records.get(at)));
            let longest = |of: fn(&(usize, usize)) -> usize| group.iter().map(of).max().unwrap();
            let (input, labels) = (longest(|pair| pair.0), longest(|pair| pair.1));
            let least = if to == Pad::Max { 40 } else { 0 };
            prop_assert_eq!((width.input, width.labels), (up(input.max(least)), up(labels.max(least))));
        }
    }
}

#[test]
fn padding_counts_in_the_size_of_tasks() {
    let corrupter = CORRUPTERS[0].lock().unwrap_or_else(|poison| poison.into_inner());
    let texts = vec!["Short."; 100];
    let windows = [corrupter.pack(documents(texts), &mut corrupter.tokenizer.encoder()).windows];
    let count = windows[0].len();
    assert_eq!(corrupter.tasks(&windows, 0, 5_000, 0).count(), 1);
    assert_eq!(corrupter.tasks(&windows, 0, 5_000, 500).count(), count.div_ceil(10));
    assert_eq!(
        corrupter.tasks(&windows, 7, 1_000_000, 500).map(|task| task.ids).sum::<u64>(),
        500 * (count as u64 - 7)
    );
    assert_eq!(corrupter.tasks(&windows, 0, 5_000, 500).map(|task| task.ids).sum::<u64>(), 500 * count as u64);
}

/// The stretches of sentences that are packed each on its own.
fn stretches(sentences: usize, packing: Packing) -> Vec<Range<usize>> {
    match packing {
        Packing::Sentence => (0..sentences).map(|at| at..at + 1).collect(),
        Packing::Sliding { size, stride } => {
            let starts = (0..sentences).step_by(stride);
            // The last one is the first that reaches the end.
            let last = starts.clone().find(|start| start + size >= sentences).unwrap_or(0);
            starts.take_while(|start| *start <= last).map(|start| start..(start + size).min(sentences)).collect()
        }
        _ => std::iter::once(0..sentences).filter(|all| !all.is_empty()).collect(),
    }
}

/// Goes through the windows from `at` until they hold the stretch; returns the one after them.
fn check_stretch(
    corrupter: &Corrupter,
    split: SplitDocument,
    sentences: Range<usize>,
    windows: &Windows,
    mut at: usize,
) -> Result<usize, TestCaseError> {
    let mut next = sentences.start;
    while next < sentences.end {
        // What gives no ids opens no window.
        if encode(corrupter, split.slice(next..next + 1)).is_empty()
            && (at == windows.len() || windows.get(at).parts().next().unwrap().sentence(0) != split.sentence(next))
        {
            next += 1;
            continue;
        }
        prop_assert!(at < windows.len(), "sentence {} of {} is lost", next, split.len());
        let window = windows.get(at);
        prop_assert_eq!(window.ordinal, at as u64);
        prop_assert!(!window.body.is_empty() && window.body.len() <= corrupter.mix.longest_room());
        let part = window.parts().next().unwrap();
        prop_assert_eq!(part.len(), part.first_ids.len());
        prop_assert!(part.first_ids.iter().flatten().all(|&id| (id as usize) <= window.body.len()));
        if part.whole {
            prop_assert_eq!(&encode(corrupter, part.text()), window.body);
            // A document that fits is not cut into sentences where nothing asks for them.
            if part.len() == 1 && part.text() == split.slice(sentences.clone()) {
                return Ok(at + 1);
            }
            for place in 0..part.len() {
                prop_assert_eq!(part.sentence(place), split.sentence(next + place));
            }
            next += part.len();
            at += 1;
            continue;
        }
        // Cut at token level: one sentence, or the whole document; the pieces are its encoding.
        let cut = if corrupter.packing == Packing::Document { sentences.clone() } else { next..next + 1 };
        let ids = encode(corrupter, split.slice(cut.clone()));
        let mut pieces = Vec::new();
        while pieces.len() < ids.len() && at < windows.len() {
            pieces.extend_from_slice(windows.get(at).body);
            at += 1;
        }
        prop_assert_eq!(pieces, ids);
        next = cut.end;
    }
    Ok(at)
}

fn encode(corrupter: &Corrupter, text: &str) -> Vec<u32> {
    let mut ids = Vec::new();
    corrupter.tokenizer.encoder().encode(text, Edge::Opens, &mut ids).unwrap();
    ids
}
