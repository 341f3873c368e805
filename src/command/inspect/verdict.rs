//! What an inspection ends with where something is wrong: one line that names the files.

use super::Inspected;
use crate::inspect::FileFindings;
use crate::view::counted;

/// Files that are named.
const NAMED_FILES: usize = 10;

impl Inspected<'_> {
    /// Where no input could be read at all: the first one's fault, and the others.
    pub(super) fn nothing_read(&self) -> Option<String> {
        let files = &self.outcome.files;
        let first = files.first().filter(|_| files.iter().all(FileFindings::is_unreadable))?;
        let fault = &first.fault.as_ref()?.message;
        Some(match &files[1..] {
            [] => fault.clone(),
            others => {
                let more = counted(others.len() as u64, "more file");
                format!("{fault}; {more} cannot be read: {}", names(others.iter()))
            }
        })
    }

    /// What is wrong with records and files; `None` where all are sound.
    pub(super) fn verdict(&self) -> Option<String> {
        let broken = self.broken_records();
        let hint = match self.outcome.tally.broken {
            0 => "the findings say why",
            1 => "the findings name its place",
            _ => "the findings name the first places of each kind",
        };
        match (broken, self.unread_files()) {
            (None, None) => None,
            // Its own words say what to do.
            (None, Some(_)) if self.inputs.len() == 1 => {
                self.unreadable_files().next()?.fault.clone().map(|f| f.message)
            }
            (Some(said), None) | (None, Some(said)) => Some(format!("{said} ({hint})")),
            (Some(broken), Some(unread)) => Some(format!("{broken}; {unread} ({hint})")),
        }
    }

    fn broken_records(&self) -> Option<String> {
        let (broken, lines) = (self.outcome.tally.broken, self.outcome.tally.lines);
        let files = self.outcome.files.iter().filter(|file| file.broken > 0);
        let of = if self.inputs.len() > 1 { format!(" in {}", names(files)) } else { String::new() };
        match broken {
            0 => None,
            1 => Some(format!("1 of {lines} records is broken{of}")),
            _ => Some(format!("{broken} of {lines} records are broken{of}")),
        }
    }

    fn unread_files(&self) -> Option<String> {
        let (unread, all) = (self.unreadable_files().count(), self.inputs.len());
        match (unread, all) {
            (0, _) => None,
            (_, 1) => Some("the file cannot be read to its end".to_string()),
            _ => Some(format!("{unread} of {all} files cannot be read to the end: {}", names(self.unreadable_files()))),
        }
    }
}

/// The first of some files, and how many more there are.
fn names<'f>(files: impl Iterator<Item = &'f FileFindings>) -> String {
    let names: Vec<&str> = files.map(|file| &*file.source).collect();
    let shown = names.iter().take(NAMED_FILES).copied().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(NAMED_FILES) {
        0 => shown,
        more => format!("{shown} and {}", counted(more as u64, "more file")),
    }
}
