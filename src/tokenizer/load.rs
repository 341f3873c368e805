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
use super::merges::{self, Merges};
use super::models::WordModel;
use super::spare::Spare;
use super::split_rule::SplitRule;
use super::vocabulary::Vocabulary;
use super::{limits, probe, shape};

/// Larger than any real one; a file beyond it is something else.
const MAX_FILE_BYTES: u64 = 256 << 20;

/// Characters of a WordPiece word beyond which the released engine, which tries every part of it, gets nowhere.
const MAX_SLOW_WORD: u64 = 1000;

/// What an engine must encode without complaint before it is trusted with a file.
const PROBE: &str = "Dr. Smith's naïve 2nd probe, 測試 – проба…\n\tdone 🙂 ";

/// A text that shows whether words are marked as the file's parts say.
const WORDS: &str = "the word and a word";

/// Which engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// tokenizers 1.0.
    Fast,
    /// tokenizers 0.23.
    Released,
}

/// Everything that is read from the file.
pub struct Loaded {
    pub engine: Engine,
    /// Serves in its place, word by word, where there is one.
    pub model: Option<WordModel>,
    pub split_rule: SplitRule,
    pub vocabulary: Vocabulary,
    pub spare: Spare,
    /// Hash of the file's bytes.
    pub hash: u64,
    /// Why the fast engine does not serve, where it does not.
    pub fallback: Option<String>,
    /// A pattern whose classes of characters differ from the Python library's.
    pub pattern_of_words: Option<String>,
}

/// The fast engine, and whether it is to be trusted with the file.
struct Fast {
    engine: Engine,
    split_rule: SplitRule,
    is_held: bool,
}

/// Reads a tokenizer file. Errors name the file and what is wrong with it.
pub fn load(path: &Path, specials_in_text: bool) -> Result<Loaded> {
    let place = path.display();
    let (file, hash) = read_file(path)?;
    let mut vocabulary = Vocabulary::of(&file).map_err(|e| anyhow!("{place}: not a usable tokenizer: {e}"))?;
    let merges = Merges::of(&file);
    let tokens = file["model"]["vocab"].as_object().map_or(0, |vocab| vocab.len());
    let pattern_of_words = shape::pattern_of_words(&file).map(str::to_string);
    let is_slow = is_slow(&file);
    let (engine, split_rule, fallback) = match fast(file, &vocabulary, specials_in_text, merges.as_ref()) {
        Ok(fast) if fast.is_held || is_slow => (fast.engine, fast.split_rule, None),
        Ok(fast) => match released(path, specials_in_text).ok().and_then(|released| {
            let text = probe::difference(&fast.engine, &released, &vocabulary, merges.as_ref())?;
            Some((released, format!("its ids differ from the released line's, as for {text:?}")))
        }) {
            Some((released, reason)) => (released, SplitRule::Opaque, Some(reason)),
            None => (fast.engine, fast.split_rule, None),
        },
        Err(refusal) if is_slow => bail!(
            "{place}: not usable: {refusal}; the slower engine would take hours for a word of as many characters as it \
             allows (set model.max_input_chars_per_word to 100)"
        ),
        Err(refusal) => {
            let released = released(path, specials_in_text).map_err(|e| {
                anyhow!("{place}: not a usable tokenizer: {e} (save it anew with the tokenizers library)")
            })?;
            (released, SplitRule::Opaque, Some(refusal.to_string()))
        }
    };
    let kind = if fallback.is_some() { Kind::Released } else { Kind::Fast };
    let mut ids = Vec::new();
    engine.encode(WORDS, &mut EngineBuffer::default(), &mut ids).map_err(|e| anyhow!("{place}: {e}"))?;
    vocabulary.check_words(&ids, WORDS.split(' ').count());
    let spare = Spare::new(path.to_path_buf(), hash, kind, specials_in_text, merges);
    let model = engine.word_model(tokens);
    Ok(Loaded { engine, model, split_rule, vocabulary, spare, hash, fallback, pattern_of_words })
}

