//! Many inputs, an output for each, several in work over one pool and one tokenizer.
//!
//! Every input goes the way of a run of its own, so an output is what a run on its input alone writes. The completion record
//! beside each is written last. What goes wrong with one input is told and leaves the others alone; what goes wrong with an
//! output ends the job.

mod completion;
mod content;
mod earlier;
mod layout;
mod paths;
mod stages;

use std::ops::AddAssign;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::{Context, Result, anyhow};
use serde::Serialize;
use serde_json::Value;

pub use completion::Completion;
pub use earlier::check as check_earlier;
pub use layout::Layout;

use crate::pipeline::Pipeline;
use crate::reader::{Input, Reader};
use crate::stats::Stats;
use crate::warning::Warning;
use crate::writer::temporary::clear_abandoned;
use completion::Found;
use paths::shown;
use stages::Stages;

/// Inputs up to this size are made by one thread; larger ones have threads of their own that read and write.
const SMALL_BYTES: u64 = 2 << 20;
/// An input and where it goes.
pub struct Task {
    /// What is read.
    pub input: Input,
    /// Where its records go.
    pub output: PathBuf,
    /// Where its completion record goes.
    record: PathBuf,
    /// The input as its completion record names it.
    source: String,
    /// What an earlier run says of it.
    before: Option<Completion>,
}

/// What runs have in common.
pub struct Job<'j, 'p> {
    /// What makes records.
    pub pipeline: &'j Pipeline<'p>,
    /// Reads one input as it is asked for.
    pub read: &'j (dyn Fn(Input) -> Reader + Sync),
    /// All settings, as [`crate::Muddle::describe`] gives them.
    pub settings: Value,
    /// Whether the first fault of an input ends the job.
    pub fail_fast: bool,
    /// Whether outputs of an earlier run are read to see that they are as they were written.
    pub verify: bool,
    /// Told of each fault, unless it ends the job.
    pub report: &'j (dyn Fn(&anyhow::Error) + Sync),
    /// Told of what is made anew, unasked.
    pub warn: &'j (dyn Fn(&Warning) + Sync),
}

/// What became of the inputs.
#[derive(Default)]
pub struct Tally {
    /// Of the outputs that were made.
    pub stats: Stats,
    /// How many were.
    pub made: u64,
    /// How many of them hold no record.
    pub without_records: u64,
    /// Of those that were complete before.
    pub kept: Kept,
    /// Inputs that failed.
    pub failed: u64,
}

/// What outputs of earlier runs hold, by their completion records.
#[derive(Default, Serialize)]
pub struct Kept {
    /// How many.
    pub outputs: u64,
    documents: u64,
    used: u64,
    skipped: u64,
    empty: u64,
    /// Records in them.
    pub records: u64,
    tokens: u64,
}

impl AddAssign<&Completion> for Kept {
    fn add_assign(&mut self, more: &Completion) {
        self.outputs += 1;
        self.documents += more.documents;
        self.used += more.used;
        self.skipped += more.skipped;
        self.empty += more.empty;
        self.records += more.records;
        self.tokens += more.tokens;
    }
}

/// Inputs and outputs as the layout pairs them.
pub fn tasks(layout: &Layout, inputs: &[Input]) -> Vec<Task> {
    let task = |input: &Input| {
        let output = layout.output(input);
        let (record, source) = (layout.record(&output), layout.source(input));
        Task { input: input.clone(), record, source, output, before: None }
    };
    inputs.iter().map(task).collect()
}

impl Job<'_, '_> {
    /// Looks up what earlier runs completed. An error where they had other settings.
    pub fn resume(&self, tasks: &mut [Task]) -> Result<()> {
        for task in tasks.iter_mut().filter(|task| task.output.exists()) {
            task.before = match Completion::read(&task.record) {
                Found::Nothing => None,
                Found::Damaged(reason) => {
                    (self.warn)(&Warning::DamagedCompletion(task.record.clone(), reason));
                    None
                }
                Found::Complete(before) => match before.difference(&self.settings) {
                    None => Some(*before),
                    Some(difference) => {
                        return Err(anyhow!(
                            "{}: was made with other settings: {difference} (choose another --output-dir, or make all anew \
                             without --resume)",
                            shown(&task.output)
                        ));
                    }
                },
            };
        }
        Ok(())
    }

    /// Does all tasks. An error where the job ended early; faults of single inputs are counted. What killed runs left
    /// unfinished is removed before.
    pub fn run(&self, tasks: &[Task]) -> Result<Tally> {
        clear_abandoned(tasks.iter().map(|task| task.output.as_path()))
            .context("--output-dir: cannot be cleared of unfinished files")?;
        let is_small =
            |task: &&Task| std::fs::metadata(task.input.path()).map_or(true, |metadata| metadata.len() <= SMALL_BYTES);
        let (small, large): (Vec<&Task>, Vec<&Task>) = tasks.iter().partition(is_small);
        Stages::new(self).run(small, large)
    }
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
