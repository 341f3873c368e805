//! The commands: each wires the parts and reads as a paragraph. The only place where errors become text and exit codes.

mod corrupt;
mod inspect;
mod manual;
mod mistake;
mod screen;
mod sentences;

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};
use anyhow::Result;
use clap::error::ErrorKind;
use clap::{ColorChoice, CommandFactory, FromArgMatches};

use crate::cli::{Cli, ColorName, Command};
use crate::options::Usage;
use crate::warning::Warning;

const DATA: u8 = 1;
const USAGE: u8 = 2;

/// Parses and runs; returns the exit code.
pub fn run(arguments: impl Iterator<Item = OsString>) -> Result<u8> {
    let arguments: Vec<OsString> = arguments.collect();
    let colour = screen::colour_typed(&arguments);
    screen::set_colour(colour);
    let parser = Cli::command().color(match colour {
        ColorName::Auto => ColorChoice::Auto,
        ColorName::Always => ColorChoice::Always,
        ColorName::Never => ColorChoice::Never,
    });
    let cli = match parser.try_get_matches_from(arguments).and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        Err(error) => return Ok(answer(&error)),
    };
    match cli.command {
        Command::Corrupt(args) => corrupt::run(*args),
        Command::Inspect(args) => inspect::run(*args),
        Command::Sentences(args) => sentences::run(args),
        Command::Completions { shell } => manual::completions(shell),
        Command::Man => manual::page(),
    }
    .map(|()| 0)
}

/// Prints an error as one line. A closed pipe is nobody's fault.
pub fn report(error: &anyhow::Error) -> ExitCode {
    let closed =
        error.chain().filter_map(|e| e.downcast_ref::<io::Error>()).any(|e| e.kind() == io::ErrorKind::BrokenPipe);
    if closed {
        return ExitCode::SUCCESS;
    }
    let line = format!("{error:#}").replace('\n', " ");
    say_marked("error:", AnsiColor::Red, &line);
    ExitCode::from(if error.is::<Usage>() { USAGE } else { DATA })
}

/// A line on stderr; one that is closed is no reason to end.
fn say(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// A line that begins with a coloured word.
fn say_marked(word: &str, colour: AnsiColor, line: &str) {
    let style = Style::new().fg_color(Some(colour.into())).bold();
    let _ = writeln!(anstream::stderr(), "{style}{word}{style:#} {line}");
}

/// Warns unless told to be quiet.
fn warn(quiet: bool, warning: &Warning) {
    if !quiet {
        say_marked("warning:", AnsiColor::Yellow, &warning.to_string());
    }
}

/// Help and version as clap prints them; a mistake as one line.
fn answer(error: &clap::Error) -> u8 {
    let asked_for_nothing = error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
    if !error.use_stderr() || asked_for_nothing {
        let _ = error.print();
        return if asked_for_nothing { USAGE } else { 0 };
    }
    say_marked("error:", AnsiColor::Red, &mistake::line(error).replace('\n', " "));
    USAGE
}
