//! What stands at the end of every command's help.

use crate::noise::KINDS;
use crate::sentence::Language;

pub(super) const FIRST_EXAMPLES: &str = "\
Examples:
  muddle corrupt -t facebook/bart-base --preset bart --preview 3 book.txt   # look first
  muddle corrupt -t facebook/bart-base --preset bart -o book.jsonl book.txt
  muddle corrupt --help                                                     # all options

Exit code: 0 done, 1 a fault in data or files, 2 a mistake in the arguments, 128 + signal interrupted.";

pub(super) const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  muddle completions bash > ~/.local/share/bash-completion/completions/muddle
  muddle completions zsh > \"${fpath[1]}/_muddle\"
  muddle completions fish > ~/.config/fish/completions/muddle.fish";

pub(super) const MAN_EXAMPLES: &str = "\
Examples:
  muddle man | man -l -
  muddle man > ~/.local/share/man/man1/muddle.1";

const CORRUPT_EXAMPLES: &str = "\
Examples:
  muddle corrupt -t facebook/bart-base --preset bart book.txt > book.jsonl
  muddle corrupt -t tokenizer.json -n mask:ratio=0.3 -o out.jsonl.zst corpus/*.jsonl.gz
  zcat web.jsonl.gz | muddle corrupt -t tokenizer.json -n permute -n infill --input-format jsonl
  muddle corrupt -t tokenizer.json -n rotate --preview 3 book.txt
  muddle corrupt -t facebook/bart-base --preset bart -o book.jsonl --report book.html book.txt
  muddle corrupt -t tokenizer.json --preset bart --output-dir records --resume texts/";

const EXIT_CODES: &str =
    "Exit code: 0 done, 1 a fault in data or files, 2 a mistake in the arguments, 128 + signal interrupted.";

/// For `corrupt --help`: examples, every noise with its keys and defaults, and what recipes look like.
pub(super) fn corrupt_help() -> String {
    let mut help = format!("{CORRUPT_EXAMPLES}\n\nNoises, with the defaults of their keys:\n");
    for kind in KINDS {
        help.push_str(&format!("  {:<9}{}\n", kind.name, kind.about));
        for key in kind.keys {
            let with = key.goes_with.map_or(String::new(), |pair| format!(" (with {pair})"));
            help.push_str(&format!(
                "             {:<16} {}{with}\n",
                format!("{}={}", key.name, key.default),
                key.about
            ));
        }
    }
    help.push_str("\nAny noise takes prefix=TEXT, too: put before the input, as one id where it is an added token.");
    help.push_str("\nA noise followed by @0.5 is applied to half of the records.\n\n");
    help.push_str(
        "With --output-dir the options --limit, --shuffle, --pack and --pad work within each input; --skip and\n",
    );
    help.push_str("parts of documents (--shard I/N:documents) are refused.\n\n");
    help.push_str("Languages with abbreviations of their own (--lang):\n ");
    let mut width = 1;
    for code in Language::codes() {
        if width + 1 + code.len() > 90 {
            help.push_str("\n ");
            width = 1;
        }
        help.push_str(&format!(" {code}"));
        width += 1 + code.len();
    }
    help.push_str("\n\n");
    help.push_str(EXIT_CODES);
    help
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
  muddle corrupt -t tokenizer.json -n mask book.txt | muddle inspect -t tokenizer.json --json";
