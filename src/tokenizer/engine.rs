//! The two engines: the fast one, and the released line behind it for files that the fast one refuses.
//!
//! The only place, with `load`, that names the tokenizers crates. Gives ids and nothing else: no template, no length, no
//! padding. A library that panics gives an error here and never ends the program.

use std::ops::Range;

use anyhow::{Result, anyhow, bail};
use tokenizers::pipeline::{
    EncodeOptions, Model, Override, PipelineModelScratch, PipelineToken, PipelineTokenizer, PreTokenizer,
    PreTokenizerScratch, Span,
};

use super::models::WordModel;
use crate::fault;

/// An engine, ready to encode.
pub enum Engine {
    /// tokenizers 1.0.
    Pipeline(Box<Pipeline>),
    /// tokenizers 0.23.
    Classic(Box<tokenizers_classic::Tokenizer>),
}

/// The fast engine and how it is called.
pub struct Pipeline {
    tokenizer: PipelineTokenizer,
    options: EncodeOptions,
    /// Text goes to its parts as it is: no normalizer, no added token to look for. Saves what a call costs by itself, which
    /// for short texts is as much as the encoding.
    direct: bool,
    /// Added tokens are looked for in the text.
    seeks: bool,
}

/// Buffers of one thread, reused from text to text.
#[derive(Default)]
pub struct EngineBuffer {
    tokens: Vec<PipelineToken>,
    spans: Vec<Span>,
    pre_tokenizer: PreTokenizerScratch,
    model: Option<PipelineModelScratch>,
}

impl Engine {
    /// How the fast engine is called: the text's ids, whole and bare.
    pub fn pipeline(tokenizer: PipelineTokenizer, specials_in_text: bool) -> Engine {
        let added = tokenizer.get_added_vocabulary().get_added_tokens_decoder();
        let sought = added.values().any(|token| specials_in_text || !token.special);
        let direct = tokenizer.get_normalizers().is_empty() && !sought;
        let options = EncodeOptions {
            add_special_tokens: false,
            encode_special_tokens: !specials_in_text,
            padding: Override::Off,
            truncation: Override::Off,
        };
        Engine::Pipeline(Box::new(Pipeline { tokenizer, options, direct, seeks: sought }))
    }

    /// A model of our own that gives the same ids, where there is one. `tokens` is how many the file's vocabulary has.
    pub fn word_model(&self, tokens: usize) -> Option<WordModel> {
        let Engine::Pipeline(pipeline) = self else { return None };
        let encode = |text: &str| {
            let mut ids = Vec::new();
            self.encode(text, &mut EngineBuffer::default(), &mut ids).ok().map(|()| ids)
        };
        (!pipeline.seeks).then(|| WordModel::of(&pipeline.tokenizer, tokens, encode)).flatten()
    }

    /// The released engine, called the same way.
    pub fn classic(mut tokenizer: tokenizers_classic::Tokenizer, specials_in_text: bool) -> Engine {
        tokenizer.set_encode_special_tokens(!specials_in_text);
        Engine::Classic(Box::new(tokenizer))
    }

    /// Appends the ids of `text`.
    pub fn encode(&self, text: &str, buffer: &mut EngineBuffer, ids: &mut Vec<u32>) -> Result<()> {
        match self {
            Engine::Pipeline(pipeline) => guarded(|| {
                buffer.tokens.clear();
                pipeline.encode(text, buffer)?;
                ids.extend_from_slice(PipelineToken::cast_slice(&buffer.tokens));
                Ok(())
            }),
            Engine::Classic(tokenizer) => guarded(|| {
                let encoding = tokenizer.encode_fast(text, false).map_err(|e| anyhow!("{e}"))?;
                ids.extend_from_slice(encoding.get_ids());
                Ok(())
            }),
        }
    }

    /// The ids of `text` and where in it each stands, in bytes; only the released engine tells.
    pub fn offsets(&self, text: &str) -> Result<(Vec<u32>, Vec<Range<usize>>)> {
        let Engine::Classic(tokenizer) = self else { bail!("the fast engine tells no offsets") };
        guarded(|| {
            let encoding = tokenizer.encode(text, false).map_err(|e| anyhow!("{e}"))?;
            let offsets = encoding.get_offsets().iter().map(|&(start, end)| start..end).collect();
            Ok((encoding.get_ids().to_vec(), offsets))
        })
    }

