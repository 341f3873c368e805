//! What `split` promises of every method.

use super::sentences;
use crate::sentence::Method;

const METHODS: [Method; 4] = [Method::Auto, Method::Uax29, Method::Line, Method::None];

#[test]
fn an_empty_text_has_no_sentence() {
    for method in METHODS {
        assert!(sentences("", method, "en").is_empty(), "{method:?}");
    }
}

#[test]
fn white_space_alone_is_one_sentence() {
    for method in METHODS {
        assert_eq!(sentences(" \n\n\t\u{2029} ", method, "en").len(), 1, "{method:?}");
    }
}

#[test]
fn sentences_own_the_white_space_before_them() {
    for method in [Method::Auto, Method::Uax29] {
        assert_eq!(sentences("  One.  Two. \n\n Three. ", method, "en"), ["  One.", "  Two.", " \n\n Three. "]);
    }
}

#[test]
fn every_kind_of_line_break_ends_a_line() {
    let lines = "a\nb\r\nc\rd\u{85}e\u{2028}f\u{2029}g";
    assert_eq!(sentences(lines, Method::Line, "").len(), 7);
    assert_eq!(sentences("a \n\n \n b\n", Method::Line, ""), ["a", " \n\n \n b\n"]);
    assert_eq!(sentences("One. Two.\nThree.", Method::Line, ""), ["One. Two.", "\nThree."]);
}

#[test]
fn without_a_method_all_is_one_sentence() {
    assert_eq!(sentences(" One.\n\nTwo. ", Method::None, "").len(), 1);
}

#[test]
fn a_blank_line_ends_a_sentence_and_a_line_before_small_letters_does_not() {
    assert_eq!(sentences("A title\n\nthe text", Method::Auto, "en"), ["A title", "\n\nthe text"]);
    assert_eq!(sentences("Broken\nover lines", Method::Auto, "en").len(), 1);
    assert_eq!(sentences("Shopping:\n- milk\r\n- eggs", Method::Auto, "en").len(), 3);
}
