//! Method `uax29` against the crate and against Unicode's own test.

use proptest::prelude::*;
use unicode_segmentation::UnicodeSegmentation;

use super::fuzz::{any_text, cases};
use crate::sentence::uax29::bounds;

fn of_the_crate(text: &str) -> Vec<usize> {
    text.split_sentence_bound_indices().map(|(start, sentence)| start + sentence.len()).collect()
}

fn ours(text: &str) -> Vec<usize> {
    let mut ends = Vec::new();
    bounds(text, &mut ends);
    ends
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases(4000)))]

    #[test]
    fn bounds_are_those_of_the_crate(text in any_text(40)) {
        prop_assert_eq!(ours(&text), of_the_crate(&text));
    }
}

#[test]
fn bounds_around_every_character_are_those_of_the_crate() {
    // A sample of all characters by default; all of them with MUDDLE_FUZZ_CASES.
    let step = if cases(0) > 0 { 1 } else { 37 };
    let characters = ('\0'..=char::MAX).step_by(step).chain('\0'..'\u{3100}');
    for c in characters {
        for text in [format!("a{c}.B"), format!("a.{c}B"), format!("a. {c}b"), format!("a.){c} {c}b!{c}a. /{c}b")] {
            assert_eq!(ours(&text), of_the_crate(&text), "{text:?}");
        }
    }
}

/// Give the path of Unicode's SentenceBreakTest.txt in MUDDLE_SENTENCE_BREAK_TEST.
#[test]
#[ignore = "needs MUDDLE_SENTENCE_BREAK_TEST, the path of Unicode's file"]
fn bounds_are_those_of_the_sentence_break_test() {
    let path = std::env::var("MUDDLE_SENTENCE_BREAK_TEST").expect("MUDDLE_SENTENCE_BREAK_TEST names the file");
    let file = std::fs::read_to_string(&path).expect("the file of MUDDLE_SENTENCE_BREAK_TEST");
    let mut count = 0;
    for line in file.lines() {
        let case = line.split('#').next().unwrap_or_default().trim();
        if case.is_empty() {
            continue;
        }
        let mut text = String::new();
        let mut want = Vec::new();
        for token in case.split_whitespace() {
            match token {
                "÷" => want.push(text.len()),
                "×" => {}
                _ => text.extend(u32::from_str_radix(token, 16).ok().and_then(char::from_u32)),
            }
        }
        assert_eq!(ours(&text), want[1..], "{line}");
        count += 1;
    }
    assert!(count > 0, "{path} holds no case");
}
