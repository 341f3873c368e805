//! What people look at: here the laws of the preview; beside it its frozen renderings, and the words of help and mistakes.

mod rendered;
mod words;

use muddle::document::Documents;
use muddle::pipeline::{Corrupter, Example, Scratch};
use muddle::preview;
use muddle::view::terminal::Terminal;
use muddle::view::{ExampleView, Mark};
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

fn view(corrupter: &Corrupter, window: &Window, copy: u32) -> ExampleView {
    let mut scratch = Scratch::new(&corrupter.tokenizer);
    let see = |example: &Example| preview::example(corrupter, example, usize::MAX);
    corrupter.corrupt_window(window, copy, &mut scratch, see).unwrap().unwrap()
}

fn render(corrupter: &Corrupter, window: &Window, color: bool) -> String {
    Terminal { width: 80, color }.example(&view(corrupter, window, 0))
}

/// How often each ASCII letter or digit stands in the pieces of one side that have one of these marks. Other characters may
/// be several tokens, of which noise takes some.
fn letters(example: &ExampleView, side: usize, marks: &[Mark]) -> [usize; 128] {
    let mut counts = [0; 128];
    let pieces = example.text.side(side).into_iter().filter(|piece| marks.contains(&piece.mark));
    for letter in pieces.flat_map(|piece| piece.text.chars()).filter(char::is_ascii_alphanumeric) {
        counts[letter as usize] += 1;
    }
    counts
}

/// What is shown as kept is in the record and what is shown as hidden is not; what is partly lost may be either.
fn assert_shown_truly(example: &ExampleView) {
    let [before, after] = [0, 1].map(|side| letters(example, side, &[Mark::Plain, Mark::Kept]));
    let partly = letters(example, 0, &[Mark::Partly]);
    for letter in 0..before.len() {
        let possible = before[letter]..=before[letter] + partly[letter];
        assert!(
            possible.contains(&after[letter]),
            "{}: {possible:?}, {}\n{example:?}",
            letter as u8 as char,
            after[letter]
        );
    }
}

#[test]
fn what_is_shown_as_kept_is_in_the_record_and_what_is_shown_as_hidden_is_not() {
    for_each_window(|corrupter, _, window| assert_shown_truly(&view(corrupter, window, 0)));
}

#[test]
fn short_sentences_that_are_encoded_together_are_shown_truly() {
    let text = "Bread rises. You wait. It bakes. We eat.\n\nIt(s). \"A.\" He's 5. (No.) Oui! Non? Hm.";
    let mut partly = 0;
    for tokenizer in TOKENIZERS {
        for second in ["delete:ratio=0.2", "mask:ratio=0.5", "infill:lambda=1,unit=token", "permute", "rotate"] {
            let tokenizer = load(&fixture(&format!("tokenizers/{tokenizer}.json")));
            let corrupter = corrupter(tokenizer, &["permute", second], Packing::Fit, 120);
            let documents = Documents::of_texts("text.txt", true, text.split("\n\n"));
            let windows = corrupter.pack(documents, &mut corrupter.tokenizer.encoder()).windows;
            for (at, copy) in (0..windows.len()).flat_map(|at| (0..40).map(move |copy| (at, copy))) {
                let example = view(&corrupter, &windows.get(at), copy);
                assert_shown_truly(&example);
                partly += usize::from(example.text.marks().contains(&Mark::Partly));
            }
        }
    }
    assert!(partly > 10, "{partly}");
}

#[test]
fn a_sentence_that_lost_its_first_word_is_not_shown_with_its_end() {
    let run = preview(&["permute", "delete:ratio=0.2"], &["--documents", "line", "--seed", "1"], BREAD);
    let line = run.text().lines().find(|line| line.starts_with("- ⟦1")).unwrap();
    assert!(!line.contains("⟨-B⟩read") && line.contains("⟨?Bre⟩⟨-ad⟩ rises."), "{line}");
}

const BREAD: &str = "Bread rises. You wait. It bakes. We eat.\n";

/// Seconds that a preview or a report of so many short sentences in one window takes.
fn seconds(sentences: usize, arguments: &[&str]) -> f64 {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("text.txt");
    std::fs::write(&text, "Rain fell. A cat sat. ".repeat(sentences / 2)).unwrap();
    let (tokenizer, page) = (fixture_arg("tokenizers/bytelevel.json"), folder.path().join("page.html"));
    let arguments = arguments.iter().map(|word| if *word == "PAGE" { page.to_str().unwrap() } else { word });
    let mut all = vec!["corrupt", "-q", "-t", &tokenizer, "-n", "permute", "--max-length", "10000000", "-j", "1"];
    all.extend(arguments);
    all.push(text.to_str().unwrap());
    let start = std::time::Instant::now();
    assert_eq!(muddle(&all).code, 0);
    start.elapsed().as_secs_f64()
}

#[test]
fn looking_at_many_sentences_takes_time_in_proportion() {
    for arguments in [&["-o", "/dev/null", "--report", "PAGE"][..], &["--preview", "1"]] {
        let [few, many] = [10_000, 80_000].map(|sentences| seconds(sentences, arguments));
        // Eight times as many: 64 times as long where pairs are looked at.
        assert!(many < 1.0 + 24.0 * few, "{arguments:?}: {few} s, {many} s");
    }
}

/// One side of a rendering, without gutter and colors.
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
    let shown = |c: char| match c {
        '\u{200e}' | '\u{200f}' => c.escape_unicode().to_string(),
        c if c.is_control() && !c.is_whitespace() => c.escape_unicode().to_string(),
        c => c.to_string(),
    };
    text.chars().map(shown).collect()
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
fn without_color_brackets_mark_the_same_pieces() {
    for_each_window(|corrupter, _, window| {
        let plain = render(corrupter, window, false);
        assert!(!plain.contains('\u{1b}'));
        let colored = render(corrupter, window, true);
        for gutter in ["- ", "+ "] {
            let signs = |text: &str| bare(text).replace(['⟨', '⟩', '-', '=', '~', '+', '?'], "");
            assert_eq!(signs(&side(&plain, gutter)), signs(&side(&colored, gutter)));
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
fn text_that_holds_the_signs_of_marks_does_not_look_like_one() {
    let text = "The state ⟨-psi⟩ is ⟦2⟧ here.\n";
    let run = preview(&["none"], &["--color", "never"], text);
    assert!(run.text().contains(r"\u{27e8}-psi\u{27e9} is \u{27e6}2\u{27e7}"), "{}", run.text());
    let colored = preview(&["none"], &["--color", "always"], text);
    assert!(colored.text().contains(r"⟨-psi⟩ is \u{27e6}2\u{27e7}"), "{}", colored.text());
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
