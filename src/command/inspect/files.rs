//! What an inspection says of single files, where there are several.

use super::Inspected;
use crate::inspect::FileFindings;
use crate::view::{Fact, Group, count, counted};

/// Files with broken records that the error names.
const NAMED_FILES: usize = 10;
/// Files that are listed.
const SHOWN_FILES: usize = 20;

impl Inspected<'_> {
    /// Where there are several files: those with findings, the most broken records first, or all where there are none.
    pub(super) fn files(&self) -> Option<Group> {
        let all: Vec<&FileFindings> = self.outcome.files.iter().collect();
        let mut found: Vec<&FileFindings> =
            all.iter().copied().filter(|file| file.findings().next().is_some()).collect();
        found.sort_by_key(|file| std::cmp::Reverse(file.broken));
        let (title, files) = match found.is_empty() {
            true => ("Records by file".to_string(), all),
            false => (format!("Files with findings, of {}", count(self.inputs.len() as u64)), found),
        };
        let words = |file: &FileFindings| {
            file.findings().map(|(kind, count)| format!("{} {count}", kind.name())).collect::<Vec<_>>().join(", ")
        };
        let value = |file: &FileFindings| match file.findings().next() {
            None => count(file.lines),
            Some(_) => format!("{} of {} broken", count(file.broken), count(file.lines)),
        };
        let fact = |file: &&FileFindings| Fact::new(&*file.source, value(file)).note(words(file));
        let mut facts: Vec<Fact> = files.iter().take(SHOWN_FILES).map(fact).collect();
        if files.len() > SHOWN_FILES {
            facts.push(Fact::new("more files", count((files.len() - SHOWN_FILES) as u64)));
        }
        (self.inputs.len() > 1).then_some(Group { title, facts })
    }

    /// The files with broken records in a few words, where there are several files.
    pub(super) fn broken_files(&self) -> Option<String> {
        let broken = self.outcome.files.iter().filter(|file| file.broken > 0);
        let names: Vec<&str> = broken.map(|file| &*file.source).collect();
        let shown = names.iter().take(NAMED_FILES).copied().collect::<Vec<_>>().join(", ");
        (self.inputs.len() > 1).then(|| match names.len().saturating_sub(NAMED_FILES) {
            0 => shown,
            more => format!("{shown} and {}", counted(more as u64, "more file")),
        })
    }
}
