//! `muddle inspect`: what it finds, counts and shows.

mod browser;
mod files;

use std::path::Path;

use serde_json::Value;

use crate::support::{fixture_arg as fixture, muddle_with};

/// What a run came to, as text.
struct Ran {
    code: i32,
    stdout: String,
    stderr: String,
}

fn muddle(arguments: &[&str], stdin: &[u8]) -> Ran {
    let run = muddle_with(arguments, stdin);
    Ran { code: run.code, stdout: String::from_utf8(run.stdout).unwrap(), stderr: run.stderr }
}

fn tokenizer(name: &str) -> String {
    fixture(&format!("tokenizers/{name}.json"))
}

/// Records of the English fixture.
fn corrupted(name: &str, options: &[&str]) -> Vec<u8> {
    let (tokenizer, text) = (tokenizer(name), fixture("texts/english.txt"));
    let all = [&["corrupt", "-q", "-t", &tokenizer], options, &[&text]].concat();
    let ran = muddle(&all, b"");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    ran.stdout.into_bytes()
}

fn inspect(name: &str, options: &[&str], records: &[u8]) -> Ran {
    let tokenizer = tokenizer(name);
    muddle(&[&["inspect", "-t", &tokenizer], options].concat(), records)
}

fn json(name: &str, options: &[&str], records: &[u8]) -> (i32, Value) {
    let ran = inspect(name, &[&["--json"], options].concat(), records);
    let value =
        serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {} {}", ran.stdout, ran.stderr));
    (ran.code, value)
}

/// `input_ids`, `attention_mask`, `labels`.
fn record(input: &[i64], mask: &[i64], labels: &[i64]) -> String {
    format!("{}\n", serde_json::json!({ "input_ids": input, "attention_mask": mask, "labels": labels }))
}

#[test]
fn our_own_records_are_valid_and_their_noise_is_told_where_it_is_certain() {
    let cases: [(&str, &[&str], Option<&str>); 13] = [
        ("wordpiece", &["-n", "mask"], Some("masked-labels")),
        ("wordpiece", &["-n", "mask", "--pad", "max", "--max-length", "128"], Some("masked-labels")),
        ("wordpiece", &["-n", "mask", "--labels", "full"], Some("replaced")),
        ("bytelevel", &["-n", "infill"], Some("spans")),
        ("bytelevel", &["-n", "delete", "--pad", "longest"], Some("deleted")),
        ("bytelevel", &["-n", "rotate"], Some("rotated")),
        ("unigram", &["-n", "delete", "--pad", "longest", "--label-pad", "-1"], Some("deleted")),
        ("llama_like", &["-n", "delete"], Some("deleted")),
        ("bytelevel", &["-n", "permute"], None),
        ("bytelevel", &["--preset", "bart", "--meta"], None),
        ("bytelevel", &["-n", "infill:random=0.1"], None),
        ("bytelevel", &["-n", "permute", "-n", "delete"], None),
        ("bytelevel", &["-n", "rotate", "-n", "infill", "--pack", "document"], None),
    ];
    for (name, options, pattern) in cases {
        let records = corrupted(name, options);
        let label_pad: &[&str] = if options.contains(&"-1") { &["--label-pad", "-1"] } else { &[] };
        let (code, report) = json(name, label_pad, &records);
        let findings = (code, &report["broken"], &report["findings"]);
        assert_eq!(findings, (0, &0.into(), &Value::Array(vec![])), "{name} {options:?}");
        let told = report["noise"].as_object().map(|noise| noise.keys().map(String::as_str).collect::<Vec<_>>());
        let told =
            told.map(|patterns| patterns.into_iter().filter(|pattern| *pattern != "unchanged").collect::<Vec<_>>());
        assert_eq!(told, pattern.map(|pattern| vec![pattern]), "{name} {options:?}");
        assert_eq!(report["noise_percent"].is_null(), pattern.is_none());
    }
}

