//! stub until merged
#![allow(missing_docs)]
use unicode_segmentation::UnicodeSegmentation;
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method { Auto, Uax29, Line, None }
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Language(u8);
impl Language {
    pub fn from_code(_code: &str) -> Option<Self> { Some(Language(0)) }
    pub fn codes() -> impl Iterator<Item = &'static str> { ["en"].into_iter() }
}
pub fn split(text: &str, method: Method, _l: Option<Language>, ends: &mut Vec<usize>) {
    ends.clear();
    if text.is_empty() { return; }
    let mut at = 0;
    match method {
        Method::None => {}
        Method::Line => for line in text.split_inclusive('\n') { at += line.len(); ends.push(at - (line.len() - line.trim_end().len())); },
        _ => for s in text.split_sentence_bounds() { at += s.len(); ends.push(at - (s.len() - s.trim_end().len())); },
    }
    ends.dedup();
    ends.retain(|&e| !text[..e].trim().is_empty());
    if let Some(l) = ends.last_mut() { *l = text.len() } else { ends.push(text.len()) }
}
