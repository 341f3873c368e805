//! The fields that a record has, for whoever asked for one that it has not.

use std::fmt;

use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, Visitor};

/// No more are named.
const MAX_KEYS: usize = 12;

/// Names of the fields on the way along `path` and beside it, the outer ones first, as `--text-field` takes them.
pub fn along(line: &str, path: &[String]) -> Vec<String> {
    let mut names = Vec::new();
    for depth in 0..path.len() {
        let mut keys = Vec::new();
        // What is not an object on the way has no fields.
        let _ =
            Keys { way: &path[..depth], keys: &mut keys }.deserialize(&mut serde_json::Deserializer::from_str(line));
        let outer: String = path[..depth].iter().flat_map(|key| [key, "."]).collect();
        names.extend(keys.into_iter().map(|key| format!("{outer}{key}")));
    }
    names.truncate(MAX_KEYS + 1);
    if names.len() > MAX_KEYS {
        names[MAX_KEYS] = "…".to_owned();
    }
    names
}

/// Collects the keys of the object to which `way` leads.
struct Keys<'k> {
    way: &'k [String],
    keys: &'k mut Vec<String>,
}

impl<'l> DeserializeSeed<'l> for Keys<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'l>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_map(self)
    }
}

impl<'l> Visitor<'l> for Keys<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'l>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            match self.way.split_first() {
                Some((next, way)) if *next == key => map.next_value_seed(Keys { way, keys: self.keys })?,
                Some(_) => drop(map.next_value::<IgnoredAny>()?),
                None => {
                    if self.keys.len() <= MAX_KEYS {
                        self.keys.push(key);
                    }
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}
