//! Every command of the README runs, in order, in one shell.

use std::process::Command;

use muddle::noise::{KINDS, Kind};

use crate::support::fixture;

/// The lines of every `sh` block, and what the README says they print: a `text` block right behind.
fn commands() -> Vec<(String, Option<String>)> {
    let readme = std::fs::read_to_string(fixture("../README.md")).unwrap();
    let mut commands = Vec::new();
    for block in readme.split("```sh\n").skip(1) {
        let (lines, after) = block.split_once("```\n").unwrap();
        let printed = after.strip_prefix("```text\n").map(|text| text.split("```").next().unwrap().to_string());
        let count = lines.lines().count();
        commands.extend(
            lines.lines().enumerate().map(|(at, line)| (line.to_string(), printed.clone().filter(|_| at + 1 == count))),
        );
    }
    commands
}

#[test]
fn every_command_of_the_readme_does_what_it_says() {
    let folder = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(fixture(""), folder.path().join("fixtures")).unwrap();
    let binary = env!("CARGO_BIN_EXE_muddle");
    let mut run = 0;
    for (command, printed) in commands() {
        // The tests are running, and the binary is built.
        if command == "cargo test" {
            continue;
        }
        let command = command.replace("cargo run --release --", "muddle");
        let script = format!("set -eu; muddle() {{ '{binary}' \"$@\"; }}; {command}");
        let output = Command::new("sh").args(["-c", &script]).current_dir(folder.path()).output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{command}\n{stderr}");
        assert!(!stderr.contains("error"), "{command}\n{stderr}");
        if let Some(printed) = printed {
            assert_eq!(String::from_utf8_lossy(&output.stdout), printed, "{command}");
        }
        let written = command.split_whitespace().skip_while(|word| !["-o", ">"].contains(word)).nth(1);
        let bytes = written.map_or(output.stdout, |name| std::fs::read(folder.path().join(name)).unwrap());
        assert!(!bytes.is_empty(), "{command} gave nothing");
        run += 1;
    }
    assert!(run >= 6, "{run}");
}

#[test]
fn the_table_of_noises_is_the_list_of_kinds() {
    let readme = std::fs::read_to_string(fixture("../README.md")).unwrap();
    let row = |kind: &Kind| {
        let keys = kind.keys.iter().enumerate().map(|(at, key)| {
            let pair = format!("`{}={}`", key.name, key.default);
            // A default that goes by another key's value stands behind that value.
            let is_another = kind.keys[..at].iter().any(|other| other.name == key.name);
            let value = key.goes_with.filter(|_| is_another).and_then(|pair| pair.split_once('='));
            value.map_or(pair.clone(), |(_, value)| format!("({value}: {pair})"))
        });
        let keys: Vec<String> = keys.collect();
        let keys = if keys.is_empty() { String::new() } else { format!("{} ", keys.join(" ")) };
        format!("| `{}` | {keys}|", kind.name)
    };
    let rows: Vec<&str> = readme.lines().filter(|line| line.starts_with("| `")).take(KINDS.len()).collect();
    for (kind, found) in KINDS.iter().zip(rows) {
        assert!(found.starts_with(&row(kind)), "{found}\n{}", row(kind));
    }
}
