//! Many inputs, an output for each: names, faults, resumed runs.

mod kills;
mod resumed;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::support::{Run, fixture_arg, muddle, muddle_with};

/// A folder with inputs under `in`.
pub struct Corpus(TempDir);

impl Corpus {
    pub fn new(files: &[(&str, &str)]) -> Corpus {
        let corpus = Corpus(tempfile::tempdir().unwrap());
        files.iter().for_each(|(name, text)| corpus.write(&format!("in/{name}"), text));
        corpus
    }

    /// Some small inputs.
    pub fn small() -> Corpus {
        Corpus::new(&[
            ("a/one.txt", "The ferry leaves at five. It rains.\n\nNobody counts the buoys.\n"),
            ("a/b/two.jsonl", "{\"text\":\"Two boats. One pier.\"}\n{\"text\":\" \"}\n"),
            ("three.txt", "It rains on the island.\n"),
        ])
    }

    pub fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        let path = self.at(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Runs over `in` into `out`.
    pub fn run(&self, more: &[&str]) -> Run {
        self.run_on(&[&self.at("in")], more)
    }

    pub fn run_on(&self, inputs: &[&Path], more: &[&str]) -> Run {
        let tokenizer = fixture_arg("tokenizers/bytelevel.json");
        let out = self.at("out").to_string_lossy().into_owned();
        let inputs: Vec<String> = inputs.iter().map(|path| path.to_string_lossy().into_owned()).collect();
        let mut arguments = ["corrupt", "-t", &tokenizer, "-n", "mask", "--output-dir", &out].to_vec();
        arguments.extend(more);
        arguments.extend(inputs.iter().map(String::as_str));
        let mut run = muddle(&arguments);
        run.stderr = run.stderr.replace(&format!("{}/", self.0.path().display()), "");
        run
    }

    /// Every file below `out` with what it holds.
    pub fn outputs(&self) -> BTreeMap<String, String> {
        let mut files = BTreeMap::new();
        collect(&self.at("out"), "", &mut files);
        files
    }

    pub fn record(&self, name: &str) -> serde_json::Value {
        serde_json::from_str(&fs::read_to_string(self.at(&format!("out/.muddle/{name}.json"))).unwrap()).unwrap()
    }
}

fn collect(folder: &Path, prefix: &str, files: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let entry = entry.unwrap();
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        match entry.file_type().unwrap().is_dir() {
            true => collect(&entry.path(), &format!("{name}/"), files),
            false => drop(files.insert(name, fs::read_to_string(entry.path()).unwrap())),
        }
    }
}

pub fn done(run: &Run) {
    assert_eq!((run.code, run.text()), (0, ""), "{}", run.stderr);
}

#[test]
fn every_output_is_what_a_run_on_its_input_writes() {
    let corpus = Corpus::small();
    for more in [&["-j", "1"][..], &["-j", "3"], &["--pack", "stream"], &["--pad", "longest"], &["--shuffle", "2"]] {
        done(&corpus.run(&[&["-q"], more].concat()));
        let outputs = corpus.outputs();
        let names: Vec<&str> = outputs.keys().map(String::as_str).collect();
        assert_eq!(
            names,
            [
                ".muddle/a/b/two.jsonl.json",
                ".muddle/a/one.jsonl.json",
                ".muddle/three.jsonl.json",
                "a/b/two.jsonl",
                "a/one.jsonl",
                "three.jsonl"
            ]
        );
        for (input, output) in [("a/one.txt", "a/one.jsonl"), ("a/b/two.jsonl", "a/b/two.jsonl")] {
            let tokenizer = fixture_arg("tokenizers/bytelevel.json");
            let input = corpus.at(&format!("in/{input}")).to_string_lossy().into_owned();
            let alone = muddle(&[&["corrupt", "-q", "-t", &tokenizer, "-n", "mask"], more, &[&input]].concat());
            assert_eq!(outputs[output], alone.text(), "{output} {more:?}");
        }
    }
}

#[test]
fn compressed_outputs_say_so_by_their_names_and_unpack_to_the_same() {
    let corpus = Corpus::small();
    done(&corpus.run(&["-q"]));
    done(&corpus.run(&["-q", "--compress", "zst"]));
    done(&corpus.run(&["-q", "--compress", "gz"]));
    let plain = fs::read(corpus.at("out/three.jsonl")).unwrap();
    let packed = fs::read(corpus.at("out/three.jsonl.zst")).unwrap();
    assert_eq!(zstd::decode_all(packed.as_slice()).unwrap(), plain);
    assert_eq!(fs::read(corpus.at("out/a/one.jsonl.gz")).unwrap()[..2], [0x1f, 0x8b]);
    assert!(corpus.at("out/.muddle/three.jsonl.zst.json").exists());
}

