//! The value of `--noise` as the shell completes it: names are known, what follows them is free.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::{Arg, Command};

/// Takes any text; the recipe checks it. Tells completions the names.
#[derive(Clone, Copy, Debug)]
pub struct NoiseName;

const NAMES: [(&str, &str); 5] = [
    ("mask", "chosen tokens become the mask token, a random one, or stay"),
    ("delete", "chosen tokens vanish"),
    ("infill", "spans become one mask token each"),
    ("permute", "sentences change places"),
    ("rotate", "the text begins at a random place"),
];

impl TypedValueParser for NoiseName {
    type Value = String;

    fn parse_ref(&self, command: &Command, argument: Option<&Arg>, value: &OsStr) -> Result<String, clap::Error> {
        StringValueParser::new().parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(NAMES.iter().map(|(name, help)| PossibleValue::new(*name).help(*help))))
    }
}
