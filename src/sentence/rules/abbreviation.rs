//! Rules about words that are written with a full stop.

use crate::sentence::abbreviations::Classes;
use crate::sentence::characters::{Script, script};
use crate::sentence::site::Site;
use crate::sentence::words::{is_all_capitals, is_roman, only_char};

/// "Mr.": unless it is shouted in a text that does not shout, where it is rather an acronym ("FR."), or a measure as well
/// that a number stands before ("1799 г." is a year, "г. Москва" a town).
pub(super) fn never_ends(site: &Site) -> bool {
    let classes = site.classes();
    let is_acronym = || !site.word.contains('.') && is_all_capitals(site.word) && !is_all_capitals(site.next_word());
    let is_measure = || classes.has(Classes::MEASURE) && site.word_before().ends_with(char::is_numeric);
    classes.has(Classes::NEVER) && !is_acronym() && !is_measure()
}

/// "No. 5".
pub(super) fn numbers_something(site: &Site) -> bool {
    site.classes().has(Classes::NUMBER)
        && (site.head.is_numeric() || matches!(site.head, '#' | '№' | '§') || is_roman(site.next_word()))
}

/// "Inc. Chairman".
pub(super) fn goes_on_unless_a_starter_follows(site: &Site) -> bool {
    site.classes().has(Classes::MAY_END) && !starts(site)
}

/// "etc. (see".
pub(super) fn measures_before_no_capital(site: &Site) -> bool {
    site.classes().has(Classes::MEASURE) && !site.head.is_uppercase()
}

/// "George W. Bush".
pub(super) fn initial(site: &Site) -> bool {
    let last = site.word.rsplit('-').next().unwrap_or(site.word);
    let Some(letter) = only_char(last) else {
        return false;
    };
    if site.closed() {
        return false;
    }
    if !letter.is_uppercase() {
        // Scripts without capitals abbreviate titles to a letter; a small letter elsewhere is a unit or a name.
        return matches!(script(letter), Script::Arabic | Script::Devanagari) && letter.is_alphabetic();
    }
    let after_lower = site.word_before().starts_with(char::is_lowercase);
    !(starts(site) && (after_lower || letter == 'I'))
}

/// "J.K. Rowling", or another acronym of single letters that no list has.
pub(super) fn dotted(site: &Site) -> bool {
    if !site.word.contains('.') {
        return false;
    }
    // Devanagari spells a letter's name: "एन.डब्लू".
    let longest = if site.script() == Script::Devanagari { 8 } else { 2 };
    let mut parts = site.word.split('.');
    parts.all(|part| !part.is_empty() && part.chars().take(longest + 1).count() <= longest)
        && !site.word.contains(|c: char| c.is_numeric() || c == '-')
        && !site.classes().is_abbreviation()
        && !is_time(site.word)
        && !starts(site)
}

/// "z. B.", "EE. UU.": a letter, or a doubled one, before another abbreviated so.
pub(super) fn spelled_out(site: &Site) -> bool {
    let word = site.word;
    if word.len() > 4 || !is_letter(word) && !is_doubled_capital(word) {
        return false;
    }
    let next = site.next_word();
    (is_letter(word) && is_letter(next) || is_doubled_capital(word) && is_doubled_capital(next))
        && site.text[site.head_at + next.len()..].starts_with('.')
        && site.head_at == site.next
}

fn is_letter(word: &str) -> bool {
    only_char(word).is_some_and(char::is_alphabetic)
}

fn is_doubled_capital(word: &str) -> bool {
    matches!(*word.as_bytes(), [first, second] if first == second && first.is_ascii_uppercase())
}

/// "5 p.m. Monday", "At 5 p.m. Smith left."
pub(super) fn time_of_day(site: &Site) -> bool {
    if !is_time(site.word) {
        return false;
    }
    let next = site.next_word();
    let names_time = site.next_classes().has(Classes::MONTH) || (2..=4).contains(&next.len()) && is_all_capitals(next);
    names_time || site.head.is_numeric() || is_leading_time(&site.text[site.start..site.word_start()])
}

fn is_time(word: &str) -> bool {
    word.eq_ignore_ascii_case("a.m") || word.eq_ignore_ascii_case("p.m")
}

/// Whether all of a sentence so far says when: "At 5".
fn is_leading_time(so_far: &str) -> bool {
    const BEFORE_TIMES: [&str; 10] = ["at", "by", "around", "about", "until", "from", "since", "after", "before", "on"];
    let mut words = so_far.split_whitespace();
    so_far.len() <= 32
        && words.next().is_some_and(|first| BEFORE_TIMES.iter().any(|word| word.eq_ignore_ascii_case(first)))
        && words.all(|word| word.starts_with(|c: char| c.is_ascii_digit()) || word == "about")
}

/// Whether the next word looks like the start of a sentence rather than a name: a word that often is, or one in other
/// letters than those before.
fn starts(site: &Site) -> bool {
    let changes_script = || site.script() == Script::Latin && script(site.head) == Script::Cyrillic;
    site.head.is_uppercase() && (site.next_classes().has(Classes::START) || changes_script())
}

/// Whether the word before the marks may be an abbreviation at all.
pub(super) fn is_plain_word(site: &Site) -> bool {
    !site.classes().is_abbreviation()
        && !site.word.contains('.')
        && site.word.chars().take(2).count() == 2
        && !site.word.ends_with(|c: char| c.is_numeric())
}
