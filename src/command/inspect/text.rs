//! An inspection in print: findings, numbers, two histograms, examples. Colour on a terminal, plain marks elsewhere.

use std::fmt::Write;

use super::{Inspected, PRINTED_BROKEN, SHOWN_IDS};
use crate::report::{Chart, Example, Level, Mark, Piece};

/// Widest bar.
const BAR: usize = 40;
/// Bars of a histogram.
const BARS: usize = 12;

/// The whole text.
pub fn render(inspected: &Inspected, show: usize, color: bool) -> String {
    let mut text = String::new();
    if let Some(guess) = &inspected.guess {
        let _ = writeln!(text, "looks like {}", guess.words());
    }
    for notice in inspected.notices() {
        let word = match notice.level {
            Level::Good => "sound",
            Level::Note => "note",
            Level::Bad => "broken",
        };
        let note = if notice.note.is_empty() { String::new() } else { format!("  {}", notice.note) };
        let _ = writeln!(text, "{word:<7} {}{note}", notice.text);
    }
    for group in inspected.facts() {
        let _ = writeln!(text, "\n{}", group.title);
        for fact in group.facts {
            let note = if fact.note.is_empty() { String::new() } else { format!("  ({})", fact.note) };
            let _ = writeln!(text, "  {:<24} {:>12}{note}", fact.name, fact.value);
        }
    }
    let tally = &inspected.outcome.tally;
    histogram(&mut text, "Lengths, in ids", tally.lengths.counts());
    if let Some(shares) = inspected.noise_shares() {
        histogram(&mut text, "Noise per record, in percent of tokens", shares.counts());
    }
    // Narrow spaces are for pages; a terminal shows them as it likes.
    let mut text = printable(&text.replace('\u{202f}', " "));
    for example in inspected.examples(show, PRINTED_BROKEN.min(show), SHOWN_IDS[0]) {
        print(&mut text, &example, color);
    }
    text
}

fn histogram(text: &mut String, title: &str, counts: impl Iterator<Item = (usize, u64)> + Clone) {
    if counts.clone().next().is_none() {
        return;
    }
    let chart = Chart::histogram_within(BARS, title, "", "", counts);
    let highest = chart.bars.iter().map(|bar| bar.value).fold(1.0, f64::max);
    let _ = writeln!(text, "\n{title}");
    for bar in &chart.bars {
        let length = (bar.value / highest * BAR as f64).ceil() as usize;
        let _ = writeln!(text, "  {:>14} {:>8} {}", bar.name, bar.value, "#".repeat(length));
    }
}

fn print(text: &mut String, example: &Example, color: bool) {
    let _ = writeln!(text, "\n{} ({})", printable(&example.place), example.tags.join("; "));
    for row in &example.rows {
        let _ = write!(text, "  {:<7}", row.name);
        row.pieces.iter().for_each(|piece| mark(text, piece, color));
        text.push('\n');
    }
}

/// The marks of wdiff, or colors.
fn mark(text: &mut String, piece: &Piece, color: bool) {
    let (before, after) = match (piece.mark, color) {
        (Mark::Plain, _) | (Mark::Template | Mark::Hidden | Mark::Inserted | Mark::Seam | Mark::Number, false) => {
            ("", "")
        }
        (Mark::Changed, false) => ("{+", "+}"),
        (Mark::Kept, false) => ("{=", "=}"),
        (Mark::Gone, false) => ("[-", "-]"),
        (Mark::Template, true) => ("\x1b[2m", "\x1b[0m"),
        (Mark::Hidden | Mark::Inserted, true) => ("\x1b[1;34m", "\x1b[0m"),
        (Mark::Changed, true) => ("\x1b[1;33m", "\x1b[0m"),
        (Mark::Kept, true) => ("\x1b[4m", "\x1b[0m"),
        (Mark::Gone, true) => ("\x1b[1;32m", "\x1b[0m"),
        (Mark::Seam | Mark::Number, true) => ("\x1b[1;31m", "\x1b[0m"),
    };
    let shown = printable(&piece.text.replace('\n', "\u{21b5}"));
    // A space stands outside the marks, where it reads better.
    let (space, rest) = if shown.starts_with(' ') { shown.split_at(1) } else { ("", shown.as_str()) };
    let _ = write!(text, "{space}{before}{rest}{after}");
}

/// Text of others must not steer a terminal.
fn printable(text: &str) -> String {
    let steers =
        |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().map(|c| if steers(c) { '\u{fffd}' } else { c }).collect()
}
