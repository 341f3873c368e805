//! What is known of each id: its surface, whether it is special, whether a word begins there.
//!
//! Read from the tokenizer file's JSON as it stands, so that both engines share it. Only the ids of added tokens are not
//! what the file says but what the engines make of it.

use std::collections::HashMap;

use serde_json::Value;

use super::limits::flatten;
use super::words::{WordTable, is_byte_level};

/// The vocabulary by id: model tokens and added tokens.
pub struct Vocabulary {
    surfaces: Vec<Option<Box<str>>>,
    flags: Vec<Flags>,
    words: WordTable,
    /// How many bytes of text each id stands for, where surfaces spell bytes; 0 where that is not known.
    bytes: Vec<u16>,
    normalizes: Normalizes,
    unknown: Option<u32>,
    replacements: Vec<u32>,
    is_disordered: bool,
}

/// What is known of an id beside its surface.
#[derive(Clone, Copy, Default)]
struct Flags {
    special: bool,
    added: bool,
    /// Added and not flagged special: the engines look for it in texts.
    sought: bool,
    of_model: bool,
}

/// Which texts a file's normalizers change.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Normalizes {
    Nothing,
    /// Unicode's normal forms leave ASCII as it is.
    BeyondAscii,
    Anything,
}

/// An added token of the file.
struct Added<'f> {
    surface: &'f str,
    /// What the file says, and what the engines give it.
    said: usize,
    id: usize,
    special: bool,
}

impl Vocabulary {
    /// From a parsed tokenizer file. Errors name what is missing or out of range.
    pub fn of(file: &Value) -> anyhow::Result<Self> {
        let model = &file["model"];
        let tokens = model_tokens(model)?;
        let added = added_tokens(file, &tokens)?;
        let is_disordered =
            added.iter().any(|token| token.said != token.id) && !added.is_sorted_by_key(|token| token.said);
        let size = tokens.iter().map(|t| t.0).chain(added.iter().map(|t| t.id)).max().map_or(0, |max| max + 1);
        let count = tokens.len() + added.len();
        // A few ids may be missing; a file that leaves out nearly all would only eat memory.
        anyhow::ensure!(size <= 4 * count + 100_000, "ids up to {} for {count} tokens", size - 1);
        let (mut surfaces, mut flags) = (vec![None; size], vec![Flags::default(); size]);
        for (id, surface) in tokens {
            surfaces[id] = Some(surface.into());
            flags[id].of_model = true;
        }
        for Added { id, surface, special, .. } in added {
            surfaces[id] = Some(surface.into());
            flags[id] = Flags { special, added: true, sought: !special, ..flags[id] };
        }
        let words = WordTable::new(file, &[], None);
        let (bytes, replacements, normalizes) = (Vec::new(), Vec::new(), Normalizes::of(file));
        let mut vocabulary =
            Vocabulary { surfaces, flags, words, bytes, normalizes, unknown: None, replacements, is_disordered };
        vocabulary.unknown = vocabulary.find_unknown(model);
        vocabulary.words = WordTable::new(file, &vocabulary.surfaces, vocabulary.unknown);
        if is_byte_level(file) {
            vocabulary.bytes = (0..size as u32).map(|id| vocabulary.count_bytes(id)).collect();
        }
        vocabulary.mark_special(&[]);
        Ok(vocabulary)
    }

    /// Whether the fast engine, which goes by the ids in the file, numbers added tokens otherwise than the released one, which
    /// goes by their order.
    pub fn is_disordered(&self) -> bool {
        self.is_disordered
    }

    /// Holds the marks of words against the ids of a text of so many words.
    pub fn check_words(&mut self, ids: &[u32], words: usize) {
        self.words.check(ids, words);
    }

    /// Makes more ids special, whatever the file's flags say of them.
    pub fn mark_special(&mut self, ids: &[u32]) {
        for &id in ids {
            if let Some(flags) = self.flags.get_mut(id as usize) {
                flags.special = true;
            }
        }
        let is_drawn = |&id: &u32| {
            let at = id as usize;
            self.surfaces[at].is_some() && !(self.flags[at].special || self.flags[at].added) && self.unknown != Some(id)
        };
        self.replacements = (0..self.size() as u32).filter(is_drawn).collect();
    }

    fn find_unknown(&self, model: &Value) -> Option<u32> {
        model["unk_id"].as_u64().map(|id| id as u32).or_else(|| self.id(model["unk_token"].as_str()?))
    }

    /// One more than the largest id.
    pub fn size(&self) -> usize {
        self.surfaces.len()
    }

    /// The id of a token by its surface.
    pub fn id(&self, surface: &str) -> Option<u32> {
        // An added token hides a model token of the same surface.
        let places = || (0..self.size()).filter(|&at| self.surfaces[at].as_deref() == Some(surface));
        places().find(|&at| self.flags[at].added).or_else(|| places().next()).map(|at| at as u32)
    }

    /// A token's surface, as the file spells it.
    pub fn surface(&self, id: u32) -> Option<&str> {
        self.surfaces.get(id as usize)?.as_deref()
    }

    /// How many bytes of text an id stands for, where surfaces spell bytes.
    pub fn bytes(&self, id: u32) -> Option<usize> {
        self.bytes.get(id as usize).map(|&bytes| usize::from(bytes)).filter(|&bytes| bytes > 0)
    }

    /// The same of some ids together.
    pub fn bytes_of(&self, ids: &[u32]) -> Option<usize> {
        ids.iter().map(|&id| self.bytes(id)).sum()
    }

    /// Appends at which byte of a text each of its ids ends, all being known; false where one is not.
    pub fn push_ends(&self, ids: &[u32], ends: &mut Vec<usize>) -> bool {
        let (mut end, mut all_known) = (0, true);
        ends.extend(ids.iter().map(|&id| {
            let bytes = self.bytes.get(id as usize).copied().unwrap_or(0);
            all_known &= bytes > 0;
            end += usize::from(bytes);
            end
        }));
        all_known
    }

