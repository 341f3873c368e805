//! Faults around the program: the quick ones. `tests/faults.py` has the many.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use crate::support::fixture_arg;

const OLDER: &str = "older\n";

/// A folder with an older output in it.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("out.jsonl"), OLDER).unwrap();
    folder
}

fn corrupt() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_muddle"));
    command.args(["corrupt", "-n", "mask", "-q", "-t", &fixture_arg("tokenizers/bytelevel.json")]);
    command.stdin(Stdio::null());
    command
}

/// The same command in a shell that first does something to itself, such as `ulimit -n 16`.
fn shell(first: &str, redirections: &str, command: &Command) -> Command {
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(format!("{first}\nexec \"$@\" {redirections}")).arg("sh");
    shell.arg(command.get_program()).args(command.get_args()).stdin(Stdio::null());
    shell
}

/// One line that begins with `error:` and holds `says`, and nothing left or changed in the folder.
fn refused(output: &Output, says: &str, folder: Option<&TempDir>) {
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(stderr.starts_with("error: ") && stderr.lines().count() == 1 && stderr.contains(says), "{stderr}");
    if let Some(folder) = folder {
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "something is left behind");
        assert_eq!(fs::read_to_string(folder.path().join("out.jsonl")).unwrap(), OLDER);
    }
}

fn done(output: &Output) {
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(0), ""));
}

fn english() -> String {
    fixture_arg("texts/english.txt")
}

#[test]
fn a_full_disk_under_stdout_is_an_error_for_every_command() {
    let (tokenizer, text) = (fixture_arg("tokenizers/bytelevel.json"), english());
    for arguments in [
        &["corrupt", "-t", &tokenizer, "-n", "mask", &text][..],
        &["sentences", &text],
        &["man"],
        &["completions", "bash"],
        &["--help"],
    ] {
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_muddle")).args(arguments).stdout(full).output().unwrap();
        refused(&output, "stdout: cannot be written", None);
    }
}

#[test]
fn statistics_that_cannot_be_written_leave_the_older_records() {
    let folder = folder();
    let mut command = corrupt();
    command.arg("-o").arg(folder.path().join("out.jsonl")).args(["--stats", "/dev/full", &english()]);
    refused(&command.output().unwrap(), "/dev/full: cannot be written", Some(&folder));
}

#[test]
fn a_limit_on_the_size_of_files_is_an_error_of_writing() {
    let folder = folder();
    let mut command = corrupt();
    command.arg("-o").arg(folder.path().join("out.jsonl")).arg(english());
    refused(&shell("ulimit -f 1", "", &command).output().unwrap(), "cannot be written", Some(&folder));
}

#[test]
fn sixteen_open_files_are_enough_and_five_are_an_error() {
    let folder = folder();
    let mut command = corrupt();
    command.args(["-j", "2", "-o"]).arg(folder.path().join("out.jsonl")).arg(english());
    refused(&shell("ulimit -n 5", "", &command).output().unwrap(), "", Some(&folder));
    done(&shell("ulimit -n 16", "", &command).output().unwrap());
}

#[test]
fn streams_open_the_wrong_way_are_errors() {
    let mut command = corrupt();
    refused(&shell("", "0>/dev/null", &command).output().unwrap(), "stdin: cannot be read", None);
    refused(&shell("", "</", &command).output().unwrap(), "stdin: is a directory", None);
    command.arg(english());
    refused(&shell("", "1</dev/null", &command).output().unwrap(), "stdout: cannot be written", None);
}

#[test]
fn streams_that_are_closed_end_nothing() {
    for closed in ["<&-", "2>&-", ">&- <&- 2>&-"] {
        let folder = folder();
        let mut command = corrupt();
        command.arg("-o").arg(folder.path().join("out.jsonl")).arg(english());
        done(&shell("", closed, &command).output().unwrap());
        assert!(fs::read_to_string(folder.path().join("out.jsonl")).unwrap().starts_with('{'));
    }
}

