//! Labels of what was hidden, and mixtures: what interleaves to the text, how long windows are, and that copies, epochs and
//! threads agree where windows differ from copy to copy.

use std::collections::BTreeSet;
use std::sync::{LazyLock, Mutex};

use muddle::objective::{Labels, Mix, Objective};
use muddle::pipeline::{Corrupter, Scratch};
use muddle::records::Records;
use muddle::window::Packing;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::laws::subject::{corrupter, tokenizer};
use crate::properties::pack;
use crate::support::{Record, fixture_arg, muddle, muddle_with};

/// A tokenizer of T5's kind, with its sentinels.
static CORRUPTER: LazyLock<Mutex<Corrupter>> = LazyLock::new(|| {
    let mut corrupter = corrupter(tokenizer("unigram.json"), &["span"], Packing::Fit, 64);
    let id = |number| corrupter.tokenizer.vocabulary().id(&format!("<extra_id_{number}>"));
    corrupter.sentinels = (0..100).map_while(id).collect();
    Mutex::new(corrupter)
});

fn unigram(more: &[&str]) -> Vec<Record> {
    let tokenizer = fixture_arg("tokenizers/unigram.json");
    let run = muddle(&[&["corrupt", "-t", &tokenizer, "-q"], more].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    run.records()
}

/// The text of a record: each sentinel of the input replaced by what the labels have behind it.
fn interleaved(input: &[u32], labels: &[u32], sentinels: &[u32]) -> Vec<u32> {
    let is_sentinel = |id: &u32| sentinels.contains(id);
    let mut spans = labels.chunk_by(|_, next| !is_sentinel(next));
    let mut text = Vec::new();
    for id in input {
        match is_sentinel(id) {
            true => text.extend(spans.next().unwrap().strip_prefix(&[*id]).unwrap()),
            false => text.push(*id),
        }
    }
    assert!(spans.all(|span| !is_sentinel(&span[0])), "labels hold no more sentinels than the input");
    text
}

fn noise() -> impl Strategy<Value = String> {
    let spans = (0.0..1.0f64, 1.0..9.0f64, prop_oneof![Just("uniform"), Just("t5")]);
    let spans = spans.prop_map(|(r, m, layout)| format!("span:ratio={r},mean={m},layout={layout},overflow=merge"));
    prop_oneof![
        spans,
        Just("prefix".to_string()),
        (0.0..1.0f64).prop_map(|ratio| format!("prefix:ratio={ratio},prefix=to sum up"))
    ]
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 300, failure_persistence: None, rng_seed: RngSeed::Fixed(3), ..ProptestConfig::default()
    })]

    #[test]
    fn input_and_labels_are_the_text_and_neither_is_too_long(
        texts in proptest::collection::vec("([a-zA-Z]{1,9}[ .,]{1,2}){1,40}", 1..12),
        stream in any::<bool>(),
        noise in noise(),
        max_length in 9usize..90,
        seed in any::<u64>(),
    ) {
        let mut corrupter = CORRUPTER.lock().unwrap_or_else(|poison| poison.into_inner());
        let Corrupter { mix, tokenizer, sentinels, .. } = &mut *corrupter;
        *mix = Mix::single(Objective::new(vec![noise.parse().unwrap()], Labels::Auto).unwrap());
        mix.bind(tokenizer).unwrap();
        mix.settle(tokenizer.template(), max_length, sentinels.len()).unwrap();
        corrupter.seed = seed;
        let eos = *corrupter.tokenizer.template().suffix.last().unwrap();
        corrupter.packing = if stream { Packing::Stream { eos } } else { Packing::Fit };
        corrupter.specials_inside = stream;
        let Corrupter { tokenizer, sentinels, mix, .. } = &*corrupter;
        let windows = pack(&corrupter, &texts);
        let (mut scratch, mut longest) = (Scratch::new(tokenizer), 0);
        for at in 0..windows.len() {
            let window = windows.get(at);
            let mut records = Records::default();
            corrupter.corrupt_window(&window, 0, &mut scratch, |example| {
                records.push(window.body, &example.made.body, tokenizer.template(), example.objective);
            }).unwrap();
            let record = records.get(0);
            prop_assert!(record.input_ids.len() <= max_length && record.labels.len() <= max_length);
            let prefix = &mix.objectives().next().unwrap().1.prefix;
            let body = record.input_ids.strip_prefix(prefix.as_slice()).unwrap();
            let labels: Vec<u32> = record.labels.iter().map(|&label| label as u32).collect();
            let (body, labels) = (&body[..body.len() - 1], &labels[..labels.len() - 1]);
            let text = match noise.starts_with("span") {
                true => {
                    prop_assert!(!stream || !labels.contains(&eos), "no span goes across the end of a document");
                    interleaved(body, labels, sentinels)
                }
                false => [body, labels].concat(),
            };
            prop_assert_eq!(text, window.body);
            longest = longest.max(window.body.len());
        }
        prop_assert!(longest <= mix.longest_room());
    }
}

