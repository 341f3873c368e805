//! What an inspection says of single files, where there are several.

use super::Inspected;
use crate::inspect::{FileFindings, FindingKind};
use crate::view::{Fact, Group, count, counted};

/// Files that are listed.
const SHOWN_FILES: usize = 20;

impl Inspected<'_> {
    /// Where there are several files: those with findings, the most broken records first, or all where there are none.
    pub(super) fn files(&self) -> Option<Group> {
        let all: Vec<&FileFindings> = self.outcome.files.iter().collect();
        let mut found: Vec<&FileFindings> =
            all.iter().copied().filter(|file| file.findings().next().is_some()).collect();
        found.sort_by_key(|file| std::cmp::Reverse((file.fault.is_some(), file.broken)));
        let (title, files) = match found.is_empty() {
            true => ("Records by file".to_string(), all),
            false => (format!("Files with findings, of {}", count(self.inputs.len() as u64)), found),
        };
        let fact = |file: &&FileFindings| Fact::new(&*file.source, state(file)).note(words(file));
        let mut facts: Vec<Fact> = files.iter().take(SHOWN_FILES).map(fact).collect();
        if files.len() > SHOWN_FILES {
            facts.push(Fact::new("more files", count((files.len() - SHOWN_FILES) as u64)));
        }
        (self.inputs.len() > 1).then_some(Group { title, facts })
    }

    /// Files that cannot be read, or not to their end.
    pub(super) fn unreadable_files(&self) -> impl Iterator<Item = &FileFindings> {
        self.outcome.files.iter().filter(|file| file.fault.is_some())
    }
}

/// How many records there are, and how far it could be read.
fn state(file: &FileFindings) -> String {
    let broken = format!("{} of {} broken", count(file.broken), count(file.lines));
    match (&file.fault, file.broken) {
        (Some(_), _) if file.lines == 0 => "unreadable".to_string(),
        (Some(_), 0) => format!("unreadable after {}", counted(file.lines, "record")),
        (Some(_), _) => format!("{broken}, then unreadable"),
        (None, _) if file.findings().next().is_some() => broken,
        (None, _) => count(file.lines),
    }
}

/// What was found in a file.
fn words(file: &FileFindings) -> String {
    let kinds = file.findings().filter(|(kind, _)| *kind != FindingKind::UnreadableFile);
    let kinds = kinds.map(|(kind, count)| format!("{} {count}", kind.name()));
    let reason = file.fault.as_ref().map(|fault| fault.reason.clone());
    kinds.chain(reason).collect::<Vec<_>>().join(", ")
}
