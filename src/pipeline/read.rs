//! The reading stage: documents in batches by size, faults beside them.

use std::sync::mpsc::sync_channel;

use anyhow::{Context, Result, anyhow};

use crate::document::Documents;
use crate::reader::Reader;

/// What a batch weighs, but for what came last.
const BATCH_BYTES: usize = 3 << 20;
/// What a task takes on its way to records, however little text it has.
const TASK_BYTES: usize = 16 << 10;

/// Some documents in input order.
#[derive(Default)]
pub struct Batch {
    /// In the runs that they were read in.
    pub runs: Vec<Documents>,
    /// Of documents that are passed over.
    pub faults: Vec<String>,
    /// Why reading ended early.
    pub end: Option<String>,
    /// Whether no other follows.
    last: bool,
    /// About the bytes of memory that it takes.
    weight: usize,
}

impl Batch {
    fn push(&mut self, documents: Documents) {
        self.weight += documents.weight() + TASK_BYTES;
        self.runs.push(documents);
    }

    fn complain(&mut self, fault: String) {
        self.weight += size_of::<String>() + fault.len();
        self.faults.push(fault);
    }
}

/// Everything a reader gives, in batches.
pub struct Batches {
    reader: Reader,
    /// Whether the first fault ends it.
    stop: bool,
    ended: bool,
}

impl Batches {
    /// Reads as it is asked for batches.
    pub fn new(reader: Reader, stop: bool) -> Self {
        Batches { reader, stop, ended: false }
    }
}

impl Iterator for Batches {
    type Item = Batch;

    fn next(&mut self) -> Option<Batch> {
        if self.ended {
            return None;
        }
        let mut batch = Batch::default();
        while let Some(documents) = self.reader.next() {
            match documents {
                Ok(documents) => batch.push(documents),
                Err(fault) if self.stop || !fault.recoverable => {
                    batch.end = Some(fault.message);
                    break;
                }
                Err(fault) => batch.complain(fault.message),
            }
            // A fault is told before more is waited for.
            let told = batch.faults.is_empty() || self.reader.is_ready();
            if batch.weight >= BATCH_BYTES || !told {
                return Some(batch);
            }
        }
        (self.ended, batch.last) = (true, true);
        Some(batch)
    }
}

/// Reads on a thread of its own, which is not joined: on an error elsewhere it may be waiting for input that never comes.
pub fn batches(reader: Reader, stop: bool) -> Result<impl Iterator<Item = Result<Batch>>> {
    let (to_work, batches) = sync_channel(1);
    // Ends, too, when nobody takes the batches any more: the run ended for another reason.
    let read = move || Batches::new(reader, stop).try_for_each(|batch| to_work.send(batch));
    std::thread::Builder::new().spawn(read).context("cannot start a thread to read on")?;
    let mut last = false;
    Ok(std::iter::from_fn(move || {
        if last {
            return None;
        }
        // A thread that went away without a last batch has not read everything.
        let batch = batches.recv().map_err(|_| anyhow!("reading broke off"));
        last = batch.as_ref().map_or(true, |batch: &Batch| batch.last);
        Some(batch)
    }))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::reader::{DocumentUnit, Input, ReadOptions};

    /// The largest batch of an input, in documents, faults and runs.
    fn largest(inputs: Vec<Input>, format: Option<crate::reader::Format>) -> [usize; 3] {
        let options = ReadOptions { format, documents: DocumentUnit::Line, ..ReadOptions::default() };
        let mut largest = [0; 3];
        for batch in batches(Reader::new(inputs, options), false).expect("a thread") {
            let batch = batch.expect("a batch");
            assert!(batch.end.is_none(), "{:?}", batch.end);
            let documents = batch.runs.iter().map(Documents::len).sum();
            for (largest, count) in largest.iter_mut().zip([documents, batch.faults.len(), batch.runs.len()]) {
                *largest = count.max(*largest);
            }
        }
        largest
    }

    fn file(folder: &std::path::Path, name: &str, bytes: &[u8]) -> Input {
        fs::write(folder.join(name), bytes).expect("a file");
        Input::File(folder.join(name))
    }

    #[test]
    fn what_has_no_text_weighs_something() {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = folder.path();
        let empty = file(folder, "empty.jsonl", &b"{\"text\":\"\"}\n".repeat(200_000));
        let [documents, ..] = largest(vec![empty], None);
        assert!((1..100_000).contains(&documents), "{documents} documents in a batch");
        let short = file(folder, "short.txt", &b"a\n".repeat(400_000));
        let [documents, ..] = largest(vec![short], None);
        assert!((1..100_000).contains(&documents), "{documents} documents in a batch");
        let bad = file(folder, "bad.jsonl", &b"{}\n".repeat(200_000));
        let [_, faults, _] = largest(vec![bad], None);
        assert!((1..60_000).contains(&faults), "{faults} faults in a batch");
        let tiny = (0..1000).map(|number| file(folder, &format!("{number}.txt"), b"a")).collect();
        let [.., runs] = largest(tiny, None);
        assert!((1..500).contains(&runs), "{runs} files in a batch");
    }

    #[test]
    fn a_fault_does_not_wait_for_more_input() {
        let folder = tempfile::tempdir().expect("a folder");
        let pipe = folder.path().join("pipe.jsonl");
        if !std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo runs").success() {
            panic!("no pipe");
        }
        let reader = Reader::new(vec![Input::File(pipe.clone())], ReadOptions::default());
        let mut batches = batches(reader, false).expect("a thread");
        let mut writer = fs::OpenOptions::new().write(true).open(&pipe).expect("the reader opens it");
        let line = format!("{{\"text\":\"{}\"}}\n{{}}\n", "a".repeat(600));
        std::io::Write::write_all(&mut writer, line.as_bytes()).expect("the reader reads");
        let batch = batches.next().expect("a batch").expect("a batch");
        assert_eq!((batch.faults.len(), batch.runs.len()), (1, 1));
        drop(writer);
    }
}
