//! The padding stage, where `--pad longest` groups records: gives each group its width, across tasks and batches.

use std::collections::VecDeque;

use crate::padding::Padding;
use crate::records::Records;

/// Keeps records until the group they are in is full.
pub struct Padder {
    padding: Padding,
    group: usize,
    waiting: VecDeque<Records>,
    /// Records at the front of `waiting` that have their width.
    settled: usize,
}

impl Padder {
    /// For a padding; `None` where the width of a record depends on no other.
    pub fn new(padding: Padding) -> Option<Self> {
        Some(Padder { group: padding.group()?, padding, waiting: VecDeque::new(), settled: 0 })
    }

    /// The records whose widths are now known, in order.
    pub fn take(&mut self, records: Vec<Records>) -> Vec<Records> {
        self.waiting.extend(records);
        let mut open = self.waiting.iter().map(Records::len).sum::<usize>() - self.settled;
        while open >= self.group {
            self.settle(self.group);
            open -= self.group;
        }
        let mut ready = Vec::new();
        while self.waiting.front().is_some_and(|records| records.len() <= self.settled)
            && let Some(records) = self.waiting.pop_front()
        {
            self.settled -= records.len();
            ready.push(records);
        }
        ready
    }

    /// The last group, however few.
    pub fn finish(&mut self) -> Vec<Records> {
        let open = self.waiting.iter().map(Records::len).sum::<usize>() - self.settled;
        self.settle(open);
        self.settled = 0;
        self.waiting.drain(..).collect()
    }

    /// One width for the next `count` records, which may lie across several tasks.
    fn settle(&mut self, count: usize) {
        let (first, end) = (self.settled, self.settled + count);
        let width = self.padding.width(self.waiting.iter().flat_map(Records::iter).skip(first).take(count));
        let mut start = 0;
        for records in &mut self.waiting {
            let len = records.len();
            for at in first.max(start)..end.min(start + len) {
                records.set_width(at - start, width);
            }
            start += len;
        }
        self.settled = end;
    }
}
