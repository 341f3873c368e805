//! What a trainer relies on: epochs, skipping, shards and shuffling are views of one run.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::support::{Run, fixture_arg, muddle, muddle_with};

/// Documents of one sentence each, told apart by their number.
fn numbered(count: usize) -> String {
    (0..count).fold(String::new(), |mut text, at| {
        let _ = writeln!(text, "Buoy number {at} drifts away from the island.");
        text
    })
}

fn corrupt(more: &[&str], text: &str) -> Run {
    let tokenizer = fixture_arg("tokenizers/bytelevel.json");
    let arguments = [&["corrupt", "-q", "-t", &tokenizer], more].concat();
    let run = muddle_with(&arguments, text.as_bytes());
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{more:?}");
    run
}

fn lines(run: &Run) -> Vec<String> {
    run.text().lines().map(str::to_string).collect()
}

const RECIPE: [&str; 6] = ["--preset", "bart", "--documents", "line", "--max-length", "32"];

fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&RECIPE[..], more].concat()
}

#[test]
fn epochs_together_are_the_copies_regrouped() {
    let text = numbered(40);
    let copies = lines(&corrupt(&with(&["--copies", "3"]), &text));
    for epoch in 0..3 {
        let alone = lines(&corrupt(&with(&["--epoch", &epoch.to_string()]), &text));
        let regrouped: Vec<String> = copies.iter().skip(epoch).step_by(3).cloned().collect();
        assert_eq!(alone, regrouped, "epoch {epoch}");
    }
    let first = lines(&corrupt(&with(&[]), &text));
    assert_eq!(first, lines(&corrupt(&with(&["--epoch", "0"]), &text)));
    assert_ne!(first, lines(&corrupt(&with(&["--epoch", "1"]), &text)));
}

#[test]
fn what_follows_skipped_records_is_the_rest_of_the_whole_run() {
    let text = numbered(23);
    for more in [
        &[][..],
        &["--copies", "3"],
        &["--pad", "longest", "--batch-size", "4"],
        &["--pack", "stream"],
        &["--shuffle", "5"],
        &["--shard", "1/2:documents"],
        &["--pack", "best-fit"],
    ] {
        let whole = lines(&corrupt(&with(more), &text));
        for skip in 0..whole.len() {
            let rest = corrupt(&with(&[more, &["--skip", &skip.to_string()]].concat()), &text);
            assert_eq!(lines(&rest), whole[skip..], "{more:?} --skip {skip}");
        }
    }
}

/// Records of several windows, of which most windows are neither first nor last.
#[test]
fn records_put_together_are_skipped_whole() {
    let text = (0..90).fold(String::new(), |mut text, at| {
        let _ = writeln!(text, "Buoy {at} drifts away{}.", " and back again".repeat(at % 5));
        text
    });
    for more in [&[][..], &["--copies", "2"], &["--pad", "longest", "--batch-size", "3"], &["--shuffle", "7"]] {
        let more =
            [&["--preset", "bart", "--documents", "line", "--max-length", "96", "--pack", "best-fit"], more].concat();
        let whole = lines(&corrupt(&more, &text));
        let several = |line: &String| line.split("\"seq_lens\":[").nth(1).is_some_and(|lens| lens.contains(','));
        assert!(whole.len() > 12 && whole.iter().filter(|line| several(line)).count() > 8, "{}", whole.len());
        for skip in 0..=whole.len() {
            let rest = corrupt(&[&more[..], &["--skip", &skip.to_string()]].concat(), &text);
            assert_eq!(lines(&rest), whole[skip..], "{more:?} --skip {skip}");
        }
    }
}

#[test]
fn best_fit_packing_of_sentence_windows_is_refused() {
    let tokenizer = fixture_arg("tokenizers/bytelevel.json");
    let packed = ["corrupt", "-t", &tokenizer, "-n", "mask", "--pack", "best-fit", "--window", "2"];
    let run = muddle_with(&packed, b"One. Two.\n");
    assert_eq!((run.code, run.stdout.len(), run.stderr.lines().count()), (2, 0, 1), "{}", run.stderr);
    assert!(run.stderr.contains("--pack") && run.stderr.contains("--window"), "{}", run.stderr);
}

