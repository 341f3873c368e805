//! `--report`: one page about a run, its numbers, what was drawn, and some of its examples. A function of input and
//! settings, without times or machines.

mod charts;
mod facts;

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use anyhow::Result;
use xxhash_rust::xxh3::xxh3_64;

use super::{Run, summary};
use crate::muddle::Muddle;
use crate::pipeline::{self, Corrupter};
use crate::preview;
use crate::report::{Example, Level, Notice, Page, count, counted};
use crate::stats::Stats;
use crate::writer::sink::{Complete, Sink};

/// Examples on the page.
const MAX_EXAMPLES: usize = 30;

/// Some examples of a run, taken while it runs: those whose keys have the smallest hashes. So they are spread over all of
/// the input, and the same for any number of threads.
pub struct Samples<'s> {
    corrupter: &'s Corrupter,
    taken: Mutex<Taken>,
}

/// Ascending by hash.
type Taken = Vec<(u64, Result<Example>)>;

impl<'s> Samples<'s> {
    /// None yet.
    pub fn new(corrupter: &'s Corrupter) -> Self {
        Samples { corrupter, taken: Mutex::default() }
    }

    /// Takes an example if it is among those with the smallest hashes so far. One that cannot be shown is a fault of the
    /// page, not of the records: it waits.
    pub fn offer(&self, example: &pipeline::Example) {
        let key = example.key;
        let document = example.window.document().document().ordinal;
        let hash = xxh3_64(format!("{key:?} {document} {}", example.window.document().place()).as_bytes());
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let place = taken.partition_point(|(other, _)| *other < hash);
        if place < MAX_EXAMPLES {
            taken.insert(place, (hash, preview::example(self.corrupter, example)));
            taken.truncate(MAX_EXAMPLES);
        }
    }

    /// All that were taken.
    pub fn finish(self) -> Result<Vec<Example>> {
        let taken = self.taken.into_inner().unwrap_or_else(PoisonError::into_inner);
        taken.into_iter().map(|(_, example)| example).collect()
    }
}

/// What the page tells of.
struct Told<'r> {
    run: &'r Run,
    muddle: &'r Muddle,
    stats: &'r Stats,
}

/// Writes the page.
pub fn write(path: &Path, run: &Run, muddle: &Muddle, (stats, examples): (&Stats, Vec<Example>)) -> Result<Complete> {
    let told = Told { run, muddle, stats };
    let mut sink = Sink::file(path)?;
    sink.write(told.page(examples).render().as_bytes())?;
    sink.complete()
}

impl Told<'_> {
    fn page(&self, examples: Vec<Example>) -> Page {
        let names = summary::inputs(self.run);
        let inputs = match names.as_slice() {
            few if few.len() <= 3 => few.join(", "),
            many => format!("{} and {} more files", many[0], many.len() - 1),
        };
        let steps: Vec<String> = self.muddle.corrupter.mix.steps().map(ToString::to_string).collect();
        Page {
            title: format!("Noise on {inputs}"),
            lead: steps.join(", then "),
            notices: self.notices(),
            facts: self.facts(),
            charts: self.charts(),
            foot: format!(
                "muddle {} corrupt. Numbers and charts count what was drawn for every record; the examples are spread over the input.",
                env!("CARGO_PKG_VERSION"),
            ),
            examples,
            settings: self.settings(),
        }
    }

    fn notices(&self) -> Vec<Notice> {
        let stats = self.stats;
        let told = [
            (stats.records == 0, "The input holds no text, so there are no records.".to_string(), "Check the input."),
            (
                stats.skipped > 0,
                format!("{} skipped because of a fault.", counted(stats.skipped, "document")),
                "The run named each.",
            ),
            (
                stats.without_room() > 0,
                format!("Noise did not fit the length {} times.", count(stats.without_room())),
                "Insertions were left out or orders drawn again; a larger --max-length gives room.",
            ),
        ];
        let told = told.into_iter().filter(|(holds, _, _)| *holds);
        told.map(|(_, text, note)| Notice { level: Level::Note, text, note: note.to_string() }).collect()
    }
}
