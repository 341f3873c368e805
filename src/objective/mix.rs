//! Objectives of which each window gets one.

use super::Objective;
use crate::noise::Step;
use crate::rng::{NoiseKey, NoiseRng};

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

    /// Every objective with its weight.
    pub fn objectives(&self) -> impl Iterator<Item = (f64, &Objective)> {
        self.entries.iter().map(|entry| (entry.weight, &entry.objective))
    }

    /// The steps of all objectives in a row, as statistics count them.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        self.entries.iter().flat_map(|entry| &entry.objective.steps)
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
