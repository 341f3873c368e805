//! Sentence permutation: sentences change places (BART, section 2.2).
//!
//! The result is the encoding of the permuted text: ids are reused where that is certain, else the text is encoded anew.

mod origins;

use std::ops::Range;

use anyhow::Result;

use super::{Drawn, Move, Noised, Origin, Setting, Workspace};
use crate::rng::NoiseRng;
use crate::tokenizer::{Edge, Encoder};
use crate::window::{Part, Window};

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
            let end = parts.peek().map_or(noised.len(), |next| next.start());
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
    if order.is_sorted() {
        spare.extend_whole(clean, ids);
        return Ok(());
    }
    let (opening, mut together) = (spare.len(), false);
    write_permuted(part, order, text, starts);
    let known = |sentence: usize| {
        let start = part.first_ids[sentence];
        let end = part.first_ids.get(sentence + 1).map_or(Some(ids.end as u32), |&next| next);
        Some(start? as usize..end? as usize)
    };
    let mut place = 0;
    while place < order.len() {
        let splits = |at: &usize| setting.tokenizer.is_split_point(text, starts[*at]);
        let next = (place + 1..order.len()).find(splits).unwrap_or(order.len());
        let end = starts.get(next).map_or(text.len(), |&start| start);
        let alone = if next == place + 1 { known(order[place]) } else { None };
        spare.begin_sentence();
        match alone {
            // Where it opens, or does not, as before, its ids are the same.
            Some(range) if (place == 0) == (order[place] == 0) => spare.extend(clean, range),
            Some(range) => {
                let opened = order[place] == 0;
                let then = part.sentence(order[place]);
                let then = if opened { then.trim_start() } else { then };
                let moved = Moved { then, now: &text[starts[place]..end], opened, opens: place == 0 };
                moved.encode(&clean.ids[range.clone()], setting, encoder, &mut spare.ids)?;
                origins::trace_sentence(spare, clean, range);
            }
            None => {
                together = true;
                encode_at(&text[starts[place]..end], place == 0, encoder, &mut spare.ids)?;
                spare.origins.resize(spare.ids.len(), Origin::INSERTED);
            }
        }
        place = next;
    }
    if together {
        origins::trace_runs(spare, opening, clean, ids, &mut work.taken);
    }
    Ok(())
}

/// Writes a part's text in an order, and where each place begins in it.
fn write_permuted(part: &Part, order: &[usize], text: &mut String, starts: &mut Vec<usize>) {
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
}

/// A sentence that opens the text, or does not, other than before.
struct Moved<'t> {
    /// Its text where it stood, and where it stands.
    then: &'t str,
    now: &'t str,
    opened: bool,
    opens: bool,
}

impl Moved<'_> {
    /// Appends its ids, given those it had: only those of its first word are encoded anew, where that can be told.
    fn encode(&self, had: &[u32], setting: &Setting, encoder: &mut Encoder, ids: &mut Vec<u32>) -> Result<()> {
        let (Some(then), Some(now)) = (first_word(self.then, setting), first_word(self.now, setting)) else {
            return encode_at(self.now, self.opens, encoder, ids);
        };
        let from = ids.len();
        encode_at(then, self.opened, encoder, ids)?;
        let first = ids.len() - from;
        ids.truncate(from);
        encode_at(now, self.opens, encoder, ids)?;
        ids.extend_from_slice(&had[first..]);
        Ok(())
    }
}

fn encode_at(text: &str, opens: bool, encoder: &mut Encoder, ids: &mut Vec<u32>) -> Result<()> {
    encoder.encode(text, if opens { Edge::Opens } else { Edge::Continues }, ids)
}

/// A sentence up to the first split point before a space inside it.
fn first_word<'t>(sentence: &'t str, setting: &Setting) -> Option<&'t str> {
    let begin = sentence.len() - sentence.trim_start().len();
    let spaces = memchr::memchr_iter(b' ', &sentence.as_bytes()[begin..]).map(|at| begin + at);
    spaces.take(4).find(|&at| setting.tokenizer.is_split_point(sentence, at)).map(|at| &sentence[..at])
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
