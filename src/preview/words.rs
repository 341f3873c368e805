//! The words beside the text: what the marks mean, and what was drawn.

use super::cells::{Bit, sentence_number};
use super::mark::{Mark, Marks, ROTATION};
use super::page::{AFTER, BEFORE};
use crate::noise::{Drawn, Effect, Step};

/// The marks that a recipe can make, each with its meaning.
pub fn legend(effects: impl Iterator<Item = Effect>, marks: Marks, mask: &str) -> Vec<Vec<Bit>> {
    let aside = |text: &str| Bit { text: text.to_string(), mark: Mark::Aside };
    let mut words = vec![vec![aside(&format!("{BEFORE}before"))], vec![aside(&format!("{AFTER}after"))]];
    let mut add = |bit: Bit, meaning: &str| {
        let entry = vec![bit, aside(&format!(" {meaning}"))];
        if !words.contains(&entry) {
            words.push(entry);
        }
    };
    let sample = |text: &str, mark: Mark| Bit { text: marks.dress(text, mark), mark };
    for effect in effects {
        match effect {
            Effect::Hidden => add(sample("word", Mark::Hidden), "hidden"),
            Effect::Masked => add(sample(mask, Mark::Mask), "stands for it"),
            Effect::Random => add(sample("word", Mark::Random), "random"),
            Effect::Kept => add(sample("word", Mark::Kept), "chosen, kept"),
            Effect::Deleted => add(sample("word", Mark::Deleted), "deleted"),
            Effect::Inserted => add(sample(mask, Mark::Inserted), "inserted"),
            Effect::Moved => {
                add(sentence_number(Some(2), true), "moved");
                add(sentence_number(Some(1), false), "in its place");
            }
            Effect::Rotated => add(Bit { text: ROTATION.to_string(), mark: Mark::Rotation }, "rotated here"),
        }
    }
    words
}

/// What a step drew, such as `infill: 24 of 80 words hidden in 9 spans, 2 of them zero-length`.
pub fn counts(step: &Step, drawn: &Drawn) -> String {
    let name = step.name();
    if !drawn.applied {
        return format!("{name}: not applied (its probability)");
    }
    let mut told = step.noise.describe(drawn);
    for (times, what) in [(drawn.dropped_insertions, "insertions dropped"), (drawn.redraws, "orders drawn again")] {
        if times > 0 {
            told.push_str(&format!("; {times} {what} for lack of room (--max-length)"));
        }
    }
    format!("{name}: {told}")
}
