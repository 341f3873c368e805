//! Encoding a text, or its parts one after the other, on one thread.
//!
//! Owns what is remembered from text to text: the engine's buffers, words met before, and the pre-tokens of the text at
//! hand. A call of the pre-tokenizer costs by itself as much as a sentence of text, so those of a long text are found at
//! once. Where a part begins or ends inside a pre-token of the whole, the piece up to the next split point goes to the
//! engine as a text of its own.

use std::ops::Range;
use std::sync::PoisonError;

use anyhow::Result;

use super::engine::EngineBuffer;
use super::memo::{self, Memo};
use super::models::{WordBuffer, WordModel};
use super::pre_tokens::PreTokens;
use super::{MAX_PIECE_BYTES, Tokenizer};

/// A longer text is not pre-tokenized at once: its pre-tokens would take more memory than it does.
const MAX_PRE_TOKENIZED_BYTES: usize = 1 << 20;

/// 4 MB of words.
const MEMO_SETS: usize = 1 << 15;

/// What one thread encodes with, reused from text to text and given back when it is dropped.
pub struct Encoder<'t> {
    pub(super) tokenizer: &'t Tokenizer,
    pub(super) state: EncoderState,
}

/// What an encoder remembers.
#[derive(Default)]
pub struct EncoderState {
    engine: EngineBuffer,
    memo: Memo<MEMO_SETS>,
    pre_tokens: PreTokens,
    words: WordBuffer,
    /// Where ids of the text at hand end.
    pub(super) ends: Vec<usize>,
}

/// How a piece of text stands to what is before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// It stands on its own (a window's text, trimmed by the caller).
    Opens,
    /// It goes on after a split point (see [`Tokenizer::is_split_point`]).
    Continues,
}

/// Encodes the parts of one text.
pub struct TextEncoder<'e> {
    tokenizer: &'e Tokenizer,
    state: &'e mut EncoderState,
    text: &'e str,
    /// Whether the state has the text's pre-tokens.
    pre_tokenized: bool,
}

impl Tokenizer {
    /// An encoder for one thread, with what an earlier one remembered where there is one.
    pub fn encoder(&self) -> Encoder<'_> {
        let state = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        Encoder { tokenizer: self, state: state.unwrap_or_default() }
    }
}

impl Drop for Encoder<'_> {
    fn drop(&mut self) {
        let state = std::mem::take(&mut self.state);
        self.tokenizer.idle.lock().unwrap_or_else(PoisonError::into_inner).push(state);
    }
}

impl Encoder<'_> {
    /// Appends the ids of a text.
    pub fn encode(&mut self, text: &str, edge: Edge, ids: &mut Vec<u32>) -> Result<()> {
        self.state.encode(self.tokenizer, text, edge, ids)
    }

    /// The same of a text that is not cut, whatever stands at its end.
    pub(super) fn encode_whole(&mut self, text: &str, ids: &mut Vec<u32>) -> Result<()> {
        self.state.encode_plainly(self.tokenizer, text, ids)
    }

    /// Makes ready to encode parts of a text: its pre-tokens are found at once, where the engine lends itself to that.
    pub fn begin<'e>(&'e mut self, text: &'e str) -> TextEncoder<'e> {
        let pre_tokenized = self.state.pre_tokenize(self.tokenizer, text);
        TextEncoder { pre_tokenized, ..self.begin_few(text) }
    }

    /// The same for a text of which only a few parts will be encoded: nothing is found at once.
    pub fn begin_few<'e>(&'e mut self, text: &'e str) -> TextEncoder<'e> {
        TextEncoder { tokenizer: self.tokenizer, state: &mut self.state, text, pre_tokenized: false }
    }
}

impl TextEncoder<'_> {
    /// Appends the ids of a part of the text, which begins the text, follows white space or begins at a split point, and
    /// ends likewise.
    pub fn encode(&mut self, part: Range<usize>, edge: Edge, ids: &mut Vec<u32>) -> Result<()> {
        let TextEncoder { tokenizer, state, text, pre_tokenized } = self;
        if !*pre_tokenized {
            return state.encode(tokenizer, &text[part], edge, ids);
        }
        let mut inside = state.pre_tokens.beginning_in(&part);
        if state.pre_tokens.is_cut(inside.end, part.end) {
            return state.encode(tokenizer, &text[part], edge, ids);
        }
        if state.pre_tokens.is_cut(inside.start, part.start) {
            let begin = |at: &usize| state.pre_tokens.spans[*at].start as usize;
            let split = inside.clone().find(|at| tokenizer.is_split_point(text, begin(at)));
            let end = split.as_ref().map_or(part.end, begin);
            inside.start = split.unwrap_or(inside.end);
            state.encode(tokenizer, &text[part.start..end], edge, ids)?;
        }
        let EncoderState { engine, pre_tokens, .. } = &mut **state;
        let from = ids.len();
        let encoded = tokenizer.engine.encode_pre_tokens(text, &pre_tokens.spans[inside.clone()], engine, ids);
        if encoded.is_ok() && !tokenizer.spare.is_needed(&ids[from..]) {
            return Ok(());
        }
        ids.truncate(from);
        let first = state.pre_tokens.spans.get(inside.start).map_or(part.end, |span| span.start as usize);
        state.encode(tokenizer, &text[first..part.end], edge, ids)
    }
}

