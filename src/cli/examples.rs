//! What stands at the end of every command's help.

use crate::noise::KINDS;
use crate::sentence::Language;

const FIRST_EXAMPLES: &str = "\
Examples:
  muddle corrupt -t facebook/bart-base --preset bart --preview 3 book.txt
  muddle corrupt -t facebook/bart-base --preset bart -o book.jsonl book.txt
  muddle inspect -t facebook/bart-base book.jsonl
  muddle corrupt --help    # all options, and every noise with its keys";

const EXIT_CODES: &str = "\
Exit codes: 0 done, 1 an error in data or files, 2 a mistake in the arguments,
128 + signal when interrupted.";

/// For `muddle --help`.
pub(super) fn first_help() -> String {
    format!("{FIRST_EXAMPLES}\n\n{EXIT_CODES}")
}

pub(super) const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  muddle completions bash > ~/.local/share/bash-completion/completions/muddle
  muddle completions zsh > \"${fpath[1]}/_muddle\"
  muddle completions fish > ~/.config/fish/completions/muddle.fish
  eval \"$(muddle completions bash)\"    # in this shell alone";

pub(super) const MAN_EXAMPLES: &str = "\
Examples:
  muddle man | man -l -
  muddle man > ~/.local/share/man/man1/muddle.1";

const CORRUPT_EXAMPLES: &str = "\
Examples:
  muddle corrupt -t facebook/bart-base --preset bart -o book.jsonl book.txt
  muddle corrupt -t tokenizer.json -n mask:ratio=0.3 -o out.parquet corpus/
  zcat web.jsonl.gz | muddle corrupt -t tokenizer.json -n permute -n infill
  muddle corrupt -t tokenizer.json -n rotate --preview 3 book.txt
  muddle corrupt -t t5/ --preset t5 -o t5.arrow --report t5.html book.txt
  muddle corrupt -t bert/ --preset bert --output-dir out --resume texts/";

/// Columns of what is wrapped here: it fits a terminal, and a page of the manual.
const WIDTH: usize = 72;

/// For `corrupt --help`: examples, every noise with its keys and defaults, and what recipes look like.
pub(super) fn corrupt_help() -> String {
    let mut help = format!("{CORRUPT_EXAMPLES}\n\nNoises, with the defaults of their keys:\n");
    for kind in KINDS {
        help.push_str(&hanging(&format!("  {:<9}", kind.name), kind.about));
        for key in kind.keys {
            let with = key.goes_with.map_or(String::new(), |pair| format!(" (with {pair})"));
            let pair = format!("{}={}", key.name, key.default);
            help.push_str(&hanging(&format!("    {pair:<16} "), &format!("{}{with}", key.about)));
        }
    }
    for note in NOTES {
        help.push_str(&format!("\n{note}\n"));
    }
    let codes: Vec<&str> = Language::codes().collect();
    help.push_str("\nLanguages with abbreviations of their own (--lang):\n");
    help.push_str(&hanging("  ", &codes.join(" ")));
    format!("{help}\n{EXIT_CODES}")
}

const NOTES: [&str; 4] = [
    "The sentinels of span are the tokens <extra_id_0>, <extra_id_1> and on, without gaps; the tokens of fim are known by \
     the names that StarCoder, SantaCoder, Code Llama, CodeGemma, Codestral, DeepSeek, GLM and Qwen give them, and its keys \
     name others. Source code should come as JSONL or Parquet: in plain text, lines are joined as those of a paragraph.",
    "Every noise also takes prefix=TEXT, which is put before the input (as one id where it is an added token).",
    "A noise followed by @0.5 is applied to half of the windows.",
    "With --output-dir, the options --limit, --shuffle, --pack and --pad work within each input; --skip, \
     --skip-documents and --shard I/N:documents are refused.",
];

/// Words behind a beginning, wrapped so that they stay behind it.
fn hanging(beginning: &str, words: &str) -> String {
    let indent = beginning.chars().count();
    let (mut text, mut column) = (beginning.to_string(), indent);
    for word in words.split(' ') {
        let wide = word.chars().count();
        if column > indent && column + 1 + wide > WIDTH {
            text.push_str(&format!("\n{:indent$}", ""));
            column = indent;
        }
        let space = if column > indent { " " } else { "" };
        text.push_str(&format!("{space}{word}"));
        column += space.len() + wide;
    }
    text + "\n"
}

pub(super) const SENTENCES_EXAMPLES: &str = "\
Examples:
  muddle sentences book.txt | less
  muddle sentences --json --input-format jsonl web.jsonl > sentences.jsonl";

/// For `inspect --help`.
pub const INSPECT_EXAMPLES: &str = "\
Examples:
  muddle inspect -t facebook/bart-base book.jsonl
  muddle inspect -t tokenizer.json --html report.html shard-*.jsonl.gz
  muddle corrupt -t bert/ -n mask book.txt | muddle inspect -t bert/ --json";
