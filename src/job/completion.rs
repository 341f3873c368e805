//! What stands beside an output that is complete: from what it was made, and what it holds.
//!
//! Written last, so that it is there only where the output is. A run that goes on looks at nothing else.

use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use anyhow::{Result, ensure};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use xxhash_rust::xxh3::Xxh3Default;

use crate::reader::{Input, unreadable};
use crate::stats::Stats;
use crate::writer::sink::{Sink, Unwritable};

const BLOCK_BYTES: usize = 256 << 10;

/// Settings that tell runs apart without shaping records.
const NAMES: &[&str] = &["tokenizer", "engine", "fingerprint"];

/// What an output was made from and what it holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Completion {
    /// Of muddle.
    pub version: String,
    /// Bytes of the input as it lies on disk.
    pub input_bytes: u64,
    /// XXH3 of these bytes, 128 bits in hexadecimal.
    pub input_hash: String,
    /// Bytes of the output as it lies on disk.
    pub output_bytes: u64,
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
    /// All settings, and what tells the tokenizer apart.
    pub settings: Value,
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
    /// Of an output of so many bytes; `settings` as [`crate::Muddle::describe`] gives them.
    pub fn new(input: &Content, output_bytes: u64, stats: &Stats, settings: &Value) -> Completion {
        Completion {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            input_bytes: input.bytes,
            input_hash: input.hash.clone(),
            output_bytes,
            documents: stats.documents,
            used: stats.used,
            skipped: stats.skipped,
            empty: stats.empty,
            records: stats.records,
            tokens: stats.input_ids,
            fingerprint: settings.get("fingerprint").and_then(Value::as_str).unwrap_or_default().to_owned(),
            settings: settings.clone(),
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
            Err(error) => Found::Damaged(error.to_string()),
            Ok(done) if !done.adds_up() => Found::Damaged("its documents do not add up".to_owned()),
            Ok(done) => Found::Complete(Box::new(done)),
        }
    }

    /// Writes it, complete under its name or not there.
    pub fn write(&self, path: &Path) -> Result<()> {
        let mut text = serde_json::to_vec_pretty(self)?;
        text.push(b'\n');
        let mut sink = Sink::file(path)?;
        sink.write(&text)?;
        // Where it is forgotten, the output is made anew.
        sink.complete()?.publish_lazily()
    }

    fn adds_up(&self) -> bool {
        self.documents == self.used + self.skipped + self.empty
    }

    /// Whether this is the output of that input.
    pub fn covers(&self, input: &Content, output: &Path) -> bool {
        let is_whole = || fs::metadata(output).is_ok_and(|metadata| metadata.len() == self.output_bytes);
        (self.input_bytes, &self.input_hash) == (input.bytes, &input.hash) && is_whole()
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
        let changed = names.filter(|name| settings.get(name) != self.settings.get(name));
        let mut options = changed.filter_map(|name| Some((name, option(name)?)));
        Some(match options.next() {
            Some((name, option)) => {
                let [before, now] = [&self.settings, settings].map(|settings| words(settings.get(name)));
                format!("{option} was {before}, is {now}")
            }
            None => "the tokenizer is another".to_owned(),
        })
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

/// An input's bytes as they were when work on it began.
#[derive(Debug, PartialEq)]
pub struct Content {
    /// How many.
    pub bytes: u64,
    hash: String,
    /// Size, time of the last change, and which file: another one means other bytes.
    stamp: (u64, i64, i64, u64, u64),
}

impl Content {
    /// Reads a file once through.
    pub fn of(input: &Input) -> Result<Content> {
        let failed = |error: io::Error| unreadable(input, &error);
        let stamp = stamp(input)?;
        let mut file = File::open(input.path()).map_err(failed)?;
        let (mut hash, mut bytes, mut block) = (Xxh3Default::new(), 0, vec![0; BLOCK_BYTES.min(stamp.0 as usize + 1)]);
        loop {
            match file.read(&mut block) {
                Ok(0) => break,
                Ok(count) => {
                    hash.update(&block[..count]);
                    bytes += count as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(failed(error).into()),
            }
        }
        Ok(Content { bytes, hash: format!("{:032x}", hash.digest128()), stamp })
    }

    /// An error if the file has changed since it was looked at.
    pub fn check(&self, input: &Input) -> Result<()> {
        let now = stamp(input)?;
        ensure!(
            self.stamp == now && self.bytes == now.0,
            "{}: changed while it was read (run again when nobody writes it)",
            input.shown()
        );
        Ok(())
    }
}

fn stamp(input: &Input) -> Result<(u64, i64, i64, u64, u64)> {
    let metadata = fs::metadata(input.path()).map_err(|error| unreadable(input, &error))?;
    ensure!(metadata.is_file(), "{}: is not a regular file, so nothing tells what was read (use -o)", input.shown());
    Ok((metadata.len(), metadata.mtime(), metadata.mtime_nsec(), metadata.dev(), metadata.ino()))
}
