//! Owns which languages a text may be in, and so which lists count for it: those of the language that was named, or of
//! the languages that its first words look like. Nothing is read before a decision depends on it. Must not know what an
//! abbreviation does to a boundary.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::sync::LazyLock;

use super::abbreviations::{Bits, Classes, Entry, LANGUAGES, Lists, SHARED, UNMISTAKABLE, entry};
use super::characters::{Script, floor_char};
use super::language::{Language, ROWS, Row};

/// How much of a text is read at most, in bytes.
const REACH: usize = 4096;

/// After so many words it is asked whether one language leads by `LEAD`.
const ROUND: usize = 16;
const LEAD: u32 = 60;

/// Points for a word by the number of languages that have it, beginning with one.
const WORD: [u32; 7] = [12, 7, 5, 4, 3, 2, 1];
/// Points for a word with a full stop after it by the number of languages that abbreviate it so.
const ABBREVIATION: [u32; 4] = [6, 3, 2, 1];
/// Points for a letter outside ASCII by the number of alphabets that have it.
const LETTER: [u32; 5] = [8, 5, 3, 2, 1];
/// What English has in advance: a text that tells nothing is taken for it.
const ENGLISH_AHEAD: u32 = 2;
/// With fewer points nobody can say.
const FEW: u32 = 7;

const SCRIPTS: [Script; 8] = [
    Script::Latin,
    Script::Greek,
    Script::Cyrillic,
    Script::Armenian,
    Script::Arabic,
    Script::Devanagari,
    Script::East,
    Script::Other,
];

/// The languages that each letter outside ASCII belongs to, as the lists' `letters` say.
static LETTERS: LazyLock<HashMap<char, Bits>> = LazyLock::new(|| {
    let mut letters = HashMap::new();
    for (index, row) in ROWS.iter().enumerate() {
        let lines = row.list.lines().filter_map(|line| line.strip_prefix("letters:"));
        for c in lines.flat_map(str::chars).filter(|c| c.is_alphabetic()) {
            *letters.entry(c).or_default() |= 1 << index;
        }
    }
    letters
});

/// The languages of a text.
pub(super) struct Languages<'t> {
    text: &'t str,
    named: Option<Language>,
    settled: OnceCell<Settled>,
}

#[derive(Clone, Copy, Default)]
struct Settled {
    /// The likeliest one.
    row: Option<&'static Row>,
    lists: Lists,
}

impl<'t> Languages<'t> {
    /// Those of a text, whose language may be named.
    pub(super) fn new(text: &'t str, named: Option<Language>) -> Self {
        Self { text, named, settled: OnceCell::new() }
    }

    /// What is known of the likeliest language.
    pub(super) fn row(&self) -> Option<&'static Row> {
        self.settled().row
    }

    /// What a word is as an abbreviation.
    pub(super) fn abbreviation(&self, word: &str) -> Classes {
        match entry(word) {
            Some(entry) if entry.abbreviates_in(true) != 0 => self.settled().lists.classes(entry, word),
            _ => Classes::default(),
        }
    }

    /// What a word is.
    pub(super) fn classes(&self, word: &str) -> Classes {
        entry(word).map_or(Classes::default(), |entry| self.settled().lists.classes(entry, word))
    }

    fn settled(&self) -> &Settled {
        self.settled.get_or_init(|| match self.named {
            Some(language) => named(language),
            None => recognized(&self.text[..floor_char(self.text, self.text.len().min(REACH), 0)]),
        })
    }
}

/// A language brings its list; scripts it does not use keep all the lists there are for them. A language without a list
/// goes by the script.
fn named(language: Language) -> Settled {
    let row = language.row();
    let script = row.map_or(Script::Latin, |row| row.script);
    let bits_of = |wanted: &dyn Fn(&Row) -> bool| {
        ROWS.iter().enumerate().filter(|(_, row)| wanted(row)).fold(0, |bits, (index, _)| bits | 1 << index)
    };
    let others = bits_of(&|other| other.script != script && (other.script != Script::Latin || other.code == "en"));
    let (first, more) = match row {
        Some(row) => (bits_of(&|other| other.code == row.code), 0),
        None => (ENGLISH, UNMISTAKABLE),
    };
    Settled { row, lists: Lists { first, then: others | more | SHARED } }
}

