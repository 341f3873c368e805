//! The stages between reader and writer: each a parallel map that keeps the order.
//!
//! A run of documents goes from text to records in one task, while all of it is in the processor's cache. Where records
//! depend on one another, or one run gives too many, its windows are corrupted and written in tasks of their own.

use std::sync::Arc;

use anyhow::{Result, anyhow};
use rayon::prelude::*;

use super::corrupt::Task;
use super::groups::Groups;
use super::read::Batch;
use super::{OnError, Pipeline, Scratch, Write};
use crate::document::Documents;
use crate::records::Records;
use crate::stats::Stats;
use crate::window::{SplitDocuments, StreamPacker, Windows};
use crate::writer::Chunk;

/// Ids that are corrupted and written in one go: a bound on memory, whatever a document's size.
const IDS_IN_FLIGHT: u64 = 1 << 20;
/// Ids in one task, unless a single window has more.
const IDS_PER_TASK: u64 = 16 << 10;

/// Ids that a run of documents may give and still go to records in one task: several times what text of its size gives.
const IDS_AT_ONCE: u64 = 4 * IDS_PER_TASK;

/// What packing gives, in order.
pub enum Part {
    /// To be corrupted.
    Windows(Vec<Windows>),
    /// Records, to be written.
    Chunks(Vec<Chunk>),
}

/// A run of documents, as far as it came in one go.
struct Converted {
    windows: Windows,
    /// The records of these windows and what they count, where they were made.
    records: Option<(Chunk, Stats)>,
    used: u64,
    empty: u64,
    faults: Vec<String>,
}

/// Tasks whose records may be held at the same time; at least one, where one is left.
fn take_together<'w>(tasks: &mut impl Iterator<Item = Task<'w>>) -> Vec<Task<'w>> {
    let (mut together, mut ids) = (Vec::new(), 0);
    while ids < IDS_IN_FLIGHT
        && let Some(task) = tasks.next()
    {
        ids += task.ids;
        together.push(task);
    }
    together
}

impl<'p> Pipeline<'p> {
    /// Documents to windows, and `at_once` to records where these are few.
    pub(super) fn pack(
        &self,
        batch: Batch,
        stream: Option<&mut StreamPacker>,
        at_once: bool,
        stats: &mut Stats,
    ) -> Result<Vec<Part>> {
        for fault in batch.faults {
            stats.documents += 1;
            self.skip(fault, stats)?;
        }
        stats.documents += batch.runs.iter().map(|run| run.len() as u64).sum::<u64>();
        stats.with_words += batch.runs.iter().map(Documents::with_words).sum::<u64>();
        stats.with_language += batch.runs.iter().map(Documents::with_language).sum::<u64>();
        stats.bytes += batch.runs.iter().map(|run| run.bytes() as u64).sum::<u64>();
        match stream {
            None => self.pack_apart(batch.runs, at_once, stats),
            Some(stream) => self.pack_in_order(batch.runs, stream, stats),
        }
    }

    fn pack_apart(&self, runs: Vec<Documents>, at_once: bool, stats: &mut Stats) -> Result<Vec<Part>> {
        let convert = |run| self.scratches.with(|scratch| self.convert(run, at_once, scratch));
        let converted: Result<Vec<Converted>> =
            self.pool.install(|| runs.into_par_iter().with_max_len(1).map(convert).collect());
        let mut parts = Vec::new();
        for Converted { windows, records, used, empty, faults } in converted? {
            stats.used += used;
            stats.empty += empty;
            faults.into_iter().try_for_each(|fault| self.skip(fault, stats))?;
            match (records, parts.last_mut()) {
                (Some((chunk, counted)), last) => {
                    *stats += &counted;
                    match last {
                        Some(Part::Chunks(chunks)) => chunks.push(chunk),
                        _ => parts.push(Part::Chunks(vec![chunk])),
                    }
                }
                (None, Some(Part::Windows(all))) => all.push(windows),
                (None, _) => parts.push(Part::Windows(vec![windows])),
            }
        }
        Ok(parts)
    }

