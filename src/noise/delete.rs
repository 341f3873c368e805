//! Deletion: chosen units vanish and nothing shows where (BART, section 2.2).

use super::noised::rewrite;
use super::placement::Choice;
use super::{Drawn, Noised, Setting, Workspace};
use crate::rng::NoiseRng;

/// Deletion, settled.
pub struct Delete {
    /// Which units.
    pub choice: Choice,
}

impl Delete {
    /// If all would go, one uniformly chosen unit stays.
    pub fn apply(&self, noised: &mut Noised, setting: &Setting, rng: &mut NoiseRng, work: &mut Workspace) -> Drawn {
        self.choice.draw(noised, setting, rng, work);
        let Workspace { units, chosen, spare, .. } = work;
        if chosen.len() == units.len() && !chosen.is_empty() {
            chosen.remove(rng.below(units.len()));
        }
        let mut deleted = chosen.iter().map(|&unit| units.get(unit as usize)).peekable();
        rewrite(noised, spare, |from, sentence, into| {
            let mut at = sentence.start;
            // A unit may reach over a sentence's start; it then goes with both.
            while let Some(unit) = deleted.peek().filter(|unit| unit.start < sentence.end) {
                into.extend(from, at..unit.start.max(at));
                at = unit.end.min(sentence.end);
                if unit.end > sentence.end {
                    break;
                }
                deleted.next();
            }
            into.extend(from, at..sentence.end);
        });
        Drawn { units: units.len() as u64, chosen: chosen.len() as u64, ..Drawn::default() }
    }
}
