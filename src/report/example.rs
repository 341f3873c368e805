//! An example: a text in marked pieces, one row for each side of it.

use std::fmt::Write;

use super::escape::escape;

/// What happened to a piece of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Nothing.
    Plain,
    /// Belongs to the template.
    Template,
    /// A mask token, which hides something.
    Hidden,
    /// Another token than there was.
    Changed,
    /// Chosen by noise and left as it was.
    Kept,
    /// To be restored: what noise hid, changed or took away.
    Gone,
    /// A mask or another token that hides nothing.
    Inserted,
    /// A seam: what follows stood elsewhere.
    Seam,
    /// The number of a sentence, so that it is found again in the other row.
    Number,
}

impl Mark {
    /// The class of its element, and what is said of it aloud and in its tooltip.
    fn class(self) -> Option<(&'static str, &'static str)> {
        match self {
            Mark::Plain => None,
            Mark::Template => Some(("template", "special token")),
            Mark::Hidden => Some(("hidden", "mask")),
            Mark::Changed => Some(("changed", "another token")),
            Mark::Kept => Some(("kept", "chosen, left as it was")),
            Mark::Gone => Some(("gone", "to be restored")),
            Mark::Inserted => Some(("inserted", "put in, hides nothing")),
            Mark::Seam => Some(("seam", "what follows stood elsewhere")),
            Mark::Number => Some(("number", "number of the sentence")),
        }
    }

    /// What stands for it in the legend.
    pub(super) fn sample(self) -> &'static str {
        match self {
            Mark::Seam => "\u{250a}",
            Mark::Number => "2",
            _ => "text",
        }
    }

    /// Those that the legend explains, with their words.
    pub const LEGEND: [(Mark, &'static str); 7] = [
        (Mark::Hidden, "mask token"),
        (Mark::Changed, "another token"),
        (Mark::Kept, "chosen, left as it was"),
        (Mark::Gone, "to be restored"),
        (Mark::Inserted, "put in, hides nothing"),
        (Mark::Seam, "what follows stood elsewhere"),
        (Mark::Number, "number of a sentence"),
    ];
}

/// Some text with one mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The text.
    pub text: String,
    /// What happened to it.
    pub mark: Mark,
}

impl Piece {
    /// A piece.
    pub fn new(text: impl Into<String>, mark: Mark) -> Self {
        Piece { text: text.into(), mark }
    }

    /// As HTML.
    pub(super) fn render(&self, html: &mut String) {
        // White space stands outside the mark, where it is not taken for part of a word.
        let rest = self.text.trim_start_matches(' ');
        let (space, text) = (&self.text[..self.text.len() - rest.len()], escape(rest));
        // Writing to a string cannot fail.
        let _ = match self.mark.class() {
            None => write!(html, "{space}{text}"),
            Some((class, words)) => write!(html, "{space}<span class=\"m {class}\" title=\"{words}\">{text}</span>"),
        };
    }
}

/// One side of an example.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// `input`, `labels`.
    pub name: String,
    /// Its text.
    pub pieces: Vec<Piece>,
}

/// One example.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Example {
    /// `records.jsonl:17`.
    pub place: String,
    /// A few words each: its length, what is wrong with it.
    pub tags: Vec<String>,
    /// Whether it is there because something is wrong with it.
    pub is_faulty: bool,
    /// Its sides.
    pub rows: Vec<Row>,
}

impl Example {
    /// As a row of the table.
    pub(super) fn render(&self, html: &mut String) {
        let class = if self.is_faulty { " class=\"faulty\"" } else { "" };
        let _ = write!(html, "<tr{class}><th scope=\"row\"><span class=\"place\">{}</span>", escape(&self.place));
        for tag in &self.tags {
            let _ = write!(html, "<span class=\"tag\">{}</span>", escape(tag));
        }
        html.push_str("</th><td>");
        for row in &self.rows {
            let _ = write!(html, "<div class=\"side\"><b>{}</b><p dir=\"auto\">", escape(&row.name));
            row.pieces.iter().for_each(|piece| piece.render(html));
            html.push_str("</p></div>");
        }
        html.push_str("</td></tr>\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_escaped_and_marked() {
        let mut html = String::new();
        Piece::new("<mask>", Mark::Hidden).render(&mut html);
        Piece::new(" a & b", Mark::Gone).render(&mut html);
        assert_eq!(
            html,
            "<span class=\"m hidden\" title=\"mask\">&lt;mask&gt;</span> <span class=\"m gone\" title=\"to be restored\">a &amp; b</span>"
        );
    }
}