#[test]
fn the_longest_window_is_the_longest_whose_sides_fit() {
    let mut tokenizer = tokenizer("unigram.json");
    let mut room = |noise: &str, max_length: usize, sentinels: usize| {
        let mut mix = Mix::single(Objective::new(vec![noise.parse().unwrap()], Labels::Auto).unwrap());
        mix.bind(&mut tokenizer).unwrap();
        mix.settle(tokenizer.template(), max_length, sentinels).unwrap();
        mix.longest_room()
    };
    // As T5 has it, eos included.
    assert_eq!(room("span", 512, 100), 568);
    assert_eq!(room("span:ratio=0.5", 512, 200), 766);
    assert_eq!((room("span@0.5", 512, 100), room("none", 512, 100), room("mask", 512, 100)), (511, 511, 511));
    // One of 512 ids is the last of the input.
    assert_eq!((room("prefix", 512, 0), room("prefix:ratio=0.25", 512, 0)), (512, 681));
    assert_eq!(room("prefix:ratio=0.75", 512, 0), 681);
    // A prefix counts.
    assert_eq!(room("none:prefix=</s>", 512, 0), 510);
    let full = Objective::new(vec!["span".parse().unwrap()], Labels::Full).unwrap();
    let mut mix = Mix::single(full);
    mix.settle(tokenizer.template(), 512, 100).unwrap();
    assert_eq!(mix.longest_room(), 511);
}

#[test]
fn full_windows_give_full_records() {
    let text = "the ferry leaves at noon ".repeat(2000);
    let tokenizer = fixture_arg("tokenizers/unigram.json");
    let run = muddle_with(&["corrupt", "-t", &tokenizer, "-n", "span", "--sentences", "none"], text.as_bytes());
    let records = run.records();
    let full: BTreeSet<(usize, usize)> =
        records[..records.len() - 1].iter().map(|record| (record.input_ids.len(), record.labels.len())).collect();
    // Windows end where a word does.
    assert!(full.contains(&(512, 114)) && full.iter().all(|&(input, labels)| input > 490 && labels <= 114), "{full:?}");
}

#[test]
fn one_token_is_left_as_it_is_and_counted() {
    let tokenizer = fixture_arg("tokenizers/unigram.json");
    for noise in ["span", "prefix"] {
        let run = muddle_with(&["corrupt", "-t", &tokenizer, "-n", noise], b"the\n");
        let record = &run.records()[0];
        assert_eq!((record.input_ids.len(), record.labels.len()), (2, 1), "{noise}");
        assert_eq!(i64::from(record.input_ids[1]), record.labels[0], "{noise}: only the end is asked for");
        assert!(run.stderr.contains("1 too short for noise"), "{}", run.stderr);
    }
}

const MIXTURES: [&[&str]; 3] = [
    &["--preset", "ul2"],
    &["--mix", "1:span:prefix=</s>", "--mix", "1:prefix:ratio=0.25", "--mix", "2:permute+delete"],
    &["--preset", "fat5", "--sentences", "none"],
];

