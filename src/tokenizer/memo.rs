//! A memo from words to ids, for tokenizers that compose at white space and have no such memo inside, and for short texts
//! of any other.
//!
//! Words are what lies between two split points, so the ids of a text are those of its words in a row. Each thread has a memo of
//! its own, bounded: a full one starts over.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::ops::Range;

use xxhash_rust::xxh3::xxh3_64;

/// Longer words are rare and go to the engine each time.
pub const MAX_WORD_BYTES: usize = 32;
/// Words kept: with their ids about 10 MB.
const MAX_WORDS: usize = 1 << 17;

/// Ids of the words met so far.
#[derive(Default)]
pub struct Memo {
    /// Words of up to 15 bytes, packed with their length into the key: nearly all, and found without a step aside.
    short: HashMap<u128, Ids, BuildHasherDefault<WordHasher>>,
    long: HashMap<Box<[u8]>, Ids, BuildHasherDefault<WordHasher>>,
    /// Of words of more than [`INLINE`] ids.
    many: Vec<u32>,
}

/// Ids kept in the table itself.
const INLINE: usize = 3;

/// A word's ids: themselves, or where they begin in [`Memo::many`].
#[derive(Clone, Copy)]
struct Ids {
    count: u32,
    ids: [u32; INLINE],
}

impl Memo {
    /// Appends the ids of a word met before, the part of `text` given; false where it was not.
    pub fn recall(&self, text: &str, word: Range<usize>, ids: &mut Vec<u32>) -> bool {
        let found = match packed(text.as_bytes(), word.clone()) {
            Some(key) => self.short.get(&key),
            None => self.long.get(&text.as_bytes()[word]),
        };
        match found {
            Some(&Ids { count: 1, ids: [id, ..] }) => ids.push(id),
            Some(&Ids { count: 2, ids: [first, second, _] }) => ids.extend([first, second]),
            Some(&Ids { count: 3, ids: three }) => ids.extend(three),
            Some(&Ids { count: 0, .. }) => {}
            Some(&Ids { count, ids: [start, ..] }) => {
                ids.extend_from_slice(&self.many[start as usize..(start + count) as usize]);
            }
            None => return false,
        }
        true
    }

    /// Keeps a word's ids.
    pub fn insert(&mut self, text: &str, word: Range<usize>, ids: &[u32]) {
        if self.short.len() + self.long.len() >= MAX_WORDS {
            self.short.clear();
            self.long.clear();
            self.many.clear();
        }
        let mut kept = Ids { count: ids.len() as u32, ids: [0; INLINE] };
        match kept.ids.get_mut(..ids.len()) {
            Some(inline) => inline.copy_from_slice(ids),
            None => {
                kept.ids[0] = self.many.len() as u32;
                self.many.extend_from_slice(ids);
            }
        }
        match packed(text.as_bytes(), word.clone()) {
            Some(key) => self.short.insert(key, kept),
            None => self.long.insert(text.as_bytes()[word].into(), kept),
        };
    }
}

/// A word of up to 15 bytes and its length as one number.
fn packed(text: &[u8], word: Range<usize>) -> Option<u128> {
    let len = word.len();
    if len > 15 {
        return None;
    }
    let bytes = match text[word.start..].first_chunk::<16>() {
        // Sixteen bytes are read at once, and those behind the word cut off.
        Some(bytes) => u128::from_le_bytes(*bytes) & !(u128::MAX << (8 * len)),
        None => word.rev().fold(0, |bytes, at| bytes << 8 | u128::from(text[at])),
    };
    Some(bytes | (len as u128) << 120)
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

/// The words of a text, as ranges that tile it: cut before each white space for which `is_split_point` says so.
pub fn words(text: &str, is_split_point: impl Fn(usize) -> bool) -> impl Iterator<Item = Range<usize>> {
    let bytes = text.as_bytes();
    let mut start = 0;
    std::iter::from_fn(move || {
        if start == bytes.len() {
            return None;
        }
        let mut at = start + 1;
        while at < bytes.len() && !(matches!(bytes[at], b' ' | b'\n' | b'\t' | b'\r') && is_split_point(at)) {
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

    fn recalled(memo: &Memo, word: &str) -> Option<Vec<u32>> {
        let mut ids = vec![7];
        let known = memo.recall(word, 0..word.len(), &mut ids);
        known.then(|| ids.split_off(1))
    }

    #[test]
    fn words_of_every_length_are_told_apart_wherever_they_stand() {
        let mut memo = Memo::default();
        let words: Vec<String> = (1..=MAX_WORD_BYTES).map(|len| "a\0b".repeat(20)[..len].to_string()).collect();
        for (count, word) in (0..).zip(&words) {
            assert_eq!(recalled(&memo, word), None);
            memo.insert(word, 0..word.len(), &vec![count; count as usize % 6]);
        }
        for (count, word) in (0..).zip(&words) {
            let expected = vec![count; count as usize % 6];
            assert_eq!(recalled(&memo, word), Some(expected.clone()));
            let (text, mut ids) = (format!("xy{word} and more than sixteen bytes"), Vec::new());
            assert!(memo.recall(&text, 2..2 + word.len(), &mut ids));
            assert_eq!(ids, expected);
        }
    }

    #[test]
    fn a_full_memo_starts_over_and_stays_right() {
        let mut memo = Memo::default();
        for number in 0..MAX_WORDS as u32 + 10 {
            let word = number.to_string();
            memo.insert(&word, 0..word.len(), &[number; 5]);
            assert_eq!(recalled(&memo, &word), Some(vec![number; 5]));
        }
        assert_eq!(recalled(&memo, "3"), None);
        assert!(memo.short.len() <= MAX_WORDS && memo.many.len() <= 5 * MAX_WORDS);
    }
}