#[test]
fn numbers_of_certain_noise_are_those_of_the_run() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("stats.json");
    let cases = [
        ("wordpiece", "mask:ratio=0.3", "masked-labels"),
        ("bytelevel", "infill:unit=token", "spans"),
        ("bytelevel", "delete:ratio=0.4", "deleted"),
        ("unigram", "rotate", "rotated"),
    ];
    for (name, noise, pattern) in cases {
        let options =
            ["-n", noise, "--copies", "20", "--mask-token", mask(name), "--stats", path.to_str().expect("UTF-8")];
        let (_, report) = json(name, &["--mask-token", mask(name)], &corrupted(name, &options));
        let stats: Value = serde_json::from_slice(&std::fs::read(&path).expect("statistics")).expect("JSON");
        let (told, drawn) = (&report["noise"][pattern], &stats["steps"][0]);
        let unchanged = report["noise"]["unchanged"]["records"].as_u64().unwrap_or(0);
        assert_eq!(told["records"].as_u64().map(|records| records + unchanged), drawn["applied"].as_u64(), "{noise}");
        if pattern == "rotated" {
            assert!(told["starts"].as_array().is_some_and(|parts| parts.iter().any(|part| *part != 0)));
            continue;
        }
        assert_eq!(told["tokens"], drawn["units"], "{noise}");
        if pattern != "masked-labels" {
            assert_eq!((&told["chosen"], &told["masks"]), (&drawn["chosen"], &drawn["masks"]), "{noise}");
        } else {
            // A random token may be the one that stood there.
            let sum =
                |of: &Value| ["random", "kept"].map(|key| of[key].as_u64().expect("a number")).iter().sum::<u64>();
            assert_eq!((&told["masks"], sum(told)), (&drawn["masks"], sum(drawn)));
        }
    }
}

#[test]
fn fill_in_the_middle_and_prefixes_are_no_other_noise_and_no_other_tokenizer() {
    let cases: [(&str, &[&str], Option<&str>); 6] = [
        ("unigram", &["-n", "fim:pre=<extra_id_0>,suf=<extra_id_1>,mid=<extra_id_2>,rate=1"], Some("unchanged")),
        ("bytelevel", &["-n", "fim:pre=Ġthe,suf=Ġof,mid=Ġand,rate=1", "--pack", "sentence"], Some("unchanged")),
        ("wordpiece", &["-n", "fim:pre=[CLS],suf=[SEP],mid=[MASK],rate=1"], Some("unchanged")),
        ("unigram", &["-n", "prefix", "--pack", "sentence"], None),
        ("bytelevel", &["-n", "prefix"], None),
        // Beside prefixes, of which nothing can be said, spans are told.
        ("unigram", &["--preset", "fat5"], Some("sentinels")),
    ];
    for (name, options, expected) in cases {
        let (code, report) = json(name, &[], &corrupted(name, &[options, &["--copies", "20"]].concat()));
        let told = report["noise"].as_object().map(|noise| noise.keys().map(String::as_str).collect::<Vec<_>>());
        assert_eq!((code, told), (0, expected.map(|pattern| vec![pattern])), "{name} {options:?}");
        assert!(report["noise_percent"].is_null(), "{name} {options:?}");
        assert!(!notices(&report).contains("another tokenizer"), "{name} {options:?} {}", notices(&report));
    }
}

#[test]
fn spans_of_a_mixture_are_those_that_the_run_drew() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("stats.json");
    let options = ["--mix", "1:span", "--mix", "1:prefix", "--copies", "20", "--stats", path.to_str().expect("UTF-8")];
    let (_, report) = json("unigram", &[], &corrupted("unigram", &options));
    let stats: Value = serde_json::from_slice(&std::fs::read(&path).expect("statistics")).expect("JSON");
    let (told, drawn) = (&report["noise"]["sentinels"], &stats["steps"][0]);
    assert!(drawn["chosen"].as_u64() > Some(100), "{drawn}");
    assert_eq!((&told["records"], &told["chosen"]), (&drawn["applied"], &drawn["chosen"]));
}

fn mask(tokenizer: &str) -> &'static str {
    match tokenizer {
        "wordpiece" => "[MASK]",
        "unigram" => "<extra_id_0>",
        _ => "<mask>",
    }
}