    /// Finds the pre-tokens of `text`; false where the engine takes texts only whole.
    pub fn pre_tokenize(&self, text: &str, buffer: &mut EngineBuffer, spans: &mut Vec<Span>) -> Result<bool> {
        let Engine::Pipeline(pipeline) = self else { return Ok(false) };
        if !pipeline.direct {
            return Ok(false);
        }
        guarded(|| pipeline.pre_tokenize(text, &mut buffer.pre_tokenizer, spans).map(|()| true))
    }

    /// Appends the ids of pre-tokens that were found in `text`.
    pub fn encode_pre_tokens(
        &self,
        text: &str,
        spans: &[Span],
        buffer: &mut EngineBuffer,
        ids: &mut Vec<u32>,
    ) -> Result<()> {
        let Engine::Pipeline(pipeline) = self else { unreachable!("found by the other engine") };
        guarded(|| {
            buffer.tokens.clear();
            pipeline.encode_spans(text, spans, &mut buffer.model, &mut buffer.tokens)?;
            ids.extend_from_slice(PipelineToken::cast_slice(&buffer.tokens));
            Ok(())
        })
    }

    /// The text of these ids, special tokens included.
    pub fn decode(&self, ids: &[u32]) -> Result<String> {
        guarded(|| match self {
            Engine::Pipeline(pipeline) => pipeline.tokenizer.decode(ids, false).map_err(|e| anyhow!("{e}")),
            Engine::Classic(tokenizer) => tokenizer.decode(ids, false).map_err(|e| anyhow!("{e}")),
        })
    }

    /// Ids before and after a single text, as the file's post-processor puts them.
    pub fn template(&self) -> Result<(Vec<u32>, Vec<u32>)> {
        match self {
            Engine::Pipeline(pipeline) => {
                let template = &pipeline.tokenizer.get_post_processor().single;
                let ids = |run: &[(PipelineToken, u8)]| run.iter().map(|(token, _)| token.id()).collect();
                Ok((ids(&template.prefix), ids(&template.suffix)))
            }
            Engine::Classic(tokenizer) => guarded(|| {
                let bare = tokenizer.encode_fast("a", false).map_err(|e| anyhow!("{e}"))?;
                let full = tokenizer.encode_fast("a", true).map_err(|e| anyhow!("{e}"))?;
                let (bare, full) = (bare.get_ids(), full.get_ids());
                let at = (0..=full.len().saturating_sub(bare.len()))
                    .find(|&at| full[at..].starts_with(bare))
                    .ok_or_else(|| anyhow!("its post-processor changes the ids of the text it is put around"))?;
                Ok((full[..at].to_vec(), full[at + bare.len()..].to_vec()))
            }),
        }
    }
}

impl Pipeline {
    fn encode(&self, text: &str, buffer: &mut EngineBuffer) -> Result<()> {
        if !self.direct {
            let encoded = self.tokenizer.encode_into(text, &self.options, &mut buffer.tokens);
            return encoded.map_err(|e| anyhow!("{e}"));
        }
        let EngineBuffer { tokens, spans, pre_tokenizer, model } = buffer;
        spans.clear();
        self.pre_tokenize(text, pre_tokenizer, spans)?;
        self.encode_spans(text, spans, model, tokens)
    }

    fn pre_tokenize(&self, text: &str, scratch: &mut PreTokenizerScratch, spans: &mut Vec<Span>) -> Result<()> {
        self.tokenizer.get_pre_tokenizer().pre_tokenize(text, scratch, spans).map_err(|e| anyhow!("{e}"))
    }

    fn encode_spans(
        &self,
        text: &str,
        spans: &[Span],
        scratch: &mut Option<PipelineModelScratch>,
        tokens: &mut Vec<PipelineToken>,
    ) -> Result<()> {
        let model = self.tokenizer.get_model();
        let scratch = scratch.get_or_insert_with(|| model.init_scratch());
        model.tokenize_spans(text, spans, scratch, tokens).map_err(|e| anyhow!("{e}"))
    }
}

/// Runs a library call; a panic in it becomes an error.
pub fn guarded<T>(call: impl FnOnce() -> Result<T>) -> Result<T> {
    fault::guarded(call).unwrap_or_else(|said| Err(anyhow!("the tokenizers library panicked ({said})")))
}
