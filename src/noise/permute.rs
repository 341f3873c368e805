//! Sentence permutation: sentences change places (BART, section 2.2).
//!
//! The result is the encoding of the permuted text: ids are reused where that is certain, else the text is encoded anew.

use std::ops::Range;
use std::sync::Arc;

use anyhow::Result;

use super::trace::trace_moved;
use super::{Body, Context, Drawn, Effect, Key, Kind, Move, Needs, Noise, Scene, Workspace};
use crate::figure::{Axis, Distribution, Figure};
use crate::rng::NoiseRng;
use crate::stats::StepStats;
use crate::tokenizer::{Edge, Encoder};
use crate::window::Part;

/// `permute`.
pub const KIND: Kind = Kind {
    name: "permute",
    about: "sentences change places",
    keys: &[Key::new("ratio", "1", "share of sentences that change places among themselves")],
    parse: |keys| Ok(Arc::new(Permute { ratio: keys.share("ratio")? })),
};

/// A permuted text that needs more ids than there is room for is drawn again, this often at most.
const MAX_ATTEMPTS: u64 = 64;

struct Permute {
    ratio: f64,
}

impl Noise for Permute {
    fn needs(&self) -> Needs {
        Needs { sentences: true, ..Needs::default() }
    }

    /// `ratio` of the sentences, rounded up, change places among themselves; each permutation of them is equally likely.
    fn apply(&self, body: &mut Body, cx: &mut Context, drawn: &mut Drawn) -> Result<()> {
        if !body.is_clean || cx.window.parts().any(|part| !part.whole) {
            self.move_ids(body, cx, drawn);
        } else {
            self.encode_anew(body, cx, drawn)?;
        }
        drawn.chosen = drawn.moves.iter().filter(|moved| moved.places > 0).count() as u64;
        Ok(())
    }

    fn effects(&self) -> Vec<Effect> {
        vec![Effect::Moved]
    }

    fn describe(&self, drawn: &Drawn) -> String {
        format!("{} of {} sentences moved", drawn.chosen, drawn.units)
    }

    fn figures(&self, counted: &StepStats) -> Vec<Figure> {
        let mut figures = vec![Figure::part("sentences moved", counted.chosen, counted.units)];
        if let Some((most, _)) = counted.moves.counts().last() {
            // A bar may reach beyond the longest move.
            let mut expected = vec![0.0; 2 * most + 1];
            for (among, sentences) in counted.among.counts() {
                for (places, expected) in expected.iter_mut().enumerate().take(among.max(1)) {
                    *expected += sentences as f64 * move_share(places, among, self.ratio);
                }
            }
            figures.push(Figure::Mean { name: "places moved".into(), value: counted.moves.mean(), expected: None });
            figures.push(Figure::Distribution(Distribution {
                title: "How far sentences moved".to_string(),
                about: "Sentences by how many places they moved; the only sentence of a record cannot.".to_string(),
                axis: Axis::Values("places moved".to_string()),
                drawn: counted.moves.clone(),
                law: "every order equally likely".to_string(),
                expected,
            }));
        }
        figures
    }
}

impl Permute {
    /// The encoding of the permuted text.
    fn encode_anew(&self, body: &mut Body, cx: &mut Context, drawn: &mut Drawn) -> Result<()> {
        let Context { scene, window, rng, work } = cx;
        drawn.units = window.parts().map(|part| part.len() as u64).sum();
        for attempt in 0..MAX_ATTEMPTS {
            drawn.redraws = attempt;
            drawn.moves.clear();
            work.spare.rewrite_from(body);
            let mut parts = window.parts().peekable();
            let mut at = 0;
            while let Some(part) = parts.next() {
                let end = parts.peek().map_or(body.len(), |next| next.start());
                // What stands between two documents belongs to neither and stays.
                let separators = usize::from(parts.peek().is_some());
                draw_order(part.len(), self.ratio, rng, work, &mut drawn.moves);
                encode_permuted(&part, body, at..end - separators, scene, work)?;
                work.spare.extend(body, end - separators..end);
                at = end;
            }
            if work.spare.len() <= scene.room.max(body.len()) {
                work.spare.end();
                std::mem::swap(body, &mut work.spare);
                return Ok(());
            }
        }
        drawn.moves.iter_mut().for_each(|moved| moved.places = 0);
        Ok(())
    }

    /// After another noise, or in a window cut inside a sentence: the ids of the sentences as they are.
    fn move_ids(&self, body: &mut Body, cx: &mut Context, drawn: &mut Drawn) {
        let sentences = body.sentences.len();
        drawn.units = sentences as u64;
        draw_order(sentences, self.ratio, &mut cx.rng, cx.work, &mut drawn.moves);
        let separators = separators(body, &cx.scene);
        let Workspace { order, spare, .. } = &mut *cx.work;
        spare.rewrite_from(body);
        for (place, &sentence) in order.iter().enumerate() {
            let start = body.sentences[sentence] as usize;
            let end = body.sentences.get(sentence + 1).map_or(body.len(), |&end| end as usize);
            spare.begin_sentence();
            spare.extend(body, start..end - usize::from(separators.get(sentence).is_some()));
            separators.get(place).iter().for_each(|&&at| spare.extend(body, at..at + 1));
        }
        std::mem::swap(body, spare);
    }
}

