//! Rules about words that are written with a full stop.

use crate::sentence::abbreviations::{Classes, LONGEST};
use crate::sentence::candidate::Candidate;
use crate::sentence::characters::{Script, script};
use crate::sentence::words::{self, is_all_capitals, is_inner_space, is_roman, only_char};

/// "Mr.": unless it is shouted in a text that does not shout, where it is rather an acronym ("FR."), or a measure as well
/// that a number stands before ("1799 г." is a year, "г. Москва" a town).
pub(super) fn never_ends(candidate: &Candidate) -> bool {
    let classes = candidate.classes();
    let is_acronym = || {
        !classes.has(Classes::CAPITALS)
            && !candidate.word.contains('.')
            && is_all_capitals(candidate.word)
            && !is_all_capitals(candidate.next_word())
    };
    let is_measure = || classes.has(Classes::MEASURE) && candidate.word_before().ends_with(char::is_numeric);
    classes.has(Classes::NEVER) && !is_acronym() && !is_measure()
}

/// "No. 5", "Fig. A".
pub(super) fn numbers_something(candidate: &Candidate) -> bool {
    candidate.classes().has(Classes::NUMBER)
        && (candidate.head.is_numeric()
            || matches!(candidate.head, '#' | '№' | '§')
            || is_roman(candidate.next_word())
            || is_label(candidate))
}

/// Whether a capital that numbers something follows: "A", "B2". One that is a word as well rather starts a sentence where
/// the abbreviation is one too ("no", "art"), unless that has a capital ("App. A") or the sentence goes on ("art. A, B").
fn is_label(candidate: &Candidate) -> bool {
    let label = candidate.next_word();
    let mut chars = label.chars();
    if candidate.head_at > candidate.next || !chars.next().is_some_and(char::is_uppercase) {
        return false;
    }
    if !chars.as_str().is_empty() {
        return chars.all(|c| c.is_ascii_digit());
    }
    let classes = candidate.classes();
    let is_word = || {
        classes.has(Classes::START) || classes.has(Classes::MEASURE) && !candidate.word.starts_with(char::is_uppercase)
    };
    let goes_on = || candidate.text[candidate.head_at + label.len()..].starts_with([',', ';', ':', ')']);
    !candidate.next_classes().has(Classes::START) || !is_word() || goes_on()
}

/// "Inc. Chairman".
pub(super) fn goes_on_unless_a_starter_follows(candidate: &Candidate) -> bool {
    candidate.classes().has(Classes::MAY_END) && !starts(candidate)
}

/// "etc. (see".
pub(super) fn measures_before_no_capital(candidate: &Candidate) -> bool {
    candidate.classes().has(Classes::MEASURE) && !candidate.head.is_uppercase()
}

/// "George W. Bush".
pub(super) fn initial(candidate: &Candidate) -> bool {
    let last = candidate.word.rsplit('-').next().unwrap_or(candidate.word);
    let Some(letter) = only_char(last) else {
        return false;
    };
    if candidate.closed() {
        return false;
    }
    if !letter.is_uppercase() {
        // Scripts without capitals abbreviate titles to a letter; a small letter elsewhere is a unit or a name.
        return matches!(script(letter), Script::Arabic | Script::Devanagari) && letter.is_alphabetic();
    }
    let after_lower = candidate.word_before().starts_with(char::is_lowercase);
    !(starts(candidate) && (after_lower || letter == 'I'))
}

/// "J.K. Rowling", or another acronym of single letters that no list has.
pub(super) fn dotted(candidate: &Candidate) -> bool {
    if !candidate.word.contains('.') {
        return false;
    }
    // Devanagari spells a letter's name: "एन.डब्लू".
    let longest = if candidate.script() == Script::Devanagari { 8 } else { 2 };
    let mut parts = candidate.word.split('.');
    parts.all(|part| !part.is_empty() && part.chars().take(longest + 1).count() <= longest)
        && !candidate.word.contains(|c: char| c.is_numeric() || c == '-')
        && !candidate.classes().is_abbreviation()
        && !is_time(candidate.word)
        && !starts(candidate)
}

/// "v. Chr.": the word and those after it are an entry of a list.
pub(super) fn first_of_several(candidate: &Candidate) -> bool {
    let mut end = candidate.next;
    for _ in 0..3 {
        end += words::starting_at(candidate.text, end).len();
        if !candidate.text[end..].starts_with('.') || end - candidate.word_start() > LONGEST {
            return false;
        }
        let starts = [candidate.word_start(), candidate.stop - candidate.spelled_word().len()];
        if starts.iter().any(|&start| candidate.is_abbreviation(&candidate.text[start..end])) {
            return true;
        }
        end +=
            1 + candidate.text[end + 1..].chars().take_while(|&c| is_inner_space(c)).map(char::len_utf8).sum::<usize>();
    }
    false
}

/// "z. B.", "EE. UU.": a letter, or a doubled one, before another abbreviated so.
pub(super) fn spelled_out(candidate: &Candidate) -> bool {
    let word = candidate.word;
    if word.len() > 4 || !is_letter(word) && !is_doubled_capital(word) {
        return false;
    }
    let next = candidate.next_word();
    (is_letter(word) && is_letter(next) || is_doubled_capital(word) && is_doubled_capital(next))
        && candidate.text[candidate.head_at + next.len()..].starts_with('.')
        && candidate.head_at == candidate.next
}

fn is_letter(word: &str) -> bool {
    only_char(word).is_some_and(char::is_alphabetic)
}

fn is_doubled_capital(word: &str) -> bool {
    matches!(*word.as_bytes(), [first, second] if first == second && first.is_ascii_uppercase())
}

/// "5 p.m. Monday", "At 5 p.m. Smith left."
pub(super) fn time_of_day(candidate: &Candidate) -> bool {
    if !is_time(candidate.word) {
        return false;
    }
    let next = candidate.next_word();
    let names_time =
        candidate.next_classes().has(Classes::MONTH) || (2..=4).contains(&next.len()) && is_all_capitals(next);
    names_time
        || candidate.head.is_numeric()
        || is_leading_time(&candidate.text[candidate.start..candidate.word_start()])
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
fn starts(candidate: &Candidate) -> bool {
    let changes_script = || candidate.script() == Script::Latin && script(candidate.head) == Script::Cyrillic;
    candidate.head.is_uppercase() && (candidate.next_classes().has(Classes::START) || changes_script())
}

/// Whether the word before the marks may be an abbreviation at all.
pub(super) fn is_plain_word(candidate: &Candidate) -> bool {
    !candidate.classes().is_abbreviation()
        && !candidate.word.contains('.')
        && candidate.word.chars().take(2).count() == 2
        && !candidate.word.ends_with(|c: char| c.is_numeric())
}
