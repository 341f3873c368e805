//! The `key=value` pairs of a noise: read one by one, checked, and written out again in full.

use std::fmt::Display;
use std::ops::RangeInclusive;

use anyhow::{Result, anyhow, bail, ensure};

use super::{Key, Unit};
use crate::suggest::nearest;

/// The key that every noise has beside its own.
pub const PREFIX: &str = "prefix";

/// The pairs that were typed, and those taken so far.
pub struct Keys<'t> {
    known: &'static [Key],
    pairs: Vec<(&'t str, &'t str)>,
    /// Every key with its value as `key=value`, in the order in which the noise took them.
    taken: Vec<String>,
}

impl<'t> Keys<'t> {
    /// Of `key=value,…` for a noise that knows these keys.
    pub fn new(text: &'t str, known: &'static [Key]) -> Result<Self> {
        let mut pairs: Vec<(&str, &str)> = Vec::new();
        for pair in text.split(',').filter(|_| !text.is_empty()) {
            let (key, value) = pair.split_once('=').ok_or_else(|| missing_key(pair, known))?;
            ensure!(pairs.iter().all(|(other, _)| *other != key), "{key} is given twice (keep one)");
            pairs.push((key, value));
        }
        Ok(Keys { known, pairs, taken: Vec::new() })
    }

    /// Takes the prefix, which every noise may have.
    pub fn prefix(&mut self) -> Result<Option<String>> {
        let Some(at) = self.pairs.iter().position(|(key, _)| *key == PREFIX) else { return Ok(None) };
        let (_, prefix) = self.pairs.remove(at);
        ensure!(!prefix.is_empty(), "{PREFIX} is empty (leave it out)");
        Ok(Some(prefix.to_string()))
    }

    /// Takes a key's value, the default where it was not typed: that of the first key of this name that goes with what was
    /// taken so far.
    fn take(&mut self, name: &'static str) -> &'t str {
        let goes =
            |key: &&Key| key.name == name && key.goes_with.is_none_or(|pair| self.taken.iter().any(|t| t == pair));
        let default = self.known.iter().find(goes).map_or("", |key| key.default);
        match self.pairs.iter().position(|(key, _)| *key == name) {
            Some(at) => self.pairs.remove(at).1,
            None => default,
        }
    }

    fn write(&mut self, name: &str, value: impl Display) {
        self.taken.push(format!("{name}={value}"));
    }

    /// A share of the whole, 0 to 1.
    pub fn share(&mut self, name: &'static str) -> Result<f64> {
        let share = share(name, self.take(name))?;
        self.write(name, share);
        Ok(share)
    }

    /// A share of the whole, or the word that stands for none.
    pub fn share_or(&mut self, name: &'static str, word: &str) -> Result<Option<f64>> {
        let value = self.take(name);
        if value == word {
            self.write(name, word);
            return Ok(None);
        }
        let share = share(name, value).map_err(|error| anyhow!("{error} or {word}"))?;
        self.write(name, share);
        Ok(Some(share))
    }

    /// A share of the whole that is above 0.
    pub fn positive_share(&mut self, name: &'static str) -> Result<f64> {
        let share = self.share(name)?;
        ensure!(share > 0.0, "{name} 0 never happens (above 0, up to 1)");
        Ok(share)
    }

    /// A whole number.
    pub fn whole(&mut self, name: &'static str, range: RangeInclusive<usize>) -> Result<usize> {
        let value = self.take(name);
        let number = value.parse().ok().filter(|number| range.contains(number));
        let (least, most) = (range.start(), range.end());
        let number = number.ok_or_else(|| anyhow!("{name} {value:?}: takes a whole number from {least} to {most}"))?;
        self.write(name, number);
        Ok(number)
    }

    /// Any text.
    pub fn text(&mut self, name: &'static str) -> Result<String> {
        let value = self.take(name);
        ensure!(!value.is_empty(), "{name}: its value is missing (leave out {name}, or say {name}=…)");
        self.write(name, value);
        Ok(value.to_string())
    }

    /// A mean span length, 0.1 to 256.
    pub fn span_length(&mut self, name: &'static str) -> Result<f64> {
        let value = self.take(name);
        let mean: f64 = value.parse().map_err(|_| anyhow!("{name} {value:?} is not a number (0.1 to 256)"))?;
        ensure!((0.1..=256.0).contains(&mean), "{name} {value} is outside 0.1..256 (a span's mean length)");
        self.write(name, mean);
        Ok(mean)
    }

    /// A mean span length of at least one token.
    pub fn whole_span_length(&mut self, name: &'static str) -> Result<f64> {
        let value = self.take(name);
        let mean: f64 = value.parse().map_err(|_| anyhow!("{name} {value:?} is not a number (1 to 65536)"))?;
        ensure!((1.0..=65536.0).contains(&mean), "{name} {value} is outside 1..65536 (a span's mean length)");
        self.write(name, mean);
        Ok(mean)
    }

    /// One of the words that the key takes.
    pub fn word<T: Copy + Display>(&mut self, name: &'static str, words: &[T]) -> Result<T> {
        let value = self.take(name);
        let names: Vec<String> = words.iter().map(T::to_string).collect();
        let Some(at) = names.iter().position(|name| name == value) else {
            bail!("{name} {value:?} is not known ({})", nearest(value, names.iter().map(String::as_str)));
        };
        self.write(name, words[at]);
        Ok(words[at])
    }

    /// `unit=token|word`.
    pub fn unit(&mut self) -> Result<Unit> {
        self.word("unit", &[Unit::Token, Unit::Word])
    }

    /// `unit=token|word|sentence`.
    pub fn unit_or_sentence(&mut self) -> Result<Unit> {
        self.word("unit", &[Unit::Token, Unit::Word, Unit::Sentence])
    }

    /// All keys with their values, once the noise has taken its own; an error where one is left over.
    pub fn finish(self, noise: &str) -> Result<String> {
        match self.pairs.first() {
            None => Ok(self.taken.join(",")),
            Some((key, _)) if self.known.is_empty() => bail!("{noise} takes no keys (leave out {key})"),
            Some((key, _)) => {
                let others = self.known.iter().filter(|known| known.name == *key).filter_map(|known| known.goes_with);
                let others: Vec<&str> = others.collect();
                ensure!(
                    others.is_empty(),
                    "{noise}: {key} goes with {} (add it, or leave out {key})",
                    others.join(" or ")
                );
                bail!("{noise} has no key {key:?} ({})", nearest(key, self.known.iter().map(|key| key.name)))
            }
        }
    }
}

fn missing_key(pair: &str, known: &[Key]) -> anyhow::Error {
    match known.first() {
        Some(first) => anyhow!("{pair:?} is not key=value (such as {}={})", first.name, first.default),
        None => anyhow!("{pair:?}: this noise takes no keys (leave it out)"),
    }
}

/// A number in 0..=1, told by `what` in errors.
pub fn share(what: &str, value: &str) -> Result<f64> {
    let number: f64 = value.parse().map_err(|_| anyhow!("{what} {value:?} is not a number (0 to 1)"))?;
    ensure!((0.0..=1.0).contains(&number), "{what} {value} is outside 0..1 (a share of the whole)");
    // So that -0 is written and hashed like 0.
    Ok(number + 0.0)
}
