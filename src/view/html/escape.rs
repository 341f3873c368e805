//! Any text made safe to stand in HTML, in an attribute too.

use std::borrow::Cow;

use crate::harmless;

/// Escapes markup; characters that would steer or turn what shows them become visible.
pub fn escape(text: &str) -> Cow<'_, str> {
    let harmless = harmless::replaced(text, |character, out| match character {
        '\n' => out.push('\u{21b5}'),
        '\t' => out.push('\u{21e5}'),
        other => out.extend(other.escape_default()),
    });
    if !harmless.contains(|character| markup(character).is_some()) {
        return harmless;
    }
    let mut escaped = String::with_capacity(harmless.len() + 16);
    for character in harmless.chars() {
        match markup(character) {
            Some(reference) => escaped.push_str(reference),
            None => escaped.push(character),
        }
    }
    Cow::Owned(escaped)
}

fn markup(character: char) -> Option<&'static str> {
    Some(match character {
        '&' => "&amp;",
        '<' => "&lt;",
        '>' => "&gt;",
        '"' => "&quot;",
        '\'' => "&#39;",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_and_controls_do_no_harm() {
        assert_eq!(escape("<b a=\"1\" b='2'>&"), "&lt;b a=&quot;1&quot; b=&#39;2&#39;&gt;&amp;");
        assert_eq!(escape("a\0b\u{1b}[31m\u{202e}c\u{85}"), r"a\u{0}b\u{1b}[31m\u{202e}c\u{85}");
        assert_eq!(escape("one\ntwo"), "one\u{21b5}two");
        assert!(matches!(escape("naïve 測試"), Cow::Borrowed(_)));
    }
}
