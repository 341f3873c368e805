//! Text that begins inside another: encoded without the space that many tokenizers put before every text.
//!
//! Behind a character that no piece goes on from, a text gets the ids that it has inside; those of the character are taken
//! off again (as Code Llama's own tokenizer does).

use anyhow::Result;

use super::{Edge, Encoder, Tokenizer};

/// Characters to stand before a text, until one of them keeps to itself.
const ANCHORS: [&str; 4] = ["☺", ")", "0", "="];

/// What becomes of the ends of texts.
#[derive(Clone, Copy)]
pub(super) struct Ends {
    /// A space is put before a text that has none.
    pub prepends_space: bool,
    /// White space at the end gives no ids.
    pub drops_space: bool,
}

impl Tokenizer {
    pub(super) fn ends(&self) -> Result<Ends> {
        if let Some(&known) = self.ends.get() {
            return Ok(known);
        }
        let mut encoder = self.encoder();
        let mut ids = |text: &str| -> Result<Vec<u32>> {
            let mut ids = Vec::new();
            encoder.encode_whole(text, &mut ids).map(|()| ids)
        };
        let apart = [ids(")")?, ids("x")?].concat();
        let ends = Ends { prepends_space: apart != ids(")x")?, drops_space: ids("x ")? == ids("x")? };
        Ok(*self.ends.get_or_init(|| ends))
    }

    /// Where a text may be cut in place of a byte so that no white space is lost before it: the same place, unless that
    /// before it would give no ids; then it goes with the text behind.
    pub fn place_to_part(&self, text: &str, at: usize) -> Result<usize> {
        Ok(if self.ends()?.drops_space { text[..at].trim_end().len() } else { at })
    }
}

impl Encoder<'_> {
    /// Appends the ids of a text that another one follows: white space at its end counts.
    pub fn encode_beginning(&mut self, text: &str, ids: &mut Vec<u32>) -> Result<()> {
        match self.tokenizer.ends()?.prepends_space {
            true => self.encode_whole(text, ids),
            false => self.encode(text, Edge::Opens, ids),
        }
    }

    /// Appends the ids of a text that stands right behind some other character.
    pub fn encode_inside(&mut self, text: &str, ids: &mut Vec<u32>) -> Result<()> {
        let tokenizer = self.tokenizer;
        if text.is_empty() || !tokenizer.ends()?.prepends_space {
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
