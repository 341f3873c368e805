//! The flow: batches of documents, stage by stage, in order, in bounded memory.
//!
//! One thread reads, one writes; between them every stage is a parallel map that keeps the order, so that output bytes do
//! not depend on threads. Owns batches, order and the policy on errors; must not know what a stage does inside.

mod corrupt;
mod look;
mod pad;
mod read;
mod splitting;

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};

use anyhow::{Context, Result, anyhow, bail};
use rayon::ThreadPool;
use rayon::prelude::*;

pub use corrupt::Corrupter;
pub use splitting::{Ends, Splitting};

use crate::example::{Example, Examples, Padding, Width, Widths};
use crate::reader::Reader;
use crate::stats::Stats;
use crate::window::{SplitDocuments, StreamPacker, Window, Windows};
use crate::writer::jsonl::JsonlFormat;
use crate::writer::sink::{Complete, Sink};
use corrupt::{Scratch, Task};
use pad::{Padded, Padder};
use read::Batch;

/// Ids that are corrupted and written in one go: a bound on memory, whatever a document's size.
const IDS_IN_FLIGHT: usize = 1 << 20;
/// Ids in one task.
const IDS_PER_TASK: usize = 16 << 10;

/// What to do with a document that has a fault of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnError {
    /// End with the error.
    Fail,
    /// Count it, report it, go on.
    Skip,
}

/// Shown windows in order; breaks off when it has seen enough.
pub type Look<'p> = dyn Fn(&Window) -> ControlFlow<()> + Sync + 'p;

/// A run, settled.
pub struct Pipeline<'p> {
    /// Documents to examples.
    pub corrupter: &'p Corrupter,
    /// Threads for the parallel stages.
    pub pool: &'p ThreadPool,
    /// Widths of records.
    pub padding: Padding,
    /// Bytes of records.
    pub format: &'p JsonlFormat,
    /// Policy on faulty documents.
    pub on_error: OnError,
    /// Told of each document skipped.
    pub report: &'p (dyn Fn(&str) + Sync),
    /// Shown the first windows that are corrupted, in order, until it has seen enough.
    pub look: Option<&'p Look<'p>>,
}

