//! Owns what stands apart after a terminator and yet belongs to the sentence: "! 😀", "! :-)", ". )", `. [12]`. Must not
//! know whether a sentence ends there.

use super::characters::{char_at, floor_char, is_invisible};
use super::following::{pictographs_end, reference_end};
use super::site::{Site, kind};

/// How far back quotes are counted to tell whether one closes.
const QUOTE_REACH: usize = 1024;

/// The end of the ornament or closer at the site's `next`, if one stands there alone.
pub(super) fn end_at(site: &Site) -> Option<usize> {
    let next = site.next;
    let c = char_at(site.text, next)?;
    let end = match c {
        ')' | ']' | '}' | '”' | '»' => next + c.len_utf8(),
        '"' if closes_a_quotation(site) => next + 1,
        '[' => reference_end(site.text, next)?,
        ':' | ';' | '=' | '8' => emoticon_end(site.text, next)?,
        _ if !c.is_ascii() => pictographs_end(site.text, next)?,
        _ => return None,
    };
    let stands_alone = char_at(site.text, end).is_none_or(|c| c.is_whitespace() || is_invisible(c));
    (stands_alone && site.kind != kind::ELLIPSIS).then_some(end)
}

/// Whether the quotes before leave one open.
fn closes_a_quotation(site: &Site) -> bool {
    let floor = site.start.max(floor_char(site.text, site.stop, QUOTE_REACH));
    memchr::memchr_iter(b'"', &site.text.as_bytes()[floor..site.end]).count() % 2 == 1
}

/// The end of ":)", ";-)", "=D".
fn emoticon_end(text: &str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut end = at + 1;
    if bytes.get(end).is_some_and(|b| b"-'^o".contains(b)) {
        end += 1;
    }
    let mouth = *bytes.get(end)?;
    if !b")(DPp/|]O*".contains(&mouth) {
        return None;
    }
    let run = bytes[end..].iter().take(20).take_while(|&&b| b == mouth).count();
    Some(end + run)
}
