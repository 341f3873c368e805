//! The words that a record gives: as a list of strings that occur in its text in order, or of pairs of character positions.

use std::fmt;
use std::ops::Range;

use serde::Deserialize;
use serde::de::{SeqAccess, Visitor};

use crate::harmless;

/// As the record has them.
#[derive(Debug)]
pub(super) enum Words {
    /// All strings in a row, and where each ends.
    Strings(String, Vec<usize>),
    /// First character, and the one after the last.
    Pairs(Vec<[u64; 2]>),
}

impl Words {
    /// Reads the rest of an array; where it holds something else, or both, what it is.
    pub fn read<'l, A: SeqAccess<'l>>(values: &mut A) -> Result<Result<Words, String>, A::Error> {
        let (mut strings, mut ends, mut pairs) = (String::new(), Vec::new(), Vec::new());
        while let Some(word) = values.next_element::<Word>()? {
            let kind = match word {
                Word::String(word) if pairs.is_empty() => {
                    strings.push_str(&word);
                    ends.push(strings.len());
                    continue;
                }
                Word::Pair(pair) if ends.is_empty() => {
                    pairs.push(pair);
                    continue;
                }
                Word::String(_) => "a string behind pairs",
                Word::Pair(_) => "a pair behind strings",
                Word::Other(kind) => kind,
            };
            return Ok(Err(format!("a list whose word {} is {kind}", ends.len() + pairs.len() + 1)));
        }
        Ok(Ok(if pairs.is_empty() { Words::Strings(strings, ends) } else { Words::Pairs(pairs) }))
    }

    /// Where they stand in the text, in bytes; or what is wrong with them.
    pub fn ranges(self, text: &str) -> Result<Box<[Range<usize>]>, String> {
        match self {
            Words::Strings(strings, ends) => {
                let starts = std::iter::once(0).chain(ends.iter().copied());
                find_words(starts.zip(&ends).map(|(start, &end)| &strings[start..end]), text)
            }
            Words::Pairs(pairs) => positions(&pairs, text),
        }
    }
}

/// Where words stand in a text, in bytes, each behind the one before; or which one does not.
pub(in crate::reader) fn find_words<'w>(
    words: impl Iterator<Item = &'w str>,
    text: &str,
) -> Result<Box<[Range<usize>]>, String> {
    let (mut ranges, mut at) = (Vec::with_capacity(words.size_hint().0), 0);
    for (number, word) in (1..).zip(words) {
        if word.is_empty() {
            continue;
        }
        let Some(found) = text[at..].find(word) else {
            let word = harmless::line(word);
            return Err(match text.contains(&*word) {
                true => format!("word {number}, {word:?}, does not come after those before it in the text"),
                false => format!("word {number}, {word:?}, is not in the text"),
            });
        };
        ranges.push(at + found..at + found + word.len());
        at += found + word.len();
    }
    Ok(ranges.into())
}

fn positions(pairs: &[[u64; 2]], text: &str) -> Result<Box<[Range<usize>]>, String> {
    let (mut ranges, mut last) = (Vec::with_capacity(pairs.len()), 0);
    let mut places = text.char_indices().map(|(byte, _)| byte).chain([text.len()]).zip(0u64..).peekable();
    let mut byte_of = |character: u64| loop {
        let (byte, at) = *places.peek()?;
        if at == character {
            return Some(byte);
        }
        places.next();
    };
    for (number, &[start, end]) in (1..).zip(pairs) {
        if start > end {
            return Err(format!("word {number}, [{start},{end}], ends before it begins"));
        }
        if start < last {
            return Err(format!("word {number}, [{start},{end}], begins before the end of the one before it, {last}"));
        }
        let (Some(first), Some(after)) = (byte_of(start), byte_of(end)) else {
            let characters = text.chars().count();
            return Err(format!("word {number}, [{start},{end}], reaches beyond the text of {characters} characters"));
        };
        if first < after {
            ranges.push(first..after);
        }
        last = end;
    }
    Ok(ranges.into())
}

/// One of a list.
enum Word {
    String(String),
    Pair([u64; 2]),
    /// What it is instead.
    Other(&'static str),
}

impl<'l> Deserialize<'l> for Word {
    fn deserialize<D: serde::Deserializer<'l>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_any(WordVisitor)
    }
}

struct WordVisitor;

impl<'l> Visitor<'l> for WordVisitor {
    type Value = Word;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string or a pair of numbers")
    }

    fn visit_str<E>(self, word: &str) -> Result<Word, E> {
        Ok(Word::String(word.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'l>>(self, mut values: A) -> Result<Word, A::Error> {
        let mut numbers = Vec::new();
        while let Some(value) = values.next_element::<serde_json::Value>()? {
            numbers.push(value.as_u64());
        }
        Ok(match numbers[..] {
            [Some(start), Some(end)] => Word::Pair([start, end]),
            _ => Word::Other("another list"),
        })
    }

    fn visit_unit<E>(self) -> Result<Word, E> {
        Ok(Word::Other("null"))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Word, E> {
        Ok(Word::Other("a boolean"))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Word, E> {
        Ok(Word::Other("a number"))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Word, E> {
        Ok(Word::Other("a number"))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Word, E> {
        Ok(Word::Other("a number"))
    }

    fn visit_map<A: serde::de::MapAccess<'l>>(self, mut map: A) -> Result<Word, A::Error> {
        while map.next_entry::<serde::de::IgnoredAny, serde::de::IgnoredAny>()?.is_some() {}
        Ok(Word::Other("an object"))
    }
}