#[test]
fn examples_show_text_as_it_stands_there() {
    for noise in ["none", "permute"] {
        let options = ["corrupt", "-q", "-t", &tokenizer("bytelevel"), "-n", noise, "--documents", "file"];
        let records = muddle(&options, b"## The ferry\n").stdout.into_bytes();
        let ran = inspect("bytelevel", &[], &records);
        assert!(ran.stdout.contains("## The ferry") && ran.stdout.contains("The record is valid."), "{}", ran.stdout);
        assert!(!ran.stdout.contains("1 records"), "{}", ran.stdout);
    }
}

#[test]
fn labels_without_an_end_are_noticed() {
    let without = record(&[0, 50, 2], &[1, 1, 1], &[0, 50, 60]).repeat(3);
    let (code, report) = json("bytelevel", &[], without.as_bytes());
    assert!(code == 0 && notices(&report).contains("</s> is never a label"), "{report}");
    let with = record(&[0, 50, 2], &[1, 1, 1], &[0, 50, 60, 2]).repeat(3);
    assert!(!notices(&json("bytelevel", &[], with.as_bytes()).1).contains("never a label"));
    // Where labels stand in their places an end is nothing to restore.
    let masked = corrupted("bytelevel", &["-n", "mask"]);
    assert!(!notices(&json("bytelevel", &[], &masked).1).contains("never a label"));
}

#[test]
fn records_of_another_tokenizer_are_noticed() {
    for (made, asked) in [("wordpiece", "bytelevel"), ("unigram", "wordpiece"), ("bytelevel", "unigram")] {
        let records = corrupted(made, &["-n", "delete"]);
        let (_, report) = json(asked, &[], &records);
        let told = notices(&report);
        assert!(
            told.contains("another tokenizer") || told.contains("special tokens around them"),
            "{made} {asked} {told}"
        );
        let told = notices(&json(made, &[], &records).1);
        assert!(!told.contains("another tokenizer") && !told.contains("special tokens around"), "{told}");
    }
}

fn notices(report: &Value) -> String {
    report["notices"].to_string()
}

#[test]
fn characters_that_end_lines_or_turn_text_are_escaped_in_json() {
    let options = ["corrupt", "-q", "-t", &tokenizer("bytelevel"), "-n", "none", "--documents", "file"];
    let text = "One\u{2028}two\u{2029}three\u{85}four \u{202e}five.";
    let records = muddle(&options, text.as_bytes()).stdout.into_bytes();
    let ran = inspect("bytelevel", &["--json"], &records);
    assert!(!ran.stdout.contains(['\u{2028}', '\u{2029}', '\u{85}', '\u{202e}']));
    let report: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert!(report["examples"].to_string().contains('\u{2028}'), "{report}");
}

#[test]
fn a_page_can_go_to_stdout_alone() {
    let records = corrupted("bytelevel", &["-n", "infill"]);
    let ran = inspect("bytelevel", &["--html", "-"], &records);
    assert!(ran.code == 0 && ran.stdout.starts_with("<!doctype html>") && ran.stdout.ends_with("</html>\n"));
    let folder = tempfile::tempdir().expect("a folder");
    let page = std::fs::File::create(folder.path().join("page.html")).expect("a file");
    let path = folder.path().join("records.jsonl");
    std::fs::write(&path, &records).expect("written");
    let status = std::process::Command::new(env!("CARGO_BIN_EXE_muddle"))
        .args(["inspect", "-t", &tokenizer("bytelevel"), "--html", "-", path.to_str().expect("UTF-8")])
        .stdout(page)
        .status();
    assert!(status.expect("it runs").success());
    let ran = inspect("bytelevel", &["--html", "-", "--json"], &records);
    assert!(
        ran.code == 2 && ran.stdout.is_empty() && ran.stderr.contains("only one can go to stdout"),
        "{}",
        ran.stderr
    );
}

