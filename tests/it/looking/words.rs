//! Help, completions, the manual, mistakes in arguments, colors and progress.

use std::process::Command;

use crate::support::{fixture_arg, muddle};

/// What a mistake says, on one line and with exit code 2.
fn mistake(arguments: &str) -> String {
    let run = muddle(&arguments.split_whitespace().collect::<Vec<_>>());
    assert_eq!((run.code, run.text()), (2, ""), "{arguments}");
    assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
    run.stderr.trim_end().to_string()
}

#[test]
fn every_mistake_is_one_line_that_names_the_remedy() {
    for (arguments, said) in [
        ("corupt", "corupt: no such command (did you mean corrupt?)"),
        ("xyzzy", "xyzzy: no such command (muddle --help lists them)"),
        ("noise --help", "noise: no such command (did you mean muddle corrupt --noise?)"),
        ("infill", "infill: no such command (did you mean muddle corrupt --noise infill?)"),
        ("bart", "bart: no such command (did you mean muddle corrupt --preset bart?)"),
        (
            "corrupt -t x -n mask --null x",
            "--null: only --files-from names inputs that end with NUL (add it, or leave out --null)",
        ),
        ("corrupt --sead 3", "--sead: no such option (did you mean --seed?)"),
        ("corrupt -x", "-x: no such option (--help lists them)"),
        ("man page", "page: not expected here (see --help)"),
        ("corrupt -t", "--tokenizer <TOKENIZER>: its value is missing"),
        (
            "corrupt -t x -n mask --pack",
            "--pack <PACK>: its value is missing (one of: fit sentence document stream best-fit)",
        ),
        ("corrupt -t x -n mask --pack fitt", "--pack fitt: no such value (did you mean fit?)"),
        ("corrupt -t x --preset brt", "--preset brt: no such value (did you mean bart?)"),
        ("corrupt -t x -n mask --color pink", "--color pink: no such value (one of: auto always never)"),
        (
            "corrupt -t x -n mask --max-length 0",
            "--max-length 0: takes a whole number from 1 to 536870911 (see --help)",
        ),
        ("corrupt -t x -n mask --seed x", "--seed x: takes a whole number, at least 0 (see --help)"),
        ("corrupt -t x -n mask --seed -1", "--seed -1: takes a whole number, at least 0 (see --help)"),
        ("corrupt -t x -n mask --limit 0", "--limit 0: takes a whole number, at least 1 (see --help)"),
        ("corrupt -t x -n mask:0.3", "--noise mask:0.3: \"0.3\" is not key=value (such as ratio=0.15)"),
        ("corrupt -t x -n mask --meta=3", "--meta 3: takes no value (leave it out)"),
        ("corrupt -t x -n mask --preset bert", "--noise: cannot be used with --preset (keep one)"),
        ("corrupt -n mask", "--tokenizer <TOKENIZER>: missing (see --help for examples)"),
        (
            "corrupt -t x -n mask --stride 2",
            "--stride: takes effect with --window alone (add --window N, or leave it out)",
        ),
        (
            "corrupt -t x -n mask --batch-size 3",
            "--batch-size: only --pad longest looks at several records (add --pad longest, or leave it out)",
        ),
    ] {
        assert_eq!(mistake(arguments), format!("error: {said}"));
    }
    let missing = mistake("corrupt -t x");
    assert!(missing.contains("--noise: missing") && missing.contains("--preset bart"), "{missing}");
}

#[test]
fn without_a_command_help_is_shown_and_the_code_is_2() {
    let run = muddle::<&str>(&[]);
    assert_eq!((run.code, run.text()), (2, ""));
    assert!(run.stderr.contains("Usage: muddle") && run.stderr.contains("Examples:"));
}

#[test]
fn help_has_examples_and_goes_to_stdout() {
    for command in
        [&["--help"][..], &["corrupt", "--help"], &["sentences", "--help"], &["completions", "-h"], &["man", "-h"]]
    {
        let run = muddle(command);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""));
        assert!(run.text().contains("Examples:\n  muddle "), "{command:?}");
        assert!(run.text().lines().all(|line| line.chars().count() <= 100), "{command:?}");
    }
}

#[test]
fn completions_know_commands_options_and_values() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let run = muddle(&["completions", shell]);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""));
        assert!(["corrupt", "tokenizer", "preview"].iter().all(|word| run.text().contains(word)), "{shell}");
    }
    for shell in ["bash", "zsh", "fish"] {
        let run = muddle(&["completions", shell]);
        assert!(
            ["infill", "permute", "bart-paper", "blank-line"].iter().all(|word| run.text().contains(word)),
            "{shell}"
        );
    }
}

