//! The settings are all that shapes records: changing any option that changes bytes changes the fingerprint, and no other
//! option does.

use std::collections::BTreeSet;

use crate::support::{fixture_arg, muddle, muddle_with};

/// Text in which every option has something to change.
const TEXT: &str = "Prof. Weiss kam um 5 Uhr an. Der Zug war spät dran, sagte er z. B. Anna. Sie kam am 3. Mai. Alle <mask> lachten.\nGut so.\n\n\
                    Der Hafen ist leer. Nichts bewegt sich dort. Es regnet seit gestern.\n\nEnde der Reise.\n";
const JSON: &str = "{\"text\":\"Der Zug war spät dran, sagte er zu ihr. Sie kam am 3. Mai an und ging dann nach Hause. Das ist nicht weit von hier.\",\"lang\":\"en\",\"words\":[\"Zug war spät dran\",\"nach Hause\"],\
                    \"other\":\"Another text. It is short.\"}\n";
const BROKEN: &str = "{\"text\":\"One. Two.\"}\n{\"text\":7}\n{\"text\":\"Three. Four.\"}\n";

/// An option, with what has to stand beside it for it to act.
struct Changed {
    option: &'static str,
    values: &'static [&'static str],
    beside: &'static [&'static str],
    text: &'static str,
}

