//! What people look at: here the laws of the preview; beside it its frozen renderings, and the words of help and mistakes.

mod rendered;
mod words;

use muddle::document::Documents;
use muddle::pipeline::{Corrupter, Example, Scratch};
use muddle::preview::Preview;
use muddle::window::{Packing, Window};

use crate::support::{Run, corrupter, fixture, fixture_arg, load, muddle, muddle_with};

const TOKENIZERS: [&str; 4] = ["bytelevel", "wordpiece", "unigram", "llama_like"];
const TEXTS: [&str; 8] = ["english", "french", "russian", "arabic", "hindi", "chinese", "thai", "mixed"];
const RECIPES: [&[&str]; 7] = [
    &["mask:ratio=0.3"],
    &["delete:ratio=0.3"],
    &["infill:ratio=0.4,lambda=2,random=0.2"],
    &["permute"],
    &["rotate"],
    &["permute", "infill:random=0.1"],
    &["mask", "delete:unit=word", "permute:ratio=0.5", "infill", "rotate:unit=sentence"],
];

/// Runs `look` on every window of the fixtures under every recipe.
fn for_each_window(mut look: impl FnMut(&Corrupter, &[&str], &Window)) {
    for tokenizer in TOKENIZERS {
        for recipe in RECIPES {
            let tokenizer = load(&fixture(&format!("tokenizers/{tokenizer}.json")));
            let corrupter = corrupter(tokenizer, recipe, Packing::Fit, 120);
            for text in TEXTS {
                let text = std::fs::read_to_string(fixture(&format!("texts/{text}.txt"))).unwrap();
                let documents = Documents::of_texts("text.txt", true, text.split("\n\n").take(2));
                let windows = corrupter.pack(documents, &mut corrupter.tokenizer.encoder()).windows;
                (0..windows.len()).for_each(|at| look(&corrupter, recipe, &windows.get(at)));
            }
        }
    }
}

fn render(corrupter: &Corrupter, window: &Window, color: bool) -> String {
    let mut scratch = Scratch::new(&corrupter.tokenizer);
    let preview = Preview::new(corrupter, 80, color);
    corrupter.corrupt_window(window, 0, &mut scratch, |example| preview.example(example)).unwrap().unwrap()
}

/// One side of a rendering, without gutter and colours.
fn side(rendered: &str, gutter: &str) -> String {
    let mut text = String::new();
    let mut rest = rendered;
    while let Some((before, escape)) = rest.split_once('\u{1b}') {
        text.push_str(before);
        rest = escape.split_once('m').unwrap().1;
    }
    text.push_str(rest);
    text.lines().filter_map(|line| line.strip_prefix(gutter)).collect()
}

/// Without white space, numbers of sentences and other signs that never stand in the fixtures.
fn bare(text: &str) -> String {
    let mut bare = String::new();
    let mut in_number = false;
    for c in text.chars() {
        in_number = (in_number || c == '⟦') && c != '⟧';
        if !in_number && !c.is_whitespace() && !"⟧↻↵→␣\u{fffd}".contains(c) {
            bare.push(c);
        }
    }
    bare
}

/// What printing makes of characters that terminals obey.
fn printable(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() && !c.is_whitespace() { c.escape_unicode().to_string() } else { c.to_string() })
        .collect()
}

#[test]
fn both_sides_are_the_decoded_bodies() {
    for_each_window(|corrupter, recipe, window| {
        let mut scratch = Scratch::new(&corrupter.tokenizer);
        let see = |example: &Example| example.made.body.clone();
        let body = corrupter.corrupt_window(window, 0, &mut scratch, see).unwrap();
        let rendered = render(corrupter, window, true);
        for (gutter, ids) in [("- ", window.body), ("+ ", &body.ids)] {
            let decoded = corrupter.tokenizer.decode(ids).unwrap();
            // Where single bytes are tokens, a decoder gives up whole characters beside bytes that are none.
            let falls_back_to_bytes = corrupter.tokenizer.vocabulary().id("<0x41>").is_some();
            if falls_back_to_bytes && decoded.contains('\u{fffd}') {
                continue;
            }
            assert_eq!(bare(&side(&rendered, gutter)), bare(&printable(&decoded)), "{recipe:?}\n{rendered}");
        }
    });
}

