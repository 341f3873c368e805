//! What inspection found by input: all that is kept of each, however many there are.

use std::sync::Arc;

use super::finding::{FindingKind, Findings};

/// Why an input cannot be read, or not further.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileFault {
    /// As an error says it: with its name, and the place where that is known.
    pub message: String,
    /// The same without both.
    pub reason: String,
}

/// What was found in one input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileFindings {
    /// The input as typed, or `stdin`.
    pub source: Arc<str>,
    /// Lines that are not blank, or rows.
    pub lines: u64,
    /// Those that are not valid records.
    pub broken: u64,
    /// Why it cannot be read, or not further.
    pub fault: Option<FileFault>,
    /// Records concerned, by kind.
    counts: [u64; FindingKind::ALL.len()],
}

impl FileFindings {
    /// Nothing yet.
    pub fn new(source: &Arc<str>) -> Self {
        let counts = [0; FindingKind::ALL.len()];
        FileFindings { source: Arc::clone(source), lines: 0, broken: 0, fault: None, counts }
    }

    /// It cannot be read, or not further.
    pub fn fail(&mut self, fault: FileFault) {
        self.fault = Some(fault);
        self.counts[FindingKind::UnreadableFile as usize] = 1;
    }

    /// Whether nothing of it could be read.
    pub fn is_unreadable(&self) -> bool {
        self.fault.is_some() && self.lines == 0
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
