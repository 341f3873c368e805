//! What stands beside an output that is complete: from what it was made, and what it holds.
//!
//! Written last, so that it is there only where the output is, and in one piece: half of one is none, and its output is made
//! anew. A run that goes on looks at nothing else.

use std::fs;
use std::io;
use std::path::Path;

use anyhow::Result;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::content::Content;
use crate::digest::Digest;
use crate::stats::Stats;
use crate::writer::sink::Unwritable;

/// Settings that tell runs apart without shaping records.
const NAMES: &[&str] = &["tokenizer", "engine", "fingerprint"];

/// What an output was made from and what it holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Completion {
    /// Of muddle.
    pub version: String,
    /// Path of the input from the folder of outputs on; empty where that is not known.
    #[serde(default)]
    pub input: String,
    /// Bytes of the input as it lies on disk.
    pub input_bytes: u64,
    /// XXH3 of these bytes, 128 bits in hexadecimal.
    pub input_hash: String,
    /// Bytes of the output as it lies on disk.
    pub output_bytes: u64,
    /// XXH3 of these bytes.
    pub output_hash: String,
    /// Documents read: as many as used, skipped and empty together.
    pub documents: u64,
    /// Documents that gave windows.
    pub used: u64,
    /// Documents skipped because of an error in them.
    pub skipped: u64,
    /// Documents with nothing in them.
    pub empty: u64,
    /// Records written.
    pub records: u64,
    /// Ids of all inputs of records.
    pub tokens: u64,
    /// Equal where the same input gives the same records.
    pub fingerprint: String,
    /// All settings, and what tells the tokenizer apart. The last, see [`Completion::write`].
    pub settings: Value,
}

/// What the completion records of a job have in common, made once.
pub struct Common {
    fingerprint: String,
    /// As they stand in each.
    settings: String,
}

impl Common {
    /// Of settings as [`crate::Muddle::describe`] gives them.
    pub fn of(settings: &Value) -> Common {
        let fingerprint = settings.get("fingerprint").and_then(Value::as_str).unwrap_or_default().to_owned();
        // Pretty, like the record around them.
        Common { fingerprint, settings: format!("{settings:#}").replace('\n', "\n  ") }
    }
}

/// What a completion record says.
pub enum Found {
    /// There is none.
    Nothing,
    /// It cannot be read, for this reason.
    Damaged(String),
    /// The output was complete.
    Complete(Box<Completion>),
}

impl Completion {
    /// Of an output, but for the settings.
    pub fn new((input, content): (&str, &Content), output: &Digest, stats: &Stats, common: &Common) -> Completion {
        Completion {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            input: input.to_owned(),
            input_bytes: content.bytes,
            input_hash: content.hash.clone(),
            output_bytes: output.bytes,
            output_hash: output.hash(),
            documents: stats.documents,
            used: stats.used,
            skipped: stats.skipped,
            empty: stats.empty,
            records: stats.records,
            tokens: stats.input_ids,
            fingerprint: common.fingerprint.clone(),
            settings: Value::Null,
        }
    }

    /// Reads a completion record.
    pub fn read(path: &Path) -> Found {
        let text = match fs::read(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Found::Nothing,
            Err(error) => return Found::Damaged(error.to_string()),
            Ok(text) => text,
        };
        match serde_json::from_slice::<Completion>(&text) {
            // It was about to be written.
            Err(_) if text.is_empty() => Found::Nothing,
            Err(_) => Found::Damaged("not a completion record".to_owned()),
            Ok(done) if !done.adds_up() => Found::Damaged("its documents do not add up".to_owned()),
            Ok(done) => Found::Complete(Box::new(done)),
        }
    }

    /// Writes it with the settings in common. Neither it nor its name has to be on disk at once: where it is forgotten, or
    /// half of it, the output is made anew.
    pub fn write(&self, path: &Path, common: &Common) -> Result<()> {
        let own = serde_json::to_string_pretty(self)?;
        let own = own.strip_suffix("null\n}").unwrap_or(&own);
        fs::write(path, [own, &common.settings, "\n}\n"].concat()).map_err(|error| {
            let _ = fs::remove_file(path);
            Unwritable::because(path, error)
        })
    }

    fn adds_up(&self) -> bool {
        self.documents == self.used + self.skipped + self.empty
    }

    /// Whether the input is this one.
    pub fn is_of(&self, input: &Content) -> bool {
        (self.input_bytes, &self.input_hash) == (input.bytes, &input.hash)
    }

    /// Whether the output is there as it was written: by its size, or where `all` is read, by its bytes.
    pub fn has(&self, output: &Path, all: bool) -> bool {
        let is_whole = fs::metadata(output).is_ok_and(|found| found.len() == self.output_bytes);
        is_whole && (!all || Digest::of(output).is_ok_and(|found| found.hash() == self.output_hash))
    }

    /// The first of the settings that would be another now, in words; `None` where the same records would be written.
    pub fn difference(&self, settings: &Value) -> Option<String> {
        let version = env!("CARGO_PKG_VERSION");
        if self.version != version {
            return Some(format!("muddle was {}, is {version}", self.version));
        }
        if settings.get("fingerprint").and_then(Value::as_str) == Some(&self.fingerprint) {
            return None;
        }
        let names = [settings, &self.settings].into_iter().filter_map(Value::as_object).flat_map(Map::keys);
        let names = names.filter(|name| !NAMES.contains(&name.as_str()));
        let pair = |name: &str| [&self.settings, settings].map(|settings| settings.get(name));
        let changed = names.filter(|name| pair(name)[0] != pair(name)[1] && !self.is_alike(name, pair(name)));
        let mut changed = changed.peekable();
        changed.peek()?;
        Some(match changed.find_map(|name| Some((name, option(name)?))) {
            Some((name, option)) => {
                let [before, now] = pair(name).map(words);
                format!("{option} was {before}, is {now}")
            }
            None => "the tokenizer is another".to_owned(),
        })
    }

    /// Whether a changed setting leaves the records of this output as they are, because no document had a fault. Errors name
    /// these settings as remedies, so a run that follows one has to be able to resume.
    fn is_alike(&self, name: &str, [before, now]: [Option<&Value>; 2]) -> bool {
        let was_lossy = self.settings.get("lossy") != Some(&Value::Bool(false));
        match name {
            "on_error" => self.skipped == 0,
            "lossy" => self.skipped == 0 && !was_lossy,
            "max_document_bytes" => self.skipped == 0 && before.and_then(Value::as_u64) < now.and_then(Value::as_u64),
            _ => false,
        }
    }
}

/// How a setting is written on the command line; `None` of what follows from the tokenizer.
fn option(name: &str) -> Option<String> {
    match name {
        "tokenizer_hash" | "vocabulary" | "special_tokens_hash" | "template" | "mask" | "pad_id" | "separator" => None,
        "recipe" => Some("--noise".to_owned()),
        name => Some(format!("--{}", name.replace('_', "-"))),
    }
}

fn words(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => "not given".to_owned(),
        Some(Value::Bool(given)) => if *given { "given" } else { "not given" }.to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(values)) => values.iter().map(|value| words(Some(value))).collect::<Vec<_>>().join(" "),
        Some(other) => other.to_string(),
    }
}

/// Removes one where it is there.
pub fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Unwritable::because(path, error)),
        _ => Ok(()),
    }
}
