//! The value of `--noise`: parsed into a step, and completed by the names of the noises and their keys.

use std::ffi::OsStr;
use std::sync::LazyLock;

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::{Arg, Command};

use crate::noise::{KINDS, Kind, Step};

/// Parses a noise; tells completions the names, and each key behind its name.
#[derive(Clone, Copy, Debug)]
pub struct NoiseParser;

impl TypedValueParser for NoiseParser {
    type Value = Step;

    fn parse_ref(&self, command: &Command, argument: Option<&Arg>, value: &OsStr) -> Result<Step, clap::Error> {
        let parse = |text: String| text.parse::<Step>();
        StringValueParser::new().try_map(parse).parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(BEGINNINGS.iter().map(|(text, about)| PossibleValue::new(text.as_str()).help(*about))))
    }
}

/// `mask`, `mask:ratio=`, `mask:unit=` and so on, with what each does.
static BEGINNINGS: LazyLock<Vec<(String, &str)>> = LazyLock::new(|| {
    let keys = |kind: &'static Kind| {
        let keys = kind.key_names().map(move |key| (format!("{}:{}=", kind.name, key.name), key.about));
        std::iter::once((kind.name.to_string(), kind.about)).chain(keys)
    };
    KINDS.iter().flat_map(keys).collect()
});
