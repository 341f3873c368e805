//! `--report`: one page about a run, its numbers, what was drawn, and its first examples. A function of input and options,
//! without times or machines.

mod charts;
mod facts;

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use anyhow::Result;

use super::summary;
use crate::noise::{Noise, Recipe};
use crate::options::CorruptOptions;
use crate::pipeline::Corrupter;
use crate::preview;
use crate::report::{Example, Level, Notice, Page, count};
use crate::stats::Stats;
use crate::window::Window;
use crate::writer::sink::{Complete, Sink};

/// Examples on the page.
const EXAMPLES: usize = 30;

/// The first examples of a run, taken while it runs.
pub struct Samples<'s> {
    corrupter: &'s Corrupter,
    recipe: &'s Recipe,
    taken: Mutex<Result<Vec<Example>>>,
}

impl<'s> Samples<'s> {
    /// None yet.
    pub fn new(corrupter: &'s Corrupter, recipe: &'s Recipe) -> Self {
        Samples { corrupter, recipe, taken: Mutex::new(Ok(Vec::new())) }
    }

    /// Takes the copies of a window. One that cannot be shown is a fault of the page, not of the records: it waits.
    pub fn take(&self, window: &Window) -> ControlFlow<()> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        for copy in 0..self.corrupter.copies {
            let Ok(examples) = &mut *taken else { return ControlFlow::Break(()) };
            if examples.len() >= EXAMPLES {
                return ControlFlow::Break(());
            }
            match preview::example(self.corrupter, self.recipe, window, copy) {
                Ok(example) => examples.push(example),
                Err(error) => *taken = Err(error),
            }
        }
        ControlFlow::Continue(())
    }

    /// All that were taken.
    pub fn finish(self) -> Result<Vec<Example>> {
        self.taken.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the page tells of.
struct Run<'r> {
    options: &'r CorruptOptions,
    corrupter: &'r Corrupter,
    stats: &'r Stats,
}

/// Writes the page.
pub fn write(
    path: &Path,
    options: &CorruptOptions,
    corrupter: &Corrupter,
    stats: &Stats,
    examples: Vec<Example>,
) -> Result<Complete> {
    let run = Run { options, corrupter, stats };
    let mut sink = Sink::file(path)?;
    sink.write(run.page(examples).render().as_bytes())?;
    sink.complete()
}

impl Run<'_> {
    fn page(&self, examples: Vec<Example>) -> Page {
        let names = summary::inputs(self.options);
        let inputs = match names.as_slice() {
            few if few.len() <= 3 => few.join(", "),
            many => format!("{} and {} more files", many[0], many.len() - 1),
        };
        let steps: Vec<String> = self.options.recipe.steps.iter().map(ToString::to_string).collect();
        Page {
            title: format!("Noise on {inputs}"),
            lead: steps.join(", then "),
            notices: self.notices(),
            facts: self.facts(),
            charts: self.charts(),
            foot: format!(
                "muddle {} corrupt. Numbers and charts count what was drawn for every record; examples are the first {}.",
                env!("CARGO_PKG_VERSION"),
                examples.len()
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
                format!("{} documents were skipped for a fault of theirs.", count(stats.skipped)),
                "The run named each.",
            ),
            (
                stats.cramped() > 0,
                format!("Noise did not fit the length {} times.", count(stats.cramped())),
                "Insertions were left out or orders drawn again; a larger --max-length gives room.",
            ),
        ];
        let told = told.into_iter().filter(|(holds, _, _)| *holds);
        told.map(|(_, text, note)| Notice { level: Level::Note, text, note: note.to_string() }).collect()
    }

    /// What tells a step from others: nothing where no other is `like` it.
    fn which(&self, position: usize, like: impl Fn(&Noise) -> bool) -> String {
        let steps = &self.options.recipe.steps;
        let alone = steps.iter().filter(|step| like(&step.noise)).count() == 1;
        if alone { String::new() } else { format!(", step {} ({})", position + 1, steps[position].noise.name()) }
    }
}
