//! Many inputs, an output for each, several in work over one pool and one tokenizer.
//!
//! Every input goes the way of a run of its own, so an output is what a run on its input alone writes. Lanes take inputs one
//! after the other; finishers see outputs through to the disk and write the completion record beside each, last. What goes
//! wrong with one input is told and leaves the others alone; what goes wrong with an output ends the job.

mod completion;
mod layout;

use std::ops::AddAssign;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, Scope};

use anyhow::{Context, Result, anyhow};
use serde::Serialize;
use serde_json::Value;

pub use completion::Completion;
pub use layout::Layout;

use crate::harmless;
use crate::interrupt;
use crate::pipeline::Pipeline;
use crate::reader::{Input, Reader};
use crate::stats::Stats;
use crate::warning::Warning;
use crate::writer::sink::{Sink, Unwritable};
use crate::writer::temporary::clear_abandoned;
use completion::{Content, Found};

/// Inputs up to this size go through the stages on one lane; larger ones have threads of their own that read and write.
const SMALL_BYTES: u64 = 2 << 20;
/// Lanes of small inputs for each thread of the pool: enough to read some while others are corrupted.
const LANES_PER_THREAD: usize = 2;
/// Threads of the pool for each large input in work beyond two, whose reading is the slowest part.
const THREADS_PER_LARGE: usize = 4;
/// Outputs that wait for the disk at the same time.
const FINISHERS: usize = 32;

/// An input and where it goes.
pub struct Task {
    /// What is read.
    pub input: Input,
    /// Where its records go.
    pub output: PathBuf,
    /// Where its completion record goes.
    record: PathBuf,
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
    /// Told of each fault, unless it ends the job.
    pub report: &'j (dyn Fn(&anyhow::Error) + Sync),
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
        Task { input: input.clone(), record: layout.record(&output), output, before: None }
    };
    inputs.iter().map(task).collect()
}

/// An output whose bytes are written, and nothing more.
struct Made<'t> {
    task: &'t Task,
    content: Content,
    stats: Stats,
    sink: Sink,
}

/// What the threads of a job share.
struct Shared<'j, 'p> {
    job: &'j Job<'j, 'p>,
    tally: Mutex<Tally>,
    /// What ended the job early.
    end: Mutex<Option<anyhow::Error>>,
    stopped: Arc<AtomicBool>,
}

/// Tasks, each given out once.
struct Queue<'t> {
    tasks: Vec<&'t Task>,
    next: AtomicUsize,
}

impl<'t> Queue<'t> {
    fn take(&self) -> Option<&'t Task> {
        self.tasks.get(self.next.fetch_add(1, Ordering::Relaxed)).copied()
    }
}

