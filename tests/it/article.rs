//! The article the project started from: the arrays it prints, to the id.

use crate::support::{Record, muddle, needed};

fn run(tokenizer: &str, text: &str, arguments: &[&str]) -> Vec<Record> {
    let tokenizer = needed(&format!("tokenizers/{tokenizer}.tokenizer.json"));
    let text = needed(&format!("seed/{text}.txt"));
    let (tokenizer, text) = (tokenizer.to_str().unwrap(), text.to_str().unwrap());
    let run = muddle(&[&["corrupt", "-t", tokenizer, "-q"], arguments, &[text]].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    run.records()
}

fn arrays(file: &str) -> serde_json::Value {
    serde_json::from_slice(&std::fs::read(needed(file)).unwrap()).unwrap()
}

fn ids(array: &serde_json::Value) -> Vec<i64> {
    array.as_array().unwrap().iter().map(|id| id.as_i64().unwrap()).collect()
}

#[test]
#[ignore = "needs MUDDLE_DATA, a folder of real tokenizers and texts"]
fn labels_of_every_strategy_are_those_the_article_prints() {
    let printed = arrays("seed/seed_arrays.json");
    let derived = arrays("seed/seed_derived.json");
    for text in ["huntington", "huntington_wrapped"] {
        let sentence = ["--pack", "sentence"];
        let labels = |noise: &str, arguments: &[&str], at: usize| {
            let arguments = [&["-n", noise, "--labels", "full"], arguments].concat();
            run("bart-base", text, &arguments)[at].labels.clone()
        };
        assert_eq!(labels("mask", &sentence, 0), ids(&printed["bart_mask.labels[0]"]));
        assert_eq!(labels("infill", &sentence, 0), ids(&printed["bart_infill.labels[0]"]));
        // The article's labels of deletion hold masks; these are the clean ones.
        assert_eq!(labels("delete", &sentence, 0), ids(&derived["bart.uncorrupted_for_delete_labels[0]"]));
        let windows = ["--window", "3", "--stride", "1"];
        assert_eq!(labels("permute", &windows, 0), ids(&printed["bart_permute.labels[0]"]));
        // Printed with the padding that the article puts into labels as well.
        let padded = [&windows[..], &["--pad", "longest", "--label-pad", "1"]].concat();
        assert_eq!(labels("rotate", &padded, 2), ids(&printed["bart_rotate.labels[2]"]));
    }
}

#[test]
#[ignore = "needs MUDDLE_DATA, a folder of real tokenizers and texts"]
fn sentences_and_windows_are_those_of_the_article() {
    let derived = arrays("seed/seed_derived.json");
    for (tokenizer, key) in [("bart-base", "bart.sentence"), ("bert-base-uncased", "bert.sentence")] {
        let arguments = ["-n", "mask:ratio=0", "--pack", "sentence"];
        let records = run(tokenizer, "huntington", &arguments);
        assert_eq!(records.len(), 9);
        for (at, record) in records.iter().enumerate() {
            let inputs: Vec<i64> = record.input_ids.iter().map(|&id| i64::from(id)).collect();
            assert_eq!(inputs, ids(&derived[format!("{key}[{at}]")]));
        }
    }
    let arguments = ["-n", "mask:ratio=0", "--window", "3", "--stride", "1", "--labels", "full"];
    let records = run("bart-base", "huntington_wrapped", &arguments);
    assert_eq!(records.len(), 7);
    for (at, record) in records.iter().enumerate() {
        assert_eq!(record.labels, ids(&derived[format!("bart.window3[{at}]")]));
    }
}

#[test]
#[ignore = "needs MUDDLE_DATA, a folder of real tokenizers and texts"]
fn masked_rows_are_as_wide_as_the_article_pads_them() {
    let derived = arrays("seed/seed_derived.json");
    let arguments = ["-n", "mask", "--pack", "sentence", "--pad", "longest"];
    let record = run("bert-base-uncased", "huntington", &arguments).swap_remove(0);
    let restored: Vec<i64> = record
        .input_ids
        .iter()
        .zip(&record.labels)
        .map(|(&id, &label)| if label == -100 { i64::from(id) } else { label })
        .collect();
    assert_eq!(restored, ids(&derived["bert.uncorrupted_row0_padded35"]));
    assert_eq!(record.attention_mask.iter().filter(|&&real| real == 1).count(), 33);
}
