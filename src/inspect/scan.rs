//! The pass over all records: blocks in parallel, outcomes put together in order, in bounded memory.

mod task;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;

use rayon::ThreadPool;
use rayon::prelude::*;

use super::duplicates::Duplicates;
use super::files::{FileFault, FileFindings};
use super::finding::{FindingKind, Findings};
use super::kept::Kept;
use super::tally::Tally;
use super::tokens::Tokens;
use crate::document::{At, Place};
use crate::reader::{RecordBlock, RecordBlocks, RowBlock};
use task::{Room, TASK_BYTES, Task, TaskOutcome, by_lines, by_rows, keep_spread};

/// Lines after which a file without a single record is given up.
const PATIENCE: u64 = 1000;

/// What is said of a file in which every line is something else.
const NO_LINE: &str =
    "nor is any line a record (a record is one JSON object a line with input_ids, attention_mask and labels)";
/// The same of rows.
const NO_ROW: &str = "nor is any row a record (their columns hold lists of whole numbers)";

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
    /// The recipes that inputs say they were made with, each once.
    pub recipes: BTreeSet<String>,
}

/// What is known of the input at hand.
#[derive(Default)]
struct InputState {
    lines: u64,
    records: u64,
    /// Lines, blank ones too, or rows: the place of a fault in what follows.
    passed: u64,
    first_unreadable: Option<(Place, String)>,
    /// What was found before the first record, each with the lines before it: of something else, none of it counts.
    held: Vec<(TaskOutcome, u64)>,
}

impl Scan<'_> {
    /// Reads everything. Inputs that cannot be read, not to their end, or hold no record at all are findings.
    pub fn run(&self, blocks: RecordBlocks) -> Outcome {
        let is_alone = blocks.inputs_left() == 1;
        let (to_work, received) = sync_channel(1);
        // Not joined: at an end before the input's it may be waiting for what never comes.
        std::thread::spawn(move || {
            for block in blocks {
                if to_work.send(block).is_err() {
                    return;
                }
            }
        });
        let (mut outcome, mut input) = (Outcome::default(), InputState::default());
        for block in received {
            let source = block.as_ref().map_or_else(|fault| &fault.source, RecordBlock::source);
            if outcome.begin(source) {
                input = InputState::default();
            }
            match block {
                // Given up, and only to be read past.
                Ok(_) if outcome.has_failed() => {}
                Ok(block) => self.take(&block, &mut outcome, &mut input),
                Err(fault) => {
                    self.put_together(&mut outcome, &mut input);
                    let at = At::Line(input.passed + 1);
                    let reason = fault.error.reason(&fault.source).to_string();
                    outcome.fail(at, FileFault { message: fault.error.message, reason });
                }
            }
            if is_alone && outcome.has_failed() {
                break;
            }
        }
        outcome
    }

    fn take(&self, block: &RecordBlock, outcome: &mut Outcome, input: &mut InputState) {
        let full = outcome.examples.len() == self.examples[0];
        let largest = outcome.examples.iter().map(|kept| kept.hash).max().filter(|_| full).unwrap_or(u64::MAX);
        let room = Room { broken: self.examples[1] - outcome.broken.len(), largest };
        let tasks = match block {
            RecordBlock::Lines(block) => by_lines(&block.bytes, TASK_BYTES).into_iter().map(Task::Lines).collect(),
            RecordBlock::Rows(block) => {
                outcome.tally.bytes += block.bytes;
                outcome.note_origin(block);
                by_rows(block)
            }
        };
        let source = block.source();
        let parts: Vec<TaskOutcome> =
            self.pool.install(|| tasks.par_iter().map(|task| self.work(task, source, room)).collect());
        for part in parts {
            let base = input.passed;
            input.lines += part.tally.lines;
            input.records += part.tally.stats.records;
            input.passed += part.lines;
            if let (None, Some((at, detail))) = (&input.first_unreadable, &part.first_unreadable) {
                let place = Place { source: Arc::clone(source), at: at.after(base) };
                input.first_unreadable = Some((place, detail.clone()));
            }
            input.held.push((part, base));
        }
        let is_hopeless = block.is_last() || input.lines >= PATIENCE;
        match input.first_unreadable.as_ref().filter(|_| input.records == 0) {
            None => self.put_together(outcome, input),
            Some((place, detail)) if is_hopeless => {
                let no_record = match block {
                    RecordBlock::Lines(_) => NO_LINE,
                    RecordBlock::Rows(_) => NO_ROW,
                };
                let reason = format!("{detail}, {no_record}");
                outcome.fail(place.at, FileFault { message: format!("{place}: {reason}"), reason });
            }
            Some(_) => {}
        }
    }

    /// Adds what is held to all.
    fn put_together(&self, outcome: &mut Outcome, input: &mut InputState) {
        for (mut part, base) in input.held.drain(..) {
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
        }
        keep_spread(&mut outcome.examples, self.examples[0]);
    }
}

impl Outcome {
    /// Whether a block of this input is its first, which makes it the input at hand.
    fn begin(&mut self, source: &Arc<str>) -> bool {
        // Two inputs may have one name.
        let is_new = self.files.last().is_none_or(|file| !Arc::ptr_eq(&file.source, source));
        if is_new {
            self.files.push(FileFindings::new(source));
        }
        is_new
    }

    /// Whether the input at hand cannot be read further.
    fn has_failed(&self) -> bool {
        self.files.last().is_some_and(|file| file.fault.is_some())
    }

    /// The input at hand cannot be read, or from this line or row on not further.
    fn fail(&mut self, at: At, fault: FileFault) {
        let Some(file) = self.files.last_mut() else { return };
        self.findings.add(FindingKind::UnreadableFile, &file.source, at, || fault.reason.clone());
        file.fail(fault);
    }

    /// Keeps what an input says it was made with: the hash of the tokenizer, the recipe.
    fn note_origin(&mut self, block: &RowBlock) {
        let Some(made) = block.made.as_deref().filter(|_| block.first_row == 1) else { return };
        let made: serde_json::Value = serde_json::from_str(made).unwrap_or_default();
        if let Some(hash) = made["options"]["tokenizer_hash"].as_str() {
            self.tokenizer_hashes.push((Arc::clone(&block.source), hash.to_string()));
        }
        for (key, joint) in [("recipe", " + "), ("mix", ", ")] {
            let parts = made["options"][key].as_array().into_iter().flatten().filter_map(|part| part.as_str());
            let parts: Vec<&str> = parts.collect();
            if !parts.is_empty() {
                self.recipes.insert(parts.join(joint));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
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
