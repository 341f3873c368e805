//! The padding stage, where `--pad longest` groups examples: gives each group its width, across tasks and batches.

use std::sync::Arc;

use crate::example::{Example, Examples, Padding, Width, Widths};

/// Some examples in a row, with their widths.
pub struct Padded {
    examples: Arc<Examples>,
    first: usize,
    widths: Vec<Width>,
}

impl Padded {
    /// Each example and its width.
    pub fn iter(&self) -> impl Iterator<Item = (Example<'_>, Width)> {
        self.widths.iter().enumerate().map(|(at, &width)| (self.examples.get(self.first + at), width))
    }
}

/// Keeps the examples of a group that is not full yet.
pub struct Padder {
    widths: Widths,
    group: usize,
    waiting: Vec<(Arc<Examples>, usize)>,
}

impl Padder {
    /// For a padding; `None` where the width of an example depends on no other.
    pub fn new(padding: Padding) -> Option<Self> {
        let widths = Widths::new(padding);
        Some(Padder { group: widths.group()?, widths, waiting: Vec::new() })
    }

    /// The examples whose widths are now known, in order.
    pub fn take(&mut self, examples: Vec<Examples>) -> Vec<Padded> {
        for examples in examples {
            let examples = Arc::new(examples);
            self.waiting.extend((0..examples.len()).map(|at| (Arc::clone(&examples), at)));
        }
        let full = self.waiting.len() / self.group * self.group;
        let ready: Vec<_> = self.waiting.drain(..full).collect();
        ready.chunks(self.group).flat_map(|group| self.together(group)).collect()
    }

    /// The last group, however few.
    pub fn finish(&mut self) -> Vec<Padded> {
        let rest = std::mem::take(&mut self.waiting);
        self.together(&rest)
    }

    /// One width for a group, which may lie across several tasks.
    fn together(&self, group: &[(Arc<Examples>, usize)]) -> Vec<Padded> {
        let width = self.widths.of(group.iter().map(|(examples, at)| examples.get(*at)));
        let mut padded: Vec<Padded> = Vec::new();
        for (examples, at) in group {
            match padded.last_mut().filter(|last| Arc::ptr_eq(&last.examples, examples)) {
                Some(last) => last.widths.push(width),
                None => padded.push(Padded { examples: Arc::clone(examples), first: *at, widths: vec![width] }),
            }
        }
        padded
    }
}