#[test]
fn copies_of_a_mixture_are_its_epochs() {
    let text = fixture_arg("texts/english.txt");
    for mixture in MIXTURES {
        let run = |more: &[&str]| unigram(&[mixture, &["--max-length", "90", "--meta", &text], more].concat());
        let copies = run(&["--copies", "3"]);
        let copy = |record: &Record| record.meta["copy"].as_u64().unwrap();
        for epoch in 0..3u64 {
            let of_copies: Vec<&Record> = copies.iter().filter(|record| copy(record) == epoch).collect();
            let alone = run(&["--epoch", &epoch.to_string()]);
            assert!(of_copies.iter().copied().eq(alone.iter()), "{mixture:?} {epoch}");
        }
        let place = |record: &Record| ["document", "window", "copy"].map(|name| record.meta[name].as_u64().unwrap());
        assert!(copies.is_sorted_by_key(place), "{mixture:?}");
        let recipes: BTreeSet<u64> = copies.iter().map(|record| record.meta["recipe"].as_u64().unwrap()).collect();
        assert!(recipes.len() > 2, "{recipes:?}");
        assert_eq!(run(&["--copies", "3", "--skip", "11"]), copies[11..]);
        assert_eq!(run(&["--copies", "3", "-j", "3"]), copies);
    }
}

#[test]
fn windows_across_documents_have_the_lengths_of_their_recipes() {
    let text = fixture_arg("texts/english.txt");
    let run = |more: &[&str]| {
        unigram(&[&["--preset", "ul2", "--pack", "stream", "--max-length", "90", "--meta", &text], more].concat())
    };
    let records = run(&[]);
    assert_eq!(run(&["-j", "3"]), records);
    assert!(records.iter().all(|record| record.input_ids.len() <= 90 && record.labels.len() <= 90));
    // The one that leaves a quarter to the labels has windows of 114 ids, the encoding of its mode aside.
    let whole = |record: &&Record| record.meta["recipe"] == 2 && record.input_ids.len() + record.labels.len() > 105;
    assert!(records.iter().filter(whole).count() > 0);
}

#[test]
fn windows_that_share_a_record_share_no_sentinel() {
    let text = fixture_arg("texts/english.txt");
    let records = unigram(&["-n", "span", "--pack", "best-fit", "--sentences", "none", "--documents", "line", &text]);
    let alone = unigram(&["-n", "span", "--sentences", "none", "--documents", "line", &text]);
    let sentinels: Vec<u32> = (1900..2000).rev().collect();
    let stand = |ids: &[u32]| ids.iter().copied().filter(|id| sentinels.contains(id)).collect::<Vec<u32>>();
    for record in &records {
        let labels: Vec<u32> = record.labels.iter().map(|&label| label as u32).collect();
        let (input, labels) = (stand(&record.input_ids), stand(&labels));
        assert_eq!(input, sentinels[..input.len()]);
        assert_eq!(input, labels);
    }
    assert!(records.len() * 3 < alone.len(), "{} {}", records.len(), alone.len());
    let spans = |records: &[Record]| records.iter().map(|record| stand(&record.input_ids).len()).sum::<usize>();
    assert_eq!(spans(&records), spans(&alone));
}

#[test]
fn recipes_that_cannot_be_are_refused_before_any_work() {
    let (t5, bart) = (fixture_arg("tokenizers/unigram.json"), fixture_arg("tokenizers/bytelevel.json"));
    let cases: [(&str, &[&str], i32, &str); 12] = [
        (&bart, &["-n", "span"], 1, "no sentinels"),
        (&t5, &["-n", "span:ratio=0.5"], 1, "needs 128 sentinels for windows of 766 tokens"),
        (&t5, &["-n", "span:mean=0.5"], 2, "mean 0.5 is outside 1..65536"),
        (&t5, &["-n", "span", "--labels", "masked"], 2, "--labels masked"),
        (&t5, &["-n", "mask", "--labels", "hidden"], 2, "--labels hidden"),
        (&t5, &["-n", "span", "-n", "rotate"], 2, "put rotate before it"),
        (&t5, &["-n", "span", "--max-length", "2"], 2, "--max-length 2 has no room"),
        (&t5, &["--mix", "0:span"], 2, "--mix"),
        (&t5, &["--mix", "-1:span"], 2, "--mix"),
        (&t5, &["--mix", "1:span", "--mix", "1:mask", "--labels", "masked"], 2, "--labels masked"),
        (&t5, &["--preset", "ul2", "--pack", "stream", "--copies", "2"], 2, "--copies 2"),
        (&t5, &["-n", "permute:prefix=a", "-n", "infill:prefix=b"], 2, "one recipe has one prefix"),
    ];
    for (tokenizer, recipe, code, said) in cases {
        let run = muddle_with(&[&["corrupt", "-t", tokenizer], recipe].concat(), b"Some text.\n");
        assert_eq!(run.code, code, "{recipe:?} {}", run.stderr);
        assert!(run.stderr.contains(said) && run.stderr.trim_end().lines().count() == 1, "{recipe:?} {}", run.stderr);
        assert!(run.stdout.is_empty());
    }
}

