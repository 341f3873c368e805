//! The same bytes, whatever the threads, the files and the formats.

use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::support::{Record, fixture, fixture_arg, muddle, muddle_with};

const RECIPES: [&[&str]; 6] = [
    &["-n", "mask"],
    &["-n", "delete"],
    &["-n", "infill"],
    &["-n", "permute", "-n", "infill@0.5"],
    &["-n", "rotate:unit=sentence"],
    &["-n", "permute", "-n", "delete", "-n", "rotate", "--copies", "3"],
];

fn run(recipe: &[&str], more: &[&str]) -> Vec<u8> {
    let tokenizer = fixture_arg("tokenizers/bytelevel.json");
    let run = muddle(&[&["corrupt", "-t", &tokenizer, "--max-length", "80", "-q"], recipe, more].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(!run.stdout.is_empty());
    run.stdout
}

#[test]
fn threads_never_change_the_output() {
    let text = fixture_arg("texts/english.txt");
    for recipe in RECIPES {
        for pack in ["fit", "sentence", "document", "stream"] {
            let one = run(recipe, &["-j", "1", "--pack", pack, &text]);
            assert_eq!(one, run(recipe, &["-j", "2", "--pack", pack, &text]), "{recipe:?} {pack}");
            assert_eq!(one, run(recipe, &["-j", "7", "--pack", pack, &text]), "{recipe:?} {pack}");
        }
    }
}

#[test]
fn how_a_pipe_is_filled_changes_nothing() {
    let english = std::fs::read_to_string(fixture("texts/english.txt")).unwrap();
    let text: String = (0..25).map(|copy| format!("Copy {copy}. {english}\n\n")).collect();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("long.txt");
    std::fs::write(&file, &text).unwrap();
    for more in [
        &["--pack", "fit", "--pad", "longest"][..],
        &["--pack", "stream"],
        &["--pack", "best-fit"],
        &["--pack", "best-fit", "--copies", "2"],
        &["--shuffle", "50"],
        &["--output-format", "arrow"],
    ] {
        let whole = run(&["-n", "infill"], &[more, &[file.to_str().unwrap()]].concat());
        for first in [1, 700] {
            let mut pieces = [first, 9_000, 33_000, 70_000].into_iter().cycle();
            let mut child = Command::new(env!("CARGO_BIN_EXE_muddle"))
                .args(["corrupt", "-t", &fixture_arg("tokenizers/bytelevel.json"), "--max-length", "80", "-q", "-n"])
                .args([&["infill"], more].concat())
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn()
                .unwrap();
            let (mut stdin, mut stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
            let reading = std::thread::spawn(move || {
                let mut written = Vec::new();
                stdout.read_to_end(&mut written).unwrap();
                written
            });
            let mut rest = text.as_bytes();
            while !rest.is_empty() {
                let piece = rest.split_off(..pieces.next().unwrap().min(rest.len())).unwrap();
                stdin.write_all(piece).unwrap();
                // Long enough for what was written to be read by itself.
                std::thread::sleep(Duration::from_millis(5));
            }
            drop(stdin);
            assert!(child.wait().unwrap().success());
            assert!(reading.join().unwrap() == whole, "{more:?}, first {first} bytes");
        }
    }
}

#[test]
fn formats_and_compressions_of_the_same_documents_give_the_same_bytes() {
    let text = fixture("texts/english.txt");
    let jsonl = std::fs::read(fixture("texts/english.jsonl")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let compressed = folder.path().join("english.jsonl.gz");
    let mut gz =
        flate2::write::GzEncoder::new(std::fs::File::create(&compressed).unwrap(), flate2::Compression::default());
    gz.write_all(&jsonl).unwrap();
    gz.finish().unwrap();
    for recipe in RECIPES {
        for pack in [&["--pack", "fit"][..], &["--pack", "sentence"], &["--pack", "document"], &["--window", "3"]] {
            let from = |input: &str| run(recipe, &[pack, &[input]].concat());
            let plain = from(text.to_str().unwrap());
            assert_eq!(plain, from(&fixture_arg("texts/english.jsonl")));
            assert_eq!(plain, from(compressed.to_str().unwrap()));
        }
    }
}

#[test]
fn one_file_or_several_give_the_same_bytes() {
    let text = std::fs::read_to_string(fixture("texts/english.txt")).unwrap();
    let (first, second) = text.split_at(text.find("\n\n").unwrap() + 2);
    let folder = tempfile::tempdir().unwrap();
    let paths = [("a.txt", first), ("b.txt", second)].map(|(name, text)| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_string()
    });
    for recipe in RECIPES {
        let whole = run(recipe, &[&fixture_arg("texts/english.txt")]);
        assert_eq!(whole, run(recipe, &[&paths[0], &paths[1]]));
        assert_eq!(whole, [run(recipe, &[&paths[0]]), run(recipe, &[&paths[1]])].concat());
    }
}

#[test]
fn a_file_piped_in_gives_the_bytes_of_the_file() {
    let tokenizer = fixture_arg("tokenizers/bytelevel.json");
    let text = std::fs::read(fixture("texts/english.txt")).unwrap();
    let piped = muddle_with(&["corrupt", "-t", &tokenizer, "--max-length", "80", "-q", "-n", "infill"], &text);
    assert_eq!(piped.stdout, run(&["-n", "infill"], &[&fixture_arg("texts/english.txt")]));
}

/// More text than the program takes in one batch (2 MiB) or corrupts in one go (2^20 ids), in documents from one word to
/// more than is encoded in one piece (64 KiB).
fn long_text() -> String {
    let english = std::fs::read_to_string(fixture("texts/english.txt")).unwrap();
    let paragraphs: Vec<&str> = english.split("\n\n").collect();
    let mut text = String::new();
    for at in 0..5600 {
        let length = if at == 3000 { 150 } else { 1 };
        for part in 0..length {
            text.push_str(&format!("Number {at}. {}\n", paragraphs[(at + part) % paragraphs.len()].trim_end()));
        }
        text.push_str(if at % 100 == 0 { "\nWait!\n\n" } else { "\n" });
    }
    text
}

#[test]
fn inputs_longer_than_a_batch_give_the_same_bytes_however_they_are_cut() {
    let text = long_text();
    assert!(text.len() > 5 << 19);
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_string()
    };
    let whole = write("whole.txt", &text);
    let middle = text[text.len() / 3..].find("\n\n").unwrap() + text.len() / 3 + 2;
    let parts = [write("a.txt", &text[..middle]), write("b.txt", &text[middle..])];
    for recipe in [&["-n", "permute", "-n", "infill"][..], &["-n", "mask", "--copies", "2"]] {
        let one = run(recipe, &["-j", "1", &whole]);
        let hash = xxhash_rust::xxh3::xxh3_64(&one);
        // Hashes, since a difference of ten megabytes is no message.
        let same = |bytes: Vec<u8>, how: &str| assert_eq!(xxhash_rust::xxh3::xxh3_64(&bytes), hash, "{recipe:?} {how}");
        same(run(recipe, &["-j", "3", &whole]), "three threads");
        same(run(recipe, &["-j", "2", &parts[0], &parts[1]]), "two files");
    }
    for more in [&["--pack", "stream"][..], &["--pad", "longest", "--batch-size", "7"]] {
        let hash =
            |threads| xxhash_rust::xxh3::xxh3_64(&run(&["-n", "delete"], &[more, &["-j", threads, &whole]].concat()));
        assert_eq!(hash("1"), hash("3"), "{more:?}");
    }
}

fn records(bytes: &[u8]) -> Vec<Record> {
    bytes.split(|&b| b == b'\n').filter(|l| !l.is_empty()).map(|l| serde_json::from_slice(l).unwrap()).collect()
}

#[test]
fn a_copy_does_not_depend_on_how_many_there_are() {
    let text = fixture_arg("texts/english.txt");
    let three = records(&run(&["-n", "infill", "--copies", "3"], &[&text]));
    let two = records(&run(&["-n", "infill", "--copies", "2"], &[&text]));
    let first_two: Vec<_> = three.chunks(3).flat_map(|copies| copies[..2].to_vec()).collect();
    assert_eq!(first_two, two);
    assert!(three.chunks(3).any(|copies| copies[0] != copies[1]));
}

#[test]
fn another_seed_gives_another_noise_and_a_later_step_does_not_change_the_earlier_one() {
    let text = fixture_arg("texts/english.txt");
    assert_ne!(run(&["-n", "mask"], &[&text]), run(&["-n", "mask", "--seed", "1"], &[&text]));
    let alone = records(&run(&["-n", "delete"], &["--meta", &text]));
    let followed = records(&run(&["-n", "delete", "-n", "rotate"], &["--meta", &text]));
    for (alone, followed) in alone.iter().zip(&followed) {
        assert_eq!(alone.meta["noise"][0], followed.meta["noise"][0]);
        let sorted = |record: &Record| {
            let mut ids = record.input_ids.clone();
            ids.sort_unstable();
            ids
        };
        assert_eq!(sorted(alone), sorted(followed));
    }
}

#[test]
fn the_bytes_of_a_recipe_never_change() {
    let text = fixture_arg("texts/english.txt");
    let hashes: Vec<String> = RECIPES
        .iter()
        .map(|recipe| format!("{:016x}", xxhash_rust::xxh3::xxh3_64(&run(recipe, &["--sentences", "uax29", &text]))))
        .collect();
    // A change here is a change of output for existing recipes: it belongs into the README's changes.
    assert_eq!(
        hashes,
        [
            "f9867add6363a721",
            "f5996cfd3f61d69d",
            "c09600a530a19d7c",
            "b02d6cff2659d36f",
            "e3a00493a75af224",
            "5ec51718b2576f04"
        ]
    );
}
