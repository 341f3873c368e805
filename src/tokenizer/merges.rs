//! Which pieces of a BPE vocabulary its merges make.

use serde_json::Value;

use super::byte_level;
use super::words::is_byte_level;

/// By id, whether a merge makes the piece.
pub struct Merges {
    made: Vec<bool>,
    orphans: Vec<String>,
    ignored: bool,
}

impl Merges {
    /// Of a BPE's file; `None` for another model.
    pub fn of(file: &Value) -> Option<Self> {
        let model = &file["model"];
        let (vocab, merges) = (model["vocab"].as_object()?, model["merges"].as_array()?);
        let prefix = model["continuing_subword_prefix"].as_str().unwrap_or("");
        let mut made = vec![false; vocab.len()];
        let mut piece = String::new();
        for (left, right) in merges.iter().filter_map(ends) {
            piece.clear();
            piece.push_str(left);
            piece.push_str(right.strip_prefix(prefix).unwrap_or(right));
            let id = vocab.get(&piece).and_then(Value::as_u64);
            if let Some(made) = id.and_then(|id| made.get_mut(id as usize)) {
                *made = true;
            }
        }
        let ignored = model["ignore_merges"] == true;
        let is_orphan = |(piece, id): &(&String, &Value)| {
            let made = id.as_u64().and_then(|id| made.get(id as usize)) == Some(&true);
            !made && byte_level::text(piece).is_some_and(|text| text.len() > 1 && text.chars().nth(1).is_none())
        };
        let orphans = match !ignored && is_byte_level(file) {
            true => vocab.iter().filter(is_orphan).map(|(piece, _)| piece.clone()).collect(),
            false => Vec::new(),
        };
        Some(Merges { made, orphans, ignored })
    }

    /// Whether texts can give this piece of the vocabulary. Those of one character and those past the last one counted may.
    pub fn reach(&self, id: u32, piece: &str) -> bool {
        self.ignored || self.made.get(id as usize) != Some(&false) || piece.chars().nth(1).is_none()
    }

    /// Pieces that spell one character by the bytes of it, and that no merge makes.
    pub fn orphans(&self) -> &[String] {
        &self.orphans
    }
}

/// The two halves of a merge, in its newer form a list and in its older one a text with a space.
pub fn ends(merge: &Value) -> Option<(&str, &str)> {
    match merge.as_str() {
        Some(text) => text.split_once(' '),
        None => Some((merge[0].as_str()?, merge[1].as_str()?)),
    }
}
