//! The stages of a job, each on threads of its own: inputs are opened, outputs are made, outputs are finished.
//!
//! Small inputs are opened and read ahead by several threads, so that files are not waited for one after the other, and each
//! is made by one thread of the pool. A large one is read, made and written at the same time; its parallel parts take the
//! pool when the small ones are done. Finishers see outputs through to the disk, and give names to all that are there.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{Builder, scope};

use anyhow::{Context, Result, ensure};

use super::completion::{self, Common, Completion, Found};
use super::content::{Content, InputFile};
use super::paths::shown;
use super::{Job, Tally, Task, lock};
use crate::digest::Digest;
use crate::harmless;
use crate::interrupt;
use crate::reader::Reader;
use crate::stats::Stats;
use crate::warning::Warning;
use crate::writer::sink::{Complete, Sink, Unwritable, publish_some};

/// Threads that open small inputs for each thread of the pool, and at most.
const OPENERS_PER_THREAD: usize = 2;
const MAX_OPENERS: usize = 32;
/// Threads of the pool for each large input in work beyond two, whose reading is the slowest part.
const THREADS_PER_LARGE: usize = 4;
/// Outputs that wait for the disk at the same time.
const FINISHERS: usize = 32;
/// Outputs that wait for their names before those that follow wait for the disk.
const MAX_UNNAMED: usize = 64;

/// What the threads of a job share.
pub struct Stages<'j, 'p, 't> {
    job: &'j Job<'j, 'p>,
    common: Common,
    tally: Mutex<Tally>,
    unnamed: Mutex<Unnamed<'t>>,
    /// Told of each time when names were given.
    named: Condvar,
    /// What ended the job early.
    end: Mutex<Option<anyhow::Error>>,
    stopped: Arc<AtomicBool>,
}

/// An input of which nothing is read, and its output.
struct Opened<'t> {
    task: &'t Task,
    file: InputFile,
    reader: Reader,
    sink: Sink,
}

/// An output whose bytes are written, and nothing more.
struct Made<'t> {
    task: &'t Task,
    content: Content,
    stats: Stats,
    sink: Sink,
}

/// An output that is on disk, not yet under its name, and what is said beside it.
struct Durable<'t> {
    task: &'t Task,
    output: Complete,
    completion: Completion,
    stats: Stats,
}

/// Outputs that wait for their names.
#[derive(Default)]
struct Unnamed<'t> {
    outputs: Vec<Durable<'t>>,
    /// Whether a thread gives names.
    is_naming: bool,
}

/// Tasks, each given out once.
struct Queue<'t> {
    tasks: Vec<&'t Task>,
    next: AtomicUsize,
}

impl<'t> Queue<'t> {
    fn of(tasks: Vec<&'t Task>) -> Self {
        Queue { tasks, next: AtomicUsize::new(0) }
    }
}

impl<'j, 'p, 't> Stages<'j, 'p, 't> {
    /// Of a job that has not begun.
    pub fn new(job: &'j Job<'j, 'p>) -> Self {
        Stages {
            job,
            common: Common::of(&job.settings),
            tally: Mutex::default(),
            unnamed: Mutex::default(),
            named: Condvar::new(),
            end: Mutex::default(),
            stopped: Arc::default(),
        }
    }

    /// Does all tasks.
    pub fn run(self, small: Vec<&'t Task>, large: Vec<&'t Task>) -> Result<Tally> {
        let pool = self.job.pipeline.pool;
        let threads = pool.current_num_threads();
        let openers = (OPENERS_PER_THREAD * threads + 1).min(MAX_OPENERS).min(small.len());
        let lanes = (threads / THREADS_PER_LARGE).max(2).min(large.len());
        let finishers = FINISHERS.min(small.len() + large.len());
        let (small, large) = (Queue::of(small), Queue::of(large));
        let (to_make, opened) = sync_channel(openers);
        let (to_finish, made) = sync_channel(FINISHERS);
        let (opened, made) = (Mutex::new(opened), Mutex::new(made));
        let finish = || take_all(&made, |made| self.settle(self.finish(made)));
        let make = |to_finish| take_all(&opened, |opened| self.pass(self.make(opened, true).map(Some), &to_finish));
        let open = |to_make| self.each(&small, |task| self.pass(self.open(task, true), &to_make));
        let work = |to_finish| self.each(&large, |task| self.pass(self.open_and_make(task), &to_finish));
        scope(|scope| {
            let (make, open, work) = (&make, &open, &work);
            // Whoever takes before whoever gives: a thread that does not start leaves nobody waiting.
            let start = || -> io::Result<()> {
                for _ in 0..finishers {
                    Builder::new().spawn_scoped(scope, finish)?;
                }
                let give: SyncSender<Made> = to_finish.clone();
                let on_pool = move || {
                    pool.in_place_scope(|pool| {
                        for give in std::iter::repeat_n(give, threads.min(openers)) {
                            pool.spawn(move |_| make(give));
                        }
                    });
                };
                Builder::new().spawn_scoped(scope, on_pool)?;
                for give in std::iter::repeat_n(to_make, openers) {
                    Builder::new().spawn_scoped(scope, move || open(give))?;
                }
                for give in std::iter::repeat_n(to_finish, lanes) {
                    Builder::new().spawn_scoped(scope, move || work(give))?;
                }
                Ok(())
            };
            start().context("cannot start threads").unwrap_or_else(|error| self.stop(error));
        });
        match lock(&self.end).take() {
            Some(error) => Err(error),
            None => Ok(std::mem::take(&mut *lock(&self.tally))),
        }
    }

