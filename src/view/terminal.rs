//! Views in print: marks by color on a terminal, by brackets and signs elsewhere.
//!
//! Right-to-left text is printed in the order in which it is read, and never aligned in columns: a terminal that knows such
//! scripts reorders each line by itself, brackets included, and padding inside it would tear the columns apart.

mod layout;
mod paint;
mod summary;

use std::fmt::Write;

use super::{ExampleView, Mark, MarkedText, View, legend};
use crate::harmless;
use layout::Layout;
use paint::{Bit, Ink, Paint};
use summary::Summary;

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
        let (layout, summary) = (self.layout(), Summary { width: self.width, paint: self.paint() });
        let mut text = layout.text(&printable(&view.title), Ink::Heading);
        text.push_str(&layout.text(&printable(&view.lead), Ink::Mark(Mark::Plain)));
        text.push('\n');
        text.push_str(&summary.notices(&view.notices));
        text.push_str(&summary.groups(&view.groups));
        text.push_str(&summary.charts(&view.distributions));
        if let Some(first) = view.examples.first() {
            let mut marks: Vec<Mark> = view.examples.iter().flat_map(|example| example.text.marks()).collect();
            marks.sort_unstable();
            let _ = write!(text, "\n{}", self.legend(first.sides, marks, mask));
        }
        view.examples.iter().for_each(|example| text.push_str(&format!("\n{}", self.example(example))));
        text
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
