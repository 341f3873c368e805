//! **muddle** corrupts text so that models learn to restore it: denoising pretraining data from raw text.
//!
//! ```text
//! bytes ─reader─▶ Documents ─sentence, tokenizer─▶ SplitDocuments ─window─▶ Windows ─noise─▶ Noised
//!       ─labels, example─▶ Examples ─writer─▶ bytes
//! ```
//!
//! One way; no step looks back. Output bytes are a function of input bytes, tokenizer, options and seed, and of nothing
//! else. Layers import downward: [`command`] wires, [`pipeline`] drives the stages, the stages know their data alone.

pub mod cli;
pub mod command;
pub mod document;
pub mod fault;
pub mod figure;
pub mod histogram;
pub mod inspect;
pub mod interrupt;
pub mod noise;
pub mod objective;
pub mod padding;
pub mod pipeline;
pub mod preview;
pub mod progress;
pub mod reader;
pub mod records;
pub mod report;
pub mod rng;
pub mod sentence;
pub mod settings;
pub mod special_tokens;
pub mod stats;
pub mod suggest;
pub mod target;
pub mod tokenizer;
pub mod warning;
pub mod window;
pub mod writer;