impl Pipeline<'_> {
    /// Reads everything, writes everything. The output is complete when this returns well, and given up otherwise.
    pub fn run(&self, reader: Reader, mut sink: Sink) -> Result<(Stats, Complete)> {
        let batches = read::batches(reader, self.on_error == OnError::Fail)?;
        std::thread::scope(|scope| {
            let (to_write, messages) = sync_channel(1);
            let write = move || -> Result<Option<Complete>> {
                for message in messages {
                    match message {
                        ToWriter::Texts(texts) => texts.iter().try_for_each(|text| sink.write(text))?,
                        ToWriter::End => return sink.complete().map(Some),
                    }
                }
                Ok(None)
            };
            let writer = std::thread::Builder::new().spawn_scoped(scope, write);
            let writer = writer.context("cannot start a thread to write on")?;
            let worked = self.work(batches, &to_write);
            let worked = worked.and_then(|stats| send(&to_write, ToWriter::End).map(|()| stats));
            drop(to_write);
            let written = writer.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            match worked {
                // A writer that ended early says why itself.
                Err(error) if error.is::<WriterEnded>() => written.and(Err(error)),
                Err(error) => Err(error),
                Ok(stats) => Ok((stats, written?.context("the output ended early")?)),
            }
        })
    }

    /// The stages between reader and writer.
    fn work(&self, batches: impl Iterator<Item = Result<Batch>>, to_write: &SyncSender<ToWriter>) -> Result<Stats> {
        let mut stats = Stats::default();
        let mut padder = Padder::new(self.padding);
        let mut stream = self.corrupter.stream_packer();
        for batch in batches {
            let mut batch = batch?;
            let end = batch.end.take();
            let windows = self.pack(batch, stream.as_mut(), &mut stats)?;
            self.corrupt(&windows, padder.as_mut(), to_write, &mut stats)?;
            if let Some(fault) = end {
                bail!(fault);
            }
        }
        if let Some(stream) = stream {
            self.corrupt(&[stream.finish()], padder.as_mut(), to_write, &mut stats)?;
        }
        if let Some(padder) = &mut padder {
            send(to_write, ToWriter::Texts(self.render_groups(&padder.finish())))?;
        }
        Ok(stats)
    }

    /// Documents to windows.
    fn pack(&self, batch: Batch, stream: Option<&mut StreamPacker>, stats: &mut Stats) -> Result<Vec<Windows>> {
        for fault in batch.faults {
            stats.documents += 1;
            self.skip(fault, stats)?;
        }
        stats.documents += batch.runs.iter().map(|run| run.len() as u64).sum::<u64>();
        stats.bytes += batch.runs.iter().map(|run| run.bytes() as u64).sum::<u64>();
        let (corrupter, runs) = (self.corrupter, batch.runs.into_par_iter());
        let mut all = Vec::new();
        match stream {
            None => {
                let packed: Vec<_> = self.pool.install(|| runs.map(|run| corrupter.pack(run)).collect());
                for packed in packed {
                    all.push(packed.windows);
                    stats.empty += packed.empty;
                    packed.faults.into_iter().try_for_each(|fault| self.skip(fault, stats))?;
                }
            }
            Some(stream) => {
                let split: Vec<SplitDocuments> =
                    self.pool.install(|| runs.map(|run| corrupter.split_ahead(run)).collect());
                for run in split {
                    let run = Arc::new(run);
                    stats.empty += (0..run.len()).filter(|&at| run.get(at).is_empty()).count() as u64;
                    stream.push(&run, |error| self.skip(format!("{error:#}"), stats))?;
                }
                all.push(stream.take_closed());
            }
        }
        Ok(all)
    }

    fn skip(&self, fault: String, stats: &mut Stats) -> Result<()> {
        match self.on_error {
            OnError::Fail => Err(anyhow!(fault)),
            OnError::Skip => {
                stats.skipped += 1;
                (self.report)(&fault);
                Ok(())
            }
        }
    }

    /// Windows to bytes to the writer, a bounded number at a time.
    fn corrupt(
        &self,
        windows: &[Windows],
        mut padder: Option<&mut Padder>,
        to_write: &SyncSender<ToWriter>,
        stats: &mut Stats,
    ) -> Result<()> {
        if let Some(look) = self.look {
            let mut all = windows.iter().flat_map(|windows| (0..windows.len()).map(|at| windows.get(at)));
            let _enough = all.try_for_each(|window| look(&window));
        }
        let tasks = self.corrupter.tasks(windows, IDS_PER_TASK);
        for tasks in tasks.chunks(IDS_IN_FLIGHT / IDS_PER_TASK) {
            let texts = match &mut padder {
                None => self.each(tasks, stats, |scratch, task| self.render(task, scratch))?,
                Some(padder) => {
                    let examples = self.each(tasks, stats, |scratch, task| {
                        let mut kept = Examples::default();
                        let counted = self.corrupter.corrupt(task, scratch, |example| kept.keep(&example))?;
                        Ok((kept, counted))
                    })?;
                    self.render_groups(&padder.take(examples))
                }
            };
            send(to_write, ToWriter::Texts(texts))?;
        }
        Ok(())
    }

    /// Does all tasks in parallel, in order, and adds up what they count.
    fn each<T: Send>(
        &self,
        tasks: &[Task],
        stats: &mut Stats,
        make: impl Fn(&mut Scratch, &Task) -> Result<(T, Stats)> + Send + Sync,
    ) -> Result<Vec<T>> {
        let scratch = || self.corrupter.scratch();
        let made: Result<Vec<(T, Stats)>> = self.pool.install(|| tasks.par_iter().map_init(scratch, make).collect());
        let add = |(made, counted): (T, Stats)| {
            *stats += &counted;
            made
        };
        Ok(made?.into_iter().map(add).collect())
    }

    /// Windows to bytes, where the width of an example depends on no other.
    fn render(&self, task: &Task, scratch: &mut Scratch) -> Result<(Vec<u8>, Stats)> {
        let widths = Widths::new(self.padding);
        // An id takes about six bytes in each of two lists and two in the mask; the rest is room to write in.
        let mut text = Vec::with_capacity(16 * task.ids + (8 << 10));
        let write = |example: Example| {
            let width = widths.of(std::iter::once(example));
            self.format.write(&example, width, &mut text);
        };
        let counted = self.corrupter.corrupt(task, scratch, write)?;
        Ok((text, counted))
    }

    /// Padded examples to bytes.
    fn render_groups(&self, padded: &[Padded]) -> Vec<Vec<u8>> {
        let render = |padded: &Padded| {
            let bytes_of = |(_, width): (_, Width)| 9 * width.input + 7 * width.labels + 64;
            let mut text = Vec::with_capacity(padded.iter().map(bytes_of).sum());
            for (example, width) in padded.iter() {
                self.format.write(&example, width, &mut text);
            }
            text
        };
        self.pool.install(|| padded.par_iter().map(render).collect())
    }
}

enum ToWriter {
    Texts(Vec<Vec<u8>>),
    /// All is said: only now is the output complete.
    End,
}

fn send(to_write: &SyncSender<ToWriter>, message: ToWriter) -> Result<()> {
    to_write.send(message).map_err(|_| anyhow!(WriterEnded))
}

/// The writer stopped taking: its own error says why.
#[derive(Debug)]
struct WriterEnded;

impl std::fmt::Display for WriterEnded {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("the output ended early")
    }
}

impl std::error::Error for WriterEnded {}
