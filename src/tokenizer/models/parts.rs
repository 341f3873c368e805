//! What the word models ask the engine about: its normalizers, its pre-tokenizer and its model, text by text.

use std::borrow::Cow;
use std::ops::Range;

use anyhow::{Result, anyhow};
use tokenizers::pipeline::{
    PipelineModel, PipelineNormalizer, PipelinePreTokenizer, PipelineTokenizer, PreTokenizer, PreTokenizerScratch,
    normalize_all,
};

use super::super::engine::guarded;

/// The engine's parts.
#[derive(Clone)]
pub struct Parts(PipelineTokenizer);

impl Parts {
    pub fn of(tokenizer: &PipelineTokenizer) -> Self {
        Parts(tokenizer.clone())
    }

    pub fn normalizers(&self) -> &[PipelineNormalizer] {
        self.0.get_normalizers()
    }

    pub fn pre_tokenizer(&self) -> &PipelinePreTokenizer {
        self.0.get_pre_tokenizer()
    }

    pub fn model(&self) -> &PipelineModel {
        self.0.get_model()
    }

    /// What the first `count` normalizers make of a text.
    pub fn normalize<'a>(&self, count: usize, text: &'a str) -> Result<Cow<'a, str>> {
        guarded(|| normalize_all(&self.normalizers()[..count], text, 0).map_err(|e| anyhow!("{e}")))
    }

    /// What all of them make of it.
    pub fn normalize_fully<'a>(&self, text: &'a str) -> Result<Cow<'a, str>> {
        self.normalize(self.normalizers().len(), text)
    }

    /// The pre-tokens of a normalized text.
    pub fn pre_tokenize(&self, text: &str) -> Result<Vec<Range<usize>>> {
        guarded(|| {
            let mut spans = Vec::new();
            let found = self.0.get_pre_tokenizer().pre_tokenize(text, &mut PreTokenizerScratch::default(), &mut spans);
            found.map_err(|e| anyhow!("{e}"))?;
            Ok(spans.iter().map(|span| span.range()).collect())
        })
    }
}
