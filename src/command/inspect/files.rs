//! What an inspection says of single files, where there are several.

use super::Inspected;
use crate::inspect::FileFindings;
use crate::view::{Fact, Group, count, counted};

/// Files with broken records that the error names.
const NAMED_FILES: usize = 10;
/// Files that are listed.
const SHOWN_FILES: usize = 20;

impl Inspected<'_> {
    /// The files where there are several, those with the most broken records first.
    pub(super) fn files(&self) -> Option<Group> {
        let mut files: Vec<&FileFindings> = self.outcome.files.iter().collect();
        files.sort_by_key(|file| (std::cmp::Reverse(file.broken), file.findings().next().is_none()));
        let words = |file: &FileFindings| {
            let findings = file.findings().map(|(kind, count)| format!("{} {count}", kind.name()));
            let broken = (file.broken > 0).then(|| format!("{} broken", count(file.broken)));
            broken.into_iter().chain(findings).collect::<Vec<_>>().join(", ")
        };
        let fact = |file: &&FileFindings| Fact::new(&*file.source, count(file.lines)).note(words(file));
        let mut facts: Vec<Fact> = files.iter().take(SHOWN_FILES).map(fact).collect();
        if files.len() > SHOWN_FILES {
            facts.push(Fact::new("more files", count((files.len() - SHOWN_FILES) as u64)));
        }
        (self.inputs.len() > 1).then(|| Group { title: "Records by file".to_string(), facts })
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
