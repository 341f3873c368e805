//! Any text at all: the ranges tile it, nothing panics, and no pattern takes long.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use crate::sentence::{Language, Method, split};

/// How many cases a test runs: MUDDLE_FUZZ_CASES, if it is set.
pub(super) fn cases(usual: u32) -> u32 {
    std::env::var("MUDDLE_FUZZ_CASES").ok().and_then(|count| count.parse().ok()).unwrap_or(usual)
}

/// What texts are made of: everything that any rule looks at, and letters of many scripts.
#[rustfmt::skip]
const PARTS: &[&str] = &[
    ".", ".", ".", "!", "?", "…", "...", " ", " ", " ", "  ", "\n", "\r\n", "\r", "\n\n", "\t", "\u{A0}", "\u{2028}",
    "\u{85}", "\u{0B}", "\"", "'", "“", "”", "‘", "’", "«", "»", "„", "(", ")", "[", "]", "[12]", "[...]", ",", ";",
    ":", "-", "–", "—", "*", "_", "#", "/", "•", "⁃", "№", "§", "a", "A", "I", "i", "x", "X", "he said", "Mr", "Dr",
    "e.g", "U.S", "No", "p.m", "5", "1", "2", "3.5", "1)", "2)", "a.", "b.", "(i)", "The", "Then", "Smith", "Inc",
    "etc", "Yahoo", "Juni", "z. B", "д", "Д", "г", "т. д", "Он", "проф", "α", "Ω", "έ", "Հ", "և", "։", "ا", "د", "؟",
    "۔", "क", "डॉ", "।", "中", "文", "。", "！", "？", "．", "３", "「", "」", "『", "』", "《", "》", "（", "）", "と", "って", "あ",
    "።", "፧", "။", "😀", "👋", ":)", ":-)", "\u{200B}", "\u{202A}", "\u{AD}", "\u{301}", "\u{FE0F}", "\0", "\u{1}",
    "\u{FEFF}", "\u{10FFFF}", "ß", "ǅ", "ª",
];

/// Texts of parts of all kinds, and now and then of any character.
pub(super) fn any_text(longest: usize) -> impl Strategy<Value = String> {
    let part = prop_oneof![
        12 => proptest::sample::select(PARTS).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
        1 => "[a-zA-Z]{1,6}",
    ];
    proptest::collection::vec(part, 0..longest).prop_map(|parts| parts.concat())
}

fn any_language() -> impl Strategy<Value = Option<Language>> {
    let codes: Vec<_> = Language::codes().collect();
    proptest::option::of(proptest::sample::select(codes).prop_map(|code| Language::from_code(code).expect("a code")))
}

fn tiles(text: &str, method: Method, language: Option<Language>) -> Result<(), TestCaseError> {
    let mut ends = vec![7, 7];
    split(text, method, language, &mut ends);
    let mut start = 0;
    for &end in &ends {
        prop_assert!(end > start && text.is_char_boundary(end), "{method:?} {ends:?}");
        let sentence = &text[start..end];
        prop_assert!(!sentence.trim().is_empty() || ends.len() == 1, "{method:?}: a white sentence in {ends:?}");
        prop_assert!(
            sentence.trim_end() == sentence || end == text.len(),
            "{method:?}: white space at an end of {ends:?}"
        );
        start = end;
    }
    prop_assert_eq!(start, text.len());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases(4000)))]

    #[test]
    fn sentences_tile_any_text(text in any_text(60), language in any_language()) {
        for method in [Method::Auto, Method::Uax29, Method::Line, Method::None] {
            tiles(&text, method, language)?;
        }
    }

    #[test]
    fn text_after_a_blank_line_changes_nothing_before_it(
        one in any_text(20),
        other in any_text(20),
        language in any_language().prop_filter("the language is told by all of a text", Option::is_some),
    ) {
        let one = format!("A{one}.");
        // Inside a quotation rules look for its closing mark, which may stand beyond.
        let quotes = ['“', '„', '「', '『', '《', '（', '”', '」', '』', '》', '）'];
        let (one, other) = (one.replace(quotes, ""), other.replace(quotes, ""));
        let text = format!("{one}\n\nB{other}");
        let (mut alone, mut together) = (Vec::new(), Vec::new());
        split(&one, Method::Auto, language, &mut alone);
        split(&text, Method::Auto, language, &mut together);
        prop_assert!(together.starts_with(&alone), "{alone:?} {together:?}");
    }
}

/// Patterns that make a splitter look ahead or back in vain.
#[rustfmt::skip]
const WORST: &[&str] = &[
    ".", ". ", ".\"", ".)", ".,", ". ,", "!", "! ", "? ", "Mr. ", "5 a.m. ", "\"A. ", "(A. b ", "1. ", "1) a 2) b ",
    "1) ", "「あ。", "“好。", "„A. ", "\n", "\r", " \n", "A.", "a.b", ". . . ", "...a ", "…", "。", "。」", "[1]", ".[1]",
    "•", "• ", "😀", "! 😀", "z. B. ", "т. д. ", "a: ", ";", "։", "Ա: ", "α; ", "۔", "।", "x. - A", "- ", "- A. ",
    "a\u{301}.", "\u{301}", "\u{202A}.", ". \u{301}", "༺", ".༺༻",
];

#[test]
fn no_pattern_takes_more_than_time_in_proportion() {
    for pattern in WORST {
        for lead in ["", ". ", "A"] {
            let text = lead.to_owned() + &pattern.repeat((60 << 10) / pattern.len());
            let start = Instant::now();
            for method in [Method::Auto, Method::Uax29] {
                split(&text, method, None, &mut Vec::new());
            }
            // Quadratic behavior takes minutes here; linear, milliseconds.
            assert!(start.elapsed() < Duration::from_secs(2), "{pattern:?} after {lead:?}");
        }
    }
}

#[test]
fn runs_after_a_full_stop_take_time_in_proportion() {
    for filler in [" ", ")", "\"", ",", "\u{A0}", "»", "\u{301}", "5", "\n", "/", "—", "’\u{301}"] {
        let text = format!("End.{}x", filler.repeat((60 << 10) / filler.len()));
        let start = Instant::now();
        for method in [Method::Auto, Method::Uax29] {
            split(&text, method, None, &mut Vec::new());
        }
        assert!(start.elapsed() < Duration::from_secs(2), "{filler:?}");
    }
}
