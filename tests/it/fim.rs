//! Fill in the middle.

use muddle::document::Documents;
use muddle::pipeline::Scratch;
use muddle::tokenizer::{Edge, Encoded};
use muddle::window::Packing;

use crate::laws::subject::corrupter;
use crate::support::{Run, fixture, fixture_arg, load, muddle_with};

/// Ids of the marks of the byte-level fixture, and of what ends its texts.
const MARKS: [u32; 3] = [0, 1, 1999];
const EOS: u32 = 2;
const FIM: &str = "fim:rate=1,pre=<s>,suf=<pad>,mid=<mask>";

fn corrupt(noise: &str, arguments: &[&str], text: &str) -> Run {
    let tokenizer = fixture_arg("tokenizers/bytelevel.json");
    muddle_with(&[&["corrupt", "-t", &tokenizer, "-n", noise], arguments].concat(), text.as_bytes())
}

/// The ids of the parts of a cut file in the order of the text, given where the middle begins behind its mark.
fn joined(ids: &[u32], marks: [u32; 3], is_middle: impl Fn(usize) -> bool) -> Vec<u32> {
    let at = |mark: u32| ids.iter().position(|&id| id == mark).unwrap();
    let [pre, suf, mid] = marks.map(at);
    let middle = (mid + 1..ids.len()).find(|&at| is_middle(at)).unwrap_or(ids.len());
    let (prefix, suffix) = match (suf < pre, suf == pre + 1) {
        // suf S pre P mid M, pre suf S mid P M, pre P suf S mid M.
        (true, _) => (&ids[pre + 1..mid], &ids[suf + 1..pre]),
        (false, true) => (&ids[mid + 1..middle], &ids[suf + 1..mid]),
        (false, false) => (&ids[pre + 1..suf], &ids[suf + 1..mid]),
    };
    [prefix, &ids[middle..], suffix].concat()
}

#[test]
fn the_parts_put_together_are_the_text_whatever_the_tokenizer() {
    let text = "def naïve(x):\n    return  [你好, 'été']  # 🙂 the end of it all, and more of the same";
    let tokenizers = [
        ("bytelevel", ["<s>", "<pad>", "<mask>"]),
        ("fallback", ["<s>", "<pad>", "<mask>"]),
        ("llama_like", ["<s>", "</s>", "<unk>"]),
    ];
    for (name, [pre, suf, mid]) in tokenizers {
        for order in ["spm", "spm-ai2"] {
            let noise = format!("fim:rate=1,order={order},pre={pre},suf={suf},mid={mid}");
            let path = fixture(&format!("tokenizers/{name}.json"));
            let mut corrupter = corrupter(load(&path), &[&noise], Packing::Fit, 512);
            let tokenizer = load(&path);
            let marks = [pre, suf, mid].map(|mark| tokenizer.vocabulary().id(mark).unwrap());
            let documents = Documents::of_texts("test", false, [text]);
            let windows = corrupter.pack(documents, &mut tokenizer.encoder()).windows;
            let mut scratch = Scratch::new(&tokenizer);
            let whole = tokenizer.decode(windows.get(0).body).unwrap();
            let mut inside = 0;
            for seed in 0..200 {
                corrupter.seed = seed;
                let ids = corrupter
                    .corrupt_window(&windows.get(0), 0, &mut scratch, |example| {
                        let body = &example.made.body;
                        let kept = |at: usize| body.origins[at].edit() == muddle::noise::Edit::Kept;
                        joined(&body.ids, marks, kept)
                    })
                    .unwrap();
                assert_eq!(tokenizer.decode(&ids).unwrap(), whole, "{name}, {order}, seed {seed}");
                inside += u64::from(ids != windows.get(0).body);
            }
            assert!(inside > 100, "{name}: most cuts lie inside tokens, {inside} of 200");
        }
    }
}

/// How many marks stand in each file of a record, and whether each mark is there once.
fn marks_in(record: &[u32], separator: u32) -> Vec<usize> {
    let body = record.strip_suffix(&[EOS]).unwrap();
    let files = body[1..].split(|&id| id == separator);
    let count = |file: &[u32]| MARKS.map(|mark| file.iter().filter(|&&id| id == mark).count());
    files.map(|file| count(file).into_iter().inspect(|&times| assert!(times < 2)).sum()).collect()
}

