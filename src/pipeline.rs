//! The flow: batches of documents, stage by stage, in order, in bounded memory.
//!
//! One thread reads, one writes; between them every stage is a parallel map that keeps the order, so that output bytes do
//! not depend on threads. Owns batches, order and the policy on errors; must not know what a stage does inside.

mod batch;
mod corrupt;
mod fit;
mod groups;
mod pad;
mod read;
mod scratch;
mod splitting;
mod stages;
mod windows;

use std::sync::mpsc::sync_channel;

use anyhow::{Context, Result, anyhow, bail};
use clap::ValueEnum;
use rayon::ThreadPool;
use serde::Serialize;

pub use corrupt::{Corrupter, Example, Sample};
pub use scratch::{Scratch, Scratches};
pub use splitting::{Ends, Splitting};

use crate::padding::Padding;
use crate::reader::Reader;
use crate::stats::Stats;
use crate::writer::sink::Sink;
use crate::writer::{Chunk, Format, RecordWriter};
use fit::Fitter;
use groups::Groups;
use read::{Batch, Batches};
use stages::Part;

/// What to do with a document that has a fault of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnError {
    /// end with the error
    Fail,
    /// count it, report it, go on
    Skip,
}

/// Puts windows together (`--pack best-fit`).
#[derive(Clone, Debug)]
pub struct BestFit {
    /// The most ids of a record, on either side.
    pub max_length: usize,
    /// Whether labels have lengths of their own.
    pub label_lens: bool,
    /// What may hide spans, in order, where a recipe does; none is used twice in a record.
    pub sentinels: Vec<u32>,
    /// Whether text can hold some of its own.
    pub spells_sentinels: bool,
}

/// A run, settled.
pub struct Pipeline<'p> {
    /// Documents to examples.
    pub corrupter: &'p Corrupter,
    /// Threads for the parallel stages.
    pub pool: &'p ThreadPool,
    /// Their buffers, kept from batch to batch and from input to input.
    pub scratches: Scratches<'p>,
    /// Widths of records.
    pub padding: Padding,
    /// How windows are put together into records, where they are.
    pub best_fit: Option<BestFit>,
    /// Records that are left out before the first one that is written.
    pub skip: u64,
    /// Bytes of records.
    pub format: &'p Format,
    /// Policy on faulty documents.
    pub on_error: OnError,
    /// Told of each document skipped.
    pub report: &'p (dyn Fn(&str) + Sync),
    /// Shown every example.
    pub sample: Option<&'p Sample<'p>>,
}

impl Pipeline<'_> {
    /// Reads everything, writes everything: one thread reads and one writes meanwhile. All is in the sink when this returns
    /// well.
    pub fn run(&self, reader: Reader, sink: Sink) -> Result<(Stats, Sink)> {
        let batches = read::batches(reader, self.on_error == OnError::Fail)?;
        std::thread::scope(|scope| {
            let (to_write, messages) = sync_channel::<Vec<Chunk>>(1);
            let write = move || -> Result<RecordWriter> {
                let mut writer = RecordWriter::new(self.format, sink)?;
                messages.iter().flatten().try_for_each(|chunk| writer.write(chunk))?;
                Ok(writer)
            };
            let writer = std::thread::Builder::new().spawn_scoped(scope, write);
            let writer = writer.context("cannot start a thread to write on")?;
            let worked = self.work(batches, &mut |chunks| to_write.send(chunks).map_err(|_| anyhow!(WriterEnded)));
            drop(to_write);
            let written = writer.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            match worked {
                // A writer that ended early says why itself.
                Err(error) if error.is::<WriterEnded>() => written.and(Err(error)),
                Err(error) => Err(error),
                Ok(stats) => Ok((stats, written?.finish()?)),
            }
        })
    }

    /// The same without threads that read and write: cheaper for an input of about one batch, of which several are in work.
    pub fn run_here(&self, reader: Reader, sink: Sink) -> Result<(Stats, Sink)> {
        let batches = Batches::new(reader, self.on_error == OnError::Fail);
        let mut writer = RecordWriter::new(self.format, sink)?;
        let mut write = |chunks: Vec<Chunk>| chunks.into_iter().try_for_each(|chunk| writer.write(chunk));
        let stats = self.work(batches.map(Ok), &mut write)?;
        Ok((stats, writer.finish()?))
    }

    /// The stages between reader and writer.
    fn work(&self, batches: impl Iterator<Item = Result<Batch>>, write: &mut Write) -> Result<Stats> {
        let mut stats = Stats::default();
        let fitter = self.best_fit.clone().map(Fitter::new);
        // What stands in a group with records that are written is made, though it may be left out itself.
        let group = if fitter.is_some() { u64::MAX } else { self.padding.group().unwrap_or(1) as u64 };
        let (mut skip, cut) = (self.skip / group * group, self.skip % group);
        let mut groups = Groups::new(fitter, self.padding, cut, self.format.batch());
        let mut stream = self.corrupter.stream_packer();
        for batch in batches {
            let mut batch = batch?;
            let end = batch.end.take();
            // What depends on other records, or is still to be counted, cannot go its way alone.
            let at_once = groups.is_none() && skip == 0;
            for part in self.pack(batch, stream.as_mut(), at_once, &mut stats)? {
                match part {
                    Part::Chunks(chunks) => write(chunks)?,
                    Part::Windows(windows) => {
                        self.corrupt((&windows, &mut skip), groups.as_mut(), write, &mut stats)?;
                    }
                }
            }
            if let Some(fault) = end {
                bail!(fault);
            }
        }
        if let Some(stream) = stream {
            self.corrupt((&[stream.finish()], &mut skip), groups.as_mut(), write, &mut stats)?;
        }
        if let Some(groups) = &mut groups {
            write(self.render_groups(&groups.finish(&mut stats)))?;
        }
        Ok(stats)
    }
}

/// Takes records as bytes, in order.
type Write<'w> = dyn FnMut(Vec<Chunk>) -> Result<()> + 'w;

/// The writer stopped taking: its own error says why.
#[derive(Debug)]
struct WriterEnded;

impl std::fmt::Display for WriterEnded {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("the output ended early")
    }
}

impl std::error::Error for WriterEnded {}
