//! The walk through a record that keeps nothing but the wanted fields.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::super::problem::{Fault, Problem, Wanted, position_of_value};
use super::Fields;
use super::words::Words;

/// A set of wanted fields: bit `i` stands for `wanted[i]`.
pub(super) type FieldSet = u8;

/// The value of each wanted field, where it was found.
#[derive(Default)]
pub(super) struct Found<'l> {
    pub text: Option<Cow<'l, str>>,
    pub language: Option<Cow<'l, str>>,
    pub words: Option<Words>,
}

impl<'l> Found<'l> {
    /// Whether this one was found.
    pub fn has(&self, what: Wanted) -> bool {
        match what {
            Wanted::Text => self.text.is_some(),
            Wanted::Language => self.language.is_some(),
            Wanted::Words => self.words.is_some(),
        }
    }

    fn set(&mut self, what: Wanted, text: Option<Cow<'l, str>>) {
        match what {
            Wanted::Text => self.text = text,
            Wanted::Language => self.language = text,
            Wanted::Words => {}
        }
    }
}

/// Looks for the wanted fields in a line; the dots in the names of `inside` lead inside.
pub(super) fn search<'l>(line: &'l str, fields: &Fields, inside: FieldSet) -> Result<Found<'l>, Problem> {
    let (whole, nested) = (Found::default(), Found::default());
    let mut search = Search { fields, inside, whole, nested, fault: None };
    let into = (1 << fields.wanted.len()) - 1;
    let hit = Hit { into, ..Hit::default() };
    let record = Value { search: &mut search, hit, depth: 0 };
    let mut json = serde_json::Deserializer::from_str(line);
    let outcome = record.deserialize(&mut json).and_then(|()| json.end());
    let Search { whole, nested, fault, .. } = search;
    match (outcome, fault) {
        (Ok(()), _) => Ok(Found {
            text: whole.text.or(nested.text),
            language: whole.language.or(nested.language),
            words: whole.words.or(nested.words),
        }),
        (Err(error), Some(fault)) => {
            let column = Some(position_of_value(line, error.column(), &fault));
            Err(Problem { column, fault })
        }
        (Err(error), None) => Err(Problem::malformed(&error)),
    }
}

/// The search for the wanted fields in one record.
struct Search<'f, 'l> {
    fields: &'f Fields,
    /// The fields whose dots lead inside.
    inside: FieldSet,
    /// Values under a key that is a field's whole name.
    whole: Found<'l>,
    /// Values at the end of a field's path.
    nested: Found<'l>,
    /// Why the search was given up, if it was not for the JSON itself.
    fault: Option<Fault>,
}

/// What a key means to the search.
#[derive(Clone, Copy, Default)]
struct Hit {
    /// It is the whole name of these.
    whole: FieldSet,
    /// It is the last key on the path of these.
    last: FieldSet,
    /// It is a key on the way to these.
    into: FieldSet,
}

impl Hit {
    fn ends(self) -> FieldSet {
        self.whole | self.last
    }
}

