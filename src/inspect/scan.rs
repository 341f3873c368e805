//! The pass over all records: blocks in parallel, outcomes put together in order, in bounded memory.

mod task;

use std::sync::Arc;
use std::sync::mpsc::sync_channel;

use anyhow::{Result, anyhow, bail};
use rayon::ThreadPool;
use rayon::prelude::*;

use super::duplicates::Duplicates;
use super::files::FileFindings;
use super::finding::Findings;
use super::kept::Kept;
use super::tally::Tally;
use super::tokens::Tokens;
use crate::document::Place;
use crate::reader::{RecordBlock, RecordBlocks, RowBlock};
use task::{Room, TASK_BYTES, Task, TaskOutcome, by_lines, by_rows, keep_spread};

/// Lines after which a file without a single record is given up.
const PATIENCE: u64 = 1000;

/// A pass, settled.
pub struct Scan<'s> {
    /// What ids mean.
    pub tokens: &'s Tokens,
    /// Threads.
    pub pool: &'s ThreadPool,
    /// Valid records kept as examples, and broken ones.
    pub examples: [usize; 2],
}

/// What a pass found.
#[derive(Default)]
pub struct Outcome {
    /// Counts over all records.
    pub tally: Tally,
    /// What is wrong, by kind.
    pub findings: Findings,
    /// The same by input, in order.
    pub files: Vec<FileFindings>,
    /// Records seen before.
    pub duplicates: Duplicates,
    /// Valid records, spread over all.
    pub examples: Vec<Kept>,
    /// The first broken ones that could be read.
    pub broken: Vec<Kept>,
    /// By input that says so: the hash of the tokenizer it was made with.
    pub tokenizer_hashes: Vec<(Arc<str>, String)>,
}

/// What is known of the input at hand.
#[derive(Default)]
struct InputState {
    lines: u64,
    records: u64,
    first_unreadable: Option<String>,
}

impl Scan<'_> {
    /// Reads everything. Errors only where an input cannot be read or holds no record at all.
    pub fn run(&self, blocks: RecordBlocks) -> Result<Outcome> {
        let (to_work, received) = sync_channel(1);
        // Not joined: on an error here it may be waiting for input that never comes.
        std::thread::spawn(move || {
            for block in blocks {
                if to_work.send(block).is_err() {
                    return;
                }
            }
        });
        let (mut outcome, mut progress) = (Outcome::default(), InputState::default());
        for block in received {
            let block = block.map_err(|error| anyhow!(error.message))?;
            self.take(&block, &mut outcome, &mut progress)?;
            if block.is_last() {
                progress = InputState::default();
            }
        }
        Ok(outcome)
    }

    fn take(&self, block: &RecordBlock, outcome: &mut Outcome, progress: &mut InputState) -> Result<()> {
        let full = outcome.examples.len() == self.examples[0];
        let largest = outcome.examples.iter().map(|kept| kept.hash).max().filter(|_| full).unwrap_or(u64::MAX);
        let room = Room { broken: self.examples[1] - outcome.broken.len(), largest };
        let (tasks, mut base) = match block {
            RecordBlock::Lines(block) => {
                (by_lines(&block.bytes, TASK_BYTES).into_iter().map(Task::Lines).collect(), block.first_line - 1)
            }
            RecordBlock::Rows(block) => {
                outcome.tally.bytes += block.bytes;
                outcome.note_tokenizer(block);
                (by_rows(block), block.first_row - 1)
            }
        };
        let source = block.source();
        if outcome.files.last().is_none_or(|file| !Arc::ptr_eq(&file.source, source)) {
            outcome.files.push(FileFindings::new(source));
        }
        let parts: Vec<TaskOutcome> =
            self.pool.install(|| tasks.par_iter().map(|task| self.work(task, source, room)).collect());
        for mut part in parts {
            progress.lines += part.tally.lines;
            progress.records += part.tally.stats.records;
            if let (None, Some((at, detail))) = (&progress.first_unreadable, part.first_unreadable) {
                let place = Place { source: Arc::clone(source), at: at.after(base) };
                progress.first_unreadable = Some(format!("{place}: {detail}"));
            }
            outcome.tally += &part.tally;
            if let Some(file) = outcome.files.last_mut() {
                file.add(part.tally.lines, part.tally.broken, &part.findings);
            }
            outcome.findings.append(part.findings, base);
            part.hashes.iter().for_each(|&hash| outcome.duplicates.add(hash));
            for (kept, into) in [(&mut part.valid, &mut outcome.examples), (&mut part.broken, &mut outcome.broken)] {
                kept.iter_mut().for_each(|kept| kept.place.at = kept.place.at.after(base));
                into.append(kept);
            }
            outcome.broken.truncate(self.examples[1]);
            base += part.lines;
        }
        keep_spread(&mut outcome.examples, self.examples[0]);
        let hopeless = block.is_last() || progress.lines >= PATIENCE;
        if let (true, 0, Some(fault)) = (hopeless, progress.records, &progress.first_unreadable) {
            bail!(match block {
                RecordBlock::Lines(_) => format!(
                    "{fault}, nor is any line a record (a record is one JSON object a line with input_ids, attention_mask and labels)"
                ),
                RecordBlock::Rows(_) =>
                    format!("{fault}, nor is any row a record (their columns hold lists of whole numbers)"),
            });
        }
        Ok(())
    }
}

impl Outcome {
    /// Keeps the hash of the tokenizer that an input says it was made with.
    fn note_tokenizer(&mut self, block: &RowBlock) {
        let Some(made) = block.made.as_deref().filter(|_| block.first_row == 1) else { return };
        let made: serde_json::Value = serde_json::from_str(made).unwrap_or_default();
        if let Some(hash) = made["options"]["tokenizer_hash"].as_str() {
            self.tokenizer_hashes.push((Arc::clone(&block.source), hash.to_string()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::At;
    use crate::inspect::kept::spread;
    use crate::inspect::record::RawRecord;

    #[test]
    fn examples_are_spread_and_equal_ones_are_the_first() {
        let kept = |hashes: &[u64]| -> Vec<Kept> {
            let place = |at: usize| Place { source: "a".into(), at: At::Line(at as u64) };
            let record = RawRecord::default();
            hashes.iter().enumerate().map(|(at, &hash)| Kept::new(&record, hash, place(at), Vec::new(), -100)).collect()
        };
        let lines = |hashes: &[u64], limit: usize| -> Vec<u64> {
            spread(&kept(hashes), limit).into_iter().map(|kept| kept.place.at.number()).collect()
        };
        assert_eq!(lines(&[9, 4, 7, 1], 2), [1, 3]);
        assert_eq!(lines(&[5, 5, 3], 2), [0, 2]);
        assert_eq!(lines(&[5, 5, 3], 9), [0, 1, 2]);
        assert!(lines(&[5, 5, 3], 0).is_empty());
    }
}
