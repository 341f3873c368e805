//! What an inspection says of single files, where there are several.

use super::Inspected;
use crate::inspect::FileFindings;
use crate::view::{Fact, Group, count, counted};

/// Files with broken records that the error names.
const NAMED_FILES: usize = 10;
/// Files with findings that are listed.
const SHOWN_FILES: usize = 20;

impl Inspected<'_> {
    /// Files with findings, those with the most broken records first, where there are several files.
    pub(super) fn files(&self) -> Option<Group> {
        let mut found: Vec<&FileFindings> =
            self.outcome.files.iter().filter(|file| file.findings().next().is_some()).collect();
        found.sort_by_key(|file| std::cmp::Reverse(file.broken));
        let words = |file: &FileFindings| {
            file.findings().map(|(kind, count)| format!("{} {count}", kind.name())).collect::<Vec<_>>().join(", ")
        };
        let fact = |file: &&FileFindings| {
            let value = format!("{} of {} broken", count(file.broken), count(file.lines));
            Fact::new(&*file.source, value).note(words(file))
        };
        let mut facts: Vec<Fact> = found.iter().take(SHOWN_FILES).map(fact).collect();
        if found.len() > SHOWN_FILES {
            facts.push(Fact::new("more files", count((found.len() - SHOWN_FILES) as u64)));
        }
        let title = format!("Files with findings, of {}", count(self.inputs.len() as u64));
        (self.inputs.len() > 1 && !facts.is_empty()).then_some(Group { title, facts })
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
