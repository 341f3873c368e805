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
    words: HashMap<Box<[u8]>, (u32, u32), BuildHasherDefault<WordHasher>>,
    ids: Vec<u32>,
}

impl Memo {
    /// The ids of a word met before.
    pub fn get(&self, word: &str) -> Option<&[u32]> {
        let &(start, end) = self.words.get(word.as_bytes())?;
        Some(&self.ids[start as usize..end as usize])
    }

    /// Keeps a word's ids.
    pub fn insert(&mut self, word: &str, ids: &[u32]) {
        if self.words.len() >= MOST_WORDS {
            self.words.clear();
            self.ids.clear();
        }
        let start = self.ids.len() as u32;
        self.ids.extend_from_slice(ids);
        self.words.insert(word.as_bytes().into(), (start, self.ids.len() as u32));
    }
}

/// XXH3 of the bytes of one key.
#[derive(Default)]
struct WordHasher(u64);

impl Hasher for WordHasher {
    fn write(&mut self, bytes: &[u8]) {
        self.0 = xxh3_64(bytes);
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
    fn a_full_memo_starts_over_and_stays_right() {
        let mut memo = Memo::default();
        for word in 0..MOST_WORDS as u32 + 10 {
            memo.insert(&word.to_string(), &[word, word]);
            assert_eq!(memo.get(&word.to_string()), Some(&[word, word][..]));
        }
        assert_eq!(memo.get("3"), None);
        assert!(memo.words.len() <= MOST_WORDS && memo.ids.len() <= 2 * MOST_WORDS);
    }
}