#[test]
fn every_file_of_a_window_is_cut_by_itself() {
    let files = ["let a = 1;", "let b = a + 1;", "print(a, b)", "exit"];
    let documents: String = files.map(|file| format!("{}\n", serde_json::json!({ "text": file }))).concat();
    let stream = ["--input-format", "jsonl", "--pack", "stream", "--copies", "20"];
    let run = corrupt(FIM, &stream, &documents);
    assert_eq!(run.code, 0, "{}", run.stderr);
    for record in run.records() {
        assert_eq!(marks_in(&record.input_ids, EOS), [3; 4]);
        assert_eq!(record.labels, record.input_ids.iter().map(|&id| i64::from(id)).collect::<Vec<_>>());
    }
    let repository = serde_json::json!({"text": files.join("</s>")}).to_string();
    let literal = ["--input-format", "jsonl", "--allow-special-in-text", "--copies", "20"];
    for record in corrupt(FIM, &literal, &repository).records() {
        assert_eq!(marks_in(&record.input_ids, EOS), [3; 4]);
    }
    // Room is kept for the marks of every file.
    let tight = ["--max-length", "40", "--documents", "line", "--pack", "stream", "--copies", "5"];
    let run = corrupt(FIM, &tight, &"word after word\n".repeat(60));
    let (mut cut, mut all) = (0, 0);
    for record in run.records() {
        assert!(record.input_ids.len() <= 40);
        let marks = marks_in(&record.input_ids, EOS);
        assert!(marks.iter().all(|marks| [0, 3].contains(marks)), "{marks:?}");
        (cut, all) = (cut + marks.iter().filter(|&&marks| marks == 3).count(), all + marks.len());
    }
    assert!(all >= 300 && cut >= all * 98 / 100, "{cut} of {all}");
}

#[test]
fn what_is_not_cut_has_its_sentences() {
    let text = "It rains. The ferry leaves. Nobody counts the buoys. She reads. He sleeps.";
    let run = |noises: &[&str]| {
        let tokenizer = fixture_arg("tokenizers/bytelevel.json");
        let noises: Vec<&str> = noises.iter().flat_map(|noise| ["-n", noise]).collect();
        muddle_with(&[&["corrupt", "-t", &tokenizer, "-q", "--labels", "full"][..], &noises].concat(), text.as_bytes())
    };
    // The second step draws as it does alone, at its own position.
    let cut_nowhere = run(&["fim:rate=0,pre=<s>,suf=<pad>,mid=<mask>", "permute"]);
    assert_eq!(cut_nowhere.stdout, run(&["none", "permute"]).stdout);
    assert!(cut_nowhere.code == 0 && !cut_nowhere.stdout.is_empty());
}

#[test]
fn windows_of_code_keep_its_breaks_and_indents() {
    let code = "def f():\n    return 1\n\n\ndef g():\n\treturn 2.  Or 3.\n\n    # The end.  It is.\n".repeat(9);
    let text = serde_json::json!({ "text": code }).to_string();
    let tokenizer = load(&fixture("tokenizers/bytelevel.json"));
    for pack in ["fit", "stream", "best-fit", "document"] {
        let arguments = ["--input-format", "jsonl", "--max-length", "40", "--pack", pack];
        let run = corrupt("fim:rate=0,pre=<s>,suf=<pad>,mid=<mask>", &arguments, &text);
        assert_eq!(run.code, 0, "{}", run.stderr);
        let records = run.records();
        let body = |ids: &[u32]| ids.iter().copied().filter(|&id| id != 0 && id != EOS).collect::<Vec<_>>();
        let ids: Vec<u32> = records.iter().flat_map(|record| body(&record.input_ids)).collect();
        assert!(records.len() > 3);
        assert_eq!(tokenizer.decode(&ids).unwrap(), code.trim(), "{pack}");
    }
}

#[test]
fn no_part_is_empty_where_none_may_be() {
    let marks = [0, 1, 2].map(|number| 1999 - number);
    let noise = "fim:rate=1,spm=0,nonempty=yes,pre=<extra_id_0>,suf=<extra_id_1>,mid=<extra_id_2>";
    let arguments = ["corrupt", "-t", &fixture_arg("tokenizers/unigram.json"), "-n", noise, "--copies", "300"];
    let run = muddle_with(&arguments, b"at a bay");
    let records = run.records();
    let cut = records.iter().map(|record| &record.input_ids).filter(|ids| ids.contains(&marks[0]));
    let mut count = 0;
    for ids in cut {
        // A space alone has no ids for this tokenizer.
        let alone = |pair: &[u32]| marks.contains(&pair[0]) && (marks.contains(&pair[1]) || pair[1] == 1);
        assert!(!ids.windows(2).any(alone), "{ids:?}");
        count += 1;
    }
    assert!(count > 250, "{count}");
}

#[test]
fn noises_after_the_cut_leave_the_marks_alone() {
    for noise in ["infill:ratio=0.9", "mask:ratio=0.9", "delete:ratio=0.9", "rotate", "permute"] {
        let run =
            corrupt(FIM, &["-n", noise, "--labels", "input", "--copies", "30"], "One word. And more words after it.");
        assert_eq!(run.code, 0, "{}", run.stderr);
        for record in run.records() {
            // The third mark of this tokenizer also stands for what other noises hide.
            let marks = [0, 1].map(|at| record.input_ids[1..].iter().filter(|&&id| id == MARKS[at]).count());
            assert_eq!(marks, [1, 1], "{noise}: {:?}", record.input_ids);
            assert!(record.input_ids[1..].contains(&MARKS[2]), "{noise}");
        }
    }
}

