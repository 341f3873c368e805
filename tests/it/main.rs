//! The integration tests, as one binary.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr, missing_docs)]

mod looking;
mod oracle;
mod support;
