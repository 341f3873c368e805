//! Masking: chosen tokens become the mask token, a random one, or stay (BERT, section 3.1).

use std::sync::Arc;

use anyhow::{Result, ensure};

use super::placement::Choice;
use super::{Body, COUNT, Context, Drawn, Edit, Effect, Key, Kind, Needs, Noise, UNIT_TOKEN};
use crate::figure::Figure;
use crate::rng::Chance;
use crate::stats::StepStats;
use crate::target::Target;

/// `mask`.
pub const KIND: Kind = Kind {
    name: "mask",
    about: "chosen tokens become the mask token, a random one, or stay",
    keys: &[
        Key::new("ratio", "0.15", "share of units chosen"),
        UNIT_TOKEN,
        COUNT,
        Key::new("mask", "0.8", "share of chosen tokens that become the mask token"),
        Key::new("random", "0.1", "share of chosen tokens that become a random token"),
    ],
    lays_spans: false,
    parse: |keys| {
        let choice = Choice::new(keys.share("ratio")?, keys.unit()?, keys.count()?);
        let (mask, random) = (keys.share("mask")?, keys.share("random")?);
        ensure!(mask + random <= 1.0 + 1e-9, "mask {mask} and random {random} are more than 1 together (lower one)");
        Ok(Arc::new(Mask { choice, mask, random }))
    },
};

struct Mask {
    choice: Choice,
    mask: f64,
    random: f64,
}

impl Noise for Mask {
    fn needs(&self) -> Needs {
        Needs { mask: self.mask > 0.0, ..Needs::default() }
    }

    fn target(&self) -> Target {
        Target::Chosen
    }

    /// Every token of a chosen unit is decided on its own.
    fn apply(&self, body: &mut Body, cx: &mut Context, drawn: &mut Drawn) -> Result<()> {
        let (masked, masked_or_random) = (Chance::new(self.mask), Chance::new(self.mask + self.random));
        self.choice.draw(body, cx);
        for &unit in &cx.work.chosen {
            for at in cx.work.units.get(unit as usize) {
                let bits = cx.rng.bits();
                let edit = if masked.covers(bits) {
                    body.ids[at] = cx.scene.mask;
                    Edit::Masked
                } else if masked_or_random.covers(bits) {
                    body.ids[at] = cx.scene.random_token(&mut cx.rng);
                    Edit::Random
                } else {
                    Edit::Kept
                };
                body.origins[at] = body.origins[at].edited(edit);
                drawn.edits[edit as usize] += 1;
            }
        }
        body.is_clean = false;
        (drawn.units, drawn.chosen) = (cx.work.units.len() as u64, cx.work.chosen.len() as u64);
        Ok(())
    }

    fn effects(&self) -> Vec<Effect> {
        let written = [
            (self.mask > 0.0, Effect::Masked),
            (self.random > 0.0, Effect::Random),
            (self.mask + self.random < 1.0, Effect::Kept),
        ];
        let written = written.into_iter().filter_map(|(happens, effect)| happens.then_some(effect));
        std::iter::once(Effect::Hidden).chain(written).collect()
    }

    fn describe(&self, drawn: &Drawn) -> String {
        let [masked, random, kept] = [Edit::Masked, Edit::Random, Edit::Kept].map(|edit| drawn.edited(edit));
        let Drawn { units, chosen, .. } = drawn;
        let unit = self.choice.unit;
        format!("{chosen} of {units} {unit}s chosen; tokens: {masked} masked, {random} random, {kept} kept")
    }

    fn figures(&self, counted: &StepStats) -> Vec<Figure> {
        let chosen = counted.all_edits();
        let kept = (1.0 - self.mask - self.random).max(0.0);
        vec![
            self.choice.figure("chosen", counted),
            Figure::share("became the mask token", counted.edited(Edit::Masked), chosen, self.mask),
            Figure::share("became a random token", counted.edited(Edit::Random), chosen, self.random),
            Figure::share("kept", counted.edited(Edit::Kept), chosen, kept),
        ]
    }
}
