//! A view as one self-contained HTML page: notices, numbers, charts, examples with a filter.
//!
//! Owns how it looks and reads, in light and dark, on a phone, on paper and aloud. No network, no other file.

mod escape;
mod strip;
mod svg;

use std::fmt::Write;

use super::{ExampleView, Fact, Group, Level, Mark, MarkedPiece, Notice, View, legend};
use escape::escape;

const STYLE: &str = include_str!("html/page.css");
const SCRIPT: &str = include_str!("html/page.js");
/// Whatever a text says, a browser loads nothing.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/// The whole file.
pub fn page(view: &View) -> String {
    let mut html = String::with_capacity(64 << 10);
    let (title, lead) = (escape(&view.title), escape(&view.lead));
    // Writing to a string cannot fail, here and below.
    let _ = write!(
        html,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n\
         <body>\n<header><h1>{title}</h1><p>{lead}</p></header>\n<main>\n"
    );
    notices(&view.notices, &mut html);
    section("Numbers", "facts", &view.groups, &mut html, |_, each, html| group(each, html));
    section("Charts", "charts", &view.distributions, &mut html, svg::figure);
    examples(&view.examples, &mut html);
    if !view.settings.facts.is_empty() {
        html.push_str("<section class=\"settings\">\n");
        group(&view.settings, &mut html);
        html.push_str("</section>\n");
    }
    let _ = write!(html, "</main>\n<footer><p>{}</p></footer>\n", escape(&view.foot));
    if !view.examples.is_empty() {
        let _ = write!(html, "<script>\n{SCRIPT}</script>\n");
    }
    html.push_str("</body>\n</html>\n");
    html
}

fn section<T>(name: &str, class: &str, parts: &[T], html: &mut String, render: impl Fn(usize, &T, &mut String)) {
    if parts.is_empty() {
        return;
    }
    let _ = writeln!(html, "<section aria-label=\"{name}\" class=\"{class}\">");
    parts.iter().enumerate().for_each(|(at, part)| render(at, part, html));
    html.push_str("</section>\n");
}

fn group(group: &Group, html: &mut String) {
    let _ = write!(html, "<div class=\"group\"><h2>{}</h2>", escape(&group.title));
    let (targeted, plain): (Vec<&Fact>, Vec<&Fact>) = group.facts.iter().partition(|fact| fact.target.is_some());
    if !targeted.is_empty() {
        html.push_str(
            "<table class=\"targets\"><thead><tr><th></th><th scope=\"col\">drawn</th><th scope=\"col\">target</th>\
             <th></th></tr></thead><tbody>",
        );
        for (fact, target) in targeted.iter().filter_map(|fact| Some((fact, fact.target.as_ref()?))) {
            let (name, value, note) = (escape(&fact.name), escape(&fact.value), escape(&fact.note));
            let (asked, verdict) = (escape(&target.value), target.verdict);
            let class = if target.is_met { "on" } else { "off" };
            let _ = write!(
                html,
                "<tr><th scope=\"row\">{name}</th><td title=\"{note}\">{value}</td><td>{asked}</td>\
                 <td class=\"{class}\">{verdict}</td></tr>"
            );
        }
        html.push_str("</tbody></table>");
    }
    if !plain.is_empty() {
        html.push_str("<dl>");
        for fact in plain {
            let (name, value, note) = (escape(&fact.name), escape(&fact.value), escape(&fact.note));
            let note = if note.is_empty() { String::new() } else { format!(" <small>{note}</small>") };
            let _ = write!(html, "<div><dt>{name}</dt><dd>{value}{note}</dd></div>");
        }
        html.push_str("</dl>");
    }
    html.push_str("</div>\n");
}

fn notices(notices: &[Notice], html: &mut String) {
    if notices.is_empty() {
        return;
    }
    html.push_str("<ul class=\"notices\">\n");
    for notice in notices {
        let class = match notice.level {
            Level::Good => "good",
            Level::Note => "note",
            Level::Bad => "bad",
        };
        let (word, text, note) = (notice.level.word(), escape(&notice.text), escape(&notice.note));
        let _ = write!(html, "<li class=\"{class}\"><b>{word}</b> <span>{text} <small>{note}</small></span></li>");
    }
    html.push_str("</ul>\n");
}