#[test]
fn inspect_reads_spans_back() {
    let (tokenizer, text) = (fixture_arg("tokenizers/unigram.json"), fixture_arg("texts/english.txt"));
    for more in [&["-n", "span"][..], &["-n", "span", "--pack", "best-fit"], &["--mix", "1:span:prefix=</s>"]] {
        let written = muddle(&[&["corrupt", "-t", &tokenizer, "-q", &text], more].concat());
        let inspected = muddle_with(&["inspect", "-t", &tokenizer, "--json"], &written.stdout);
        assert_eq!(inspected.code, 0, "{}", inspected.stderr);
        let seen: serde_json::Value = serde_json::from_str(inspected.text()).unwrap();
        let said = seen.to_string();
        assert!(said.contains("\"sentinels\""), "{more:?} {said}");
        let shown = muddle_with(&["inspect", "-t", &tokenizer, "--show", "1"], &written.stdout);
        assert!(shown.text().contains("Spans replaced by sentinels"), "{more:?} {}", shown.text());
        assert!(shown.text().contains("⟨<extra_id_0>⟩"), "{more:?} {}", shown.text());
    }
}

#[test]
fn texts_of_special_tokens_alone_give_no_longer_records() {
    let text = "<extra_id_3></s><extra_id_3>".repeat(60) + " a word or two and more " + &"<pad> x ".repeat(50);
    let tokenizer = fixture_arg("tokenizers/unigram.json");
    for noise in ["span", "span:ratio=0.5,overflow=merge", "span:ratio=0.9,mean=8,overflow=merge@0.5", "prefix"] {
        for pack in ["fit", "document", "stream", "best-fit"] {
            let options = ["--allow-special-in-text", "--max-length", "24", "--pack", pack, "--copies", "5"];
            let arguments = [&["corrupt", "-t", &tokenizer, "-n", noise], &options[..]].concat();
            let run = muddle_with(&arguments, text.as_bytes());
            assert_eq!(run.code, 0, "{}", run.stderr);
            let longest = |record: &Record| record.input_ids.len().max(record.labels.len());
            assert!(run.records().iter().map(longest).max() <= Some(24), "{noise}, {pack}");
        }
    }
}

#[test]
fn masks_that_an_earlier_noise_put_there_are_hidden_like_text() {
    let tokenizer = fixture_arg("tokenizers/unigram.json");
    let text = std::fs::read_to_string(crate::support::fixture("texts/english.txt")).unwrap();
    for noise in ["mask:ratio=1,mask=1,random=0", "mask:ratio=0.5"] {
        for max_length in ["16", "40"] {
            let recipe = ["-n", noise, "-n", "span:ratio=0.5,overflow=merge", "--mask-token", "<extra_id_50>"];
            let packing = ["--pack", "stream", "--max-length", max_length, "--copies", "5"];
            let arguments = [&["corrupt", "-t", &tokenizer, "-q"], &recipe[..], &packing].concat();
            let records = muddle_with(&arguments, text.as_bytes()).records();
            let longest = records.iter().map(|record| record.input_ids.len().max(record.labels.len())).max();
            assert!(records.len() > 100 && longest <= max_length.parse().ok(), "{noise}: {longest:?} of {max_length}");
        }
    }
}

