//! Where noise goes: the units of a body and which of them are chosen.

use std::fmt;
use std::ops::Range;

use anyhow::Result;

use super::lengths::Lengths;
use super::{Body, Context, Drawn, Keys, Scene};
use crate::figure::Figure;
use crate::rng::{Chance, NoiseRng};
use crate::stats::StepStats;
use crate::tokenizer::NO_WORD;

/// What a ratio counts, or where a rotation may begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Each token.
    Token,
    /// Tokens up to the next that begins a word.
    Word,
    /// Sentences (rotation only).
    Sentence,
}

/// The share of units chosen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Ratio {
    /// The same for every example.
    Fixed(f64),
    /// Drawn for each example (masked diffusion): t uniform over 0..1, then (1 - eps)·t + eps.
    Uniform,
}

/// Keeps a ratio that is drawn above 0, as the loss is weighted by its inverse (LLaDA, MDLM).
const EPS: f64 = 1e-3;

impl Ratio {
    fn draw(self, rng: &mut NoiseRng) -> f64 {
        match self {
            Ratio::Fixed(ratio) => ratio,
            Ratio::Uniform => (1.0 - EPS) * rng.fraction() + EPS,
        }
    }

    fn mean(self) -> f64 {
        match self {
            Ratio::Fixed(ratio) => ratio,
            Ratio::Uniform => (1.0 + EPS) / 2.0,
        }
    }
}

/// How many units are chosen, and which.
#[derive(Clone, Debug)]
pub enum Count {
    /// Each with the ratio as its probability, independently.
    Bernoulli,
    /// The ratio's share exactly, rounded stochastically.
    Exact,
    /// The ratio's share exactly, in spans of these lengths that may stand side by side.
    Spans(Lengths),
}

impl Count {
    /// `count=bernoulli|exact`.
    pub fn of(keys: &mut Keys) -> Result<Count> {
        Ok(match keys.word("count", &["bernoulli", "exact"])? {
            "exact" => Count::Exact,
            _ => Count::Bernoulli,
        })
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Unit::Token => "token",
            Unit::Word => "word",
            Unit::Sentence => "sentence",
        })
    }
}

/// A run of more tokens than this without a word marker is no word (Chinese, Thai, base64).
const LONGEST_WORD: usize = 16;

/// The units of a body, without what noise may not touch.
#[derive(Default)]
pub struct Units {
    /// Each position is a unit, of so many; else `ranges` holds them.
    every: Option<usize>,
    ranges: Vec<(u32, u32)>,
}

impl Units {
    /// Finds the units of a body. `given` numbers the words by clean position, where the record gives them.
    pub fn find(&mut self, body: &Body, unit: Unit, scene: &Scene, given: &[u32]) {
        self.every = (unit == Unit::Token && !scene.specials_inside).then_some(body.len());
        match self.every {
            Some(_) => {}
            None if !given.is_empty() => self.find_given(body, scene, given),
            None if scene.specials_inside => self.find_among_specials(body, unit, scene),
            None => self.find_words(body, scene),
        }
    }

    /// Takes each position among so many for which this holds.
    pub fn find_tokens(&mut self, len: usize, holds: impl Fn(usize) -> bool) {
        self.every = None;
        self.ranges.clear();
        self.ranges.extend((0..len).filter(|&at| holds(at)).map(|at| (at as u32, at as u32 + 1)));
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.every.unwrap_or(self.ranges.len())
    }

    /// The positions of a unit.
    pub fn get(&self, at: usize) -> Range<usize> {
        match self.every {
            Some(_) => at..at + 1,
            None => self.ranges[at].0 as usize..self.ranges[at].1 as usize,
        }
    }

    fn find_words(&mut self, body: &Body, scene: &Scene) {
        // What is there from the window before is written over.
        self.ranges.resize(body.len(), (0, 0));
        let mut words = 0;
        // Every position is written where the next word's would be, and stays where one begins: no branch to mispredict.
        for (at, begins) in scene.tokenizer.vocabulary().word_beginnings(&body.ids).enumerate() {
            self.ranges[words].0 = at as u32;
            words += usize::from(begins);
        }
        self.ranges.truncate(words);
        let (mut end, mut longest) = (body.len() as u32, 0);
        for range in self.ranges.iter_mut().rev() {
            range.1 = end;
            longest = longest.max(end - range.0);
            end = range.0;
        }
        if longest as usize > LONGEST_WORD {
            let ranges = std::mem::take(&mut self.ranges);
            ranges.iter().for_each(|&(start, end)| self.push(start as usize..end as usize, Unit::Word));
        }
    }