fn examples(examples: &[ExampleView], html: &mut String) {
    if examples.is_empty() {
        return;
    }
    let all = examples.len();
    html.push_str("<section class=\"examples\"><h2 id=\"examples\">Examples</h2>\n<p class=\"legend\">");
    let mut marks: Vec<Mark> = examples.iter().flat_map(|example| example.text.marks()).collect();
    marks.sort_unstable();
    for (sample, words) in legend(marks, "mask") {
        html.push_str("<span>");
        piece(&sample, html);
        let _ = write!(html, " {words}</span> ");
    }
    if examples.iter().any(|example| example.strip.is_some()) {
        html.push_str("<span>bars: tokens of both sides, in these colors</span>");
    }
    let _ = write!(
        html,
        "</p>\n<form id=\"filter\" role=\"search\" hidden><label for=\"needle\">Show only examples with</label> \
         <input id=\"needle\" type=\"search\" autocomplete=\"off\" spellcheck=\"false\"> \
         <output for=\"needle\" aria-live=\"polite\">{all} of {all}</output></form>\n\
         <table id=\"rows\" aria-labelledby=\"examples\"><thead class=\"aloud\"><tr><th scope=\"col\">Record</th>\
         <th scope=\"col\">Text</th></tr></thead><tbody>\n"
    );
    examples.iter().for_each(|each| example(each, html));
    html.push_str("</tbody></table></section>\n");
}

/// As a row of the table.
fn example(example: &ExampleView, html: &mut String) {
    let class = if example.is_faulty { " class=\"faulty\"" } else { "" };
    let _ = write!(
        html,
        "<tr{class}><th scope=\"row\"><span class=\"place\" title=\"{}\">{}</span>",
        escape(&example.place),
        // A narrow column is broken before the line's number.
        escape(base_name(&example.place)).replace(':', "<wbr>:")
    );
    for tag in example.heading.iter().chain(&example.remarks) {
        let _ = write!(html, "<span class=\"tag\">{}</span>", escape(tag));
    }
    html.push_str("</th><td>");
    for (which, name) in example.sides.iter().enumerate() {
        let _ = write!(html, "<div class=\"side\"><b>{}</b><p dir=\"auto\">", escape(name));
        example.text.side(which).into_iter().for_each(|each| piece(each, html));
        html.push_str("</p></div>");
    }
    if let Some(of) = &example.strip {
        strip::strip(of, html);
    }
    html.push_str("</td></tr>\n");
}

/// A place without the folders, which would take more room than the text.
fn base_name(place: &str) -> &str {
    place.rsplit('/').next().unwrap_or(place)
}

fn piece(piece: &MarkedPiece, html: &mut String) {
    let text = escape(&piece.text);
    let _ = match piece.mark {
        Mark::Plain => write!(html, "{text}"),
        mark => write!(html, "<span class=\"m {}\" title=\"{}\">{text}</span>", mark.name(), mark.words()),
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::{Axis, Distribution};
    use crate::view::MarkedText;

    #[test]
    fn pieces_are_escaped_and_marked() {
        let mut html = String::new();
        piece(&MarkedPiece::new("<mask>", Mark::Masked), &mut html);
        piece(&MarkedPiece::new("a & b", Mark::Hidden), &mut html);
        let masked = "<span class=\"m mask\" title=\"stands for it\">&lt;mask&gt;</span>";
        assert_eq!(html, format!("{masked}<span class=\"m hidden\" title=\"hidden\">a &amp; b</span>"));
    }

    #[test]
    fn whatever_a_page_says_is_escaped() {
        let evil = "</title><script>alert(1)</script>";
        let group = || Group { title: evil.into(), facts: vec![Fact::new(evil, evil).note(evil)] };
        let view = View {
            title: evil.into(),
            lead: evil.into(),
            notices: vec![Notice { level: Level::Bad, text: evil.into(), note: evil.into() }],
            groups: vec![group()],
            distributions: vec![Distribution {
                title: evil.into(),
                about: evil.into(),
                axis: Axis::Values(evil.into()),
                drawn: Default::default(),
                law: evil.into(),
                expected: vec![1.0],
            }],
            examples: vec![ExampleView {
                place: evil.into(),
                heading: vec![evil.into()],
                sides: ["before", "after"],
                text: MarkedText::Aligned(vec![[
                    MarkedPiece::new(evil, Mark::Hidden),
                    MarkedPiece::new(evil, Mark::Plain),
                ]]),
                strip: None,
                remarks: vec![evil.into()],
                is_faulty: true,
            }],
            settings: group(),
            foot: evil.into(),
        };
        let html = page(&view);
        assert_eq!(html.matches("<script>").count(), 1);
        assert!(!html.contains("alert(1)</script>"));
    }

    #[test]
    fn nothing_is_loaded_from_anywhere() {
        let html = page(&View::default());
        for part in ["http://", "https://", "src=", "@import", "url("] {
            assert!(!html.contains(part), "{part}");
        }
        assert!(html.contains("default-src 'none'"));
    }
}