#[test]
fn a_stdout_that_is_an_input_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("text.txt");
    fs::write(&text, "One. Two.\n").unwrap();
    let append = || OpenOptions::new().append(true).open(&text).unwrap();
    let named = corrupt().arg(&text).stdout(append()).output().unwrap();
    let piped = corrupt().stdin(File::open(&text).unwrap()).stdout(append()).output().unwrap();
    let mut sentences = Command::new(env!("CARGO_BIN_EXE_muddle"));
    let split = sentences.arg("sentences").arg(&text).stdout(append()).output().unwrap();
    for output in [named, piped, split] {
        refused(&output, "stdout: is also an input", None);
    }
    let output = corrupt().stdin(File::open(&text).unwrap()).arg("-o").arg(&text).output().unwrap();
    refused(&output, "is also an input", None);
    assert_eq!(fs::read_to_string(&text).unwrap(), "One. Two.\n");
}

#[test]
fn an_output_that_is_the_tokenizer_or_the_statistics_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let tokenizer = folder.path().join("tokenizer.json");
    fs::copy(fixture_arg("tokenizers/bytelevel.json"), &tokenizer).unwrap();
    for named in [folder.path(), &tokenizer] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_muddle"));
        command.args(["corrupt", "-n", "mask", &english(), "-t"]).arg(named).arg("-o").arg(&tokenizer);
        refused(&command.output().unwrap(), "is also an input", None);
    }
    let mut command = corrupt();
    command.arg("-o").arg(folder.path().join("x")).arg("--stats").arg(folder.path().join("./x")).arg(english());
    refused(&command.output().unwrap(), "given for two outputs", None);
}

/// Signals a run that waits for input with its output open.
fn signalled(first: &str, signal: &str) -> (Option<i32>, TempDir) {
    let folder = folder();
    let mut command = corrupt();
    command.arg("-o").arg(folder.path().join("out.jsonl"));
    let mut child = shell(first, "", &command).stdin(Stdio::piped()).spawn().unwrap();
    while fs::read_dir(folder.path()).unwrap().count() == 1 {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
    // Waiting would close it, and the run would end by itself.
    let stdin = child.stdin.take();
    if first.is_empty() {
        let code = child.wait().unwrap().code();
        drop(stdin);
        return (code, folder);
    }
    std::thread::sleep(std::time::Duration::from_millis(50));
    drop(stdin);
    (child.wait().unwrap().code(), folder)
}

#[test]
fn every_signal_that_ends_a_run_leaves_what_was_there() {
    for (signal, expected) in [("-TERM", 143), ("-HUP", 129), ("-QUIT", 131), ("-XCPU", 152)] {
        let (code, folder) = signalled("", signal);
        assert_eq!(code, Some(expected), "{signal}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "{signal}");
        assert_eq!(fs::read_to_string(folder.path().join("out.jsonl")).unwrap(), OLDER, "{signal}");
    }
}

#[test]
fn a_hangup_that_the_caller_ignores_is_ignored() {
    let (code, _folder) = signalled("trap '' HUP", "-HUP");
    assert_eq!(code, Some(0));
}

#[test]
fn an_empty_environment_and_a_folder_that_is_gone_are_no_hindrance() {
    let folder = folder();
    let output = corrupt().env_clear().arg("-o").arg(folder.path().join("out.jsonl")).arg(english()).output();
    done(&output.unwrap());
    let gone = folder.path().join("gone");
    fs::create_dir(&gone).unwrap();
    let mut command = corrupt();
    command.arg(english());
    let leave = format!("cd '{0}' && rmdir '{0}'", gone.display());
    done(&shell(&leave, "", &command).output().unwrap());
    command.args(["-o", "out.jsonl"]);
    fs::create_dir(&gone).unwrap();
    refused(&shell(&leave, "", &command).output().unwrap(), "out.jsonl: ", None);
}

#[test]
fn names_of_any_bytes_and_any_length_are_names() {
    let folder = tempfile::tempdir().unwrap();
    let long = "é".repeat(120);
    for name in [&b"\xff\xfe"[..], b"line\nbreak", b"\x1b[31mred", long.as_bytes(), &[b'x'; 255]] {
        let path = folder.path().join(OsStr::from_bytes(name));
        done(&corrupt().arg("-o").arg(&path).arg(english()).output().unwrap());
        let document =
            corrupt().args(["--documents", "file", "--input-format", "text", "--"]).arg(&path).output().unwrap();
        assert_eq!(document.status.code(), Some(0));
        let mut missing: OsString = path.into_os_string();
        missing.push("/missing");
        let output = corrupt().arg(&missing).output().unwrap();
        refused(&output, "cannot be read", None);
        assert!(!output.stderr.contains(&0x1b), "a name steers the terminal");
    }
    assert!(fs::read_dir(folder.path()).unwrap().all(|entry| !entry.unwrap().file_name().as_bytes().starts_with(b".")));
}

#[test]
fn a_pipe_among_the_configs_of_a_tokenizer_is_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(fixture_arg("tokenizers/bytelevel.json"), folder.path().join("tokenizer.json")).unwrap();
    let made = Command::new("mkfifo").arg(folder.path().join("tokenizer_config.json")).status();
    assert!(made.is_ok_and(|status| status.success()), "mkfifo makes a pipe");
    let mut command = Command::new(env!("CARGO_BIN_EXE_muddle"));
    command.args(["corrupt", "-q", "-n", "mask", &english(), "-t"]).arg(folder.path());
    done(&command.output().unwrap());
}

#[test]
fn a_pipe_in_place_of_a_tokenizer_is_refused_with_the_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().is_ok_and(|status| status.success()), "mkfifo makes a pipe");
    let mut command = Command::new(env!("CARGO_BIN_EXE_muddle"));
    command.args(["corrupt", "-q", "-n", "mask", &english(), "-t"]).arg(&pipe);
    refused(&command.output().unwrap(), "not a regular file", None);
}