    fn convert(&self, run: Documents, at_once: bool, scratch: &mut Scratch<'p>) -> Result<Converted> {
        let packed = self.corrupter.pack(run, &mut scratch.work.encoder);
        let records = {
            let windows = std::slice::from_ref(&packed.windows);
            let mut tasks = self.corrupter.tasks(windows, 0, IDS_AT_ONCE, self.padding.least());
            // All in one task, or none of it.
            match tasks.next().filter(|_| at_once) {
                Some(task) if task.ids <= IDS_AT_ONCE && tasks.next().is_none() => Some(self.render(&task, scratch)?),
                None if at_once => Some(Default::default()),
                _ => None,
            }
        };
        let windows = if records.is_some() { Windows::default() } else { packed.windows };
        Ok(Converted { windows, records, used: packed.used, empty: packed.empty, faults: packed.faults })
    }

    fn pack_in_order(&self, runs: Vec<Documents>, stream: &mut StreamPacker, stats: &mut Stats) -> Result<Vec<Part>> {
        let corrupter = self.corrupter;
        let split: Vec<SplitDocuments> =
            self.pool.install(|| runs.into_par_iter().map(|run| corrupter.split_ahead(run)).collect());
        for run in split {
            let run = Arc::new(run);
            let skipped = stats.skipped;
            let used = stream.push(&run, |error| self.skip(format!("{error:#}"), stats))?;
            stats.used += used;
            stats.empty += run.len() as u64 - used - (stats.skipped - skipped);
        }
        Ok(vec![Part::Windows(vec![stream.take_closed()])])
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
    pub(super) fn corrupt(
        &self,
        (windows, skip): (&[Windows], &mut u64),
        mut groups: Option<&mut Groups>,
        write: &mut Write,
        stats: &mut Stats,
    ) -> Result<()> {
        let mut tasks = self.corrupter.tasks(windows, *skip, IDS_PER_TASK, self.padding.least());
        *skip -= self.corrupter.records(windows).min(*skip);
        loop {
            let tasks = take_together(&mut tasks);
            if tasks.is_empty() {
                return Ok(());
            }
            let chunks = match &mut groups {
                None => self.each(&tasks, stats, |scratch, task| self.render(task, scratch))?,
                Some(groups) => {
                    let keep = |scratch: &mut Scratch, task: &Task| {
                        let mut records = Records::default();
                        let counted = self.corrupter.corrupt(task, scratch, self.sample, &mut records, |_| {})?;
                        Ok(((task.source(), records), counted))
                    };
                    self.render_groups(&groups.take(self.each(&tasks, stats, keep)?))
                }
            };
            write(chunks)?;
        }
    }

    /// Does all tasks in parallel, in order, and adds up what they count.
    fn each<T: Send>(
        &self,
        tasks: &[Task],
        stats: &mut Stats,
        make: impl Fn(&mut Scratch, &Task) -> Result<(T, Stats)> + Send + Sync,
    ) -> Result<Vec<T>> {
        let make = |task: &Task| self.scratches.with(|scratch| make(scratch, task));
        let made: Result<Vec<(T, Stats)>> = self.pool.install(|| tasks.par_iter().with_max_len(1).map(make).collect());
        let add = |(made, counted): (T, Stats)| {
            *stats += &counted;
            made
        };
        Ok(made?.into_iter().map(add).collect())
    }

    /// Windows to bytes, where the width of a record depends on no other.
    fn render(&self, task: &Task, scratch: &mut Scratch) -> Result<(Chunk, Stats)> {
        // An id takes about six bytes in each of two lists and two in the mask; the rest is room to write in.
        let mut chunk = Chunk::from(Vec::with_capacity(16 * task.ids as usize + (8 << 10)));
        // Written while they are in the cache.
        let write = |records: &mut Records| {
            let last = records.len() - 1;
            records.set_width(last, self.padding.width(std::iter::once(records.get(last))));
            self.format.chunk(records, &mut chunk);
            records.clear();
        };
        let counted = self.corrupter.corrupt(task, scratch, self.sample, &mut Records::default(), write)?;
        Ok((chunk, counted))
    }

    /// Padded records to bytes.
    pub(super) fn render_groups(&self, padded: &[Records]) -> Vec<Chunk> {
        let render = |records: &Records| {
            let bytes = records.iter().map(|record| 9 * record.width.input + 7 * record.width.labels + 64);
            let mut chunk = Chunk::from(Vec::with_capacity(bytes.sum()));
            self.format.chunk(records, &mut chunk);
            chunk
        };
        self.pool.install(|| padded.par_iter().map(render).collect())
    }
}
