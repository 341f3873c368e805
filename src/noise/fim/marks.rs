//! The tokens that stand before the parts, by name, and the orders in which parts come.

use std::fmt;

use anyhow::{Result, bail, ensure};

use crate::special_tokens::candidates;
use crate::tokenizer::{Tokenizer, Vocabulary};

/// A part of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Prefix,
    Suffix,
    Middle,
}

/// What a cut file is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    /// The token before a part.
    Mark(Part),
    /// The part itself.
    Text(Part),
}

use Part::{Middle, Prefix, Suffix};
use Piece::{Mark, Text};

/// How a file looks whose suffix comes before the prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The prefix and the middle stand together behind the last mark (Megatron, Code Llama).
    Spm,
    /// Each part behind its own mark (AI2's tools).
    SpmAi2,
}

impl Order {
    /// The pieces of a file in a row.
    pub fn pieces(self, suffix_first: bool) -> [Piece; 6] {
        match (suffix_first, self) {
            (false, _) => [Mark(Prefix), Text(Prefix), Mark(Suffix), Text(Suffix), Mark(Middle), Text(Middle)],
            (true, Order::Spm) => [Mark(Prefix), Mark(Suffix), Text(Suffix), Mark(Middle), Text(Prefix), Text(Middle)],
            (true, Order::SpmAi2) => {
                [Mark(Suffix), Text(Suffix), Mark(Prefix), Text(Prefix), Mark(Middle), Text(Middle)]
            }
        }
    }
}

impl fmt::Display for Order {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Order::Spm => "spm",
            Order::SpmAi2 => "spm-ai2",
        })
    }
}

/// Ids of the marks, by [`Part`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks([u32; 3]);

impl Marks {
    /// The one before a part.
    pub fn before(self, part: Part) -> u32 {
        self.0[part as usize]
    }
}

/// Keys of the marks, by [`Part`].
const KEYS: [&str; 3] = ["pre", "suf", "mid"];
/// A name that is to be found.
const AUTO: &str = "auto";

/// Marks of models, by [`Part`].
const KNOWN: &[[&str; 3]] = &[
    // StarCoder, Granite.
    ["<fim_prefix>", "<fim_suffix>", "<fim_middle>"],
    // Qwen, CodeGemma.
    ["<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>"],
    // DeepSeek.
    ["<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>"],
    // Code Llama.
    ["▁<PRE>", "▁<SUF>", "▁<MID>"],
    // SantaCoder.
    ["<fim-prefix>", "<fim-suffix>", "<fim-middle>"],
    // Codestral.
    ["[PREFIX]", "[SUFFIX]", "[MIDDLE]"],
    // GLM.
    ["<|code_prefix|>", "<|code_suffix|>", "<|code_middle|>"],
];

/// Texts of the marks, by [`Part`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names(pub [String; 3]);

impl Names {
    /// Their ids, which become special: no text gives them.
    pub fn find(&self, tokenizer: &mut Tokenizer) -> Result<Marks> {
        let ids = self.ids(tokenizer.vocabulary())?;
        ensure!(
            ids[0] != ids[1] && ids[1] != ids[2] && ids[0] != ids[2],
            "fim: one token cannot stand before two parts (name three with pre, suf and mid)"
        );
        tokenizer.mark_special(&ids);
        Ok(Marks(ids))
    }

    fn ids(&self, vocabulary: &Vocabulary) -> Result<[u32; 3]> {
        let mut ids = [None; 3];
        for (at, name) in self.0.iter().enumerate().filter(|(_, name)| *name != AUTO) {
            ids[at] = vocabulary.id(name);
            if ids[at].is_none() {
                let candidates = candidates(vocabulary);
                bail!(
                    "fim: {}={name}: no such token (its special tokens: {candidates}; add it to the tokenizer, or name others \
                     with pre, suf and mid)",
                    KEYS[at]
                );
            }
        }
        let known = KNOWN.iter().find_map(|names| {
            let ids = [0, 1, 2].map(|at| ids[at].or_else(|| vocabulary.id(names[at])));
            Some([ids[0]?, ids[1]?, ids[2]?])
        });
        match known {
            Some(ids) => Ok(ids),
            None if ids.iter().any(Option::is_some) => {
                let missing = KEYS.iter().zip(ids).filter(|(_, id)| id.is_none()).map(|(key, _)| *key);
                let missing: Vec<&str> = missing.collect();
                bail!("fim: {} not given (name all three marks: pre=…,suf=…,mid=…)", missing.join(" and "))
            }
            None => bail!(
                "fim: the tokenizer has no tokens known to stand before prefix, suffix and middle (name three with fim:pre=…,suf=…,mid=…; its special tokens: {})",
                candidates(vocabulary)
            ),
        }
    }
}