impl EncoderState {
    fn pre_tokenize(&mut self, tokenizer: &Tokenizer, text: &str) -> bool {
        if text.len() > MAX_PRE_TOKENIZED_BYTES || !tokenizer.split_rule.are_pre_token_edges() {
            return false;
        }
        let EncoderState { engine, pre_tokens, .. } = self;
        pre_tokens.clear();
        pre_tokens.spans.reserve(text.len() / 3);
        // What fails here will fail again, and be told, when the part at fault is encoded.
        tokenizer.engine.pre_tokenize(text, engine, &mut pre_tokens.spans).unwrap_or(false)
    }

    fn encode(&mut self, tokenizer: &Tokenizer, text: &str, edge: Edge, ids: &mut Vec<u32>) -> Result<()> {
        let (mut rest, mut edge) = (text, edge);
        while rest.len() > MAX_PIECE_BYTES {
            let (piece, after) = rest.split_at(place_to_cut(tokenizer, rest));
            self.encode_piece(tokenizer, piece, edge, ids)?;
            (rest, edge) = (after, Edge::Continues);
        }
        self.encode_piece(tokenizer, rest, edge, ids)
    }

    fn encode_piece(&mut self, tokenizer: &Tokenizer, text: &str, edge: Edge, ids: &mut Vec<u32>) -> Result<()> {
        let rule = tokenizer.split_rule;
        if let Some(model) = &tokenizer.model {
            let whole = if edge == Edge::Opens { text } else { rule.after(text) };
            return self.encode_by_word(tokenizer, model, whole, ids);
        }
        // Short texts are usually the first words of sentences that moved.
        if !rule.remembers_words() && text.len() > memo::MAX_WORD_BYTES {
            let whole = if edge == Edge::Opens { text } else { rule.after(text) };
            return self.encode_plainly(tokenizer, whole, ids);
        }
        for word in memo::words(text, |at| rule.is_split_point(text, at)) {
            let opens = edge == Edge::Opens && word.start == 0;
            let kept = if opens { word.len() } else { rule.after(&text[word.clone()]).len() };
            self.encode_word(tokenizer, text, word.end - kept..word.end, ids)?;
        }
        Ok(())
    }

    fn encode_by_word(
        &mut self,
        tokenizer: &Tokenizer,
        model: &WordModel,
        text: &str,
        ids: &mut Vec<u32>,
    ) -> Result<()> {
        let (mut at, from) = (0, ids.len());
        while let Some(stretch) = model.encode(text, at..text.len(), &mut self.words, ids) {
            at = stretch.end;
            self.encode_plainly(tokenizer, &text[stretch], ids)?;
        }
        if tokenizer.spare.is_needed(&ids[from..]) {
            ids.truncate(from);
            return tokenizer.spare.encode(text, None, ids);
        }
        Ok(())
    }

    fn encode_word(&mut self, tokenizer: &Tokenizer, text: &str, word: Range<usize>, ids: &mut Vec<u32>) -> Result<()> {
        if self.memo.recall(text, word.clone(), ids) {
            return Ok(());
        }
        let start = ids.len();
        self.encode_plainly(tokenizer, &text[word.clone()], ids)?;
        if word.len() <= memo::MAX_WORD_BYTES {
            self.memo.insert(text, word, &ids[start..]);
        }
        Ok(())
    }

    fn encode_plainly(&mut self, tokenizer: &Tokenizer, text: &str, ids: &mut Vec<u32>) -> Result<()> {
        let from = ids.len();
        let failed = tokenizer.engine.encode(text, &mut self.engine, ids).err();
        if failed.is_none() && !tokenizer.spare.is_needed(&ids[from..]) {
            return Ok(());
        }
        ids.truncate(from);
        tokenizer.spare.encode(text, failed, ids)
    }
}

/// The last split point within a piece's length; else white space; else the last character boundary.
fn place_to_cut(tokenizer: &Tokenizer, text: &str) -> usize {
    let limit = (0..=MAX_PIECE_BYTES).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(text.len());
    let boundaries = || text[..limit].char_indices().rev().map(|(at, _)| at).filter(|&at| at > 0);
    let split = boundaries().find(|&at| tokenizer.is_split_point(text, at));
    let white = || boundaries().find(|&at| text[at..].starts_with(char::is_whitespace));
    split.or_else(white).unwrap_or(limit)
}