    /// Whether the file's normalizers leave a text as it is.
    pub fn keeps_bytes(&self, text: &str) -> bool {
        match self.normalizes {
            Normalizes::Nothing => true,
            Normalizes::BeyondAscii => text.is_ascii(),
            Normalizes::Anything => false,
        }
    }

    fn count_bytes(&self, id: u32) -> u16 {
        let Some(surface) = self.surface(id).filter(|_| self.unknown != Some(id)) else { return 0 };
        let spelled = surface.chars().count();
        let Flags { added, of_model, .. } = self.flags(id);
        let bytes = match added {
            // Text may give it as either.
            true if of_model && spelled != surface.len() => 0,
            true => surface.len(),
            false => spelled,
        };
        bytes.try_into().unwrap_or(0)
    }

    /// Every surface of the vocabulary.
    pub fn surfaces(&self) -> impl Iterator<Item = &str> {
        self.surfaces.iter().flatten().map(|s| &**s)
    }

    fn flags(&self, id: u32) -> Flags {
        self.flags.get(id as usize).copied().unwrap_or_default()
    }

    /// Special by its flag in the file or by its role.
    pub fn is_special(&self, id: u32) -> bool {
        self.flags(id).special
    }

    /// Whether noise may touch it: it is not special, and not the one that separates texts. What stands for unknown text is
    /// text, but some tokenizers have one token for that and for the end of a text.
    pub fn is_text(&self, id: u32, separator: Option<u32>) -> bool {
        separator != Some(id) && (!self.is_special(id) || self.unknown == Some(id))
    }

    /// Among the file's added tokens, and perhaps the model's, too.
    pub fn is_added(&self, id: u32) -> bool {
        self.flags(id).added
    }

    /// Whether the engines look for it in texts, as added tokens that are not flagged special are.
    pub fn is_sought(&self, id: u32) -> bool {
        self.flags(id).sought
    }

    /// Whether it is in the model's vocabulary.
    pub fn is_of_model(&self, id: u32) -> bool {
        self.flags(id).of_model
    }

    /// The token for what the vocabulary lacks.
    pub fn unknown(&self) -> Option<u32> {
        self.unknown
    }

    /// Ids and surfaces of the special tokens.
    pub fn special_tokens(&self) -> impl Iterator<Item = (u32, &str)> {
        (0..self.size() as u32).filter(|&id| self.is_special(id)).filter_map(|id| Some((id, self.surface(id)?)))
    }

    /// Whether a word begins at a place among ids.
    pub fn begins_word_at(&self, ids: &[u32], at: usize) -> bool {
        self.words.begins_at(ids, at)
    }

    /// The same for each place in turn.
    pub fn word_beginnings(&self, ids: &[u32]) -> impl ExactSizeIterator<Item = bool> {
        self.words.beginnings(ids)
    }

    /// What a random token is drawn from: the vocabulary less special and added tokens.
    pub fn replacements(&self) -> &[u32] {
        &self.replacements
    }
}

impl Normalizes {
    fn of(file: &Value) -> Self {
        let mut normalizers = Vec::new();
        flatten(&file["normalizer"], &mut normalizers);
        // One of no parts.
        normalizers.retain(|part| part["type"] != "Sequence");
        let is_form = |part: &&Value| matches!(part["type"].as_str(), Some("NFC" | "NFD" | "NFKC" | "NFKD"));
        match normalizers.as_slice() {
            [] => Normalizes::Nothing,
            parts if parts.iter().all(is_form) => Normalizes::BeyondAscii,
            _ => Normalizes::Anything,
        }
    }
}

fn model_tokens(model: &Value) -> anyhow::Result<Vec<(usize, &str)>> {
    match &model["vocab"] {
        Value::Object(map) => map.iter().map(|(surface, id)| Ok((id_of(id, surface)?, surface.as_str()))).collect(),
        Value::Array(pieces) => Ok(pieces.iter().map(|piece| piece[0].as_str().unwrap_or("")).enumerate().collect()),
        _ => anyhow::bail!("no vocabulary at model.vocab"),
    }
}

/// Both engines give a token that the model has its id there, and others the next ids after as many as the model has
/// tokens, in the order of the file.
fn added_tokens<'f>(file: &'f Value, tokens: &[(usize, &str)]) -> anyhow::Result<Vec<Added<'f>>> {
    let all = || file["added_tokens"].as_array().into_iter().flatten();
    let surface = |token: &'f Value| token["content"].as_str().unwrap_or("");
    let mut known: HashMap<&str, Option<usize>> = all().map(|token| (surface(token), None)).collect();
    for (id, surface) in tokens {
        if let Some(place) = known.get_mut(surface) {
            *place = Some(*id);
        }
    }
    let mut next = tokens.len();
    let mut added = Vec::new();
    for token in all().filter(|token| !surface(token).is_empty()) {
        let (surface, special) = (surface(token), token["special"] == true);
        let said = id_of(&token["id"], surface)?;
        let place = known.entry(surface).or_default();
        let id = place.unwrap_or(next);
        next += usize::from(place.is_none());
        *place = Some(id);
        added.push(Added { surface, said, id, special });
    }
    Ok(added)
}

fn id_of(id: &Value, surface: &str) -> anyhow::Result<usize> {
    // Ids go out as signed 32-bit labels.
    id.as_u64()
        .filter(|&id| id <= i32::MAX as u64)
        .map(|id| id as usize)
        .ok_or_else(|| anyhow::anyhow!("token {surface:?} has the id {id}, which is no whole number below 2147483648"))
}
