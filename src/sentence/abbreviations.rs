//! Owns the word lists and how they are asked. A list is a text file of lines `class: word word …`; `#` starts a comment.
//! Must not know what a class does to a boundary: that is the rules' business.
//!
//! | class | a full stop after it |
//! |---|---|
//! | `never` | never ends a sentence: *Mr.*, *z.B.* |
//! | `number` | does not before a number: *No. 5* |
//! | `may end` | ends one only if a word of `start` follows: *Inc.* |
//! | `measure` | ends one only if a capital follows: *etc.* |
//! | `start` | (words that often start a sentence and are no names) |
//! | `month` | (names that follow an ordinal: *3. Oktober*) |
//! | `subject` | (small words that no abbreviation is followed by, so that they start a sentence in hasty text: *they*) |
//!
//! Words are written without their last full stop. One written with a capital counts only with a capital, so that "Sun."
//! does not make "sun." an abbreviation. `shared.txt` counts for every language.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::LazyLock;

use super::characters::Script;
use super::language::{Language, ROWS, Row};

/// What a word is, in the lists that count for a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Classes(u8);

impl Classes {
    pub(super) const NEVER: Self = Self(1);
    pub(super) const NUMBER: Self = Self(2);
    pub(super) const MAY_END: Self = Self(4);
    pub(super) const MEASURE: Self = Self(8);
    pub(super) const START: Self = Self(16);
    pub(super) const MONTH: Self = Self(32);
    pub(super) const SUBJECT: Self = Self(64);
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
            _ => return None,
        })
    }
}

/// The longest word, in bytes, that is looked up.
pub(super) const LONGEST: usize = 40;

const CLASSES: usize = 7;
const SHARED: u64 = 1 << 63;
/// Words of any language of Latin script that are no word in another: for texts of no known language.
const UNMISTAKABLE: u64 = 1 << 62;

/// For each class, the lists (as a bit set of languages) in which a word has it: in any case, or with a capital only.
#[derive(Clone, Copy, Default)]
struct Entry {
    any_case: [u64; CLASSES],
    capital: [u64; CLASSES],
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

/// The lists that count, as a bit set: for each language, and at the end for none.
static LISTS: LazyLock<Vec<u64>> = LazyLock::new(|| {
    let of_language = |at: usize| lists_for(Some(&ROWS[at]));
    (0..ROWS.len()).map(of_language).chain([lists_for(None)]).collect()
});

/// A language brings its list; scripts it does not use keep all the lists there are for them.
fn lists_for(language: Option<&Row>) -> u64 {
    let mut lists = SHARED | if language.is_none() { UNMISTAKABLE } else { 0 };
    for (index, row) in ROWS.iter().enumerate() {
        let counts = match language {
            Some(language) if language.code == row.code => true,
            Some(language) if language.script == row.script => false,
            _ => row.script != Script::Latin || row.code == "en",
        };
        lists |= u64::from(counts) << index;
    }
    lists
}

/// Enters a list's words under `bit`, and those that no other language can take for a word under `unmistakable` too.
fn read_list(table: &mut Table, list: &'static str, bit: u64, unmistakable: u64) {
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
            lists[class.0.trailing_zeros() as usize] |=
                bit | if is_unmistakable(key, class) { unmistakable } else { 0 };
        }
    }
}

/// Whether a word is an abbreviation on the face of it: several letters, and a full stop inside or no vowel.
fn is_unmistakable(word: &str, class: Classes) -> bool {
    let has_vowel = word.contains(|c: char| !c.is_ascii() || "aeiouy".contains(c));
    class == Classes::NEVER && word.len() > 2 && (word.contains('.') || !has_vowel)
}

/// The lists that count for a text.
#[derive(Clone, Copy)]
pub(super) struct Lists {
    table: &'static Table,
    /// The language's own list, those of other scripts and the shared one, as a bit set.
    lists: u64,
}

impl Lists {
    /// Those for a language, or for none.
    pub(super) fn new(language: Option<Language>) -> Self {
        let lists = LISTS[language.map_or(ROWS.len(), Language::index)];
        Self { table: &TABLE, lists }
    }

    /// What a word is. Its case matters only where its list says so.
    pub(super) fn classes(&self, word: &str) -> Classes {
        let mut buffer = [0; LONGEST];
        let Some(key) = lower(word, &mut buffer) else {
            return Classes::default();
        };
        let Some(entry) = self.table.get(key) else {
            return Classes::default();
        };
        entry.classes(self.lists, word.starts_with(char::is_uppercase))
    }
}

impl Entry {
    fn classes(&self, lists: u64, has_capital: bool) -> Classes {
        let capital = if has_capital { u64::MAX } else { 0 };
        let bit = |class: usize| u8::from((self.any_case[class] | self.capital[class] & capital) & lists != 0) << class;
        Classes((0..CLASSES).fold(0, |all, class| all | bit(class)))
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
