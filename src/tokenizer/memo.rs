//! A memo from words to ids, for what has no such memo inside: entries of 32 bytes, four to a set, a fixed number of sets.
//!
//! Each thread has its own. Words are what lies between two split points, so the ids of a text are those of its words in a
//! row. A word that finds its set full takes the place of one that was not asked for lately; nothing is cleared at once.

use std::ops::Range;

use xxhash_rust::xxh3::xxh3_128;

/// Longer words are rare and go to the engine each time.
pub const MAX_WORD_BYTES: usize = 32;

const WAYS: usize = 4;
/// Where the ids of an entry begin, behind their count.
const COUNT_BITS: u32 = 4;
/// Of an id; a word with a larger one is not kept.
const ID_BITS: u32 = 20;
const MAX_IDS: usize = ((u128::BITS - COUNT_BITS) / ID_BITS) as usize;

/// Ids of the words met lately, in so many sets of 128 bytes.
#[derive(Default)]
pub struct Memo<const SETS: usize> {
    /// None before the first word is kept.
    sets: Vec<Set>,
}

/// Four keys, 0 where there is none, and four packs of ids: a count and, above it, as many ids as there is room for.
/// Plain numbers, so that the memory of sets that nobody has used is not touched.
type Set = [[u128; WAYS]; 2];

impl<const SETS: usize> Memo<SETS> {
    /// Appends the ids of a word met before, the part of `text` given; false where it was not.
    #[inline]
    pub fn recall(&mut self, text: &str, word: Range<usize>, ids: &mut Vec<u32>) -> bool {
        if self.sets.is_empty() {
            return false;
        }
        let key = key(text.as_bytes(), word);
        let [keys, packs] = &mut self.sets[Self::set_of(key)];
        let Some(way) = keys.iter().position(|&other| other == key) else { return false };
        let mut pack = packs[way];
        if way > 0 {
            keys.swap(way, way - 1);
            packs.swap(way, way - 1);
        }
        let count = pack & ((1 << COUNT_BITS) - 1);
        pack >>= COUNT_BITS;
        for _ in 0..count {
            ids.push(pack as u32 & ((1 << ID_BITS) - 1));
            pack >>= ID_BITS;
        }
        true
    }

    /// Keeps a word's ids where they fit into an entry.
    pub fn insert(&mut self, text: &str, word: Range<usize>, ids: &[u32]) {
        if word.is_empty() || ids.len() > MAX_IDS || ids.iter().any(|&id| id >= 1 << ID_BITS) {
            return;
        }
        if self.sets.is_empty() {
            self.sets = vec![[[0; WAYS]; 2]; SETS];
        }
        let pack = ids.iter().rev().fold(0, |pack, &id| pack << ID_BITS | u128::from(id));
        let key = key(text.as_bytes(), word);
        let [keys, packs] = &mut self.sets[Self::set_of(key)];
        keys.rotate_right(1);
        packs.rotate_right(1);
        (keys[0], packs[0]) = (key, pack << COUNT_BITS | ids.len() as u128);
    }

    /// The set of a key, by its halves multiplied and folded.
    fn set_of(key: u128) -> usize {
        let low = u128::from(key as u64 ^ 0x9e37_79b9_7f4a_7c15);
        let product = low * u128::from((key >> 64) as u64 ^ 0xe703_7ed1_a0b4_28db);
        (product as u64 ^ (product >> 64) as u64) as usize % SETS
    }
}

/// A word of up to 15 bytes with its length in the topmost byte; of a longer one, 127 bits of a hash and the topmost bit.
fn key(text: &[u8], word: Range<usize>) -> u128 {
    let len = word.len();
    if len > 15 {
        return xxh3_128(&text[word]) | 1 << 127;
    }
    let bytes = match text[word.start..].first_chunk::<16>() {
        // Sixteen bytes are read at once, and those behind the word cut off.
        Some(bytes) => u128::from_le_bytes(*bytes) & !(u128::MAX << (8 * len)),
        None => word.rev().fold(0, |bytes, at| bytes << 8 | u128::from(text[at])),
    };
    bytes | (len as u128) << 120
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

    const SETS: usize = 1 << 10;

    #[test]
    fn words_tile_the_text() {
        let text = " one  two\nthree ";
        let found: Vec<&str> = words(text, |at| !text[..at].ends_with(char::is_whitespace)).map(|r| &text[r]).collect();
        assert_eq!(found, [" one", "  two", "\nthree", " "]);
        assert_eq!(words("", |_| true).count(), 0);
    }

    fn recalled(memo: &mut Memo<SETS>, word: &str) -> Option<Vec<u32>> {
        let (text, mut ids) = (format!("xy{word} and more than sixteen bytes"), vec![7]);
        let known = memo.recall(&text, 2..2 + word.len(), &mut ids);
        known.then(|| ids.split_off(1))
    }

    #[test]
    fn words_of_every_length_come_back_wherever_they_stand() {
        let mut memo = Memo::<SETS>::default();
        let words: Vec<String> = (1..40).map(|len| "a\0b".repeat(20)[..len].to_string()).collect();
        for (number, word) in (0..).zip(&words) {
            assert_eq!(recalled(&mut memo, word), None);
            memo.insert(word, 0..word.len(), &vec![(1 << ID_BITS) - 1 - number; number as usize % (MAX_IDS + 1)]);
        }
        for (number, word) in (0..).zip(&words) {
            let ids = vec![(1 << ID_BITS) - 1 - number; number as usize % (MAX_IDS + 1)];
            assert_eq!(recalled(&mut memo, word), Some(ids));
        }
    }

    #[test]
    fn what_does_not_fit_is_not_kept() {
        let mut memo = Memo::<SETS>::default();
        memo.insert("many", 0..4, &[1; MAX_IDS + 1]);
        memo.insert("large", 0..5, &[1 << ID_BITS]);
        memo.insert("small", 0..5, &[1]);
        assert_eq!(["many", "large", "small"].map(|word| recalled(&mut memo, word)), [None, None, Some(vec![1])]);
    }

    #[test]
    fn a_full_memo_forgets_and_stays_right() {
        let mut memo = Memo::<SETS>::default();
        let words = 0..4 * (WAYS * SETS) as u32;
        for number in words.clone() {
            let word = number.to_string();
            memo.insert(&word, 0..word.len(), &[number % (1 << ID_BITS)]);
            assert_eq!(recalled(&mut memo, &word), Some(vec![number % (1 << ID_BITS)]));
        }
        let kept =
            words.filter(|number| recalled(&mut memo, &number.to_string()) == Some(vec![number % (1 << ID_BITS)]));
        let kept = kept.count();
        assert!(kept > WAYS * SETS / 2 && kept <= WAYS * SETS, "{kept}");
    }
}