#[test]
fn what_follows_skipped_documents_is_the_rest_of_the_whole_run() {
    let text = numbered(19);
    for (more, each) in
        [(&[][..], 1), (&["--copies", "3"], 3), (&["--shuffle", "5"], 1), (&["--shard", "1/2:documents"], 1)]
    {
        let whole = lines(&corrupt(&with(more), &text));
        for skip in 0..whole.len() / each {
            let skip_documents = skip.to_string();
            let more = [more, &["--skip-documents", &skip_documents]].concat();
            assert_eq!(lines(&corrupt(&with(&more), &text)), whole[each * skip..], "{more:?}");
            let start = (each * skip + 2).min(whole.len());
            let more = [&more[..], &["--skip", "2"]].concat();
            assert_eq!(lines(&corrupt(&with(&[&more[..], &["-q"]].concat()), &text)), whole[start..], "{more:?}");
        }
    }
    // A limit counts the documents that follow.
    let whole = lines(&corrupt(&with(&[]), &text));
    assert_eq!(lines(&corrupt(&with(&["--skip-documents", "4", "--limit", "3"]), &text)), whole[4..7]);
}

#[test]
fn batches_say_what_to_skip_to_go_on_with_them() {
    let texts = (0..900).map(|at| format!("This is part {at}. {}\n", "It goes on. ".repeat(at % 4)));
    let text = texts.collect::<String>();
    for more in [&["--pack", "sentence"][..], &["--max-length", "16", "--shuffle", "50", "--epoch", "2"]] {
        let whole = lines(&corrupt(&with(more), &text));
        let stream = corrupt(&with(&[more, &["--output-format", "arrow"]].concat()), &text).stdout;
        let positions = positions_of_batches(&stream);
        let batches = whole.len().div_ceil(1024);
        assert!(batches > 1 && positions.len() == batches, "{} records, {positions:?}", whole.len());
        for (batch, [documents, records]) in positions.iter().enumerate() {
            let skip = ["--skip-documents", documents, "--skip", records];
            assert_eq!(lines(&corrupt(&with(&[more, &skip].concat()), &text)), whole[1024 * batch..], "{skip:?}");
        }
    }
    // Not where records depend on those before them.
    for more in
        [["--pack", "stream"], ["--pack", "best-fit"], ["--pad", "longest"], ["--limit", "5"], ["--copies", "2"]]
    {
        let stream = corrupt(&with(&[&more[..], &["--output-format", "arrow"]].concat()), &text).stdout;
        assert_eq!(positions_of_batches(&stream), Vec::<[String; 2]>::new(), "{more:?}");
    }
}

/// What batches of an Arrow stream say of documents and records to skip.
fn positions_of_batches(stream: &[u8]) -> Vec<[String; 2]> {
    let text = String::from_utf8_lossy(stream);
    let said = text.split("{\"skip_documents\":").skip(1);
    said.map(|said| {
        let (documents, rest) = said.split_once(",\"skip\":").unwrap();
        [documents.to_owned(), rest.split_once('}').unwrap().0.to_owned()]
    })
    .collect()
}

#[test]
fn skipping_past_the_end_says_so() {
    let tokenizer = fixture_arg("tokenizers/bytelevel.json");
    for more in [&["--skip", "99"][..], &["--skip-documents", "99"], &["--skip-documents", "1", "--skip", "7"]] {
        let arguments = [&["corrupt", "-t", &tokenizer, "-n", "mask"], more].concat();
        let run = muddle_with(&arguments, b"One. Two.");
        assert_eq!((run.code, run.text()), (0, ""));
        let options = more.join(" ").replace("1 --skip", "1 and --skip");
        let says = format!("warning: {options} left out every record");
        assert!(run.stderr.starts_with(&says), "{}", run.stderr);
    }
}

#[test]
fn shards_of_documents_together_are_the_whole() {
    let text = numbered(50);
    let meta = ["--meta"];
    let whole = lines(&corrupt(&with(&meta), &text));
    for count in [1, 2, 3, 8] {
        let shards: Vec<Vec<String>> = (0..count)
            .map(|at| lines(&corrupt(&with(&["--meta", "--shard", &format!("{at}/{count}:documents")]), &text)))
            .collect();
        let interleaved = (0..whole.len()).map(|at| shards[at % count][at / count].clone());
        assert_eq!(interleaved.collect::<Vec<_>>(), whole, "{count} shards");
    }
}

