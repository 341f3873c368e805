//! The words beside the text: what the marks mean, and what was drawn.

use super::cells::{Bit, sentence_number};
use super::mark::{Mark, Marks, ROTATION};
use super::page::{AFTER, BEFORE};
use super::trace::Seen;
use crate::noise::{Drawn, Noise, Recipe, Unit};

/// The marks that a recipe can make, each with its meaning.
pub fn legend(recipe: &Recipe, marks: Marks, mask: &str) -> Vec<Vec<Bit>> {
    let aside = |text: &str| Bit { text: text.to_string(), mark: Mark::Aside };
    let mut words = vec![vec![aside(&format!("{BEFORE}before"))], vec![aside(&format!("{AFTER}after"))]];
    let mut add = |bit: Bit, meaning: &str| {
        let entry = vec![bit, aside(&format!(" {meaning}"))];
        if !words.contains(&entry) {
            words.push(entry);
        }
    };
    let sample = |text: &str, mark: Mark| Bit { text: marks.dress(text, mark), mark };
    for step in &recipe.steps {
        match step.noise {
            Noise::Mask { mask: masked, random, .. } => {
                add(sample("word", Mark::Hidden), "hidden");
                if masked > 0.0 {
                    add(sample(mask, Mark::Mask), "stands for it");
                }
                if random > 0.0 {
                    add(sample("word", Mark::Random), "random");
                }
                if masked + random < 1.0 {
                    add(sample("word", Mark::Kept), "chosen, kept");
                }
            }
            Noise::Delete { .. } => add(sample("word", Mark::Deleted), "deleted"),
            Noise::Infill { random, .. } => {
                add(sample("word", Mark::Hidden), "hidden");
                if random < 1.0 {
                    add(sample(mask, Mark::Mask), "stands for it");
                    add(sample(mask, Mark::Inserted), "inserted");
                }
                if random > 0.0 {
                    add(sample("word", Mark::Random), "random");
                }
            }
            Noise::Permute { .. } => {
                add(sentence_number(Some(2), true), "moved");
                add(sentence_number(Some(1), false), "in its place");
            }
            Noise::Rotate { .. } => add(Bit { text: ROTATION.to_string(), mark: Mark::Rotation }, "rotated here"),
        }
    }
    words
}

/// What a step drew, such as `infill: 24 of 80 words hidden in 9 spans, 2 inserted`.
pub fn counts(noise: &Noise, seen: &Seen) -> String {
    let name = noise.name();
    let Some(drawn) = seen.drawn else { return format!("{name}: not applied (its probability)") };
    let Drawn { units, chosen, spans, insertions, cramped } = drawn;
    let told = match noise {
        Noise::Mask { unit, .. } => format!(
            "{chosen} of {units} {unit}s chosen; tokens: {} masked, {} random, {} kept",
            seen.masks, seen.random, seen.kept
        ),
        Noise::Delete { unit, .. } => format!("{chosen} of {units} {unit}s deleted"),
        Noise::Infill { unit, random, .. } => {
            let random = if *random > 0.0 { format!(", {} random", seen.random) } else { String::new() };
            format!("{chosen} of {units} {unit}s hidden in {spans} spans, {insertions} of no length{random}")
        }
        Noise::Permute { .. } => format!("{chosen} of {units} sentences moved"),
        Noise::Rotate { .. } if seen.begins_at == 0 => "begins where it began".to_string(),
        Noise::Rotate { unit: Unit::Token } => format!("begins at token {} of {units}", seen.begins_at + 1),
        Noise::Rotate { unit } => format!("begins at token {} of {units}, where a {unit} begins", seen.begins_at + 1),
    };
    let cramped = if cramped > 0 { format!("; {cramped} times no room (--max-length)") } else { String::new() };
    format!("{name}: {told}{cramped}")
}
