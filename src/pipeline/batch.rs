//! The batching stage, where a format is made of batches: as many records in each, across tasks and inputs.
//!
//! How text is cut into tasks depends on how it arrives; batches do not.

use crate::records::Records;

/// Keeps records until there are enough for a batch.
pub struct Batcher {
    /// Records in each batch but the last.
    size: usize,
    open: Records,
}

impl Batcher {
    /// Batches of so many.
    pub fn new(size: usize) -> Self {
        Batcher { size, open: Records::default() }
    }

    /// The batches that are full, in order.
    pub fn take(&mut self, records: &[Records]) -> Vec<Records> {
        let mut full = Vec::new();
        for records in records {
            let mut rest = records.range();
            while !rest.is_empty() {
                let end = rest.end.min(rest.start + self.size - self.open.len());
                self.open.append(records, rest.start..end);
                rest.start = end;
                if self.open.len() == self.size {
                    full.push(std::mem::take(&mut self.open));
                }
            }
        }
        full
    }

    /// The last batch, however small.
    pub fn finish(&mut self) -> Option<Records> {
        Some(std::mem::take(&mut self.open)).filter(|rest| !rest.is_empty())
    }
}
