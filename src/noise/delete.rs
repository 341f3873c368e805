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
        let mut chosen = self.choice.draw(noised, setting, rng, work);
        let Workspace { units, marks, spare, .. } = work;
        if chosen == units.len() && chosen > 0 {
            marks[rng.below(units.len())] = false;
            chosen -= 1;
        }
        let mut deleted = units.iter().zip(marks.iter()).filter(|(_, mark)| **mark).map(|(unit, _)| *unit).peekable();
        rewrite(noised, spare, |from, sentence, into| {
            let mut at = sentence.start;
            // A unit may reach over a sentence's start; it then goes with both.
            while let Some(&(start, end)) = deleted.peek().filter(|(start, _)| (*start as usize) < sentence.end) {
                into.extend(from, at..(start as usize).max(at));
                at = (end as usize).min(sentence.end);
                if (end as usize) > sentence.end {
                    break;
                }
                deleted.next();
            }
            into.extend(from, at..sentence.end);
        });
        Drawn { units: units.len() as u64, chosen: chosen as u64, ..Drawn::default() }
    }
}
