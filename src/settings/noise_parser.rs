//! The value of `--noise`: parsed into a step, and completed by the names of the noises.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::{Arg, Command};

use crate::noise::{KINDS, Step};

/// Parses a noise; tells completions the names.
#[derive(Clone, Copy, Debug)]
pub struct NoiseParser;

impl TypedValueParser for NoiseParser {
    type Value = Step;

    fn parse_ref(&self, command: &Command, argument: Option<&Arg>, value: &OsStr) -> Result<Step, clap::Error> {
        let parse = |text: String| text.parse::<Step>();
        StringValueParser::new().try_map(parse).parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(KINDS.iter().map(|kind| PossibleValue::new(kind.name).help(kind.about))))
    }
}
