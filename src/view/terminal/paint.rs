//! How each mark looks: by color, or by brackets and signs where there is no color.

use anstyle::{AnsiColor, Style};
use unicode_segmentation::UnicodeSegmentation;

use crate::view::{Level, Mark};

/// What a stretch of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// A heading.
    Heading,
    /// Beside the text: gutter, legend, remarks.
    Aside,
    /// The word that opens a notice.
    Level(Level),
    /// A chart's bar.
    Bar,
    /// What a bar is held against.
    Law,
    /// Text, marked.
    Mark(Mark),
}

/// A stretch of text as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Bit {
    /// Printable and dressed.
    pub text: String,
    /// For its color.
    pub ink: Ink,
}

impl Bit {
    /// Nothing.
    pub const NONE: Bit = Bit { text: String::new(), ink: Ink::Mark(Mark::Plain) };

    /// Some text.
    pub fn new(text: impl Into<String>, ink: Ink) -> Bit {
        Bit { text: text.into(), ink }
    }

    /// Plain text.
    pub fn plain(text: &str) -> Bit {
        Bit { text: text.to_string(), ..Bit::NONE }
    }
}

/// How marks are shown.
#[derive(Clone, Copy, Debug)]
pub struct Paint {
    /// By color.
    pub color: bool,
}

impl Paint {
    /// Text as wide as it will be shown, brackets included where marks are brackets.
    pub fn dressed(self, text: &str, mark: Mark) -> String {
        match brackets(mark) {
            _ if text.is_empty() => String::new(),
            (open, close) if !self.color || open == "⟦" => format!("{open}{text}{close}"),
            _ => text.to_string(),
        }
    }

    /// Dressed text, colored where marks are colors.
    pub fn painted(self, text: &str, ink: Ink) -> String {
        match style(ink) {
            style if self.color && !text.is_empty() && style != Style::new() => format!("{style}{text}{style:#}"),
            _ => text.to_string(),
        }
    }
}

fn style(ink: Ink) -> Style {
    let color = |color: AnsiColor| color.on_default();
    match ink {
        Ink::Heading => Style::new().bold(),
        Ink::Aside | Ink::Mark(Mark::InPlace | Mark::Template) => Style::new().dimmed(),
        Ink::Level(Level::Good) => color(AnsiColor::Green).bold(),
        Ink::Level(Level::Note) => color(AnsiColor::Yellow).bold(),
        Ink::Level(Level::Bad) => color(AnsiColor::Red).bold(),
        Ink::Bar => color(AnsiColor::Blue),
        Ink::Law => color(AnsiColor::Yellow),
        Ink::Mark(Mark::Plain) => Style::new(),
        Ink::Mark(Mark::Hidden) => color(AnsiColor::Red).underline(),
        Ink::Mark(Mark::Deleted) => color(AnsiColor::Red).strikethrough(),
        Ink::Mark(Mark::Partly) => color(AnsiColor::Red).italic(),
        Ink::Mark(Mark::Kept) => color(AnsiColor::Blue).underline(),
        Ink::Mark(Mark::Masked) => color(AnsiColor::Green),
        Ink::Mark(Mark::Random) => color(AnsiColor::Yellow).underline(),
        Ink::Mark(Mark::Inserted) => color(AnsiColor::Cyan).bold(),
        Ink::Mark(Mark::Sign) => color(AnsiColor::Magenta),
        Ink::Mark(Mark::Moved | Mark::Rotation) => color(AnsiColor::Magenta).bold(),
    }
}

/// What stands around the text where there is no color. Those of numbers stand there always. All of them are mirrored
/// where text runs from right to left.
fn brackets(mark: Mark) -> (&'static str, &'static str) {
    match mark {
        Mark::Plain | Mark::Template | Mark::Rotation => ("", ""),
        Mark::Hidden | Mark::Masked => ("⟨", "⟩"),
        Mark::Deleted => ("⟨-", "⟩"),
        Mark::Partly => ("⟨?", "⟩"),
        Mark::Kept => ("⟨=", "⟩"),
        Mark::Random => ("⟨~", "⟩"),
        Mark::Inserted => ("⟨+", "⟩"),
        Mark::Sign => ("⟨:", "⟩"),
        Mark::Moved => ("⟦", "⟧"),
        Mark::InPlace => ("⟦", "=⟧"),
    }
}

/// Cuts text at white space, or anywhere between characters where there is none, into parts of no more than `widest`.
pub fn chunks(text: &str, widest: usize) -> Vec<String> {
    let mut chunks = vec![String::new()];
    let mut room = widest;
    let mut take = |piece: &str| {
        let width = width(piece);
        if width > room && chunks.last().is_some_and(|last| !last.is_empty()) {
            chunks.push(String::new());
            room = widest;
        }
        if let Some(last) = chunks.last_mut() {
            last.push_str(piece);
        }
        room = room.saturating_sub(width);
    };
    for word in text.split_inclusive(char::is_whitespace) {
        if width(word) > widest {
            word.graphemes(true).for_each(&mut take);
        } else {
            take(word);
        }
    }
    chunks
}

/// Columns on a terminal.
pub fn width(text: &str) -> usize {
    unicode_width::UnicodeWidthStr::width(text)
}