#[cfg(feature = "columnar")]
#[test]
fn every_output_has_the_format_that_was_asked_for() {
    let corpus = Corpus::small();
    done(&corpus.run(&["-q", "--output-format", "arrow"]));
    let input = corpus.at("in/three.txt").to_string_lossy().into_owned();
    let tokenizer = fixture_arg("tokenizers/bytelevel.json");
    let alone = muddle(&["corrupt", "-q", "-t", &tokenizer, "-n", "mask", "--output-format", "arrow", &input]);
    assert!(!alone.stdout.is_empty());
    assert_eq!(fs::read(corpus.at("out/three.arrow")).unwrap(), alone.stdout);
    done(&corpus.run(&["-q", "--output-format", "arrow", "--resume"]));
    done(&corpus.run(&["-q", "--output-format", "parquet"]));
    let path = corpus.at("alone.parquet").to_string_lossy().into_owned();
    done(&muddle(&["corrupt", "-q", "-t", &tokenizer, "-n", "mask", "-o", &path, &input]));
    assert_eq!(fs::read(corpus.at("out/three.parquet")).unwrap(), fs::read(path).unwrap());
    let two = corpus.at("out/a/b/two.parquet").to_string_lossy().into_owned();
    assert_eq!(muddle(&["inspect", "-t", &tokenizer, &two]).code, 0);
    done(&corpus.run(&["-q", "--output-format", "parquet", "--resume"]));
    let run = corpus.run(&["--output-format", "arrow", "--compress", "gz"]);
    assert!(run.code == 2 && run.stderr.contains("--compress with --output-format arrow"), "{}", run.stderr);
}

#[test]
fn a_completion_record_accounts_for_every_document() {
    let corpus = Corpus::new(&[(
        "a.jsonl",
        "{\"text\":\"One. Two.\"}\n{\"text\":7}\n{\"text\":\"  \"}\n{\"text\":\"Three.\"}\n{\"text\":\"\"}\n",
    )]);
    for pack in ["fit", "stream", "best-fit"] {
        let stats = corpus.at("stats.json").to_string_lossy().into_owned();
        done(&corpus.run(&["-q", "--on-error", "skip", "--pack", pack, "--stats", &stats]));
        let record = corpus.record("a.jsonl");
        let count = |name: &str| record[name].as_u64().unwrap();
        let counts = ["documents", "used", "skipped", "empty"].map(count);
        assert_eq!(counts, [5, 2, 1, 2], "{pack}");
        let output = corpus.outputs()["a.jsonl"].clone();
        assert_eq!((count("output_bytes"), count("records")), (output.len() as u64, output.lines().count() as u64));
        assert_eq!(count("input_bytes"), fs::metadata(corpus.at("in/a.jsonl")).unwrap().len());
        let stats: serde_json::Value = serde_json::from_str(&fs::read_to_string(&stats).unwrap()).unwrap();
        assert_eq!(["documents", "used", "skipped", "empty"].map(|name| stats[name].as_u64().unwrap()), counts);
        assert_eq!(stats["input_ids"], record["tokens"]);
        assert_eq!(stats["options"]["fingerprint"], record["fingerprint"]);
    }
}

#[test]
fn statistics_and_report_cover_all_inputs() {
    let corpus = Corpus::small();
    let file = |name: &str| corpus.at(name).to_string_lossy().into_owned();
    let input = file("in");
    done(&corpus.run(&["-q", "--stats", &file("many.json"), "--report", &file("many.html")]));
    let tokenizer = fixture_arg("tokenizers/bytelevel.json");
    let (one, page, output) = (file("one.json"), file("one.html"), file("one.jsonl"));
    let arguments =
        ["corrupt", "-q", "-t", &tokenizer, "-n", "mask", "-o", &output, "--stats", &one, "--report", &page];
    assert_eq!(muddle(&[&arguments[..], &[&input]].concat()).code, 0);
    let read = |name: &str| fs::read_to_string(corpus.at(name)).unwrap();
    let stats = |name: &str| serde_json::from_str::<serde_json::Value>(&read(name)).unwrap();
    let mut many = stats("many.json");
    assert_eq!((&many["outputs"], &many["kept"]["outputs"]), (&3.into(), &0.into()));
    many.as_object_mut().unwrap().retain(|name, _| !["outputs", "failed", "kept"].contains(&name.as_str()));
    assert_eq!(many, stats("one.json"));
    assert_eq!(read("many.html"), read("one.html"));
}

