//! Files that would be read and written at once, and names that would steer a terminal.

use std::fs::{self, OpenOptions};
use std::os::unix::fs::symlink;
use std::process::{Command, Output, Stdio};

use crate::support::{fixture, fixture_arg, muddle};

fn run(arguments: &[&str], environment: &[(&str, &str)], stdout: Stdio) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_muddle"));
    command.args(arguments).envs(environment.iter().copied()).stdin(Stdio::null()).stdout(stdout);
    command.stderr(Stdio::piped()).spawn().unwrap().wait_with_output().unwrap()
}

fn refused(output: &Output) {
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(1) && stderr.contains(": is also an input"), "{stderr}");
}

#[test]
fn no_file_of_a_tokenizer_is_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let tokenizer = fs::read(fixture("tokenizers/bytelevel.json")).unwrap();
    fs::write(at("tokenizer.json"), &tokenizer).unwrap();
    fs::write(at("tokenizer_config.json"), "{}").unwrap();
    let (text, folder_name) = (fixture_arg("texts/english.txt"), folder.path().to_str().unwrap());
    for name in ["tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"] {
        for option in ["-o", "--stats", "--report"] {
            let arguments = ["corrupt", "-t", folder_name, "-n", "mask", option, &at(name), &text];
            refused(&run(&arguments, &[], Stdio::null()));
        }
    }
    fs::write(at("records.jsonl"), muddle(&["corrupt", "-q", "-t", folder_name, "-n", "mask", &text]).stdout).unwrap();
    for tokenizer in [folder_name, &at("tokenizer.json")] {
        let html = at("tokenizer.json");
        refused(&run(&["inspect", "-t", tokenizer, "--html", &html, &at("records.jsonl")], &[], Stdio::null()));
    }
    assert_eq!(fs::read(at("tokenizer.json")).unwrap(), tokenizer);
    assert!(!folder.path().join("special_tokens_map.json").exists());
}

#[test]
fn files_of_the_hub_cache_are_not_overwritten_by_any_name() {
    let cache = tempfile::tempdir().unwrap();
    let snapshot = cache.path().join("models--some--model/snapshots/abc");
    let blobs = cache.path().join("models--some--model/blobs");
    fs::create_dir_all(&snapshot).unwrap();
    fs::create_dir_all(&blobs).unwrap();
    fs::copy(fixture("tokenizers/bytelevel.json"), blobs.join("b1")).unwrap();
    symlink("../../blobs/b1", snapshot.join("tokenizer.json")).unwrap();
    for output in [blobs.join("b1"), snapshot.join("tokenizer.json"), snapshot.join("tokenizer_config.json")] {
        let text = fixture_arg("texts/english.txt");
        let arguments = ["corrupt", "-t", "some/model", "-n", "mask", "-o", output.to_str().unwrap(), &text];
        refused(&run(&arguments, &[("HF_HUB_CACHE", cache.path().to_str().unwrap())], Stdio::null()));
    }
}

#[test]
fn records_under_inspection_are_not_written_to_by_stdout() {
    let folder = tempfile::tempdir().unwrap();
    let records = folder.path().join("records.jsonl");
    let (tokenizer, text) = (fixture_arg("tokenizers/bytelevel.json"), fixture_arg("texts/english.txt"));
    let bytes = muddle(&["corrupt", "-q", "-t", &tokenizer, "-n", "mask", &text]).stdout;
    fs::write(&records, &bytes).unwrap();
    let open = OpenOptions::new().read(true).write(true).open(&records).unwrap();
    refused(&run(&["inspect", "-t", &tokenizer, records.to_str().unwrap()], &[], open.into()));
    assert_eq!(fs::read(&records).unwrap(), bytes);
}

#[test]
fn names_neither_steer_nor_turn_a_terminal_and_stay_data() {
    let folder = tempfile::tempdir().unwrap();
    let name = "a\u{202e}b\u{9b}31m\u{2066}\u{1b}]0;\n.txt";
    let path = folder.path().join(name);
    fs::write(&path, "One. Two.\n").unwrap();
    let path = path.to_str().unwrap();
    let harmful = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes).into_owned();
        text.chars().any(|c| c != '\n' && (c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c) || c == '\u{2066}'))
    };
    let tokenizer = fixture_arg("tokenizers/bytelevel.json");
    let corrupt = ["corrupt", "-t", &tokenizer, "-n", "mask"];
    let missing = format!("{path}x");
    let output = format!("{path}/x.jsonl");
    for arguments in [
        &[&missing[..]][..],
        &["--input-format", "jsonl", path],
        &["-o", &output, path],
        &["-o", path, path],
        &["--dry-run", path],
        &["-t", path],
    ] {
        let run = run(&[&corrupt, arguments].concat(), &[], Stdio::piped());
        assert!(!run.stderr.is_empty() && !harmful(&run.stderr), "{}", String::from_utf8_lossy(&run.stderr));
    }
    let run = muddle(&[&corrupt[..], &["--meta", path]].concat());
    assert!(!harmful(&run.stdout));
    assert_eq!(run.records()[0].meta["source"], path);
}
