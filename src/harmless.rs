//! Text made harmless: names and data shown to people can neither steer a terminal nor turn or break the line they stand in.
//!
//! For showing alone. What is data stays data: names are escaped where a message is made, not where they are kept.

use std::borrow::Cow;
use std::fmt::Write;

/// Whether a character steers what shows it: a control, an end of line, a change of direction, a mark that nobody sees.
pub fn is_harmful(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{61c}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2066}'..='\u{2069}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

/// The text on one line, with escapes such as `\n` and `\u{202e}` in place of harmful characters.
pub fn line(text: &str) -> Cow<'_, str> {
    replaced(text, |character, line| line.extend(character.escape_default()))
}

/// Text that is JSON, with escapes in place of harmful characters: the same JSON. Line feeds between its parts stay.
pub fn json(text: &str) -> Cow<'_, str> {
    replaced(text, |character, json| match character {
        // Inside strings these are escaped already.
        '\n' | '\t' | '\r' => json.push(character),
        _ => {
            for unit in character.encode_utf16(&mut [0; 2]) {
                let _ = write!(json, "\\u{unit:04x}");
            }
        }
    })
}

/// The text with what `replace` writes in place of harmful characters.
pub fn replaced(text: &str, replace: impl Fn(char, &mut String)) -> Cow<'_, str> {
    if !text.contains(is_harmful) {
        return Cow::Borrowed(text);
    }
    let mut harmless = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match is_harmful(character) {
            true => replace(character, &mut harmless),
            false => harmless.push(character),
        }
    }
    Cow::Owned(harmless)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_without_harm_is_borrowed() {
        for text in ["", "naïve 測試 🙂 {\"a\": 1}", "e\u{301} \u{200d}"] {
            assert!(matches!(line(text), Cow::Borrowed(_)) && matches!(json(text), Cow::Borrowed(_)));
        }
    }

    #[test]
    fn a_line_shows_what_would_steer_break_or_turn_it() {
        let harmful = "a\x1b[31m\u{9b}2J\u{202e}b\u{2066}\r\n\t\u{2028}\u{85}\u{feff}\u{e0041}\u{7f}";
        let shown = r"a\u{1b}[31m\u{9b}2J\u{202e}b\u{2066}\r\n\t\u{2028}\u{85}\u{feff}\u{e0041}\u{7f}";
        assert_eq!(line(harmful), shown);
        assert_eq!(line(shown), shown);
    }

    #[test]
    fn json_stays_the_same_json() {
        let value = serde_json::json!({"a\u{202e}\u{2029}": "\u{85}\u{9b}\u{7f}\u{e0041}\n\t\r\u{1b}", "b": [1, 2]});
        for text in [value.to_string(), format!("{value:#}")] {
            let harmless = json(&text);
            assert_eq!(serde_json::from_str::<serde_json::Value>(&harmless).expect("JSON"), value);
            assert!(!harmless.contains(|c| c != '\n' && is_harmful(c)), "{harmless}");
        }
    }
}
