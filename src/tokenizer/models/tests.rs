//! Every kind of tokenizer that has a model here, held against the engine over texts made to break it.

#![allow(clippy::print_stdout)]

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::super::engine::{Engine, EngineBuffer};
use super::super::load::load;
use super::*;

/// Pieces between bars: scripts, white space of every kind, marks, joiners, controls, literal special tokens.
const PIECES: &str = "  ¦   ¦\n¦\r\n¦\r¦\n\n¦\t¦\t\t¦\u{a0}¦\u{3000}¦\u{2028}¦\u{85}¦\u{b}¦\u{c}¦\u{200b}¦\u{200d}¦\u{200c}\
    ¦ \u{200d}¦\u{200d} ¦\u{feff}¦\u{ad}¦\u{1}¦\u{0}¦\u{7f}¦\u{fffd}¦'¦'s¦'S¦'ll¦’s¦n't¦.¦.¦?¦!¦…¦,¦;¦\u{37e}¦-¦—¦$¦_¦(¦)¦/¦#\
    ¦##¦@¦^¦`¦``¦''¦\"¦«¦»¦“¦”¦¿¦。¦！¦、¦「¦」¦字¦好¦豈¦あ¦が¦ン¦ｶﾞ¦ｶ¦\u{ff9e}¦\u{3099}¦가¦\u{1100}\u{1161}¦\u{1100}¦\u{1161}\
    ¦\u{11a8}¦ﾡ¦ￂ¦ㄱㅏ¦ก¦ำ¦ไ¦\u{e49}¦а¦Я¦й¦ا¦لا¦ـ¦\u{64e}¦؟¦۔¦न¦ि¦\u{93c}¦\u{94d}¦।¦\u{9c7}\u{9be}¦\u{102b}¦a¦B¦the¦end.\
    ¦word¦I¦é¦e\u{301}¦\u{301}¦\u{323}¦\u{308}¦\u{338}¦\u{345}¦\u{302e}¦\u{302f}¦\u{16ff0}¦\u{16ff1}¦\u{1d165}¦\u{1d15e}¦\u{1d16d}\
    ¦ö¦ß¦İ¦ı¦Σ¦ΑΣ¦ΑΣ.¦Ω¦ﬁ¦ﬁ\u{301}¦½¦²¦Ⅷ¦Ǆ¦5¦12¦1234¦٣¦🙂¦👩\u{200d}👩¦🇩🇪¦🇩¦\u{1f3fd}¦\u{fe0f}¦▁¦▁▁¦▁a¦Ġ¦\u{600}¦\u{6dd}\
    ¦\u{110bd}¦¨¦´¦\u{37a}¦ﷺ¦℀¦≠¦\u{1fef}¦<mask>¦</s>¦<s>¦[SEP]¦<unk>¦<extra_id_0>¦<0x0A>¦\u{e000}¦\u{10ffff}¦\u{1e08f}";
const COMMON: &str = " ¦ ¦ ¦ ¦ ¦a¦the¦.¦,¦\n¦'¦Word¦and¦ing¦er¦字¦▁¦  ";

/// A stream of numbers, the same on every machine.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ mixed >> 31) % bound as u64) as usize
    }

    /// A text of up to 30 pieces, now and then of any characters at all.
    fn text(&mut self, [common, hard, words]: &[Vec<&str>; 3]) -> String {
        let mut text = String::new();
        for _ in 0..1 + self.below(30) {
            match self.below(20) {
                0..8 => text.push_str(common[self.below(common.len())]),
                8..13 => text.push_str(hard[self.below(hard.len())]),
                13..16 => text.push_str(words[self.below(words.len())]),
                16..18 => text.push(char::from(self.below(128) as u8)),
                18 => text.extend(char::from_u32(self.below(0x3000) as u32)),
                _ => text.extend(char::from_u32(self.below(0x11_0000) as u32)),
            }
        }
        text
    }
}

/// A model and its engine, with what one thread needs.
struct Pair {
    name: String,
    engine: Engine,
    words: WordModel,
    buffer: WordBuffer,
    engine_buffer: EngineBuffer,
    surfaces: Vec<String>,
}

impl Pair {
    fn of(name: &str, path: &Path) -> Self {
        let loaded = load(path, false).expect("a usable file");
        let words = loaded.model.unwrap_or_else(|| panic!("{name}: no model"));
        let surfaces = loaded.vocabulary.surfaces().map(|surface| surface.replace('▁', " ").replace("##", ""));
        let surfaces: Vec<String> = surfaces.collect();
        let (buffer, engine_buffer) = Default::default();
        Pair { name: name.to_string(), engine: loaded.engine, words, buffer, engine_buffer, surfaces }
    }

