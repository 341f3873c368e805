//! How fast the parts are on one core: `cargo run --release --example throughput [TEXT]`.

mod sentences;

fn main() -> std::io::Result<()> {
    let text = match std::env::args_os().nth(1) {
        Some(path) => std::fs::read_to_string(path)?,
        None => made_up_text(),
    };
    sentences::run(&text);
    Ok(())
}

/// Five megabytes that look like English to a splitter, for those who have no text at hand.
fn made_up_text() -> String {
    const PARAGRAPH: &str = "Mr. Brown left the house at 5 p.m. on Monday. \"It is late,\" he said, \"and it's cold (see p. 4).\" \
        Nobody answered, and so the long road to the town by the river lay before him in the dark, as it always had. What did \
        he want there? He wouldn't say; perhaps he didn't know. The U.S. Senate, of all things, came to his mind…\n\n";
    PARAGRAPH.repeat((5 << 20) / PARAGRAPH.len())
}
