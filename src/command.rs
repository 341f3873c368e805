//! The commands: each wires the parts and reads as a paragraph. The only place where errors become text and exit codes.

mod corrupt;
mod inspect;
mod manual;
mod mistake;
mod screen;
mod sentences;

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use anstream::AutoStream;
use anstyle::{AnsiColor, Style};
use anyhow::{Context, Result, ensure};
use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches};

use crate::cli::{Cli, Command};
use crate::reader::Input;
use crate::settings::Usage;
use crate::warning::Warning;
use crate::{fault, harmless, interrupt};

const DATA: u8 = 1;
const USAGE: u8 = 2;

/// Parses and runs; returns the exit code.
pub fn run(arguments: impl Iterator<Item = OsString>) -> Result<u8> {
    let arguments: Vec<OsString> = arguments.collect();
    let color = screen::color_typed(&arguments);
    screen::set_color(color);
    let parser = Cli::command().color(color);
    let cli = match parser.try_get_matches_from(arguments).and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        Err(error) => return answer(&error),
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
    interrupt::give_way();
    if let Some(fault) = fault::recorded() {
        let line = format!("internal error: {fault} (please report it with the command and the input)");
        say_marked("error:", AnsiColor::Red, &line);
        return ExitCode::from(DATA);
    }
    let closed =
        error.chain().filter_map(|e| e.downcast_ref::<io::Error>()).any(|e| e.kind() == io::ErrorKind::BrokenPipe);
    if closed {
        return ExitCode::SUCCESS;
    }
    say_marked("error:", AnsiColor::Red, &format!("{error:#}"));
    ExitCode::from(if error.is::<Usage>() { USAGE } else { DATA })
}

/// A line on stderr; one that is closed is no reason to end.
fn say(line: &str) {
    // In one piece, so that lines of others do not come between.
    let _ = io::stderr().write_all(format!("{line}\n").as_bytes());
}

/// A line that begins with a colored word. Names and data in it can neither break it nor steer a terminal.
fn say_marked(word: &str, color: AnsiColor, line: &str) {
    let line = one_line(line);
    let style = match AutoStream::choice(&io::stderr()) {
        anstream::ColorChoice::Never => Style::new(),
        _ => Style::new().fg_color(Some(color.into())).bold(),
    };
    say(&format!("{style}{word}{style:#} {line}"));
}

/// Without control characters, and with what lies between left out where it is very long: the place is first, the remedy last.
fn one_line(text: &str) -> String {
    const LONGEST: usize = 2000;
    const LAST: usize = 400;
    let plain = |c: char| match c {
        '\n' | '\t' => Ok(' '),
        c if harmless::is_harmful(c) => Err(c.escape_unicode()),
        c => Ok(c),
    };
    let mut line = String::with_capacity(text.len());
    for c in text.trim_end().chars().map(plain) {
        match c {
            Ok(c) => line.push(c),
            Err(escaped) => line.extend(escaped),
        }
    }
    if line.len() > LONGEST {
        let characters: Vec<char> = line.chars().collect();
        let first = characters.iter().take(LONGEST - LAST);
        let last = characters.iter().skip((LONGEST - LAST).max(characters.len() - LAST.min(characters.len())));
        return first.chain(&[' ', '…', ' ']).chain(last).collect();
    }
    line
}

/// Inputs by what was typed: none is stdin, unless it is a terminal.
fn inputs(typed: Vec<OsString>, what: &str) -> Result<Vec<Input>> {
    let mut inputs: Vec<Input> = typed.into_iter().map(Input::from).collect();
    if inputs.is_empty() {
        inputs.push(Input::Stdin);
    }
    let stdins = inputs.iter().filter(|input| **input == Input::Stdin).count();
    ensure!(stdins <= 1, "stdin is named {stdins} times (it can be read once)");
    ensure!(
        stdins == 0 || !io::stdin().is_terminal(),
        "no input: stdin is a terminal (name files, or pipe {what} in; --help shows examples)"
    );
    Ok(inputs)
}

/// All cores unless asked otherwise.
fn threads(asked: Option<u32>) -> usize {
    match asked {
        Some(threads) => threads as usize,
        None => std::thread::available_parallelism().map_or(1, usize::from),
    }
}

/// Warns unless told to be quiet.
fn warn(quiet: bool, warning: &Warning) {
    if !quiet {
        say_marked("warning:", AnsiColor::Yellow, &warning.to_string());
    }
}

/// Help and version as clap prints them; a mistake as one line.
fn answer(error: &clap::Error) -> Result<u8> {
    let asked_for_nothing = error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
    if asked_for_nothing {
        let _ = error.print();
        return Ok(USAGE);
    }
    if !error.use_stderr() {
        return error.print().map(|()| 0).context("stdout: cannot be written");
    }
    say_marked("error:", AnsiColor::Red, &mistake::line(error));
    Ok(USAGE)
}
