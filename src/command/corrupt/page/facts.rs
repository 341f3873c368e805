//! The numbers of a run, in groups: records, lengths, each step, settings.

use serde_json::Value;

use super::Told;
use crate::command::corrupt::summary::steps_of;
use crate::figure::Figure;
use crate::inspect::Spread;
use crate::noise::Step;
use crate::report::{Fact, Group, count, decimal, percent};
use crate::stats::StepStats;

fn share(part: u64, whole: u64) -> String {
    percent(part as f64 / whole.max(1) as f64)
}

impl Told<'_> {
    /// Every group.
    pub(super) fn facts(&self) -> Vec<Group> {
        let mut groups = vec![self.records(), self.lengths()];
        let steps = self.muddle.corrupter.mix.steps().zip(steps_of(self.stats)).enumerate();
        groups.extend(steps.map(|(position, (step, done))| self.step(position, step, done)));
        groups
    }

    fn records(&self) -> Group {
        let stats = self.stats;
        let mut facts = vec![
            Fact::new("documents", count(stats.documents)),
            Fact::new("empty", count(stats.empty)),
            Fact::new("skipped", count(stats.skipped)),
            Fact::new("records", count(stats.records)),
            Fact::new("tokens", count(stats.input_ids)).note("with the template, without padding"),
            Fact::new("clean tokens", count(stats.clean_ids)).note("without the template"),
            Fact::new("bytes of text", count(stats.bytes)),
        ];
        if stats.noise_shares.total() > 0 {
            let mean = decimal(stats.noise_shares.mean());
            facts.push(Fact::new("noise per record", format!("{mean}\u{202f}%")).note("of tokens, mean"));
        }
        Group { title: "Records".to_string(), facts }
    }

    fn lengths(&self) -> Group {
        let (stats, spread) = (self.stats, Spread::of(&self.stats.lengths));
        let per_record = |sum: u64| decimal(sum as f64 / stats.records.max(1) as f64);
        let facts = vec![
            Fact::new("input, mean", per_record(stats.input_ids)),
            Fact::new("labels, mean", per_record(stats.label_ids)),
            Fact::new("input to labels", share(stats.input_ids, stats.label_ids)),
            Fact::new("shortest input", count(spread.min as u64)),
            Fact::new("median", count(spread.median as u64)),
            Fact::new("95th percentile", count(spread.p95 as u64)),
            Fact::new("longest", count(spread.max as u64)),
        ];
        Group { title: "Lengths".to_string(), facts }
    }

    fn step(&self, position: usize, step: &Step, done: &StepStats) -> Group {
        let several = self.muddle.corrupter.mix.steps().count() > 1;
        let number = if several { format!("{}. ", position + 1) } else { String::new() };
        let asked = step.probability.map_or(String::new(), |asked| format!(", asked {}", percent(asked)));
        let applied = share(done.applied, self.stats.records);
        let mut facts = vec![Fact::new("applied to records", count(done.applied)).note(format!("{applied}{asked}"))];
        facts.extend(step.noise.figures(done).iter().filter_map(fact));
        let dropped = [("insertions dropped", done.dropped_insertions), ("orders drawn again", done.redraws)];
        let dropped = dropped.into_iter().filter(|(_, times)| *times > 0);
        facts.extend(dropped.map(|(name, times)| Fact::new(name, count(times)).note("for lack of room")));
        Group { title: format!("{number}{}", step.name()), facts }
    }

    /// Everything that shapes the records.
    pub(super) fn settings(&self) -> Group {
        let mut facts = Vec::new();
        if let Value::Object(settled) = self.muddle.describe() {
            facts.extend(settled.into_iter().map(|(name, value)| Fact::new(name.replace('_', " "), words(&value))));
        }
        Group { title: "Settings".to_string(), facts }
    }
}

/// A figure as a line of the page, unless it is a chart.
fn fact(figure: &Figure) -> Option<Fact> {
    let asked = |expected: &Option<f64>, show: fn(f64) -> String| {
        expected.map_or(String::new(), |expected| format!("asked {}", show(expected)))
    };
    match figure {
        Figure::Count { name, value } => Some(Fact::new(name.as_str(), count(*value))),
        Figure::Share { name, part, whole, expected } => {
            let asked = asked(expected, percent);
            let note = [share(*part, *whole), asked].into_iter().filter(|part| !part.is_empty());
            Some(Fact::new(name.as_str(), count(*part)).note(note.collect::<Vec<_>>().join(", ")))
        }
        Figure::Mean { name, value, expected } => {
            Some(Fact::new(format!("{name}, mean"), decimal(*value)).note(asked(expected, decimal)))
        }
        Figure::Distribution(_) => None,
    }
}

/// A setting as people would write it.
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
