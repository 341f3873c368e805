//! One JSON record: finds the wanted fields and skips the rest without keeping it.
//!
//! Owns how a field's name leads into a record, and what can be wrong with one. Knows one line, not
//! where it stands.

mod keys;
mod numbers;
mod search;

use std::borrow::Cow;

use super::problem::{Fault, Problem, too_deep};
pub(super) use numbers::with_numbers;
use search::{FieldSet, Found, search};

/// The place of the text among the wanted fields.
const TEXT: usize = 0;
/// The place of the language, where it is wanted.
const LANGUAGE: usize = 1;

/// The fields to take from each record.
pub(super) struct Fields {
    /// At [`TEXT`] and [`LANGUAGE`].
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
        let field = |name: &str| Field { name: name.to_owned(), path: name.split('.').map(str::to_owned).collect() };
        Self { wanted: std::iter::once(text).chain(language).map(field).collect() }
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
    read_json(&numbers, fields)
        .map(|Record { text, language }| Record { text: owned(text), language: language.map(owned) })
}

fn read_json<'l>(line: &'l str, fields: &Fields) -> Result<Record<'l>, Problem> {
    let start = line.len() - line.trim_start().len();
    if !line[start..].starts_with('{') {
        let field = fields.wanted[TEXT].name.clone();
        return Err(Problem { column: Some(start + 1), fault: Fault::NotAnObject { field } });
    }
    let [text, language] = search_with_rescue(line, fields)?;
    if let Some(column) = too_deep(line) {
        let column = Some(column);
        return Err(Problem { column, fault: Fault::TooDeep });
    }
    let Some(text) = text else {
        let Field { name, path } = &fields.wanted[TEXT];
        let there = keys::along(line, path);
        return Err(Problem { column: None, fault: Fault::Missing { field: name.clone(), there } });
    };
    Ok(Record { text, language })
}

/// Searches the line, and again where what stands at the end of a path is no string: a key that is
/// the field's whole name wins over it.
fn search_with_rescue<'l>(line: &'l str, fields: &Fields) -> Result<Found<'l>, Problem> {
    search(line, fields, FieldSet::MAX).or_else(|problem| {
        let Fault::WrongType { language, .. } = problem.fault else {
            return Err(problem);
        };
        let index = if language { LANGUAGE } else { TEXT };
        match search(line, fields, !(1 << index)) {
            Ok(found) if found[index].is_some() => Ok(found),
            _ => Err(problem),
        }
    })
}
