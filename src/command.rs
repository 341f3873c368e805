//! The commands: each wires the parts and reads as a paragraph. The only place where errors become text and exit codes.

mod completions;
mod corrupt;
mod inspect;
mod manual;
mod mistake;
mod screen;
mod sentences;

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anstream::AutoStream;
use anstyle::{AnsiColor, Style};
use anyhow::{Context, Result, anyhow, ensure};
use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches};

use crate::cli::{Cli, Command, InputArgs};
use crate::pipeline::Splitting;
use crate::reader::{self, DataKind, Input, Separator};
use crate::settings::{Usage, usage};
use crate::view::counted;
use crate::warning::Warning;
use crate::writer::sink::{Complete, Sink};
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
        Command::Sentences(args) => sentences::run(*args),
        Command::Completions { shell } => completions::script(shell),
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
    complain(error);
    ExitCode::from(if error.is::<Usage>() { USAGE } else { DATA })
}

/// An error that ends nothing.
fn complain(error: &anyhow::Error) {
    say_marked("error:", AnsiColor::Red, &format!("{error:#}"));
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
    let line = harmless::line(&text.trim_end().replace(['\n', '\t'], " ")).into_owned();
    if line.len() > LONGEST {
        let characters: Vec<char> = line.chars().collect();
        let first = characters.iter().take(LONGEST - LAST);
        let last = characters.iter().skip((LONGEST - LAST).max(characters.len() - LAST.min(characters.len())));
        return first.chain(&[' ', '…', ' ']).chain(last).collect();
    }
    line
}

/// Inputs by what was typed: a folder is the data files under it.
fn inputs(typed: &InputArgs, kind: DataKind) -> Result<Vec<Input>> {
    Ok(reader::expand(named(typed, kind)?, kind)?)
}

/// Inputs and folders of inputs as they were typed: none is stdin, unless it is a terminal.
fn named(typed: &InputArgs, kind: DataKind) -> Result<Vec<Input>> {
    ensure!(
        !typed.null || typed.files_from.is_some(),
        usage(anyhow!("--null: only --files-from names inputs that end with NUL (add it, or leave out --null)"))
    );
    let mut inputs: Vec<Input> = match &typed.files_from {
        Some(list) => {
            let separator = if typed.null { Separator::Null } else { Separator::Line };
            reader::listed(&Input::from(list.clone()), separator)?
        }
        None => typed.inputs.iter().cloned().map(Input::from).collect(),
    };
    if inputs.is_empty() {
        inputs.push(Input::Stdin);
    }
    let stdins = inputs.iter().filter(|input| **input == Input::Stdin).count();
    ensure!(stdins <= 1, usage(anyhow!("stdin is named {stdins} times (it can be read once)")));
    ensure!(
        stdins == 0 || !io::stdin().is_terminal(),
        usage(anyhow!("no input: stdin is a terminal (name files, or pipe {} in; --help shows examples)", kind.name()))
    );
    Ok(inputs)
}

/// The inputs in a few words, by their names without folders.
fn names_of(inputs: &[Input]) -> String {
    let name = |input: &Input| match input.path().file_name() {
        Some(name) if *input != Input::Stdin => name.to_string_lossy().into_owned(),
        _ => input.name(),
    };
    let names: Vec<String> = inputs.iter().map(name).collect();
    match names.as_slice() {
        few if few.len() <= 3 => few.join(", "),
        many => format!("{} and {}", many[0], counted(many.len() as u64 - 1, "more file")),
    }
}

/// The list that names the inputs, where there is one: it is read, too.
fn list(typed: &InputArgs) -> Option<PathBuf> {
    typed.files_from.as_ref().map(|list| Input::from(list.clone()).path())
}

/// All cores unless asked otherwise.
fn threads(asked: Option<u32>) -> usize {
    match asked {
        Some(threads) => threads as usize,
        None => std::thread::available_parallelism().map_or(1, usize::from),
    }
}

/// Something that would help, though nothing is wrong.
fn hint(line: &str) {
    say_marked("hint:", AnsiColor::Cyan, line);
}

/// Whether a path stands for stdout.
fn is_stdout(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Writes to stdout in full.
fn print(bytes: &[u8]) -> Result<()> {
    let mut sink = Sink::stdout()?;
    sink.write(bytes)?;
    sink.finish()
}

/// Writes a text for people or scripts in full; `-` is stdout.
fn output(path: &Path, text: &str) -> Result<Complete> {
    let mut sink = Sink::aside(path)?;
    sink.write(text.as_bytes())?;
    sink.complete()
}

/// Warns unless told to be quiet.
fn warn(quiet: bool, warning: &Warning) {
    if !quiet {
        say_marked("warning:", AnsiColor::Yellow, &warning.to_string());
    }
}

/// Warns once of codes that documents named and that are not known.
fn warn_of_languages(quiet: bool, splitting: &Splitting) {
    let unknown = splitting.unknown_languages();
    if !unknown.is_empty() {
        warn(quiet, &Warning::UnknownLanguages(unknown));
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
