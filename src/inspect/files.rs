//! What inspection found by input: all that is kept of each, however many there are.

use std::sync::Arc;

use super::finding::{FindingKind, Findings};

/// What was found in one input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileFindings {
    /// The input as typed, or `stdin`.
    pub source: Arc<str>,
    /// Lines that are not blank, or rows.
    pub lines: u64,
    /// Those that are not valid records.
    pub broken: u64,
    /// Records concerned, by kind.
    counts: [u64; FindingKind::ALL.len()],
}

impl FileFindings {
    /// Nothing yet.
    pub fn new(source: &Arc<str>) -> Self {
        FileFindings { source: Arc::clone(source), lines: 0, broken: 0, counts: [0; FindingKind::ALL.len()] }
    }

    /// Adds what some of its lines came to.
    pub fn add(&mut self, lines: u64, broken: u64, findings: &Findings) {
        self.lines += lines;
        self.broken += broken;
        findings.groups().for_each(|(kind, group)| self.counts[kind as usize] += group.count);
    }

    /// Kinds that occur, with the records concerned.
    pub fn findings(&self) -> impl Iterator<Item = (FindingKind, u64)> {
        FindingKind::ALL.into_iter().zip(self.counts).filter(|(_, count)| *count > 0)
    }
}
