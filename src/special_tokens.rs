//! Mask, pad, bos and eos: overridden by flag, read from the tokenizer folder's config, or found by their well-known names
//! among the special tokens; else refused with candidates.
//!
//! Settles as well which tokens are special at all: by flag in the tokenizer file or in its folder's config, by any role
//! there, as one of the roles here, as sentinels, and those of the template. Noise draws none of them, and no text gives
//! them.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use anyhow::{Result, anyhow, bail, ensure};
use serde_json::Value;

use crate::tokenizer::{Location, Tokenizer, Vocabulary};

/// The first of the tokens that T5 hides spans behind.
const SENTINEL: &str = "<extra_id_0>";

/// Larger than any real config; what lies beyond is not read.
const MAX_CONFIG_BYTES: u64 = 64 << 20;

/// A role that a special token plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Stands for hidden tokens.
    Mask,
    /// Fills records up to a length.
    Pad,
    /// Begins a text.
    Bos,
    /// Ends a text.
    Eos,
}

impl Role {
    /// Every role, in the order of [`SpecialTokens`].
    pub const ALL: [Role; 4] = [Role::Mask, Role::Pad, Role::Bos, Role::Eos];

    /// As in `--mask-token` and `mask_token`.
    pub fn name(self) -> &'static str {
        match self {
            Role::Mask => "mask",
            Role::Pad => "pad",
            Role::Bos => "bos",
            Role::Eos => "eos",
        }
    }

    fn well_known(self) -> &'static [&'static str] {
        match self {
            Role::Mask => &["<mask>", "[MASK]", "<|mask|>", "<MASK>", "[mask]"],
            Role::Pad => &["<pad>", "[PAD]", "<|pad|>", "<PAD>", "<|padding|>", "<|finetune_right_pad_id|>"],
            Role::Bos => &["<s>", "[CLS]", "<bos>", "[BOS]", "<|begin_of_text|>", "<|startoftext|>", "<|endoftext|>"],
            Role::Eos => &["</s>", "[SEP]", "<eos>", "[EOS]", "<|end_of_text|>", "<|endoftext|>"],
        }
    }
}

/// What the user asked for with `--mask-token` and its like.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// By [`Role`], a token's text.
    pub tokens: [Option<String>; 4],
}

/// The special tokens of a tokenizer, as far as it has them.
#[derive(Clone, Debug)]
pub struct SpecialTokens {
    ids: [Option<u32>; 4],
    candidates: String,
    sentinels: Vec<u32>,
}

impl SpecialTokens {
    /// Settles every role, and tells the tokenizer which of its tokens are special. Errors for an override that is not a
    /// token and for a config file that cannot be read.
    pub fn settle(tokenizer: &mut Tokenizer, location: &Location, overrides: &Overrides) -> Result<Self> {
        let configs = configs(location.folder.as_deref())?;
        let named = configs.iter().flat_map(special_in_config).filter_map(|text| tokenizer.vocabulary().id(text));
        let mut numbered = sentinels(tokenizer.vocabulary());
        let named: Vec<u32> = named.chain(numbered.values().copied()).collect();
        tokenizer.mark_special(&named);
        // Without gaps: what comes after one would be counted wrong.
        let sentinels = (0..).map_while(|number| numbered.remove(&number)).collect();
        let vocabulary = tokenizer.vocabulary();
        let candidates = candidates(vocabulary);
        let mut ids = [None; 4];
        for (role, id) in Role::ALL.into_iter().zip(&mut ids) {
            *id = match &overrides.tokens[role as usize] {
                Some(text) => Some(by_text(vocabulary, role, text)?),
                None => configured(&configs, role, vocabulary).or_else(|| well_known(vocabulary, role)),
            };
        }
        let roles: Vec<u32> = ids.into_iter().flatten().collect();
        tokenizer.mark_special(&roles);
        Ok(SpecialTokens { ids, candidates, sentinels })
    }

    /// The id in a role, where there is one.
    pub fn get(&self, role: Role) -> Option<u32> {
        self.ids[role as usize]
    }

    /// The tokens that stand for hidden spans, in the order of their numbers.
    pub fn sentinels(&self) -> &[u32] {
        &self.sentinels
    }

