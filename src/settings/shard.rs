//! A part of a run's work, as `--shard` names it.

use std::str::FromStr;

use serde::{Serialize, Serializer};

use crate::reader::Share;

/// A part of the inputs, or of the documents: `I/N` or `I/N:documents`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// Which part.
    pub share: Share,
    /// Whether documents are counted, not inputs.
    pub of_documents: bool,
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Shard, String> {
        let (numbers, of_documents) = match text.strip_suffix(":documents") {
            Some(numbers) => (numbers, true),
            None => (text, false),
        };
        let parts = numbers.split_once('/').and_then(|(index, count)| Some((index.parse().ok()?, count.parse().ok()?)));
        match parts {
            Some((index, count)) if index < count => Ok(Shard { share: Share { index, count }, of_documents }),
            Some((_, count)) if count > 0 => Err(format!("takes parts 0/{count} to {}/{count}", count - 1)),
            _ => Err("takes I/N or I/N:documents, such as 0/8".to_string()),
        }
    }
}

impl Serialize for Shard {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Shard { share: Share { index, count }, of_documents } = self;
        let unit = if *of_documents { ":documents" } else { "" };
        serializer.serialize_str(&format!("{index}/{count}{unit}"))
    }
}
