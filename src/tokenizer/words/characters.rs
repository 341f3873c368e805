//! What each character becomes, found out once by asking the engine, a page of 256 at a time, and shared by all threads.

use std::sync::OnceLock;

const PAGE: usize = 256;
const PAGES: usize = 0x11_0000 / PAGE;

/// What becomes of a character wherever it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Character<'p> {
    /// Nothing: the word goes on behind it.
    Dropped,
    /// The word ends; the character belongs to none.
    Space,
    /// The word ends; the character is one of its own, with this id.
    Alone(u32),
    /// A part of a word: these letters.
    Letters(&'p str),
    /// Not to be told from the character by itself, though a space after it stands alone.
    Guarded,
    /// The same, and a space after it may belong to it.
    Open,
}

/// The characters asked about so far.
pub struct Characters {
    pages: Box<[OnceLock<Box<Page>>]>,
}

/// A page: kinds and payloads in four bytes a character, letters in one text.
struct Page {
    entries: [u32; PAGE],
    letters: String,
}

const KIND_SHIFT: u32 = 29;
const DROPPED: u32 = 0;
const SPACE: u32 = 1;
const ALONE: u32 = 2;
const LETTERS: u32 = 3;
const OPEN: u32 = 4;
const GUARDED: u32 = 5;

impl Default for Characters {
    fn default() -> Self {
        Characters { pages: (0..PAGES).map(|_| OnceLock::new()).collect() }
    }
}

impl Characters {
    /// What becomes of `c`; `ask` is asked about all of its page if this is the first time.
    #[inline]
    pub fn get<'p>(&'p self, c: char, ask: impl Fn(char) -> Answer) -> Character<'p> {
        let code = c as usize;
        let page = self.pages[code / PAGE].get_or_init(|| Box::new(Page::of(code / PAGE, ask)));
        page.get(code % PAGE)
    }
}

/// A [`Character`] that owns its letters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    Dropped,
    Space,
    Alone(u32),
    Letters(String),
    Guarded,
    Open,
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
    pub fn table(ask: impl Fn(char) -> Answer) -> Box<[Ascii; 256]> {
        let mut table = Box::new([Ascii::Other; 256]);
        for byte in 0..128 {
            table[usize::from(byte)] = match ask(char::from(byte)) {
                Answer::Letters(letters) if letters.len() == 1 => Ascii::Letter(letters.as_bytes()[0]),
                Answer::Space => Ascii::Space,
                Answer::Alone(id) => Ascii::Alone(id),
                _ => Ascii::Other,
            };
        }
        table
    }
}

impl Page {
    fn of(number: usize, ask: impl Fn(char) -> Answer) -> Page {
        let mut page = Page { entries: [GUARDED << KIND_SHIFT; PAGE], letters: String::new() };
        for (at, code) in (0..PAGE).zip((number * PAGE) as u32..) {
            let Some(c) = char::from_u32(code) else { continue };
            let (kind, payload) = match ask(c) {
                Answer::Dropped => (DROPPED, 0),
                Answer::Space => (SPACE, 0),
                Answer::Alone(id) if id < 1 << KIND_SHIFT => (ALONE, id),
                Answer::Letters(letters) if letters.len() < PAGE => {
                    let start = page.letters.len() as u32;
                    page.letters.push_str(&letters);
                    (LETTERS, start << 8 | letters.len() as u32)
                }
                Answer::Open => (OPEN, 0),
                Answer::Alone(_) | Answer::Letters(_) | Answer::Guarded => (GUARDED, 0),
            };
            page.entries[at] = kind << KIND_SHIFT | payload;
        }
        page
    }

    #[inline]
    fn get(&self, at: usize) -> Character<'_> {
        let entry = self.entries[at];
        let payload = entry & ((1 << KIND_SHIFT) - 1);
        match entry >> KIND_SHIFT {
            DROPPED => Character::Dropped,
            SPACE => Character::Space,
            ALONE => Character::Alone(payload),
            LETTERS => {
                let start = (payload >> 8) as usize;
                Character::Letters(&self.letters[start..start + (payload & 0xff) as usize])
            }
            OPEN => Character::Open,
            _ => Character::Guarded,
        }
    }
}
