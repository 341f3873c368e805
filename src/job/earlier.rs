//! What earlier runs left in a folder of outputs under names that no input of now has.
//!
//! A run that goes on leaves out what is done under the same name. Where names have changed it would make everything a second
//! time, beside the first.

use std::collections::{BTreeSet, HashMap};
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use super::completion::{Completion, Found};
use super::content::InputFile;
use super::layout::Layout;
use super::paths::{absolute, shown};
use crate::reader::Input;

/// Suffixes that outputs may have.
const SUFFIXES: &[&str] = &["jsonl", "jsonl.zst", "jsonl.gz", "parquet", "arrow"];

/// Refuses what was made in another format, or under other names because the inputs had another folder in common.
pub fn check(layout: &Layout, inputs: &[Input]) -> Result<()> {
    let mut recorded = BTreeSet::new();
    collect(&layout.records(), Path::new(""), &mut recorded);
    let expected: HashMap<PathBuf, &Input> = inputs.iter().map(|input| (layout.relative(input), input)).collect();
    let (begun, missing): (Vec<_>, Vec<_>) = expected.iter().partition(|(output, _)| recorded.contains(*output));
    let others = || recorded.iter().filter(|output| !expected.contains_key(*output));
    if begun.is_empty() {
        check_format(layout, others(), &expected)?;
    }
    if !layout.is_given() {
        check_names(layout, others(), &missing)?;
    }
    Ok(())
}

/// Adds the outputs that have completion records below a folder, by their paths below the folder of outputs.
fn collect(folder: &Path, relative: &Path, outputs: &mut BTreeSet<PathBuf>) {
    // What cannot be read is found out where it is written.
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = relative.join(entry.file_name());
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            collect(&entry.path(), &name, outputs);
        } else if name.extension() == Some(OsStr::new("json")) {
            outputs.insert(name.with_extension(""));
        }
    }
}

fn check_format<'o>(
    layout: &Layout,
    others: impl Iterator<Item = &'o PathBuf>,
    expected: &HashMap<PathBuf, &Input>,
) -> Result<()> {
    let now = layout.suffix();
    for other in others {
        for before in SUFFIXES.iter().filter(|before| **before != now) {
            let same = stem(other, before).is_some_and(|stem| expected.contains_key(&with_suffix(stem, now)));
            let path = layout.folder().join(other);
            if same && path.exists() {
                let [before, now] =
                    [*before, now].map(|suffix| suffix.split_once('.').unwrap_or((suffix, "not given")));
                let (option, before, now) = match before.0 == now.0 {
                    true => ("--compress", before.1, now.1),
                    false => ("--output-format", before.0, now.0),
                };
                bail!(
                    "{}: was made with other settings: {option} was {before}, is {now} (choose another --output-dir, or leave \
                     out --resume to write a second set beside it)",
                    shown(&path)
                );
            }
        }
    }
    Ok(())
}

fn stem<'p>(path: &'p Path, suffix: &str) -> Option<&'p str> {
    path.to_str()?.strip_suffix(suffix)?.strip_suffix('.')
}

fn with_suffix(stem: &str, suffix: &str) -> PathBuf {
    PathBuf::from(format!("{stem}.{suffix}"))
}

fn check_names<'o>(
    layout: &Layout,
    others: impl Iterator<Item = &'o PathBuf>,
    missing: &[(&PathBuf, &&Input)],
) -> Result<()> {
    let mut by_name: HashMap<&OsStr, Vec<(&Path, &Input)>> = HashMap::new();
    for (output, input) in missing {
        by_name.entry(output.file_name().unwrap_or_default()).or_default().push((output, input));
    }
    for other in others {
        let name = other.file_name().unwrap_or_default();
        for (output, input) in by_name.get(name).into_iter().flatten() {
            // Below one folder or another, an input keeps the end of its path.
            let path = absolute(&input.path()).with_file_name(name);
            let before = layout.folder().join(other);
            if path.ends_with(other) && before.exists() && is_of(&layout.record(&before), input) {
                let common = path.ancestors().nth(other.components().count()).unwrap_or(Path::new("/"));
                bail!(
                    "{}: was made from {}, whose output is {} now that the inputs have another folder in common (keep the \
                     names with --relative-to {}, or choose another --output-dir)",
                    shown(&before),
                    input.shown(),
                    shown(&layout.folder().join(output)),
                    shown(common)
                );
            }
        }
    }
    Ok(())
}

/// Whether a completion record is of this input.
fn is_of(record: &Path, input: &Input) -> bool {
    let Found::Complete(before) = Completion::read(record) else { return false };
    let content = InputFile::open(input).ok().filter(|file| file.bytes() == before.input_bytes);
    content.and_then(|file| file.content(input).ok()).is_some_and(|content| before.is_of(&content))
}
