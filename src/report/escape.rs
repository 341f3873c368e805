//! Any text made safe to stand in HTML, in an attribute too.

use std::borrow::Cow;

/// Escapes markup; characters that HTML does not allow, and those that would turn the direction of what follows, become
/// visible stand-ins.
pub fn escape(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|character| replacement(character).is_some()) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match replacement(character) {
            Some(replacement) => escaped.push_str(replacement),
            None => escaped.push(character),
        }
    }
    Cow::Owned(escaped)
}

fn replacement(character: char) -> Option<&'static str> {
    Some(match character {
        '&' => "&amp;",
        '<' => "&lt;",
        '>' => "&gt;",
        '"' => "&quot;",
        '\'' => "&#39;",
        '\n' => "\u{21b5}",
        '\t' => "\u{21e5}",
        '\r' => "\u{240d}",
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => "\u{fffd}",
        _ if character.is_control() => "\u{fffd}",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_and_controls_do_no_harm() {
        assert_eq!(escape("<b a=\"1\" b='2'>&"), "&lt;b a=&quot;1&quot; b=&#39;2&#39;&gt;&amp;");
        assert_eq!(escape("a\0b\u{1b}[31m\u{202e}c\u{85}"), "a\u{fffd}b\u{fffd}[31m\u{fffd}c\u{fffd}");
        assert_eq!(escape("one\ntwo"), "one\u{21b5}two");
        assert!(matches!(escape("naïve 測試"), Cow::Borrowed(_)));
    }
}
