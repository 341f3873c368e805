//! A mistake in the arguments as one line: what was typed first, the remedy last.

use clap::CommandFactory;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::cli::Cli;
use crate::suggest::nearest;

/// Clap's error in the words of this tool, without `error:`.
pub fn line(error: &clap::Error) -> String {
    let argument = texts(error, ContextKind::InvalidArg).join(" and ");
    let value = texts(error, ContextKind::InvalidValue).join(" ");
    match error.kind() {
        ErrorKind::UnknownArgument if !argument.starts_with('-') => {
            format!("{argument}: not expected here (see --help)")
        }
        ErrorKind::UnknownArgument => {
            let near = texts(error, ContextKind::SuggestedArg);
            format!("{argument}: no such option ({})", suggestion(&near, "--help lists them"))
        }
        ErrorKind::InvalidSubcommand => {
            let typed = texts(error, ContextKind::InvalidSubcommand).join(" ");
            format!("{typed}: no such command ({})", meant(&typed))
        }
        ErrorKind::InvalidValue => {
            let valid = texts(error, ContextKind::ValidValue);
            let valid = || valid.iter().map(String::as_str);
            match (value.is_empty(), valid().next()) {
                (true, None) => format!("{argument}: its value is missing"),
                (true, Some(_)) => {
                    format!("{argument}: its value is missing (one of: {})", valid().collect::<Vec<_>>().join(" "))
                }
                (false, None) => format!("{} {value}: no such value (see --help)", flag(&argument)),
                (false, Some(_)) => {
                    format!("{} {value}: no such value ({})", flag(&argument), nearest(&value, valid()))
                }
            }
        }
        ErrorKind::ValueValidation => {
            let reason = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
            let reason = reason.strip_prefix(&format!("{value} is ")).unwrap_or(&reason).to_string();
            let remedy = if reason.contains('(') { "" } else { " (see --help)" };
            format!("{} {value}: {reason}{remedy}", flag(&argument))
        }
        ErrorKind::ArgumentConflict => {
            let prior: Vec<String> =
                texts(error, ContextKind::PriorArg).iter().map(|prior| flag(prior).to_string()).collect();
            let argument = flag(&argument);
            match prior.as_slice() {
                [prior] if prior == argument => format!("{argument}: given more than once (keep one)"),
                [] => format!("{argument}: cannot be used with the other arguments (leave it out)"),
                prior => format!("{argument}: cannot be used with {} (keep one)", prior.join(" and ")),
            }
        }
        ErrorKind::MissingRequiredArgument if argument.contains("--window") => {
            "--stride: takes effect with --window alone (add --window N, or leave it out)".to_string()
        }
        ErrorKind::MissingRequiredArgument => format!("{argument}: missing (see --help for examples)"),
        ErrorKind::TooManyValues => format!("{} {value}: takes no value (leave it out)", flag(&argument)),
        ErrorKind::MissingSubcommand => "a command is missing (muddle --help lists them)".to_string(),
        _ => as_clap_says(error),
    }
}

/// `--pack <PACK>` without what stands for its value.
fn flag(argument: &str) -> &str {
    match argument.split_once([' ', '=']) {
        Some((flag, _)) if flag.starts_with('-') => flag,
        _ => argument,
    }
}

/// What somebody who typed this for a command may have wanted.
fn meant(typed: &str) -> String {
    let cli = Cli::command();
    let of_corrupt =
        |name: &str| cli.find_subcommand("corrupt")?.get_arguments().find(|arg| arg.get_long() == Some(name));
    if of_corrupt(typed).is_some() {
        return format!("did you mean muddle corrupt --{typed}?");
    }
    for (option, names) in [("noise", of_corrupt("noise")), ("preset", of_corrupt("preset"))] {
        if names.is_some_and(|arg| arg.get_possible_values().iter().any(|value| value.get_name() == typed)) {
            return format!("did you mean muddle corrupt --{option} {typed}?");
        }
    }
    let near = nearest(typed, cli.get_subcommands().map(clap::Command::get_name));
    if near.starts_with("did you mean") { near } else { "muddle --help lists them".to_string() }
}

fn suggestion(near: &[String], otherwise: &str) -> String {
    match near {
        [] => otherwise.to_string(),
        near => format!("did you mean {}?", near.join(" or ")),
    }
}

fn texts(error: &clap::Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(text)) => vec![text.clone()],
        Some(ContextValue::Strings(texts)) => texts.clone(),
        Some(ContextValue::StyledStr(text)) => vec![text.to_string()],
        Some(ContextValue::StyledStrs(texts)) => texts.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    }
}

/// The first paragraph of what clap would print, on one line.
fn as_clap_says(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let first = text.split("\n\n").next().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    format!("{} (see --help)", first.trim_start_matches("error: "))
}
