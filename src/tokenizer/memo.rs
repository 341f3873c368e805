//! A memo from words to ids, for tokenizers that compose at white space and have no such memo inside.
//!
//! Words are what lies between two joints, so the ids of a text are those of its words in a row. Each thread has a memo of
//! its own, bounded: a full one starts over.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::ops::Range;

use xxhash_rust::xxh3::xxh3_64;

/// Longer words are rare and go to the engine each time.
pub const LONGEST_WORD_BYTES: usize = 32;
/// Words kept: with their ids about 10 MB.
const MOST_WORDS: usize = 1 << 17;

/// Ids of the words met so far.
#[derive(Default)]
pub struct Memo {
    /// Words of up to 15 bytes, packed with their length into the key: nearly all, and found without a step aside.
    short: HashMap<u128, Ids, BuildHasherDefault<WordHasher>>,
    long: HashMap<Box<[u8]>, Ids, BuildHasherDefault<WordHasher>>,
    ids: Vec<u32>,
}

/// Where a word's ids are.
#[derive(Clone, Copy)]
struct Ids {
    start: u32,
    end: u32,
}

impl Memo {
    /// The ids of a word met before.
    pub fn get(&self, word: &str) -> Option<&[u32]> {
        let found = match packed(word.as_bytes()) {
            Some(key) => self.short.get(&key),
            None => self.long.get(word.as_bytes()),
        };
        found.map(|ids| &self.ids[ids.start as usize..ids.end as usize])
    }

    /// Keeps a word's ids.
    pub fn insert(&mut self, word: &str, ids: &[u32]) {
        if self.short.len() + self.long.len() >= MOST_WORDS {
            self.short.clear();
            self.long.clear();
            self.ids.clear();
        }
        let start = self.ids.len() as u32;
        self.ids.extend_from_slice(ids);
        let ids = Ids { start, end: self.ids.len() as u32 };
        match packed(word.as_bytes()) {
            Some(key) => self.short.insert(key, ids),
            None => self.long.insert(word.as_bytes().into(), ids),
        };
    }
}

/// A word of up to 15 bytes and its length as one number.
fn packed(word: &[u8]) -> Option<u128> {
    let mut bytes = [0; 16];
    bytes[..15].get_mut(..word.len())?.copy_from_slice(word);
    bytes[15] = word.len() as u8;
    Some(u128::from_le_bytes(bytes))
}

/// XXH3 of the bytes of one key; for a packed one, its halves folded.
#[derive(Default)]
struct WordHasher(u64);

impl Hasher for WordHasher {
    fn write(&mut self, bytes: &[u8]) {
        self.0 = xxh3_64(bytes);
    }

    fn write_u128(&mut self, key: u128) {
        let product =
            u128::from(key as u64 ^ 0x9e37_79b9_7f4a_7c15) * u128::from((key >> 64) as u64 ^ 0xe703_7ed1_a0b4_28db);
        self.0 = product as u64 ^ (product >> 64) as u64;
    }

    // The length that a slice's hash begins with; the bytes tell it already.
    fn write_usize(&mut self, _: usize) {}

    fn finish(&self) -> u64 {
        self.0
    }
}

/// The words of a text, as ranges that tile it: cut before each white space for which `is_joint` says so.
pub fn words(text: &str, is_joint: impl Fn(usize) -> bool) -> impl Iterator<Item = Range<usize>> {
    let bytes = text.as_bytes();
    let mut start = 0;
    std::iter::from_fn(move || {
        if start == bytes.len() {
            return None;
        }
        let mut at = start + 1;
        while at < bytes.len() && !(matches!(bytes[at], b' ' | b'\n' | b'\t' | b'\r') && is_joint(at)) {
            at += 1;
        }
        Some(std::mem::replace(&mut start, at)..at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_tile_the_text() {
        let text = " one  two\nthree ";
        let found: Vec<&str> = words(text, |at| !text[..at].ends_with(char::is_whitespace)).map(|r| &text[r]).collect();
        assert_eq!(found, [" one", "  two", "\nthree", " "]);
        assert_eq!(words("", |_| true).count(), 0);
    }

    #[test]
    fn words_of_every_length_are_told_apart() {
        let mut memo = Memo::default();
        let words: Vec<String> = (0..=LONGEST_WORD_BYTES).map(|len| "a\0".repeat(20)[..len].to_string()).collect();
        for (id, word) in (0..).zip(&words) {
            assert_eq!(memo.get(word), None);
            memo.insert(word, &[id]);
        }
        for (id, word) in (0..).zip(&words) {
            assert_eq!(memo.get(word), Some(&[id][..]));
        }
    }

    #[test]
    fn a_full_memo_starts_over_and_stays_right() {
        let mut memo = Memo::default();
        for word in 0..MOST_WORDS as u32 + 10 {
            memo.insert(&word.to_string(), &[word, word]);
            assert_eq!(memo.get(&word.to_string()), Some(&[word, word][..]));
        }
        assert_eq!(memo.get("3"), None);
        assert!(memo.short.len() <= MOST_WORDS && memo.ids.len() <= 2 * MOST_WORDS);
    }
}
