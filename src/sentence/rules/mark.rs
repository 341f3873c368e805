//! Rules about exclamation and question marks, quotations, brackets and omissions.

use super::east::is_han;
use crate::sentence::abbreviations::Classes;
use crate::sentence::candidate::Candidate;
use crate::sentence::characters::{Script, floor_char, script};

/// "?q=1&x=!y": a mark inside an address, unless a word that starts sentences follows a word: "No way!The".
pub(super) fn before_no_space(candidate: &Candidate) -> bool {
    if candidate.spaced() || candidate.referenced || matches!(script(candidate.head), Script::East | Script::Arabic) {
        return false;
    }
    let forgotten = candidate.head.is_uppercase()
        && candidate.next_classes().has(Classes::START)
        && candidate.word.len() >= 3
        && candidate.word.bytes().all(|b| b.is_ascii_alphabetic());
    (candidate.head.is_alphanumeric() || candidate.head_at > candidate.next) && !forgotten
}

/// "马克?詹姆斯": between Chinese characters a lone "?" is as often a middle dot that an encoding lost.
pub(super) fn lost_middle_dot(candidate: &Candidate) -> bool {
    const ASKING: [char; 6] = ['吗', '呢', '么', '吧', '嗎', '麼'];
    !candidate.spaced()
        && candidate.before().is_some_and(|c| is_han(c) && !ASKING.contains(&c))
        && is_han(candidate.next_char())
}

/// "\"Stop!\" he cried", "(it was late!) and": a small letter after a closer goes on.
pub(super) fn quotation_goes_on(candidate: &Candidate) -> bool {
    candidate.closed() && !candidate.referenced && candidate.next_char().is_lowercase()
}

/// "Leave me alone! he yelled."
pub(super) fn somebody_said(candidate: &Candidate) -> bool {
    const WHO: [&str; 5] = ["he", "she", "they", "i", "we"];
    const SAID: [&str; 14] = [
        "said",
        "asked",
        "cried",
        "yelled",
        "shouted",
        "replied",
        "answered",
        "whispered",
        "exclaimed",
        "says",
        "asks",
        "muttered",
        "wondered",
        "thought",
    ];
    let reach = floor_char(candidate.text, candidate.text.len().min(candidate.next + 40), 0);
    let mut words =
        candidate.text[candidate.next..reach].split(|c: char| !c.is_ascii_alphabetic()).filter(|word| !word.is_empty());
    candidate.next_char().is_lowercase()
        && words.next().is_some_and(|who| WHO.contains(&who))
        && words.next().is_some_and(|said| SAID.contains(&said))
}

/// "Oh ! si ce n'était que cela": English ends a sentence before a small letter, in haste; other languages of its script
/// rather go on. A text of no known language is taken for French if a no-break space stands before the mark.
pub(super) fn exclaims_and_goes_on(candidate: &Candidate) -> bool {
    let goes_on = match candidate.language() {
        Some(row) => row.script == Script::Latin && row.code != "en",
        None => matches!(candidate.before(), Some('\u{A0}' | '\u{202F}')),
    };
    goes_on
        && candidate.next_char().is_lowercase()
        && !candidate.text[candidate.start..].starts_with(char::is_lowercase)
}

/// "Yahoo! in accounting": names that end in a mark.
pub(super) fn part_of_a_name(candidate: &Candidate) -> bool {
    const NAMES: [&str; 5] = ["Yahoo", "Jeopardy", "Yum", "Kahoot", "Joomla"];
    NAMES.contains(&candidate.word) && !candidate.head.is_uppercase()
}

/// "(?)", "[...]": marks with nothing before them in their bracket are a remark inside the sentence.
pub(super) fn alone_in_brackets(candidate: &Candidate) -> bool {
    candidate.before().is_some_and(|c| matches!(c, '(' | '[')) && candidate.closed()
}

/// "„… Váhu. V podstate …,“ reagoval": in Slovak a quotation in „ “ that its speaker follows is one sentence with him.
pub(super) fn inside_low_quotes(candidate: &Candidate) -> bool {
    const REACH: usize = 600;
    let Some(opened) = candidate.low_quote.filter(|&at| candidate.stop - at <= REACH) else { return false };
    if !candidate.language().is_some_and(|row| row.code == "sk") {
        return false;
    }
    if candidate.closed() || candidate.text[opened..candidate.stop].contains(['“', '”']) {
        return false;
    }
    let reach = floor_char(candidate.text, candidate.text.len().min(candidate.next + REACH), 0);
    let after = &candidate.text[candidate.next..reach];
    let Some(closing) = after.find(['“', '”', '„']) else {
        return false;
    };
    let outside = after[closing..].trim_start_matches(['“', '”']);
    let speaker_follows = outside.trim_start().starts_with(|c: char| c.is_lowercase() || c == ',');
    let is_open = outside.starts_with(',') || after[..closing].ends_with([',', '!', '?']);
    !outside.starts_with('„') && is_open && speaker_follows
}

/// " . . . ": three full stops that stand apart are an omission; a fourth ends the sentence.
pub(super) fn spaced_ellipsis(candidate: &Candidate) -> bool {
    if candidate.before() != Some(' ') {
        return false;
    }
    let floor = candidate.start.max(floor_char(candidate.text, candidate.stop, 10));
    let before = &candidate.text[floor..candidate.stop];
    let dots = before.split(' ').rev().skip(1).take_while(|part| *part == ".").count();
    let next = candidate.next_word();
    let opens = candidate.stop - candidate.start <= 8
        && candidate.text[candidate.start..candidate.stop].bytes().all(|b| b == b'.' || b == b' ');
    // "I" has its capital anywhere.
    opens || dots == 2 && (next == "I" || next.starts_with("I'") || next.starts_with("I’"))
}