#[test]
fn every_broken_record_is_found_with_its_line() {
    let sound = record(&[0, 50, 1999, 2], &[1, 1, 1, 1], &[0, 50, 60, 70, 2]);
    let lines = [
        sound.clone(),
        record(&[0, 50, 2], &[1, 1], &[0, 50, 2]),
        record(&[0, 50, 2], &[1, 0, 1], &[0, 50, 2]),
        "\n".to_string(),
        record(&[0, 1999, 2], &[1, 1, 1], &[-100, 60]).replace("60]", "60,-100,-100]"),
        record(&[0, 2000, 2], &[1, 1, 1], &[0, 50, 2]),
        record(&[0, 50, 2], &[1, 1, 1], &[0, -7, 2]),
        record(&[0, 50, 2, 1], &[1, 1, 1, 1], &[0, 50, 2]),
        record(&[0, 50, 2, 2], &[1, 1, 1, 0], &[0, 50, 2]),
        record(&[0, 1999, 2, 1], &[1, 1, 1, 0], &[-100, 50, -100, 2]),
        "{\"input_ids\":[0,1.5]}\n".to_string(),
        "not json\n".to_string(),
        "{\"input_ids\":[],\"attention_mask\":[]}\n".to_string(),
        sound,
    ];
    let (code, report) = json("bytelevel", &[], lines.concat().as_bytes());
    let found = report["findings"].as_array().expect("a list");
    let found: Vec<(&str, u64, &str)> = found
        .iter()
        .map(|group| (group["kind"].as_str(), group["count"].as_u64(), group["first"][0].as_str()))
        .map(|(kind, count, first)| (kind.expect("text"), count.expect("a number"), first.expect("text")))
        .collect();
    let expected = [
        ("not-json", "stdin:12"),
        ("missing-key", "stdin:13"),
        ("bad-value", "stdin:11"),
        ("mask-length", "stdin:2"),
        ("mask-shape", "stdin:3"),
        ("label-length", "stdin:5"),
        ("input-vocabulary", "stdin:6"),
        ("label-vocabulary", "stdin:7"),
        ("pad-attended", "stdin:8"),
        ("padding-holds-other", "stdin:9"),
        ("label-on-padding", "stdin:10"),
    ];
    assert_eq!(found, expected.map(|(kind, first)| (kind, 1, first)));
    assert_eq!(
        (code, &report["lines"], &report["broken"], &report["duplicate_records"]),
        (1, &13.into(), &11.into(), &1.into())
    );
    let ran = inspect("bytelevel", &[], lines.concat().as_bytes());
    assert_eq!(ran.stderr, "error: 11 of 13 records are broken (the findings name the first places of each kind)\n");
    assert!(
        ran.stdout.contains("mask-length")
            || ran.stdout.contains("attention_mask is not as long as input_ids  stdin:2")
    );
}

