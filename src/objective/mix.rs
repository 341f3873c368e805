//! Objectives of which each window gets one.

use anyhow::{Result, bail, ensure};

use super::Objective;
use crate::noise::{MAX_IDS, Step};
use crate::rng::{NoiseKey, NoiseRng};
use crate::tokenizer::{Template, Tokenizer};
use crate::window::Room;

/// Objectives of which each window gets one, drawn by weight from the window's own key.
#[derive(Clone, Debug, PartialEq)]
pub struct Mix {
    entries: Vec<Entry>,
}

#[derive(Clone, Debug, PartialEq)]
struct Entry {
    objective: Objective,
    weight: f64,
    /// Steps of the entries before it.
    first_step: usize,
}

/// Position of the draw between objectives, beyond that of any step.
const CHOICE_POSITION: u32 = u32::MAX;

impl Mix {
    /// The plain case: one objective for every window.
    pub fn single(objective: Objective) -> Mix {
        Mix::new(vec![(1.0, objective)])
    }

    /// Objectives with their weights, which are above 0 and need not sum to 1.
    pub fn new(weighted: Vec<(f64, Objective)>) -> Mix {
        let mut first_step = 0;
        let entries = weighted.into_iter().map(|(weight, objective)| {
            let steps = objective.steps.len();
            let entry = Entry { objective, weight, first_step };
            first_step += steps;
            entry
        });
        Mix { entries: entries.collect() }
    }

    /// Looks up the tokens that recipes name; an error where the tokenizer lacks one.
    pub fn bind(&mut self, tokenizer: &mut Tokenizer) -> Result<()> {
        self.try_for_each(|objective| objective.bind(tokenizer))
    }

    /// Finds how long the windows of each objective may be; an error where one has no room.
    pub fn settle(&mut self, template: &Template, max_length: usize, sentinels: usize) -> Result<()> {
        self.try_for_each(|objective| objective.settle(template, max_length, sentinels))
    }

    /// What a recipe is called in errors, by its place and its noises.
    pub fn place(at: usize, steps: &[Step]) -> String {
        let noises: Vec<String> = steps.iter().map(Step::to_string).collect();
        format!("recipe {} of the mixture, {}", at + 1, noises.join("+"))
    }

    /// Errors name the recipe, where there are several.
    fn try_for_each(&mut self, mut settle: impl FnMut(&mut Objective) -> Result<()>) -> Result<()> {
        let is_several = self.is_several();
        self.entries.iter_mut().enumerate().try_for_each(|(at, Entry { objective, .. })| match settle(objective) {
            Err(error) if is_several => Err(error.context(Mix::place(at, &objective.steps))),
            outcome => outcome,
        })
    }

    /// An error where a step hides spans behind sentinels and there are none.
    pub fn require_sentinels(&self, sentinels: usize) -> Result<()> {
        let hides = |step: &&Step| step.noise.extent(MAX_IDS, 0, usize::MAX).sentinels > 0;
        match self.steps().find(hides) {
            Some(step) if sentinels == 0 => bail!(
                "the tokenizer has no sentinels (<extra_id_0> and on), which {} needs (take a tokenizer of T5's kind)",
                step.name()
            ),
            _ => Ok(()),
        }
    }

    /// An error where the longest window of an objective needs more sentinels than there are.
    pub fn check_sentinels(&mut self, sentinels: usize) -> Result<()> {
        self.try_for_each(|Objective { steps, room, .. }| {
            steps.iter().try_for_each(|step| {
                let needed = step.noise.extent(*room, 0, sentinels).sentinels;
                let name = step.name();
                ensure!(
                    needed <= sentinels,
                    "{name} needs {needed} sentinels for windows of {room} tokens, and the tokenizer has {sentinels}, up to \
                     <extra_id_{}> (shorten --max-length, or add overflow=merge to {name})",
                    sentinels - 1
                );
                Ok(())
            })
        })
    }