#[test]
fn one_bad_input_leaves_the_others_alone() {
    let files: Vec<(String, &str)> =
        (0..40).map(|at| (format!("{at:02}.jsonl"), "{\"text\":\"One. Two.\"}\n")).collect();
    let corpus = Corpus::new(&files.iter().map(|(name, text)| (name.as_str(), *text)).collect::<Vec<_>>());
    corpus.write("in/07.jsonl", "{\"text\":\"One.\"}\n{\"text\":7}\n");
    corpus.write("in/30.jsonl", "not JSON\n");
    corpus.write("out/07.jsonl", "older\n");
    let run = corpus.run(&["-q"]);
    assert_eq!(run.code, 1);
    let mut lines: Vec<&str> = run.stderr.lines().collect();
    let last = lines.pop().unwrap();
    lines.sort_unstable();
    assert!(lines.len() == 2 && lines[0].starts_with("error: in/07.jsonl:2:9: "), "{}", run.stderr);
    assert!(lines[1].starts_with("error: in/30.jsonl:1:"), "{}", run.stderr);
    assert!(last.starts_with("error: 2 of 40 inputs failed, the others are done"), "{last}");
    assert_eq!(corpus.outputs()["07.jsonl"], "older\n");
    assert_eq!(corpus.outputs().len(), 38 * 2 + 1);
    // With the fault mended, the rest is done.
    corpus.write("in/07.jsonl", "{\"text\":\"One.\"}\n");
    corpus.write("in/30.jsonl", "{\"text\":\"One.\"}\n");
    let run = corpus.run(&["--resume"]);
    assert!(run.code == 0 && run.stderr.contains("38 outputs with 38 records kept"), "{}", run.stderr);
}

#[test]
fn fail_fast_ends_with_the_first_failure() {
    let corpus = Corpus::small();
    corpus.write("in/a/one.txt", "{\"text\":\"One.\"}\n");
    let run = corpus.run(&["-q", "--fail-fast"]);
    assert_eq!((run.code, run.stderr.lines().count(), corpus.outputs().len()), (1, 1, 0), "{}", run.stderr);
    assert!(run.stderr.starts_with("error: in/a/one.txt: text by its name"), "{}", run.stderr);
    corpus.write("in/a/one.txt", "Fine.\n");
    corpus.write("in/a/b/two.jsonl", "{\"text\":\"One.\"}\nbroken\n");
    let run = corpus.run(&["-q", "--fail-fast"]);
    assert_eq!((run.code, run.stderr.lines().count()), (1, 1), "{}", run.stderr);
    assert!(run.stderr.starts_with("error: in/a/b/two.jsonl:2:"), "{}", run.stderr);
    assert!(corpus.outputs().keys().all(|name| !name.contains("two")), "{:?}", corpus.outputs().keys());
}

#[test]
fn shards_together_are_one_run() {
    let corpus = Corpus::small();
    done(&corpus.run(&["-q"]));
    let whole = corpus.outputs();
    fs::remove_dir_all(corpus.at("out")).unwrap();
    for shard in ["2/3", "0/3", "1/3"] {
        done(&corpus.run(&["-q", "--shard", shard]));
    }
    assert_eq!(corpus.outputs(), whole);
}