impl<'l> Search<'_, 'l> {
    /// What `key`, `depth` objects deep on the way to `live`, means.
    fn hit(&self, key: &str, depth: usize, live: FieldSet) -> Hit {
        let mut hit = Hit::default();
        for (index, field) in self.fields.wanted.iter().enumerate() {
            let bit = 1 << index;
            if live & bit == 0 {
                continue;
            }
            let dotted = field.path.len() > 1;
            let leads = field.path[depth] == key && (!dotted || self.inside & bit != 0);
            if dotted && depth == 0 && key == field.name {
                hit.whole |= bit;
            } else if leads && depth + 1 == field.path.len() {
                hit.last |= bit;
            } else if leads {
                hit.into |= bit;
            }
        }
        hit
    }

    /// Keeps a text for every field it belongs to; it is copied only where there are several.
    fn store(&mut self, hit: Hit, text: Cow<'l, str>) {
        let mut left = hit.whole.count_ones() + hit.last.count_ones();
        let mut text = Some(text);
        for (index, field) in self.fields.wanted.iter().enumerate() {
            for (set, values) in [(hit.whole, &mut self.whole), (hit.last, &mut self.nested)] {
                if set & (1 << index) != 0 {
                    left -= 1;
                    values.set(field.what, if left == 0 { text.take() } else { text.clone() });
                }
            }
        }
    }

    /// Gives up where a value of this kind is wanted as a string.
    fn refuse<E: Error>(&mut self, hit: Hit, kind: &'static str) -> Result<(), E> {
        let takes = |what: Wanted| match kind {
            // A record may well say that its language or its words are unknown.
            "null" => what != Wanted::Text,
            "a string" => what != Wanted::Words,
            "an array" => what == Wanted::Words,
            _ => false,
        };
        let refused = |index: &usize| hit.ends() & (1 << index) != 0 && !takes(self.fields.wanted[*index].what);
        let Some(index) = (0..self.fields.wanted.len()).find(refused) else { return Ok(()) };
        self.fault = Some(self.wrong_type(index, kind));
        Err(E::custom("wrong type"))
    }

    fn wrong_type(&self, index: usize, kind: impl Into<Cow<'static, str>>) -> Fault {
        let field = &self.fields.wanted[index];
        Fault::WrongType { field: field.name.clone(), kind: kind.into(), wanted: field.what }
    }

    /// The place of the words, where this is what they are.
    fn words_in(&self, hit: Hit) -> Option<usize> {
        (0..self.fields.wanted.len())
            .find(|&index| hit.ends() & (1 << index) != 0 && self.fields.wanted[index].what == Wanted::Words)
    }

    /// Gives up where a key that the search had met comes again.
    fn refuse_twice<E: Error>(&mut self, twice: FieldSet, depth: usize, whole: bool) -> E {
        let field = &self.fields.wanted[twice.trailing_zeros() as usize];
        let key = if whole { field.name.clone() } else { field.path[depth].clone() };
        self.fault = Some(Fault::Duplicate { key });
        E::custom("duplicate key")
    }
}

/// A key, looked at and not kept.
struct Key<'s, 'f, 'l> {
    search: &'s Search<'f, 'l>,
    depth: usize,
    live: FieldSet,
}

impl<'l> DeserializeSeed<'l> for Key<'_, '_, 'l> {
    type Value = Hit;

    fn deserialize<D: serde::Deserializer<'l>>(self, json: D) -> Result<Hit, D::Error> {
        json.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_, '_, '_> {
    type Value = Hit;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<Hit, E> {
        Ok(self.search.hit(key, self.depth, self.live))
    }
}

/// A value that some wanted field is or lies in, `depth` objects deep.
struct Value<'s, 'f, 'l> {
    search: &'s mut Search<'f, 'l>,
    hit: Hit,
    depth: usize,
}

impl<'l> DeserializeSeed<'l> for Value<'_, '_, 'l> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'l>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'l> Visitor<'l> for Value<'_, '_, 'l> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'l str) -> Result<(), E> {
        self.search.refuse(self.hit, "a string")?;
        self.search.store(self.hit, Cow::Borrowed(text));
        Ok(())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.search.refuse(self.hit, "a string")?;
        if self.hit.ends() != 0 {
            self.search.store(self.hit, Cow::Owned(text.to_owned()));
        }
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.search.refuse(self.hit, "null")
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        self.search.refuse(self.hit, "a boolean")
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        self.search.refuse(self.hit, "a number")
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        self.search.refuse(self.hit, "a number")
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        self.search.refuse(self.hit, "a number")
    }

    fn visit_seq<A: SeqAccess<'l>>(self, mut values: A) -> Result<(), A::Error> {
        self.search.refuse(self.hit, "an array")?;
        if let Some(index) = self.search.words_in(self.hit) {
            let words = Words::read(&mut values)?.map_err(|kind| {
                self.search.fault = Some(self.search.wrong_type(index, kind));
                A::Error::custom("wrong type")
            })?;
            let into =
                if self.hit.whole & (1 << index) != 0 { &mut self.search.whole } else { &mut self.search.nested };
            into.words = Some(words);
            return Ok(());
        }
        while values.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'l>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { search, hit, depth } = self;
        search.refuse(hit, "an object")?;
        let mut met = Hit::default();
        while let Some(hit) = map.next_key_seed(Key { search, depth, live: hit.into })? {
            if (hit.ends() | hit.into) == 0 {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            let (whole, path) = (met.whole & hit.whole, met.into & (hit.last | hit.into));
            if (whole | path) != 0 {
                return Err(search.refuse_twice(whole | path, depth, whole != 0));
            }
            met.whole |= hit.whole;
            met.into |= hit.last | hit.into;
            map.next_value_seed(Value { search, hit, depth: depth + 1 })?;
        }
        Ok(())
    }
}
