//! Small tokenizers that real users met faults with: ids, roles and words as they have to be.

use serde_json::{Value, json};

use crate::support::{Run, fixture, fixture_arg, muddle_with};

fn corrupt(tokenizer: &str, arguments: &[&str], text: &str) -> Run {
    let tokenizer = fixture_arg(&format!("tokenizers/cases/{tokenizer}.json"));
    muddle_with(&[&["corrupt", "-t", &tokenizer], arguments].concat(), text.as_bytes())
}

fn ids(tokenizer: &str, text: &str) -> Vec<u32> {
    let run = corrupt(tokenizer, &["-n", "delete:ratio=0"], text);
    assert_eq!(run.code, 0, "{}", run.stderr);
    run.records()[0].input_ids.clone()
}

#[test]
fn files_that_the_fast_engine_gets_wrong_have_the_ids_of_the_released_line() {
    assert_eq!(ids("metaspace_added", "a<url>b"), [2, 19, 3]);
    assert_eq!(ids("metaspace_added", "<url> b"), [19, 3]);
    assert_eq!(ids("metaspace_added", "in New York now"), [6, 1, 20, 7]);
    assert_eq!(ids("single_word", "aaa aa"), [1, 2, 2, 3]);
    assert_eq!(ids("single_word", "在北京大学北京"), [0]);
    assert_eq!(ids("eow", "a b."), [3, 4, 7]);
    assert_eq!(ids("eow", "ab a c."), [5, 3, 9, 7]);
}

#[test]
fn a_pattern_with_classes_of_words_is_warned_of_once() {
    let run = corrupt("regex_w", &["-n", "delete:ratio=0"], "می\u{200c}روم\n\nx");
    assert_eq!(run.stderr.matches("\\w or \\b").count(), 1, "{}", run.stderr);
    assert!(!corrupt("eow", &["-n", "delete"], "a b.").stderr.contains("\\w or \\b"));
}

#[test]
fn tokens_in_a_role_are_never_drawn_though_nothing_flags_them() {
    let roles =
        ["--mask-token", "[MASK]", "--pad-token", "[PAD]", "-n", "mask:ratio=1,mask=0,random=1", "--copies", "300"];
    let run = corrupt("unflagged", &roles, "the ferry leaves the ferry");
    let drawn: std::collections::BTreeSet<u32> =
        run.records().iter().flat_map(|record| record.input_ids[1..record.input_ids.len() - 1].to_vec()).collect();
    assert_eq!(drawn.into_iter().collect::<Vec<_>>(), [5, 6, 7]);
}

#[test]
fn text_does_not_give_the_mask_though_nothing_flags_it() {
    let run = corrupt("mask_plain", &["--mask-token", "<mask>", "-n", "mask:ratio=0"], "i saw a <mask> and left .");
    assert!(!run.records()[0].input_ids.contains(&1), "{}", run.text());
    let allowed = ["--mask-token", "<mask>", "-n", "mask:ratio=0", "--allow-special-in-text"];
    assert!(corrupt("mask_plain", &allowed, "i saw a <mask> .").records()[0].input_ids.contains(&1));
}

#[test]
fn tokens_of_a_vocabulary_of_words_are_words() {
    let options = ["-n", "mask:unit=word,ratio=0.3", "--meta"];
    let run = corrupt("wordlevel", &options, "we bake bread and we eat it .");
    assert_eq!(run.records()[0].meta["noise"][0]["units"], 8, "{}", run.text());
}

/// The folder's tokenizer with a config of some kind.
fn folder(config: &Value) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let source = fixture("tokenizers/cases/mask_plain.json");
    std::fs::copy(source, folder.path().join("tokenizer.json")).unwrap();
    std::fs::write(folder.path().join("tokenizer_config.json"), config.to_string()).unwrap();
    folder
}

#[test]
fn flags_and_roles_of_the_config_make_tokens_special() {
    let flagged = json!({"added_tokens_decoder": {"1": {"content": "<mask>", "special": true}}});
    let in_a_role = json!({"sep_token": {"content": "<mask>"}});
    let listed = json!({"additional_special_tokens": ["<mask>"]});
    let unflagged = json!({"added_tokens_decoder": {"1": {"content": "<mask>", "special": false}}});
    for (config, special) in [(flagged, true), (in_a_role, true), (listed, true), (unflagged, false)] {
        let folder = folder(&config);
        let arguments = ["corrupt", "-t", folder.path().to_str().unwrap(), "-n", "delete:ratio=0"];
        let run = muddle_with(&arguments, b"i saw a <mask> and left .");
        assert_eq!(!run.records()[0].input_ids.contains(&1), special, "{config} {}", run.text());
    }
    // A flag there lets the token be found by its well-known name.
    let folder = folder(&json!({"added_tokens_decoder": {"1": {"content": "<mask>", "special": true}}}));
    let arguments = ["corrupt", "-t", folder.path().to_str().unwrap(), "-n", "mask:ratio=1,mask=1,random=0"];
    let run = muddle_with(&arguments, b"i saw a bird .");
    assert_eq!(run.records()[0].input_ids, [1; 5], "{}", run.stderr);
}