#[test]
fn what_is_no_record_file_is_refused() {
    let text = fixture("texts/english.txt");
    let ran = inspect("bytelevel", &[&text], b"");
    assert_eq!((ran.code, ran.stdout.as_str()), (1, ""));
    assert!(
        ran.stderr.contains("english.txt:1: ") && ran.stderr.contains("nor is any line a record"),
        "{}",
        ran.stderr
    );
    let ran = inspect("bytelevel", &["records.parquet"], b"");
    assert_eq!((ran.code, ran.stderr.lines().count()), (1, 1));
    let bytes: Vec<u8> = (0..200_000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let ran = inspect("bytelevel", &[], &bytes);
    assert_eq!((ran.code, ran.stderr.lines().count()), (1, 1), "{}", ran.stderr);
}

#[test]
fn an_empty_input_is_a_warning_and_no_error() {
    for empty in ["", "\n \n\r\n"] {
        let ran = inspect("bytelevel", &[], empty.as_bytes());
        assert_eq!(ran.code, 0);
        assert_eq!(ran.stderr, "warning: the input is empty, so there are no records (check the input)\n");
    }
}

#[test]
fn a_cut_file_is_a_finding_at_its_last_line() {
    let records = corrupted("bytelevel", &["-n", "delete"]);
    let (code, report) = json("bytelevel", &[], &records[..records.len() - 40]);
    let lines = records.split(|&byte| byte == b'\n').count() - 1;
    assert_eq!((code, &report["findings"][0]["first"][0]), (1, &format!("stdin:{lines}").into()));
}

#[test]
fn hostile_lines_are_findings_and_never_more() {
    let sound = record(&[0, 50, 2], &[1, 1, 1], &[0, 50, 60, 2]);
    let ones = "1,".repeat(10_000_000);
    let long = format!("{{\"input_ids\":[0],\"attention_mask\":[1],\"labels\":[{ones}1]}}\n");
    let deep = format!("{{\"a\":{}\n", "[".repeat(1_000_000));
    let huge = record(&[0, i64::MAX, i64::MIN, 2], &[1, 1, 1, 1], &[0]);
    let same = record(&[7; 5000], &[1; 5000], &[7; 6000]);
    let records =
        [sound.as_bytes(), long.as_bytes(), deep.as_bytes(), huge.as_bytes(), same.as_bytes(), b"{\"a\":\"\xff\"}\n"]
            .concat();
    let (code, report) = json("bytelevel", &[], &records);
    assert_eq!((code, &report["lines"], &report["broken"]), (1, &6.into(), &3.into()));
}

#[test]
fn compressed_files_read_as_plain_ones_whatever_the_threads() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = ["--preset", "bart", "--copies", "300"];
    let plain = corrupted("bytelevel", &options);
    assert!(plain.len() > 4 << 20, "more than one block");
    let (code, mut expected) = json("bytelevel", &["-j", "1"], &plain);
    assert_eq!(code, 0);
    for name in ["records.jsonl", "records.jsonl.gz", "records.jsonl.zst"] {
        let path = folder.path().join(name);
        let path = path.to_str().expect("UTF-8");
        corrupted("bytelevel", &[&options[..], &["-o", path]].concat());
        let (_, report) = json("bytelevel", &["-j", "3", path], b"");
        for key in ["inputs", "files", "examples"] {
            expected[key] = report[key].clone();
        }
        for (key, value) in report.as_object().expect("an object") {
            assert!(*value == expected[key], "{name} {key}");
        }
    }
}

#[test]
fn examples_mark_the_noise_and_steer_no_terminal() {
    let ran = inspect("wordpiece", &["--show", "1"], &corrupted("wordpiece", &["-n", "mask"]));
    let example: Vec<&str> = ran.stdout.lines().skip_while(|line| !line.starts_with("stdin:")).collect();
    assert!(example[1].starts_with("- [CLS]") && example[1].contains('⟨'), "{example:?}");
    assert!(example[2].starts_with("+ [CLS]") && example[2].contains("⟨[MASK]"), "{example:?}");
    assert!(ran.stdout.contains("- labels   + input   ⟨word⟩ hidden"), "{}", ran.stdout);
    assert!(!ran.stdout.contains('\x1b'));
    let ran = inspect("wordpiece", &["--show", "0"], &corrupted("wordpiece", &["-n", "mask"]));
    assert!(!ran.stdout.contains("+ input"));
}

#[test]
fn a_page_is_one_file_and_stands_only_when_complete() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("report.html");
    let records = corrupted("bytelevel", &["-n", "infill"]);
    let ran = inspect("bytelevel", &["--html", path.to_str().expect("UTF-8")], &records);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let html = std::fs::read_to_string(&path).expect("a page");
    for part in ["<svg", "Span lengths", "role=\"img\"", "id=\"needle\"", "prefers-color-scheme"] {
        assert!(html.contains(part), "{part}");
    }
    assert!(!html.contains("http://") && !html.contains("https://"));
    std::fs::remove_file(&path).expect("removed");
    let ran = inspect("bytelevel", &["--html", path.to_str().expect("UTF-8")], b"nothing\nof ours\n");
    assert!(ran.code == 1 && entries(folder.path()) == 0);
}

#[test]
fn a_page_never_takes_the_place_of_its_records() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("records.jsonl");
    std::fs::write(&path, record(&[0, 2], &[1, 1], &[0, 2])).expect("written");
    let path = path.to_str().expect("UTF-8");
    let ran = inspect("bytelevel", &["--html", path, path], b"");
    assert!(ran.code == 1 && ran.stderr.contains("is also an input"), "{}", ran.stderr);
}

fn entries(folder: &Path) -> usize {
    std::fs::read_dir(folder).expect("a folder").count()
}
