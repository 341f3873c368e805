//! What a model is trained on: noises in a row and what it has to restore, alone or in a mixture.

mod mix;
mod preset;

use anyhow::{Result, bail};
use clap::ValueEnum;
use serde::Serialize;

pub use mix::Mix;
pub use preset::Preset;

use crate::noise::{Corrupted, Scene, Step, Workspace};
use crate::rng::NoiseKey;
use crate::target::Target;
use crate::window::Window;

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

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(noises: &[&str]) -> Vec<Step> {
        noises.iter().map(|noise| noise.parse().expect("valid")).collect()
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
}