#[test]
fn marks_that_the_tokenizer_lacks_are_named_with_candidates_before_any_work() {
    let refused = |noise: &str, what: &str| {
        let run = corrupt(noise, &[], "text");
        let candidates = run.stderr.contains("<mask>") || noise.contains("suf=<s>");
        assert!(run.code == 1 && run.stderr.contains(what) && candidates, "{}", run.stderr);
    };
    refused("fim", "no tokens known to stand before prefix, suffix and middle (name three with fim:pre=…,suf=…,mid=…");
    refused("fim:pre=<fim>,suf=<s>,mid=<mask>", "fim: pre=<fim>: no such token (its special tokens: ");
    refused("fim:pre=<s>,suf=<s>,mid=<mask>", "one token cannot stand before two parts");
    let tokenizer = fixture_arg("tokenizers/bytelevel.json");
    let preset = muddle_with(&["corrupt", "-t", &tokenizer, "--preset", "starcoder"], b"text");
    assert!(preset.code == 1 && preset.stderr.contains("pre=<fim_prefix>: no such token"), "{}", preset.stderr);
    let masked = corrupt(FIM, &["--labels", "masked"], "text");
    assert!(masked.code == 2 && masked.stderr.contains("fim moves tokens"), "{}", masked.stderr);
}

#[test]
fn what_was_cut_is_counted_and_shown() {
    let run = corrupt(FIM, &["--meta", "--copies", "30"], "The ferry leaves at five.");
    assert!(run.records().iter().all(|record| record.meta["noise"][0]["chosen"] == 1));
    let preview = corrupt(FIM, &["--preview", "1"], "The ferry leaves at five.");
    assert!(preview.text().contains("1 of 1 files cut") && preview.text().contains("⟨:"), "{}", preview.text());
}

/// Places to cut a text at, drawn.
fn drawn_cuts(text: &str, times: u32) -> impl Iterator<Item = [usize; 2]> {
    let places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let mut state = 1u64;
    let mut draw = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        places[(state >> 33) as usize % places.len()]
    };
    (0..times).map(move |_| [draw(), draw()]).map(|[a, b]| [a.min(b), a.max(b)])
}

#[test]
fn each_part_of_a_text_has_the_ids_that_it_has_by_itself() {
    let shown = "a  b \u{301}c a\u{301}, x<mask> y \u{958}e\u{301} \t z   it's   we'll\u{a0}12 345 \r\n  ok . ";
    let texts = ["english", "mixed", "french", "hindi", "chinese"].map(|name| fixture(&format!("texts/{name}.txt")));
    let mut texts = texts.map(|path| std::fs::read_to_string(path).unwrap()).to_vec();
    texts.push(shown.repeat(4));
    for name in ["bytelevel", "fallback", "llama_like", "wordpiece", "unigram"] {
        let tokenizer = load(&fixture(&format!("tokenizers/{name}.json")));
        let mut encoder = tokenizer.encoder();
        for text in &texts {
            let text = &text[..text.floor_char_boundary(1500)];
            let (mut ids, mut alone, mut inside) = (Vec::new(), Vec::new(), Vec::new());
            encoder.encode(text, Edge::Opens, &mut ids).unwrap();
            for [a, b] in drawn_cuts(text, 200) {
                [&mut alone, &mut inside].into_iter().for_each(Vec::clear);
                encoder.encode_beginning(&text[..a], &mut alone).unwrap();
                let first = alone.len();
                for part in [a..b, b..text.len()] {
                    match part.start {
                        0 => encoder.encode_beginning(&text[part], &mut alone).unwrap(),
                        _ => encoder.encode_inside(&text[part], &mut alone).unwrap(),
                    }
                }
                let ends = encoder.encode_cut(Encoded { text, ids: &ids }, [a, b], &mut inside).unwrap();
                assert_eq!((&inside, ends[0]), (&alone, first), "{name}: {text:?} cut at {a} and {b}");
            }
        }
    }
}

#[test]
fn white_space_before_a_cut_is_not_lost() {
    // It keeps no white space at the end of a text.
    let tokenizer = load(&fixture("tokenizers/unigram.json"));
    let (text, mut encoder, mut whole) = ("we bake bread and we eat bread", tokenizer.encoder(), Vec::new());
    encoder.encode(text, Edge::Opens, &mut whole).unwrap();
    for [a, b] in drawn_cuts(text, 300) {
        let [a, b] = [a, b].map(|at| tokenizer.place_to_part(text, at).unwrap());
        let mut ids = Vec::new();
        encoder.encode_cut(Encoded { text, ids: &whole }, [a, b], &mut ids).unwrap();
        assert_eq!(tokenizer.decode(&ids).unwrap(), text, "cut at {a} and {b}");
    }
}
