//! How fast the parts are, as ratios measured in one run.
//!
//! `cargo run --release --example throughput [-- [TOKENIZER.json | TEXT.txt]…]`: records of each strategy beside the bare
//! rate of the tokenizers library on the same text, threads, writing alone, and sentence splitting beside the crate.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod clock;
mod records;
mod sentences;

use std::path::{Path, PathBuf};

fn main() {
    let (mut tokenizers, mut text) = (Vec::new(), None);
    for path in std::env::args_os().skip(1).map(PathBuf::from) {
        match path.extension().and_then(|e| e.to_str()) {
            Some("json") => tokenizers.push(path),
            _ => text = Some(std::fs::read_to_string(path).unwrap()),
        }
    }
    if tokenizers.is_empty() {
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/tokenizers");
        tokenizers =
            ["bytelevel.json", "wordpiece.json", "unigram.json"].iter().map(|name| fixtures.join(name)).collect();
    }
    let text = text.unwrap_or_else(made_up_text);
    records::run(&tokenizers, &text);
    sentences::run(&text);
}

/// Five megabytes that look like English to a splitter, for those who have no text at hand.
fn made_up_text() -> String {
    const PARAGRAPH: &str = "Mr. Brown left the house at 5 p.m. on Monday. \"It is late,\" he said, \"and it's cold (see p. 4).\" \
        Nobody answered, and so the long road to the town by the river lay before him in the dark, as it always had. What did \
        he want there? He wouldn't say; perhaps he didn't know. The U.S. Senate, of all things, came to his mind…\n\n";
    PARAGRAPH.repeat((5 << 20) / PARAGRAPH.len())
}
