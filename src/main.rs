//! The process edge: parse, run, print the error, exit code.

use std::process::ExitCode;

use muddle::{command, interrupt, tokenizer};

fn main() -> ExitCode {
    tokenizer::silence::install();
    let outcome = interrupt::watch().and_then(|()| command::run(std::env::args_os()));
    match outcome {
        Ok(code) => ExitCode::from(code),
        Err(error) => command::report(&error),
    }
}
