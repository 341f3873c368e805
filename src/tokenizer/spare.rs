//! Engines for single texts that the one in use gets wrong: where a special token's piece stands in the text, or where the
//! library panics. Loaded when a text first needs them.
//!
//! A model may hold the pieces of special tokens, and then gives their ids for text that spells them: every Unigram, and
//! others where nothing cuts such a piece. The text goes to an engine of the same kind whose model lacks these pieces.

use std::collections::HashSet;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::OnceLock;

use anyhow::{Result, anyhow, bail, ensure};
use serde_json::Value;

use super::engine::{Engine, EngineBuffer};
use super::load::{self, Kind};
use super::merges::{self, Merges};
use super::vocabulary::Vocabulary;

/// What helps where a text cannot be encoded.
const REMEDY: &str = "leave the text out, or pass over it with --on-error skip";

/// The engines for single texts.
pub struct Spare {
    path: PathBuf,
    /// Of the file's bytes: another file by this name is not used.
    hash: u64,
    kind: Kind,
    specials_in_text: bool,
    merges: Option<Merges>,
    /// By id, whether text must not give it; empty where it cannot.
    forbidden: Vec<bool>,
    /// The surfaces of these ids.
    hidden: HashSet<String>,
    /// Of the kind in use, and the released one.
    own: OnceLock<Result<Engine, String>>,
    released: OnceLock<Result<Engine, String>>,
}

impl Spare {
    /// For the file that an engine of this kind was loaded from.
    pub fn new(path: PathBuf, hash: u64, kind: Kind, specials_in_text: bool, merges: Option<Merges>) -> Self {
        Spare {
            path,
            hash,
            kind,
            specials_in_text,
            merges,
            forbidden: Vec::new(),
            hidden: HashSet::new(),
            own: OnceLock::new(),
            released: OnceLock::new(),
        }
    }

    /// Settles which ids text must not give. A special token of one character stands for itself, too.
    pub fn forbid(&mut self, vocabulary: &Vocabulary) {
        if self.specials_in_text {
            return;
        }
        let merges = self.merges.as_ref();
        let reached = |id, surface: &str| {
            let by_model = || merges.is_none_or(|merges| merges.reach(id, surface));
            vocabulary.is_sought(id) || (vocabulary.is_of_model(id) && by_model())
        };
        let forbidden: Vec<(u32, &str)> = vocabulary
            .special_tokens()
            .filter(|&(id, surface)| vocabulary.unknown() != Some(id) && surface.chars().nth(1).is_some())
            .filter(|&(id, surface)| reached(id, surface))
            .collect();
        if forbidden.is_empty() {
            return;
        }
        self.forbidden = vec![false; vocabulary.size()];
        for (id, surface) in forbidden {
            self.forbidden[id as usize] = true;
            self.hidden.insert(surface.to_string());
        }
    }

    /// Whether text gave an id that it must not give.
    pub fn is_needed(&self, ids: &[u32]) -> bool {
        !self.forbidden.is_empty() && ids.iter().any(|&id| self.forbidden.get(id as usize) == Some(&true))
    }

    /// Appends the ids of a text for which the engine in use failed, or else gave forbidden ids.
    pub fn encode(&self, text: &str, failed: Option<anyhow::Error>, ids: &mut Vec<u32>) -> Result<()> {
        let engine = match &failed {
            None => self.engine(self.kind).map_err(|error| anyhow!("{error}"))?,
            Some(error) if self.kind == Kind::Released => bail!("{error:#} ({REMEDY})"),
            Some(error) => self.engine(Kind::Released).map_err(|_| anyhow!("{error:#} ({REMEDY})"))?,
        };
        let start = ids.len();
        // Buffers hold words that an engine met, so this one has its own.
        let encoded = engine.encode(text, &mut EngineBuffer::default(), ids);
        encoded.map_err(|error| anyhow!("{:#} ({REMEDY})", failed.unwrap_or(error)))?;
        ensure!(
            !self.is_needed(&ids[start..]),
            "its text spells a special token in a way that cannot be taken for text ({REMEDY})"
        );
        Ok(())
    }

