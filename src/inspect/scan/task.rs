//! One task of a pass: records read, checked, counted, and some of them kept.

use std::ops::Range;
use std::sync::Arc;

use super::Scan;
use crate::document::{At, Place};
use crate::inspect::check::check;
use crate::inspect::finding::{FindingKind, Findings};
use crate::inspect::kept::{Kept, spread};
use crate::inspect::parse::parse;
use crate::inspect::record::RawRecord;
use crate::inspect::recover::Recovery;
use crate::inspect::tally::Tally;
use crate::reader::RowBlock;

/// Bytes of lines in one task.
pub const TASK_BYTES: usize = 256 << 10;
/// Numbers of rows in one task.
const TASK_NUMBERS: usize = 64 << 10;

/// Records that are read in one go.
pub enum Task<'b> {
    /// Lines of a file.
    Lines(&'b [u8]),
    /// Rows of columns.
    Rows(&'b RowBlock, Range<usize>),
}

/// What one task found; lines or rows are counted from the task's first.
#[derive(Default)]
pub struct TaskOutcome {
    /// Counts.
    pub tally: Tally,
    /// What is wrong.
    pub findings: Findings,
    /// Of every record.
    pub hashes: Vec<u64>,
    /// Valid records kept.
    pub valid: Vec<Kept>,
    /// Broken ones.
    pub broken: Vec<Kept>,
    /// Lines, blank ones too, or rows.
    pub lines: u64,
    /// Place of the first line or row that cannot be read as a record, and the reason.
    pub first_unreadable: Option<(At, String)>,
}

/// What a task may keep.
#[derive(Clone, Copy)]
pub struct Room {
    /// So many broken records.
    pub broken: usize,
    /// Valid ones with smaller hashes than this.
    pub largest: u64,
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

impl Scan<'_> {
    /// Does a task.
    pub fn work(&self, task: &Task, source: &Arc<str>, room: Room) -> TaskOutcome {
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

/// Leaves the records that are spread over all.
pub fn keep_spread(kept: &mut Vec<Kept>, limit: usize) {
    if kept.len() > limit {
        *kept = spread(kept, limit).into_iter().cloned().collect();
    }
}

/// Ranges of rows, each of about as many numbers.
pub fn by_rows(block: &RowBlock) -> Vec<Task<'_>> {
    block.tasks(TASK_NUMBERS).into_iter().map(|rows| Task::Rows(block, rows)).collect()
}

/// Cuts after line ends, into pieces of about `size`.
pub fn by_lines(bytes: &[u8], size: usize) -> Vec<&[u8]> {
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
}