/// The first of the table.
const ENGLISH: Bits = 1;

/// By script the language with most points, and behind it those that have nearly as many.
fn recognized(text: &str) -> Settled {
    let points = Points::of(text);
    let mut settled = Settled { row: None, lists: Lists { first: 0, then: SHARED } };
    let mut most = FEW;
    for script in SCRIPTS {
        let (best, score) = points.best(script);
        if score > 0 {
            settled.lists.first |= 1 << best;
        }
        settled.lists.then |= points.near(script, score);
        if script == Script::Latin && score < FEW {
            settled.lists.then |= ENGLISH | UNMISTAKABLE;
        }
        if score >= most {
            (most, settled.row) = (score, Some(&ROWS[best]));
        }
    }
    settled
}

/// What speaks for each language.
struct Points([u32; ROWS.len()]);

impl Points {
    fn of(text: &str) -> Self {
        let mut points = Self([0; ROWS.len()]);
        points.0[0] = ENGLISH_AHEAD;
        let mut words = 0;
        for word in text.split(|c: char| !(c.is_alphanumeric() || c == '.')) {
            points.count(word);
            words += 1;
            if words % ROUND == 0 && points.lead() >= LEAD {
                break;
            }
        }
        points
    }

    fn count(&mut self, word: &str) {
        let Some(first) = word.chars().next() else {
            return;
        };
        let stopped = word.strip_suffix('.');
        let word = stopped.unwrap_or(word);
        if !word.is_ascii() {
            for bits in word.chars().filter(|c| !c.is_ascii()).filter_map(|c| LETTERS.get(&lower(c))) {
                self.give(*bits, &LETTER);
            }
        }
        let Some(entry) = entry(word) else {
            return;
        };
        if stopped.is_none() || word.len() > 3 && !first.is_uppercase() {
            self.give(entry.common_in(), &WORD);
        }
        if stopped.is_some() {
            self.give(abbreviates(entry, first.is_uppercase()), &ABBREVIATION);
        }
    }

    /// Gives points to each of some languages, the fewer they are the more.
    fn give(&mut self, languages: Bits, points: &[u32]) {
        let count = languages.count_ones() as usize;
        let worth = points.get(count.wrapping_sub(1)).or(points.last()).copied().unwrap_or(0);
        let mut rest = languages;
        while rest != 0 {
            self.0[rest.trailing_zeros() as usize] += worth;
            rest &= rest - 1;
        }
    }

    /// How far the first is ahead of the second.
    fn lead(&self) -> u32 {
        let (first, second) =
            self.0.iter().fold(
                (0, 0),
                |(first, second), &points| {
                    if points > first { (points, first) } else { (first, second.max(points)) }
                },
            );
        first - second
    }

    /// The language of a script with most points, the first in the table of several.
    fn best(&self, script: Script) -> (usize, u32) {
        let of_script = (0..ROWS.len()).rev().filter(|&index| ROWS[index].script == script);
        of_script.map(|index| (index, self.0[index])).max_by_key(|&(_, points)| points).unwrap_or((0, 0))
    }

    /// The languages of a script that have nearly the most points. Nothing at all is enough but in Latin script, where
    /// words of one language are abbreviations of another.
    fn near(&self, script: Script, most: u32) -> Bits {
        let is_near = |points: u32| points * 3 >= most * 2 && (points > 0 || script != Script::Latin);
        let rows = ROWS.iter().zip(self.0).enumerate();
        rows.filter(|(_, (row, points))| row.script == script && is_near(*points)).fold(0, |bits, (i, _)| bits | 1 << i)
    }
}

fn abbreviates(entry: &Entry, has_capital: bool) -> Bits {
    entry.abbreviates_in(has_capital) & LANGUAGES
}

fn lower(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}