#[test]
fn noises_that_completions_offer_are_those_there_are() {
    for name in muddle::noise::KINDS.iter().map(|kind| kind.name) {
        let run = muddle(&["completions", "bash"]);
        assert!(run.text().contains(name), "{name}");
        assert!(muddle(&["corrupt", "-t", "missing.json", "-n", name]).stderr.contains("missing.json"), "{name}");
    }
}

/// What bash offers at the end of a line.
fn completed(line: &str) -> Vec<String> {
    let script = r#"
        source <("$0" completions bash)
        COMP_LINE=$1; COMP_POINT=${#1}
        # As bash does it: parted at white space, and at : and = again.
        read -ra COMP_WORDS <<< "$(sed 's/[:=]/ & /g' <<< "$1")"
        [[ $1 == *[[:space:]] ]] && COMP_WORDS+=("")
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        word=${COMP_WORDS[COMP_CWORD]}; [[ $word == [:=] ]] && word=
        _muddle_typed muddle "$word" "${COMP_WORDS[COMP_CWORD-1]}" 2> /dev/null
        printf '%s\n' "${COMPREPLY[@]}""#;
    let output = Command::new("bash").args(["-c", script, env!("CARGO_BIN_EXE_muddle"), line]).output().unwrap();
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_string).collect()
}

#[test]
fn bash_completes_noises_their_keys_and_values() {
    for (line, offered) in [
        ("muddle corrupt -n m", &["mask"][..]),
        ("muddle corrupt -n mask:ra", &["ratio=", "random="]),
        ("muddle corrupt --noise=infill:la", &["lambda="]),
        ("muddle corrupt -n span:ratio=0.3,me", &["0.3,mean="]),
        ("muddle corrupt --mix 0.5:span:mea", &["mean="]),
        ("muddle corrupt --mix 2:permute+infill:ra", &["ratio=", "random="]),
        ("muddle corrupt --mix 2:permute+ro", &["permute+rotate"]),
        ("muddle corrupt --pack=best", &["best-fit"]),
        ("muddle corrupt --pack best", &["best-fit"]),
        ("muddle corrupt --preset t5-", &["t5-v1.1"]),
        ("muddle corrupt --lang d", &["da", "de"]),
        ("muddle corrupt --labels hi", &["hidden"]),
        ("muddle corrupt --max-d", &["--max-document-bytes"]),
        ("muddle ins", &["inspect"]),
    ] {
        assert_eq!(completed(line), offered, "{line}");
    }
}

#[test]
fn the_manual_has_a_section_for_every_command() {
    let run = muddle(&["man"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert!(run.text().contains(".TH muddle 1"));
    for section in ["\"MUDDLE CORRUPT\"", "\"MUDDLE SENTENCES\"", "\"EXIT STATUS\"", "ENVIRONMENT"] {
        assert!(run.text().contains(&format!(".SH {section}")), "{section}");
    }
}

fn stderr(arguments: &[&str], environment: &[(&str, &str)]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_muddle"));
    command.args(arguments).env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE").envs(environment.iter().copied());
    String::from_utf8(command.output().unwrap().stderr).unwrap()
}

#[test]
fn color_goes_by_the_option_then_by_the_environment() {
    let colored = |arguments: &[&str], environment: &[(&str, &str)]| stderr(arguments, environment).contains("\u{1b}[");
    assert!(!colored(&["corupt"], &[]));
    assert!(colored(&["corupt", "--color", "always"], &[]));
    assert!(colored(&["--color=always", "corupt"], &[("NO_COLOR", "1")]));
    assert!(colored(&["corupt"], &[("CLICOLOR_FORCE", "1")]));
    assert!(!colored(&["corupt", "--color", "never"], &[("CLICOLOR_FORCE", "1")]));
}

#[test]
fn progress_never_changes_stdout_and_quiet_silences_it() {
    let (tokenizer, text) = (fixture_arg("tokenizers/bytelevel.json"), fixture_arg("texts/english.txt"));
    let run = |more: &[&str]| {
        muddle(&[&["corrupt", "-t", &tokenizer, "-n", "mask", "--max-length", "128", &text], more].concat())
    };
    let plain = run(&["--progress", "never"]);
    let always = run(&["--progress", "always"]);
    assert_eq!(plain.stdout, always.stdout);
    assert_eq!(always.stderr.lines().count(), 1, "the summary alone: the run is over before a line is due");
    assert_eq!(run(&["--progress", "always", "-q"]).stderr, "");
}