    /// Does the tasks of a queue that no other thread has taken.
    fn each(&self, queue: &Queue<'t>, work: impl Fn(&'t Task)) {
        while let Some(task) = queue.tasks.get(queue.next.fetch_add(1, Ordering::Relaxed))
            && !self.stopped.load(Ordering::Relaxed)
        {
            work(task);
        }
    }

    /// Hands on what came out well.
    fn pass<T>(&self, outcome: Result<Option<T>>, to: &SyncSender<T>) {
        match outcome {
            Ok(Some(item)) => drop(to.send(item)),
            outcome => self.settle(outcome.map(drop)),
        }
    }

    /// Opens an input and its output; `None` where that is there from an earlier run.
    fn open(&self, task: &'t Task, ahead: bool) -> Result<Option<Opened<'t>>> {
        let mut file = InputFile::open(&task.input)?;
        let reader = (self.job.read)(task.input.clone()).stopped_by(&self.stopped);
        if let Some(before) = task.before.as_ref().filter(|before| before.input_bytes == file.bytes()) {
            let content = file.content(&task.input)?;
            if before.is_of(&content) {
                if before.has(&task.output, self.job.verify) {
                    lock(&self.tally).kept += before;
                    reader.pass_over(content.bytes);
                    return Ok(None);
                }
                (self.job.warn)(&Warning::AlteredOutput(task.output.clone()));
            }
            file = InputFile::open(&task.input)?;
        }
        check_source(task)?;
        if ahead {
            file.read_ahead(&task.input)?;
        }
        let sink = Sink::records(&task.output)?.digested();
        Ok(Some(Opened { task, reader: reader.over(Box::new(file.clone())), file, sink }))
    }

    /// Makes an output up to its last byte.
    fn make(&self, Opened { task, file, reader, sink }: Opened<'t>, is_small: bool) -> Result<Made<'t>> {
        let pipeline = self.job.pipeline;
        let (stats, sink) = if is_small { pipeline.run_here(reader, sink)? } else { pipeline.run(reader, sink)? };
        Ok(Made { task, content: file.content(&task.input)?, stats, sink })
    }

    fn open_and_make(&self, task: &'t Task) -> Result<Option<Made<'t>>> {
        self.open(task, false)?.map(|opened| self.make(opened, false)).transpose()
    }

    /// Sees an output through to the disk, and gives names to all that are there, unless another thread does. So a folder
    /// is synced once for all that came meanwhile.
    fn finish(&self, Made { task, content, stats, sink }: Made<'t>) -> Result<()> {
        let output = sink.complete()?;
        content.check(&task.input)?;
        let completion = Completion::new(
            (&task.source, &content),
            output.digest().unwrap_or(&Digest::default()),
            &stats,
            &self.common,
        );
        let mut unnamed = lock(&self.unnamed);
        unnamed.outputs.push(Durable { task, output, completion, stats });
        while unnamed.is_naming && unnamed.outputs.len() >= MAX_UNNAMED {
            unnamed = self.named.wait(unnamed).unwrap_or_else(PoisonError::into_inner);
        }
        if unnamed.is_naming {
            return Ok(());
        }
        unnamed.is_naming = true;
        let mut outcome = Ok(());
        while outcome.is_ok() && !unnamed.outputs.is_empty() {
            let outputs = std::mem::take(&mut unnamed.outputs);
            drop(unnamed);
            outcome = self.name(outputs);
            self.named.notify_all();
            unnamed = lock(&self.unnamed);
        }
        unnamed.is_naming = false;
        // Also after a failure: whoever waits for room now names what is left, and fails in turn.
        self.named.notify_all();
        outcome
    }

    /// Gives names to outputs and says beside them what they are.
    fn name(&self, outputs: Vec<Durable<'t>>) -> Result<()> {
        // What stands beside an output that is about to be replaced says nothing any more.
        outputs.iter().try_for_each(|durable| completion::remove(&durable.task.record))?;
        let tell = |Durable { task, output, completion, stats }| (output, (task, completion, stats));
        let (outputs, told): (Vec<Complete>, Vec<_>) = outputs.into_iter().map(tell).unzip();
        publish_some(outputs)?;
        for (task, completion, stats) in told {
            completion.write(&task.record, &self.common)?;
            let mut tally = lock(&self.tally);
            tally.made += 1;
            tally.without_records += u64::from(stats.records == 0);
            tally.stats += &stats;
        }
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

/// Refuses to replace what was made from an input elsewhere that holds something else.
fn check_source(task: &Task) -> Result<()> {
    let Found::Complete(before) = Completion::read(&task.record) else { return Ok(()) };
    if before.input.is_empty() || before.input == task.source || !task.output.exists() {
        return Ok(());
    }
    let content = InputFile::open(&task.input)?.content(&task.input)?;
    ensure!(
        before.is_of(&content),
        "{}: its output {} was made from {} (tell names apart with --relative-to, choose another --output-dir, or remove the \
         output)",
        task.input.shown(),
        shown(&task.output),
        harmless::line(before.input.trim_start_matches("../"))
    );
    Ok(())
}

/// Takes what comes, until nobody gives any more.
fn take_all<T>(from: &Mutex<Receiver<T>>, take: impl Fn(T)) {
    // Held while one is waited for, so that one thread waits and the others wait for it.
    while let Ok(item) = { lock(from).recv() } {
        take(item);
    }
}
