//! Owns the counting of list items in running text: "1) tea 2) milk". Must not know what ends a sentence.

use super::characters::char_before;

/// How far apart two items of a list may stand, in bytes.
const REACH: usize = 4096;

/// The longest number an item has, in figures.
const LONGEST: usize = 4;

/// How an item is numbered.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Figures {
    Digits,
    Letters,
    Roman,
}

/// A number as an item has it.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Number {
    value: u32,
    figures: Figures,
    /// ")" rather than ".".
    bracket: bool,
}

impl Number {
    fn follows(self, last: Self) -> bool {
        self == Self { value: last.value + 1, ..last }
    }
}

/// The last item seen of a list that began with a sentence.
#[derive(Default)]
pub(super) struct Numbering {
    last: Option<(Number, usize)>,
}

impl Numbering {
    /// If the "." or ")" at `at` ends the number of a list's next item, and no sentence starts with it yet, where the
    /// item starts.
    pub(super) fn item_at(&mut self, text: &str, sentence: usize, at: usize) -> Option<usize> {
        let bytes = text.as_bytes();
        if !bytes.get(at + 1).is_some_and(|&b| b == b' ' || b == b')') {
            return None;
        }
        let bracket = bytes[at] == b')';
        let end = if bracket && at > sentence && bytes[at - 1] == b'.' { at - 1 } else { at };
        let floor = end.saturating_sub(LONGEST).max(sentence);
        let length = bytes[floor..end].iter().rev().take_while(|b| b.is_ascii_alphanumeric()).count();
        let mut item = end - length;
        if length == 0 || item == floor && item > sentence && bytes[item - 1].is_ascii_alphanumeric() {
            return None;
        }
        let shown = &bytes[item..end];
        if bracket && item > sentence && bytes[item - 1] == b'(' {
            item -= 1;
        }
        let is_first = char_before(&text[sentence..], item - sentence).is_none();
        if !is_first && !bytes[item - 1].is_ascii_whitespace() {
            return None;
        }
        self.count(shown, bracket, item, is_first)
    }

    fn count(&mut self, shown: &[u8], bracket: bool, item: usize, is_first: bool) -> Option<usize> {
        let last = self.last.filter(|&(_, at)| item.saturating_sub(at) <= REACH).map(|(number, _)| number);
        let readings = readings(shown, bracket);
        let next = readings.iter().flatten().find(|number| last.is_some_and(|last| number.follows(last)));
        if let Some(&next) = next {
            self.last = Some((next, item));
            return (!is_first).then_some(item);
        }
        if is_first {
            let first = readings.iter().flatten().find(|number| number.value == 1);
            let first = first.or(readings[0].as_ref().filter(|number| bracket || number.figures == Figures::Digits));
            self.last = first.map(|&number| (number, item));
        }
        None
    }
}

/// What a number can mean: "i" is the ninth letter and the first Roman numeral.
fn readings(shown: &[u8], bracket: bool) -> [Option<Number>; 2] {
    let number = |value, figures| Number { value, figures, bracket };
    let digits = || {
        let value =
            shown.iter().try_fold(0, |value, b| b.is_ascii_digit().then(|| value * 10 + u32::from(b - b'0')))?;
        (shown.len() <= 3).then(|| number(value, Figures::Digits))
    };
    let letter = || match *shown {
        [b @ b'a'..=b'z'] => Some(number(u32::from(b - b'a') + 1, Figures::Letters)),
        [b @ b'A'..=b'Z'] if bracket => Some(number(u32::from(b - b'A') + 1, Figures::Letters)),
        _ => None,
    };
    [digits().or_else(letter), roman(shown).map(|value| number(value, Figures::Roman))]
}

/// The value of a small Roman numeral up to "xii".
fn roman(shown: &[u8]) -> Option<u32> {
    const NUMERALS: [&[u8]; 12] =
        [b"i", b"ii", b"iii", b"iv", b"v", b"vi", b"vii", b"viii", b"ix", b"x", b"xi", b"xii"];
    let index = NUMERALS.iter().position(|&numeral| numeral == shown)?;
    u32::try_from(index + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The items found in a text of one sentence.
    fn items(text: &str) -> Vec<usize> {
        let mut numbering = Numbering::default();
        let marks = text.match_indices(['.', ')']);
        marks.filter_map(|(at, _)| numbering.item_at(text, 0, at)).collect()
    }

    #[test]
    fn items_are_counted_from_the_sentences_start() {
        assert_eq!(items("1) tea 2) milk 3) rum"), [7, 15]);
        assert_eq!(items("a. tea b. milk"), [7]);
        assert_eq!(items("(i) tea (ii) milk"), [8]);
        assert_eq!(items("1.) tea 2.) milk"), [8]);
    }

    #[test]
    fn numbers_out_of_order_are_no_items() {
        assert_eq!(items("1) tea 3) milk"), [0; 0]);
        assert_eq!(items("We need 1. tea and 2. milk"), [0; 0]);
        assert_eq!(items("1) tea 2. milk"), [0; 0]);
        assert_eq!(items("1)tea 2)milk"), [0; 0]);
    }

    #[test]
    fn a_list_is_forgotten_after_a_while() {
        let text = format!("1) tea {}2) milk", "and ".repeat(2000));
        assert_eq!(items(&text), [0; 0]);
    }
}
