//! Records in columns: what is written holds the records of JSONL, and what is read of other tools is what they wrote.

use std::path::Path;

use muddle::reader::{Input, RecordBlock, RecordBlocks};
use serde_json::Value;

use crate::support::{Run, fixture_arg, muddle, muddle_with};

const COPIES: &[&str] = &["--preset", "bart", "--copies", "60", "--max-length", "64"];

fn corrupt(options: &[&str]) -> Run {
    let (tokenizer, text) = (fixture_arg("tokenizers/bytelevel.json"), fixture_arg("texts/english.txt"));
    let run = muddle(&[&["corrupt", "-q", "-t", &tokenizer], options, &[&text]].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    run
}

fn inspect(arguments: &[&str]) -> Run {
    muddle(&[&["inspect", "-t", &fixture_arg("tokenizers/bytelevel.json")], arguments].concat())
}

/// The lists of a record.
type Row = Vec<Option<Vec<i32>>>;

/// Every row, and how many are in each block.
fn rows(path: &Path) -> (Vec<Row>, Vec<usize>) {
    let (mut all, mut blocks) = (Vec::new(), Vec::new());
    for block in RecordBlocks::new(vec![Input::File(path.to_path_buf())], 1 << 20) {
        let RecordBlock::Rows(block) = block.unwrap() else { panic!("{} has lines", path.display()) };
        assert_eq!(block.first_row, all.len() as u64 + 1);
        blocks.push(block.rows);
        for row in 0..block.rows {
            let lists = block.columns.iter().map(|lists| lists.as_ref().map(|lists| lists.get(row).unwrap().to_vec()));
            all.push(lists.collect());
        }
    }
    (all, blocks)
}

/// The same lists of JSON lines.
fn lists(lines: &str) -> Vec<Row> {
    let names = ["input_ids", "attention_mask", "labels", "seq_lens", "label_lens"];
    let lists = |line: &str| {
        let record: Value = serde_json::from_str(line).unwrap();
        names.iter().map(|name| record.get(name).map(|list| serde_json::from_value(list.clone()).unwrap())).collect()
    };
    lines.lines().map(lists).collect()
}

#[test]
fn columns_hold_the_records_of_jsonl() {
    let folder = tempfile::tempdir().unwrap();
    let cases: [&[&str]; 7] = [
        &["-n", "mask"],
        COPIES,
        &["-n", "infill", "--pad", "max", "--max-length", "96"],
        &["-n", "infill", "--pad", "longest", "--batch-size", "5", "--label-pad", "-7", "--meta"],
        &["-n", "delete", "--pack", "best-fit", "--max-length", "256", "--meta"],
        &["-n", "mask", "--pack", "best-fit", "--pad-multiple", "8"],
        &["-n", "rotate", "--skip", "3", "--pad", "longest"],
    ];
    for options in cases {
        let expected = lists(corrupt(options).text());
        for name in ["records.arrow", "records.parquet"] {
            let path = folder.path().join(name);
            corrupt(&[options, &["-o", path.to_str().unwrap()]].concat());
            let (found, _) = rows(&path);
            assert!(!expected.is_empty() && found == expected, "{name} {options:?}");
        }
    }
}

#[test]
fn bytes_and_batches_do_not_depend_on_threads() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("records.arrow");
    let run = |threads: &str| corrupt(&[COPIES, &["--output-format", "arrow", "-j", threads]].concat()).stdout;
    let one = run("1");
    assert!(one == run("3"), "threads change the bytes");
    std::fs::write(&path, &one).unwrap();
    let (found, blocks) = rows(&path);
    let (last, full) = blocks.split_last().unwrap();
    assert!(full.len() > 1 && full.iter().all(|rows| *rows == 1024) && (1..=1024).contains(last), "{blocks:?}");
    assert_eq!(found.len(), corrupt(COPIES).text().lines().count());
    assert_eq!(one.len() % 8, 0);
}

#[test]
fn row_groups_do_not_depend_on_threads() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("records.parquet");
    let many = ["-n", "mask", "--copies", "400", "--max-length", "32", "--output-format", "parquet", "-j"];
    let run = |threads: &'static str| corrupt(&[&many[..], &[threads]].concat()).stdout;
    let one = run("1");
    assert!(one == run("3"), "threads change the bytes");
    std::fs::write(&path, &one).unwrap();
    let (found, blocks) = rows(&path);
    assert!(found.len() > 3 * 4096 && blocks[..4] == [1024; 4], "{} {blocks:?}", found.len());
    assert_eq!(inspect(&[path.to_str().unwrap()]).code, 0);
}

