//! Sentence permutation: sentences change places (BART, section 2.2).
//!
//! The result is the encoding of the permuted text: ids are reused where that is certain, else the text is encoded anew.

use std::ops::Range;

use anyhow::Result;

use super::{Drawn, Noised, Origin, Setting, Workspace};
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
            work.spare.end();
            std::mem::swap(noised, &mut work.spare);
            noised.pristine = false;
            return Ok(drawn);
        }
    }
    drawn.chosen = 0;
    Ok(drawn)
}

/// Writes an order into the workspace; returns how many sentences stand elsewhere than before.
fn draw_order(sentences: usize, ratio: f64, rng: &mut NoiseRng, work: &mut Workspace) -> u64 {
    // The small step down keeps 0.1 × 30 from being four.
    let taking_part = ((ratio * sentences as f64 - 1e-9).ceil().max(0.0) as usize).min(sentences);
    work.order.clear();
    work.order.extend(0..sentences);
    if taking_part == sentences {
        rng.shuffle(&mut work.order);
    } else {
        rng.subset(sentences, taking_part, &mut work.marks);
        work.lengths.clear();
        work.lengths.extend((0..sentences).filter(|&at| work.marks[at]));
        rng.shuffle(&mut work.lengths);
        let places = (0..sentences).filter(|&at| work.marks[at]);
        for (place, &sentence) in places.zip(&work.lengths) {
            work.order[place] = sentence;
        }
    }
    work.order.iter().enumerate().filter(|(place, sentence)| place != *sentence).count() as u64
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
    let (opening, mut together) = (spare.len(), false);
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
                together |= alone.is_none();
                trace_origins(spare, from, clean, alone);
            }
        }
        place = next;
    }
    if together {
        trace_runs(spare, opening, clean, ids, &mut work.marks);
    }
    Ok(())
}

/// Gives the ids of a sentence encoded anew, from `from` on, their origins: matched from the end, since only its beginning
/// changed. Those of several sentences together get theirs from [`trace_runs`].
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

/// Places that two ids may have in the clean body, tried before the longest is taken.
const MOST_PLACES: usize = 64;

/// Gives ids from `from` on that have no origin yet, those of sentences encoded together, the places of the longest runs of
/// ids that stand in the clean body too, and to an id beside such a run the place beside it. Text changes only at the edges
/// of sentences, so little is left without.
fn trace_runs(spare: &mut Noised, from: usize, clean: &Noised, ids: Range<usize>, taken: &mut Vec<bool>) {
    taken.clear();
    taken.resize(ids.end, false);
    spare.origins[from..].iter().filter_map(|origin| origin.position()).for_each(|place| taken[place] = true);
    let mut pairs: Vec<([u32; 2], usize)> =
        ids.clone().skip(1).map(|at| ([clean.ids[at - 1], clean.ids[at]], at - 1)).collect();
    pairs.sort_unstable();
    let mut at = from;
    while at < spare.len() {
        let open = spare.origins[at..].iter().take_while(|&&origin| origin == Origin::INSERTED).count();
        let new = &spare.ids[at..at + open];
        let run = |place: usize| {
            let old = clean.ids[place..ids.end].iter().zip(&taken[place..]);
            new.iter().zip(old).take_while(|(new, (old, taken))| new == old && !**taken).count()
        };
        let pair = new.get(..2).unwrap_or_default();
        let first = pairs.partition_point(|(other, _)| other[..] < *pair);
        let places = pairs[first..].iter().take(MOST_PLACES).take_while(|(other, _)| other[..] == *pair);
        // Of equal runs the first.
        let longest = places.map(|&(_, place)| (run(place), std::cmp::Reverse(place))).max();
        let Some((len, std::cmp::Reverse(place))) = longest.filter(|(len, _)| *len > 1) else {
            at += 1;
            continue;
        };
        for offset in 0..len {
            spare.origins[at + offset] = Origin::at(place + offset);
        }
        taken[place..place + len].fill(true);
        at += len;
    }
    trace_beside(spare, from, ids, taken);
}

/// An id without an origin that stands beside one with, before it or else after it, gets the place beside that one's.
fn trace_beside(spare: &mut Noised, from: usize, ids: Range<usize>, taken: &mut [bool]) {
    for backwards in [true, false] {
        for step in 1..spare.len().saturating_sub(from) {
            let (at, beside) = match backwards {
                true => (spare.len() - 1 - step, spare.len() - step),
                false => (from + step, from + step - 1),
            };
            let place =
                spare.origins[beside].position().and_then(|p| if backwards { p.checked_sub(1) } else { Some(p + 1) });
            if spare.origins[at] == Origin::INSERTED
                && let Some(place) = place.filter(|place| ids.contains(place) && !taken[*place])
            {
                spare.origins[at] = Origin::at(place);
                taken[place] = true;
            }
        }
    }
}

/// After another noise, or in a window cut inside a sentence: the ids of the sentences as they are.
fn move_ids(ratio: f64, noised: &mut Noised, rng: &mut NoiseRng, work: &mut Workspace) -> Drawn {
    let sentences = noised.sentences.len();
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
