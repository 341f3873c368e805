//! The value of `--lang`: any text, which is checked later, and completed by the languages with lists of their own.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::{Arg, Command};

use crate::sentence::Language;

/// Takes any text; tells completions the codes.
#[derive(Clone, Copy, Debug)]
pub struct LanguageParser;

impl TypedValueParser for LanguageParser {
    type Value = String;

    fn parse_ref(&self, command: &Command, argument: Option<&Arg>, value: &OsStr) -> Result<String, clap::Error> {
        StringValueParser::new().parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(std::iter::once("auto").chain(Language::codes()).map(PossibleValue::new)))
    }
}