#[test]
fn text_in_parquet_gives_the_records_of_the_same_text_in_jsonl() {
    let texts = fixture_arg("records/texts");
    let (lines, columns) = (format!("{texts}.jsonl"), format!("{texts}.parquet"));
    let tokenizer = fixture_arg("tokenizers/bytelevel.json");
    let run = |options: &[&str], input: &str| {
        let skip = ["--on-error", "skip", "--meta", "--lang-field", "lang"];
        let run = muddle(&[&["corrupt", "-t", &tokenizer, "-n", "infill"], &skip[..], options, &[input]].concat());
        assert_eq!(run.code, 0, "{}", run.stderr);
        // The place apart: one has lines, the other rows.
        let text = run.text().replace("texts.parquet\",\"row\"", "texts.jsonl\",\"line\"");
        (text, run.stderr)
    };
    let options: [&[&str]; 5] =
        [&[], &["--limit", "3"], &["--shuffle", "4"], &["--shard", "1/2:documents"], &["--text-field", "doc.body"]];
    for options in options {
        let ((of_lines, _), (of_columns, told)) = (run(options, &lines), run(options, &columns));
        assert!(!of_lines.is_empty() && of_lines == of_columns, "{options:?}");
        let is_null = told.contains("skipped ") && told.contains("texts.parquet:4: column ");
        assert!(is_null || options.contains(&"3") || options.contains(&"1/2:documents"), "{told}");
    }
    let sentences = |input: &str| muddle(&["sentences", "--on-error", "skip", "--json", input]).stdout;
    assert!(sentences(&lines) == sentences(&columns));
    let piped = muddle_with(&["corrupt", "-t", &tokenizer, "-n", "infill"], &std::fs::read(&columns).unwrap());
    assert!(piped.code == 1 && piped.stderr.contains("stdin: Parquet through a pipe"), "{}", piped.stderr);
    let failed = muddle(&["corrupt", "-t", &tokenizer, "-n", "infill", &columns]);
    assert!(
        failed.code == 1 && failed.stderr.contains("texts.parquet:4: column \"text\" is null"),
        "{}",
        failed.stderr
    );
}

#[test]
fn records_that_are_padded_together_are_in_one_batch() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("records.arrow");
    let pad = ["--pad", "longest", "--batch-size", "300", "-o", path.to_str().unwrap()];
    corrupt(&[COPIES, &pad].concat());
    let (_, blocks) = rows(&path);
    assert_eq!(blocks[0], 900);
}

#[test]
fn no_records_are_a_stream_without_batches() {
    let tokenizer = fixture_arg("tokenizers/bytelevel.json");
    let run = muddle_with(&["corrupt", "-t", &tokenizer, "-n", "mask", "--output-format", "arrow"], b"\n");
    assert_eq!(run.code, 0, "{}", run.stderr);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("none");
    std::fs::write(&path, run.stdout).unwrap();
    assert_eq!(rows(&path), (Vec::new(), vec![0]));
    assert_eq!(inspect(&[path.to_str().unwrap()]).code, 0);
}

#[test]
fn names_and_formats_that_disagree_are_refused_before_any_work() {
    for (options, words) in [
        (&["-o", "x.arrow.gz"][..], "x.arrow.gz: arrow is not written as .gz (leave .gz off, or write .jsonl.gz)"),
        (&["-o", "x.arrow", "--output-format", "jsonl"], "x.arrow: .arrow by its name, but --output-format says jsonl"),
        (&["-o", "x.jsonl", "--output-format", "arrow"], "x.jsonl: .jsonl by its name, but --output-format says arrow"),
        (&["-o", "x.zst", "--output-format", "arrow"], "x.zst: arrow is not written as .zst"),
        (
            &["-o", "x.feather"],
            "x.feather: .feather is not written (.jsonl, .jsonl.gz, .jsonl.zst, .parquet and .arrow are)",
        ),
    ] {
        let tokenizer = fixture_arg("tokenizers/bytelevel.json");
        let run = muddle(&[&["corrupt", "-t", &tokenizer, "-n", "mask"], options].concat());
        assert!(run.code == 2 && run.stderr.contains(words), "{options:?}: {}", run.stderr);
    }
}

#[test]
fn inspect_says_the_same_of_columns_and_lines() {
    let folder = tempfile::tempdir().unwrap();
    let report = |name: &str, options: &[&str], more: &[&str]| -> Value {
        let path = folder.path().join(name);
        let path = path.to_str().unwrap();
        corrupt(&[options, &["-o", path]].concat());
        let run = inspect(&[&["--json", path], more].concat());
        assert_eq!(run.code, 0, "{}", run.stderr);
        serde_json::from_str(run.text()).unwrap()
    };
    for options in [COPIES, &["-n", "infill", "--pack", "best-fit", "--max-length", "256", "--pad", "longest"]] {
        let lines = report("records.jsonl", options, &[]);
        for name in ["records.arrow", "records.parquet"] {
            let mut columns = report(name, options, &["-j", "3"]);
            assert_eq!(columns["recipes"].as_array().unwrap().len(), 1, "lines do not say it");
            for key in ["inputs", "files", "bytes", "examples", "recipes", "notices"] {
                columns[key] = lines[key].clone();
            }
            assert_eq!(columns, lines, "{name}");
        }
    }
    let shown = inspect(&[folder.path().join("records.arrow").to_str().unwrap()]);
    assert!(shown.text().contains("windows per record, mean") && shown.text().contains("filled"), "{}", shown.text());
}

