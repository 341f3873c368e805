//! Records and the files they go to.

use std::fs;
use std::io::Read;
use std::process::{Command, Stdio};

use crate::support::{fixture_arg, muddle, muddle_with};

fn run(arguments: &[&str]) -> crate::support::Run {
    let tokenizer = fixture_arg("tokenizers/bytelevel.json");
    let text = fixture_arg("texts/english.txt");
    let run = muddle(&[&["corrupt", "-t", &tokenizer], arguments, &[&text]].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    run
}

#[test]
fn a_record_is_one_line_of_three_keys_without_spaces() {
    for line in run(&["-n", "mask"]).text().lines() {
        assert!(line.starts_with("{\"input_ids\":[0,") && line.ends_with("]}"));
        assert!(line.contains("],\"attention_mask\":[1,1") && line.contains("],\"labels\":["));
        assert!(!line.contains(' '));
    }
}

#[test]
fn labels_are_masked_where_mask_is_alone_and_full_elsewhere() {
    for record in run(&["-n", "mask"]).records() {
        assert_eq!(record.labels.len(), record.input_ids.len());
        assert!(record.labels[0] == -100 && record.labels.last() == Some(&-100), "the template is not scored");
    }
    let clean = run(&["-n", "mask:ratio=0", "--labels", "full"]).records();
    for arguments in [&["-n", "mask", "--labels", "full"][..], &["-n", "infill"], &["-n", "mask", "-n", "rotate"]] {
        for (record, clean) in run(arguments).records().iter().zip(&clean) {
            assert_eq!(record.labels, clean.labels);
        }
    }
}

#[test]
fn padding_fills_to_what_was_asked() {
    for record in run(&["-n", "infill", "--pad", "max", "--max-length", "64"]).records() {
        assert!(record.input_ids.len() == 64 && record.attention_mask.len() == 64 && record.labels.len() == 64);
        let real = record.attention_mask.iter().take_while(|&&real| real == 1).count();
        assert!(record.attention_mask[real..].iter().all(|&real| real == 0));
        assert!(record.input_ids[real..].iter().all(|&id| id == 1) && record.input_ids[real - 1] == 2);
    }
    let arguments = ["-n", "infill", "--pad", "longest", "--batch-size", "3", "--pad-multiple", "8"];
    let (padded, bare) = (run(&arguments).records(), run(&["-n", "infill"]).records());
    for (padded, bare) in padded.chunks(3).zip(bare.chunks(3)) {
        let widest = bare.iter().map(|record| record.input_ids.len()).max().unwrap().next_multiple_of(8);
        let labels = bare.iter().map(|record| record.labels.len()).max().unwrap().next_multiple_of(8);
        for (padded, bare) in padded.iter().zip(bare) {
            assert_eq!((padded.input_ids.len(), padded.labels.len()), (widest, labels));
            assert_eq!(padded.input_ids[..bare.input_ids.len()], bare.input_ids);
            assert!(padded.labels[bare.labels.len()..].iter().all(|&label| label == -100));
        }
    }
}

#[test]
fn an_output_file_is_what_stdout_would_be_and_compresses_by_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let plain = run(&["-n", "infill", "-q"]).stdout;
    for name in ["out.jsonl", "out.jsonl.gz", "out.jsonl.zst"] {
        let path = folder.path().join(name);
        let quiet = run(&["-n", "infill", "-q", "-o", path.to_str().unwrap()]);
        assert!(quiet.stdout.is_empty() && quiet.stderr.is_empty());
        let bytes = fs::read(&path).unwrap();
        let mut text = Vec::new();
        match name.rsplit('.').next() {
            Some("gz") => flate2::read::GzDecoder::new(&bytes[..]).read_to_end(&mut text).map(drop).unwrap(),
            Some("zst") => text = zstd::decode_all(&bytes[..]).unwrap(),
            _ => text = bytes,
        }
        assert_eq!(text, plain, "{name}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);
}

#[test]
fn an_output_through_a_link_replaces_what_it_points_to() {
    let folder = tempfile::tempdir().unwrap();
    let (target, link) = (folder.path().join("target"), folder.path().join("link"));
    fs::write(&target, "older").unwrap();
    std::os::unix::fs::symlink(&target, &link).unwrap();
    run(&["-n", "mask", "-o", link.to_str().unwrap()]);
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert!(fs::read_to_string(&target).unwrap().starts_with("{\"input_ids\""));
}

#[test]
fn a_reader_that_goes_away_is_a_silent_success() {
    let tokenizer = fixture_arg("tokenizers/bytelevel.json");
    let text = fixture_arg("texts/english.txt");
    let mut child = Command::new(env!("CARGO_BIN_EXE_muddle"))
        .args(["corrupt", "-t", &tokenizer, "-n", "mask", "--copies", "3000", &text])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0; 100];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(0), ""));
}

