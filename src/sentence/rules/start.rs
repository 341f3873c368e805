//! What proposes a boundary: the base, and rules about how the next sentence starts.

use super::abbreviation::is_plain_word;
use crate::sentence::abbreviations::Classes;
use crate::sentence::characters::{Role, Script, char_at, char_before, floor_char, is_dash, role, script};
use crate::sentence::site::{Site, kind};

/// The base, after UAX #29: a terminator, space, and something that may start a sentence. Small letters go on after a full
/// stop (SB8); commas, dashes and further terminators go on after all of them (SB8a).
pub(super) fn base(site: &Site) -> bool {
    let next = site.next_char();
    if role(next) != Role::Plain || next == '…' || continues(next) {
        return false;
    }
    match site.kind {
        kind::MARK => true,
        // Armenian's and Greek's marks are other marks elsewhere.
        kind::WIDE => site.spaced() || !site.text[site.stop..].starts_with([':', ';']),
        _ => site.spaced() && !site.head.is_lowercase() && may_follow_ellipsis(site),
    }
}

/// "…" before a number or a remark is an omission.
fn may_follow_ellipsis(site: &Site) -> bool {
    let is_remark = matches!(site.next_char(), '(' | '[' | '#') && !site.head.is_uppercase();
    site.kind != kind::ELLIPSIS || !(site.head.is_numeric() || is_remark)
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
pub(super) fn informal_text(site: &Site) -> bool {
    site.spaced()
        && !site.closed()
        && site.next_char().is_lowercase()
        && char_at(site.text, site.start).is_some_and(char::is_lowercase)
        && site.kind == kind::STOP
        && is_plain_word(site)
}

/// "It is late. they know": what no abbreviation is followed by is a start, written in haste.
pub(super) fn small_subject(site: &Site) -> bool {
    // English words that are others elsewhere; a text of no known language may be in any.
    const ELSEWHERE: [&str; 6] = ["i", "he", "we", "its", "what", "there"];
    site.spaced()
        && !site.closed()
        && site.next_char().is_lowercase()
        && site.next_classes().has(Classes::SUBJECT)
        && (site.language.is_some() || !ELSEWHERE.contains(&site.next_word()))
        && site.before().is_some_and(char::is_alphanumeric)
        && (is_plain_word(site) || site.word.bytes().all(|b| b.is_ascii_digit()))
}

/// "\"… ab.\" \"ich bin dagegen\"": a quotation after a quotation is somebody else's, small letter or not.
pub(super) fn next_quotation(site: &Site) -> bool {
    site.spaced()
        && site.text[site.marks_end..site.end].ends_with(['"', '”', '“', '»'])
        && matches!(site.next_char(), '"' | '“' | '„' | '«')
        && site.head.is_alphabetic()
}

/// "Smith. a. here it is": a small letter starts a list.
pub(super) fn lettered_item(site: &Site) -> bool {
    let rest = &site.text[site.next..];
    site.spaced() && (rest.starts_with("a. ") || rest.starts_with("a) ")) && is_plain_word(site)
}

/// "See the map. http://…": an address starts a line of its own more often than it goes on after a full stop.
pub(super) fn address(site: &Site) -> bool {
    let rest = &site.text[site.next..];
    site.spaced()
        && (rest.starts_with("http://") || rest.starts_with("https://") || rest.starts_with("www."))
        && is_plain_word(site)
}

/// "recovery...Out of": an ellipsis that a capitalised word is glued to.
pub(super) fn glued_to_ellipsis(site: &Site) -> bool {
    !site.spaced()
        && site.marks_end - site.stop >= 3
        && site.before().is_some_and(|c| c.is_ascii_alphanumeric())
        && site.head_at == site.next
        && site.head.is_ascii_uppercase()
        && site.text[site.next + 1..].starts_with(|c: char| c.is_ascii_lowercase())
}

/// `rained.[12]The`: a reference closes the sentence before it.
pub(super) fn after_reference(site: &Site) -> bool {
    site.referenced && site.head.is_uppercase()
}

/// "жағдайы.XVIII", "سيأتي.وقال": no web address is written in these letters, so that the space was forgotten.
pub(super) fn glued_outside_latin(site: &Site) -> bool {
    let letters = |c: &char| c.is_alphabetic() && !c.is_uppercase();
    let may_start = match script(site.before().unwrap_or(' ')) {
        Script::Cyrillic | Script::Greek => site.head.is_uppercase(),
        Script::Arabic => site.next_word().chars().take(3).filter(|&c| script(c) == Script::Arabic).count() == 3,
        _ => false,
    };
    !site.spaced()
        && may_start
        && site.head_at == site.next
        && site.word.chars().rev().take_while(letters).take(4).count() == 4
        && is_plain_word(site)
}

/// "raak. ...en toen": an ellipsis that opens the next sentence.
pub(super) fn opening_ellipsis(site: &Site) -> bool {
    let rest = &site.text[site.next..];
    let opened = rest.strip_prefix("...").or_else(|| rest.strip_prefix('…'));
    let attached = opened.is_some_and(|rest| rest.starts_with(char::is_alphabetic));
    let apart = rest.strip_prefix(". . . ").is_some_and(|rest| rest.starts_with(char::is_uppercase));
    site.spaced()
        && (attached || apart)
        && site.before().is_some_and(char::is_alphanumeric)
        && (site.kind != kind::STOP || is_plain_word(site))
}

/// "— Да. — Нет.": a dash and a capital start a turn of a dialogue, or an item. Inside « » they go on with what is said.
pub(super) fn dash_and_capital(site: &Site) -> bool {
    /// How many bytes of dashes, spaces and openers may stand before the capital.
    const LEAD: usize = 12;
    if !is_dash(site.next_char()) || !site.spaced() {
        return false;
    }
    let is_lead = |c: char| is_dash(c) || matches!(c, ' ' | '\u{A0}' | '\u{202F}' | '¿' | '¡' | '«' | '"' | '“');
    let rest = site.text[site.next..].trim_start_matches(is_lead);
    let start = site.text.len() - rest.len();
    let stands_apart = !char_before(site.text, start).is_some_and(is_dash) && start - site.next <= LEAD;
    let floor = site.start.max(floor_char(site.text, site.stop, 300));
    let said = &site.text[floor..site.stop];
    stands_apart
        && rest.starts_with(char::is_uppercase)
        && (site.kind != kind::STOP || is_plain_word(site) || site.word.is_empty())
        && said.rfind('«') <= said.rfind('»')
}
