//! `--report`: one page about a run, its numbers, what was drawn, and some of its examples. A function of input and
//! settings, without times or machines.

use std::sync::{Mutex, PoisonError};

use anyhow::Result;
use serde_json::Value;
use xxhash_rust::xxh3::xxh3_64;

use super::Run;
use crate::command::names_of;
use crate::job::Tally;
use crate::muddle::Muddle;
use crate::noise::Step;
use crate::objective::Objective;
use crate::pipeline::{Corrupter, Example};
use crate::preview;
use crate::stats::{Stats, StepStats};
use crate::view::{ExampleView, Fact, Group, Notice, View, count, counted, facts, html, percent, share};

/// Examples on the page.
const MAX_EXAMPLES: usize = 30;
/// Ids shown of each side of an example.
const SHOWN_IDS: usize = 600;

/// Some examples of a run, taken while it runs: those whose keys have the smallest hashes. So they are spread over all of
/// the input, and the same for any number of threads.
pub struct Samples<'s> {
    corrupter: &'s Corrupter,
    taken: Mutex<Taken>,
}

/// Ascending by hash.
type Taken = Vec<(u64, Result<ExampleView>)>;

impl<'s> Samples<'s> {
    /// None yet.
    pub fn new(corrupter: &'s Corrupter) -> Self {
        Samples { corrupter, taken: Mutex::default() }
    }

    /// Takes an example if it is among those with the smallest hashes so far. One that cannot be shown is a fault of the
    /// page, not of the records: it waits.
    pub fn offer(&self, example: &Example) {
        let key = example.key;
        let document = example.window.document().document().ordinal;
        let hash = xxh3_64(format!("{key:?} {document} {}", example.window.document().place()).as_bytes());
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let place = taken.partition_point(|(other, _)| *other < hash);
        if place < MAX_EXAMPLES {
            taken.insert(place, (hash, preview::example(self.corrupter, example, SHOWN_IDS)));
            taken.truncate(MAX_EXAMPLES);
        }
    }

    /// All that were taken.
    pub fn finish(self) -> Result<Vec<ExampleView>> {
        let taken = self.taken.into_inner().unwrap_or_else(PoisonError::into_inner);
        taken.into_iter().map(|(_, example)| example).collect()
    }
}

/// The page.
pub fn page(run: &Run, muddle: &Muddle, tally: &Tally, examples: Vec<ExampleView>) -> String {
    let stats = &tally.stats;
    let corrupter = &muddle.corrupter;
    let steps: Vec<(String, &Step, &StepStats)> = named_steps(corrupter, stats);
    let mut distributions = facts::general(stats);
    for (name, step, done) in &steps {
        distributions.extend(facts::distributions(step.noise.figures(done)).map(|mut drawn| {
            if steps.len() > 1 {
                drawn.title.push_str(&format!(" ({name})"));
            }
            drawn
        }));
    }
    let mut groups = vec![records(stats), facts::lengths(stats, true, Some(run.settings.max_length.into()))];
    groups.extend(steps.iter().map(|(name, step, done)| {
        let mut group = one_step(name, step, done);
        if corrupter.mix.is_several() {
            // Nothing else says which recipe a number stands for.
            group.facts.insert(0, Fact::new("noise", step.to_string().replace(',', ", ")));
        }
        group
    }));
    html::page(&View {
        title: format!("Noise on {}", names_of(&run.inputs)),
        lead: lead(corrupter),
        notices: notices(tally),
        groups,
        distributions,
        examples,
        settings: settings(muddle.describe()),
        foot: format!(
            "muddle {} corrupt. Numbers and charts count what was drawn for every record; the examples are spread over the input.",
            env!("CARGO_PKG_VERSION"),
        ),
    })
}

/// The recipe in words.
fn lead(corrupter: &Corrupter) -> String {
    let recipe =
        |objective: &Objective| objective.steps.iter().map(ToString::to_string).collect::<Vec<_>>().join(", then ");
    let recipes: Vec<(f64, &Objective)> = corrupter.mix.objectives().collect();
    match recipes.as_slice() {
        [(_, objective)] => recipe(objective),
        several => {
            let weights: Vec<String> = several.iter().map(|(weight, _)| weight.to_string()).collect();
            format!(
                "A mixture: each window draws one of {} recipes, with the weights {}.",
                several.len(),
                weights.join(", ")
            )
        }
    }
}

/// Each step with its name, numbered where there are several.
fn named_steps<'r>(corrupter: &'r Corrupter, stats: &'r Stats) -> Vec<(String, &'r Step, &'r StepStats)> {
    let several = corrupter.mix.steps().count() > 1;
    let steps = corrupter.mix.steps().zip(stats.every_step()).enumerate();
    let named = steps.map(|(at, (step, done))| match several {
        true => (format!("{}. {}", at + 1, step.name()), step, done),
        false => (step.name().to_string(), step, done),
    });
    named.collect()
}

fn notices(tally: &Tally) -> Vec<Notice> {
    let (stats, kept) = (&tally.stats, &tally.kept);
    let kept_outputs = format!("{} with {}", counted(kept.outputs, "output"), counted(kept.records, "record"));
    let notices = [
        (
            kept.outputs > 0,
            format!("Kept from earlier runs: {kept_outputs}."),
            "Nothing on this page counts them; their completion records do.",
        ),
        (
            stats.records == 0 && kept.outputs == 0 && stats.skipped == 0,
            "The input holds no text, so there are no records.".to_string(),
            "Check the input.",
        ),
        (
            stats.skipped > 0,
            format!("{} skipped because of an error.", counted(stats.skipped, "document")),
            "The run named each.",
        ),
        (
            stats.without_room() > 0,
            format!("Noise did not fit the length {}.", counted(stats.without_room(), "time")),
            "Insertions were dropped, or orders or cuts drawn again; a larger --max-length gives room.",
        ),
    ];
    notices.into_iter().filter(|(holds, _, _)| *holds).map(|(_, text, note)| Notice::note(text, note)).collect()
}

fn records(stats: &Stats) -> Group {
    let mut facts = vec![
        Fact::new("documents", count(stats.documents)),
        Fact::new("empty", count(stats.empty)),
        Fact::new("skipped", count(stats.skipped)),
        Fact::new("records", count(stats.records)),
        Fact::new("clean tokens", count(stats.clean_ids)).note("without the template"),
        Fact::new("bytes of text", count(stats.bytes)),
    ];
    facts.extend(facts::noise_share(stats));
    Group { title: "Records".to_string(), facts }
}

fn one_step(name: &str, step: &Step, done: &StepStats) -> Group {
    let asked = step.probability.map_or(String::new(), |asked| format!(", asked {}", percent(asked)));
    let applied = Fact::new("applied to windows", count(done.applied));
    let mut facts = vec![applied.note(format!("{}{asked}", share(done.applied, done.windows)))];
    facts.extend(step.noise.figures(done).iter().filter_map(facts::fact));
    let dropped = [("insertions dropped", done.dropped_insertions), ("drawn again", done.redraws)];
    let dropped = dropped.into_iter().filter(|(_, times)| *times > 0);
    facts.extend(dropped.map(|(name, times)| Fact::new(name, count(times)).note("for lack of room")));
    Group { title: name.to_string(), facts }
}

/// Everything that shapes the records.
fn settings(settings: Value) -> Group {
    let mut facts = Vec::new();
    if let Value::Object(settings) = settings {
        facts.extend(settings.into_iter().map(|(name, value)| Fact::new(name.replace('_', " "), words(&value))));
    }
    Group { title: "Settings".to_string(), facts }
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