impl Job<'_, '_> {
    /// Looks up what earlier runs completed, and removes what they left unfinished. An error where they had other settings.
    pub fn resume(&self, tasks: &mut [Task], warn: impl Fn(&Warning)) -> Result<()> {
        for task in tasks.iter_mut().filter(|task| task.output.exists()) {
            task.before = match Completion::read(&task.record) {
                Found::Nothing => None,
                Found::Damaged(reason) => {
                    warn(&Warning::DamagedCompletion(task.record.clone(), reason));
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
        let written = tasks.iter().flat_map(|task| [task.output.as_path(), &task.record]);
        clear_abandoned(written).context("--output-dir: cannot be cleared of unfinished files")?;
        Ok(())
    }

    /// Does all tasks. An error where the job ended early; faults of single inputs are counted.
    pub fn run(&self, tasks: &[Task]) -> Result<Tally> {
        let shared = Shared { job: self, tally: Mutex::default(), end: Mutex::default(), stopped: Arc::default() };
        let is_small =
            |task: &&Task| std::fs::metadata(task.input.path()).map_or(true, |metadata| metadata.len() <= SMALL_BYTES);
        let (small, large): (Vec<&Task>, Vec<&Task>) = tasks.iter().partition(is_small);
        let threads = self.pipeline.pool.current_num_threads();
        let lanes =
            [(small, LANES_PER_THREAD * threads + 1, true), (large, (threads / THREADS_PER_LARGE).max(2), false)];
        let queues = lanes.map(|(tasks, lanes, is_small)| {
            (lanes.min(tasks.len()), is_small, Queue { tasks, next: AtomicUsize::new(0) })
        });
        let (to_finish, made) = sync_channel(FINISHERS);
        let made = Mutex::new(made);
        std::thread::scope(|scope| {
            let started = shared.start(scope, &queues, (to_finish, &made), tasks.len().min(FINISHERS));
            started.unwrap_or_else(|error| shared.stop(error));
        });
        match lock(&shared.end).take() {
            Some(error) => Err(error),
            None => Ok(std::mem::take(&mut *lock(&shared.tally))),
        }
    }
}

impl Shared<'_, '_> {
    /// Starts lanes and finishers; each ends when nothing is left for it.
    fn start<'s, 't: 's>(
        &'s self,
        scope: &'s Scope<'s, '_>,
        queues: &'s [(usize, bool, Queue<'t>); 2],
        (to_finish, made): (SyncSender<Made<'t>>, &'s Mutex<Receiver<Made<'t>>>),
        finishers: usize,
    ) -> Result<()> {
        let about = "cannot start threads";
        for _ in 0..finishers {
            let work = move || {
                // Held while one is waited for, so that one thread waits and the others wait for it.
                while let Ok(made) = { lock(made).recv() } {
                    self.settle(self.finish(made));
                }
            };
            Builder::new().spawn_scoped(scope, work).context(about)?;
        }
        for (lanes, is_small, queue) in queues {
            for _ in 0..*lanes {
                let to_finish = to_finish.clone();
                let work = move || {
                    while let Some(task) = queue.take().filter(|_| !self.stopped.load(Ordering::Relaxed)) {
                        match self.make(task, *is_small) {
                            Ok(Some(made)) => drop(to_finish.send(made)),
                            outcome => self.settle(outcome.map(drop)),
                        }
                    }
                };
                Builder::new().spawn_scoped(scope, work).context(about)?;
            }
        }
        Ok(())
    }

    /// Makes an output up to its last byte; `None` where it is there from an earlier run.
    fn make<'t>(&self, task: &'t Task, is_small: bool) -> Result<Option<Made<'t>>> {
        let content = Content::of(&task.input)?;
        let reader = (self.job.read)(task.input.clone()).stopped_by(&self.stopped);
        if let Some(before) = task.before.as_ref().filter(|before| before.covers(&content, &task.output)) {
            lock(&self.tally).kept += before;
            reader.pass_over(content.bytes);
            return Ok(None);
        }
        let sink = Sink::records(&task.output)?;
        let pipeline = self.job.pipeline;
        let (stats, sink) = if is_small { pipeline.run_here(reader, sink)? } else { pipeline.run(reader, sink)? };
        Ok(Some(Made { task, content, stats, sink }))
    }

    /// Brings an output to the disk and under its name, and says so beside it.
    fn finish(&self, Made { task, content, stats, sink }: Made) -> Result<()> {
        let output = sink.complete()?;
        content.check(&task.input)?;
        let completion = Completion::new(&content, output.size()?, &stats, &self.job.settings);
        // One of an output that is about to be replaced says nothing any more.
        completion::remove(&task.record)?;
        output.publish()?;
        completion.write(&task.record)?;
        let mut tally = lock(&self.tally);
        tally.made += 1;
        tally.without_records += u64::from(stats.records == 0);
        tally.stats += &stats;
        Ok(())
    }

    fn settle(&self, outcome: Result<()>) {
        let Err(error) = outcome else { return };
        // A failure while a signal ends the process, or after the job ended, is not the fault of an input.
        interrupt::give_way();
        if self.job.fail_fast || error.is::<Unwritable>() {
            self.stop(error);
        } else if !self.stopped.load(Ordering::Relaxed) {
            lock(&self.tally).failed += 1;
            (self.job.report)(&error);
        }
    }

    /// Ends the job with the first error that does.
    fn stop(&self, error: anyhow::Error) {
        let mut end = lock(&self.end);
        if !self.stopped.swap(true, Ordering::Relaxed) {
            *end = Some(error);
        }
    }
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

fn shown(path: &Path) -> String {
    harmless::line(&path.to_string_lossy()).into_owned()
}
