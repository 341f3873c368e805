//! The integration tests, as one binary.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr, missing_docs)]

mod article;
mod cases;
#[cfg(feature = "columnar")]
mod columnar;
mod determinism;
mod engines;
mod errors;
mod faults;
mod fim;
mod fuzz;
mod inspect;
mod language_token;
mod laws;
mod loader;
mod looking;
mod many;
mod naming;
mod objectives;
mod oracle;
mod output;
mod properties;
mod reading;
mod readme;
mod report;
mod settings;
mod spans;
mod streams;
mod supply;
mod support;
mod words;