#[test]
fn what_cannot_be_done_is_refused_before_any_work() {
    let corpus = Corpus::small();
    corpus.write("file", "");
    let (one, stdin) = (corpus.at("in/three.txt"), Path::new("-"));
    for (more, code, says) in [
        (&["-o", "x"][..], 2, "cannot be used with"),
        (&["--preview", "1"], 2, "cannot be used with"),
        (&["--skip", "1"], 2, "--skip with --output-dir"),
        (&["--skip-documents", "1"], 2, "--skip-documents with --output-dir"),
        (&["--shard", "0/2:documents"], 2, "--shard …:documents with --output-dir"),
    ] {
        let run = corpus.run(more);
        assert!(run.code == code && run.stderr.contains(says), "{more:?} {}", run.stderr);
    }
    let run = corpus.run_on(&[stdin], &[]);
    assert!(run.code == 2 && run.stderr.contains("stdin has no name for an output"), "{}", run.stderr);
    let run = corpus.run(&["--verify"]);
    assert!(run.code == 2 && run.stderr.contains("--verify: only for --resume"), "{}", run.stderr);
    for (base, says) in [("nowhere", "no such folder"), ("in/three.txt", "no such folder"), ("in/a", "is not below it")]
    {
        let run = corpus.run(&["--relative-to", &corpus.at(base).to_string_lossy()]);
        assert!(run.code == 2 && run.stderr.contains(says), "{base} {}", run.stderr);
    }
    for option in ["--resume", "--fail-fast", "--compress=gz", "--relative-to=x"] {
        for beside in [&[][..], &["-o", "x.jsonl"]] {
            let run = muddle_with(&[&["corrupt", "-t", "x", "-n", "mask", option], beside].concat(), b"");
            assert!(run.code == 2 && run.stderr.contains("--output-dir"), "{}", run.stderr);
        }
    }
    for folder in ["file", "file/below", "in", "in/a/out"] {
        let folder = corpus.at(folder).to_string_lossy().into_owned();
        let run = corpus.run(&["--output-dir", &folder]);
        assert_eq!((run.code, run.stderr.lines().count()), (1, 1), "{}", run.stderr);
    }
    corpus.write("in/three.jsonl", "{\"text\":\"x\"}\n");
    let run = corpus.run_on(&[&one, &corpus.at("in/three.jsonl")], &[]);
    assert!(
        run.code == 1 && run.stderr.contains("out/three.jsonl: would be the output of two inputs"),
        "{}",
        run.stderr
    );
    let run = corpus.run_on(&[&corpus.at("in/three.jsonl")], &["--output-dir", &corpus.at("in").to_string_lossy()]);
    assert!(run.code == 1 && run.stderr.contains("in/three.jsonl: is also an input"), "{}", run.stderr);
    assert!(!corpus.at("out").exists());
}

#[test]
fn a_dry_run_lists_inputs_and_outputs_and_makes_no_folder() {
    let corpus = Corpus::small();
    let run = corpus.run(&["--dry-run", "--compress", "gz", "--shard", "0/2"]);
    let plan: serde_json::Value = serde_json::from_str(&run.stderr).unwrap();
    assert_eq!(
        plan["inputs"],
        serde_json::json!({"in/a/b/two.jsonl": "out/a/b/two.jsonl.gz", "in/three.txt": "out/three.jsonl.gz"})
    );
    assert!(!corpus.at("out").exists());
}

#[test]
fn outputs_without_records_are_files_and_told_once() {
    let corpus = Corpus::new(&[("a.txt", "\n \n"), ("b.txt", ""), ("c.txt", "One.\n")]);
    let run = corpus.run(&[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(run.stderr.matches("warning: 2 outputs without records").count(), 1, "{}", run.stderr);
    assert_eq!(corpus.outputs()["a.jsonl"], "");
    assert_eq!(["documents", "used", "empty"].map(|name| corpus.record("b.jsonl")[name].as_u64().unwrap()), [0, 0, 0]);
}

#[test]
fn an_inspection_of_a_folder_names_the_files_that_are_at_fault() {
    let corpus = Corpus::small();
    done(&corpus.run(&["-q"]));
    let out = corpus.at("out").to_string_lossy().into_owned();
    let inspect = |more: &[&str]| {
        let run = muddle(&[&["inspect", "-t", &fixture_arg("tokenizers/bytelevel.json"), &out], more].concat());
        (run.code, run.text().replace(&out, "out"), run.stderr.replace(&out, "out"))
    };
    let (code, text, stderr) = inspect(&[]);
    assert!(code == 0 && stderr.is_empty() && !text.contains("Files with findings"), "{stderr} {text}");
    let mut records = corpus.outputs()["three.jsonl"].clone();
    records.push_str("{\"input_ids\":[0,2],\"attention_mask\":[1],\"labels\":[-100,-100]}\n");
    corpus.write("out/three.jsonl", &records);
    corpus.write("out/a/b/two.jsonl", &format!("{}not JSON\n", corpus.outputs()["a/b/two.jsonl"]));
    let (code, text, stderr) = inspect(&[]);
    assert_eq!(code, 1);
    assert_eq!(
        stderr,
        "error: 2 of 6 records are broken in out/a/b/two.jsonl, out/three.jsonl (the findings name the first places of each kind)\n"
    );
    assert!(text.contains("Files with findings, of 3") && text.contains("mask-length 1"), "{text}");
    let (_, json, _) = inspect(&["--json"]);
    let report: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(
        report["files"][0],
        serde_json::json!({"input": "out/a/b/two.jsonl", "lines": 2, "broken": 1, "fault": null, "findings": {"not-json": 1}})
    );
    assert_eq!(report["files"][1]["findings"], serde_json::json!({}));
    let lines = report["files"].as_array().unwrap().iter().map(|file| file["lines"].as_u64().unwrap());
    assert_eq!(lines.sum::<u64>(), report["lines"].as_u64().unwrap());
}