#[test]
fn a_damaged_config_of_a_tokenizer_is_named_and_can_be_gone_around() {
    let folder = tempfile::tempdir().unwrap();
    let tokenizer = folder.path().join("tokenizer.json");
    fs::copy(fixture_arg("tokenizers/bytelevel.json"), &tokenizer).unwrap();
    let corrupt = |tokenizer: &Path| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_muddle"));
        command.args(["corrupt", "-q", "-n", "mask", &english(), "-t"]).arg(tokenizer).output().unwrap()
    };
    for (name, bytes, says) in [
        ("tokenizer_config.json", "{\"mask_token\": \"<mask>\"", "EOF while parsing"),
        ("special_tokens_map.json", "", "EOF while parsing"),
        ("special_tokens_map.json", "[]", "not a JSON object"),
    ] {
        let config = folder.path().join(name);
        fs::write(&config, bytes).unwrap();
        refused(&corrupt(folder.path()), &format!("{name}: cannot be read: {says}"), None);
        done(&corrupt(&tokenizer));
        fs::remove_file(&config).unwrap();
    }
    done(&corrupt(folder.path()));
}

#[test]
fn messages_stay_short_whatever_a_file_holds() {
    let folder = tempfile::tempdir().unwrap();
    let tokenizer = folder.path().join("tokenizer.json");
    let token = "x".repeat(100_000);
    fs::write(&tokenizer, format!("{{\"model\":{{\"vocab\":{{\"{token}\":-1}}}}}}")).unwrap();
    assert!(Path::new(&tokenizer).exists());
    let mut command = Command::new(env!("CARGO_BIN_EXE_muddle"));
    let output = command.args(["corrupt", "-n", "mask", &english(), "-t"]).arg(&tokenizer).output().unwrap();
    refused(&output, "(save the tokenizer anew)", None);
    assert!(output.stderr.len() < 4000);
}

#[test]
fn a_merge_or_a_piece_that_is_there_twice_prints_nothing_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    for (name, list) in [("bytelevel", "merges"), ("llama_like", "merges"), ("unigram", "vocab")] {
        let bytes = fs::read(fixture_arg(&format!("tokenizers/{name}.json"))).unwrap();
        let mut file: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        let entries = file["model"][list].as_array_mut().unwrap();
        entries.push(entries[entries.len() / 2].clone());
        let path = folder.path().join(format!("{name}.json"));
        fs::write(&path, file.to_string()).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_muddle"));
        let output = command.args(["corrupt", "-n", "delete", "-q", &english(), "-t"]).arg(path).output().unwrap();
        done(&output);
    }
}
