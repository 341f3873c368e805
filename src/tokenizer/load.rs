//! From a tokenizer file to an engine: checks on what the libraries would choke on, then the fast engine, else the
//! released one.

use std::collections::HashSet;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail, ensure};
use serde_json::Value;

use super::MAX_PIECE_BYTES;
use super::engine::{Engine, EngineBuffer, guarded};
use super::limits;
use super::split_rule::SplitRule;
use super::vocabulary::Vocabulary;
use super::words::WordModel;

/// Larger than any real one; a file beyond it is something else.
const MAX_FILE_BYTES: u64 = 256 << 20;

/// Characters of a WordPiece word beyond which the released engine, which tries every part of it, gets nowhere.
const MAX_SLOW_WORD: u64 = 1000;

/// What an engine must encode without complaint before it is trusted with a file.
const PROBE: &str = "Dr. Smith's naïve 2nd probe, 測試 – проба…\n\tdone 🙂 ";

/// Everything that is read from the file.
pub struct Loaded {
    pub engine: Engine,
    /// Serves in its place, word by word, where there is one.
    pub words: Option<WordModel>,
    pub split_rule: SplitRule,
    pub vocabulary: Vocabulary,
    /// Hash of the file's bytes.
    pub hash: u64,
    /// Why the fast engine does not serve, where it does not.
    pub fallback: Option<String>,
}

/// Reads a tokenizer file. Errors name the file and what is wrong with it.
pub fn load(path: &Path, specials_in_text: bool) -> Result<Loaded> {
    let place = path.display();
    let bytes = read(path).with_context(|| format!("{place}: cannot be read"))?;
    ensure!(
        bytes.len() as u64 <= MAX_FILE_BYTES,
        "{place}: more than {MAX_FILE_BYTES} bytes, which is too large for a tokenizer.json (is it one?)"
    );
    let hash = xxhash_rust::xxh3::xxh3_64(&bytes);
    let read = || parse(&bytes).and_then(check).map_err(|e| anyhow!("{place}: {e}"));
    let file = read()?;
    let vocabulary = Vocabulary::of(&file).map_err(|e| anyhow!("{place}: not a usable tokenizer: {e}"))?;

    let tokens = file["model"]["vocab"].as_object().map_or(0, |vocab| vocab.len());
    let longest_word = file["model"]["max_input_chars_per_word"].as_u64();
    let (engine, split_rule, fallback) = match fast(file, &vocabulary, specials_in_text) {
        Ok((engine, split_rule)) => (engine, split_rule, None),
        Err(refusal) if longest_word > Some(MAX_SLOW_WORD) => bail!(
            "{place}: not usable: {refusal}; the slower engine would take hours for a word of as many characters as it \
             allows (set model.max_input_chars_per_word to 100)"
        ),
        Err(refusal) => {
            let original = read()?.to_string();
            let classic = guarded(|| original.parse().map_err(|e| anyhow!("{e}")))
                .and_then(|tokenizer| probed(Engine::classic(tokenizer, specials_in_text)))
                .map_err(|e| {
                    anyhow!("{place}: not a usable tokenizer: {e} (save it anew with the tokenizers library)")
                })?;
            (classic, SplitRule::Opaque, Some(refusal.to_string()))
        }
    };
    let words = engine.word_model(tokens);
    Ok(Loaded { engine, words, split_rule, vocabulary, hash, fallback })
}

/// The whole file, or a little more than is allowed.
fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn parse(bytes: &[u8]) -> Result<Value> {
    if bytes.starts_with(b"version https://git-lfs") {
        bail!("a pointer of a version-control store, not the file itself (fetch it with: git lfs pull)");
    }
    let file: Value = serde_json::from_slice(bytes).map_err(|e| {
        anyhow!("not a tokenizer.json: {e} (--tokenizer takes the file that the tokenizers library saves)")
    })?;
    ensure!(
        file["model"].is_object(),
        "JSON, but no tokenizer: it has no \"model\" (--tokenizer takes the file that the tokenizers library saves)"
    );
    Ok(file)
}

/// Switches off what is ours to do, and refuses what would make ids random or the libraries abort.
fn check(mut file: Value) -> Result<Value> {
    file["truncation"] = Value::Null;
    file["padding"] = Value::Null;
    if let Some(dropout) = file["model"]["dropout"].as_f64().filter(|&d| d > 0.0) {
        bail!("BPE dropout of {dropout} is switched on, which makes ids random (set model.dropout to null)");
    }
    // No word is longer than a piece of text, and the library sets room aside for as many characters as it reads here.
    if let Some(longest) = file["model"].get_mut("max_input_chars_per_word")
        && longest.as_u64().is_some_and(|most| most > MAX_PIECE_BYTES as u64)
    {
        *longest = MAX_PIECE_BYTES.into();
    }
    limits::check(&file)?;
    Ok(file)
}

fn fast(mut file: Value, vocabulary: &Vocabulary, specials_in_text: bool) -> Result<(Engine, SplitRule)> {
    // Its tables have no place for two of one kind, and print what they tried.
    let model = &file["model"];
    ensure!(!has_doubles(&model["vocab"], |piece| (piece[0].as_str(), None)), "a token is in its vocabulary twice");
    ensure!(!has_doubles(&model["merges"], ends_of_merge), "a merge is in it twice");
    guarded(|| tokenizers::canonicalize_value(&mut file).map_err(|e| anyhow!("{e}")))?;
    let split_rule = SplitRule::of(&file, vocabulary.surfaces(), specials_in_text);
    let canonical = file.to_string();
    drop(file);
    let tokenizer = guarded(|| tokenizers::from_json(&canonical).map_err(|e| anyhow!("{e}")))?;
    Ok((probed(Engine::pipeline(tokenizer, specials_in_text))?, split_rule))
}

/// Whether a list holds one thing twice; an object has each key once.
fn has_doubles(list: &Value, key: impl Fn(&Value) -> (Option<&str>, Option<&str>)) -> bool {
    let mut met = HashSet::new();
    list.as_array().into_iter().flatten().any(|entry| !met.insert(key(entry)))
}

/// The two halves of a merge, in its newer form a list and in its older one a text with a space.
fn ends_of_merge(merge: &Value) -> (Option<&str>, Option<&str>) {
    match merge.as_str() {
        Some(text) => text.split_once(' ').map_or((Some(text), None), |(left, right)| (Some(left), Some(right))),
        None => (merge[0].as_str(), merge[1].as_str()),
    }
}

/// Some files load and fail only when they are used.
fn probed(engine: Engine) -> Result<Engine> {
    engine.encode(PROBE, &mut EngineBuffer::default(), &mut Vec::new())?;
    engine.encode("", &mut EngineBuffer::default(), &mut Vec::new())?;
    Ok(engine)
}
