//! Where noise goes: the units of a body and which of them are chosen.

use std::fmt;
use std::ops::Range;

use super::{Body, Context, Scene};
use crate::figure::Figure;
use crate::rng::Chance;
use crate::stats::StepStats;

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

/// How many units are chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// Each with the ratio as its probability, independently.
    Bernoulli,
    /// The ratio's share exactly, rounded stochastically.
    Exact,
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

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Count::Bernoulli => "bernoulli",
            Count::Exact => "exact",
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
    /// Finds the units of a body.
    pub fn find(&mut self, body: &Body, unit: Unit, scene: &Scene) {
        self.ranges.clear();
        self.every = (unit == Unit::Token && !scene.specials_inside).then_some(body.len());
        match self.every {
            Some(_) => {}
            None if scene.specials_inside => self.find_among_specials(body, unit, scene),
            None => self.find_words(body, scene),
        }
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
        let vocabulary = scene.tokenizer.vocabulary();
        self.ranges.resize(body.len(), (0, 0));
        let (mut words, mut longest) = (0, 0);
        let mut start = 0;
        // Every position is written where the next word's would be, and stays where one begins: no branch to mispredict.
        for (at, &id) in body.ids.iter().enumerate() {
            let begins = at == 0 || vocabulary.begins_word(id);
            self.ranges[words].0 = at as u32;
            words += usize::from(begins);
            longest = longest.max(at - start);
            start = if begins { at } else { start };
        }
        longest = longest.max(body.len() - start);
        self.ranges.truncate(words);
        for at in 1..words {
            self.ranges[at - 1].1 = self.ranges[at].0;
        }
        if let Some(last) = self.ranges.last_mut() {
            last.1 = body.len() as u32;
        }
        if longest > LONGEST_WORD {
            let ranges = std::mem::take(&mut self.ranges);
            ranges.iter().for_each(|&(start, end)| self.push(start as usize..end as usize, Unit::Word));
        }
    }

    fn find_among_specials(&mut self, body: &Body, unit: Unit, scene: &Scene) {
        let mut start = None;
        for (at, &id) in body.ids.iter().enumerate() {
            let open = scene.is_open(id);
            let begins = unit != Unit::Token && scene.tokenizer.vocabulary().begins_word(id);
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
    ratio: f64,
    /// What the ratio counts.
    pub unit: Unit,
    count: Count,
    chance: Chance,
}

impl Choice {
    /// A ratio of units.
    pub fn new(ratio: f64, unit: Unit, count: Count) -> Self {
        Choice { ratio, unit, count, chance: Chance::new(ratio) }
    }

    /// The share of units that were chosen, beside the one asked for.
    pub fn figure(&self, verb: &str, counted: &StepStats) -> Figure {
        Figure::share(format!("{}s {verb}", self.unit), counted.chosen, counted.units, self.ratio)
    }

    /// Finds the units of a body and the chosen ones among them, ascending, in the workspace.
    pub fn draw(&self, body: &Body, cx: &mut Context) {
        let Context { scene, rng, work, .. } = cx;
        work.units.find(body, self.unit, scene);
        let units = work.units.len();
        match self.count {
            Count::Bernoulli => rng.happening(units, self.chance, &mut work.chosen),
            Count::Exact => {
                let count = rng.round(self.ratio * units as f64).min(units);
                rng.subset(units, count, &mut work.taken, &mut work.chosen);
            }
        }
    }
}
