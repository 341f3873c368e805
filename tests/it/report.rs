//! `muddle corrupt --report`: the page about a run.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::{Run, fixture_arg, muddle, muddle_with};

fn corrupt(name: &str, options: &[&str]) -> Run {
    let tokenizer = fixture_arg(&format!("tokenizers/{name}.json"));
    let text = fixture_arg("texts/english.txt");
    let run = muddle(&[&["corrupt", "-q", "-t", &tokenizer], options, &[&text]].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    run
}

/// Records, page and statistics of a run.
fn reported(name: &str, options: &[&str]) -> (Run, String, Value) {
    let folder = tempfile::tempdir().unwrap();
    let (page, stats) = (folder.path().join("page.html"), folder.path().join("stats.json"));
    let files = ["--report", page.to_str().unwrap(), "--stats", stats.to_str().unwrap()];
    let run = corrupt(name, &[options, &files].concat());
    (run, fs::read_to_string(page).unwrap(), serde_json::from_slice(&fs::read(stats).unwrap()).unwrap())
}

/// The count of a fact, without its note and the spaces between its digits.
fn fact(page: &str, group: &str, name: &str) -> String {
    let group = page.split(&format!("<h2>{group}</h2>")).nth(1).unwrap_or_else(|| panic!("{group}"));
    let group = group.split("</div>\n").next().unwrap();
    let value = |before: &str| group.split(before).nth(1);
    let plain = || value(&format!("<dt>{name}</dt><dd>"));
    let targeted = || value(&format!("<th scope=\"row\">{name}</th><td title=\""));
    let value = plain().or_else(targeted).unwrap_or_else(|| panic!("{name}"));
    value.split([' ', '<', '"']).next().unwrap().replace('\u{202f}', "")
}

fn titles(page: &str) -> Vec<&str> {
    page.split("<h3>").skip(1).map(|rest| rest.split("</h3>").next().unwrap()).collect()
}

/// The sum of a histogram, each value as often as it was counted, and of the counts alone.
fn sums(histogram: &Value) -> (u64, u64) {
    let pairs = histogram.as_array().unwrap().iter().map(|pair| (pair[0].as_u64().unwrap(), pair[1].as_u64().unwrap()));
    pairs.fold((0, 0), |sums, (value, count)| (sums.0 + value * count, sums.1 + count))
}

const RECIPES: [(&str, &[&str]); 9] = [
    ("wordpiece", &["-n", "mask"]),
    ("wordpiece", &["-n", "mask:unit=word", "-n", "mask:ratio=0.5,mask=0.2,random=0.5", "--labels", "masked"]),
    ("bytelevel", &["-n", "delete"]),
    ("bytelevel", &["-n", "infill@0.5", "--copies", "3"]),
    ("unigram", &["-n", "permute", "-n", "mask", "-n", "infill", "--mask-token", "<extra_id_0>"]),
    ("bytelevel", &["-n", "permute:ratio=0.5"]),
    ("wordpiece", &["-n", "rotate:unit=sentence", "-n", "permute"]),
    ("bytelevel", &["--preset", "bart"]),
    ("bytelevel", &["--preset", "bart", "--pack", "stream", "--max-length", "40"]),
];

#[test]
fn records_are_the_same_with_and_without_a_page() {
    for (name, options) in RECIPES {
        assert_eq!(corrupt(name, options).stdout, reported(name, options).0.stdout, "{name} {options:?}");
    }
}

#[test]
fn the_same_run_writes_the_same_page_whatever_the_threads() {
    for (name, options) in RECIPES {
        let pages = ["1", "4"].map(|threads| reported(name, &[options, &["-j", threads]].concat()).1);
        assert!(pages[0] == pages[1], "{name} {options:?}");
    }
}

#[test]
fn a_page_needs_no_other_file_and_holds_examples() {
    for (name, options) in RECIPES {
        let (_, page, _) = reported(name, options);
        assert!(page.starts_with("<!doctype html>") && page.ends_with("</html>\n"));
        for part in ["http://", "https://", "src=", "@import", "url("] {
            assert!(!page.contains(part), "{name} {options:?} {part}");
        }
        assert!(page.contains("default-src 'none'") && page.contains("<b>before</b>") && page.contains("<b>after</b>"));
    }
}

#[test]
fn examples_are_no_more_than_thirty() {
    let rows = |options: &[&str]| reported("bytelevel", options).1.matches("<tr><th scope=\"row\"><span").count();
    assert_eq!(rows(&["-n", "infill", "--pack", "sentence", "--copies", "40"]), 30);
    let records = corrupt("bytelevel", &["-n", "infill"]).records().len();
    assert_eq!(rows(&["-n", "infill"]), records.min(30));
}

#[test]
fn numbers_of_the_page_are_those_of_the_statistics() {
    for (name, options) in RECIPES {
        let (run, page, stats) = reported(name, options);
        let records = run.records();
        let tokens: usize = records.iter().map(|record| record.input_ids.len()).sum();
        assert_eq!(fact(&page, "Records", "records"), records.len().to_string());
        assert_eq!(fact(&page, "Lengths", "input tokens"), tokens.to_string());
        for (key, fact_name) in [("documents", "documents"), ("empty", "empty"), ("skipped", "skipped")] {
            assert_eq!(fact(&page, "Records", fact_name), stats[key].to_string());
        }
        let labels: usize = records.iter().map(|record| record.labels.len()).sum();
        let mean = format!("{:.1}", labels as f64 / records.len() as f64);
        assert_eq!(fact(&page, "Lengths", "labels, mean"), mean, "{name} {options:?}");
        let steps = stats["steps"].as_array().unwrap();
        for (at, step) in steps.iter().enumerate() {
            let noise = step["noise"].as_str().unwrap().split([':', '@']).next().unwrap();
            let group = if steps.len() > 1 { format!("{}. {noise}", at + 1) } else { noise.to_string() };
            assert_eq!(fact(&page, &group, "applied to windows"), step["applied"].to_string());
            for (key, name) in [("spans", "spans"), ("trimmed", "cut so that the ratio is met"), ("kept", "kept")] {
                if noise == "infill" && key != "kept" || noise == "mask" && key == "kept" {
                    assert_eq!(fact(&page, &group, name), step[key].to_string());
                }
            }
        }
    }
}

#[test]
fn details_add_up_to_the_counts() {
    for (name, options) in RECIPES {
        let (run, _, stats) = reported(name, options);
        for step in stats["steps"].as_array().unwrap() {
            let number = |key: &str| step[key].as_u64().unwrap();
            let noise = step["noise"].as_str().unwrap().split([':', '@']).next().unwrap();
            match noise {
                "infill" => {
                    assert_eq!(sums(&step["span_lengths"]), (number("chosen"), number("spans")), "{options:?}");
                    assert_eq!(number("masks") + number("random"), number("spans"));
                    assert!(number("trimmed") <= number("applied"));
                }
                "mask" => assert!(number("masks") + number("random") + number("kept") >= number("chosen")),
                "delete" => assert!(number("chosen") <= number("units")),
                "permute" => {
                    let still = step["moves"].as_array().unwrap().iter().find(|pair| pair[0] == 0);
                    let still = still.map_or(0, |pair| pair[1].as_u64().unwrap());
                    let (_, all) = sums(&step["moves"]);
                    assert_eq!((all, all - still), (number("units"), number("chosen")), "{options:?}");
                }
                _ => {
                    let starts = step["starts"].as_array().unwrap().iter().map(|start| start.as_u64().unwrap());
                    assert_eq!(starts.sum::<u64>(), number("applied"));
                }
            }
        }
        assert_eq!(sums(&stats["noise_shares"]).1, run.records().len() as u64, "{options:?}");
    }
}

#[test]
fn tokens_hit_are_those_that_the_labels_ask_for() {
    let (run, _, stats) = reported("wordpiece", &["-n", "mask:unit=word", "--labels", "masked"]);
    let asked = run.records().iter().flat_map(|record| record.labels.clone()).filter(|&label| label != -100).count();
    let written = ["masks", "random", "kept"].map(|key| stats["steps"][0][key].as_u64().unwrap());
    assert_eq!(written.iter().sum::<u64>(), asked as u64);
    let places = stats["places"].as_array().unwrap().iter().map(|place| place[0].as_u64().unwrap());
    assert_eq!(places.sum::<u64>(), asked as u64);
}

#[test]
fn each_chart_stands_exactly_where_the_recipe_has_such_a_step() {
    let [lengths, shares, places] = ["Lengths", "Noise per record", "Where noise falls"];
    let cases: [(&[&str], Vec<&str>); 6] = [
        (&["-n", "mask"], vec![lengths, shares, places]),
        (&["-n", "delete"], vec![lengths, shares, places]),
        (&["-n", "infill"], vec![lengths, shares, places, "Span lengths"]),
        (&["-n", "permute"], vec![lengths, "How far sentences moved"]),
        (&["-n", "rotate"], vec![lengths, "Where rotations begin"]),
        (
            &["--preset", "bart"],
            vec![lengths, shares, places, "How far sentences moved (1. permute)", "Span lengths (2. infill)"],
        ),
    ];
    for (options, expected) in cases {
        assert_eq!(titles(&reported("bytelevel", options).1), expected, "{options:?}");
    }
    let (_, page, _) = reported("bytelevel", &["-n", "infill:lambda=2", "-n", "infill:lambda=6"]);
    assert!(titles(&page).contains(&"Span lengths (1. infill)") && page.contains("Poisson, lambda 6"));
}

#[test]
fn a_page_stands_only_when_the_run_has_succeeded() {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("page.html");
    let tokenizer = fixture_arg("tokenizers/bytelevel.json");
    let path = page.to_str().unwrap();
    let run = muddle_with(&["corrupt", "-t", &tokenizer, "-n", "mask", "--report", path], b"bad \xff bytes");
    assert_eq!((run.code, fs::read_dir(folder.path()).unwrap().count()), (1, 0), "{}", run.stderr);
    let run = muddle_with(&["corrupt", "-t", &tokenizer, "-n", "mask", "--report", path], b" \n");
    assert!(run.code == 0 && fs::read_to_string(&page).unwrap().contains("The input holds no text"));
}

#[test]
fn a_page_that_cannot_be_written_is_an_error_before_any_work() {
    let folder = tempfile::tempdir().unwrap();
    let (input, output) = (folder.path().join("in.txt"), folder.path().join("out.jsonl"));
    fs::write(&input, "Some text.").unwrap();
    let tokenizer = fixture_arg("tokenizers/bytelevel.json");
    let run = |page: &Path| {
        let [input, output, page] = [&input, &output, page].map(|path| path.to_str().unwrap());
        muddle(&["corrupt", "-t", &tokenizer, "-n", "mask", "-o", output, "--report", page, input])
    };
    let refused = [
        (run(&folder.path().join("missing/page.html")), "there is no folder"),
        (run(&input), "is also an input"),
        (run(&output), "is given for two outputs"),
    ];
    for (run, words) in refused {
        assert!(run.code == 1 && run.stderr.contains(words) && run.stdout.is_empty(), "{}", run.stderr);
        assert!(!output.exists());
    }
}

#[test]
fn statistics_and_pages_can_go_to_stdout() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("out.jsonl");
    let output = output.to_str().unwrap();
    let stats = corrupt("bytelevel", &["-n", "mask", "-o", output, "--stats", "-"]);
    assert!(serde_json::from_slice::<Value>(&stats.stdout).unwrap()["records"].as_u64().unwrap() > 0);
    let page = corrupt("bytelevel", &["-n", "mask", "-o", output, "--report", "-"]);
    assert!(page.text().starts_with("<!doctype html>"));
    let (tokenizer, text) = (fixture_arg("tokenizers/bytelevel.json"), fixture_arg("texts/english.txt"));
    for options in [&["--stats", "-"][..], &["--report", "-"], &["-o", output, "--stats", "-", "--report", "-"]] {
        let run = muddle(&[&["corrupt", "-t", &tokenizer, "-n", "mask", &text], options].concat());
        assert!(run.code == 2 && run.stdout.is_empty() && run.stderr.contains("stdout"), "{}", run.stderr);
    }
}