    /// The id in a role that `needed_by` cannot do without.
    pub fn need(&self, role: Role, needed_by: &str) -> Result<u32> {
        match self.get(role) {
            Some(id) => Ok(id),
            None => {
                let (name, candidates) = (role.name(), &self.candidates);
                // T5 hides spans behind sentinels and has no mask token.
                let such_as = match !self.sentinels.is_empty() && role == Role::Mask {
                    true => format!(", such as --{name}-token '{SENTINEL}'"),
                    false => String::new(),
                };
                bail!(
                    "the tokenizer has no {name} token, which {needed_by} needs (name one with --{name}-token{such_as}; its special tokens: {candidates})"
                )
            }
        }
    }
}

fn by_text(vocabulary: &Vocabulary, role: Role, text: &str) -> Result<u32> {
    match vocabulary.id(text) {
        Some(id) => Ok(id),
        None => {
            let (name, candidates) = (role.name(), candidates(vocabulary));
            bail!("--{name}-token {text:?}: no such token (its special tokens: {candidates})")
        }
    }
}

/// The config files of a folder, as far as it has them.
fn configs(folder: Option<&Path>) -> Result<Vec<Value>> {
    let Some(folder) = folder else { return Ok(Vec::new()) };
    let files = ["tokenizer_config.json", "special_tokens_map.json"].map(|name| folder.join(name));
    // A pipe would be waited for.
    files.iter().filter(|path| path.is_file()).map(|path| config(path)).collect()
}

fn config(path: &Path) -> Result<Value> {
    let read = || -> Result<Value> {
        let mut bytes = Vec::new();
        File::open(path)?.take(MAX_CONFIG_BYTES).read_to_end(&mut bytes)?;
        let config: Value = serde_json::from_slice(&bytes)?;
        ensure!(config.is_object(), "not a JSON object");
        Ok(config)
    };
    read().map_err(|error| {
        anyhow!("{}: cannot be read: {error} (mend it, or name the tokenizer.json itself with -t)", path.display())
    })
}

/// `"<mask>"` or `{"content": "<mask>", …}`.
fn text_of(token: &Value) -> Option<&str> {
    token.as_str().or_else(|| token["content"].as_str())
}

fn configured(configs: &[Value], role: Role, vocabulary: &Vocabulary) -> Option<u32> {
    let key = format!("{}_token", role.name());
    configs.iter().find_map(|config| vocabulary.id(text_of(&config[key.as_str()])?))
}

/// The texts of all tokens that a config makes special: those in a role, those listed beside the roles, and those of its
/// `added_tokens_decoder` that are flagged.
fn special_in_config(config: &Value) -> Vec<&str> {
    let entries = || config.as_object().into_iter().flatten();
    let in_roles = entries().filter(|(key, _)| key.ends_with("_token")).filter_map(|(_, token)| text_of(token));
    let lists = ["additional_special_tokens", "extra_special_tokens"].map(|key| &config[key]);
    let listed = lists.into_iter().flat_map(|list| {
        let members = list.as_array().into_iter().flatten();
        members.chain(list.as_object().into_iter().flat_map(|named| named.values())).filter_map(text_of)
    });
    let added = config["added_tokens_decoder"].as_object().into_iter().flat_map(|added| added.values());
    let flagged = added.filter(|token| token["special"] == true).filter_map(text_of);
    in_roles.chain(listed).chain(flagged).collect()
}

/// `<extra_id_0>` and its like by number, flagged or not: T5, UL2 and FAT5 name them so, mT5 as pieces with a word marker.
fn sentinels(vocabulary: &Vocabulary) -> HashMap<u32, u32> {
    let number = |surface: &str| {
        let number = surface.trim_start_matches('▁').strip_prefix("<extra_id_")?.strip_suffix('>')?;
        let plain = number == "0" || number.starts_with(|digit: char| matches!(digit, '1'..='9'));
        number.parse::<u32>().ok().filter(|_| plain)
    };
    let named = (0..vocabulary.size() as u32).filter_map(|id| Some((number(vocabulary.surface(id)?)?, id)));
    named.collect()
}

fn well_known(vocabulary: &Vocabulary, role: Role) -> Option<u32> {
    let special = |name: &&str| vocabulary.special_tokens().find(|(_, surface)| surface == name).map(|(id, _)| id);
    role.well_known().iter().find_map(special)
}

/// Some of the special tokens, for errors.
pub(crate) fn candidates(vocabulary: &Vocabulary) -> String {
    let all: Vec<&str> = vocabulary.special_tokens().map(|(_, surface)| surface).collect();
    match all.as_slice() {
        [] => "none".to_string(),
        few if few.len() <= 8 => few.join(" "),
        many => format!("{} … {} in all", many[..8].join(" "), many.len()),
    }
}
