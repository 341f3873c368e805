//! Views in print: marks by color on a terminal, by brackets and signs elsewhere.
//!
//! Right-to-left text is printed in the order in which it is read, and never aligned in columns: a terminal that knows such
//! scripts reorders each line by itself, brackets included, and padding inside it would tear the columns apart.

mod layout;
mod paint;

use std::fmt::Write;

use super::chart::{axis, bars};
use super::{ExampleView, Group, Mark, MarkedText, Notice, View, decimal, legend};
use crate::figure::Distribution;
use crate::harmless;
use layout::Layout;
use paint::{Bit, Ink, Paint};

const MAX_BARS: usize = 10;
/// Columns of the longest bar.
const BAR_WIDTH: usize = 40;

/// A page to print on.
#[derive(Clone, Copy, Debug)]
pub struct Terminal {
    /// Columns.
    pub width: usize,
    /// Whether marks are colors.
    pub color: bool,
}

impl Terminal {
    /// A whole view.
    pub fn view(&self, view: &View, mask: &str) -> String {
        let mut text = String::new();
        view.notices.iter().for_each(|notice| self.notice(notice, &mut text));
        view.groups.iter().for_each(|group| self.group(group, &mut text));
        view.distributions.iter().for_each(|distribution| self.distribution(distribution, &mut text));
        if let Some(first) = view.examples.first() {
            let mut marks: Vec<Mark> = view.examples.iter().flat_map(|example| example.text.marks()).collect();
            marks.sort_unstable();
            let _ = write!(text, "\n{}", self.legend(first.sides, marks, mask));
        }
        view.examples.iter().for_each(|example| text.push_str(&format!("\n{}", self.example(example))));
        text
    }

    fn notice(&self, notice: &Notice, out: &mut String) {
        let note = if notice.note.is_empty() { String::new() } else { format!("  {}", notice.note) };
        let _ = writeln!(out, "{:<7} {}", notice.level.word(), printable(&format!("{}{note}", notice.text)));
    }

    fn group(&self, group: &Group, out: &mut String) {
        let _ = writeln!(out, "\n{}", self.heading(&group.title));
        for fact in &group.facts {
            let target = fact.target.as_ref().map(|target| format!("target {}, {}", target.value, target.verdict));
            let notes: Vec<&str> = [fact.note.as_str(), target.as_deref().unwrap_or("")]
                .into_iter()
                .filter(|note| !note.is_empty())
                .collect();
            let note = if notes.is_empty() { String::new() } else { format!("  ({})", notes.join("; ")) };
            let (name, value) = (printable(&fact.name), printable(&fact.value));
            let _ = writeln!(out, "  {name:<28} {value:>12}{}", printable(&note));
        }
    }

    fn distribution(&self, of: &Distribution, out: &mut String) {
        let bars = bars(of, MAX_BARS);
        let highest = bars.iter().map(|bar| bar.value).max().unwrap_or(0).max(1);
        let expects = if of.law.is_empty() { String::new() } else { format!(", beside {}", of.law) };
        let _ = writeln!(out, "\n{}: {}{}", self.heading(&of.title), axis(of), printable(&expects));
        for bar in &bars {
            let expected = if of.law.is_empty() { String::new() } else { format!(" {:>9}", decimal(bar.expected)) };
            let length = bar_of((bar.value * 8 * BAR_WIDTH as u64).div_ceil(highest) as usize);
            let line = format!("  {:>14} {:>9}{expected} {length}", printable(&bar.name), bar.value);
            let _ = writeln!(out, "{}", line.trim_end());
        }
    }

    fn heading(&self, text: &str) -> String {
        self.paint().painted(&printable(text), Ink::Heading)
    }

    fn paint(&self) -> Paint {
        Paint { color: self.color }
    }

    fn layout(&self) -> Layout {
        Layout { width: self.width, paint: self.paint() }
    }

    /// What the sides are and what the marks mean.
    pub fn legend(&self, sides: [&str; 2], marks: impl IntoIterator<Item = Mark>, mask: &str) -> String {
        let aside = |text: String| Bit { text, ink: Ink::Aside };
        let mut words: Vec<Vec<Bit>> =
            layout::GUTTERS.iter().zip(sides).map(|(gutter, side)| vec![aside(format!("{gutter}{side}"))]).collect();
        for (sample, meaning) in legend(marks, mask) {
            let ink = Ink::Mark(sample.mark);
            let text = self.paint().dressed(&printable(&sample.text), sample.mark);
            words.push(vec![Bit { text, ink }, aside(format!(" {meaning}"))]);
        }
        self.layout().words(&words)
    }

    /// One example, each line of one side above its other side where both can be aligned.
    pub fn example(&self, example: &ExampleView) -> String {
        let layout = self.layout();
        let heading = std::iter::once(&example.place).chain(&example.heading).map(|part| printable(part));
        let mut out = layout.text(&heading.collect::<Vec<_>>().join("  "), Ink::Heading);
        match &example.text {
            MarkedText::Aligned(pairs) if !self.is_right_to_left(&example.text) => {
                let bits = pairs.iter().flat_map(|pair| layout.paired_bits(pair));
                layout.aligned(bits.collect(), &mut out);
            }
            text => layout.apart([0, 1].map(|side| layout.bits(&text.side(side))), &mut out),
        }
        for remark in &example.remarks {
            out.push_str(&layout.text(&printable(remark), Ink::Aside));
        }
        out
    }

    fn is_right_to_left(&self, text: &MarkedText) -> bool {
        (0..2).flat_map(|side| text.side(side)).any(|piece| piece.text.chars().any(is_right_to_left))
    }
}

/// Whether a letter is written from right to left: Hebrew, Arabic, Syriac, Thaana, N'Ko and their kin.
fn is_right_to_left(letter: char) -> bool {
    matches!(letter, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}'
        | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

/// A bar of so many eighths of a column.
fn bar_of(eighths: usize) -> String {
    let rest = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8];
    format!("{}{rest}", "█".repeat(eighths / 8))
}

/// Text that is safe to print: line breaks and tabs as signs, other characters that steer a terminal as escapes. Narrow
/// spaces are for pages; terminals show them as they like.
fn printable(text: &str) -> String {
    let shown = harmless::replaced(text, |character, out| match character {
        '\n' => out.push('↵'),
        '\t' => out.push('→'),
        other => out.extend(other.escape_default()),
    });
    shown.replace('\u{202f}', " ")
}
