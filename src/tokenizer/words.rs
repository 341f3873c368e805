//! Word by word, several times as fast as the engine and with the same ids: models of our own for tokenizers of known kinds.
//!
//! The engine stays the source of truth. Vocabulary and scores are read from its model, what becomes of a character is asked
//! of its normalizers and pre-tokenizer, words in which characters depend on each other go through them or are left to the
//! engine, and a model is used only if it agrees with the engine on the probes below.

mod characters;
mod double_array;
mod lattice;
mod metaspace;
mod parts;
mod unigram;
mod word_piece;

#[cfg(test)]
mod tests;

use std::ops::Range;

use tokenizers::pipeline::PipelineTokenizer;

use parts::Parts;
use unigram::{Unigram, UnigramBuffer};
use word_piece::WordPiece;

/// A model that encodes words by itself.
pub enum WordModel {
    WordPiece(WordPiece),
    Unigram(Unigram),
}

/// What one thread needs for it.
#[derive(Default)]
pub struct WordBuffer {
    letters: Vec<u8>,
    unigram: UnigramBuffer,
}

impl WordModel {
    /// A model for an engine that looks for no added token in texts, if its parts are of known kinds. `tokens` is how many
    /// tokens the file's vocabulary has, `encode` the engine.
    pub fn of(engine: &PipelineTokenizer, tokens: usize, encode: impl Fn(&str) -> Option<Vec<u32>>) -> Option<Self> {
        let parts = Parts::of(engine);
        let word_piece = || WordPiece::of(&parts, tokens).map(WordModel::WordPiece);
        let model = Unigram::of(&parts).map(WordModel::Unigram).or_else(word_piece)?;
        PROBES.iter().all(|probe| model.encode_with(probe, &encode) == encode(probe)).then_some(model)
    }

    /// Appends the ids that the engine gives for `text[part]` as a text of its own, up to a stretch that is left to the
    /// engine and whose place is returned: the caller appends that stretch's ids and goes on behind it.
    #[inline]
    pub fn encode(
        &self,
        text: &str,
        part: Range<usize>,
        buffer: &mut WordBuffer,
        ids: &mut Vec<u32>,
    ) -> Option<Range<usize>> {
        match self {
            WordModel::WordPiece(model) => model.encode(text, part, &mut buffer.letters, ids),
            WordModel::Unigram(model) => model.encode(text, part, &mut buffer.unigram, ids),
        }
    }

    fn encode_with(&self, text: &str, engine: impl Fn(&str) -> Option<Vec<u32>>) -> Option<Vec<u32>> {
        let (mut buffer, mut ids, mut at) = (WordBuffer::default(), Vec::new(), 0);
        while let Some(stretch) = self.encode(text, at..text.len(), &mut buffer, &mut ids) {
            at = stretch.end;
            ids.extend(engine(&text[stretch])?);
        }
        Some(ids)
    }
}

/// Texts on which a model has to agree with the engine: letters, white space, punctuation, scripts, marks and controls.
const PROBES: [&str; 12] = [
    "The quick brown fox's 2nd \"naïve\" jump, over (the) lazy dog... isn't it?",
    " leading,  double   and trailing  ",
    "tab\tline\nreturn\r\nvertical\u{b}form\u{c}next\u{85}nbsp\u{a0}wide\u{3000}separator\u{2028}zero\u{200b}end",
    "UPPER Title ÄÖÜ ﬁ Ⅷ ½ ß İ ΑΣ ΑΣ. Ǆ ﷺ",
    "e\u{301} \u{301}a a\u{301}\u{323}b x\u{302e}\u{1d165}y \u{200d} a\u{200d} \u{fe0f}",
    "測試 字a好。日本語のテキスト、ｶﾞ 한국어 \u{1100}\u{1161}\u{11a8} ไทยทดสอบ",
    "Привет, мир! नमस्ते दुनिया। مرحبا بالعالم؟ שלום",
    "▁mark ▁▁ a▁ b▁c ▁",
    "🙂👩\u{200d}👩\u{200d}👧 🇩🇪🇫🇷 \u{1f3fd}",
    "\0 \u{1}a\u{ad}b\u{feff} \u{fffd} \u{600}1 \u{600} ",
    "<unk> [UNK] <s> </s> <pad> [MASK] ##ing <0x0A> ``quoted''",
    "Supercalifragilisticexpialidociousantidisestablishmentarianism-x_y-z@example.com/1234567890",
];