#[test]
fn shards_of_inputs_together_are_the_whole() {
    let folder = tempfile::tempdir().unwrap();
    let paths: Vec<String> = (0..8)
        .map(|at| {
            let path = folder.path().join(format!("part-{at}.txt"));
            std::fs::write(&path, format!("This is part {at}. It is short.\n")).unwrap();
            path.to_string_lossy().into_owned()
        })
        .collect();
    // Shards go by the sorted paths, in whatever order they are typed.
    let typed: Vec<&str> = paths.iter().rev().map(String::as_str).collect();
    let sorted: Vec<&str> = paths.iter().map(String::as_str).collect();
    let whole = lines(&corrupt(&with(&sorted), ""));
    for count in [1, 2, 3, 8] {
        let mut found: BTreeMap<usize, String> = BTreeMap::new();
        for index in 0..count {
            let shard = format!("{index}/{count}");
            let records = lines(&corrupt(&with(&[&["--shard", &shard], &typed[..]].concat()), ""));
            found.extend((index..).step_by(count).zip(records));
        }
        assert_eq!(found.into_values().collect::<Vec<_>>(), whole, "{count} shards");
    }
    let tokenizer = fixture_arg("tokenizers/bytelevel.json");
    let arguments = [&["corrupt", "-t", &tokenizer, "-n", "mask", "--shard", "1/9"], &typed[..]].concat();
    let run = muddle(&arguments);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("--shard 1/9: fewer inputs than parts, 8 (make that many parts"), "{}", run.stderr);
}

/// Where each document of the input came out.
fn positions(more: &[&str], documents: usize) -> Vec<usize> {
    let recipe = ["-n", "none", "--documents", "line", "--meta", "--pack", "document"];
    let run = corrupt(&[&recipe[..], more].concat(), &numbered(documents));
    let mut places = vec![usize::MAX; documents];
    for (place, record) in run.records().iter().enumerate() {
        places[record.meta["document"].as_u64().unwrap() as usize] = place;
    }
    places
}

#[test]
fn shuffling_is_a_permutation_of_its_own_in_each_epoch() {
    let shuffled = |more: &[&str]| positions(&[&["--shuffle", "20"], more].concat(), 100);
    let first = shuffled(&[]);
    let mut sorted = first.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, (0..100).collect::<Vec<_>>());
    assert!(!first.is_sorted());
    assert_eq!(first, shuffled(&["-j", "1"]));
    assert_ne!(first, shuffled(&["--epoch", "1"]));
    assert_ne!(first, shuffled(&["--seed", "1"]));
}

/// Mean square of how far documents come out from where they came in, over those that come when the buffer is full. Such a
/// document leaves with the probability 1/size each time: Geometric, with the mean size and the variance size² - size.
fn spread(places: &[usize], size: usize) -> f64 {
    let steady = size..places.len() - 8 * size;
    let squares = steady.clone().map(|at| (places[at] as f64 - at as f64).powi(2));
    squares.sum::<f64>() / steady.len() as f64
}

#[test]
fn a_shuffle_buffer_spreads_positions_by_its_size() {
    let (size, documents) = (10, 4000);
    // A geometric law has an excess kurtosis of about 6: of 3900 squares with mean 90 the mean has a deviation of
    // 90 * sqrt(8 / 3900) = 4.1; five of them either way.
    let holds = |places: &[usize]| (spread(places, size) - 90.0).abs() < 20.5;
    let buffered = positions(&["--shuffle", "10"], documents);
    assert!(holds(&buffered), "{}", spread(&buffered, size));
    // A buffer of another size, and no shuffling at all, are told apart.
    assert!(!holds(&positions(&["--shuffle", "12"], documents)));
    assert!(!holds(&positions(&[], documents)));
}

#[test]
fn wrong_shards_and_epochs_are_refused() {
    let tokenizer = fixture_arg("tokenizers/bytelevel.json");
    for (more, says) in [
        (&["--shard", "3/3"][..], "takes parts 0/3 to 2/3"),
        (&["--shard", "0/0"], "takes I/N or I/N:documents"),
        (&["--shard", "half"], "takes I/N or I/N:documents"),
        (&["--epoch", "1", "--copies", "2"], "cannot be used with"),
        (&["--shuffle", "0"], "at least 1"),
        (&["--skip", "-1"], "at least 0"),
    ] {
        let arguments = [&["corrupt", "-t", &tokenizer, "-n", "mask"], more].concat();
        let run = muddle_with(&arguments, b"One.");
        assert_eq!(run.code, 2, "{more:?} {}", run.stderr);
        assert!(run.stderr.contains(says) && run.stderr.lines().count() == 1, "{more:?} {}", run.stderr);
    }
}

