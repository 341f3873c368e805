//! `muddle inspect`: what it finds, counts and shows.

mod browser;

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
fn our_own_records_are_sound_and_told_apart() {
    let cases: [(&str, &[&str], &str); 11] = [
        ("wordpiece", &["-n", "mask"], "mask"),
        ("wordpiece", &["-n", "mask", "--pad", "max", "--max-length", "128"], "mask"),
        ("bytelevel", &["-n", "infill"], "infill"),
        ("bytelevel", &["-n", "delete", "--pad", "longest"], "delete"),
        ("bytelevel", &["-n", "permute"], "permute"),
        ("bytelevel", &["-n", "rotate"], "rotate"),
        ("bytelevel", &["--preset", "bart", "--meta"], "permute + infill"),
        ("unigram", &["-n", "delete", "--pad", "longest", "--label-pad", "-1"], "delete"),
        ("llama_like", &["-n", "delete"], "delete"),
        ("bytelevel", &["-n", "permute", "-n", "delete"], "permute + delete"),
        ("bytelevel", &["-n", "rotate", "-n", "infill", "--pack", "document"], "rotate + infill"),
    ];
    for (name, options, noise) in cases {
        let records = corrupted(name, options);
        let label_pad: &[&str] = if options.contains(&"-1") { &["--label-pad", "-1"] } else { &[] };
        let (code, report) = json(name, label_pad, &records);
        assert_eq!(
            (code, &report["broken"], &report["findings"]),
            (0, &0.into(), &Value::Array(vec![])),
            "{name} {options:?}"
        );
        assert_eq!(report["looks_like"]["noise"], noise, "{name} {options:?}");
    }
}

#[test]
fn estimates_come_near_the_recipe() {
    let options = ["-n", "mask:ratio=0.3", "--copies", "20"];
    let (_, report) = json("wordpiece", &[], &corrupted("wordpiece", &options));
    let estimates = &report["looks_like"]["estimates"];
    for (name, expected) in [("ratio", 0.3), ("mask", 0.8), ("random", 0.1), ("keep", 0.1)] {
        let estimate = estimates[name].as_f64().expect("a number");
        assert!((estimate - expected).abs() < 0.02, "{name} {estimate}");
    }
    let options = ["-n", "infill:ratio=0.3,lambda=3", "--copies", "20", "--pack", "document"];
    let (_, report) = json("bytelevel", &[], &corrupted("bytelevel", &options));
    let looks = &report["looks_like"];
    assert_eq!(looks["unit"], "words");
    let (ratio, lambda) = (&looks["estimates"]["ratio"], &looks["estimates"]["lambda"]);
    assert!((ratio.as_f64().expect("a number") - 0.3).abs() < 0.03, "{ratio}");
    assert!((lambda.as_f64().expect("a number") - 3.0).abs() < 0.4, "{lambda}");
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
    assert_eq!(ran.stderr, "error: 11 of 13 records are broken (the findings name the first lines of each kind)\n");
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
fn parquet_is_refused_by_name_and_by_first_bytes() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["records.parquet", "records.jsonl"] {
        let path = folder.path().join(name);
        std::fs::write(&path, b"PAR1\x15\x04\x15").expect("written");
        let ran = inspect("bytelevel", &[path.to_str().expect("UTF-8")], b"");
        assert!(ran.code == 1 && ran.stderr.contains("parquet is not read yet"), "{}", ran.stderr);
    }
    let piped = inspect("bytelevel", &[], b"PAR1\x15\x04\x15");
    assert!(piped.code == 1 && piped.stderr.contains("stdin: parquet is not read yet"), "{}", piped.stderr);
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
        for key in ["inputs", "examples"] {
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
    let example: Vec<&str> = ran.stdout.lines().skip_while(|line| !line.starts_with("stdin:1 ")).collect();
    assert!(example[1].starts_with("  input  [CLS] the ") && example[1].contains("[MASK]"), "{example:?}");
    assert!(example[2].starts_with("  labels [CLS] ") && example[2].contains("[-"), "{example:?}");
    assert!(!ran.stdout.contains('\x1b'));
    let ran = inspect("wordpiece", &["--show", "0"], &corrupted("wordpiece", &["-n", "mask"]));
    assert!(!ran.stdout.contains("  input  "));
}

#[test]
fn a_page_is_one_file_and_stands_only_when_complete() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("report.html");
    let records = corrupted("bytelevel", &["-n", "infill"]);
    let ran = inspect("bytelevel", &["--html", path.to_str().expect("UTF-8")], &records);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let html = std::fs::read_to_string(&path).expect("a page");
    for part in ["<svg", "Span lengths", "Poisson", "role=\"img\"", "id=\"needle\"", "prefers-color-scheme"] {
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
