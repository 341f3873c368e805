//! How fast the parts are, as ratios measured in one run, on text that never repeats.
//!
//! ```text
//! cargo build --release
//! cargo run --release --example throughput -- TOKENIZER.json… [--lines] [--python PYTHON] TEXT…
//! ```
//!
//! Records of each strategy beside the bare rate of the tokenizers library on the same text, in turn; the whole program as a
//! process, loading apart; threads; writing alone; and sentence splitting beside the crate. Texts are read as `muddle corrupt`
//! reads them; with `--lines` a line is a document. Takes long texts: in a short one everything is still new. With a Python that
//! has transformers, its pipeline is timed in turn with the program, and nothing else.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod alternatives;
mod clock;
mod records;
mod sentences;
mod text;

use std::path::PathBuf;
use std::process::ExitCode;

use text::Text;

fn main() -> ExitCode {
    let (mut tokenizers, mut files, mut lines, mut python) = (Vec::new(), Vec::new(), false, None);
    let mut arguments = std::env::args_os().skip(1);
    while let Some(argument) = arguments.next() {
        let path = PathBuf::from(&argument);
        match path.extension().and_then(|extension| extension.to_str()) {
            _ if argument == "--lines" => lines = true,
            _ if argument == "--python" => python = arguments.next(),
            Some("json") => tokenizers.push(path),
            _ => files.push(path),
        }
    }
    if files.is_empty() {
        println!("usage: throughput [TOKENIZER.json]… [--lines] [--python PYTHON] TEXT…");
        println!("(text that does not repeat, 10 MB and more)");
        return ExitCode::FAILURE;
    }
    let text = Text::read(&files, lines);
    println!("{}", text.about());
    if let Some(python) = python {
        alternatives::run(&tokenizers, &text, &python);
    } else {
        records::run(&tokenizers, &text);
        sentences::run(&text.documents.join("\n\n"));
    }
    ExitCode::SUCCESS
}