#[test]
fn records_of_other_tools_are_read_as_they_wrote_them() {
    let fixture = |name: &str| fixture_arg(&format!("records/{name}.arrow"));
    let (expected, blocks) = rows(Path::new(&fixture("large")));
    assert_eq!(blocks, [2, 1]);
    assert_eq!(expected[1][..3], [vec![0, 60, 2, 1], vec![1, 1, 1, 0], vec![0, 60, 61, 2]].map(Some));
    for name in ["fixed", "others", "zstd", "file"] {
        assert!(rows(Path::new(&fixture(name))).0 == expected, "{name}");
    }
    for (name, words) in [
        ("lz4", "lz4.arrow: Arrow data compressed with lz4, which is not read (write it with zstd or plain)"),
        (
            "no_mask",
            "no column attention_mask (columns: input_ids, labels; a record has input_ids, attention_mask, labels)",
        ),
        ("text", "text.arrow: column input_ids is Utf8, not lists of whole numbers"),
    ] {
        let run = inspect(&[&fixture(name)]);
        assert!(run.code == 1 && run.stderr.contains(words) && run.stderr.lines().count() == 1, "{}", run.stderr);
    }
    let run = inspect(&["--json", &fixture("nulls")]);
    let report: Value = serde_json::from_str(run.text()).unwrap();
    let finding = &report["findings"][0];
    assert_eq!((run.code, &report["broken"], &finding["kind"]), (1, &2.into(), &"bad-value".into()));
    assert_eq!(finding["detail"], "input_ids is null, not a list");
    assert!(finding["first"][1].as_str().unwrap().ends_with("nulls.arrow:3"), "{finding}");
}

#[test]
fn a_file_of_another_tokenizer_is_told_by_its_hash() {
    let folder = tempfile::tempdir().unwrap();
    let [path, parquet] = ["records.arrow", "records.parquet"].map(|name| folder.path().join(name));
    let (path, parquet) = (path.to_str().unwrap(), parquet.to_str().unwrap());
    for path in [path, parquet] {
        corrupt(&["-n", "none", "-o", path]);
        assert_eq!(inspect(&[path]).code, 0);
    }
    // The same tokens under another hash.
    let other = folder.path().join("tokenizer.json");
    let tokenizer = std::fs::read_to_string(fixture_arg("tokenizers/bytelevel.json")).unwrap();
    std::fs::write(&other, tokenizer + "\n").unwrap();
    let run = muddle(&["inspect", "-t", other.to_str().unwrap(), path, parquet]);
    assert!(run.code == 1 && run.text().contains("Made with another tokenizer: 2 inputs."), "{}", run.text());
    assert!(run.stderr.contains("records.arrow: made with another tokenizer, whose hash is "), "{}", run.stderr);
}

#[test]
fn lengths_of_windows_that_do_not_add_up_are_findings() {
    let record =
        |lens: &str| format!("{{\"input_ids\":[0,5,2],\"attention_mask\":[1,1,1],\"labels\":[0,5,6,2],{lens}}}\n");
    let lines = [
        "\"seq_lens\":[2,1],\"label_lens\":[3,1]",
        "\"seq_lens\":[2,2]",
        "\"seq_lens\":[3,0]",
        "\"seq_lens\":[3],\"label_lens\":[2,2]",
        "\"seq_lens\":[3],\"label_lens\":[3]",
        "\"seq_lens\":null,\"label_lens\":null",
        "\"seq_lens\":3",
    ]
    .map(record);
    let tokenizer = fixture_arg("tokenizers/bytelevel.json");
    let run = muddle_with(&["inspect", "-t", &tokenizer, "--json"], lines.concat().as_bytes());
    let report: Value = serde_json::from_str(run.text()).unwrap();
    let found: Vec<Value> =
        report["findings"].as_array().unwrap().iter().map(|f| serde_json::json!([f["kind"], f["first"]])).collect();
    let expected = serde_json::json!([
        ["bad-value", ["stdin:7"]],
        ["seq-lens", ["stdin:2", "stdin:3"]],
        ["label-lens", ["stdin:4", "stdin:5"]],
    ]);
    assert_eq!(Value::Array(found), expected);
}

