//! Rules about Chinese and Japanese, where no space tells a quotation's end from a sentence's.

use crate::sentence::characters::{char_at, floor_char};
use crate::sentence::site::Site;

/// How far a quotation is followed, in bytes.
const REACH: usize = 240;

/// How far where quotation marks are used as in Europe: what is said in them is cut if it is longer.
const REACH_OF_CURLY_QUOTES: usize = 72;

/// Opening and closing marks.
const PAIRS: [(char, char); 6] = [('「', '」'), ('『', '』'), ('“', '”'), ('《', '》'), ('（', '）'), ('〈', '〉')];

/// "「そうだ。行こう。」": what is quoted stays together if the quotation is short.
pub(super) fn inside_quotes(site: &Site) -> bool {
    let floor = site.start.max(floor_char(site.text, site.stop, REACH));
    let before = &site.text[floor..site.end];
    let Some((at, open, close)) = innermost_open(before) else {
        return false;
    };
    let reach = if open == '“' { REACH_OF_CURLY_QUOTES } else { REACH };
    let end = floor_char(site.text, site.text.len().min(site.end + reach), 0);
    before.len() - at <= reach && closes(&site.text[site.end..end], open, close)
}

/// The last opening mark that was not closed in a text, where it stands and what closes it.
fn innermost_open(text: &str) -> Option<(usize, char, char)> {
    let mut closed = [0u32; PAIRS.len()];
    for (at, c) in text.char_indices().rev().filter(|&(_, c)| c as u32 > 0x2000) {
        for (index, &(open, close)) in PAIRS.iter().enumerate() {
            if c == close {
                closed[index] += 1;
            } else if c == open {
                if closed[index] == 0 {
                    return Some((at, open, close));
                }
                closed[index] -= 1;
            }
        }
    }
    None
}

/// Whether a quotation opened before a text is closed in it.
fn closes(text: &str, open: char, close: char) -> bool {
    let mut depth = 0;
    for c in text.chars().filter(|&c| c as u32 > 0x2000) {
        if c == open {
            depth += 1;
        } else if c == close {
            if depth == 0 {
                return true;
            }
            depth -= 1;
        }
    }
    false
}

/// "「行かない。」と言った": a particle after a quotation goes on.
pub(super) fn quoted_then_particle(site: &Site) -> bool {
    site.closed()
        && match char_at(site.text, site.end) {
            Some('と' | 'っ' | 'の' | 'を' | 'に' | 'が' | 'は' | 'も' | 'で' | 'な') => true,
            Some(_) | None => false,
        }
}

/// "３．２９％".
pub(super) fn decimal_point(site: &Site) -> bool {
    site.head.is_numeric() && !site.spaced() && site.text[site.stop..].starts_with('．')
}
