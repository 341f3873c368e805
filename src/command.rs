//! The commands: each wires the parts and reads as a paragraph. The only place where errors become text and exit codes.

mod corrupt;
mod inspect;
mod sentences;

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;

use crate::cli::{Cli, Command};
use crate::options::Usage;
use crate::warning::Warning;

const DATA: u8 = 1;
const USAGE: u8 = 2;

/// Parses and runs; returns the exit code.
pub fn run(arguments: impl Iterator<Item = OsString>) -> Result<u8> {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => return Ok(answer(&error)),
    };
    match cli.command {
        Command::Corrupt(args) => corrupt::run(*args),
        Command::Inspect(args) => inspect::run(*args),
        Command::Sentences(args) => sentences::run(args),
    }
    .map(|()| 0)
}

/// Prints an error as one line. A closed pipe is nobody's fault.
pub fn report(error: &anyhow::Error) -> ExitCode {
    let closed = error.chain().filter_map(|e| e.downcast_ref::<io::Error>()).any(|e| e.kind() == io::ErrorKind::BrokenPipe);
    if closed {
        return ExitCode::SUCCESS;
    }
    let line = format!("{error:#}").replace('\n', " ");
    say(&format!("error: {line}"));
    ExitCode::from(if error.is::<Usage>() { USAGE } else { DATA })
}

/// A line on stderr; one that is closed is no reason to end.
fn say(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// Warns unless told to be quiet.
fn warn(quiet: bool, warning: &Warning) {
    if !quiet {
        say(&format!("warning: {warning}"));
    }
}

/// Help and version as clap prints them; a mistake as one line.
fn answer(error: &clap::Error) -> u8 {
    if !error.use_stderr() {
        let _ = error.print();
        return 0;
    }
    let text = error.render().to_string();
    let paragraphs: Vec<String> = text
        .split("\n\n")
        .map(|paragraph| paragraph.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|paragraph| !paragraph.is_empty() && !paragraph.starts_with("Usage:") && !paragraph.starts_with("For more"))
        .collect();
    let said = paragraphs.first().map_or("error: wrong usage", String::as_str);
    let tips: Vec<&str> = paragraphs.iter().skip(1).map(|tip| tip.trim_start_matches("tip: ")).collect();
    let tips = if tips.is_empty() { String::new() } else { format!("{}; ", tips.join("; ")) };
    say(&format!("{said} ({tips}see --help)"));
    USAGE
}
