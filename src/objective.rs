//! What a model is trained on: noises in a row and what it has to restore, alone or in a mixture.

use anyhow::{Result, bail};
use clap::ValueEnum;
use serde::Serialize;

use crate::noise::{Corrupted, Scene, Step, Workspace};
use crate::rng::{NoiseKey, NoiseRng};
use crate::target::Target;
use crate::window::Window;

/// A recipe with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Preset {
    /// mask 0.15
    Bert,
    /// mask 0.15 of whole words
    BertWwm,
    /// mask 0.3
    Modernbert,
    /// permute, infill 0.3 lambda 3.5 random 0.1: the settings the released model was trained with
    Bart,
    /// permute, infill 0.3 lambda 3
    BartPaper,
    /// permute, infill 0.35 lambda 3.5
    Mbart,
}

impl Preset {
    /// The noises it stands for.
    pub fn noises(self) -> &'static [&'static str] {
        match self {
            Preset::Bert => &["mask:ratio=0.15"],
            Preset::BertWwm => &["mask:ratio=0.15,unit=word"],
            Preset::Modernbert => &["mask:ratio=0.3"],
            Preset::Bart => &["permute", "infill:ratio=0.3,lambda=3.5,random=0.1"],
            Preset::BartPaper => &["permute", "infill:ratio=0.3,lambda=3"],
            Preset::Mbart => &["permute", "infill:ratio=0.35,lambda=3.5"],
        }
    }
}

/// Training targets, as asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Labels {
    /// what the recipe is for: masked where mask is the only noise, input for none, else full
    Auto,
    /// the whole clean text
    Full,
    /// the chosen tokens alone, -100 elsewhere
    Masked,
    /// the input itself
    Input,
}

impl From<Target> for Labels {
    fn from(target: Target) -> Labels {
        match target {
            Target::Clean => Labels::Full,
            Target::Chosen => Labels::Masked,
            Target::Input => Labels::Input,
            Target::Hidden { .. } => Labels::Auto,
        }
    }
}

/// Noises in the order in which they are applied, and what a model has to restore.
#[derive(Clone, Debug, PartialEq)]
pub struct Objective {
    /// Ids put before the input, inside the template.
    pub prefix: Vec<u32>,
    /// The noises.
    pub steps: Vec<Step>,
    /// The labels.
    pub target: Target,
}

impl Objective {
    /// These noises with the labels asked for; an error where they cannot give them.
    pub fn new(steps: Vec<Step>, labels: Labels) -> Result<Objective> {
        let moving = steps.iter().find(|step| !step.noise.target().is_in_place());
        let target = match labels {
            Labels::Full => Target::Clean,
            Labels::Input => Target::Input,
            Labels::Masked => match moving {
                None => Target::Chosen,
                Some(step) => bail!(
                    "--labels masked: {} moves tokens, so they have no labels in their places (use --labels full)",
                    step.name()
                ),
            },
            Labels::Auto if moving.is_some() => Target::Clean,
            Labels::Auto if steps.iter().any(|step| step.noise.target() == Target::Chosen) => Target::Chosen,
            Labels::Auto => Target::Input,
        };
        Ok(Objective { prefix: Vec::new(), steps, target })
    }

    /// Corrupts a window.
    pub fn corrupt(
        &self,
        (window, key): (&Window, &NoiseKey),
        scene: &Scene,
        work: &mut Workspace,
        made: &mut Corrupted,
    ) -> Result<()> {
        made.body.start(window);
        made.drawn.resize_with(self.steps.len(), Default::default);
        for (position, (step, drawn)) in self.steps.iter().zip(&mut made.drawn).enumerate() {
            step.apply(position, (window, key), scene, work, (&mut made.body, drawn))?;
        }
        Ok(())
    }
}

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
    use clap::ValueEnum;

    fn steps(noises: &[&str]) -> Vec<Step> {
        noises.iter().map(|noise| noise.parse().expect("valid")).collect()
    }

    #[test]
    fn presets_are_valid() {
        for preset in Preset::value_variants() {
            Objective::new(steps(preset.noises()), Labels::Auto).expect("valid");
        }
    }

    #[test]
    fn automatic_labels_are_what_the_recipe_is_for() {
        let target = |noises: &[&str]| Objective::new(steps(noises), Labels::Auto).expect("valid").target;
        assert_eq!(target(&["mask"]), Target::Chosen);
        assert_eq!(target(&["none", "mask@0.5"]), Target::Chosen);
        assert_eq!(target(&["none"]), Target::Input);
        assert_eq!(target(&["mask", "infill"]), Target::Clean);
        assert!(Objective::new(steps(&["mask", "delete"]), Labels::Masked).is_err());
    }

    #[test]
    fn a_mixture_keeps_its_weights() {
        let entry = |weight: f64, noise: &str| (weight, Objective::new(steps(&[noise]), Labels::Auto).expect("valid"));
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
