//! The examples of engines that are likely to be there: Make and GNU parallel.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, SystemTime};

use crate::many::{Corpus, done};
use crate::support::{fixture, fixture_arg};

/// Texts of one format, as the Makefile takes them.
fn texts() -> Corpus {
    let english = fs::read_to_string(fixture("texts/english.txt")).unwrap();
    let corpus = Corpus::new(&[("a/one.txt", "The ferry leaves at five.\n"), ("a/b/two.txt", "It rains.\n")]);
    (0..6).for_each(|at| corpus.write(&format!("in/c/{at}.txt"), &format!("{english}\n\n").repeat(20)));
    corpus
}

fn make(corpus: &Corpus, more: &[&str]) -> Command {
    let mut make = Command::new("make");
    make.args(["-f", &fixture_arg("../examples/make/Makefile"), "TEXTS=in", "OUT=out", "RECIPE=-n mask"]);
    make.arg(format!("MUDDLE={}", env!("CARGO_BIN_EXE_muddle")));
    make.arg(format!("TOKENIZER={}", fixture_arg("tokenizers/bytelevel.json"))).args(more);
    make.current_dir(corpus.at("")).stdout(Stdio::piped()).stderr(Stdio::piped());
    make
}

/// Records alone: Make keeps its own account of what is done.
fn records(corpus: &Corpus) -> Vec<(String, String)> {
    corpus.outputs().into_iter().filter(|(name, _)| !name.starts_with(".muddle")).collect()
}

fn expected(corpus: &Corpus) -> Vec<(String, String)> {
    done(&corpus.run(&["-q"]));
    let records = records(corpus);
    fs::remove_dir_all(corpus.at("out")).unwrap();
    assert_eq!(records.len(), 8);
    records
}

fn well(output: &Output) -> String {
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{stdout} {}", String::from_utf8_lossy(&output.stderr));
    stdout
}

fn commands(stdout: &str) -> usize {
    stdout.lines().filter(|line| line.contains(" corrupt ")).count()
}

fn touch(path: &Path) {
    let time = SystemTime::now() + Duration::from_secs(5);
    fs::OpenOptions::new().write(true).open(path).unwrap().set_modified(time).unwrap();
}

#[test]
#[ignore = "needs make"]
fn make_does_what_is_missing_and_nothing_else() {
    let corpus = texts();
    let expected = expected(&corpus);
    assert_eq!(commands(&well(&make(&corpus, &["-j2"]).output().unwrap())), 8);
    assert_eq!(records(&corpus), expected);
    assert_eq!(commands(&well(&make(&corpus, &["-j2"]).output().unwrap())), 0);
    touch(&corpus.at("in/a/b/two.txt"));
    assert_eq!(commands(&well(&make(&corpus, &[]).output().unwrap())), 1);
    assert_eq!(records(&corpus), expected);
}

#[test]
#[ignore = "needs make"]
fn make_goes_on_where_it_was_interrupted() {
    let corpus = texts();
    let expected = expected(&corpus);
    // A group of its own, so that all of it is interrupted, as by Ctrl-C.
    let mut first = make(&corpus, &["-j2"]).process_group(0).spawn().unwrap();
    while records(&corpus).is_empty() && first.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_millis(1));
    }
    let _ = Command::new("kill").args(["-INT", "--", &format!("-{}", first.id())]).status();
    first.wait().unwrap();
    well(&make(&corpus, &["-j2"]).output().unwrap());
    assert_eq!(records(&corpus), expected);
}

#[test]
#[ignore = "needs GNU parallel"]
fn parallel_shares_out_what_one_run_makes() {
    let corpus = texts();
    done(&corpus.run(&["-q"]));
    let expected = corpus.outputs();
    fs::remove_dir_all(corpus.at("out")).unwrap();
    let parallel = || {
        let mut command = Command::new(fixture("../examples/parallel/muddle_parallel.sh"));
        command.arg(corpus.at("out")).arg(corpus.at("in")).args(["-n", "mask"]);
        command.args(["-t", &fixture_arg("tokenizers/bytelevel.json")]);
        command.envs([("MUDDLE", env!("CARGO_BIN_EXE_muddle")), ("SHARDS", "3"), ("JOBS", "2")]).output().unwrap()
    };
    well(&parallel());
    assert!(corpus.outputs() == expected);
    well(&parallel());
    assert!(corpus.outputs() == expected);
    corpus.write("in/a/one.txt", "{\"text\":\"One.\"}\n");
    let failed = parallel();
    let stderr = String::from_utf8_lossy(&failed.stderr);
    assert!(!failed.status.success() && stderr.contains("in/a/one.txt: text by its name"), "{stderr}");
}
