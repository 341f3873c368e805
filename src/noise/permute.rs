//! Sentence permutation: sentences change places (BART, section 2.2).
//!
//! The result is the encoding of the permuted text: ids are reused where that is certain, else the text is encoded anew.

use std::ops::Range;

use anyhow::Result;

use super::{Drawn, Move, Noised, Origin, Setting, Workspace};
use crate::rng::NoiseRng;
use crate::window::{GLUED, Part, Window};

/// A permuted text that needs more ids than there is room for is drawn again, this often at most.
const ATTEMPTS: u64 = 64;

/// `ratio` of the sentences, rounded up, change places among themselves; every order of theirs is equally likely.
pub fn apply(
    ratio: f64,
    window: &Window,
    noised: &mut Noised,
    setting: &Setting,
    rng: &mut NoiseRng,
    work: &mut Workspace,
) -> Result<Drawn> {
    if !noised.pristine || window.parts().any(|part| !part.whole) {
        return Ok(move_ids(ratio, noised, rng, work));
    }
    let units: usize = window.parts().map(|part| part.len()).sum();
    let mut drawn = Drawn { units: units as u64, ..Drawn::default() };
    for attempt in 0..ATTEMPTS {
        drawn.cramped = attempt;
        drawn.chosen = 0;
        work.moves.clear();
        work.spare.clear();
        let mut parts = window.parts().peekable();
        let mut at = 0;
        while let Some(part) = parts.next() {
            let end = parts.peek().map_or(noised.len(), |next| next.first_ids[0] as usize);
            // What stands between two documents belongs to neither and stays.
            let separators = usize::from(parts.peek().is_some());
            drawn.chosen += draw_order(part.len(), ratio, rng, work);
            encode_permuted(&part, noised, at..end - separators, setting, work)?;
            work.spare.extend(noised, end - separators..end);
            at = end;
        }
        if work.spare.len() <= setting.room.max(noised.len()) {
            std::mem::swap(noised, &mut work.spare);
            noised.pristine = false;
            return Ok(drawn);
        }
    }
    drawn.chosen = 0;
    work.moves.iter_mut().for_each(|moved| moved.places = 0);
    Ok(drawn)
}

/// How many of so many sentences take part. The small step down keeps 0.1 × 30 from being four.
pub fn taking_part(ratio: f64, sentences: usize) -> usize {
    ((ratio * sentences as f64 - 1e-9).ceil().max(0.0) as usize).min(sentences)
}

/// Writes an order into the workspace, and how far each sentence moves; returns how many sentences stand elsewhere than before.
fn draw_order(sentences: usize, ratio: f64, rng: &mut NoiseRng, work: &mut Workspace) -> u64 {
    let taking_part = taking_part(ratio, sentences);
    work.order.clear();
    work.order.extend(0..sentences);
    if taking_part == sentences {
        rng.shuffle(&mut work.order);
    } else {
        rng.subset(sentences, taking_part, &mut work.taken, &mut work.chosen);
        work.lengths.clear();
        work.lengths.extend(work.chosen.iter().map(|&place| place as usize));
        rng.shuffle(&mut work.lengths);
        for (&place, &sentence) in work.chosen.iter().zip(&work.lengths) {
            work.order[place as usize] = sentence;
        }
    }
    let before = work.moves.len();
    let moved =
        |(place, &sentence): (usize, &usize)| Move { among: sentences as u32, places: place.abs_diff(sentence) as u32 };
    work.moves.extend(work.order.iter().enumerate().map(moved));
    work.moves[before..].iter().filter(|moved| moved.places > 0).count() as u64
}

/// Appends the encoding of a part's sentences in the workspace's order. `ids` is where the part stands in the body.
fn encode_permuted(
    part: &Part,
    clean: &Noised,
    ids: Range<usize>,
    setting: &Setting,
    work: &mut Workspace,
) -> Result<()> {
    let Workspace { order, text, lengths: starts, spare, encoder, .. } = work;
    text.clear();
    starts.clear();
    // The sentence that opened the part had its white space trimmed: elsewhere it gets what the next one has.
    let gap = if part.len() > 1 && part.sentence(1).starts_with(char::is_whitespace) { " " } else { "" };
    for (place, &sentence) in order.iter().enumerate() {
        starts.push(text.len());
        let raw = part.sentence(sentence);
        match (place, sentence) {
            (0, _) => text.push_str(raw.trim_start()),
            (_, 0) => {
                text.push_str(gap);
                text.push_str(raw.trim_start());
            }
            _ => text.push_str(raw),
        }
    }
    let known = |sentence: usize| {
        let start = part.first_ids[sentence];
        let end = part.first_ids.get(sentence + 1).map_or(ids.end as u32, |&next| next);
        (start != GLUED && end != GLUED).then_some(start as usize..end as usize)
    };
    let mut place = 0;
    while place < order.len() {
        let joint = |at: &usize| setting.tokenizer.is_joint(text, starts[*at]);
        let next = (place + 1..order.len()).find(joint).unwrap_or(order.len());
        let end = starts.get(next).map_or(text.len(), |&start| start);
        let alone = if next == place + 1 { known(order[place]) } else { None };
        spare.begin_sentence();
        match alone {
            // Where it opens, or does not, as before, its ids are the same.
            Some(range) if (place == 0) == (order[place] == 0) => spare.extend(clean, range),
            alone => {
                let from = spare.len();
                let run = &text[starts[place]..end];
                match place {
                    0 => encoder.encode(run, &mut spare.ids)?,
                    _ => encoder.encode_after_joint(run, &mut spare.ids)?,
                }
                trace_origins(spare, from, clean, alone);
            }
        }
        place = next;
    }
    Ok(())
}

/// Gives the ids encoded anew from `from` on their origins: matched from the end, where only the beginning changed.
fn trace_origins(spare: &mut Noised, from: usize, clean: &Noised, source: Option<Range<usize>>) {
    let Some(source) = source else {
        return spare.origins.resize(spare.ids.len(), Origin::INSERTED);
    };
    let old = &clean.ids[source.clone()];
    let new = &spare.ids[from..];
    let same = old.iter().rev().zip(new.iter().rev()).take_while(|(old, new)| old == new).count();
    let (old_head, new_head) = (old.len() - same, new.len() - same);
    let last_of_head = source.start + old_head.saturating_sub(1);
    spare.origins.extend((0..new_head).map(|at| Origin::at((source.start + at).min(last_of_head))));
    spare.origins.extend((source.end - same..source.end).map(Origin::at));
}

/// After another noise, or in a window cut inside a sentence: the ids of the sentences as they are.
fn move_ids(ratio: f64, noised: &mut Noised, rng: &mut NoiseRng, work: &mut Workspace) -> Drawn {
    let sentences = noised.sentences.len();
    work.moves.clear();
    let moved = draw_order(sentences, ratio, rng, work);
    work.spare.clear();
    for &sentence in &work.order {
        let start = noised.sentences[sentence] as usize;
        let end = noised.sentences.get(sentence + 1).map_or(noised.len(), |&end| end as usize);
        work.spare.begin_sentence();
        work.spare.extend(noised, start..end);
    }
    std::mem::swap(noised, &mut work.spare);
    Drawn { units: sentences as u64, chosen: moved, ..Drawn::default() }
}
