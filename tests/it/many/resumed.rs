//! `--resume`: what stays, what is made anew, what is refused.

use std::fs::{self, FileTimes, OpenOptions};
use std::path::Path;
use std::time::{Duration, SystemTime};

use super::{Corpus, done};
use crate::support::fixture_arg;

/// A time that no file system rounds to another.
fn touch(path: &Path, seconds: u64) {
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000 + seconds);
    OpenOptions::new().write(true).open(path).unwrap().set_times(FileTimes::new().set_modified(time)).unwrap();
}

#[test]
fn a_second_run_makes_nothing_that_is_done() {
    let corpus = Corpus::small();
    done(&corpus.run(&["-q"]));
    let before = corpus.outputs();
    let times = |name: &str| fs::metadata(corpus.at(name)).unwrap().modified().unwrap();
    for name in ["out/three.jsonl", "out/a/one.jsonl"] {
        touch(&corpus.at(name), 1);
    }
    let page = corpus.at("page.html").to_string_lossy().into_owned();
    let resumed = corpus.run(&["--resume", "--report", &page]);
    assert_eq!(resumed.code, 0, "{}", resumed.stderr);
    assert!(fs::read_to_string(&page).unwrap().contains("Kept from earlier runs: 3 outputs with 4 records."));
    assert!(resumed.stderr.contains("3 outputs with 4 records kept"), "{}", resumed.stderr);
    assert_eq!(times("out/three.jsonl"), times("out/a/one.jsonl"));
    assert_eq!(corpus.outputs(), before);
    // An input that is another, of the same size and time; an output that is gone or cut; a record that is gone.
    corpus.write("in/three.txt", "It snows on the island.\n");
    touch(&corpus.at("in/three.txt"), 2);
    let changed = corpus.run(&["--resume"]);
    assert!(changed.code == 0 && changed.stderr.contains("2 outputs with 3 records kept"), "{}", changed.stderr);
    assert_ne!(corpus.outputs()["three.jsonl"], before["three.jsonl"]);
    corpus.write("in/three.txt", "It rains on the island.\n");
    for spoil in [
        &|| fs::remove_file(corpus.at("out/a/one.jsonl")).unwrap(),
        &|| corpus.write("out/a/one.jsonl", "{}\n"),
        &|| fs::remove_file(corpus.at("out/.muddle/a/one.jsonl.json")).unwrap(),
        &|| (),
    ] as [&dyn Fn(); 4]
    {
        spoil();
        done(&corpus.run(&["--resume", "-q"]));
        assert_eq!(corpus.outputs(), before);
    }
}

