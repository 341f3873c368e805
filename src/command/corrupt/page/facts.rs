//! The numbers of a run, in groups: records, lengths, each step, options.

use serde_json::Value;

use super::Run;
use crate::command::corrupt::summary;
use crate::histogram::Histogram;
use crate::inspect::Spread;
use crate::labels::Labels;
use crate::noise::{Noise, Step, Unit};
use crate::report::{Fact, Group, count, decimal, percent};
use crate::stats::StepStats;

fn share(part: u64, whole: u64) -> String {
    percent(part as f64 / whole.max(1) as f64)
}

fn mean(histogram: &Histogram) -> String {
    decimal(Spread::of(histogram).mean)
}

impl Run<'_> {
    /// Every group.
    pub(super) fn facts(&self) -> Vec<Group> {
        let mut groups = vec![self.records(), self.lengths()];
        let steps = self.options.recipe.steps.iter().zip(&self.stats.steps).enumerate();
        groups.extend(steps.map(|(position, (step, counted))| self.step(position, step, counted)));
        groups
    }

    fn records(&self) -> Group {
        let stats = self.stats;
        let mut facts = vec![
            Fact::new("documents", count(stats.documents)),
            Fact::new("empty", count(stats.empty)),
            Fact::new("skipped", count(stats.skipped)),
            Fact::new("records", count(stats.records)),
            Fact::new("tokens", count(stats.input_ids)).note("template included, padding aside"),
            Fact::new("clean tokens", count(stats.clean_ids)).note("without the template"),
            Fact::new("bytes of text", count(stats.bytes)),
        ];
        if stats.noise_shares.total() > 0 {
            facts.push(
                Fact::new("noise per record", format!("{}\u{202f}%", mean(&stats.noise_shares)))
                    .note("of tokens, mean"),
            );
        }
        Group { title: "Records".to_string(), facts }
    }

    fn lengths(&self) -> Group {
        let (stats, spread) = (self.stats, Spread::of(&self.stats.lengths));
        let template = self.corrupter.tokenizer.template().len() as u64;
        let labels = match self.corrupter.labels {
            Labels::Full => stats.clean_ids + template * stats.records,
            Labels::Masked => stats.input_ids,
        };
        let per_record = |sum: u64| decimal(sum as f64 / stats.records.max(1) as f64);
        let facts = vec![
            Fact::new("input, mean", per_record(stats.input_ids)),
            Fact::new("labels, mean", per_record(labels)),
            Fact::new("input to labels", share(stats.input_ids, labels)),
            Fact::new("shortest input", count(spread.min as u64)),
            Fact::new("median", count(spread.median as u64)),
            Fact::new("95 of 100 are within", count(spread.p95 as u64)),
            Fact::new("longest", count(spread.max as u64)),
        ];
        Group { title: "Lengths".to_string(), facts }
    }

    fn step(&self, position: usize, step: &Step, counted: &StepStats) -> Group {
        let several = self.options.recipe.steps.len() > 1;
        let number = if several { format!("{}. ", position + 1) } else { String::new() };
        let asked = step.chance.map_or(String::new(), |chance| format!(", asked {}", percent(chance)));
        let applied = share(counted.applied, self.stats.records);
        let mut facts = vec![Fact::new("applied to records", count(counted.applied)).note(format!("{applied}{asked}"))];
        facts.extend(done(&step.noise, counted));
        if counted.drawn.cramped > 0 {
            facts.push(Fact::new("no room", format!("{} times", count(counted.drawn.cramped))));
        }
        Group { title: format!("{number}{}", step.noise.name()), facts }
    }

    /// Every option that shapes the records.
    pub(super) fn settings(&self) -> Group {
        let mut facts = Vec::new();
        if let Value::Object(settled) = summary::resolved(self.options, self.corrupter) {
            facts.extend(settled.into_iter().map(|(name, value)| Fact::new(name.replace('_', " "), words(&value))));
        }
        Group { title: "Options".to_string(), facts }
    }
}

/// What a step did, as far as its noise does such a thing.
fn done(noise: &Noise, counted: &StepStats) -> Vec<Fact> {
    let (drawn, detail) = (&counted.drawn, &counted.detail);
    let of = |units: &str| Fact::new(format!("{units}s there were"), count(drawn.units));
    let chosen = |name: String, ratio: f64| {
        let note = format!("{}, asked {}", share(drawn.chosen, drawn.units), percent(ratio));
        Fact::new(name, count(drawn.chosen)).note(note)
    };
    let hit = |name: &str| Fact::new(name, count(detail.hit())).note(share(detail.hit(), detail.tokens()));
    // Where each token is a unit, the tokens hit are the units chosen.
    let tokens = |unit: &Unit, name: &str| (*unit != Unit::Token).then(|| hit(name));
    let hits = |unit: &Unit, ratio: &f64, verb: &str| {
        let units = [of(&unit.to_string()), chosen(format!("{unit}s {verb}"), *ratio)];
        units.into_iter().chain(tokens(unit, &format!("tokens {verb}")))
    };
    match noise {
        Noise::Mask { ratio, unit, mask, random, .. } => {
            let written = |name: &str, times: u64, asked: f64| {
                Fact::new(name, count(times)).note(format!("{}, asked {}", share(times, detail.hit()), percent(asked)))
            };
            let written = [
                written("became mask", detail.masks, *mask),
                written("became another token", detail.random, *random),
                written("stayed", detail.kept, (1.0 - mask - random).max(0.0)),
            ];
            hits(unit, ratio, "chosen").chain(written).collect()
        }
        Noise::Delete { ratio, unit, .. } => hits(unit, ratio, "deleted").collect(),
        Noise::Infill { ratio, lambda, unit, random } => {
            let of_spans = |part: u64| share(part, drawn.spans);
            let spans = [
                Fact::new("spans", count(drawn.spans)),
                Fact::new("mean length", mean(&detail.spans)).note(format!("{unit}s, asked {}", decimal(*lambda))),
                Fact::new("of no length", count(drawn.insertions)).note(of_spans(drawn.insertions)),
                Fact::new("cut to meet the ratio", count(detail.trimmed)).note(of_spans(detail.trimmed)),
                Fact::new("another token for the mask", count(detail.random)).note(format!(
                    "{}, asked {}",
                    of_spans(detail.random),
                    percent(*random)
                )),
            ];
            hits(unit, ratio, "hidden").chain(spans).collect()
        }
        Noise::Permute { .. } => vec![
            of("sentence"),
            Fact::new("sentences moved", count(drawn.chosen)).note(share(drawn.chosen, drawn.units)),
            Fact::new("places moved, mean", mean(&detail.moves)),
            Fact::new("places moved, most", count(Spread::of(&detail.moves).max as u64)),
        ],
        Noise::Rotate { unit } => vec![
            Fact::new("begins at a", unit.to_string()),
            Fact::new("tokens there were", count(drawn.units)),
            Fact::new("tokens moved", count(drawn.chosen)).note(share(drawn.chosen, drawn.units)),
        ],
    }
}

/// A settled option as people would write it.
fn words(value: &Value) -> String {
    match value {
        Value::Null => "none".to_string(),
        Value::Bool(true) => "yes".to_string(),
        Value::Bool(false) => "no".to_string(),
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(words).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    }
}
