//! What can be wrong with a JSON record, where in its line, and the words for it.

use std::borrow::Cow;

use crate::document::Place;
use crate::harmless;

/// The deepest nesting accepted, as in `serde_json`.
const MAX_DEPTH: usize = 128;

/// A fault and its place in the line.
#[derive(Debug)]
pub(super) struct Problem {
    /// The byte in the line, from 1; `None` where the fault has no place.
    pub column: Option<usize>,
    pub fault: Fault,
}

/// A field that is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    Text,
    Language,
    Words,
}

impl Wanted {
    /// What its value should be, and the option that names it.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Wanted::Text => ("a string", "--text-field"),
            Wanted::Language => ("a string", "--lang-field"),
            Wanted::Words => ("a list of strings or of [start,end] pairs", "--words-field"),
        }
    }
}

/// What is wrong.
#[derive(Debug)]
pub(super) enum Fault {
    /// Not JSON; `cut` where the line ends too early.
    Malformed { reason: String, cut: bool },
    /// A `\u` escape that is half a character.
    LoneSurrogate,
    /// Nested deeper than [`MAX_DEPTH`].
    TooDeep,
    /// JSON, but no object; `field` is what it should hold.
    NotAnObject { field: String },
    /// A key that leads to a wanted field is there twice.
    Duplicate { key: String },
    /// A wanted field is there and not what it should be.
    WrongType { field: String, kind: Cow<'static, str>, wanted: Wanted },
    /// The words of a record are not those of its text.
    Words { field: String, reason: String },
    /// The text is not there, but these fields are.
    Missing { field: String, there: Vec<String> },
}

impl Problem {
    /// A complaint of the parser's.
    pub fn malformed(error: &serde_json::Error) -> Self {
        let whole = error.to_string();
        let reason = whole.rfind(" at line ").map_or(whole.as_str(), |end| &whole[..end]);
        let fault = match reason {
            "lone leading surrogate in hex escape" | "unexpected end of hex escape" => Fault::LoneSurrogate,
            "recursion limit exceeded" => Fault::TooDeep,
            _ => Fault::Malformed {
                reason: reason
                    .replace("EOF while parsing", "the line ends inside")
                    .replace("expected ident", "expected true, false or null"),
                cut: error.is_eof(),
            },
        };
        Self { column: Some(error.column().max(1)), fault }
    }

    /// The whole message for a record at `place`.
    pub fn message(&self, place: &Place) -> String {
        match self.column {
            Some(column) => format!("{place}:{column}: {}", self.fault.words()),
            None => format!("{place}: {}", self.fault.words()),
        }
    }
}

impl Fault {
    fn words(&self) -> String {
        match self {
            Self::Malformed { reason, cut: false } => {
                format!("malformed JSON: {reason} (each line must be one JSON object)")
            }
            Self::Malformed { reason, cut: true } => {
                format!("malformed JSON: {reason} (a record must be on one line: jq -c . puts it there)")
            }
            Self::LoneSurrogate => "lone surrogate in a \\u escape (write the whole character, or \\ufffd)".to_owned(),
            Self::TooDeep => {
                format!("nested more than {MAX_DEPTH} levels deep (flatten the record)")
            }
            Self::NotAnObject { field } => {
                format!("not a JSON object (each line must be one, with a field {field:?})")
            }
            Self::Duplicate { key } => format!("key {key:?} is there twice (keep one)"),
            Self::WrongType { field, kind, wanted } => {
                let (what, option) = wanted.words();
                format!("field {field:?} is {kind}, not {what} (choose another with {option})")
            }
            Self::Words { field, reason } => {
                format!("field {field:?}: {reason} (mend the record, or pass over it with --on-error skip)")
            }
            Self::Missing { field, there } if there.is_empty() => {
                format!("no string field {field:?} (the record has no fields)")
            }
            Self::Missing { field, there } => {
                let there = there.join(", ");
                format!("no string field {field:?} (fields: {}; choose with --text-field)", harmless::line(&there))
            }
        }
    }
}

/// The column at which the value or key begins that the parser had just read up to `column`.
pub(super) fn position_of_value(line: &str, column: usize, fault: &Fault) -> usize {
    let read = &line.as_bytes()[..column.min(line.len())];
    match fault {
        // Up to the closing quote of a key that holds no quotes itself.
        Fault::Duplicate { .. } => {
            let inside = read.len().saturating_sub(1);
            memchr::memrchr(b'"', &read[..inside]).map_or(column, |at| at + 1)
        }
        // A bracket, or a number or word up to its last byte.
        _ => {
            let scalar = |byte: &&u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
            let length = read.iter().rev().take_while(scalar).count();
            if length == 0 { column } else { read.len() - length + 1 }
        }
    }
}

/// The column of the bracket that nests deeper than accepted. The parser does not count in what it
/// skips; few lines have so many brackets that anything has to be counted at all.
pub(super) fn too_deep(line: &str) -> Option<usize> {
    let bytes = line.as_bytes();
    memchr::memchr2_iter(b'[', b'{', bytes).nth(MAX_DEPTH)?;
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'[' | b'{' if depth == MAX_DEPTH => return Some(at + 1),
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}
