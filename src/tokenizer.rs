//! Text to ids and back, exactly as the Hugging Face file says.
//!
//! Owns the engine, the vocabulary, the template around a text and the rule where texts may be cut. The only part that
//! names the tokenizers crates. Must not know of windows or noise.

mod align;
mod byte_level;
mod cut;
mod encoder;
mod engine;
mod inside;
mod limits;
mod load;
mod locate;
mod memo;
mod merges;
mod models;
mod pre_tokens;
mod probe;
mod shape;
mod spare;
mod split_rule;
mod vocabulary;
mod words;

use std::sync::{Mutex, OnceLock};

use anyhow::{Context, Result, ensure};

pub use align::NO_WORD;
pub use cut::Encoded;
pub use encoder::{Edge, Encoder, TextEncoder};
pub use locate::{Location, locate};
pub use split_rule::SplitRule;
pub use vocabulary::Vocabulary;

use encoder::EncoderState;
use engine::Engine;
use inside::Ends;
use models::WordModel;
use spare::Spare;

/// No piece of text longer than this goes to the engine at once where it can be cut.
const MAX_PIECE_BYTES: usize = 64 << 10;

/// A tokenizer, ready for many threads.
pub struct Tokenizer {
    engine: Engine,
    model: Option<WordModel>,
    split_rule: SplitRule,
    vocabulary: Vocabulary,
    template: Template,
    hash: u64,
    fallback: Option<String>,
    pattern_of_words: Option<String>,
    spare: Spare,
    /// Once that was looked at.
    ends: OnceLock<Ends>,
    idle: Mutex<Vec<EncoderState>>,
}

/// Ids that stand before and after every body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Template {
    /// Before: `<s>`, `[CLS]`.
    pub prefix: Vec<u32>,
    /// After: `</s>`, `[SEP]`.
    pub suffix: Vec<u32>,
}

impl Template {
    /// How many ids it adds.
    pub fn len(&self) -> usize {
        self.prefix.len() + self.suffix.len()
    }

    /// Whether it adds none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Tokenizer {
    /// Loads the file at a location. With `specials_in_text`, special tokens spelled out in raw text become their ids.
    pub fn load(location: &Location, specials_in_text: bool) -> Result<Self> {
        let loaded = load::load(&location.file, specials_in_text)?;
        let place = location.file.display();
        let (prefix, suffix) = loaded.engine.template().with_context(|| format!("{place}: not usable"))?;
        for &id in prefix.iter().chain(&suffix) {
            ensure!(
                loaded.vocabulary.surface(id).is_some(),
                "{place}: its template adds the id {id}, which is beyond its vocabulary (mend post_processor)"
            );
        }
        let mut tokenizer = Tokenizer {
            engine: loaded.engine,
            model: loaded.model,
            split_rule: loaded.split_rule,
            vocabulary: loaded.vocabulary,
            template: Template { prefix, suffix },
            hash: loaded.hash,
            fallback: loaded.fallback,
            pattern_of_words: loaded.pattern_of_words,
            spare: loaded.spare,
            ends: OnceLock::new(),
            idle: Mutex::default(),
        };
        let template = [&tokenizer.template.prefix[..], &tokenizer.template.suffix].concat();
        tokenizer.mark_special(&template);
        Ok(tokenizer)
    }

    /// Makes more tokens special by their roles: noise never draws them, and text does not give them. To be called before
    /// anything is encoded.
    pub fn mark_special(&mut self, ids: &[u32]) {
        self.vocabulary.mark_special(ids);
        self.spare.forbid(&self.vocabulary);
    }

    /// Whether `text[..at]` and `text[at..]` give the ids of the whole when encoded one after the other.
    pub fn is_split_point(&self, text: &str, at: usize) -> bool {
        self.split_rule.is_split_point(text, at)
    }

    /// The text of these ids, special tokens included.
    pub fn decode(&self, ids: &[u32]) -> Result<String> {
        self.engine.decode(ids)
    }

    /// What is known of each id.
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// Ids around every body.
    pub fn template(&self) -> &Template {
        &self.template
    }

    /// The rule for places to cut.
    pub fn split_rule(&self) -> SplitRule {
        self.split_rule
    }

    /// Hash of the file's bytes (XXH3).
    pub fn hash(&self) -> u64 {
        self.hash
    }

    /// A pattern of the file with classes of word characters, which match otherwise in the Python library.
    pub fn pattern_of_words(&self) -> Option<&str> {
        self.pattern_of_words.as_deref()
    }

    /// Why the slower engine serves, where it does.
    pub fn fallback(&self) -> Option<&str> {
        self.fallback.as_deref()
    }
}
