//! Text that begins inside another: encoded without the space that many tokenizers put before every text.
//!
//! Behind a character that no piece goes on from, a text gets the ids that it has inside; those of the character are taken
//! off again (as Code Llama's own tokenizer does).

use anyhow::Result;

use super::{Edge, Encoder, Tokenizer};

/// Characters to stand before a text, until one of them keeps to itself.
const ANCHORS: [&str; 3] = ["☺", ")", "0"];

impl Tokenizer {
    /// Whether a space is put before a text that has none.
    fn prepends_space(&self) -> Result<bool> {
        if let Some(&known) = self.prepends.get() {
            return Ok(known);
        }
        let mut encoder = self.encoder();
        let (mut apart, mut together) = (Vec::new(), Vec::new());
        encoder.encode(")", Edge::Opens, &mut apart)?;
        encoder.encode("x", Edge::Opens, &mut apart)?;
        encoder.encode(")x", Edge::Opens, &mut together)?;
        Ok(*self.prepends.get_or_init(|| apart != together))
    }
}

impl Encoder<'_> {
    /// Appends the ids of a text that another one follows: white space at its end counts.
    pub fn encode_beginning(&mut self, text: &str, ids: &mut Vec<u32>) -> Result<()> {
        match self.tokenizer.prepends_space()? {
            true => self.encode_whole(text, ids),
            false => self.encode(text, Edge::Opens, ids),
        }
    }

    /// Appends the ids of a text that stands right behind some other character.
    pub fn encode_inside(&mut self, text: &str, ids: &mut Vec<u32>) -> Result<()> {
        let tokenizer = self.tokenizer;
        if text.is_empty() || !tokenizer.prepends_space()? {
            return self.encode(text, Edge::Opens, ids);
        }
        let from = ids.len();
        for anchor in ANCHORS {
            let mut alone = Vec::new();
            self.encode_whole(anchor, &mut alone)?;
            self.encode_whole(&format!("{anchor}{text}"), ids)?;
            let unknown = tokenizer.vocabulary.unknown().is_some_and(|unknown| alone.contains(&unknown));
            if !unknown && ids[from..].starts_with(&alone) {
                ids.drain(from..from + alone.len());
                return Ok(());
            }
            ids.truncate(from);
        }
        self.encode(text, Edge::Opens, ids)
    }
}