/// Where the ids stand that separate sentences, which stay where they are: before each sentence but the first, or none.
fn separators(body: &Body, scene: &Scene) -> Vec<usize> {
    let starts = body.sentences.iter().skip(1).filter(|_| scene.joins_sentences);
    let before: Vec<usize> = starts.map(|&start| start as usize - 1).collect();
    let all_stand = before.iter().all(|&at| Some(body.ids[at]) == scene.separator);
    if all_stand { before } else { Vec::new() }
}

/// How many of so many sentences take part. The small step down keeps 0.1 × 30 from being four.
fn taking_part(ratio: f64, sentences: usize) -> usize {
    ((ratio * sentences as f64 - 1e-9).ceil().max(0.0) as usize).min(sentences)
}

/// The probability that one of `among` sentences moves so many places, where `ratio` of them change places among
/// themselves. One that takes part ends in each of the places of those that do; where it leaves its own, every pair of
/// places is equally likely.
fn move_share(places: usize, among: usize, ratio: f64) -> f64 {
    let (n, k) = (among as f64, taking_part(ratio, among).max(1) as f64);
    let moving = if among > 1 { (k / n) * (1.0 - 1.0 / k) } else { 0.0 };
    match places {
        0 => 1.0 - moving,
        _ if places >= among => 0.0,
        _ => moving * 2.0 * (n - places as f64) / (n * (n - 1.0)),
    }
}

/// Writes an order into the workspace and adds how far each sentence moves.
fn draw_order(sentences: usize, ratio: f64, rng: &mut NoiseRng, work: &mut Workspace, moves: &mut Vec<Move>) {
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
    let moved =
        |(place, &sentence): (usize, &usize)| Move { among: sentences as u32, places: place.abs_diff(sentence) as u32 };
    moves.extend(work.order.iter().enumerate().map(moved));
}

/// Appends the encoding of a part's sentences in the workspace's order. `ids` is where the part stands in the body.
fn encode_permuted(part: &Part, clean: &Body, ids: Range<usize>, scene: &Scene, work: &mut Workspace) -> Result<()> {
    let Workspace { order, text, lengths: starts, spare, encoder, taken, .. } = work;
    if order.is_sorted() {
        spare.extend_whole(clean, ids);
        return Ok(());
    }
    let first = spare.len();
    write_permuted(part, order, text, starts);
    let known = |sentence: usize| {
        let start = part.first_ids[sentence];
        let end = part.first_ids.get(sentence + 1).map_or(Some(ids.end as u32), |&next| next);
        Some(start? as usize..end? as usize)
    };
    let (mut place, mut all_known) = (0, true);
    while place < order.len() {
        let splits = |at: &usize| scene.tokenizer.is_split_point(text, starts[*at]);
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
                moved.encode(&clean.ids[range.clone()], scene, encoder, &mut spare.ids)?;
                trace_moved(spare, clean, range);
            }
            None => {
                encode_at(&text[starts[place]..end], place == 0, encoder, &mut spare.ids)?;
                let ranges: Option<Vec<Range<usize>>> = order[place..next].iter().map(|&at| known(at)).collect();
                match ranges {
                    Some(ranges) => spare.finish_reencoded(ranges.into_iter().flatten()),
                    None => {
                        spare.leave_untraced();
                        all_known = false;
                    }
                }
            }
        }
        place = next;
    }
    if !all_known {
        spare.trace_rest(first, ids, taken);
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
    fn encode(&self, had: &[u32], scene: &Scene, encoder: &mut Encoder, ids: &mut Vec<u32>) -> Result<()> {
        let (Some(then), Some(now)) = (first_word(self.then, scene), first_word(self.now, scene)) else {
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
fn first_word<'t>(sentence: &'t str, scene: &Scene) -> Option<&'t str> {
    let begin = sentence.len() - sentence.trim_start().len();
    let spaces = memchr::memchr_iter(b' ', &sentence.as_bytes()[begin..]).map(|at| begin + at);
    spaces.take(4).find(|&at| scene.tokenizer.is_split_point(sentence, at)).map(|at| &sentence[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_of_moves_sum_to_one() {
        for (among, ratio) in [(1, 1.0), (2, 1.0), (7, 1.0), (7, 0.3), (7, 0.0), (40, 0.5)] {
            let sum: f64 = (0..among).map(|places| move_share(places, among, ratio)).sum();
            assert!((sum - 1.0).abs() < 1e-12, "{among} {ratio} {sum}");
        }
        // Of three sentences in a random order each stays in one order of three.
        assert!((move_share(0, 3, 1.0) - 1.0 / 3.0).abs() < 1e-12);
    }
}
