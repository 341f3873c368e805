//! What inspection asks of a tokenizer: for each id what it is, and the roles special tokens play.

use crate::special_tokens::{Role, SpecialTokens};
use crate::tokenizer::{Template, Vocabulary};

use super::record::IGNORED;

/// The id stands for a token.
const KNOWN: u8 = 1;
/// Flagged special.
const SPECIAL: u8 = 2;

/// A sentinel, behind which T5 hides spans.
const SENTINEL: u8 = 4;

/// One table by id, and a few ids by name.
pub struct Tokens {
    flags: Vec<u8>,
    /// The mask token.
    pub mask: Option<i32>,
    /// The pad token.
    pub pad: Option<i32>,
    /// Whether the pad token has another role too, so that it may stand in a text.
    pub pad_is_shared: bool,
    /// The end of a text.
    pub eos: Option<i32>,
    /// Ids before a body.
    pub prefix: Vec<i32>,
    /// Ids after it.
    pub suffix: Vec<i32>,
    /// What fills labels.
    pub label_pad: i32,
}

impl Tokens {
    /// From what is known of a tokenizer.
    pub fn new(vocabulary: &Vocabulary, template: &Template, specials: &SpecialTokens, label_pad: i32) -> Self {
        let flag = |holds: bool, flag: u8| if holds { flag } else { 0 };
        let flags = (0..vocabulary.size() as u32)
            .map(|id| flag(vocabulary.surface(id).is_some(), KNOWN) | flag(vocabulary.is_special(id), SPECIAL));
        let mut flags: Vec<u8> = flags.collect();
        specials.sentinels().iter().for_each(|&id| flags[id as usize] |= SENTINEL);
        let signed = |ids: &[u32]| ids.iter().map(|&id| id as i32).collect::<Vec<i32>>();
        let get = |role| specials.get(role).map(|id| id as i32);
        let (prefix, suffix) = (signed(&template.prefix), signed(&template.suffix));
        let others = [get(Role::Mask), get(Role::Bos), get(Role::Eos), vocabulary.unknown().map(|id| id as i32)];
        let pad = get(Role::Pad);
        let shared = |pad| others.contains(&Some(pad)) || prefix.contains(&pad) || suffix.contains(&pad);
        Tokens {
            flags,
            mask: get(Role::Mask),
            pad_is_shared: pad.is_some_and(shared),
            pad,
            eos: get(Role::Eos),
            prefix,
            suffix,
            label_pad,
        }
    }

    #[inline]
    fn has(&self, id: i32, flag: u8) -> bool {
        self.flags.get(id as usize).is_some_and(|flags| flags & flag != 0)
    }

    /// Whether it stands for a token.
    pub fn is_known(&self, id: i32) -> bool {
        self.has(id, KNOWN)
    }

    /// Whether it is flagged special.
    pub fn is_special(&self, id: i32) -> bool {
        self.has(id, SPECIAL)
    }

    /// Whether spans are hidden behind it.
    pub fn is_sentinel(&self, id: i32) -> bool {
        self.has(id, SENTINEL)
    }

    /// Whether it stands for text.
    pub fn is_text(&self, id: i32) -> bool {
        self.is_known(id) && !self.is_special(id)
    }

    /// Whether it may stand in labels.
    pub fn is_label(&self, label: i32) -> bool {
        label == IGNORED || self.is_known(label) || label == self.label_pad
    }

    /// One more than the largest id.
    pub fn size(&self) -> usize {
        self.flags.len()
    }

    /// How many ids stand for tokens.
    pub fn known(&self) -> u64 {
        self.flags.iter().filter(|flags| *flags & KNOWN != 0).count() as u64
    }

    /// The body of a text and how many ids of the template stand before it.
    pub fn body<'i>(&self, ids: &'i [i32]) -> (&'i [i32], usize) {
        let rest = ids.strip_prefix(self.prefix.as_slice()).unwrap_or(ids);
        (rest.strip_suffix(self.suffix.as_slice()).unwrap_or(rest), ids.len() - rest.len())
    }

    /// Whether a text has the template around it.
    pub fn is_framed(&self, ids: &[i32]) -> bool {
        ids.starts_with(&self.prefix) && ids.ends_with(&self.suffix)
    }

    /// Whether a text was ended: by the template, by eos, or because neither exists.
    pub fn is_ended(&self, ids: &[i32]) -> bool {
        let by_template = !self.suffix.is_empty() && ids.ends_with(&self.suffix);
        let by_eos = self.eos.is_some() && ids.last().copied() == self.eos;
        by_template || by_eos || (self.suffix.is_empty() && self.eos.is_none())
    }
}

/// Tokens 0 to `size`: pad 0, bos 2, eos 3, mask 4, sentinels 95 to 98; no template.
#[cfg(test)]
pub fn test_tokens(size: usize, pad_is_shared: bool) -> Tokens {
    let flags = (0..size)
        .map(|id| KNOWN | if id < 5 { SPECIAL } else { 0 } | if (95..99).contains(&id) { SENTINEL } else { 0 });
    Tokens {
        flags: flags.collect(),
        mask: Some(4),
        pad: Some(0),
        pad_is_shared,
        eos: Some(3),
        prefix: Vec::new(),
        suffix: Vec::new(),
        label_pad: IGNORED,
    }
}
