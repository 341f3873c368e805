//! Owns the word lists and how they are asked. A list is a text file of lines `class: word word …`; `#` starts a comment.
//! Must not know what a class does to a boundary, which is the rules' business, nor which language a text is in.
//!
//! | class | a full stop after it |
//! |---|---|
//! | `never` | never ends a sentence: *Mr.*, *z.B.* |
//! | `number` | does not before a number or a single letter: *No. 5*, *Fig. A* |
//! | `may end` | ends one only if a word of `start` follows: *Inc.* |
//! | `measure` | ends one only if a capital follows: *etc.*, and words that are abbreviations as well: *sing.* |
//! | `start` | (words that often start a sentence and are not names) |
//! | `month` | (names that follow an ordinal: *3. Oktober*) |
//! | `subject` | (small words that no abbreviation is followed by, so that they start a sentence in hasty text: *they*) |
//! | `common` | (other frequent words, by which a language is recognized) |
//! | `letters` | (the letters outside ASCII that its alphabet has, for the same end) |
//!
//! Words are written without their last full stop. One written with a capital counts only with a capital, so that "Sun."
//! does not make "sun." an abbreviation. `shared.txt` counts for every language.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::LazyLock;

use super::characters::Script;
use super::language::ROWS;
use super::words::is_all_capitals;

/// Languages, and the lists that belong to none, as a bit set.
pub(super) type Bits = u64;

/// What a word is, in the lists that count for a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Classes(u16);

impl Classes {
    pub(super) const NEVER: Self = Self(1);
    pub(super) const NUMBER: Self = Self(2);
    pub(super) const MAY_END: Self = Self(4);
    pub(super) const MEASURE: Self = Self(8);
    pub(super) const START: Self = Self(16);
    pub(super) const MONTH: Self = Self(32);
    pub(super) const SUBJECT: Self = Self(64);
    const COMMON: Self = Self(128);
    /// Written in capitals by its list: *TS.*
    pub(super) const CAPITALS: Self = Self(256);
    const ABBREVIATION: Self = Self(15);

    pub(super) fn has(self, class: Self) -> bool {
        self.0 & class.0 != 0
    }

    /// Whether any list calls the word an abbreviation.
    pub(super) fn is_abbreviation(self) -> bool {
        self.has(Self::ABBREVIATION)
    }

    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "never" => Self::NEVER,
            "number" => Self::NUMBER,
            "may end" => Self::MAY_END,
            "measure" => Self::MEASURE,
            "start" => Self::START,
            "month" => Self::MONTH,
            "subject" => Self::SUBJECT,
            "common" => Self::COMMON,
            _ => return None,
        })
    }

    fn index(self) -> usize {
        self.0.trailing_zeros() as usize
    }
}

/// The longest word, in bytes, that is looked up.
pub(super) const LONGEST: usize = 40;

const CLASSES: usize = 8;
const ABBREVIATION_CLASSES: usize = 4;
/// The list that counts for every language.
pub(super) const SHARED: Bits = 1 << 63;
/// Words of any language of Latin script that are no word in another: for texts of no known language.
pub(super) const UNMISTAKABLE: Bits = 1 << 62;
/// All languages.
pub(super) const LANGUAGES: Bits = UNMISTAKABLE - 1;

/// For each class, the lists in which a word has it: in any case, or with a capital only.
#[derive(Clone, Copy, Default)]
pub(super) struct Entry {
    any_case: [Bits; CLASSES],
    capital: [Bits; CLASSES],
    /// The lists that write it in capitals only.
    capitals: Bits,
}

impl Entry {
    fn classes(&self, lists: Bits, has_capital: bool) -> Classes {
        let capital = if has_capital { Bits::MAX } else { 0 };
        let bit =
            |class: usize| u16::from((self.any_case[class] | self.capital[class] & capital) & lists != 0) << class;
        let capitals = u16::from(self.capitals & lists != 0) << Classes::CAPITALS.index();
        Classes((0..CLASSES).fold(capitals, |all, class| all | bit(class)))
    }

