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

/// "他想了很久……然后他走了": in Chinese a long ellipsis ends a clause of some length, if another of some length begins.
/// It does not in speech, which hesitates, nor after an enumeration.
pub(super) fn clause_after_ellipsis(candidate: &Candidate) -> bool {
    /// How many Chinese characters make a clause.
    const CLAUSE: usize = 3;
    // Words that leave a sentence open, and words that go on with it.
    const OPEN: &str = "的地得个個是在和与與或把被对對跟给給很不没沒";
    const GOES_ON: &str = "的地得了着呢吗嗎吧啊呀等和与與或而";
    let floor = candidate.start.max(floor_char(candidate.text, candidate.stop, REACH));
    let before = &candidate.text[floor..candidate.stop];
    let said = before.chars().rev().take_while(|&c| is_han(c)).count();
    let after = candidate.text[candidate.next..].chars().take(CLAUSE).take_while(|&c| is_han(c)).count();
    let repeats = before[before.len() - before.chars().rev().take(said).map(char::len_utf8).sum::<usize>()..]
        .starts_with(candidate.head);
    candidate.marks_end - candidate.stop >= "……".len()
        && said >= CLAUSE
        && after >= CLAUSE
        && !repeats
        && !candidate.before().is_some_and(|c| OPEN.contains(c))
        && !GOES_ON.contains(candidate.head)
        && !before.contains(['、', '；'])
        && !is_quoted(candidate)
}

/// Whether a quotation closes soon that was not opened after the candidate.
fn is_quoted(candidate: &Candidate) -> bool {
    let end = floor_char(candidate.text, candidate.text.len().min(candidate.end + REACH), 0);
    let after = &candidate.text[candidate.end..end];
    PAIRS.iter().any(|&(open, close)| closes(after, open, close))
}

pub(super) fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9FFF}')
}