const fn option(option: &'static str, values: &'static [&'static str]) -> Changed {
    Changed { option, values, beside: &["-n", "permute", "-n", "infill"], text: TEXT }
}

const fn beside(option: &'static str, values: &'static [&'static str], beside: &'static [&'static str]) -> Changed {
    Changed { option, values, beside, text: TEXT }
}

const fn of_json(option: &'static str, values: &'static [&'static str], beside: &'static [&'static str]) -> Changed {
    Changed { option, values, beside, text: JSON }
}

const INFILL: &[&str] = &["-n", "infill"];

/// What shapes records.
const SHAPING: &[Changed] = &[
    option("--noise", &["delete"]),
    beside("--preset", &["bert"], &[]),
    beside("--mix", &["1:mask", "--mix", "1:delete"], &[]),
    beside("--labels", &["full"], &["-n", "mask"]),
    option("--copies", &["2"]),
    option("--seed", &["5"]),
    option("--epoch", &["1"]),
    option("--shuffle", &["9"]),
    option("--skip", &["1"]),
    option("--skip-documents", &["1"]),
    option("--shard", &["1/2:documents"]),
    of_json("--input-format", &["text"], INFILL),
    option("--documents", &["line"]),
    of_json("--text-field", &["other"], INFILL),
    beside("--max-document-bytes", &["60"], &["-n", "infill", "--on-error", "skip"]),
    option("--limit", &["1"]),
    option("--sentences", &["line"]),
    option("--lang", &["en"]),
    of_json("--words-field", &["words"], INFILL),
    option("--lang-token", &["<mask>"]),
    of_json("--lang-field", &["lang"], &["-n", "permute", "--sentences", "auto"]),
    option("--max-length", &["24"]),
    option("--pack", &["sentence"]),
    option("--window", &["2"]),
    beside("--stride", &["1"], &["-n", "infill", "--window", "2"]),
    option("--pad", &["max"]),
    option("--pad-multiple", &["8"]),
    beside("--batch-size", &["1"], &["-n", "infill", "--pad", "longest"]),
    beside("--label-pad", &["-7"], &["-n", "infill", "--pad", "max"]),
    option("--mask-token", &["</s>"]),
    beside("--pad-token", &["</s>"], &["-n", "infill", "--pad", "max"]),
    beside("--bos-token", &["e"], &["-n", "mask:ratio=1,mask=0,random=1", "--copies", "100"]),
    beside("--eos-token", &["<pad>"], &["-n", "infill", "--pack", "stream"]),
    option("--allow-special-in-text", &[]),
    option("--output-format", &["arrow"]),
    option("--meta", &[]),
    Changed { option: "--on-error", values: &["skip"], beside: INFILL, text: BROKEN },
    Changed { option: "--lossy", values: &[], beside: INFILL, text: "" },
];

/// What does not.
const OTHERS: &[&str] = &[
    "--output",
    "--output-dir",
    "--compress",
    "--relative-to",
    "--resume",
    "--fail-fast",
    "--verify",
    "--stats",
    "--report",
    "--dry-run",
    "--preview",
    "--progress",
    "--threads",
    "--quiet",
    "--color",
    "--help",
    "--tokenizer",
    "--files-from",
    "--null",
];

fn arguments<'a>(tokenizer: &'a str, more: &[&[&'a str]]) -> Vec<&'a str> {
    [&["corrupt", "-t", tokenizer][..], &more.concat()].concat()
}

fn fingerprint(tokenizer: &str, more: &[&[&str]]) -> String {
    let run = muddle_with(&arguments(tokenizer, &[more, &[&["--dry-run"]]].concat()), b"One. Two.");
    let plan: serde_json::Value =
        serde_json::from_str(&run.stderr).unwrap_or_else(|error| panic!("{error}: {more:?} {}", run.stderr));
    plan["options"]["fingerprint"].as_str().unwrap().to_string()
}

/// The options that `corrupt --help` lists.
fn listed() -> BTreeSet<String> {
    let help = muddle(&["corrupt", "--help"]);
    let words =
        help.text().lines().filter_map(|line| line.trim_start().strip_prefix('-').map(|rest| format!("-{rest}")));
    let long = words.filter_map(|line| line.split([' ', ',']).find(|word| word.starts_with("--")).map(str::to_string));
    long.collect()
}

#[test]
fn every_option_either_shapes_records_or_does_not() {
    let known: BTreeSet<String> =
        SHAPING.iter().map(|changed| changed.option).chain(OTHERS.iter().copied()).map(str::to_string).collect();
    assert_eq!(listed(), known);
}

#[test]
fn an_option_that_changes_bytes_changes_the_fingerprint() {
    let tokenizer = fixture_arg("tokenizers/bytelevel.json");
    for Changed { option, values, beside, text } in SHAPING {
        let change = [&[*option], *values].concat();
        let base: &[&str] =
            if ["--preset", "--mix"].contains(option) { &["-n", "permute", "-n", "infill"] } else { beside };
        let text: &[u8] = if *option == "--lossy" { b"One \xff two. Three." } else { text.as_bytes() };
        let before = muddle_with(&arguments(&tokenizer, &[base, &["-q"]]), text);
        let after = muddle_with(&arguments(&tokenizer, &[beside, &change, &["-q"]]), text);
        assert!(before.stdout != after.stdout, "{option}: {}", after.stderr);
        assert_ne!(fingerprint(&tokenizer, &[base]), fingerprint(&tokenizer, &[beside, &change]), "{option}");
    }
}

#[test]
fn tokens_made_special_beside_the_tokenizer_change_the_fingerprint() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(fixture_arg("tokenizers/bytelevel.json"), folder.path().join("tokenizer.json")).unwrap();
    let tokenizer = folder.path().to_str().unwrap();
    let recipe: &[&str] = &["-n", "mask:ratio=1,mask=0,random=1"];
    let with = |config: &str| {
        std::fs::write(folder.path().join("tokenizer_config.json"), config).unwrap();
        let bytes = muddle_with(&arguments(tokenizer, &[recipe, &["--copies", "100"]]), TEXT.as_bytes()).stdout;
        (bytes, fingerprint(tokenizer, &[recipe]))
    };
    let (plain, special) = (with("{}"), with(r#"{"additional_special_tokens": ["e", "t", "a"]}"#));
    assert!(plain.0 != special.0);
    assert_ne!(plain.1, special.1);
    assert_eq!(plain, with("{}"));
}

#[test]
fn other_options_keep_bytes_and_fingerprint() {
    let tokenizer = fixture_arg("tokenizers/bytelevel.json");
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let (stats, report, output) = (file("stats.json"), file("page.html"), file("out.jsonl"));
    let recipe: &[&str] = &["--preset", "bart"];
    let others: [&[&str]; 7] = [
        &["--stats", &stats],
        &["--report", &report],
        &["--threads", "1"],
        &["--progress", "never"],
        &["--color", "always"],
        &["-n", "permute", "-n", "infill:ratio=0.3,lambda=3.5,random=0.1"],
        &["--output", &output],
    ];
    let expected = muddle_with(&arguments(&tokenizer, &[recipe]), TEXT.as_bytes()).stdout;
    for other in others {
        // A preset is the noises that it stands for.
        let recipe = if other[0] == "-n" { &[] } else { recipe };
        assert_eq!(
            fingerprint(&tokenizer, &[&["--preset", "bart"]]),
            fingerprint(&tokenizer, &[recipe, other]),
            "{other:?}"
        );
        let run = muddle_with(&arguments(&tokenizer, &[recipe, other]), TEXT.as_bytes());
        let bytes = if other[0] == "--output" { std::fs::read(&output).unwrap() } else { run.stdout };
        assert_eq!(bytes, expected, "{other:?}: {}", run.stderr);
    }
}

#[test]
fn settings_are_printed_by_the_words_of_the_options() {
    let tokenizer = fixture_arg("tokenizers/bytelevel.json");
    let run = muddle_with(&arguments(&tokenizer, &[&["-n", "none", "--lang", "de", "--dry-run"]]), b"One.");
    let plan: serde_json::Value = serde_json::from_str(&run.stderr).unwrap();
    let options = &plan["options"];
    assert_eq!((options["documents"].as_str(), options["lang"].as_str()), (Some("blank-line"), Some("de")));
    assert_eq!((options["recipe"][0].as_str(), options["labels"].as_str()), (Some("none"), Some("input")));
    for name in ["allow_special_in_text", "meta", "input_format", "max_document_bytes", "on_error", "lang_field"] {
        assert!(options.get(name).is_some(), "{name}");
    }
}
