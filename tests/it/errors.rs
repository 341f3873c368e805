//! Bad input: one clear line, the documented exit code, nothing half-written.

use std::fs;

use crate::support::{Run, fixture, fixture_arg, muddle, muddle_with};

fn corrupt(arguments: &[&str], stdin: &[u8]) -> Run {
    let tokenizer = fixture_arg("tokenizers/bytelevel.json");
    muddle_with(&[&["corrupt", "-t", &tokenizer, "-n", "mask"], arguments].concat(), stdin)
}

/// One line that begins with `error:` and holds `says`.
fn refused(run: &Run, code: i32, says: &str) {
    assert_eq!(run.code, code, "{}", run.stderr);
    assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
    assert!(run.stderr.starts_with("error: ") && run.stderr.contains(says), "{}", run.stderr);
    let first = run.stderr["error: ".len()..].chars().next().unwrap();
    assert!(!first.is_uppercase() && !run.stderr.trim_end().ends_with('.'), "{}", run.stderr);
}

#[test]
fn options_that_cannot_be_are_refused_before_anything_is_read() {
    for (arguments, says) in [
        (&["-n", "mask:ratio=1.5"][..], "outside 0..1"),
        (&["-n", "mask:mask=0.9,random=0.2"], "more than 1"),
        (&["-n", "infill:lambda=0.01"], "outside 0.1..256"),
        (&["-n", "infill:lamda=3"], "did you mean lambda?"),
        (&["-n", "mask", "--labels", "masked", "-n", "permute"], "use --labels full"),
        (&["--window", "0"], "--window"),
        (&["--preset", "bart"], "cannot be used with"),
        (&["--labels", "ful"], "full"),
        (&["--stride", "2"], "--window"),
        (&["--copies", "0"], "--copies"),
        (&["--lang", "english"], "not a language code (auto, or ISO 639 such as de"),
        (&["--lang", "xx"], "--lang xx: not a language code"),
        (&["--nosie", "mask"], "--noise"),
        (&["-o", "out.orc"], ".orc is not written"),
        (&["-o", "out.jsonl.xz"], ".xz is not written"),
        (&["--pad", "max", "--pad-multiple", "7"], "does not divide"),
    ] {
        refused(&corrupt(&[arguments, &["/nowhere/at/all.txt"]].concat(), b""), 2, says);
    }
    refused(&corrupt(&["--max-length", "2"], b""), 2, "no room");
    refused(&muddle(&["corupt"]), 2, "corrupt");
    refused(&muddle(&["corrupt", "-n", "mask"]), 2, "--tokenizer");
}

#[test]
fn inputs_that_are_not_there_are_refused_before_any_work() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("out.jsonl");
    let output = output.to_str().unwrap();
    let good = fixture_arg("texts/english.txt");
    refused(&corrupt(&["-o", output, &good, "missing.txt"], b""), 1, "missing.txt: ");
    refused(&corrupt(&["-o", output, folder.path().to_str().unwrap()], b""), 1, "no data files in this folder");
    refused(&corrupt(&["-o", "/nowhere/at/all.jsonl", &good], b""), 1, "there is no folder");
    refused(&corrupt(&["-o", folder.path().to_str().unwrap(), &good], b""), 1, "is a folder");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn an_output_that_is_an_input_is_refused_by_any_name() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("text.txt");
    fs::write(&text, "One. Two.\n").unwrap();
    let (link, hard) = (folder.path().join("link"), folder.path().join("hard"));
    std::os::unix::fs::symlink(&text, &link).unwrap();
    fs::hard_link(&text, &hard).unwrap();
    let roundabout = folder.path().join("../").join(folder.path().file_name().unwrap()).join("text.txt");
    for output in [&text, &link, &hard, &roundabout] {
        let run = corrupt(&["-o", output.to_str().unwrap(), text.to_str().unwrap()], b"");
        refused(&run, 1, "is also an input");
    }
    assert_eq!(fs::read_to_string(&text).unwrap(), "One. Two.\n");
}

