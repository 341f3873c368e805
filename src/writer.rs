//! Examples to bytes, and bytes to where they go. The mirror of the reader.

mod destination;
pub mod files;
pub mod jsonl;
pub mod sink;
pub mod suffix;
pub mod temporary;
