//! Where noise goes: the units of a body and which of them are chosen.

use super::{Noised, Setting, Workspace};
use crate::rng::{Chance, NoiseRng};

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

/// A run of more tokens than this without a word marker is no word (Chinese, Thai, base64).
const LONGEST_WORD: usize = 16;

/// Writes the units of a body as ranges of positions into `units`, leaving out what noise may not touch.
pub fn find_units(noised: &Noised, unit: Unit, setting: &Setting, units: &mut Vec<(u32, u32)>) {
    units.clear();
    if unit == Unit::Token && !setting.specials_inside {
        return units.extend((0..noised.len() as u32).map(|at| (at, at + 1)));
    }
    let vocabulary = setting.tokenizer.vocabulary();
    let mut start = None;
    let mut finish = |start: &mut Option<usize>, end: usize| {
        let Some(from) = start.take() else { return };
        if unit == Unit::Token || end - from > LONGEST_WORD {
            units.extend((from..end).map(|at| (at as u32, at as u32 + 1)));
        } else {
            units.push((from as u32, end as u32));
        }
    };
    for (at, &id) in noised.ids.iter().enumerate() {
        let open = setting.is_open(id);
        if !open || (unit != Unit::Token && vocabulary.begins_word(id)) {
            finish(&mut start, at);
        }
        if open && start.is_none() {
            start = Some(at);
        }
    }
    finish(&mut start, noised.len());
}

/// Which units are chosen.
pub struct Choice {
    ratio: f64,
    unit: Unit,
    count: Count,
    chance: Chance,
}

impl Choice {
    /// A ratio of units.
    pub fn new(ratio: f64, unit: Unit, count: Count) -> Self {
        Choice { ratio, unit, count, chance: Chance::new(ratio) }
    }

    /// Finds the units of a body and marks the chosen ones, in the workspace; returns how many.
    pub fn draw(&self, noised: &Noised, setting: &Setting, rng: &mut NoiseRng, work: &mut Workspace) -> usize {
        find_units(noised, self.unit, setting, &mut work.units);
        let units = work.units.len();
        match self.count {
            Count::Bernoulli => rng.happen_each(units, self.chance, &mut work.marks),
            Count::Exact => {
                let chosen = rng.round(self.ratio * units as f64).min(units);
                rng.subset(units, chosen, &mut work.marks);
                chosen
            }
        }
    }
}