    /// Encodes a text with both; gives how many bytes were left to the engine.
    fn check(&mut self, text: &str) -> usize {
        let mut expected = Vec::new();
        self.engine.encode(text, &mut self.engine_buffer, &mut expected).expect("encoded");
        let (mut ids, mut at, mut left) = (Vec::new(), 0, 0);
        while let Some(stretch) = self.words.encode(text, at..text.len(), &mut self.buffer, &mut ids) {
            assert!(at <= stretch.start && stretch.start < stretch.end, "{}: {text:?}", self.name);
            (at, left) = (stretch.end, left + stretch.len());
            self.engine.encode(&text[stretch], &mut self.engine_buffer, &mut ids).expect("encoded");
        }
        assert!(ids == expected, "{}: {:?}\n got {ids:?}\nwant {expected:?}", self.name, shortened(text));
        left
    }

    fn check_messy(&mut self, texts: usize, seed: u64) {
        let surfaces = std::mem::take(&mut self.surfaces);
        let words = surfaces.iter().map(String::as_str).collect();
        let pieces = [COMMON.split('¦').collect(), PIECES.split('¦').collect(), words];
        let mut numbers = Numbers(seed);
        for _ in 0..texts {
            let text = numbers.text(&pieces);
            self.check(&text);
        }
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(300).collect()
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/tokenizers").join(name)
}

/// A file with some of its parts replaced.
fn changed(path: &Path, parts: &Value, folder: &Path) -> PathBuf {
    let mut file: Value = serde_json::from_slice(&std::fs::read(path).expect("read")).expect("JSON");
    for (part, value) in parts.as_object().expect("parts") {
        match (part.as_str(), value) {
            ("model", Value::Object(fields)) => {
                fields.iter().for_each(|(field, value)| file["model"][field] = value.clone());
            }
            _ => file[part] = value.clone(),
        }
    }
    let path = folder.join("tokenizer.json");
    std::fs::write(&path, file.to_string()).expect("written");
    path
}

fn bert(clean: bool, chinese: bool, strip: Option<bool>, lowercase: bool) -> Value {
    json!({"normalizer": {"type": "BertNormalizer", "clean_text": clean, "handle_chinese_chars": chinese,
        "strip_accents": strip, "lowercase": lowercase}})
}

fn bert_kinds() -> Vec<(&'static str, Value)> {
    vec![
        ("bert uncased", json!({})),
        ("bert cased", bert(true, true, None, false)),
        ("bert, accents kept", bert(true, true, Some(false), true)),
        ("bert, accents off, case kept", bert(true, true, Some(true), false)),
        ("bert, chinese glued", bert(true, false, None, true)),
        ("bert, text not cleaned", bert(false, true, None, true)),
        ("bert without its normalizer", json!({"normalizer": null})),
        ("bert, short words", json!({"model": {"max_input_chars_per_word": 3}})),
        ("bert, no words", json!({"model": {"max_input_chars_per_word": 0}})),
        ("bert, no prefix", json!({"model": {"continuing_subword_prefix": ""}})),
        ("bert, a prefix that no piece has", json!({"model": {"continuing_subword_prefix": "@@@"}})),
    ]
}

fn metaspace(scheme: &str) -> Value {
    json!({"type": "Metaspace", "replacement": "▁", "prepend_scheme": scheme, "split": true})
}

fn white() -> Value {
    json!({"type": "Sequence", "pretokenizers": [{"type": "WhitespaceSplit"}, metaspace("always")]})
}

fn sequence(normalizers: Value) -> Value {
    json!({"type": "Sequence", "normalizers": normalizers})
}

fn replace(pattern: Value, content: &str) -> Value {
    json!({"type": "Replace", "pattern": pattern, "content": content})
}

/// T5, XLM-R, mBART, ALBERT and what newer conversions make of them; the charsmap is the file's own, where it has one.
fn unigram_kinds(charsmap: &Value) -> Vec<(&'static str, Value)> {
    let map = || if charsmap.is_null() { json!({"type": "NFKC"}) } else { charsmap.clone() };
    let runs = |content: &str| replace(json!({"Regex": " {2,}"}), content);
    let strip = || json!({"type": "Strip", "strip_left": false, "strip_right": true});
    let albert = || {
        let quote = |pattern: &str| replace(json!({"String": pattern}), "\"");
        sequence(
            json!([quote("``"), quote("''"), {"type": "NFKD"}, {"type": "StripAccents"}, {"type": "Lowercase"}, map()]),
        )
    };
    vec![
        ("t5", json!({"normalizer": map(), "pre_tokenizer": white()})),
        ("t5, newer", json!({"normalizer": sequence(json!([map(), strip(), runs("▁")])), "pre_tokenizer": white()})),
        ("albert", json!({"normalizer": albert(), "pre_tokenizer": white()})),
        ("xlm-r", json!({"normalizer": sequence(json!([map(), runs(" ")])), "pre_tokenizer": metaspace("always")})),
        (
            "xlm-r, newer",
            json!({"normalizer": sequence(json!([map(), strip(), runs("▁")])), "pre_tokenizer": metaspace("always")}),
        ),
        // With a normalizer that may remove the first character the file is left to the released line.
        ("mark before the first", json!({"normalizer": null, "pre_tokenizer": metaspace("first")})),
        ("mark before none", json!({"normalizer": map(), "pre_tokenizer": metaspace("never")})),
        ("no normalizer", json!({"normalizer": null, "pre_tokenizer": metaspace("always")})),
        ("nfc", json!({"normalizer": {"type": "NFC"}, "pre_tokenizer": white()})),
        (
            "nfd, no accents",
            json!({"normalizer": sequence(json!([{"type": "NFD"}, {"type": "StripAccents"}])), "pre_tokenizer": white()}),
        ),
        (
            "bytes for the unknown",
            json!({"normalizer": map(), "pre_tokenizer": white(), "model": {"byte_fallback": true}}),
        ),
    ]
}

fn check_kinds(path: &Path, kinds: Vec<(&str, Value)>, texts: usize) {
    let folder = tempfile::tempdir().expect("a folder");
    for (seed, (name, parts)) in (1..).zip(kinds) {
        let path = changed(path, &parts, folder.path());
        let mut pair = Pair::of(name, &path);
        PROBES.iter().for_each(|probe| assert!(pair.check(probe) <= probe.len()));
        adversarial().iter().for_each(|text| assert!(pair.check(text) <= text.len()));
        pair.check_messy(texts, seed);
        println!("{name}: {texts} texts");
    }
}

/// Words without end, without pieces, of punctuation or marks alone.
fn adversarial() -> Vec<String> {
    let long = |piece: &str, bytes: usize| piece.repeat(bytes / piece.len());
    [
        "x",
        "!",
        ".,",
        "\u{301}",
        "字",
        "ab\u{323}\u{301}",
        "\u{302e}\u{1d165}",
        "▁",
        "a▁",
        "\u{ad}",
        "\u{600}",
        "🙂",
        "\u{600} ",
        "q\u{301} ",
    ]
    .map(|piece| long(piece, 3000))
    .into_iter()
    .chain(["a".repeat(99), "a".repeat(100), "a".repeat(101), format!("{} b", "é".repeat(100)), " ".repeat(1000)])
    .collect()
}

#[test]
fn word_pieces_are_those_of_the_engine() {
    check_kinds(&fixture("wordpiece.json"), bert_kinds(), 2000);
    check_kinds(&fixture("wordpiece.json"), vec![("bert uncased", json!({}))], 20_000);
}

#[test]
fn unigrams_are_those_of_the_engine() {
    check_kinds(&fixture("unigram.json"), unigram_kinds(&Value::Null), 2000);
    check_kinds(&fixture("unigram.json"), vec![("t5", json!({}))], 20_000);
}

#[test]
fn kinds_that_are_not_known_have_no_model() {
    let folder = tempfile::tempdir().expect("a folder");
    let model = |fixture_name: &str, parts: Value| {
        load(&changed(&fixture(fixture_name), &parts, folder.path()), false).expect("usable").model
    };
    let added = json!([{"id": 2000, "content": "the", "single_word": false, "lstrip": false, "rstrip": false,
        "normalized": false, "special": false}]);
    assert!(model("unigram.json", json!({"added_tokens": added})).is_none());
    assert!(model("unigram.json", json!({"normalizer": {"type": "Prepend", "prepend": "x"}})).is_none());
    assert!(model("unigram.json", json!({"pre_tokenizer": {"type": "WhitespaceSplit"}})).is_none());
    assert!(model("wordpiece.json", json!({"pre_tokenizer": {"type": "Whitespace"}})).is_none());
    assert!(model("wordpiece.json", json!({"normalizer": {"type": "Lowercase"}})).is_none());
    assert!(model("bytelevel.json", json!({})).is_none());
}

#[test]
fn a_part_is_encoded_as_a_text_of_its_own() {
    for name in ["wordpiece.json", "unigram.json"] {
        let mut pair = Pair::of(name, &fixture(name));
        let text = "The end. The naïve end, 字 again.";
        for part in [0..3, 4..8, 8..text.len(), 3..14, 2..2] {
            let (mut ids, mut expected) = (vec![7], vec![7]);
            assert_eq!(pair.words.encode(text, part.clone(), &mut pair.buffer, &mut ids), None);
            pair.engine.encode(&text[part], &mut pair.engine_buffer, &mut expected).expect("encoded");
            assert_eq!(ids, expected);
        }
    }
}

/// The material for the long tests: real tokenizers and corpora.
fn data() -> PathBuf {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let data = std::env::var_os("MUDDLE_TEST_DATA").map_or_else(beside, PathBuf::from);
    assert!(data.exists(), "no {} (set MUDDLE_TEST_DATA)", data.display());
    data
}

const REAL: [&str; 4] = ["t5-small", "bert-base-uncased", "bert-base-chinese", "all-MiniLM-L6-v2"];

fn real_kinds(name: &str, path: &Path) -> Vec<(&'static str, Value)> {
    if !name.starts_with("t5") {
        return bert_kinds().into_iter().take(6).collect();
    }
    let file: Value = serde_json::from_slice(&std::fs::read(path).expect("read")).expect("JSON");
    unigram_kinds(&file["normalizer"])
}

#[test]
#[ignore = "minutes long and needs real tokenizers: MUDDLE_TEST_DATA, --ignored --nocapture"]
fn real_tokenizers_over_a_million_messy_texts() {
    let texts = std::env::var("MUDDLE_TEST_TEXTS").map_or(1_000_000, |texts| texts.parse().expect("a number"));
    for name in REAL {
        let path = data().join(format!("tokenizers/{name}.tokenizer.json"));
        let mut pair = Pair::of(name, &path);
        pair.check_messy(texts, 99);
        println!("{name}: {texts} texts");
        check_kinds(&path, real_kinds(name, &path), texts / 10);
    }
}

fn corpora(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { corpora(&path, files) } else { files.push(path) }
    }
}

