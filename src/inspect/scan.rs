//! The pass over all records: blocks in parallel, outcomes put together in order, in bounded memory.

use std::ops::Range;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;

use anyhow::{Result, anyhow, bail};
use rayon::ThreadPool;
use rayon::prelude::*;

use super::check::check;
use super::duplicates::Duplicates;
use super::files::FileFindings;
use super::finding::{FindingKind, Findings};
use super::kept::{Kept, spread};
use super::parse::parse;
use super::record::RawRecord;
use super::recover::Recovery;
use super::tally::Tally;
use super::tokens::Tokens;
use crate::document::{At, Place};
use crate::reader::{RecordBlock, RecordBlocks, RowBlock};

/// Bytes of lines in one task.
const TASK_BYTES: usize = 256 << 10;
/// Numbers of rows in one task.
const TASK_NUMBERS: usize = 64 << 10;
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

/// Records that are read in one go.
enum Task<'b> {
    Lines(&'b [u8]),
    Rows(&'b RowBlock, Range<usize>),
}

/// What one task found; lines or rows are counted from the task's first.
#[derive(Default)]
struct TaskOutcome {
    tally: Tally,
    findings: Findings,
    hashes: Vec<u64>,
    valid: Vec<Kept>,
    broken: Vec<Kept>,
    /// Lines, blank ones too, or rows.
    lines: u64,
    first_unreadable: Option<(At, String)>,
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

    fn work(&self, task: &Task, source: &Arc<str>, room: Room) -> TaskOutcome {
        let mut worker =
            Worker { scan: self, source, room, recovery: Recovery::default(), part: TaskOutcome::default() };
        let mut record = RawRecord::default();
        match task {
            Task::Lines(bytes) => {
                worker.part.tally.bytes = bytes.len() as u64;
                for line in bytes.split_inclusive(|&byte| byte == b'\n') {
                    worker.part.lines += 1;
                    if !line.iter().all(u8::is_ascii_whitespace) {
                        let parsed = parse(line.trim_ascii_end(), &mut record);
                        let parsed = parsed.map_err(|fault| (fault.kind, fault.to_string()));
                        worker.take(At::Line(worker.part.lines), parsed.map(|()| &record));
                    }
                }
            }
            Task::Rows(block, rows) => {
                for row in rows.clone() {
                    worker.part.lines += 1;
                    let read = record.read_row(block, row);
                    worker.take(At::Row(worker.part.lines), read.map(|()| &record));
                }
            }
        }
        worker.part
    }
}

/// What a task may keep.
#[derive(Clone, Copy)]
struct Room {
    /// So many broken records.
    broken: usize,
    /// Valid ones with smaller hashes than this.
    largest: u64,
}

/// One task under way.
struct Worker<'w> {
    scan: &'w Scan<'w>,
    source: &'w Arc<str>,
    room: Room,
    recovery: Recovery,
    part: TaskOutcome,
}

impl Worker<'_> {
    /// A record, or why there is none.
    fn take(&mut self, at: At, read: Result<&RawRecord, (FindingKind, String)>) {
        self.part.tally.lines += 1;
        match read {
            Ok(record) => {
                let (tokens, hash) = (self.scan.tokens, record.hash(self.scan.tokens.label_pad));
                self.part.hashes.push(hash);
                let kinds = self.check(record, at);
                if !kinds.iter().any(|kind| kind.breaks()) {
                    self.part.tally.count_noise(record, tokens, &mut self.recovery);
                }
                let (broken, valid) = (&mut self.part.broken, &mut self.part.valid);
                let (keeps, into) = match kinds.is_empty() {
                    true => (hash < self.room.largest, valid),
                    false => (broken.len() < self.room.broken, broken),
                };
                if keeps {
                    let place = Place { source: Arc::clone(self.source), at };
                    into.push(Kept::new(record, hash, place, kinds, tokens.label_pad));
                }
                let limit = self.scan.examples[0];
                if self.part.valid.len() > 2 * limit {
                    keep_spread(&mut self.part.valid, limit);
                    self.room.largest = self.part.valid.iter().map(|kept| kept.hash).max().unwrap_or(0);
                }
            }
            Err((kind, detail)) => {
                self.part.tally.broken += 1;
                self.part.first_unreadable.get_or_insert_with(|| (at, detail.clone()));
                self.part.findings.add(kind, self.source, at, || detail);
            }
        }
    }

    /// Counts a record and what is found of it.
    fn check(&mut self, record: &RawRecord, at: At) -> Vec<FindingKind> {
        let (tokens, part) = (self.scan.tokens, &mut self.part);
        part.tally.count(record, tokens);
        let mut kinds: Vec<FindingKind> = Vec::new();
        check(record, tokens, |kind, detail| {
            part.findings.add(kind, self.source, at, detail);
            kinds.push(kind);
        });
        part.tally.broken += u64::from(kinds.iter().any(|kind| kind.breaks()));
        kinds
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

/// Leaves the records that are spread over all.
fn keep_spread(kept: &mut Vec<Kept>, limit: usize) {
    if kept.len() > limit {
        *kept = spread(kept, limit).into_iter().cloned().collect();
    }
}

/// Ranges of rows, each of about as many numbers.
fn by_rows(block: &RowBlock) -> Vec<Task<'_>> {
    block.tasks(TASK_NUMBERS).into_iter().map(|rows| Task::Rows(block, rows)).collect()
}

/// Cuts after line ends, into pieces of about `size`.
fn by_lines(bytes: &[u8], size: usize) -> Vec<&[u8]> {
    let (mut pieces, mut rest) = (Vec::new(), bytes);
    while !rest.is_empty() {
        let from = size.min(rest.len());
        let end = memchr::memchr(b'\n', &rest[from..]).map_or(rest.len(), |at| from + at + 1);
        let (piece, after) = rest.split_at(end);
        pieces.push(piece);
        rest = after;
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_end_with_lines_and_make_up_the_whole() {
        let text = b"one\ntwo\nthree\nfour and no end";
        for size in 1..40 {
            let pieces = by_lines(text, size);
            assert_eq!(pieces.concat(), text);
            assert!(pieces.iter().rev().skip(1).all(|piece| piece.ends_with(b"\n")));
        }
    }

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