#[test]
fn faults_of_documents_name_their_place_and_can_be_skipped() {
    let lines: &[u8] =
        b"{\"text\":\"One.\"}\n{\"body\":1}\n{\"text\":null}\n\n[]\n{\"text\":\"T\xffwo.\"}\n{\"text\":\"Three.\"}\n";
    let jsonl = ["--input-format", "jsonl"];
    refused(&corrupt(&jsonl, lines), 1, "stdin:2: no string field \"text\"");
    let skipping = corrupt(&[&jsonl[..], &["--on-error", "skip"]].concat(), lines);
    assert_eq!(skipping.code, 0);
    assert_eq!(skipping.records().len(), 2);
    assert_eq!(skipping.stderr.matches("warning: skipped stdin:").count(), 4, "{}", skipping.stderr);
    assert!(skipping.stderr.contains("2 records from 6 documents"), "{}", skipping.stderr);
    refused(&corrupt(&[], b"One.\n\nT\xffwo.\n"), 1, "--lossy");
    assert_eq!(corrupt(&["--lossy"], b"One.\n\nT\xffwo.\n").records().len(), 2);
}

#[test]
fn labels_of_chosen_tokens_need_a_noise_that_chooses_some() {
    let tokenizer = fixture_arg("tokenizers/bytelevel.json");
    let masked = |recipe: &[&str]| {
        muddle_with(&[&["corrupt", "-t", &tokenizer, "--labels", "masked"], recipe].concat(), b"One.")
    };
    refused(&masked(&["-n", "none"]), 2, "--labels masked: none chooses no tokens");
    let mixed = masked(&["--mix", "1:mask", "--mix", "1:none"]);
    refused(&mixed, 2, "recipe 2 of the mixture, none: --labels masked: none chooses no tokens");
    assert_eq!(masked(&["-n", "none", "-n", "mask"]).code, 0);
}

#[test]
fn a_recipe_that_cannot_be_is_named_by_its_place_in_the_mixture() {
    let tokenizer = fixture_arg("tokenizers/unigram.json");
    let run = muddle_with(&["corrupt", "-t", &tokenizer, "--mix", "1:span", "--mix", "1:span:ratio=0.5"], b"One.");
    refused(&run, 1, "recipe 2 of the mixture, span:ratio=0.5,mean=3,");
    refused(&run, 1, ": span needs 128 sentinels for windows of 766 tokens");
}

#[test]
fn a_unit_of_plain_text_is_warned_of_where_there_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_string()
    };
    let (records, text) = (path("a.jsonl", "{\"text\":\"One.\"}\n"), path("b.txt", "Two.\n"));
    let warned = |arguments: &[&str], stdin: &[u8]| {
        let run = corrupt(arguments, stdin);
        assert_eq!(run.code, 0, "{}", run.stderr);
        run.stderr.contains("warning: --documents: no input is plain text, so it has no effect (leave it out)")
    };
    let json = b"{\"text\":\"One.\"}";
    assert!(warned(&["--documents", "line", &records], b""));
    assert!(warned(&["--documents", "line", "--input-format", "jsonl"], json));
    assert!(!warned(&[&records], b""));
    assert!(!warned(&["--documents", "line", &records, &text], b""));
    // What comes through a pipe is not known before it is read.
    assert!(!warned(&["--documents", "line"], json));
    let sentences = muddle_with(&["sentences", "--documents", "line", &records], b"");
    assert!(sentences.stderr.contains("--documents: no input is plain text"), "{}", sentences.stderr);
}

#[test]
fn an_error_leaves_an_older_output_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("out.jsonl");
    fs::write(&output, "older\n").unwrap();
    let lines = b"{\"text\":\"One.\"}\n{\"text\":2}\n";
    let run = corrupt(&["--input-format", "jsonl", "-o", output.to_str().unwrap()], lines);
    refused(&run, 1, "stdin:2");
    assert_eq!(fs::read_to_string(&output).unwrap(), "older\n");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing partial stays behind");
}

