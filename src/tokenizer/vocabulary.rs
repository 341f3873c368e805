//! What is known of each id: its surface, whether it is special, whether a word begins there.
//!
//! Read from the tokenizer file's JSON as it stands, so that both engines share it.

use serde_json::Value;

/// The vocabulary by id: model tokens and added tokens.
pub struct Vocabulary {
    surfaces: Vec<Option<Box<str>>>,
    special: Vec<bool>,
    added: Vec<bool>,
    begins_word: Vec<bool>,
    unknown: Option<u32>,
    replacements: Vec<u32>,
}

impl Vocabulary {
    /// From a parsed tokenizer file. Errors name what is missing or out of range.
    pub fn of(file: &Value) -> anyhow::Result<Self> {
        let model = &file["model"];
        let mut tokens: Vec<(usize, &str)> = Vec::new();
        match &model["vocab"] {
            Value::Object(map) => {
                for (surface, id) in map {
                    tokens.push((id_of(id, surface)?, surface));
                }
            }
            Value::Array(pieces) => {
                tokens.extend(pieces.iter().enumerate().map(|(id, piece)| (id, piece[0].as_str().unwrap_or(""))));
            }
            _ => anyhow::bail!("no vocabulary at model.vocab"),
        }
        let mut added = Vec::new();
        for token in file["added_tokens"].as_array().into_iter().flatten() {
            let surface = token["content"].as_str().unwrap_or("");
            added.push((id_of(&token["id"], surface)?, surface, token["special"].as_bool() == Some(true)));
        }
        let size = tokens.iter().map(|t| t.0).chain(added.iter().map(|t| t.0)).max().map_or(0, |max| max + 1);
        let count = tokens.len() + added.len();
        // A few ids may be missing; a file that leaves out nearly all would only eat memory.
        anyhow::ensure!(size <= 4 * count + 100_000, "ids up to {} for {count} tokens", size - 1);

        let mut vocabulary = Vocabulary {
            surfaces: vec![None; size],
            special: vec![false; size],
            added: vec![false; size],
            begins_word: Vec::new(),
            unknown: None,
            replacements: Vec::new(),
        };
        for (id, surface) in tokens {
            vocabulary.surfaces[id] = Some(surface.into());
        }
        for (id, surface, special) in added {
            vocabulary.surfaces[id] = Some(surface.into());
            vocabulary.added[id] = true;
            vocabulary.special[id] = special;
        }
        vocabulary.unknown = vocabulary.find_unknown(model);
        vocabulary.begins_word = vocabulary.mark_words(model);
        vocabulary.replacements = (0..size as u32)
            .filter(|&id| {
                let at = id as usize;
                vocabulary.surfaces[at].is_some()
                    && !(vocabulary.special[at] || vocabulary.added[at])
                    && vocabulary.unknown != Some(id)
            })
            .collect();
        Ok(vocabulary)
    }

    fn find_unknown(&self, model: &Value) -> Option<u32> {
        model["unk_id"].as_u64().map(|id| id as u32).or_else(|| self.id(model["unk_token"].as_str()?))
    }

    /// A word begins at `Ġ` or another white space byte, at `▁`, or, where pieces go on with a prefix, at one without it.
    fn mark_words(&self, model: &Value) -> Vec<bool> {
        let is_word_piece =
            self.surfaces.iter().flatten().any(|s| s.len() > 2 && s.starts_with("##")) && model["merges"].is_null();
        let prefix = model["continuing_subword_prefix"].as_str().filter(|p| !p.is_empty());
        let prefix = prefix.or(if is_word_piece { Some("##") } else { None });
        let begins = |surface: &str| match prefix {
            Some(prefix) => !surface.starts_with(prefix),
            // In byte-level vocabularies: space, tab, line feed, vertical tab, form feed, carriage return.
            None => surface.starts_with(['▁', 'Ġ', 'ĉ', 'Ċ', 'ċ', 'Č', 'č', ' ', '\n', '\t', '\r']),
        };
        self.surfaces.iter().map(|s| s.as_deref().is_some_and(begins)).collect()
    }

    /// One more than the largest id.
    pub fn size(&self) -> usize {
        self.surfaces.len()
    }

    /// The id of a token by its surface.
    pub fn id(&self, surface: &str) -> Option<u32> {
        // An added token hides a model token of the same surface.
        let places = || (0..self.size()).filter(|&at| self.surfaces[at].as_deref() == Some(surface));
        places().find(|&at| self.added[at]).or_else(|| places().next()).map(|at| at as u32)
    }

    /// A token's surface, as the file spells it.
    pub fn surface(&self, id: u32) -> Option<&str> {
        self.surfaces.get(id as usize)?.as_deref()
    }

    /// Every surface of the vocabulary.
    pub fn surfaces(&self) -> impl Iterator<Item = &str> {
        self.surfaces.iter().flatten().map(|s| &**s)
    }

    /// Flagged special in the file.
    pub fn is_special(&self, id: u32) -> bool {
        self.special.get(id as usize) == Some(&true)
    }

    /// The token for what the vocabulary lacks.
    pub fn unknown(&self) -> Option<u32> {
        self.unknown
    }

    /// Ids and surfaces of the tokens flagged special.
    pub fn special_tokens(&self) -> impl Iterator<Item = (u32, &str)> {
        (0..self.size() as u32).filter(|&id| self.is_special(id)).filter_map(|id| Some((id, self.surface(id)?)))
    }

    /// Whether a word begins at this token.
    pub fn begins_word(&self, id: u32) -> bool {
        self.begins_word.get(id as usize) == Some(&true)
    }

    /// What a random token is drawn from: the vocabulary less special and added tokens.
    pub fn replacements(&self) -> &[u32] {
        &self.replacements
    }
}

fn id_of(id: &Value, surface: &str) -> anyhow::Result<usize> {
    // Ids go out as signed 32-bit labels.
    id.as_u64()
        .filter(|&id| id <= i32::MAX as u64)
        .map(|id| id as usize)
        .ok_or_else(|| anyhow::anyhow!("token {surface:?} has the id {id}, which is no whole number below 2147483648"))
}
