//! One JSON record: finds the wanted fields and skips the rest without keeping it.
//!
//! Owns how a field's name leads into a record, and what can be wrong with one. Knows one line, not
//! where it stands.

mod keys;
mod numbers;
mod search;
mod words;

use std::borrow::Cow;
use std::ops::Range;

use super::problem::{Fault, Problem, Wanted, too_deep};
pub(super) use numbers::with_numbers;
use search::{FieldSet, Found, search};
#[cfg(feature = "columnar")]
pub(super) use words::find_words;

/// The fields to take from each record.
pub(super) struct Fields {
    /// The text, and what else is wanted.
    wanted: Vec<Field>,
}

/// A field by its name.
struct Field {
    what: Wanted,
    name: String,
    /// Its name cut at the dots: the keys that lead to it from the outside in.
    path: Vec<String>,
}

/// What was found in a record; borrowed from the line where no escape had to be undone.
#[derive(Debug)]
pub(super) struct Record<'l> {
    pub text: Cow<'l, str>,
    pub language: Option<Cow<'l, str>>,
    /// Byte ranges of the text, ascending and apart.
    pub words: Option<Box<[Range<usize>]>>,
}

impl Fields {
    pub fn new(text: &str, language: Option<&str>, words: Option<&str>) -> Self {
        let field = |(what, name): (Wanted, &str)| {
            let path = name.split('.').map(str::to_owned).collect();
            Field { what, name: name.to_owned(), path }
        };
        let asked = [(Wanted::Text, Some(text)), (Wanted::Language, language), (Wanted::Words, words)];
        let wanted = asked.into_iter().filter_map(|(what, name)| Some(field((what, name?))));
        Self { wanted: wanted.collect() }
    }

    fn text(&self) -> &Field {
        &self.wanted[0]
    }

    fn name(&self, what: Wanted) -> String {
        self.wanted.iter().find(|field| field.what == what).map_or(String::new(), |field| field.name.clone())
    }
}

/// Reads the wanted fields of a line that is not blank.
pub(super) fn read<'l>(line: &'l str, fields: &Fields) -> Result<Record<'l>, Problem> {
    let outcome = read_json(line, fields);
    let Err(Problem { fault: Fault::Malformed { .. }, .. }) = outcome else {
        return outcome;
    };
    let Some(numbers) = with_numbers(line.as_bytes()).and_then(|bytes| String::from_utf8(bytes).ok()) else {
        return outcome;
    };
    let owned = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
    read_json(&numbers, fields).map(|Record { text, language, words }| Record {
        text: owned(text),
        language: language.map(owned),
        words,
    })
}

fn read_json<'l>(line: &'l str, fields: &Fields) -> Result<Record<'l>, Problem> {
    let start = line.len() - line.trim_start().len();
    if !line[start..].starts_with('{') {
        let field = fields.text().name.clone();
        return Err(Problem { column: Some(start + 1), fault: Fault::NotAnObject { field } });
    }
    let Found { text, language, words } = search_with_rescue(line, fields)?;
    if let Some(column) = too_deep(line) {
        let column = Some(column);
        return Err(Problem { column, fault: Fault::TooDeep });
    }
    let Some(text) = text else {
        let Field { name, path, .. } = fields.text();
        let there = keys::along(line, path);
        return Err(Problem { column: None, fault: Fault::Missing { field: name.clone(), there } });
    };
    let place = |reason| Problem { column: None, fault: Fault::Words { field: fields.name(Wanted::Words), reason } };
    let words = words.map(|words| words.ranges(&text)).transpose().map_err(place)?;
    Ok(Record { text, language, words })
}

/// Searches the line, and again where what stands at the end of a path is no string: a key that is
/// the field's whole name wins over it.
fn search_with_rescue<'l>(line: &'l str, fields: &Fields) -> Result<Found<'l>, Problem> {
    search(line, fields, FieldSet::MAX).or_else(|problem| {
        let Fault::WrongType { wanted, .. } = problem.fault else {
            return Err(problem);
        };
        let Some(index) = fields.wanted.iter().position(|field| field.what == wanted) else {
            return Err(problem);
        };
        match search(line, fields, !(1 << index)) {
            Ok(found) if found.has(wanted) => Ok(found),
            _ => Err(problem),
        }
    })
}