    /// What is not in a given word is cut as without them.
    fn find_given(&mut self, body: &Body, scene: &Scene, given: &[u32]) {
        self.ranges.clear();
        let (mut start, mut last) = (0, NO_WORD);
        for at in 0..=body.len() {
            let open = at < body.len() && scene.is_open(body.ids[at]);
            let number = match at < body.len() {
                true => body.first_position(at).map_or(NO_WORD, |position| given[position]),
                false => NO_WORD,
            };
            let begins = match (last, number) {
                (NO_WORD, NO_WORD) => open && scene.tokenizer.vocabulary().begins_word_at(&body.ids, at),
                _ => last != number,
            };
            if (!open || begins) && start < at {
                match last {
                    NO_WORD => self.push(start..at, Unit::Word),
                    _ => self.ranges.push((start as u32, at as u32)),
                }
                start = at;
            }
            start = if open { start } else { at + 1 };
            last = number;
        }
    }

    fn find_among_specials(&mut self, body: &Body, unit: Unit, scene: &Scene) {
        self.ranges.clear();
        let mut start = None;
        for (at, &id) in body.ids.iter().enumerate() {
            let open = scene.is_open(id);
            let begins = unit != Unit::Token && scene.tokenizer.vocabulary().begins_word_at(&body.ids, at);
            if (!open || begins)
                && let Some(start) = start.take()
            {
                self.push(start..at, unit);
            }
            if open && start.is_none() {
                start = Some(at);
            }
        }
        if let Some(start) = start {
            self.push(start..body.len(), unit);
        }
    }

    fn push(&mut self, positions: Range<usize>, unit: Unit) {
        if unit == Unit::Token || positions.len() > LONGEST_WORD {
            self.ranges.extend(positions.map(|at| (at as u32, at as u32 + 1)));
        } else {
            self.ranges.push((positions.start as u32, positions.end as u32));
        }
    }
}

/// Which units are chosen.
pub struct Choice {
    /// How large a share of them.
    pub ratio: Ratio,
    /// What the ratio counts.
    pub unit: Unit,
    /// How they are chosen.
    pub count: Count,
}

impl Choice {
    /// The share of units that were chosen, beside the one asked for.
    pub fn figure(&self, verb: &str, counted: &StepStats) -> Figure {
        Figure::share(format!("{}s {verb}", self.unit), counted.chosen, counted.units, self.ratio.mean())
    }

    /// Finds the units of a body and the chosen ones among them, ascending, in the workspace.
    pub fn draw(&self, body: &Body, cx: &mut Context, drawn: &mut Drawn) -> Result<()> {
        cx.find_units(body, self.unit)?;
        let Context { rng, work, .. } = cx;
        let (units, ratio) = (work.units.len(), self.ratio.draw(rng));
        drawn.ratio = (self.ratio == Ratio::Uniform).then_some(ratio);
        match &self.count {
            Count::Bernoulli => rng.happening(units, Chance::new(ratio), &mut work.chosen),
            Count::Exact => {
                let count = rng.round(ratio * units as f64).min(units);
                rng.subset(units, count, &mut work.taken, &mut work.chosen);
            }
            Count::Spans(law) => {
                let budget = rng.round(ratio * units as f64).min(units);
                drawn.trimmed = draw_lengths(budget, rng, &mut work.lengths, |rng| law.draw(rng));
                let spans = work.lengths.len();
                rng.subset(units - budget + spans, spans, &mut work.taken, &mut work.left_out);
                work.chosen.clear();
                for (span, (&slot, &length)) in work.left_out.iter().zip(&work.lengths).enumerate() {
                    // Each span before it took one slot that is not a unit, and hid the units of its own.
                    let first = slot - span as u32 + work.chosen.len() as u32;
                    work.chosen.extend(first..first + length as u32);
                }
                drawn.spans.extend(work.lengths.iter().map(|&length| length as u32));
            }
        }
        (drawn.units, drawn.chosen) = (units as u64, work.chosen.len() as u64);
        Ok(())
    }
}

/// Lengths until they sum to the budget, the last one trimmed, in an order where any of them may stand anywhere; returns
/// whether one had to be trimmed.
pub fn draw_lengths(
    budget: usize,
    rng: &mut NoiseRng,
    lengths: &mut Vec<usize>,
    draw: impl Fn(&mut NoiseRng) -> usize,
) -> bool {
    lengths.clear();
    let (mut left, mut trimmed) = (budget, false);
    while left > 0 {
        let length = draw(rng);
        trimmed = length > left;
        lengths.push(length.min(left));
        left -= length.min(left);
    }
    // The trimmed span is never zero-length: left at the end, it would thin out the noise at the end of every text.
    if let Some(last) = lengths.len().checked_sub(1).filter(|&last| last > 0) {
        lengths.swap(rng.below(last + 1), last);
    }
    trimmed
}