/// A file's JSON, checked, and the hash of its bytes.
pub fn read_file(path: &Path) -> Result<(Value, u64)> {
    let place = path.display();
    let bytes = read(path).with_context(|| format!("{place}: cannot be read"))?;
    ensure!(
        bytes.len() as u64 <= MAX_FILE_BYTES,
        "{place}: more than {MAX_FILE_BYTES} bytes, which is too large for a tokenizer.json (is it one?)"
    );
    let file = parse(&bytes).and_then(check).map_err(|e| anyhow!("{place}: {e}"))?;
    Ok((file, xxhash_rust::xxh3::xxh3_64(&bytes)))
}

/// Whether the released engine would get nowhere with a long word.
fn is_slow(file: &Value) -> bool {
    file["model"]["max_input_chars_per_word"].as_u64() > Some(MAX_SLOW_WORD)
}

fn released(path: &Path, specials_in_text: bool) -> Result<Engine> {
    build(read_file(path)?.0, Kind::Released, specials_in_text)
}

/// An engine of a kind for a file.
pub fn build(mut file: Value, kind: Kind, specials_in_text: bool) -> Result<Engine> {
    if kind == Kind::Fast {
        guarded(|| tokenizers::canonicalize_value(&mut file).map_err(|e| anyhow!("{e}")))?;
        return build_canonical(file, specials_in_text);
    }
    ensure!(!is_slow(&file), "the slower engine would take hours for its longest words");
    let original = file.to_string();
    let tokenizer = guarded(|| original.parse().map_err(|e| anyhow!("{e}")))?;
    probed(Engine::classic(tokenizer, specials_in_text))
}

fn build_canonical(file: Value, specials_in_text: bool) -> Result<Engine> {
    let canonical = file.to_string();
    // Hundreds of thousands of small values: their memory is given back beside the work that needs their text alone.
    let _ = std::thread::Builder::new().spawn(move || drop(file));
    let tokenizer = guarded(|| tokenizers::from_json(&canonical).map_err(|e| anyhow!("{e}")))?;
    probed(Engine::pipeline(tokenizer, specials_in_text))
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

fn fast(mut file: Value, vocabulary: &Vocabulary, specials_in_text: bool, merges: Option<&Merges>) -> Result<Fast> {
    if let Some(reason) = shape::refusal(&file, specials_in_text) {
        bail!("{reason}");
    }
    ensure!(!vocabulary.is_disordered(), "its added tokens are not in the order of their ids");
    // Its tables have no place for two of one kind, and print what they tried.
    let model = &file["model"];
    ensure!(!has_doubles(&model["vocab"], |piece| (piece[0].as_str(), None)), "a token is in its vocabulary twice");
    ensure!(
        !has_doubles(&model["merges"], |merge| merges::ends(merge)
            .map_or((merge.as_str(), None), |(left, right)| (Some(left), Some(right)))),
        "a merge is in it twice"
    );
    guarded(|| tokenizers::canonicalize_value(&mut file).map_err(|e| anyhow!("{e}")))?;
    let split_rule = SplitRule::of(&file, vocabulary.surfaces(), specials_in_text);
    let is_held = shape::is_held(&file, specials_in_text, vocabulary, merges);
    Ok(Fast { engine: build_canonical(file, specials_in_text)?, split_rule, is_held })
}

/// Whether a list holds one thing twice; an object has each key once.
fn has_doubles(list: &Value, key: impl Fn(&Value) -> (Option<&str>, Option<&str>)) -> bool {
    let mut met = HashSet::new();
    list.as_array().into_iter().flatten().any(|entry| !met.insert(key(entry)))
}

/// Some files load and fail only when they are used.
fn probed(engine: Engine) -> Result<Engine> {
    engine.encode(PROBE, &mut EngineBuffer::default(), &mut Vec::new())?;
    engine.encode("", &mut EngineBuffer::default(), &mut Vec::new())?;
    Ok(engine)
}