#[test]
fn damaged_files_are_one_line_and_never_more() {
    // Damage to an id is another id: only what holds the file together can be told.
    for (name, least) in [("records.arrow", 100), ("records.parquet", 100)] {
        let refused = damage(name);
        assert!(refused > least, "{name}: only {refused} of 400 were refused");
    }
}

#[test]
fn a_cut_end_mark_is_told_and_a_missing_one_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("records.arrow");
    corrupt(&["-n", "infill", "-o", path.to_str().unwrap()]);
    let sound = std::fs::read(&path).unwrap();
    let expected = rows(&path).0;
    for cut in 1..8 {
        std::fs::write(&path, &sound[..sound.len() - cut]).unwrap();
        let run = inspect(&[path.to_str().unwrap()]);
        assert!(run.code == 1 && run.stderr.contains("damaged Arrow data: it is cut short"), "{cut}: {}", run.stderr);
    }
    std::fs::write(&path, &sound[..sound.len() - 8]).unwrap();
    assert!(rows(&path).0 == expected);
}

#[test]
fn a_flipped_bit_in_a_page_with_a_checksum_is_one_error() {
    let sound = std::fs::read(fixture_arg("records/checked.parquet")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("checked.parquet");
    let tokenizer = fixture_arg("tokenizers/bytelevel.json");
    let run = |bytes: &[u8]| {
        std::fs::write(&path, bytes).unwrap();
        muddle(&["corrupt", "-q", "-t", &tokenizer, "-n", "none", path.to_str().unwrap()])
    };
    let whole = run(&sound);
    assert_eq!((whole.code, whole.text().lines().count()), (0, 3), "{}", whole.stderr);
    let word = b"second";
    let at = sound.windows(word.len()).position(|bytes| bytes == word).unwrap();
    for place in 0..word.len() {
        let mut bytes = sound.clone();
        bytes[at + place] ^= 1;
        // Text it still is: nothing else than the checksum can tell.
        assert!(bytes[at + place].is_ascii_lowercase() || bytes[at + place] == b'`');
        let run = run(&bytes);
        assert_eq!((run.code, run.text(), run.stderr.lines().count()), (1, "", 1), "{}", run.stderr);
        let words = ["checked.parquet", "damaged Parquet data: ", "(fetch or write the file again)"];
        assert!(words.iter().all(|words| run.stderr.contains(words)), "{}", run.stderr);
    }
}

/// How many of 400 damaged files are refused.
fn damage(name: &str) -> usize {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    corrupt(&["-n", "infill", "--meta", "-o", path.to_str().unwrap()]);
    let sound = std::fs::read(&path).unwrap();
    let mut state = 1u64;
    let mut draw = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    let mut refused = 0;
    for turn in 0..400 {
        let mut bytes = sound.clone();
        match turn % 4 {
            0 => bytes.truncate(draw(sound.len())),
            // Most of the file is ids; what is in messages and footers is worth more.
            1 => bytes[draw(2000)] ^= 1 << draw(8),
            2 => (0..4).for_each(|_| bytes[sound.len() - 1 - draw(2000)] = draw(256) as u8),
            _ => bytes[draw(sound.len())] ^= 1 << draw(8),
        }
        std::fs::write(&path, &bytes).unwrap();
        let blocks = std::panic::catch_unwind(|| {
            RecordBlocks::new(vec![Input::File(path.clone())], 1 << 20).collect::<Result<Vec<_>, _>>()
        });
        if let Err(error) = blocks.expect("no panic") {
            let said = error.error.message;
            assert!(!said.contains('\n') && said.contains(name), "{said}");
            refused += 1;
        }
    }
    refused
}

#[test]
fn the_recipe_that_a_file_names_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("records.parquet");
    let (path, tokenizer) = (path.to_str().unwrap(), fixture_arg("tokenizers/bytelevel.json"));
    for (recipe, told) in [
        (&["-n", "delete:ratio=0.3", "-n", "permute"][..], "delete:ratio=0.3,unit=token,count=bernoulli + permute"),
        (&["--mix", "1:rotate", "--mix", "2:delete"], "1:rotate:unit=token, 2:delete:"),
    ] {
        let run = muddle_with(&[&["corrupt", "-t", &tokenizer, "-o", path], recipe].concat(), b"One two three.\n");
        assert_eq!(run.code, 0, "{}", run.stderr);
        let run = muddle_with(&["inspect", "-t", &tokenizer, "--json", path], b"");
        let report: serde_json::Value = serde_json::from_slice(&run.stdout).unwrap();
        let recipes = report["recipes"].as_array().unwrap();
        assert!(recipes.len() == 1 && recipes[0].as_str().unwrap().starts_with(told), "{report}");
        assert!(report["notices"].to_string().contains("Made with "), "{report}");
    }
}