#[test]
fn what_says_something_else_in_a_record_is_no_sentinel() {
    let tokenizer = fixture_arg("tokenizers/unigram.json");
    let id = |name: &str| CORRUPTER.lock().unwrap().tokenizer.vocabulary().id(name).unwrap();
    let [first, second] = ["<extra_id_0>", "<extra_id_1>"].map(id);
    let text = "The ferry leaves at five for the island. Nobody counts the buoys at night.";
    let records = |recipe: &[&str]| {
        let run =
            muddle_with(&[&["corrupt", "-t", &tokenizer, "-q", "--copies", "20"], recipe].concat(), text.as_bytes());
        assert_eq!(run.code, 0, "{}", run.stderr);
        run.records()
    };
    for record in records(&["-n", "span:ratio=0.3,mean=2,prefix=<extra_id_0>"]) {
        let count = record.input_ids.iter().filter(|&&id| id == first).count();
        assert_eq!((count, record.labels.contains(&i64::from(first)), record.labels[0]), (1, false, i64::from(second)));
    }
    let recipe = ["-n", "mask:ratio=0.3", "-n", "span:ratio=0.3,mean=2", "--mask-token", "<extra_id_0>"];
    for record in records(&recipe) {
        assert_eq!((record.labels.contains(&i64::from(first)), record.labels[0]), (false, i64::from(second)));
    }
}

#[test]
fn what_a_recipe_lacks_is_told_by_its_cause() {
    let refused = |arguments: &[&str]| {
        let tokenizer = fixture_arg("tokenizers/bytelevel.json");
        muddle_with(&[&["corrupt", "-t", &tokenizer], arguments].concat(), b"text").stderr
    };
    let short = refused(&["-n", "span", "--max-length", "3"]);
    assert!(short.contains("has no sentinels"), "{short}");
    let heavy = refused(&["--mix", "1e308:mask", "--mix", "1e308:delete"]);
    assert!(heavy.contains("--mix: the weights add up to more than any number"), "{heavy}");
    let empty = refused(&["--mix", "1:"]);
    assert!(empty.contains("--mix 1:: a noise is missing (such as 1:mask"), "{empty}");
}

#[test]
fn a_sentinel_that_the_text_spells_stands_for_no_span() {
    let text = "The ferry <extra_id_0> leaves at five for the island. <extra_id_2> Nobody counts the buoys at night.";
    let tokenizer = fixture_arg("tokenizers/unigram.json");
    let id = |name: &str| CORRUPTER.lock().unwrap().tokenizer.vocabulary().id(name).unwrap();
    let spelled = [id("<extra_id_0>"), id("<extra_id_2>")];
    for seed in 0..20 {
        let seed = seed.to_string();
        let recipe = ["-n", "span:ratio=0.3,mean=2", "--allow-special-in-text", "--seed", &seed];
        let run = muddle_with(&[&["corrupt", "-t", &tokenizer, "-q"], &recipe[..]].concat(), text.as_bytes());
        let record = &run.records()[0];
        for id in spelled {
            let count = record.input_ids.iter().filter(|&&other| other == id).count();
            assert_eq!((count, record.labels.contains(&(id as i64))), (1, false), "seed {seed}");
        }
    }
    // Also where windows share a record and their sentinels get other numbers.
    let lines = "The ferry leaves at <extra_id_0> for <extra_id_2>.\nNobody counts the buoys at night.\n".repeat(9);
    let recipe = ["-n", "span:ratio=0.3,mean=2", "--allow-special-in-text", "--documents", "line"];
    let run = |pack: &str| {
        let run = muddle_with(
            &[&["corrupt", "-t", &tokenizer, "-q", "--pack", pack], &recipe[..]].concat(),
            lines.as_bytes(),
        );
        let is_sentinel = |id: &i64| (1900..2000).contains(id);
        let mut spelled = Vec::new();
        for record in run.records() {
            let mut asked_for: Vec<i64> = record.labels.iter().copied().filter(is_sentinel).collect();
            let stand = record.input_ids.iter().map(|&id| i64::from(id)).filter(is_sentinel);
            spelled.extend(stand.filter(|id| !record.labels.contains(id)));
            asked_for.sort_unstable();
            assert!(asked_for.windows(2).all(|pair| pair[0] != pair[1]), "{pack}: {asked_for:?}");
        }
        spelled.sort_unstable();
        (run.records().len(), spelled)
    };
    let (fit, packed) = (run("fit"), run("best-fit"));
    assert_eq!((fit.1.len(), &fit.1), (18, &packed.1));
    assert!(fit.0 == 18 && packed.0 < 18, "{} {}", fit.0, packed.0);
}