#[test]
fn a_full_disk_is_an_error() {
    let tokenizer = fixture_arg("tokenizers/bytelevel.json");
    let text = fixture_arg("texts/english.txt");
    let run = muddle(&["corrupt", "-t", &tokenizer, "-n", "mask", "-o", "/dev/full", &text]);
    assert_eq!(run.code, 1);
    assert!(run.stderr.starts_with("error: /dev/full: cannot be written"), "{}", run.stderr);
}

#[test]
fn a_signal_removes_the_unfinished_file() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("out.jsonl");
    let tokenizer = fixture_arg("tokenizers/bytelevel.json");
    let mut child = Command::new(env!("CARGO_BIN_EXE_muddle"))
        .args(["corrupt", "-t", &tokenizer, "-n", "mask", "-o", output.to_str().unwrap()])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    // It has opened its output once it waits for input.
    while fs::read_dir(folder.path()).unwrap().count() == 0 {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn stats_hold_the_options_and_what_was_drawn() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("stats.json");
    let records = run(&["-n", "permute", "-n", "infill", "--stats", path.to_str().unwrap()]).records();
    let stats: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    assert_eq!(stats["records"], records.len());
    assert_eq!(stats["options"]["recipe"][1], "infill:ratio=0.3,lambda=3,unit=word,random=0");
    let tokens: usize = records.iter().map(|record| record.input_ids.len()).sum();
    assert_eq!(stats["input_ids"], tokens);
    let masks = records.iter().flat_map(|record| &record.input_ids).filter(|&&id| id == 1999).count();
    assert_eq!(stats["steps"][1]["spans"], masks);
    let spans: u64 =
        stats["steps"][1]["span_lengths"].as_array().unwrap().iter().map(|pair| pair[1].as_u64().unwrap()).sum();
    assert_eq!(spans, masks as u64);
}

#[test]
fn meta_names_the_place_and_the_noise() {
    let records = run(&["-n", "infill@0.5", "--meta", "--copies", "2"]).records();
    assert_eq!(records[0].meta["line"], 1);
    assert_eq!((&records[0].meta["copy"], &records[1].meta["copy"]), (&0.into(), &1.into()));
    let applied = records.iter().filter(|record| record.meta["noise"][0]["name"] == "infill").count();
    assert!(applied > 0 && applied < records.len());
}

#[test]
fn special_tokens_spelled_out_in_text_stay_text_unless_allowed() {
    let tokenizer = fixture_arg("tokenizers/bytelevel.json");
    let text = b"A <mask> and </s> here.";
    let ids = |more: &[&str]| {
        let arguments =
            [&["corrupt", "-t", &tokenizer, "-n", "mask:ratio=1,mask=0,random=0", "--labels", "full"], more].concat();
        muddle_with(&arguments, text).records()[0].input_ids.clone()
    };
    assert!(!ids(&[]).contains(&1999));
    assert!(ids(&["--allow-special-in-text"]).contains(&1999));
    let arguments = ["corrupt", "-t", &tokenizer, "-n", "delete:ratio=1", "--allow-special-in-text"];
    let kept = muddle_with(&arguments, text).records()[0].input_ids.clone();
    assert!(
        kept.contains(&1999) && kept.iter().filter(|&&id| id == 2).count() == 2,
        "noise leaves them alone: {kept:?}"
    );
}

#[test]
fn special_tokens_are_found_in_the_folder_of_the_tokenizer() {
    let folder = fixture_arg("tokenizers/folder");
    let text = fixture_arg("texts/english.txt");
    let run = muddle(&["corrupt", "-t", &folder, "-n", "infill", "--pad", "max", &text]);
    assert!(
        run.records().iter().all(|record| record.input_ids.contains(&599)),
        "<blank> is known from the config alone"
    );
}

#[test]
fn baked_in_truncation_and_padding_are_switched_off() {
    let text = fixture_arg("texts/english.txt");
    let arguments = |name: &str| {
        ["corrupt".into(), "-t".into(), fixture_arg(name), "-n".into(), "mask".into(), "-q".into(), text.clone()]
    };
    let (baked, plain) = (arguments("tokenizers/baked.json"), arguments("tokenizers/wordpiece.json"));
    assert_eq!(muddle(&baked).stdout, muddle(&plain).stdout);
}

#[test]
fn a_dry_run_says_what_would_be_done_and_does_nothing() {
    let run = run(&["--preset", "bart", "--dry-run", "-o", "never.jsonl"]);
    assert!(run.stdout.is_empty() && run.stderr.contains("infill:ratio=0.3,lambda=3.5,unit=word,random=0.1"));
    assert!(!std::path::Path::new("never.jsonl").exists());
}
