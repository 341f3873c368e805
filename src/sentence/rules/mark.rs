//! Rules about exclamation and question marks, quotations, brackets and omissions.

use crate::sentence::abbreviations::Classes;
use crate::sentence::characters::{Script, floor_char, script};
use crate::sentence::site::Site;

/// "?q=1&x=!y": a mark inside an address, unless a word that starts sentences follows a word: "No way!The".
pub(super) fn before_no_space(site: &Site) -> bool {
    if site.spaced() || site.referenced || matches!(script(site.head), Script::East | Script::Arabic) {
        return false;
    }
    let forgotten = site.head.is_uppercase()
        && site.next_classes().has(Classes::START)
        && site.word.len() >= 3
        && site.word.bytes().all(|b| b.is_ascii_alphabetic());
    (site.head.is_alphanumeric() || site.head_at > site.next) && !forgotten
}

/// "马克?詹姆斯": between Chinese characters a lone "?" is as often a middle dot that an encoding lost.
pub(super) fn lost_middle_dot(site: &Site) -> bool {
    let is_han = |c: char| matches!(c, '\u{3400}'..='\u{9FFF}');
    const ASKING: [char; 6] = ['吗', '呢', '么', '吧', '嗎', '麼'];
    !site.spaced() && site.before().is_some_and(|c| is_han(c) && !ASKING.contains(&c)) && is_han(site.next_char())
}

/// "\"Stop!\" he cried", "(it was late!) and": a small letter after a closer goes on.
pub(super) fn quotation_goes_on(site: &Site) -> bool {
    site.closed() && !site.referenced && site.next_char().is_lowercase()
}

/// "Leave me alone! he yelled."
pub(super) fn somebody_said(site: &Site) -> bool {
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
    let reach = floor_char(site.text, site.text.len().min(site.next + 40), 0);
    let mut words =
        site.text[site.next..reach].split(|c: char| !c.is_ascii_alphabetic()).filter(|word| !word.is_empty());
    site.next_char().is_lowercase()
        && words.next().is_some_and(|who| WHO.contains(&who))
        && words.next().is_some_and(|said| SAID.contains(&said))
}

/// "Oh ! si ce n'était que cela": English ends a sentence before a small letter, in haste; other languages of its script
/// rather go on. A text of no known language is taken for French if a no-break space stands before the mark.
pub(super) fn exclaims_and_goes_on(site: &Site) -> bool {
    let goes_on = match site.language {
        Some(row) => row.script == Script::Latin && row.code != "en",
        None => matches!(site.before(), Some('\u{A0}' | '\u{202F}')),
    };
    goes_on && site.next_char().is_lowercase() && !site.text[site.start..].starts_with(char::is_lowercase)
}

/// "Yahoo! in accounting": names that end in a mark.
pub(super) fn part_of_a_name(site: &Site) -> bool {
    const NAMES: [&str; 5] = ["Yahoo", "Jeopardy", "Yum", "Kahoot", "Joomla"];
    NAMES.contains(&site.word) && !site.head.is_uppercase()
}

/// "(?)", "[...]": marks with nothing before them in their bracket are a remark inside the sentence.
pub(super) fn alone_in_brackets(site: &Site) -> bool {
    site.before().is_some_and(|c| matches!(c, '(' | '[')) && site.closed()
}

/// "„… Váhu. V podstate …,“ reagoval": inside „ “ a quotation that its speaker follows is one sentence with him.
pub(super) fn inside_low_quotes(site: &Site) -> bool {
    const REACH: usize = 600;
    let Some(opened) = site.low_quote.filter(|&at| site.stop - at <= REACH) else { return false };
    if site.closed() || site.text[opened..site.stop].contains(['“', '”']) {
        return false;
    }
    let reach = floor_char(site.text, site.text.len().min(site.next + REACH), 0);
    let after = &site.text[site.next..reach];
    let Some(closing) = after.find(['“', '”', '„']) else {
        return false;
    };
    let outside = after[closing..].trim_start_matches(['“', '”']);
    let speaker_follows = outside.trim_start().starts_with(|c: char| c.is_lowercase() || c == ',');
    let is_open = outside.starts_with(',') || after[..closing].ends_with([',', '!', '?']);
    !outside.starts_with('„') && is_open && speaker_follows
}

/// " . . . ": three full stops that stand apart are an omission; a fourth ends the sentence.
pub(super) fn spaced_ellipsis(site: &Site) -> bool {
    if site.before() != Some(' ') {
        return false;
    }
    let floor = site.start.max(floor_char(site.text, site.stop, 10));
    let before = &site.text[floor..site.stop];
    let dots = before.split(' ').rev().skip(1).take_while(|part| *part == ".").count();
    let next = site.next_word();
    let opens = site.stop - site.start <= 8 && site.text[site.start..site.stop].bytes().all(|b| b == b'.' || b == b' ');
    // "I" has its capital anywhere.
    opens || dots == 2 && (next == "I" || next.starts_with("I'") || next.starts_with("I’"))
}