#[test]
fn the_summary_says_what_is_filled_and_how_often_noise_was_applied() {
    let tokenizer = fixture_arg("tokenizers/bytelevel.json");
    let run = |options: &[&str], text: &str| {
        let run = muddle_with(&[&["corrupt", "-t", &tokenizer, "-o", "/dev/null"], options].concat(), text.as_bytes());
        assert_eq!(run.code, 0, "{}", run.stderr);
        run.stderr
    };
    let said = run(&["-n", "rotate@0.5", "--documents", "line"], &"It rains on the island today.\n".repeat(200));
    let applied = said.split("rotate@0.5: applied to ").nth(1).and_then(|rest| rest.split(' ').next()).unwrap();
    // The same text draws the same: all or none.
    assert!(["0", "200"].contains(&applied) && said.contains(" of 200 records"), "{said}");
    assert!(said.starts_with("200 records from 200 documents, ") && said.contains("% of --max-length 512)"), "{said}");
    // Windows that share a record draw apart, and may be more than the records.
    let lines: String = (0..200).map(|at| format!("It rains on island {at}.\n")).collect();
    let packed = run(&["-n", "rotate@0.5", "--documents", "line", "--pack", "best-fit"], &lines);
    let (applied, rest) = packed.split_once("rotate@0.5: applied to ").unwrap().1.split_once(" of ").unwrap();
    assert!(rest.starts_with("200 windows ") && (60..140).contains(&applied.parse::<u32>().unwrap()), "{packed}");
    let hints = |said: &str| said.lines().filter(|line| line.starts_with("hint: ")).count();
    assert_eq!(hints(&said), 1, "{said}");
    for remedy in ["--documents file", "--pack best-fit", "--pack stream"] {
        assert!(said.contains(remedy), "{said}");
    }
    let lines = "It rains on the island today.\n".repeat(200);
    for options in
        [&["--documents", "file"][..], &["--pack", "sentence"], &["--window", "1"], &["--max-length", "16"], &["-q"]]
    {
        assert_eq!(hints(&run(&[&["-n", "mask", "--documents", "line"], options].concat(), &lines)), 0, "{options:?}");
    }
    let one = run(&["-n", "mask"], "Rain.\n");
    assert!(one.starts_with("1 record from 1 document, ") && hints(&one) == 0, "{one}");
}
