//! A fixture with some of its parts replaced, loaded by both engines.

use std::path::PathBuf;

use muddle::special_tokens::{Overrides, SpecialTokens};
use muddle::tokenizer::{Edge, Location, Tokenizer};
use serde_json::Value;

use crate::support::{classic, encode, fixture};

/// A tokenizer of some kind.
pub struct Variant {
    pub name: &'static str,
    pub fixture: &'static str,
    /// Pairs of a part's name and its new value: a field of the file, `model.` and a field of the model, `added_tokens` to add
    /// to, `rename` with a text and another for it all over the vocabulary, `unmake` with pieces whose merges go.
    pub parts: Value,
    /// Whether special tokens are looked for in the text.
    pub specials: bool,
    /// Whether texts can be cut at split points, where that matters, and whether the fast engine serves.
    pub cuts: Option<bool>,
    pub fast: bool,
}

pub fn variant(name: &'static str, fixture: &'static str, parts: Value) -> Variant {
    Variant { name, fixture, parts, specials: false, cuts: Some(true), fast: true }
}

/// A short sentence in scripts with and without spaces.
const SENTENCES: [&str; 5] = ["We bake bread.", "我们今天去学校。", "好吗？", "パンを焼きます。", "เราทำขนมปัง"];

impl Variant {
    fn file(&self) -> Value {
        if self.fixture.is_empty() {
            return self.parts.clone();
        }
        let bytes = std::fs::read(fixture(&format!("tokenizers/{}.json", self.fixture))).unwrap();
        let mut file: Value = serde_json::from_slice(&bytes).unwrap();
        for (part, value) in self.parts.as_object().unwrap() {
            match (part.as_str(), part.strip_prefix("model.")) {
                (_, Some(field)) => file["model"][field] = value.clone(),
                ("rename", _) => rename(&mut file, value[0].as_str().unwrap(), value[1].as_str().unwrap()),
                ("unmake", _) => unmake(&mut file, value.as_array().unwrap()),
                ("added_tokens", _) => {
                    file["added_tokens"].as_array_mut().unwrap().extend(value.as_array().unwrap().iter().cloned());
                }
                _ => file[part] = value.clone(),
            }
        }
        file
    }

    /// Writes the variant's file and loads it with both engines.
    pub fn load(&self, folder: &tempfile::TempDir) -> (Tokenizer, tokenizers_classic::Tokenizer) {
        let path: PathBuf = folder.path().join("tokenizer.json");
        std::fs::write(&path, self.file().to_string()).unwrap();
        let mut oracle = classic(&path);
        oracle.set_encode_special_tokens(!self.specials);
        let location = Location { file: path, folder: None };
        let mut tokenizer = Tokenizer::load(&location, self.specials).unwrap();
        SpecialTokens::settle(&mut tokenizer, &location, &Overrides::default()).unwrap();
        (tokenizer, oracle)
    }

    /// What does not hang on hard texts: template, ids of added tokens, special tokens spelled out, words.
    pub fn check_whole(&self, tokenizer: &Tokenizer, oracle: &tokenizers_classic::Tokenizer) -> Result<(), String> {
        let vocabulary = tokenizer.vocabulary();
        let ids_of = |text: &str| {
            let mut ids = Vec::new();
            tokenizer.encoder().encode(text, Edge::Opens, &mut ids).unwrap();
            ids
        };
        let full = oracle.encode_fast("a", true).unwrap().get_ids().to_vec();
        let template = tokenizer.template();
        if [&template.prefix[..], &encode(oracle, "a"), &template.suffix].concat() != full {
            return Err(format!("template {template:?} is not {full:?}"));
        }
        for token in oracle.get_added_tokens_decoder().values() {
            let (own, given) = (vocabulary.id(&token.content), oracle.token_to_id(&token.content));
            if own != given {
                return Err(format!("{:?} has the id {given:?} and not {own:?}", token.content));
            }
        }
        let specials: Vec<&str> = vocabulary.special_tokens().map(|(_, surface)| surface).collect();
        for special in specials.iter().filter(|_| !self.specials) {
            for text in [special.to_string(), format!("a{special}b"), format!("He {special} left, {special}{special}.")]
            {
                if gives_special(tokenizer, &ids_of(&text)) {
                    return Err(format!("{text:?} gives a special id: {:?}", ids_of(&text)));
                }
            }
        }
        for sentence in SENTENCES {
            let ids = ids_of(sentence);
            let units = (0..ids.len()).filter(|&at| vocabulary.begins_word_at(&ids, at)).count();
            if units < 2 && ids.len() > 1 && ids.len() <= 16 {
                return Err(format!("{sentence:?} is one unit of {} tokens", ids.len()));
            }
        }
        Ok(())
    }
}

/// Whether a special id, unk aside, is among these.
pub fn gives_special(tokenizer: &Tokenizer, ids: &[u32]) -> bool {
    let vocabulary = tokenizer.vocabulary();
    ids.iter().any(|&id| vocabulary.is_special(id) && vocabulary.unknown() != Some(id))
}

fn rename(file: &mut Value, from: &str, to: &str) {
    match &mut file["model"]["vocab"] {
        Value::Array(pieces) => {
            pieces.iter_mut().for_each(|piece| piece[0] = piece[0].as_str().unwrap().replace(from, to).into());
        }
        Value::Object(vocab) => {
            *vocab = std::mem::take(vocab).into_iter().map(|(piece, id)| (piece.replace(from, to), id)).collect();
        }
        _ => unreachable!("a vocabulary"),
    }
}

fn unmake(file: &mut Value, pieces: &[Value]) {
    file["model"]["merges"].as_array_mut().unwrap().retain(|merge| {
        let made = match merge.as_str() {
            Some(text) => text.replacen(' ', "", 1),
            None => [merge[0].as_str().unwrap(), merge[1].as_str().unwrap()].concat(),
        };
        !pieces.contains(&made.into())
    });
}
