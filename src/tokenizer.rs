//! Text to ids and back, exactly as the Hugging Face file says.
//!
//! Owns the engine, the vocabulary, the template around a text and the rule where texts may be cut. The only part that
//! names the tokenizers crates. Must not know of windows or noise.

mod ahead;
mod engine;
mod joints;
mod limits;
mod load;
mod locate;
mod memo;
mod vocabulary;
mod words;

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result, ensure};

pub use ahead::PreTokens;
pub use engine::silence;
pub use joints::Joints;
pub use locate::{Location, locate};
pub use vocabulary::Vocabulary;

use engine::{Engine, EngineBuffer};
use memo::Memo;
use words::{WordBuffer, WordModel};

/// No piece of text longer than this goes to the engine at once where it can be cut.
const MAX_PIECE_BYTES: usize = 64 << 10;

/// What one thread encodes with, reused from text to text and given back when it is dropped.
pub struct Encoder<'t> {
    tokenizer: &'t Tokenizer,
    state: EncoderState,
}

#[derive(Default)]
struct EncoderState {
    engine: EngineBuffer,
    memo: Memo,
    words: WordBuffer,
}

/// A tokenizer, ready for many threads.
pub struct Tokenizer {
    engine: Engine,
    words: Option<WordModel>,
    joints: Joints,
    vocabulary: Vocabulary,
    template: Template,
    hash: u64,
    fallback: Option<String>,
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
        Ok(Tokenizer {
            engine: loaded.engine,
            words: loaded.words,
            joints: loaded.joints,
            vocabulary: loaded.vocabulary,
            template: Template { prefix, suffix },
            hash: loaded.hash,
            fallback: loaded.fallback,
            idle: Mutex::default(),
        })
    }

    /// An encoder for one thread, with what an earlier one remembered where there is one.
    pub fn encoder(&self) -> Encoder<'_> {
        let state = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        Encoder { tokenizer: self, state: state.unwrap_or_default() }
    }

    /// Whether `text[..at]` and `text[at..]` give the ids of the whole when encoded one after the other.
    pub fn is_joint(&self, text: &str, at: usize) -> bool {
        self.joints.is_joint(text, at)
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
    pub fn joints(&self) -> Joints {
        self.joints
    }

    /// Hash of the file's bytes (XXH3).
    pub fn hash(&self) -> u64 {
        self.hash
    }

    /// Why the slower engine serves, where it does.
    pub fn fallback(&self) -> Option<&str> {
        self.fallback.as_deref()
    }
}

impl Drop for Encoder<'_> {
    fn drop(&mut self) {
        let state = std::mem::take(&mut self.state);
        self.tokenizer.idle.lock().unwrap_or_else(PoisonError::into_inner).push(state);
    }
}

impl Encoder<'_> {
    /// Appends the ids of a text that stands on its own (a window's, white space trimmed by the caller).
    pub fn encode(&mut self, text: &str, ids: &mut Vec<u32>) -> Result<()> {
        self.encode_pieces(text, true, ids)
    }

    /// Appends the ids of a text that goes on after a joint (see [`Tokenizer::is_joint`]).
    pub fn encode_after_joint(&mut self, text: &str, ids: &mut Vec<u32>) -> Result<()> {
        self.encode_pieces(text, false, ids)
    }

    fn encode_pieces(&mut self, text: &str, opening: bool, ids: &mut Vec<u32>) -> Result<()> {
        let (mut rest, mut opening) = (text, opening);
        while rest.len() > MAX_PIECE_BYTES {
            let (piece, after) = rest.split_at(self.place_to_cut(rest));
            self.encode_piece(piece, opening, ids)?;
            (rest, opening) = (after, false);
        }
        self.encode_piece(rest, opening, ids)
    }

    fn encode_piece(&mut self, text: &str, opening: bool, ids: &mut Vec<u32>) -> Result<()> {
        let joints = self.tokenizer.joints;
        if let Some(words) = &self.tokenizer.words {
            let start = if opening { 0 } else { text.len() - joints.after(text).len() };
            return self.encode_by_word(words, &text[start..], ids);
        }
        // Short texts are mostly the first words of sentences that stand elsewhere than before.
        if !joints.remembers_words() && text.len() > memo::LONGEST_WORD_BYTES {
            return self.encode_plainly(if opening { text } else { joints.after(text) }, ids);
        }
        for word in memo::words(text, |at| joints.is_joint(text, at)) {
            let begins_text = opening && word.start == 0;
            let kept = if begins_text { word.len() } else { joints.after(&text[word.clone()]).len() };
            self.encode_word(text, word.end - kept..word.end, ids)?;
        }
        Ok(())
    }

    fn encode_by_word(&mut self, words: &WordModel, text: &str, ids: &mut Vec<u32>) -> Result<()> {
        let mut at = 0;
        while let Some(stretch) = words.encode(text, at..text.len(), &mut self.state.words, ids) {
            at = stretch.end;
            self.encode_plainly(&text[stretch], ids)?;
        }
        Ok(())
    }

    fn encode_word(&mut self, text: &str, word: Range<usize>, ids: &mut Vec<u32>) -> Result<()> {
        if self.state.memo.recall(text, word.clone(), ids) {
            return Ok(());
        }
        let start = ids.len();
        self.encode_plainly(&text[word.clone()], ids)?;
        if word.len() <= memo::LONGEST_WORD_BYTES {
            self.state.memo.insert(text, word, &ids[start..]);
        }
        Ok(())
    }

    fn encode_plainly(&mut self, text: &str, ids: &mut Vec<u32>) -> Result<()> {
        self.tokenizer.engine.encode(text, &mut self.state.engine, ids)
    }

    /// The last joint within a piece's length; else white space; else the last character boundary.
    fn place_to_cut(&self, text: &str) -> usize {
        let limit = (0..=MAX_PIECE_BYTES).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(text.len());
        let boundaries = || text[..limit].char_indices().rev().map(|(at, _)| at).filter(|&at| at > 0);
        let joint = boundaries().find(|&at| self.tokenizer.is_joint(text, at));
        let white = || boundaries().find(|&at| text[at..].starts_with(char::is_whitespace));
        joint.or_else(white).unwrap_or(limit)
    }
}
