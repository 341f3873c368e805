//! What is known of the terminal, and whether to color: `--color`, `NO_COLOR`, `CLICOLOR_FORCE`.

use std::ffi::OsString;
use std::io;

use anstream::{AutoStream, ColorChoice};

/// Columns where stdout is no terminal.
const PLAIN_COLUMNS: usize = 100;
/// Nothing can be laid out on less.
const FEWEST_COLUMNS: usize = 20;

/// Sets what every stream goes by from here on.
pub fn set_color(color: clap::ColorChoice) {
    match color {
        clap::ColorChoice::Auto => ColorChoice::Auto,
        clap::ColorChoice::Always => ColorChoice::Always,
        clap::ColorChoice::Never => ColorChoice::Never,
    }
    .write_global();
}

/// `--color` as it stands among the arguments: mistakes in others are told before clap has settled it.
pub fn color_typed(arguments: &[OsString]) -> clap::ColorChoice {
    let texts: Vec<&str> =
        arguments.iter().map_while(|argument| argument.to_str()).take_while(|text| *text != "--").collect();
    let after = texts.windows(2).filter(|pair| pair[0] == "--color").map(|pair| pair[1]);
    let joined = texts.iter().filter_map(|text| text.strip_prefix("--color="));
    match after.chain(joined).last() {
        Some("always") => clap::ColorChoice::Always,
        Some("never") => clap::ColorChoice::Never,
        _ => clap::ColorChoice::Auto,
    }
}

/// Whether stdout gets colors.
pub fn color_on_stdout() -> bool {
    AutoStream::choice(&io::stdout()) != ColorChoice::Never
}

/// Columns of the terminal on stdout.
pub fn width() -> usize {
    let columns = terminal_size::terminal_size_of(io::stdout()).map(|(columns, _)| usize::from(columns.0));
    columns.filter(|&columns| columns > 0).map_or(PLAIN_COLUMNS, |columns| columns.max(FEWEST_COLUMNS))
}