    /// The lists that call the word an abbreviation.
    pub(super) fn abbreviates_in(&self, has_capital: bool) -> Bits {
        let capital = if has_capital { Bits::MAX } else { 0 };
        (0..ABBREVIATION_CLASSES).fold(0, |all, class| all | self.any_case[class] | self.capital[class] & capital)
    }

    /// The languages in which the word is a frequent one.
    pub(super) fn common_in(&self) -> Bits {
        self.any_case[ABBREVIATION_CLASSES..].iter().fold(0, |all, bits| all | bits) & LANGUAGES
    }
}

type Table = HashMap<&'static str, Entry, BuildHasherDefault<Fnv>>;

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table::default();
    for (index, row) in ROWS.iter().enumerate() {
        read_list(&mut table, row.list, 1 << index, if row.script == Script::Latin { UNMISTAKABLE } else { 0 });
    }
    read_list(&mut table, include_str!("abbreviations/shared.txt"), SHARED, 0);
    table
});

/// Enters a list's words under `bit`, and those that no other language can take for a word under `unmistakable` too.
fn read_list(table: &mut Table, list: &'static str, bit: Bits, unmistakable: Bits) {
    for line in list.lines() {
        let Some((name, words)) = line.split_once(':') else {
            continue;
        };
        let Some(class) = Classes::named(name) else {
            continue;
        };
        for word in words.split_whitespace() {
            let capital = word.starts_with(char::is_uppercase) && class.is_abbreviation();
            let key: &'static str = if word.chars().any(char::is_uppercase) {
                Box::leak(word.to_lowercase().into_boxed_str())
            } else {
                word
            };
            let entry = table.entry(key).or_default();
            let lists = if capital { &mut entry.capital } else { &mut entry.any_case };
            if is_all_capitals(word) {
                entry.capitals |= bit;
            }
            lists[class.index()] |= bit | if is_unmistakable(key, class) { unmistakable } else { 0 };
        }
    }
}

/// Whether a word is an abbreviation on the face of it: several letters, and a full stop inside or no vowel.
fn is_unmistakable(word: &str, class: Classes) -> bool {
    let has_vowel = word.contains(|c: char| !c.is_ascii() || "aeiouy".contains(c));
    class == Classes::NEVER && word.len() > 2 && (word.contains('.') || !has_vowel)
}

/// What all lists say of a word.
pub(super) fn entry(word: &str) -> Option<&'static Entry> {
    TABLE.get(lower(word, &mut [0; LONGEST])?)
}

/// The lists that count for a text. What the first say of an abbreviation is not outvoted by the others.
#[derive(Clone, Copy, Default)]
pub(super) struct Lists {
    pub(super) first: Bits,
    pub(super) then: Bits,
}

impl Lists {
    /// What a word is. Its case matters only where its list says so.
    pub(super) fn classes(self, entry: &Entry, word: &str) -> Classes {
        let has_capital = word.starts_with(char::is_uppercase);
        let first = entry.classes(self.first, has_capital);
        if first.is_abbreviation() { first } else { Classes(first.0 | entry.classes(self.then, has_capital).0) }
    }
}

/// The word in lower case and without spaces ("z. B"), written into a buffer; none if it is too long.
fn lower<'b>(word: &str, buffer: &'b mut [u8; LONGEST]) -> Option<&'b str> {
    let mut length = 0;
    if word.is_ascii() {
        for byte in word.bytes().filter(|&byte| byte != b' ') {
            *buffer.get_mut(length)? = byte.to_ascii_lowercase();
            length += 1;
        }
    } else {
        for c in word
            .chars()
            .filter(|&c| !(c.is_whitespace() || super::characters::is_invisible(c)))
            .flat_map(char::to_lowercase)
        {
            let place = buffer.get_mut(length..length + c.len_utf8())?;
            length += c.encode_utf8(place).len();
        }
    }
    std::str::from_utf8(&buffer[..length]).ok()
}

/// FNV-1a: the words are short and nobody chooses them to collide.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xCBF2_9CE4_8422_2325)
    }
}

impl Hasher for Fnv {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3);
        }
    }
}
