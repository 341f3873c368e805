//! Masking: chosen tokens become the mask token, a random one, or stay (BERT, section 3.1).

use super::placement::Choice;
use super::{Drawn, Noised, Setting, Workspace};
use crate::rng::{Chance, NoiseRng};

/// Masking, settled.
pub struct Mask {
    /// Which units.
    pub choice: Choice,
    /// Share of chosen tokens that become the mask token.
    pub masked: Chance,
    /// The same and the share that become random.
    pub masked_or_random: Chance,
}

impl Mask {
    /// Every token of a chosen unit is decided on its own.
    pub fn apply(&self, noised: &mut Noised, setting: &Setting, rng: &mut NoiseRng, work: &mut Workspace) -> Drawn {
        self.choice.draw(noised, setting, rng, work);
        for &unit in &work.chosen {
            for at in work.units.get(unit as usize) {
                noised.origins[at] = noised.origins[at].chosen();
                let bits = rng.bits();
                if self.masked.covers(bits) {
                    noised.ids[at] = setting.mask;
                } else if self.masked_or_random.covers(bits) {
                    noised.ids[at] = setting.random_token(rng);
                }
            }
        }
        noised.pristine = false;
        Drawn { units: work.units.len() as u64, chosen: work.chosen.len() as u64, ..Drawn::default() }
    }
}
