//! The reading stage: documents in batches by size, faults beside them.

use std::sync::mpsc::{SyncSender, sync_channel};

use anyhow::{Context, Result, anyhow};

use crate::document::Documents;
use crate::reader::Reader;

/// Bytes of text in a batch, but for its last document.
const BATCH_BYTES: usize = 2 << 20;

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
}

/// Reads on a thread of its own, which is not joined: on an error elsewhere it may be waiting for input that never comes.
pub fn batches(reader: Reader, stop: bool) -> Result<impl Iterator<Item = Result<Batch>>> {
    let (to_work, batches) = sync_channel(1);
    let read = move || read_batches(reader, stop, &to_work);
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

/// Sends everything the reader gives. Ends at the first fault where `stop` says so, and when nobody takes the batches any
/// more.
fn read_batches(reader: Reader, stop: bool, to_work: &SyncSender<Batch>) {
    let (mut batch, mut bytes) = (Batch::default(), 0);
    for documents in reader {
        match documents {
            Ok(documents) => {
                bytes += documents.bytes();
                batch.runs.push(documents);
            }
            Err(fault) if stop || !fault.recoverable => {
                batch.end = Some(fault.message);
                break;
            }
            Err(fault) => batch.faults.push(fault.message),
        }
        if bytes >= BATCH_BYTES {
            bytes = 0;
            if to_work.send(std::mem::take(&mut batch)).is_err() {
                return;
            }
        }
    }
    batch.last = true;
    // Nobody to take it: the run ended for another reason.
    let _ = to_work.send(batch);
}
