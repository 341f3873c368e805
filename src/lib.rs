//! muddle

pub mod document;
pub mod reader;