#[test]
fn damaged_compressed_input_gives_no_output_file() {
    let folder = tempfile::tempdir().unwrap();
    let whole = {
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        std::io::Write::write_all(&mut gz, &fs::read(fixture("texts/english.txt")).unwrap()).unwrap();
        gz.finish().unwrap()
    };
    let output = folder.path().join("out.jsonl");
    let input = folder.path().join("cut.txt.gz");
    fs::write(&input, &whole[..whole.len() - 20]).unwrap();
    let run = corrupt(&["-o", output.to_str().unwrap(), input.to_str().unwrap()], b"");
    refused(&run, 1, "cut.txt.gz");
    assert!(!output.exists());
}

#[test]
fn input_without_text_gives_no_records_and_a_warning() {
    for input in [&b""[..], b"\n \n\t\n", b"\xef\xbb\xbf\n"] {
        let run = corrupt(&[], input);
        assert_eq!((run.code, run.stdout.len()), (0, 0));
        assert!(run.stderr.contains("warning: ") && run.stderr.contains("no records"), "{}", run.stderr);
        assert!(
            run.stderr.contains("0 records from 0 documents, 0 tokens (0 % of --max-length 512), mask 0.0 %, "),
            "{}",
            run.stderr
        );
    }
}

#[test]
fn tokenizers_that_cannot_serve_are_named_with_the_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let tokenizer = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_string()
    };
    let good = fs::read_to_string(fixture("tokenizers/bytelevel.json")).unwrap();
    let mut dropout: serde_json::Value = serde_json::from_str(&good).unwrap();
    dropout["model"]["dropout"] = serde_json::json!(0.1);
    for (path, says) in [
        (tokenizer("empty.json", b""), "not a tokenizer.json"),
        (tokenizer("text.json", b"hello"), "not a tokenizer.json"),
        (tokenizer("other.json", b"{}"), "no \"model\""),
        (
            tokenizer("pointer.json", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"),
            "git lfs pull",
        ),
        (tokenizer("dropout.json", dropout.to_string().as_bytes()), "dropout"),
        (fixture_arg("tokenizers/no_mask.json"), "--mask-token"),
        (folder.path().join("missing.json").to_str().unwrap().to_string(), "no such file"),
        ("someone/not-here".to_string(), "hf download someone/not-here"),
    ] {
        let text = fixture_arg("texts/english.txt");
        refused(&muddle(&["corrupt", "-t", &path, "-n", "mask", &text]), 1, says);
    }
    let text = fixture_arg("texts/english.txt");
    let no_mask = fixture_arg("tokenizers/no_mask.json");
    refused(&muddle(&["corrupt", "-t", &no_mask, "-n", "delete", "--pad", "max", &text]), 1, "--pad-token");
    refused(&corrupt(&["--mask-token", "<maks>", &text], b""), 1, "no such token");
}

#[test]
fn long_lines_words_and_documents_work() {
    let tokenizers = ["wordpiece.json", "bytelevel.json", "unigram.json", "llama_like.json"];
    let long_word = "x".repeat(1 << 20);
    let marks = format!("a{}", "\u{301}".repeat(100_000));
    let sentence = "word ".repeat(1 << 18);
    for name in tokenizers {
        let tokenizer = fixture_arg(&format!("tokenizers/{name}"));
        for text in [&long_word, &marks, &sentence] {
            let run = muddle_with(&["corrupt", "-t", &tokenizer, "-n", "delete", "-q"], text.as_bytes());
            assert_eq!(run.code, 0, "{name}: {}", run.stderr);
            assert!(run.records().iter().all(|record| record.input_ids.len() <= 512));
        }
    }
    refused(&corrupt(&["--max-document-bytes", "1K"], &[b'x'; 5000]), 1, "--max-document-bytes");
}
