//! What a model is trained on: noises in a row and what it has to restore, alone or in a mixture.

mod mix;
mod preset;
mod recipe;

use anyhow::{Result, bail, ensure};
use clap::ValueEnum;
use serde::Serialize;

pub use mix::Mix;
pub use preset::Preset;
pub use recipe::Recipe;

use crate::noise::{Corrupted, Extent, MAX_IDS, Scene, Step, Workspace};
use crate::rng::NoiseKey;
use crate::target::{Frame, Target};
use crate::tokenizer::{Edge, Template, Tokenizer};
use crate::window::{Limit, Room, Window};

/// Training targets, as asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Labels {
    /// what the recipe is for: masked where mask is the only noise, hidden for span and prefix, input for none and fim, else full
    Auto,
    /// the whole clean text
    Full,
    /// the chosen tokens alone, -100 elsewhere
    Masked,
    /// what was hidden alone, behind its sentinels where there are any
    Hidden,
    /// the input itself
    Input,
}

impl From<Target> for Labels {
    fn from(target: Target) -> Labels {
        match target {
            Target::Clean => Labels::Full,
            Target::Chosen => Labels::Masked,
            Target::Input => Labels::Input,
            Target::Hidden => Labels::Hidden,
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
    /// The most ids of a clean body; see [`Objective::settle`].
    pub room: usize,
    limits: Option<Limits>,
}

/// What the sides of a record are held to.
#[derive(Clone, Debug, PartialEq)]
struct Limits {
    template: Template,
    max_length: usize,
    sentinels: usize,
}

impl Objective {
    /// These noises with the labels asked for; an error where they cannot give them.
    pub fn new(steps: Vec<Step>, labels: Labels) -> Result<Objective> {
        let has = |target: Target| steps.iter().any(|step| step.noise.target() == target);
        let moving = steps.iter().find(|step| step.noise.moves());
        let target = match labels {
            Labels::Full => Target::Clean,
            Labels::Input => Target::Input,
            Labels::Masked => match moving {
                None if has(Target::Chosen) => Target::Chosen,
                None => bail!(
                    "--labels masked: {} chooses no tokens, so every label would be -100 (add mask, or use --labels input)",
                    names(&steps)
                ),
                Some(step) => bail!(
                    "--labels masked: {} moves tokens, so they have no labels in their places (use --labels full)",
                    step.name()
                ),
            },
            Labels::Hidden => Target::Hidden,
            Labels::Auto if has(Target::Hidden) => Target::Hidden,
            Labels::Auto if has(Target::Clean) => Target::Clean,
            Labels::Auto if has(Target::Chosen) && moving.is_some() => Target::Clean,
            Labels::Auto if has(Target::Chosen) => Target::Chosen,
            Labels::Auto => Target::Input,
        };
        if target == Target::Hidden {
            check_hiding(&steps)?;
        }
        let mut prefixes = steps.iter().filter_map(|step| step.prefix.as_deref());
        if let (Some(one), Some(other)) = (prefixes.next(), prefixes.next()) {
            bail!("--noise: one recipe has one prefix, not both {one:?} and {other:?} (keep one)");
        }
        Ok(Objective { prefix: Vec::new(), steps, target, room: usize::MAX, limits: None })
    }

    /// Looks up the prefix and the tokens that noises name.
    pub fn bind(&mut self, tokenizer: &mut Tokenizer) -> Result<()> {
        if let Some(prefix) = self.steps.iter().find_map(|step| step.prefix.as_deref()) {
            let vocabulary = tokenizer.vocabulary();
            self.prefix.clear();
            match vocabulary.id(prefix).filter(|&id| vocabulary.is_added(id)) {
                Some(id) => self.prefix.push(id),
                None => tokenizer.encoder().encode(prefix, Edge::Opens, &mut self.prefix)?,
            }
        }
        self.steps.iter_mut().try_for_each(|step| step.bind(tokenizer))
    }

    /// What a clean body may hold.
    pub fn space(&self) -> Room<'_> {
        let limit: &dyn Limit = self;
        Room { ids: self.room, beside_specials: Some(limit).filter(|limit| !limit.fits(self.room, self.room)) }
    }

    /// Finds the longest clean body of which no side of a record passes `max_length`, whatever is drawn.
    pub fn settle(&mut self, template: &Template, max_length: usize, sentinels: usize) -> Result<()> {
        let limits = Limits { template: template.clone(), max_length, sentinels };
        let fits = |ids| self.lengths(ids, 0, &limits).into_iter().all(|length| length <= max_length);
        // What hides some tokens needs others that stay.
        let least = if self.target == Target::Hidden { 2 } else { 1 };
        let around = template.len() + self.prefix.len();
        let [input, labels] = self.lengths(least, 0, &limits);
        ensure!(
            fits(least),
            "--max-length {max_length} has no room: the tokenizer's template{} alone takes {around} (at least {})",
            if self.prefix.is_empty() { "" } else { " with the prefix" },
            input.max(labels)
        );
        // A token is in one side at least, so twice the length holds them all. No side shrinks where a body grows.
        let (mut room, mut beyond) = (least, (2 * max_length + 1).min(MAX_IDS));
        while beyond - room > 1 {
            let middle = room.midpoint(beyond);
            *(if fits(middle) { &mut room } else { &mut beyond }) = middle;
        }
        self.room = room;
        self.limits = Some(limits);
        Ok(())
    }

    /// How many ids the input and the labels of a clean body have at most.
    fn lengths(&self, ids: usize, specials: usize, limits: &Limits) -> [usize; 2] {
        let Limits { template, sentinels, .. } = limits;
        let frame = Frame { template, prefix: &self.prefix };
        self.target.lengths(ids, self.extent(ids, specials, *sentinels), frame)
    }

    /// What a clean body of so many ids, of which so many are special, becomes at most.
    pub fn extent(&self, ids: usize, specials: usize, sentinels: usize) -> Extent {
        let clean = Extent { input: ids, specials, ..Extent::default() };
        self.steps.iter().fold(clean, |before, step| {
            let after = step.noise.extent(before.input, before.specials, sentinels);
            let input = if step.is_certain() { after.input } else { after.input.max(before.input) };
            let (hidden, sentinels) = (before.hidden + after.hidden, before.sentinels + after.sentinels);
            Extent { input, specials: after.specials, hidden, sentinels }
        })
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
        let mut scene = Scene { room: self.room, ..*scene };
        for (position, (step, drawn)) in self.steps.iter().zip(&mut made.drawn).enumerate() {
            step.apply(position, (window, key), &scene, work, (&mut made.body, drawn))?;
            // What it put there to say what follows is not for the noises after it.
            scene.specials_inside |= step.noise.extent(1, 0, 0).specials > 0;
        }
        Ok(())
    }
}

impl Limit for Objective {
    fn fits(&self, ids: usize, specials: usize) -> bool {
        self.limits.as_ref().is_none_or(|limits| {
            let Limits { template, max_length, sentinels } = limits;
            let extent = self.extent(ids, specials, *sentinels);
            let lengths = self.target.lengths(ids, extent, Frame { template, prefix: &self.prefix });
            extent.sentinels <= *sentinels && lengths.into_iter().all(|length| length <= *max_length)
        })
    }
}

fn names(steps: &[Step]) -> String {
    steps.iter().map(Step::name).collect::<Vec<_>>().join(" and ")
}

/// Labels of what was hidden need one noise that hides, after all others that put ids in places of text.
fn check_hiding(steps: &[Step]) -> Result<()> {
    let hides = |step: &&Step| step.noise.target() == Target::Hidden;
    let Some(at) = steps.iter().position(|step| hides(&step)) else {
        bail!("--labels hidden: {} hides nothing for the labels (use span or prefix)", names(steps));
    };
    let (name, last) = (steps[at].name(), steps.last().map_or("", Step::name));
    let loses = |step: &&Step| step.noise.lays_spans() && !step.noise.target().is_in_place();
    let other = steps[..at].iter().chain(&steps[at + 1..]).find(|step| hides(step) || loses(step));
    if let Some(other) = other.map(Step::name) {
        bail!("--noise: {other} and {name} both hide text, and a record has labels for {name} alone (keep one)");
    }
    ensure!(last == name, "--noise {last}: labels of what {name} hides need it last (put {last} before it)");
    Ok(())
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

    #[test]
    fn masked_labels_need_a_noise_that_chooses_tokens() {
        let masked = |noises: &[&str]| Objective::new(steps(noises), Labels::Masked);
        let refusal = masked(&["none"]).expect_err("no label is scored").to_string();
        assert!(refusal.contains("none chooses no tokens") && refusal.ends_with("--labels input)"), "{refusal}");
        assert!(masked(&["none", "none"]).is_err());
        assert_eq!(masked(&["none", "mask"]).expect("some are").target, Target::Chosen);
    }
}
