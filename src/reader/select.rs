//! Which documents of an input are taken, and in which order: shards and the shuffle buffer.
//!
//! Both stand between a format and whoever reads it, and work on documents of any format.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::{DocumentSource, ReadError};
use crate::document::Documents;
use crate::rng::ShuffleRng;

/// Part `index` of `count`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// Counted from 0.
    pub index: u64,
    /// How many parts.
    pub count: u64,
}

/// Every `count`th document, counted through all inputs.
pub(super) struct Shard {
    source: Box<dyn DocumentSource>,
    share: Share,
    /// Documents met in this input and those before it.
    met: Arc<AtomicU64>,
}

impl Shard {
    /// `met` is shared by the inputs of a run, which are read one after the other.
    pub fn new(source: Box<dyn DocumentSource>, share: Share, met: Arc<AtomicU64>) -> Self {
        Shard { source, share, met }
    }

    fn is_next_ours(&self) -> bool {
        self.met.fetch_add(1, Ordering::Relaxed) % self.share.count == self.share.index
    }
}

impl DocumentSource for Shard {
    fn next(&mut self) -> Result<Option<Documents>, ReadError> {
        loop {
            match self.source.next() {
                Ok(Some(documents)) => {
                    let mut ours = documents.empty_like();
                    documents.iter().filter(|_| self.is_next_ours()).for_each(|document| ours.push_copy(document));
                    if !ours.is_empty() {
                        return Ok(Some(ours));
                    }
                }
                // A document with a fault counts like any other, and one shard alone tells of it.
                Err(fault) if fault.recoverable && !self.is_next_ours() => {}
                end => return end,
            }
        }
    }

    fn is_ready(&self) -> bool {
        self.source.is_ready()
    }

    fn bytes_read(&self) -> u64 {
        self.source.bytes_read()
    }
}

/// A buffer of documents from which they leave in random order.
pub(super) struct Shuffle {
    source: Box<dyn DocumentSource>,
    rng: ShuffleRng,
    /// Documents held before one leaves.
    size: usize,
    /// Batches of one document each.
    held: Vec<Documents>,
    /// Documents read and not yet in the buffer.
    arrived: VecDeque<Documents>,
    ended: bool,
}

/// Bytes of text in a batch that leaves the buffer, unless its only document has more.
const BATCH_BYTES: usize = 32 << 10;

impl Shuffle {
    /// The order is a function of `rng`, `size` and the documents' number.
    pub fn new(source: Box<dyn DocumentSource>, size: usize, rng: ShuffleRng) -> Self {
        Shuffle { source, rng, size, held: Vec::new(), arrived: VecDeque::new(), ended: false }
    }

    /// The next document to leave; `None` where more have to be read first, or none is left.
    fn leave(&mut self) -> Option<Documents> {
        while self.held.len() < self.size
            && let Some(document) = self.arrived.pop_front()
        {
            self.held.push(document);
        }
        if self.held.is_empty() || (!self.ended && self.arrived.is_empty()) {
            return None;
        }
        let place = self.rng.below(self.held.len());
        match self.arrived.pop_front() {
            Some(document) => Some(std::mem::replace(&mut self.held[place], document)),
            None => Some(self.held.swap_remove(place)),
        }
    }
}

impl DocumentSource for Shuffle {
    fn next(&mut self) -> Result<Option<Documents>, ReadError> {
        loop {
            if let Some(mut batch) = self.leave() {
                while batch.bytes() < BATCH_BYTES
                    && let Some(documents) = self.leave()
                {
                    documents.iter().for_each(|document| batch.push_copy(document));
                }
                return Ok(Some(batch));
            }
            if self.ended {
                return Ok(None);
            }
            match self.source.next()? {
                None => self.ended = true,
                Some(documents) => {
                    let alone = documents.iter().map(|document| {
                        let mut one = documents.empty_like();
                        one.push_copy(document);
                        one
                    });
                    self.arrived.extend(alone);
                }
            }
        }
    }

    fn is_ready(&self) -> bool {
        !self.arrived.is_empty() && self.held.len() == self.size
    }

    fn bytes_read(&self) -> u64 {
        self.source.bytes_read()
    }
}