    /// Makes the windows of every objective at most so long.
    pub fn set_room(&mut self, room: usize) {
        self.entries.iter_mut().for_each(|entry| entry.objective.room = room);
    }

    /// The most ids of a clean body, where that is the same for every window.
    pub fn common_room(&self) -> Option<Room<'_>> {
        let mut spaces = self.entries.iter().map(|entry| entry.objective.space());
        let first = spaces.next()?;
        let same = |room: Room| room.ids == first.ids && first.beside_specials.or(room.beside_specials).is_none();
        spaces.all(same).then_some(first)
    }

    /// The most ids of any clean body.
    pub fn longest_room(&self) -> usize {
        self.entries.iter().map(|entry| entry.objective.room).max().unwrap_or_default()
    }

    /// The objective of a window, and how many steps those before it have.
    pub fn choose(&self, key: &NoiseKey) -> (usize, &Objective) {
        let last = self.entries.len() - 1;
        let mut chosen = last;
        if last > 0 {
            let total: f64 = self.entries.iter().map(|entry| entry.weight).sum();
            let mut rest = NoiseRng::new(key, CHOICE_POSITION).fraction() * total;
            let reached = |entry: &Entry| {
                rest -= entry.weight;
                rest < 0.0
            };
            chosen = self.entries.iter().position(reached).unwrap_or(last);
        }
        let entry = &self.entries[chosen];
        (entry.first_step, &entry.objective)
    }

    /// Whether there is more than one.
    pub fn is_several(&self) -> bool {
        self.entries.len() > 1
    }

    /// Which one it is whose steps begin there.
    pub fn ordinal(&self, first_step: usize) -> usize {
        self.entries.partition_point(|entry| entry.first_step < first_step)
    }

    /// Whether a step hides spans behind sentinels.
    pub fn needs_sentinels(&self) -> bool {
        self.steps().any(|step| step.noise.extent(MAX_IDS, 0, usize::MAX).sentinels > 0)
    }

    /// Every objective with its weight.
    pub fn objectives(&self) -> impl Iterator<Item = (f64, &Objective)> {
        self.entries.iter().map(|entry| (entry.weight, &entry.objective))
    }

    /// The steps of all objectives in a row, as statistics count them.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        self.entries.iter().flat_map(|entry| &entry.objective.steps)
    }

    /// Ids that are put before inputs.
    pub fn prefix_ids(&self) -> impl Iterator<Item = u32> {
        self.entries.iter().flat_map(|entry| entry.objective.prefix.iter().copied())
    }

    /// Whether a step needs the text to the letter, and none needs to know where sentences begin.
    pub fn keeps_text_exact(&self) -> bool {
        self.steps().any(|step| step.noise.needs().exact_text) && !self.needs_sentences()
    }

    /// The step that needs a mask token, where one does.
    pub fn needs_mask(&self) -> Option<&Step> {
        self.steps().find(|step| step.noise.needs().mask)
    }

    /// Whether a step must know where sentences begin.
    pub fn needs_sentences(&self) -> bool {
        self.steps().any(|step| step.noise.needs().sentences)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::objective::Labels;

    #[test]
    fn a_mixture_keeps_its_weights() {
        let entry = |weight: f64, noise: &str| {
            (weight, Objective::new(vec![noise.parse().expect("valid")], Labels::Auto).expect("valid"))
        };
        let mix = Mix::new(vec![entry(3.0, "mask"), entry(1.0, "delete"), entry(4.0, "none")]);
        let mut chosen = [0u32; 3];
        for seed in 0..8000 {
            let (first_step, _) = mix.choose(&NoiseKey { seed, document: 1, window: 2, copy: 0 });
            chosen[first_step] += 1;
        }
        // Four standard deviations of a binomial around 3000, 1000, 4000.
        for (found, expected) in chosen.iter().zip([3000f64, 1000.0, 4000.0]) {
            let deviation = (expected * (1.0 - expected / 8000.0)).sqrt();
            assert!((f64::from(*found) - expected).abs() < 4.0 * deviation, "{chosen:?}");
        }
    }
}
