//! Rules about Chinese and Japanese, where no space tells a quotation's end from a sentence's.

use crate::sentence::candidate::Candidate;
use crate::sentence::characters::{char_at, floor_char};

/// How far a quotation is followed, in bytes.
const REACH: usize = 240;

/// How far where quotation marks are used as in Europe: what is said in them is cut if it is longer.
const REACH_OF_CURLY_QUOTES: usize = 72;

/// Opening and closing marks.
const PAIRS: [(char, char); 6] = [('「', '」'), ('『', '』'), ('“', '”'), ('《', '》'), ('（', '）'), ('〈', '〉')];

/// "「そうだ。行こう。」": what is quoted stays together if the quotation is short.
pub(super) fn inside_quotes(candidate: &Candidate) -> bool {
    let floor = candidate.start.max(floor_char(candidate.text, candidate.stop, REACH));
    let before = &candidate.text[floor..candidate.end];
    let Some((at, open, close)) = innermost_open(before) else {
        return false;
    };
    let reach = if open == '“' { REACH_OF_CURLY_QUOTES } else { REACH };
    let end = floor_char(candidate.text, candidate.text.len().min(candidate.end + reach), 0);
    before.len() - at <= reach && closes(&candidate.text[candidate.end..end], open, close)
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
pub(super) fn quoted_then_particle(candidate: &Candidate) -> bool {
    candidate.closed()
        && match char_at(candidate.text, candidate.end) {
            Some('と' | 'っ' | 'の' | 'を' | 'に' | 'が' | 'は' | 'も' | 'で' | 'な') => true,
            Some(_) | None => false,
        }
}

/// "３．２９％".
pub(super) fn decimal_point(candidate: &Candidate) -> bool {
    candidate.head.is_numeric() && !candidate.spaced() && candidate.text[candidate.stop..].starts_with('．')
}
