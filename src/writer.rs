//! Examples to bytes, and bytes to where they go. The mirror of the reader.

pub mod jsonl;
pub mod sink;
