//! What the model is to restore: a pure function of the clean body and the noised one.

use crate::noise::Noised;
use crate::tokenizer::Template;

/// Which targets a record carries (`--labels`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Labels {
    /// The template and the clean body: what a decoder writes.
    Full,
    /// The clean id at every chosen token, the ignore index elsewhere; as long as the input.
    Masked,
}

/// Not scored by the loss.
pub const IGNORE_INDEX: i32 = -100;

impl Labels {
    /// Appends the labels of one example.
    pub fn push(self, clean: &[u32], noised: &Noised, template: &Template, out: &mut Vec<i32>) {
        match self {
            Labels::Full => {
                for ids in [&template.prefix[..], clean, &template.suffix] {
                    out.extend(ids.iter().map(|&id| id as i32));
                }
            }
            Labels::Masked => {
                out.resize(out.len() + template.prefix.len(), IGNORE_INDEX);
                out.extend(noised.origins.iter().map(|origin| origin.label(clean, IGNORE_INDEX)));
                out.resize(out.len() + template.suffix.len(), IGNORE_INDEX);
            }
        }
    }
}