#[test]
fn without_colour_brackets_mark_the_same_pieces() {
    for_each_window(|corrupter, _, window| {
        let plain = render(corrupter, window, false);
        assert!(!plain.contains('\u{1b}'));
        let coloured = render(corrupter, window, true);
        for gutter in ["- ", "+ "] {
            let signs = |text: &str| bare(text).replace(['⟨', '⟩', '-', '=', '~', '+'], "");
            assert_eq!(signs(&side(&plain, gutter)), signs(&side(&coloured, gutter)));
        }
    });
}

#[test]
fn no_line_is_wider_than_the_page() {
    for_each_window(|corrupter, _, window| {
        for line in render(corrupter, window, false).lines() {
            assert!(unicode_width::UnicodeWidthStr::width(line) <= 80, "{line}");
        }
    });
}

#[test]
fn aligned_lines_come_in_pairs() {
    for_each_window(|corrupter, _, window| {
        let rendered = render(corrupter, window, false);
        let count = |gutter: &str| rendered.lines().filter(|line| line.starts_with(gutter)).count();
        assert!(count("-") > 0 && count("+") > 0);
        if rendered.contains("\n\n") {
            assert_eq!(count("-"), count("+"), "{rendered}");
        }
    });
}

fn preview(noises: &[&str], more: &[&str], text: &str) -> Run {
    let tokenizer = fixture_arg("tokenizers/bytelevel.json");
    let mut arguments = vec!["corrupt", "-t", &tokenizer, "--preview", "2"];
    noises.iter().for_each(|noise| arguments.extend(["-n", noise]));
    arguments.extend(more);
    muddle_with(&arguments, text.as_bytes())
}

const TEXT: &str = "The ferry leaves at five. It rains on the island. Nobody counts the buoys.\n";

#[test]
fn counts_agree_with_the_meta_object() {
    let english = fixture_arg("texts/english.txt");
    let noises = ["permute", "infill", "delete@0.5"];
    let shown = preview(&noises, &[&english, "--copies", "3"], "");
    let tokenizer = fixture_arg("tokenizers/bytelevel.json");
    let mut arguments = vec!["corrupt", "-t", &tokenizer, "--meta", "--copies", "3", "-q", &english];
    noises.iter().for_each(|noise| arguments.extend(["-n", noise]));
    let records = muddle(&arguments).records();
    let mut examples = shown.text().split("\n\n").skip(1);
    for record in records.iter().take(2) {
        let example = examples.find(|block| block.contains("  window ")).unwrap();
        let place = format!(
            "{}:{}  window {}  copy {}",
            english, record.meta["line"], record.meta["window"], record.meta["copy"]
        );
        assert!(example.starts_with(&place), "{example}");
        for noise in record.meta["noise"].as_array().unwrap() {
            let name = noise["name"].as_str().unwrap();
            let told = format!("\n{name}: {} of {} ", noise["chosen"], noise["units"]);
            assert!(example.contains(&told), "no {told} in {example}");
        }
        let after = format!("{} after", record.input_ids.len() - 2);
        assert!(example.contains(&after), "no {after} in {example}");
    }
}

#[test]
fn a_preview_writes_no_file_and_shows_so_many() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("out.jsonl");
    let run = preview(&["rotate"], &["-o", output.to_str().unwrap(), "--documents", "line"], &TEXT.repeat(5));
    assert_eq!(run.text().matches("  window ").count(), 2);
    assert!(!output.exists());
}

#[test]
fn a_preview_of_nothing_warns() {
    let run = preview(&["rotate"], &[], " \n");
    assert_eq!((run.code, run.text()), (0, ""));
    assert!(run.stderr.starts_with("warning: the input holds no text"));
}

#[test]
fn control_characters_of_the_text_do_not_reach_the_terminal() {
    let run = preview(&["delete"], &["--color", "never"], "Red \u{1b}[31mtext\u{7} and \u{202e}back.\n");
    assert!(run.text().contains("\\u{1b}[31m") && run.text().contains("\\u{202e}"), "{}", run.text());
    assert!(!run.text().chars().any(|c| c == '\u{1b}' || c == '\u{202e}' || c == '\u{7}'));
}

#[test]
fn a_closed_pipe_is_silent_success() {
    use std::process::{Command, Stdio};
    let mut child = Command::new(env!("CARGO_BIN_EXE_muddle"))
        .args(["corrupt", "-t", &fixture_arg("tokenizers/bytelevel.json"), "-n", "mask", "--preview", "100000"])
        .args(["--copies", "100000", &fixture_arg("texts/english.txt")])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), b"".as_slice()));
}
