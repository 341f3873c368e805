//! What proposes a boundary: the base, and rules about how the next sentence starts.

use super::abbreviation::is_plain_word;
use crate::sentence::abbreviations::Classes;
use crate::sentence::candidate::{Candidate, kind};
use crate::sentence::characters::{Role, Script, char_at, char_before, floor_char, is_dash, role, script};

/// The base, after UAX #29: a terminator, space, and something that may start a sentence. Small letters go on after a full
/// stop (SB8); commas, dashes and further terminators go on after all of them (SB8a).
pub(super) fn base(candidate: &Candidate) -> bool {
    let next = candidate.next_char();
    if role(next) != Role::Plain || next == '…' || continues(next) {
        return false;
    }
    match candidate.kind {
        kind::MARK => true,
        // Armenian's and Greek's marks are other marks elsewhere.
        kind::WIDE => candidate.spaced() || !candidate.text[candidate.stop..].starts_with([':', ';']),
        _ => candidate.spaced() && !candidate.head.is_lowercase() && may_follow_ellipsis(candidate),
    }
}

/// "…" before a number or a remark is an omission.
fn may_follow_ellipsis(candidate: &Candidate) -> bool {
    let is_remark = matches!(candidate.next_char(), '(' | '[' | '#') && !candidate.head.is_uppercase();
    candidate.kind != kind::ELLIPSIS || !(candidate.head.is_numeric() || is_remark)
}

/// Characters that go on with a sentence (Unicode's SContinue, and closing punctuation that stands apart).
fn continues(c: char) -> bool {
    matches!(
        c,
        ',' | '-'
            | ':'
            | ';'
            | '–'
            | '—'
            | '、'
            | '，'
            | '：'
            | '；'
            | '،'
            | '؛'
            | '՝'
            | ')'
            | ']'
            | '}'
            | '/'
            | '&'
            | '№'
    )
}

/// "i went home. it was late": where a sentence began in lower case, the next one may too.
pub(super) fn informal_text(candidate: &Candidate) -> bool {
    candidate.spaced()
        && !candidate.closed()
        && candidate.next_char().is_lowercase()
        && char_at(candidate.text, candidate.start).is_some_and(char::is_lowercase)
        && candidate.kind == kind::STOP
        && is_plain_word(candidate)
}

/// "It is late. they know": what no abbreviation is followed by is a start, written in haste.
pub(super) fn small_subject(candidate: &Candidate) -> bool {
    // English words that are others elsewhere; a text of no known language may be in any.
    const ELSEWHERE: [&str; 6] = ["i", "he", "we", "its", "what", "there"];
    candidate.spaced()
        && !candidate.closed()
        && candidate.next_char().is_lowercase()
        && candidate.next_classes().has(Classes::SUBJECT)
        && (candidate.language().is_some() || !ELSEWHERE.contains(&candidate.next_word()))
        && candidate.before().is_some_and(char::is_alphanumeric)
        && (is_plain_word(candidate) || candidate.word.bytes().all(|b| b.is_ascii_digit()))
}

/// "\"… ab.\" \"ich bin dagegen\"": a quotation after a quotation is somebody else's, small letter or not.
pub(super) fn next_quotation(candidate: &Candidate) -> bool {
    candidate.spaced()
        && candidate.text[candidate.marks_end..candidate.end].ends_with(['"', '”', '“', '»'])
        && matches!(candidate.next_char(), '"' | '“' | '„' | '«')
        && candidate.head.is_alphabetic()
}

/// "Smith. a. here it is": a small letter starts a list.
pub(super) fn lettered_item(candidate: &Candidate) -> bool {
    let rest = &candidate.text[candidate.next..];
    candidate.spaced() && (rest.starts_with("a. ") || rest.starts_with("a) ")) && is_plain_word(candidate)
}

/// "See the map. http://…": an address starts a line of its own more often than it goes on after a full stop.
pub(super) fn address(candidate: &Candidate) -> bool {
    let rest = &candidate.text[candidate.next..];
    candidate.spaced()
        && (rest.starts_with("http://") || rest.starts_with("https://") || rest.starts_with("www."))
        && is_plain_word(candidate)
}

/// "recovery...Out of": an ellipsis that a capitalized word is glued to.
pub(super) fn glued_to_ellipsis(candidate: &Candidate) -> bool {
    !candidate.spaced()
        && candidate.marks_end - candidate.stop >= 3
        && candidate.before().is_some_and(|c| c.is_ascii_alphanumeric())
        && candidate.head_at == candidate.next
        && candidate.head.is_ascii_uppercase()
        && candidate.text[candidate.next + 1..].starts_with(|c: char| c.is_ascii_lowercase())
}

/// `rained.[12]The`: a reference closes the sentence before it.
pub(super) fn after_reference(candidate: &Candidate) -> bool {
    candidate.referenced && candidate.head.is_alphabetic() && !candidate.head.is_lowercase()
}

/// "жағдайы.XVIII", "سيأتي.وقال": no web address is written in these letters, so that the space was forgotten.
pub(super) fn glued_outside_latin(candidate: &Candidate) -> bool {
    let letters = |c: &char| c.is_alphabetic() && !c.is_uppercase();
    let may_start = match script(candidate.before().unwrap_or(' ')) {
        Script::Cyrillic | Script::Greek => candidate.head.is_uppercase(),
        Script::Arabic => candidate.next_word().chars().take(3).filter(|&c| script(c) == Script::Arabic).count() == 3,
        _ => false,
    };
    !candidate.spaced()
        && may_start
        && candidate.head_at == candidate.next
        && candidate.word.chars().rev().take_while(letters).take(4).count() == 4
        && is_plain_word(candidate)
}

/// "raak. ...en toen": an ellipsis that opens the next sentence.
pub(super) fn opening_ellipsis(candidate: &Candidate) -> bool {
    let rest = &candidate.text[candidate.next..];
    let opened = rest.strip_prefix("...").or_else(|| rest.strip_prefix('…'));
    let attached = opened.is_some_and(|rest| rest.starts_with(char::is_alphabetic));
    let apart = rest.strip_prefix(". . . ").is_some_and(|rest| rest.starts_with(char::is_uppercase));
    candidate.spaced()
        && (attached || apart)
        && candidate.before().is_some_and(char::is_alphanumeric)
        && (candidate.kind != kind::STOP || is_plain_word(candidate))
}

/// "— Да. — Нет.": a dash and a capital start a turn of a dialogue, or an item. Inside « » they go on with what is said.
pub(super) fn dash_and_capital(candidate: &Candidate) -> bool {
    /// How many bytes of dashes, spaces and openers may stand before the capital.
    const LEAD: usize = 12;
    if !is_dash(candidate.next_char()) || !candidate.spaced() {
        return false;
    }
    let is_lead = |c: char| is_dash(c) || matches!(c, ' ' | '\u{A0}' | '\u{202F}' | '¿' | '¡' | '«' | '"' | '“');
    let rest = candidate.text[candidate.next..].trim_start_matches(is_lead);
    let start = candidate.text.len() - rest.len();
    let stands_apart = !char_before(candidate.text, start).is_some_and(is_dash) && start - candidate.next <= LEAD;
    let floor = candidate.start.max(floor_char(candidate.text, candidate.stop, 300));
    let said = &candidate.text[floor..candidate.stop];
    stands_apart
        && rest.starts_with(char::is_uppercase)
        && (candidate.kind != kind::STOP || is_plain_word(candidate) || candidate.word.is_empty())
        && said.rfind('«') <= said.rfind('»')
}
