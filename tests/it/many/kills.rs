//! Runs that are killed, interrupted, doubled, or run out of disk.

use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::{Corpus, done};
use crate::support::fixture_arg;

/// Inputs that take a run some tenths of a second.
fn larger() -> Corpus {
    let text = fs::read_to_string(fixture_arg("texts/english.txt")).unwrap();
    let corpus = Corpus::new(&[]);
    (0..12).for_each(|at| {
        corpus.write(&format!("in/{}/{at}.txt", at % 3), &format!("{text}\n\n").repeat(30 + 10 * (at % 4)))
    });
    corpus
}

fn command(corpus: &Corpus, more: &[&str]) -> Vec<OsString> {
    let tokenizer = fixture_arg("tokenizers/bytelevel.json");
    let program = [env!("CARGO_BIN_EXE_muddle"), "corrupt", "-q", "-n", "mask", "-t", &tokenizer, "--output-dir"];
    let mut command: Vec<OsString> = program.iter().map(Into::into).collect();
    command.push(corpus.at("out").into());
    command.extend(more.iter().map(Into::into));
    command.push(corpus.at("in").into());
    command
}

fn spawn(corpus: &Corpus, more: &[&str]) -> Child {
    let command = command(corpus, more);
    Command::new(&command[0]).args(&command[1..]).stderr(Stdio::piped()).spawn().unwrap()
}

fn unfinished(corpus: &Corpus) -> usize {
    // Read as names alone: a run that goes on removes them meanwhile.
    let folders = ["out", "out/0", "out/1", "out/2", "out/.muddle/0", "out/.muddle/1", "out/.muddle/2"];
    let entries = folders.iter().flat_map(|folder| fs::read_dir(corpus.at(folder)).into_iter().flatten());
    entries
        .filter(|entry| entry.as_ref().is_ok_and(|entry| entry.file_name().to_string_lossy().contains(".muddle-")))
        .count()
}

fn wait_until(mut holds: impl FnMut() -> bool) {
    while !holds() {
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn signal(child: &Child, name: &str) {
    assert!(Command::new("kill").args([name, &child.id().to_string()]).status().unwrap().success());
}

#[test]
fn killed_runs_are_resumed_to_the_same_files() {
    let corpus = larger();
    done(&corpus.run(&["-q"]));
    let expected = corpus.outputs();
    let mut left = 0;
    for complete in [0, 1, 4, 9] {
        fs::remove_dir_all(corpus.at("out")).unwrap();
        let mut child = spawn(&corpus, &["-j", "2"]);
        let records = |corpus: &Corpus| {
            (0..3)
                .map(|at| fs::read_dir(corpus.at(&format!("out/.muddle/{at}"))).into_iter().flatten().count())
                .sum::<usize>()
        };
        wait_until(|| (records(&corpus) >= complete && unfinished(&corpus) > 0) || child.try_wait().unwrap().is_some());
        child.kill().unwrap();
        child.wait().unwrap();
        left += unfinished(&corpus);
        done(&corpus.run(&["-q", "--resume"]));
        assert!(corpus.outputs() == expected, "killed after {complete}");
    }
    assert!(left > 0, "no run was killed while it wrote");
}

#[test]
fn a_run_that_is_interrupted_keeps_what_is_complete_and_nothing_else() {
    let corpus = larger();
    // Long after the others.
    let large = "The ferry leaves at five. It rains on the island.\n\n".repeat(200_000);
    fs::write(corpus.at("in/large.txt"), large).unwrap();
    let mut child = spawn(&corpus, &["-j", "1"]);
    wait_until(|| corpus.at("out/.muddle/0/0.jsonl.json").exists() || child.try_wait().unwrap().is_some());
    signal(&child, "-TERM");
    assert_eq!(child.wait().unwrap().code(), Some(143));
    assert_eq!(unfinished(&corpus), 0);
    assert!(corpus.outputs().keys().filter(|name| name.starts_with(".muddle")).count() < 13);
    done(&corpus.run(&["-q", "--resume"]));
    assert_eq!(corpus.outputs().len(), 26);
}

#[test]
fn two_runs_at_once_leave_whole_files() {
    let corpus = larger();
    done(&corpus.run(&["-q"]));
    let expected = corpus.outputs();
    fs::remove_dir_all(corpus.at("out")).unwrap();
    let mut runs = [spawn(&corpus, &["--resume"]), spawn(&corpus, &["--resume"])];
    assert!(runs.iter_mut().all(|run| run.wait().unwrap().success()));
    assert!(corpus.outputs() == expected);
}

#[test]
fn an_input_that_changes_while_it_is_read_is_not_published() {
    let corpus = larger();
    let input = corpus.at("in/large.txt");
    fs::write(&input, "The ferry leaves at five. It rains on the island.\n\n".repeat(60_000)).unwrap();
    let child = spawn(&corpus, &["-j", "1"]);
    let begun = || {
        fs::read_dir(corpus.at("out")).into_iter().flatten().any(|entry| {
            entry.is_ok_and(|entry| entry.file_name().to_string_lossy().starts_with(".large.jsonl.muddle-"))
        })
    };
    wait_until(begun);
    signal(&child, "-STOP");
    OpenOptions::new().append(true).open(&input).unwrap().write_all(b"More.\n").unwrap();
    signal(&child, "-CONT");
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(
        stderr.contains("in/large.txt: changed while it was read") && stderr.contains("1 of 13 inputs failed"),
        "{stderr}"
    );
    assert!(!corpus.at("out/large.jsonl").exists() && unfinished(&corpus) == 0);
    assert_eq!(corpus.outputs().len(), 24);
}

#[test]
fn a_disk_that_is_full_ends_the_job_and_a_larger_one_goes_on() {
    let corpus = larger();
    let limited = ["-c", "ulimit -f 400; exec \"$@\"", "sh"];
    let output = Command::new("sh").args(limited).args(command(&corpus, &[])).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!((output.status.code(), stderr.lines().count()), (Some(1), 1), "{stderr}");
    assert!(stderr.contains("cannot be written: File too large"), "{stderr}");
    assert_eq!(unfinished(&corpus), 0);
    done(&corpus.run(&["-q", "--resume"]));
    assert_eq!(corpus.outputs().len(), 24);
}
