//! Text that begins inside another: encoded without the space that many tokenizers put before every text.
//!
//! Behind a character that no piece goes on from, a text gets the ids that it has inside; those of the character are taken
//! off again (as Code Llama's own tokenizer does).

use anyhow::Result;

use super::split_rule::SplitRule;
use super::{Edge, Encoder, Tokenizer};

/// Characters to stand before a text, until one of them keeps to itself.
const ANCHORS: [&str; 3] = ["☺", ")", "0"];

impl Tokenizer {
    /// Whether a space is put before a text that has none.
    fn prepends_space(&self) -> Result<bool> {
        let known = self.prepends.get().copied();
        known.map_or_else(
            || {
                let mut encoder = self.encoder();
                let mut ids = [Vec::new(), Vec::new()];
                encoder.encode("x", Edge::Opens, &mut ids[0])?;
                encoder.encode(" x", Edge::Opens, &mut ids[1])?;
                Ok(*self
                    .prepends
                    .get_or_init(|| ids[0] == ids[1] || ids[1].len() > ids[0].len() && ids[1].ends_with(&ids[0])))
            },
            Ok,
        )
    }
}

impl Encoder<'_> {
    /// Appends the ids of a text that stands right behind some other character.
    pub fn encode_inside(&mut self, text: &str, ids: &mut Vec<u32>) -> Result<()> {
        let tokenizer = self.tokenizer;
        if text.is_empty() || !tokenizer.prepends_space()? {
            return self.encode(text, Edge::Opens, ids);
        }
        let marks_spaces = matches!(tokenizer.split_rule, SplitRule::Metaspace { .. } | SplitRule::Prepended);
        if marks_spaces && text.starts_with(' ') {
            return self.encode(text, Edge::Continues, ids);
        }
        let from = ids.len();
        for anchor in ANCHORS {
            let mut alone = Vec::new();
            self.encode(anchor, Edge::Opens, &mut alone)?;
            self.encode(&format!("{anchor}{text}"), Edge::Opens, ids)?;
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
