//! **muddle** corrupts text so that models learn to restore it: denoising pretraining data from raw text.
//!
//! ```text
//! bytes ─reader─▶ Documents ─sentence, tokenizer─▶ SplitDocuments ─window─▶ Windows ─noise─▶ Body
//!       ─target─▶ Records ─writer─▶ bytes ─▶ sink
//!                  Window, Body ─▶ Stats, preview, report
//! ```
//!
//! One way; no step looks back. Output bytes are a function of input bytes, tokenizer and [`Settings`], and of nothing
//! else. Layers import downward: `command` wires, `pipeline` drives the stages, the stages know their data alone.
//!
//! # Use
//!
//! [`Muddle`] makes records from texts; the binary does the same for files, on many threads.
//!
//! # Add to it
//!
//! * **A noise**: a file in `noise/` with a [`noise::Kind`], and a line in [`noise::KINDS`]. Parser, help, completions, manual,
//!   statistics, preview, report and property tests go over that list.
//! * **An output format**: a file in `writer/`, a variant of [`writer::Format`], and its arms: head, chunk, tail.
//! * **An input format**: a file in `reader/`, a variant of its formats, and a row for its suffix.
//! * **An option** that shapes records: a field of [`Settings`]. It is then in help, `--dry-run`, `--stats`, reports and the
//!   fingerprint. Any other option is a field in `cli`.
//! * **A language**: a row and a list in `sentence/`.

#[cfg(not(unix))]
compile_error!("muddle builds on Unix alone: it tells files apart by inode and ends on Unix signals");

#[doc(hidden)]
pub mod command;
#[doc(hidden)]
mod digest;
pub mod document;
#[doc(hidden)]
pub mod fault;
#[doc(hidden)]
pub mod interrupt;
pub mod noise;
pub mod objective;
#[doc(hidden)]
pub mod padding;
#[doc(hidden)]
pub mod pipeline;
#[doc(hidden)]
pub mod preview;
#[doc(hidden)]
pub mod reader;
pub mod records;
#[doc(hidden)]
pub mod rng;
#[doc(hidden)]
pub mod sentence;
pub mod settings;
#[doc(hidden)]
pub mod special_tokens;
pub mod target;
#[doc(hidden)]
pub mod tokenizer;
#[doc(hidden)]
pub mod view;
#[doc(hidden)]
pub mod window;
pub mod writer;

mod cli;
mod figure;
mod harmless;
mod histogram;
mod inspect;
mod job;
#[doc(hidden)]
pub mod language_token;
mod muddle;
mod progress;
mod stats;
mod suggest;
mod warning;

pub use muddle::Muddle;
pub use settings::Settings;
