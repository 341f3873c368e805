//! How fast the parts are, as ratios measured in one run, on text that never repeats.
//!
//! ```text
//! cargo build --release
//! cargo run --release --example throughput -- TOKENIZER.json… [--lines] TEXT…
//! ```
//!
//! Records of each strategy beside the bare rate of the tokenizers library on the same text, in turn; the whole program as a
//! process, loading apart; threads; writing alone; and sentence splitting beside the crate. Texts are read as `muddle corrupt`
//! reads them; with `--lines` a line is a document. Takes long texts: in a short one everything is still new.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod clock;
mod records;
mod sentences;
mod text;

use std::path::PathBuf;
use std::process::ExitCode;

use text::Text;

fn main() -> ExitCode {
    let (mut tokenizers, mut files, mut lines) = (Vec::new(), Vec::new(), false);
    for argument in std::env::args_os().skip(1) {
        let path = PathBuf::from(&argument);
        match path.extension().and_then(|extension| extension.to_str()) {
            _ if argument == "--lines" => lines = true,
            Some("json") => tokenizers.push(path),
            _ => files.push(path),
        }
    }
    if files.is_empty() {
        println!("usage: throughput [TOKENIZER.json]… [--lines] TEXT… (text that does not repeat, 10 MB and more)");
        return ExitCode::FAILURE;
    }
    let text = Text::read(&files, lines);
    println!("{}", text.about());
    records::run(&tokenizers, &text);
    sentences::run(&text.documents.join("\n\n"));
    ExitCode::SUCCESS
}
