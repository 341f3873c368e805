//! How each thing that noise does is marked: by color, or by brackets and signs where there is no color.
//!
//! Also makes text safe to print: a control character in the corpus is shown, never sent to the terminal.

use anstyle::{AnsiColor, Style};

/// What a stretch of text is marked as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Nothing happened to it.
    Plain,
    /// A heading.
    Heading,
    /// Beside the text: gutter, legend, counts.
    Aside,
    /// Clean text that a mask or a random token stands for.
    Hidden,
    /// Clean text that is gone.
    Deleted,
    /// Chosen, and left as it was.
    Kept,
    /// The mask token.
    Mask,
    /// A random token.
    Random,
    /// A token where nothing was hidden.
    Inserted,
    /// The number of a sentence that stands elsewhere.
    Moved,
    /// The number of a sentence that stands where it stood.
    InPlace,
    /// Where a rotation cut.
    Rotation,
}

/// The sign of a rotation's cut.
pub const ROTATION: &str = "↻";

impl Mark {
    fn style(self) -> Style {
        let color = |color: AnsiColor| color.on_default();
        match self {
            Mark::Plain => Style::new(),
            Mark::Heading => Style::new().bold(),
            Mark::Aside | Mark::InPlace => Style::new().dimmed(),
            Mark::Hidden => color(AnsiColor::Red).underline(),
            Mark::Deleted => color(AnsiColor::Red).strikethrough(),
            Mark::Kept => color(AnsiColor::Blue).underline(),
            Mark::Mask => color(AnsiColor::Green),
            Mark::Random => color(AnsiColor::Yellow).underline(),
            Mark::Inserted => color(AnsiColor::Cyan).bold(),
            Mark::Moved | Mark::Rotation => color(AnsiColor::Magenta).bold(),
        }
    }

    /// What stands around the text where there is no color. These brackets turn round with right-to-left text.
    fn brackets(self) -> (&'static str, &'static str) {
        match self {
            Mark::Plain | Mark::Heading | Mark::Aside | Mark::Moved | Mark::InPlace | Mark::Rotation => ("", ""),
            Mark::Hidden | Mark::Mask => ("⟨", "⟩"),
            Mark::Deleted => ("⟨-", "⟩"),
            Mark::Kept => ("⟨=", "⟩"),
            Mark::Random => ("⟨~", "⟩"),
            Mark::Inserted => ("⟨+", "⟩"),
        }
    }
}

/// How marks are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Marks {
    /// By color.
    pub color: bool,
}

impl Marks {
    /// A text as wide as it will be shown, brackets included where marks are brackets.
    pub fn dress(self, text: &str, mark: Mark) -> String {
        let (open, close) = if self.color || text.is_empty() { ("", "") } else { mark.brackets() };
        format!("{open}{text}{close}")
    }

    /// Appends a dressed text, colored where marks are colors.
    pub fn paint(self, text: &str, mark: Mark, out: &mut String) {
        if self.color && !text.is_empty() && mark != Mark::Plain {
            let style = mark.style();
            out.push_str(&format!("{style}{text}{style:#}"));
        } else {
            out.push_str(text);
        }
    }
}

/// Text that is safe to print: line breaks and tabs as signs, other control characters and those that turn the direction
/// of writing as their numbers.
pub fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' => shown.push('↵'),
            '\t' => shown.push('→'),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => shown.extend(character.escape_unicode()),
            control if control.is_control() => shown.extend(control.escape_unicode()),
            other => shown.push(other),
        }
    }
    shown
}