    /// The ids that the released engine gives for a text, and where each stands in it; `None` where it fails.
    pub fn offsets(&self, text: &str) -> Option<(Vec<u32>, Vec<Range<usize>>)> {
        self.engine(Kind::Released).ok()?.offsets(text).ok()
    }

    fn engine(&self, kind: Kind) -> Result<&Engine, &String> {
        let cell = if kind == self.kind { &self.own } else { &self.released };
        let load = || self.load(kind).map_err(|error| format!("{}: {error:#}", self.path.display()));
        cell.get_or_init(load).as_ref()
    }

    fn load(&self, kind: Kind) -> Result<Engine> {
        let (mut file, hash) = load::read_file(&self.path)?;
        ensure!(hash == self.hash, "changed while in use (run again)");
        hide(&mut file, &self.hidden, hash);
        load::build(file, kind, self.specials_in_text)
    }
}

/// Takes pieces out of the model, by names that no text spells, and added tokens out of those that are sought.
fn hide(file: &mut Value, hidden: &HashSet<String>, hash: u64) {
    let mut renamed = HashSet::new();
    let mut rename = |piece: &str| {
        renamed.insert(piece.to_string());
        format!("\u{10ffff}{hash:016x}{}", renamed.len())
    };
    // Only what is there is touched: a file is told by the keys it has.
    match &mut file["model"]["vocab"] {
        Value::Array(pieces) => {
            let hidden =
                pieces.iter_mut().filter(|piece| piece[0].as_str().is_some_and(|piece| hidden.contains(piece)));
            hidden.for_each(|piece| piece[0] = rename(piece[0].as_str().unwrap_or("")).into());
        }
        Value::Object(vocab) => {
            let entries = std::mem::take(vocab).into_iter();
            let new = entries.map(|(piece, id)| (if hidden.contains(&piece) { rename(&piece) } else { piece }, id));
            *vocab = new.collect();
        }
        _ => {}
    }
    if let Some(merges) = file["model"].get_mut("merges").and_then(Value::as_array_mut) {
        let is_renamed = |piece: &str| renamed.contains(piece);
        merges.retain(|merge| {
            merges::ends(merge).is_none_or(|(left, right)| {
                !(is_renamed(left) || is_renamed(right) || is_renamed(&[left, right].concat()))
            })
        });
    }
    if let Some(added) = file.get_mut("added_tokens").and_then(Value::as_array_mut) {
        // One that the model had would be given another id.
        added.retain(|token| !renamed.contains(token["content"].as_str().unwrap_or("")));
        for token in added.iter_mut().filter(|token| hidden.contains(token["content"].as_str().unwrap_or(""))) {
            token["special"] = true.into();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn spare(kind: Kind) -> Spare {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/tokenizers/unigram.json");
        let (_, hash) = load::read_file(&path).expect("a tokenizer");
        Spare::new(path, hash, kind, false, None)
    }

    #[test]
    fn a_text_on_which_the_fast_engine_fails_goes_to_the_released_one() {
        let mut ids = vec![7];
        spare(Kind::Fast).encode("We bake bread.", Some(anyhow!("it panicked")), &mut ids).expect("encoded");
        assert!(ids.len() > 4 && ids[0] == 7, "{ids:?}");
    }

    #[test]
    fn where_there_is_no_other_engine_the_error_says_what_helps() {
        let failed = spare(Kind::Released).encode("x", Some(anyhow!("it panicked")), &mut Vec::new());
        assert_eq!(failed.expect_err("no engine left").to_string(), format!("it panicked ({REMEDY})"));
        let mut changed = spare(Kind::Fast);
        changed.hash += 1;
        let failed = changed.encode("x", None, &mut Vec::new()).expect_err("another file").to_string();
        assert!(failed.contains("unigram.json: changed while in use (run again)"), "{failed}");
    }
}
