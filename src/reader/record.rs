//! One JSON record: finds the wanted fields and skips the rest without keeping it.
//!
//! Owns how a field's name leads into a record, and what can be wrong with one. Knows one line, not
//! where it stands.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::problem::{Fault, Problem, position_of_value, too_deep};

/// The fields to take from each record.
pub(super) struct Fields {
    /// That of the text first.
    wanted: Vec<Field>,
}

/// A field by its name.
struct Field {
    name: String,
    /// Its name cut at the dots: the keys that lead to it from the outside in.
    path: Vec<String>,
}

/// What was found in a record; borrowed from the line where no escape had to be undone.
#[derive(Debug)]
pub(super) struct Record<'l> {
    pub text: Cow<'l, str>,
    pub language: Option<Cow<'l, str>>,
}

impl Fields {
    pub fn new(text: &str, language: Option<&str>) -> Self {
        let field = |name: &str| Field {
            name: name.to_owned(),
            path: name.split('.').map(str::to_owned).collect(),
        };
        Self {
            wanted: std::iter::once(text).chain(language).map(field).collect(),
        }
    }
}

/// Reads the wanted fields of a line that is not blank.
pub(super) fn read<'l>(line: &'l str, fields: &Fields) -> Result<Record<'l>, Problem> {
    let start = line.len() - line.trim_start().len();
    if !line[start..].starts_with('{') {
        let field = fields.wanted[TEXT].name.clone();
        return Err(Problem {
            column: Some(start + 1),
            fault: Fault::NotAnObject { field },
        });
    }
    let record = match search(line, fields, true) {
        Err(problem) if problem.is_wrong_type() => {
            // A key that is the whole name wins, whatever stands at the end of the path.
            search(line, fields, false).map_err(|_| problem)?
        }
        result => result?,
    };
    match too_deep(line) {
        Some(column) => Err(Problem {
            column: Some(column),
            fault: Fault::TooDeep,
        }),
        None => Ok(record),
    }
}

const TEXT: usize = 0;
const LANGUAGE: usize = 1;

/// A set of wanted fields: bit `i` stands for `wanted[i]`.
type FieldSet = u8;

fn search<'l>(line: &'l str, fields: &Fields, inside: bool) -> Result<Record<'l>, Problem> {
    let mut search = Search {
        fields,
        inside,
        whole: [const { None }; 2],
        nested: [const { None }; 2],
        fault: None,
    };
    let all: FieldSet = (1 << fields.wanted.len()) - 1;
    let mut json = serde_json::Deserializer::from_str(line);
    let object = Value {
        search: &mut search,
        hit: Hit {
            into: all,
            ..Hit::default()
        },
        depth: 0,
    };
    if let Err(error) = object.deserialize(&mut json).and_then(|()| json.end()) {
        return Err(match search.fault {
            Some(fault) => Problem {
                column: Some(position_of_value(line, error.column(), &fault)),
                fault,
            },
            None => Problem::malformed(&error),
        });
    }
    let mut found = |index: usize| search.whole[index].take().or(search.nested[index].take());
    let language = found(LANGUAGE);
    match found(TEXT) {
        Some(text) => Ok(Record { text, language }),
        None => {
            let field = fields.wanted[TEXT].name.clone();
            Err(Problem {
                column: None,
                fault: Fault::Missing { field },
            })
        }
    }
}

/// The search for the wanted fields in one record.
struct Search<'f, 'l> {
    fields: &'f Fields,
    /// Whether dots lead inside.
    inside: bool,
    /// Values under a key that is a field's whole name.
    whole: [Option<Cow<'l, str>>; 2],
    /// Values at the end of a field's path.
    nested: [Option<Cow<'l, str>>; 2],
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
            if depth == 0 && field.path.len() > 1 && key == field.name {
                hit.whole |= bit;
            } else if field.path[depth] != key || (field.path.len() > 1 && !self.inside) {
            } else if depth + 1 == field.path.len() {
                hit.last |= bit;
            } else {
                hit.into |= bit;
            }
        }
        hit
    }

    /// Keeps a text for every field it belongs to; it is copied only where there are several.
    fn store(&mut self, hit: Hit, text: Cow<'l, str>) {
        let mut left = hit.whole.count_ones() + hit.last.count_ones();
        let mut text = Some(text);
        for index in [TEXT, LANGUAGE] {
            for (set, values) in [(hit.whole, &mut self.whole), (hit.last, &mut self.nested)] {
                if set & (1 << index) != 0 {
                    left -= 1;
                    values[index] = if left == 0 { text.take() } else { text.clone() };
                }
            }
        }
    }

    /// Gives up where a value of this kind is wanted as a string.
    fn refuse<E: Error>(&mut self, hit: Hit, kind: &'static str) -> Result<(), E> {
        // A record may well say that its language is unknown.
        let tolerated = if kind == "null" { 1 << LANGUAGE } else { 0 };
        let refused = hit.ends() & !tolerated;
        if refused == 0 {
            return Ok(());
        }
        let index = refused.trailing_zeros() as usize;
        let field = self.fields.wanted[index].name.clone();
        self.fault = Some(Fault::WrongType {
            field,
            kind,
            language: index == LANGUAGE,
        });
        Err(E::custom("wrong type"))
    }

    /// Gives up where a key that the search had met comes again.
    fn refuse_twice<E: Error>(&mut self, twice: FieldSet, depth: usize, whole: bool) -> E {
        let field = &self.fields.wanted[twice.trailing_zeros() as usize];
        let key = if whole {
            field.name.clone()
        } else {
            field.path[depth].clone()
        };
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

    fn visit_borrowed_str<E>(self, text: &'l str) -> Result<(), E> {
        self.search.store(self.hit, Cow::Borrowed(text));
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
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
        while values.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'l>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { search, hit, depth } = self;
        search.refuse(hit, "an object")?;
        let mut met = Hit::default();
        while let Some(hit) = map.next_key_seed(Key {
            search,
            depth,
            live: hit.into,
        })? {
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
            map.next_value_seed(Value {
                search,
                hit,
                depth: depth + 1,
            })?;
        }
        Ok(())
    }
}