#[test]
#[ignore = "minutes long and needs real tokenizers: MUDDLE_TEST_DATA, --ignored --nocapture"]
fn real_tokenizers_over_corpora() {
    let mut files = Vec::new();
    corpora(&data().join("corpora"), &mut files);
    files.sort();
    let read = |path: &PathBuf| {
        let bytes = std::fs::read(path).expect("read");
        let zstd = path.extension().is_some_and(|extension| extension == "zst");
        let bytes = if zstd { zstd::decode_all(&bytes[..]).expect("zstd") } else { bytes };
        String::from_utf8_lossy(&bytes).into_owned()
    };
    let texts: Vec<String> = files.iter().map(read).collect();
    let folder = tempfile::tempdir().expect("a folder");
    for name in REAL {
        let path = data().join(format!("tokenizers/{name}.tokenizer.json"));
        let kinds = if name == "t5-small" { real_kinds(name, &path) } else { vec![("as it is", json!({}))] };
        for (kind, parts) in kinds {
            let mut pair = Pair::of(kind, &changed(&path, &parts, folder.path()));
            let (mut bytes, mut left) = (0, 0);
            for text in &texts {
                for chunk in text.split_inclusive('\n').collect::<Vec<_>>().chunks(20) {
                    let chunk = chunk.concat();
                    (bytes, left) = (bytes + chunk.len(), left + pair.check(&chunk));
                }
            }
            println!("{name}, {kind}: {bytes} bytes, {left} left to the engine");
        }
    }
}

#[test]
fn time_grows_with_length_alone() {
    let seconds = |pair: &mut Pair, text: &str| {
        let (start, mut ids, mut at) = (std::time::Instant::now(), Vec::new(), 0);
        while let Some(stretch) = pair.words.encode(text, at..text.len(), &mut pair.buffer, &mut ids) {
            at = stretch.end;
        }
        start.elapsed().as_secs_f64()
    };
    for name in ["wordpiece.json", "unigram.json"] {
        let mut pair = Pair::of(name, &fixture(name));
        for piece in
            ["x", "!", "\u{301}", "字", "▁", "a▁", "\u{600}", "\u{600} ", "\u{302e}\u{1d165}", "\u{ad}", "x ", " "]
        {
            let [short, long] = [1 << 13, 1 << 16].map(|bytes| seconds(&mut pair, &piece.repeat(bytes / piece.len())));
            // A square would take a second.
            assert!(long < 24.0 * short + 0.2, "{name} {piece:?}: {short} s, {long} s");
        }
    }
}