/// A record of `--pack best-fit`, cut into its windows: input ids and labels of each.
fn windows_of(record: &serde_json::Value) -> Vec<(Vec<i64>, Vec<i64>)> {
    let list = |name: &str| -> Vec<i64> {
        record[name].as_array().unwrap().iter().map(|value| value.as_i64().unwrap()).collect()
    };
    let (inputs, labels, seq_lens) = (list("input_ids"), list("labels"), list("seq_lens"));
    let label_lens = if record.get("label_lens").is_some() { list("label_lens") } else { seq_lens.clone() };
    assert_eq!(seq_lens.iter().sum::<i64>() as usize, list("attention_mask").iter().filter(|&&real| real == 1).count());
    let (mut input, mut label) = (inputs.as_slice(), labels.as_slice());
    let cut = seq_lens.iter().zip(&label_lens).map(|(&seq_len, &label_len)| {
        let (window, rest) = input.split_at(seq_len as usize);
        let (target, others) = label.split_at(label_len as usize);
        (input, label) = (rest, others);
        (window.to_vec(), target.to_vec())
    });
    let windows = cut.collect();
    assert!(label.iter().all(|&pad| pad == -100));
    windows
}

/// Documents of one to nine sentences.
fn documents_of_many_lengths(count: usize) -> String {
    (0..count).map(|at| "It rains on the island again. ".repeat(1 + at * 7 % 9) + "\n").collect()
}

#[test]
fn best_fit_regroups_the_records_of_fit() {
    let text = documents_of_many_lengths(400);
    for recipe in [&["-n", "mask"][..], &["--preset", "bart"], &["-n", "none"]] {
        let more = ["--documents", "line", "--max-length", "128"];
        let fit: Vec<_> = corrupt(&[recipe, &more].concat(), &text)
            .records()
            .into_iter()
            .map(|record| (record.input_ids.into_iter().map(i64::from).collect::<Vec<_>>(), record.labels))
            .collect();
        for pad in [&[][..], &["--pad", "max"], &["--pad", "longest", "--batch-size", "3"]] {
            let packed = corrupt(&[recipe, &more, &["--pack", "best-fit"], pad].concat(), &text);
            let single = corrupt(&[recipe, &more, &["--pack", "best-fit", "-j", "1"], pad].concat(), &text);
            assert!(packed.stdout == single.stdout);
            let records: Vec<serde_json::Value> =
                packed.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
            let mut windows: Vec<_> = records.iter().flat_map(windows_of).collect();
            assert_eq!(records[0].get("label_lens").is_some(), recipe[1] == "bart", "{recipe:?}");
            for record in &records {
                let len = |name: &str| record[name].as_array().unwrap().len();
                assert!(len("input_ids") <= 128 && len("labels") <= 128);
                assert!(!pad.contains(&"max") || (len("input_ids"), len("labels")) == (128, 128));
            }
            let filled: usize = windows.iter().map(|(ids, labels)| ids.len().max(labels.len())).sum();
            assert!(filled as f64 > 0.95 * (128 * records.len()) as f64, "{filled} in {} records", records.len());
            let mut expected = fit.clone();
            windows.sort();
            expected.sort();
            assert!(windows == expected, "{recipe:?} {pad:?}");
        }
    }
}

#[test]
fn best_fit_keeps_inputs_apart_and_tells_where_windows_come_from() {
    let folder = tempfile::tempdir().unwrap();
    let paths = ["a.txt", "b.txt"].map(|name| folder.path().join(name).to_string_lossy().into_owned());
    paths.iter().for_each(|path| std::fs::write(path, numbered(30)).unwrap());
    let arguments = ["-n", "mask", "--documents", "line", "--pack", "best-fit", "--meta", "--max-length", "64"];
    let run = corrupt(&[&arguments[..], &[&paths[0], &paths[1]]].concat(), "");
    for line in run.text().lines() {
        let record: serde_json::Value = serde_json::from_str(line).unwrap();
        let sources: Vec<&str> =
            record["meta"].as_array().unwrap().iter().map(|meta| meta["source"].as_str().unwrap()).collect();
        assert_eq!(sources.len(), record["seq_lens"].as_array().unwrap().len());
        assert!(sources.iter().all(|source| *source == sources[0]), "{sources:?}");
    }
}
