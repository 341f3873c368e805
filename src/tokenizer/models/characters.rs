//! What each character becomes, found out by asking the engine the first time it is met, and shared by all threads.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

const PAGE: usize = 256;
const PAGES: usize = 0x11_0000 / PAGE;

/// What becomes of a character wherever it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Character {
    /// Nothing: the word goes on behind it.
    Dropped,
    /// The word ends; the character belongs to none.
    Space,
    /// The word ends; the character is one of its own, with this id.
    Alone(u32),
    /// A part of a word: these letters.
    Letters(Letters),
    /// Not to be told from the character by itself, though a space after it stands alone.
    Guarded,
    /// The same, and a space after it may belong to it.
    Open,
}

/// A few letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Letters {
    bytes: [u8; MAX_LETTERS + 1],
    len: u8,
}

/// The longest letters of a character, in bytes: enough for the parts of a Hangul syllable. What becomes of very few
/// characters is longer.
const MAX_LETTERS: usize = 15;

impl Letters {
    /// Up to [`MAX_LETTERS`] bytes.
    pub fn of(text: &str) -> Option<Self> {
        let mut bytes = [0; MAX_LETTERS + 1];
        bytes[..MAX_LETTERS].get_mut(..text.len())?.copy_from_slice(text.as_bytes());
        Some(Letters { bytes, len: text.len() as u8 })
    }

    #[inline]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }

    /// How many characters they are.
    pub fn chars(&self) -> usize {
        self.bytes().iter().filter(|&&byte| byte & 0xc0 != 0x80).count()
    }
}

/// The characters asked about so far, by pages.
pub struct Characters {
    pages: Box<[OnceLock<Box<Page>>]>,
}

type Page = [Entry; PAGE];

/// A kind, a length, and the letters or the id, in two halves.
#[derive(Default)]
struct Entry {
    first: AtomicU64,
    second: AtomicU64,
}

const KIND_SHIFT: u32 = 4;
const DROPPED: u128 = 1;
const SPACE: u128 = 2;
const ALONE: u128 = 3;
const LETTERS: u128 = 4;
const GUARDED: u128 = 5;
const OPEN: u128 = 6;

impl Default for Characters {
    fn default() -> Self {
        Characters { pages: (0..PAGES).map(|_| OnceLock::new()).collect() }
    }
}

impl Characters {
    /// What becomes of `c`; `ask` is asked if nobody has met it before.
    #[inline]
    pub fn get(&self, c: char, ask: impl FnOnce(char) -> Character) -> Character {
        let code = c as usize;
        let page = self.pages[code / PAGE].get_or_init(|| Box::new(std::array::from_fn(|_| Entry::default())));
        let entry = &page[code % PAGE];
        entry.get().unwrap_or_else(|| {
            let character = ask(c);
            entry.set(character);
            character
        })
    }
}

impl Entry {
    /// `None` before it is set.
    #[inline]
    fn get(&self) -> Option<Character> {
        let first = self.first.load(Ordering::Acquire);
        unpack(u128::from(self.second.load(Ordering::Relaxed)) << 64 | u128::from(first))
    }

    /// Whoever sets it, it is to the same.
    fn set(&self, character: Character) {
        let packed = pack(character);
        self.second.store((packed >> 64) as u64, Ordering::Relaxed);
        // The first half holds the kind: who sees it sees the second as well.
        self.first.store(packed as u64, Ordering::Release);
    }
}

fn pack(character: Character) -> u128 {
    match character {
        Character::Dropped => DROPPED << KIND_SHIFT,
        Character::Space => SPACE << KIND_SHIFT,
        Character::Alone(id) => u128::from(id) << 8 | ALONE << KIND_SHIFT,
        Character::Letters(letters) => {
            u128::from_le_bytes(letters.bytes) << 8 | LETTERS << KIND_SHIFT | u128::from(letters.len)
        }
        Character::Guarded => GUARDED << KIND_SHIFT,
        Character::Open => OPEN << KIND_SHIFT,
    }
}

#[inline]
fn unpack(entry: u128) -> Option<Character> {
    Some(match entry >> KIND_SHIFT & 0xf {
        LETTERS => Character::Letters(Letters { bytes: (entry >> 8).to_le_bytes(), len: entry as u8 & 0xf }),
        ALONE => Character::Alone((entry >> 8) as u32),
        DROPPED => Character::Dropped,
        SPACE => Character::Space,
        GUARDED => Character::Guarded,
        OPEN => Character::Open,
        _ => return None,
    })
}

/// What becomes of a byte, where that is as simple as it mostly is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ascii {
    /// A letter of a word, of one byte.
    Letter(u8),
    /// See [`Character::Space`].
    Space,
    /// See [`Character::Alone`].
    Alone(u32),
    /// Anything else, or the beginning of a longer character.
    Other,
}

impl Ascii {
    /// For every byte.
    pub fn table(ask: impl Fn(char) -> Character) -> Box<[Ascii; 256]> {
        let mut table = Box::new([Ascii::Other; 256]);
        for byte in 0..128 {
            table[usize::from(byte)] = match ask(char::from(byte)) {
                Character::Letters(letters) if letters.len == 1 => Ascii::Letter(letters.bytes[0]),
                Character::Space => Ascii::Space,
                Character::Alone(id) => Ascii::Alone(id),
                _ => Ascii::Other,
            };
        }
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_kept_and_asked_for_once() {
        let letters = |text| Letters::of(text).map(Character::Letters).expect("short");
        let answers = [
            Character::Dropped,
            Character::Space,
            Character::Alone(u32::MAX),
            letters("a"),
            letters("ﬁ字ﬁ字ﬁ"),
            letters("\0\u{10ffff}"),
            letters(""),
            Character::Guarded,
            Character::Open,
        ];
        let characters = Characters::default();
        for (c, answer) in "aé字🙂b\0\u{10ffff}\u{fe}c".chars().zip(answers) {
            assert_eq!(characters.get(c, |_| answer), answer);
            assert_eq!(characters.get(c, |_| unreachable!("asked twice")), answer);
        }
        assert_eq!(Letters::of("1234567890123456"), None);
        assert_eq!(
            Letters::of("é字").map(|letters| (letters.chars(), letters.bytes().to_vec())),
            Some((2, "é字".into()))
        );
    }
}
