//! Owns `line`: every line that is not blank is a sentence. Must not know what a sentence is.

use super::characters::{Role, char_at, role};
use super::scan;

/// Pushes the end of every line that holds something.
pub(super) fn split(text: &str, ends: &mut Vec<usize>) {
    let mut start = 0;
    let mut at = 0;
    while let Some(found) = scan::next(text.as_bytes(), at) {
        let Some(c) = char_at(text, found) else { break };
        at = found + c.len_utf8();
        if role(c) == Role::LineBreak {
            let end = start + text[start..found].trim_end().len();
            if end > start {
                ends.push(end);
            }
            start = at;
        }
    }
}
