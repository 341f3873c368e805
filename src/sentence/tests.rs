//! Tests of the splitter as a whole; what is one module's business is tested there.

mod api;
mod fuzz;
mod golden;
mod languages;
mod rules;
mod unicode;

use super::{Language, Method, split};

/// The sentences of a text, each with the white space before it.
fn sentences<'t>(text: &'t str, method: Method, code: &str) -> Vec<&'t str> {
    let mut ends = Vec::new();
    split(text, method, Language::from_code(code), &mut ends);
    let mut start = 0;
    ends.iter()
        .map(|&end| {
            let sentence = &text[start..end];
            start = end;
            sentence
        })
        .collect()
}

/// A text with "|" wherever `auto` cuts it; those it comes with do not count.
fn marked(code: &str, text: &str) -> String {
    sentences(&text.replace('|', ""), Method::Auto, code).join("|")
}

/// A text with "|" at every end but the text's own.
fn mark(text: &str, ends: &[usize]) -> String {
    let mut marked = text.to_owned();
    for &end in ends.iter().rev().filter(|&&end| end < text.len()) {
        marked.insert(end, '|');
    }
    marked
}
