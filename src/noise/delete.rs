//! Deletion: chosen units vanish and nothing shows where (BART, section 2.2).

use std::sync::Arc;

use anyhow::Result;

use super::body::rewrite;
use super::placement::{Choice, Count};
use super::{Body, COUNT, Context, Drawn, Effect, Key, Kind, Needs, Noise, Ratio, UNIT_TOKEN, Unit, Workspace};
use crate::figure::Figure;
use crate::stats::StepStats;

/// `delete`.
pub const KIND: Kind = Kind {
    name: "delete",
    about: "chosen tokens vanish",
    keys: &[Key::new("ratio", "0.15", "share of units chosen"), UNIT_TOKEN, COUNT],
    parse: |keys| {
        let (ratio, unit) = (Ratio::Fixed(keys.share("ratio")?), keys.unit()?);
        Ok(Arc::new(Delete { choice: Choice { ratio, unit, count: Count::of(keys)? } }))
    },
};

struct Delete {
    choice: Choice,
}

impl Noise for Delete {
    fn needs(&self) -> Needs {
        Needs { words: self.choice.unit == Unit::Word, ..Needs::default() }
    }

    /// If all would go, one uniformly chosen unit stays.
    fn apply(&self, body: &mut Body, cx: &mut Context, drawn: &mut Drawn) -> Result<()> {
        self.choice.draw(body, cx, drawn)?;
        let Workspace { units, chosen, spare, .. } = &mut *cx.work;
        if chosen.len() == units.len() && !chosen.is_empty() {
            chosen.remove(cx.rng.below(units.len()));
        }
        let mut deleted = chosen.iter().map(|&unit| units.get(unit as usize)).peekable();
        rewrite(body, spare, |from, sentence, into| {
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
        drawn.chosen = chosen.len() as u64;
        Ok(())
    }

    fn effects(&self) -> Vec<Effect> {
        vec![Effect::Deleted]
    }

    fn describe(&self, drawn: &Drawn) -> String {
        format!("{} of {} {}s deleted", drawn.chosen, drawn.units, self.choice.unit)
    }

    fn figures(&self, counted: &StepStats) -> Vec<Figure> {
        vec![self.choice.figure("deleted", counted)]
    }
}
