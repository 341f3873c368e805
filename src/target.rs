//! What a model has to produce: a pure function of the clean body and the corrupted one.

use crate::noise::{Body, Source};
use crate::tokenizer::Template;

/// Which labels a record carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The template and the clean body: what a decoder writes (BART).
    Clean,
    /// The clean id at every chosen token, the ignore index elsewhere; as long as the input (BERT).
    Chosen,
    /// The hidden tokens, span after span, and the template's end (T5, prefix-LM).
    Hidden {
        /// Whether each span follows the id that stands for it in the input.
        sentinels: bool,
    },
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
            Target::Hidden { sentinels } => {
                for (at, id) in body.ids.iter().enumerate() {
                    if let Source::StandsFor(span) = body.source(at) {
                        push(if sentinels { std::slice::from_ref(id) } else { &[] });
                        span.iter().for_each(|&position| push(&clean[position as usize..][..1]));
                    }
                }
                push(&template.suffix);
            }
        }
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
            Target::Hidden { .. } => "hidden",
            Target::Input => "input",
        }
    }
}
