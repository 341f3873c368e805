//! What the user named as input, and what can be known about it before any work.
//!
//! Owns names, extensions and the early checks; reads no more than the first bytes of a file.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use super::error::io_reason;
use super::signature::{self, HEAD_BYTES};
use super::{Format, ReadOptions};

/// One input of the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// Standard input, `-`.
    Stdin,
    /// A file, whose name need not be UTF-8.
    File(PathBuf),
}

impl From<OsString> for Input {
    fn from(argument: OsString) -> Self {
        if argument == "-" { Self::Stdin } else { Self::File(argument.into()) }
    }
}

impl Input {
    /// The name for messages, always on one line: as typed, or `stdin`.
    pub fn name(&self) -> String {
        match self {
            Self::Stdin => "stdin".to_owned(),
            Self::File(path) => one_line(&path.to_string_lossy()),
        }
    }

    /// Where its bytes are: what a shell redirects into stdin is a file all the same.
    pub fn path(&self) -> PathBuf {
        match self {
            Self::Stdin => PathBuf::from("/dev/stdin"),
            Self::File(path) => path.clone(),
        }
    }

    /// The format asked for, else the one its extension tells.
    pub fn format(&self, options: &ReadOptions) -> Format {
        let by_name = || match self {
            Self::File(path) => Format::of_suffix(&extension(path)),
            Self::Stdin => None,
        };
        options.format.or_else(by_name).unwrap_or(Format::Text)
    }
}

/// Refuses what can be refused before any work: missing, a directory, unreadable, or of a format
/// that is not read.
pub fn check(inputs: &[Input], options: &ReadOptions) -> anyhow::Result<()> {
    for input in inputs {
        if let Input::File(path) = input {
            check_file(path, options).map_err(|reason| anyhow::anyhow!("{}: {reason}", input.name()))?;
        }
    }
    Ok(())
}

/// The size of all inputs on disk; `None` where one is no regular file.
pub fn total_size(inputs: &[Input]) -> Option<u64> {
    let size = |input: &Input| match input {
        Input::Stdin => None,
        Input::File(path) => fs::metadata(path).ok().filter(|m| m.is_file()).map(|m| m.len()),
    };
    inputs.iter().map(size).sum()
}

fn check_file(path: &Path, options: &ReadOptions) -> Result<(), String> {
    let metadata = fs::metadata(path).map_err(|error| io_reason(&error))?;
    if metadata.is_dir() {
        return Err("is a directory (name the files in it)".to_owned());
    }
    if options.format.is_none() && extension(path) == "parquet" {
        return Err(signature::PARQUET_REFUSAL.to_owned());
    }
    // To open a pipe and close it again would end whoever writes into it.
    if metadata.is_file() {
        let mut head = Vec::with_capacity(HEAD_BYTES);
        let file = File::open(path).map_err(|error| io_reason(&error))?;
        file.take(HEAD_BYTES as u64).read_to_end(&mut head).map_err(|error| io_reason(&error))?;
        if let Some(refusal) = signature::refusal(&head) {
            return Err(refusal);
        }
    }
    Ok(())
}

/// The extension in lower case, past one that names a compression.
fn extension(path: &Path) -> String {
    let lower = |path: &Path| path.extension().map(OsStr::to_string_lossy).unwrap_or_default().to_ascii_lowercase();
    let outer = lower(path);
    match outer.as_str() {
        "gz" | "zst" | "bz2" | "xz" => path.file_stem().map(Path::new).map(lower).unwrap_or_default(),
        _ => outer,
    }
}

/// A file's name may hold a line break; a message may not.
fn one_line(name: &str) -> String {
    let mut line = String::with_capacity(name.len());
    for character in name.chars() {
        if character.is_control() {
            line.extend(character.escape_default());
        } else {
            line.push(character);
        }
    }
    line
}
