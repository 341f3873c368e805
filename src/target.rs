//! What a model has to produce: a pure function of the clean body and the corrupted one.

use crate::noise::{Body, Extent};
use crate::tokenizer::Template;

/// Which labels a record carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The template and the clean body: what a decoder writes (BART).
    Clean,
    /// The clean id at every chosen token, the ignore index elsewhere; as long as the input (BERT).
    Chosen,
    /// What was hidden, behind the sentinels that stand for it where there are any, and the template's end (T5, prefix-LM).
    Hidden,
    /// The input itself (next-token prediction, fill-in-the-middle).
    Input,
}

/// Not scored by the loss.
pub const IGNORE_INDEX: i32 = -100;

/// What stands around a body in the input.
#[derive(Clone, Copy)]
pub struct Frame<'f> {
    /// The tokenizer's template, outermost.
    pub template: &'f Template,
    /// The objective's prefix, inside the template.
    pub prefix: &'f [u32],
}

impl Frame<'_> {
    /// Appends a body's ids in its frame.
    pub fn push(&self, ids: &[u32], out: &mut Vec<u32>) {
        for part in [&self.template.prefix, self.prefix, ids, &self.template.suffix] {
            out.extend_from_slice(part);
        }
    }
}

impl Target {
    /// Appends the labels of one record.
    pub fn push(self, clean: &[u32], body: &Body, frame: Frame, out: &mut Vec<i32>) {
        let Frame { template, prefix } = frame;
        let mut push = |ids: &[u32]| out.extend(ids.iter().map(|&id| id as i32));
        match self {
            Target::Clean => [&template.prefix, clean, &template.suffix].into_iter().for_each(push),
            Target::Input => [&template.prefix, prefix, &body.ids, &template.suffix].into_iter().for_each(push),
            Target::Chosen => {
                out.resize(out.len() + template.prefix.len() + prefix.len(), IGNORE_INDEX);
                out.extend(body.origins.iter().map(|origin| origin.label(clean, IGNORE_INDEX)));
                out.resize(out.len() + template.suffix.len(), IGNORE_INDEX);
            }
            Target::Hidden => [&body.answer, &template.suffix].into_iter().for_each(|ids| push(ids)),
        }
    }

    /// How many ids the input and the labels have at most, given a clean body's ids and what noise makes of it.
    pub fn lengths(self, clean: usize, extent: Extent, frame: Frame) -> [usize; 2] {
        let around = frame.template.len();
        let input = around + frame.prefix.len() + extent.input;
        let labels = match self {
            Target::Clean => around + clean,
            Target::Chosen | Target::Input => input,
            Target::Hidden => extent.hidden + frame.template.suffix.len(),
        };
        [input, labels]
    }

    /// Whether every label stands in the place of the input id that it belongs to, so that both are equally long.
    pub fn is_in_place(self) -> bool {
        matches!(self, Target::Chosen | Target::Input)
    }

    /// As `--labels` names it.
    pub fn name(self) -> &'static str {
        match self {
            Target::Clean => "full",
            Target::Chosen => "masked",
            Target::Hidden => "hidden",
            Target::Input => "input",
        }
    }
}
