//! The numbers of a view in print: notices, groups of facts and charts, in columns where the page is wide enough.

use super::paint::{Bit, Ink, Paint, chunks, width};
use super::printable;
use crate::figure::Distribution;
use crate::view::chart::{Bar, axis, bars};
use crate::view::{Fact, Group, Notice, count};

/// Between columns.
const GAP: usize = 3;
/// The narrowest column of charts, and that of groups.
const MIN_CHART: usize = 38;
const MIN_GROUP: usize = 48;
const MAX_BARS: usize = 12;
/// A longer name stands on a line of its own.
const MAX_NAME: usize = 28;
/// Before the text of a notice, whose word stands there.
const NOTICE_INDENT: usize = 8;

type Line = Vec<Bit>;

/// A page of some width.
#[derive(Clone, Copy, Debug)]
pub struct Summary {
    /// Columns.
    pub width: usize,
    /// How it is colored.
    pub paint: Paint,
}

impl Summary {
    /// A line each, unless it has to be wrapped.
    pub fn notices(&self, notices: &[Notice]) -> String {
        let lines: Vec<Line> = notices.iter().flat_map(|notice| self.notice(notice)).collect();
        lines.iter().map(|line| self.painted(line)).collect()
    }

    /// Numbers, group by group.
    pub fn groups(&self, groups: &[Group]) -> String {
        self.columns(MIN_GROUP, groups, group)
    }

    /// Distributions as horizontal bars.
    pub fn charts(&self, distributions: &[Distribution]) -> String {
        self.columns(MIN_CHART, distributions, chart)
    }

    fn notice(&self, notice: &Notice) -> Vec<Line> {
        let room = self.width.saturating_sub(NOTICE_INDENT).max(NOTICE_INDENT);
        let (text, note) = (printable(&notice.text), printable(&notice.note));
        let whole = if note.is_empty() { text.clone() } else { format!("{text}  {note}") };
        let word = Bit::new(format!("{:<NOTICE_INDENT$}", notice.level.word()), Ink::Level(notice.level));
        let mut text_left = text.len();
        let line = |(at, chunk): (usize, String)| {
            let first = if at == 0 { word.clone() } else { Bit::plain(&" ".repeat(NOTICE_INDENT)) };
            let (text, note) = chunk.split_at(text_left.min(chunk.len()));
            text_left -= text.len();
            vec![first, Bit::plain(text), Bit::new(note, Ink::Aside)]
        };
        chunks(&whole, room).into_iter().enumerate().map(line).collect()
    }

    /// As many columns as fit, filled line by line, with an empty line before each.
    fn columns<T>(&self, min: usize, parts: &[T], block: impl Fn(&T, usize) -> Vec<Line>) -> String {
        let columns = ((self.width + GAP) / (min + GAP)).max(1);
        let wide = (self.width - GAP * (columns - 1)) / columns;
        let mut out = String::new();
        for row in parts.chunks(columns) {
            let blocks: Vec<Vec<Line>> = row.iter().map(|part| block(part, wide)).collect();
            let height = blocks.iter().map(Vec::len).max().unwrap_or(0);
            out.push('\n');
            for at in 0..height {
                let line = blocks.iter().enumerate().flat_map(|(column, block)| {
                    let bits = block.get(at).cloned().unwrap_or_default();
                    let used: usize = bits.iter().map(|bit| width(&bit.text)).sum();
                    let fill = if column + 1 < blocks.len() { (wide + GAP).saturating_sub(used) } else { 0 };
                    bits.into_iter().chain([Bit::plain(&" ".repeat(fill))])
                });
                out.push_str(&self.painted(&line.collect::<Vec<_>>()));
            }
        }
        out
    }

    fn painted(&self, line: &[Bit]) -> String {
        let text: String = line.iter().map(|bit| self.paint.painted(&bit.text, bit.ink)).collect();
        format!("{}\n", text.trim_end())
    }
}

