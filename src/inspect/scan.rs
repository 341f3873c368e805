//! The pass over all lines: blocks in parallel, outcomes put together in order, in bounded memory.

use std::sync::Arc;
use std::sync::mpsc::sync_channel;

use anyhow::{Result, anyhow, bail};
use rayon::ThreadPool;
use rayon::prelude::*;

use super::check::check;
use super::duplicates::Duplicates;
use super::example::Kept;
use super::finding::{Findings, Kind};
use super::look::Looks;
use super::origins::Aligner;
use super::parse::parse;
use super::record::Record;
use super::tally::Tally;
use super::tokens::Tokens;
use crate::document::{At, Place};
use crate::reader::{LineBlock, LineBlocks};

/// Bytes of lines in one task.
const TASK_BYTES: usize = 256 << 10;
/// Behind the first block one record in so many is looked at closely.
const SAMPLE: u64 = 16;
/// Lines after which a file without a single record is given up.
const PATIENCE: u64 = 1000;

/// A pass, settled.
pub struct Scan<'s> {
    /// What ids mean.
    pub tokens: &'s Tokens,
    /// Threads.
    pub pool: &'s ThreadPool,
    /// Sound records kept as examples, and broken ones.
    pub examples: [usize; 2],
}

/// What a pass found.
#[derive(Default)]
pub struct Outcome {
    /// Counts over all records.
    pub tally: Tally,
    /// What is wrong, by kind.
    pub findings: Findings,
    /// What a sample looks like.
    pub looks: Looks,
    /// Records seen before.
    pub duplicates: Duplicates,
    /// The first sound records.
    pub examples: Vec<Kept>,
    /// The first broken ones that could be read.
    pub broken: Vec<Kept>,
}

/// What one task found; lines are counted from the task's first.
#[derive(Default)]
struct Part {
    tally: Tally,
    findings: Findings,
    looks: Looks,
    hashes: Vec<u64>,
    kept: [Vec<Kept>; 2],
    /// Lines, blank ones too.
    lines: u64,
    first_unreadable: Option<(u64, String)>,
}

/// What is known of the input at hand.
#[derive(Default)]
struct Progress {
    lines: u64,
    records: u64,
    first_unreadable: Option<String>,
}

impl Scan<'_> {
    /// Reads everything. Errors only where an input cannot be read or holds no record at all.
    pub fn run(&self, blocks: LineBlocks) -> Result<Outcome> {
        let (to_work, received) = sync_channel(1);
        // Not joined: on an error here it may be waiting for input that never comes.
        std::thread::spawn(move || {
            for block in blocks {
                if to_work.send(block).is_err() {
                    return;
                }
            }
        });
        let (mut outcome, mut progress, mut first) = (Outcome::default(), Progress::default(), true);
        for block in received {
            let block = block.map_err(|error| anyhow!(error.message))?;
            self.take(&block, std::mem::take(&mut first), &mut outcome, &mut progress)?;
            if block.last {
                progress = Progress::default();
            }
        }
        Ok(outcome)
    }

    fn take(&self, block: &LineBlock, first: bool, outcome: &mut Outcome, progress: &mut Progress) -> Result<()> {
        let room = [self.examples[0] - outcome.examples.len(), self.examples[1] - outcome.broken.len()];
        let tasks = by_lines(&block.bytes, TASK_BYTES);
        let work = |task: &&[u8]| self.work(task, &block.source, first, room);
        let parts: Vec<Part> = self.pool.install(|| tasks.par_iter().map(work).collect());
        let mut base = block.first_line - 1;
        for mut part in parts {
            progress.lines += part.tally.lines;
            progress.records += part.tally.records;
            if let (None, Some((line, detail))) = (&progress.first_unreadable, part.first_unreadable) {
                progress.first_unreadable = Some(format!(
                    "{}: {detail}",
                    Place { source: Arc::clone(&block.source), at: At::Line(line + base) }
                ));
            }
            outcome.tally += &part.tally;
            outcome.looks += &part.looks;
            outcome.findings.append(part.findings, base);
            part.hashes.iter().for_each(|&hash| outcome.duplicates.add(hash));
            for (kept, into) in part.kept.iter_mut().zip([&mut outcome.examples, &mut outcome.broken]) {
                kept.iter_mut().for_each(|kept| kept.place.at = kept.place.at.after(base));
                into.append(kept);
            }
            outcome.examples.truncate(self.examples[0]);
            outcome.broken.truncate(self.examples[1]);
            base += part.lines;
        }
        let hopeless = block.last || progress.lines >= PATIENCE;
        if let (true, 0, Some(fault)) = (hopeless, progress.records, &progress.first_unreadable) {
            bail!(
                "{fault}, nor is any line a record (a record is one JSON object a line with input_ids, attention_mask and labels)"
            );
        }
        Ok(())
    }

    fn work(&self, task: &[u8], source: &Arc<str>, first: bool, room: [usize; 2]) -> Part {
        let (mut part, mut record, mut aligner) = (Part::default(), Record::default(), Aligner::default());
        part.tally.bytes = task.len() as u64;
        for line in task.split_inclusive(|&byte| byte == b'\n') {
            part.lines += 1;
            if line.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            part.tally.lines += 1;
            match parse(line.trim_ascii_end(), &mut record) {
                Ok(()) => self.inspect(&record, source, first, room, &mut aligner, &mut part),
                Err(fault) => {
                    let detail = fault.to_string();
                    part.tally.broken += 1;
                    part.first_unreadable.get_or_insert_with(|| (part.lines, detail.clone()));
                    part.findings.add(fault.kind, source, part.lines, || detail);
                }
            }
        }
        part
    }

    fn inspect(
        &self,
        record: &Record,
        source: &Arc<str>,
        first: bool,
        room: [usize; 2],
        aligner: &mut Aligner,
        part: &mut Part,
    ) {
        part.tally.count(record, self.tokens);
        let mut kinds: Vec<Kind> = Vec::new();
        let (findings, line) = (&mut part.findings, part.lines);
        check(record, self.tokens, |kind, detail| {
            findings.add(kind, source, line, detail);
            kinds.push(kind);
        });
        let broken = kinds.iter().any(|kind| kind.breaks());
        part.tally.broken += u64::from(broken);
        let hash = record.hash(self.tokens.label_pad);
        part.hashes.push(hash);
        if !broken && (first || hash.is_multiple_of(SAMPLE)) {
            part.looks.look(record, self.tokens, aligner);
        }
        let which = usize::from(!kinds.is_empty());
        if part.kept[which].len() < room[which] {
            part.kept[which].push(Kept::new(record, source, line, kinds, self.tokens.label_pad));
        }
    }
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
}
