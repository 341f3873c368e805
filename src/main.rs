//! The process edge: parse, run, print the error, exit code.

use std::panic::catch_unwind;
use std::process::ExitCode;

use anyhow::anyhow;
use muddle::{command, fault, interrupt};

fn main() -> ExitCode {
    fault::install();
    let outcome =
        catch_unwind(|| interrupt::install_signal_handlers().and_then(|()| command::run(std::env::args_os())));
    match outcome.unwrap_or_else(|panic| Err(anyhow!("{}", fault::message(&*panic)))) {
        Ok(code) => ExitCode::from(code),
        Err(error) => command::report(&error),
    }
}
