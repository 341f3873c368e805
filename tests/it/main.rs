//! Everything that runs the binary.

mod inspect;
mod support;
