//! The page: numbers first, then charts, then examples with a filter.

use std::fmt::Write;

use super::chart::Chart;
use super::escape::escape;
use super::example::{Example, Mark, Piece};

/// A report.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// Its heading.
    pub title: String,
    /// One line under it: what was looked at.
    pub lead: String,
    /// What should be read before anything else.
    pub notices: Vec<Notice>,
    /// Numbers.
    pub facts: Vec<Group>,
    /// Pictures.
    pub charts: Vec<Chart>,
    /// Texts.
    pub examples: Vec<Example>,
    /// What it was made with, after everything else.
    pub settings: Group,
    /// Last line: what made it.
    pub foot: String,
}

/// Numbers that belong together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// Over them.
    pub title: String,
    /// The numbers.
    pub facts: Vec<Fact>,
}

impl Group {
    fn render(&self, html: &mut String) {
        let _ = write!(html, "<div class=\"group\"><h2>{}</h2><dl>", escape(&self.title));
        for fact in &self.facts {
            let (name, value, note) = (escape(&fact.name), escape(&fact.value), escape(&fact.note));
            let note = if note.is_empty() { String::new() } else { format!(" <small>{note}</small>") };
            let _ = write!(html, "<div><dt>{name}</dt><dd>{value}{note}</dd></div>");
        }
        html.push_str("</dl></div>\n");
    }
}

/// A number and its name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fact {
    /// What it is.
    pub name: String,
    /// As it is shown.
    pub value: String,
    /// Smaller, behind it.
    pub note: String,
}

impl Fact {
    /// A fact without a note.
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Fact { name: name.into(), value: value.into(), note: String::new() }
    }

    /// With one.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }
}

/// How much a notice matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// All is well.
    Good,
    /// Worth a look.
    Note,
    /// Something is broken.
    Bad,
}

/// A line that stands out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// How much it matters.
    pub level: Level,
    /// What it says.
    pub text: String,
    /// Smaller, behind it: places, details.
    pub note: String,
}

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");
/// Whatever a text says, a browser loads nothing.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

impl Page {
    /// The whole file.
    pub fn render(&self) -> String {
        let mut html = String::with_capacity(64 << 10);
        let (title, lead) = (escape(&self.title), escape(&self.lead));
        // Writing to a string cannot fail.
        let _ = write!(
            html,
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n\
             <body>\n<header><h1>{title}</h1><p>{lead}</p></header>\n<main>\n"
        );
        self.notices(&mut html);
        self.facts(&mut html);
        self.charts(&mut html);
        self.examples(&mut html);
        if !self.settings.facts.is_empty() {
            html.push_str("<section class=\"settings\">\n");
            self.settings.render(&mut html);
            html.push_str("</section>\n");
        }
        let _ = write!(html, "</main>\n<footer><p>{}</p></footer>\n", escape(&self.foot));
        if !self.examples.is_empty() {
            let _ = write!(html, "<script>\n{SCRIPT}</script>\n");
        }
        html.push_str("</body>\n</html>\n");
        html
    }

    fn notices(&self, html: &mut String) {
        if self.notices.is_empty() {
            return;
        }
        html.push_str("<ul class=\"notices\">\n");
        for notice in &self.notices {
            let (class, word) = match notice.level {
                Level::Good => ("good", "Sound"),
                Level::Note => ("note", "Note"),
                Level::Bad => ("bad", "Broken"),
            };
            let (text, note) = (escape(&notice.text), escape(&notice.note));
            let _ = write!(html, "<li class=\"{class}\"><b>{word}</b> <span>{text} <small>{note}</small></span></li>");
        }
        html.push_str("</ul>\n");
    }

    fn facts(&self, html: &mut String) {
        if self.facts.is_empty() {
            return;
        }
        html.push_str("<section aria-label=\"Numbers\" class=\"facts\">\n");
        self.facts.iter().for_each(|group| group.render(html));
        html.push_str("</section>\n");
    }

    fn charts(&self, html: &mut String) {
        if self.charts.is_empty() {
            return;
        }
        html.push_str("<section aria-label=\"Charts\" class=\"charts\">\n");
        self.charts.iter().enumerate().for_each(|(id, chart)| chart.render(id, html));
        html.push_str("</section>\n");
    }

    fn examples(&self, html: &mut String) {
        if self.examples.is_empty() {
            return;
        }
        let all = self.examples.len();
        html.push_str("<section class=\"examples\"><h2 id=\"examples\">Examples</h2>\n<p class=\"legend\">");
        for (mark, words) in Mark::LEGEND {
            let occurs = self
                .examples
                .iter()
                .flat_map(|example| &example.rows)
                .flat_map(|row| &row.pieces)
                .any(|piece| piece.mark == mark);
            if occurs {
                let sample = Piece::new(mark.sample(), mark);
                html.push_str("<span>");
                sample.render(html);
                let _ = write!(html, " {words}</span> ");
            }
        }
        let _ = write!(
            html,
            "</p>\n<form id=\"filter\" role=\"search\" hidden><label for=\"needle\">Show only examples with</label> \
             <input id=\"needle\" type=\"search\" autocomplete=\"off\" spellcheck=\"false\"> \
             <output for=\"needle\" aria-live=\"polite\">{all} of {all}</output></form>\n\
             <table id=\"rows\" aria-labelledby=\"examples\"><thead class=\"aloud\"><tr><th scope=\"col\">Record</th>\
             <th scope=\"col\">Text</th></tr></thead><tbody>\n"
        );
        self.examples.iter().for_each(|example| example.render(html));
        html.push_str("</tbody></table></section>\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_a_page_says_is_escaped() {
        let evil = "</title><script>alert(1)</script>";
        let row = super::super::Row { name: evil.into(), pieces: vec![Piece::new(evil, Mark::Gone)] };
        let page = Page {
            title: evil.into(),
            lead: evil.into(),
            notices: vec![Notice { level: Level::Bad, text: evil.into(), note: evil.into() }],
            facts: vec![Group { title: evil.into(), facts: vec![Fact::new(evil, evil).note(evil)] }],
            charts: vec![Chart::histogram(evil, evil, evil, std::iter::once((1, 1)))],
            examples: vec![Example { place: evil.into(), tags: vec![evil.into()], is_faulty: true, rows: vec![row] }],
            settings: Group { title: evil.into(), facts: vec![Fact::new(evil, evil)] },
            foot: evil.into(),
        };
        let html = page.render();
        assert_eq!(html.matches("<script>").count(), 1);
        assert!(!html.contains("alert(1)</script>"));
    }

    #[test]
    fn nothing_is_loaded_from_anywhere() {
        let html = Page::default().render();
        for part in ["http://", "https://", "src=", "@import", "url("] {
            assert!(!html.contains(part), "{part}");
        }
        assert!(html.contains("default-src 'none'"));
    }
}