/// Names to the left, values to the right, notes behind them or below.
fn group(group: &Group, wide: usize) -> Vec<Line> {
    let names = group.facts.iter().map(|fact| width(&printable(&fact.name)));
    let name_width = names.filter(|name| *name <= MAX_NAME).max().unwrap_or(0);
    let value_width = group.facts.iter().map(|fact| width(&printable(&fact.value))).max().unwrap_or(0);
    let mut lines = heading(&group.title, "", wide);
    for fact in &group.facts {
        let (mut name, value) = (printable(&fact.name), printable(&fact.value));
        if width(&name) > name_width {
            lines.extend(chunks(&name, wide - 2).into_iter().map(|name| vec![Bit::plain(&format!("  {name}"))]));
            name.clear();
        }
        let fill = |text: &str, wide: usize| " ".repeat(wide.saturating_sub(width(text)));
        let text = format!("  {name}{}  {}{value}", fill(&name, name_width), fill(&value, value_width));
        let note = note(fact);
        let fits = width(&text) + 2 + width(&note) <= wide;
        let mut line = vec![Bit::plain(&text)];
        if fits && !note.is_empty() {
            line.push(Bit::new(format!("  {note}"), Ink::Aside));
        }
        lines.push(line);
        if !fits && !note.is_empty() {
            let below = chunks(&note, wide - 4).into_iter();
            lines.extend(below.map(|text| vec![Bit::plain("    "), Bit::new(text, Ink::Aside)]));
        }
    }
    lines
}

/// In parentheses: the note of a fact, and its target.
fn note(fact: &Fact) -> String {
    let target = fact.target.as_ref().map(|target| format!("target {}, {}", target.value, target.verdict));
    let notes: Vec<&str> =
        [fact.note.as_str(), target.as_deref().unwrap_or("")].into_iter().filter(|note| !note.is_empty()).collect();
    if notes.is_empty() { String::new() } else { printable(&format!("({})", notes.join("; "))) }
}

/// A title, and more words behind it or below.
fn heading(title: &str, more: &str, wide: usize) -> Vec<Line> {
    let (title, more) = (printable(title), printable(more));
    let mut lines: Vec<Line> =
        chunks(&title, wide).into_iter().map(|line| vec![Bit::new(line, Ink::Heading)]).collect();
    if more.is_empty() {
        return lines;
    }
    let last = lines.last().map_or(0, |line| width(&line[0].text));
    match lines.last_mut() {
        Some(line) if last + 2 + width(&more) <= wide => line.push(Bit::new(format!("  {more}"), Ink::Aside)),
        _ => lines.extend(chunks(&more, wide).into_iter().map(|line| vec![Bit::new(line, Ink::Aside)])),
    }
    lines
}

/// A bar for each value or range of values. Where there is a law, `│` stands where it has a bar end.
fn chart(of: &Distribution, wide: usize) -> Vec<Line> {
    let bars = bars(of, MAX_BARS);
    let mut lines = heading(&of.title, axis(of), wide);
    if !of.law.is_empty() {
        lines.push(vec![Bit::new(format!("  {LAW} "), Ink::Law), Bit::new(printable(&of.law), Ink::Aside)]);
    }
    let names: Vec<String> = bars.iter().map(|bar| printable(&bar.name)).collect();
    let counts: Vec<String> = bars.iter().map(|bar| printable(&count(bar.value))).collect();
    let widest = |texts: &[String]| texts.iter().map(|text| width(text)).max().unwrap_or(0);
    let (name_width, count_width) = (widest(&names), widest(&counts));
    let room = wide.saturating_sub(name_width + count_width + 5).max(1);
    let highest = bars.iter().map(|bar| (bar.value as f64).max(bar.expected)).fold(1.0, f64::max);
    for ((bar, name), count) in bars.iter().zip(&names).zip(&counts) {
        let fill = |text: &str, wide: usize| " ".repeat(wide - width(text));
        let (name_fill, count_fill) = (fill(name, name_width), fill(count, count_width));
        let mut line = vec![Bit::plain(&format!("  {name_fill}{name}  {count_fill}{count} "))];
        line.extend(drawn(bar, highest, room));
        lines.push(line);
    }
    lines
}

/// Where a law has the end of a bar.
const LAW: char = '│';

fn drawn(bar: &Bar, highest: f64, room: usize) -> Line {
    let cells = |value: f64| value * room as f64 / highest;
    let mut bar_cells: Vec<char> = bar_of((cells(bar.value as f64) * 8.0).ceil() as usize).chars().collect();
    if bar.expected <= 0.0 {
        return vec![Bit::new(bar_cells.into_iter().collect::<String>(), Ink::Bar)];
    }
    let at = (cells(bar.expected).round() as usize).min(room - 1);
    bar_cells.resize(bar_cells.len().max(at + 1), ' ');
    let part = |cells: &[char], ink| Bit::new(cells.iter().collect::<String>(), ink);
    vec![part(&bar_cells[..at], Ink::Bar), part(&[LAW], Ink::Law), part(&bar_cells[at + 1..], Ink::Bar)]
}

/// A bar of so many eighths of a column.
fn bar_of(eighths: usize) -> String {
    let rest = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8];
    format!("{}{rest}", "█".repeat(eighths / 8))
}