#[test]
fn a_damaged_completion_record_is_told_and_its_output_made_anew() {
    let corpus = Corpus::small();
    done(&corpus.run(&["-q"]));
    let before = corpus.outputs();
    let record = &before[".muddle/three.jsonl.json"];
    let skewed = record.replace("\"used\": 1", "\"used\": 2");
    assert_ne!(record, &skewed);
    for damaged in [&record[..1], &record[..record.len() / 2], "[]", "{}", &skewed, "null"] {
        corpus.write("out/.muddle/three.jsonl.json", damaged);
        let run = corpus.run(&["--resume"]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        let says = "warning: out/.muddle/three.jsonl.json: is damaged, so the output is made anew (reason: ";
        assert!(run.stderr.contains(says) && run.stderr.contains("2 outputs with"), "{}", run.stderr);
        assert_eq!(corpus.outputs(), before);
    }
    // One that was about to be written is none.
    corpus.write("out/.muddle/three.jsonl.json", "");
    done(&corpus.run(&["-q", "--resume"]));
    assert_eq!(corpus.outputs(), before);
}

#[test]
fn an_output_damaged_at_equal_size_is_made_anew_where_outputs_are_read() {
    let corpus = Corpus::small();
    done(&corpus.run(&["-q"]));
    let before = corpus.outputs();
    corpus.write("out/three.jsonl", &before["three.jsonl"].replacen('1', "0", 1));
    let run = corpus.run(&["--resume"]);
    assert!(run.code == 0 && run.stderr.contains("3 outputs with 4 records kept"), "{}", run.stderr);
    assert_ne!(corpus.outputs(), before);
    let run = corpus.run(&["--resume", "--verify"]);
    assert!(run.code == 0 && run.stderr.contains("2 outputs with 3 records kept"), "{}", run.stderr);
    assert_eq!(corpus.outputs(), before);
}

#[test]
fn whoever_takes_the_remedy_for_a_fault_goes_on_with_what_is_done() {
    let corpus = Corpus::small();
    corpus.write("in/bad.jsonl", "{\"text\":\"One.\"}\n{\"text\":7}\n");
    assert_eq!(corpus.run(&["-q"]).code, 1);
    let run = corpus.run(&["--resume", "--on-error", "skip", "--lossy"]);
    assert!(run.code == 0 && run.stderr.contains("3 outputs with 4 records kept"), "{}", run.stderr);
    assert_eq!(corpus.record("bad.jsonl")["skipped"], 1);
    // Without it, what was skipped would be an error; what was replaced is not known.
    let run = corpus.run(&["--resume", "--lossy"]);
    assert!(run.code == 1 && run.stderr.contains("--on-error was skip, is fail"), "{}", run.stderr);
    fs::remove_file(corpus.at("in/bad.jsonl")).unwrap();
    done(&corpus.run(&["--resume", "-q", "--on-error", "skip"]));
    done(&corpus.run(&["--resume", "-q", "--max-document-bytes", "1000000000"]));
    let run = corpus.run(&["--resume", "--max-document-bytes", "1000"]);
    assert!(run.code == 1 && run.stderr.contains("--max-document-bytes was"), "{}", run.stderr);
}

#[test]
fn another_format_is_another_setting() {
    let corpus = Corpus::small();
    done(&corpus.run(&["-q"]));
    let before = corpus.outputs();
    let mut others = vec![(["--compress", "zst"], "--compress was not given, is zst")];
    if cfg!(feature = "columnar") {
        others.push((["--output-format", "parquet"], "--output-format was jsonl, is parquet"));
    }
    for (more, says) in others {
        let run = corpus.run(&[&["--resume"][..], &more].concat());
        assert!(run.code == 1 && run.stderr.contains(says), "{}", run.stderr);
        assert_eq!(corpus.outputs(), before);
    }
    // A second set that was begun on purpose goes on.
    done(&corpus.run(&["-q", "--compress", "zst", "--shard", "0/3"]));
    done(&corpus.run(&["-q", "--compress", "zst", "--resume"]));
    done(&corpus.run(&["-q", "--resume"]));
}

#[test]
fn outputs_that_would_move_are_told() {
    let corpus = Corpus::small();
    let folder = corpus.at("in/a");
    done(&corpus.run_on(&[&folder], &["-q"]));
    let before = corpus.outputs();
    let moved = corpus.run(&["--resume"]);
    assert_eq!(moved.code, 1, "{}", moved.stderr);
    let says = ["out/", "was made from in/a/", "another folder in common (keep the names with --relative-to in/a, or"];
    assert!(says.iter().all(|says| moved.stderr.contains(says)), "{}", moved.stderr);
    assert_eq!(corpus.outputs(), before);
    // The remedy, and a folder above, by which all inputs can be named.
    let base = folder.to_string_lossy().into_owned();
    let run = corpus.run_on(&[&folder.join("one.txt")], &["--resume", "--relative-to", &base]);
    assert!(run.code == 0 && run.stderr.contains("1 output with 2 records kept"), "{}", run.stderr);
    let run = corpus.run(&["--resume", "--relative-to", &base]);
    assert!(run.code == 2 && run.stderr.contains("is not below it"), "{}", run.stderr);
    let base = corpus.at("in").to_string_lossy().into_owned();
    done(&corpus.run_on(&[&folder], &["-q", "--relative-to", &base]));
    assert_eq!(corpus.outputs()["a/one.jsonl"], before["one.jsonl"]);
}

#[test]
fn no_output_is_replaced_by_one_of_another_input() {
    let corpus = Corpus::new(&[
        ("en/part.txt", "It rains.\n"),
        ("de/part.txt", "Es regnet.\n"),
        ("copy/part.txt", "It rains.\n"),
    ]);
    done(&corpus.run_on(&[&corpus.at("in/en")], &["-q"]));
    let before = corpus.outputs();
    for more in [&[][..], &["--resume"]] {
        let run = corpus.run_on(&[&corpus.at("in/de")], more);
        let says = "in/de/part.txt: its output out/part.jsonl was made from in/en/part.txt (tell names apart with --relative-to";
        assert!(run.code == 1 && run.stderr.contains(says), "{}", run.stderr);
        assert_eq!(corpus.outputs(), before);
    }
    // The same text in another place and new text in the same place still count as the same input.
    let run = corpus.run_on(&[&corpus.at("in/copy")], &["--resume"]);
    assert!(run.code == 0 && run.stderr.contains("nothing to do: 1 output with 1 record kept"), "{}", run.stderr);
    done(&corpus.run_on(&[&corpus.at("in/copy")], &["-q"]));
    corpus.write("in/copy/part.txt", "It snows.\n");
    done(&corpus.run_on(&[&corpus.at("in/copy")], &["-q", "--resume"]));
    let base = corpus.at("in").to_string_lossy().into_owned();
    done(&corpus.run_on(&[&corpus.at("in/de")], &["-q", "--resume", "--relative-to", &base]));
    assert!(corpus.outputs().contains_key("de/part.jsonl"));
}

#[test]
fn an_output_that_is_not_as_it_was_written_is_named() {
    let corpus = Corpus::small();
    done(&corpus.run(&["-q"]));
    let before = corpus.outputs();
    corpus.write("out/three.jsonl", &format!("{}\n", before["three.jsonl"]));
    corpus.write("out/a/one.jsonl", &before["a/one.jsonl"].replacen('1', "2", 1));
    let says = |name: &str| format!("warning: out/{name}: is not as it was written, so it is made anew\n");
    let run = corpus.run(&["--resume"]);
    assert!(run.code == 0 && run.stderr.contains(&says("three.jsonl")), "{}", run.stderr);
    assert!(!run.stderr.contains("one.jsonl"), "the size tells nothing: {}", run.stderr);
    let run = corpus.run(&["--resume", "--verify"]);
    assert!(run.code == 0 && run.stderr.contains(&says("a/one.jsonl")), "{}", run.stderr);
    assert_eq!(corpus.outputs(), before);
}

#[test]
fn other_settings_are_refused_by_name() {
    let corpus = Corpus::small();
    done(&corpus.run(&["-q"]));
    let before = corpus.outputs();
    for (more, says) in [
        (&["--seed", "1"][..], "--seed was 0, is 1"),
        (&["--max-length", "64"], "--max-length was 512, is 64"),
        (&["-n", "delete"], "--noise was mask:ratio=0.15"),
        (&["--lang", "de"], "--lang was auto, is de"),
        (&["--text-field", "body"], "--text-field was not given, is body"),
        (&["--mask-token", "</s>"], "--mask-token was not given, is </s>"),
        (&["-t", &fixture_arg("tokenizers/wordpiece.json")], "the tokenizer is another"),
    ] {
        let run = corpus.run(&[&["--resume"], more].concat());
        assert_eq!((run.code, run.stderr.lines().count()), (1, 1), "{}", run.stderr);
        assert!(run.stderr.starts_with("error: out/") && run.stderr.contains(says), "{}", run.stderr);
    }
    assert_eq!(corpus.outputs(), before);
    // What shapes no record is no other setting; nor is which inputs are whose.
    for more in [&["-j", "1"][..], &["--shard", "1/3"], &["--shard", "0/2", "--fail-fast"]] {
        let run = corpus.run(&[&["--resume", "-q"], more].concat());
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{more:?}");
    }
    corpus.write(
        "out/.muddle/three.jsonl.json",
        &before[".muddle/three.jsonl.json"].replace("\"version\": \"", "\"version\": \"0."),
    );
    let run = corpus.run(&["--resume"]);
    assert!(run.code == 1 && run.stderr.contains("muddle was 0."), "{}", run.stderr);
    done(&corpus.run(&["-q", "--seed", "1"]));
    assert_ne!(corpus.outputs()["three.jsonl"], before["three.jsonl"]);
}
