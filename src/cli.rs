//! What the user typed. Knows clap, and nothing of what the options come to: that is `options`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueHint};

mod examples;
mod names;
mod noise_name;

use examples::{
    COMPLETIONS_EXAMPLES, CORRUPT_EXAMPLES, FIRST_EXAMPLES, INSPECT_EXAMPLES, MAN_EXAMPLES, SENTENCES_EXAMPLES,
};
pub use names::*;
use noise_name::NoiseName;

/// Corrupts text so that models learn to restore it
///
/// Reads raw text, splits it into sentences and windows, corrupts each window as BERT and BART do (mask, delete, infill,
/// permute, rotate) and writes training records: input_ids, attention_mask and labels as JSON lines. The same input, options
/// and seed give the same bytes.
#[derive(Debug, Parser)]
#[command(name = "muddle", version, max_term_width = 100, disable_help_subcommand = true)]
#[command(after_help = FIRST_EXAMPLES, arg_required_else_help = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// When to colour
    #[arg(long, global = true, default_value = "auto", value_name = "WHEN", help_heading = "Running")]
    pub color: ColorName,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Text in, training records out
    #[command(after_help = CORRUPT_EXAMPLES)]
    Corrupt(Box<CorruptArgs>),
    /// Look at records already written: what is broken, what they count, what noise they look like
    #[command(after_help = INSPECT_EXAMPLES)]
    Inspect(Box<InspectArgs>),
    /// Print how text would be split into sentences
    #[command(after_help = SENTENCES_EXAMPLES)]
    Sentences(SentencesArgs),
    /// Print the script that completes commands and options in a shell
    #[command(after_help = COMPLETIONS_EXAMPLES)]
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    #[command(after_help = MAN_EXAMPLES)]
    Man,
}

/// Options of `muddle corrupt`.
#[derive(Debug, Args)]
pub struct CorruptArgs {
    /// A tokenizer.json, its folder, or a hub id looked up in the local Hugging Face cache
    #[arg(short, long, value_name = "TOKENIZER", required = true, value_hint = ValueHint::AnyPath, help_heading = "Recipe")]
    pub tokenizer: String,
    /// Noises as typed, in order
    #[arg(help = "name[:key=value,…][@probability]; repeat for several in a row")]
    #[arg(short, long, value_name = "NOISE", required_unless_present = "preset", value_parser = NoiseName, hide_possible_values = true, help_heading = "Recipe")]
    pub noise: Vec<String>,
    /// A recipe by name
    #[arg(long, conflicts_with = "noise", help_heading = "Recipe")]
    pub preset: Option<PresetName>,
    /// What is to be restored: the whole text, or the chosen tokens alone (-100 elsewhere)
    #[arg(long, default_value = "auto", help_heading = "Recipe")]
    pub labels: LabelsName,
    /// Noises per example, one after the other
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..), value_name = "N", help_heading = "Recipe")]
    pub copies: u32,
    /// The same seed, input and options give the same bytes
    #[arg(long, default_value_t = 0, value_name = "N", help_heading = "Recipe")]
    pub seed: u64,

    /// What is read, and how.
    #[command(flatten)]
    pub input: InputArgs,
    /// How text is split.
    #[command(flatten)]
    pub splitting: SplittingArgs,

    /// Ids per record, special tokens included
    #[arg(long, default_value_t = 512, value_parser = clap::value_parser!(u32).range(1..=1 << 30), value_name = "N", help_heading = "Windows")]
    pub max_length: u32,
    /// How sentences are put into windows
    #[arg(long, default_value = "fit", conflicts_with = "window", help_heading = "Windows")]
    pub pack: PackName,
    /// Windows of N sentences
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..), value_name = "N", help_heading = "Windows")]
    pub window: Option<u32>,
    /// Sentences from one window's start to the next's [default: the window]
    #[arg(long, requires = "window", value_parser = clap::value_parser!(u32).range(1..), value_name = "K", help_heading = "Windows")]
    pub stride: Option<u32>,

    /// To what records are padded
    #[arg(long, default_value = "none", help_heading = "Padding")]
    pub pad: PadName,
    /// Pad to a multiple of this
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=65536), value_name = "K", help_heading = "Padding")]
    pub pad_multiple: u32,
    /// Consecutive examples that --pad longest looks at
    #[arg(long, default_value_t = 32, value_parser = clap::value_parser!(u32).range(1..=1_000_000), value_name = "N", help_heading = "Padding")]
    pub batch_size: u32,
    /// What fills labels
    #[arg(long, default_value_t = -100, allow_negative_numbers = true, value_name = "ID", help_heading = "Padding")]
    pub label_pad: i32,

    /// Special tokens by name.
    #[command(flatten)]
    pub special_tokens: SpecialTokenArgs,
    /// Special tokens spelled out in the text become their ids, which noise leaves alone
    #[arg(long, help_heading = "Special tokens")]
    pub allow_special_in_text: bool,

    /// A file, complete when it bears its name; .gz and .zst compress [default: stdout]
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Output")]
    pub output: Option<PathBuf>,
    /// Format of the records [default: by the output's extension, else jsonl]
    #[arg(long, help_heading = "Output")]
    pub output_format: Option<OutputFormatName>,
    /// Add to each record where it comes from and what noise was drawn
    #[arg(long, help_heading = "Output")]
    pub meta: bool,
    /// Write options, versions, counts and histograms as JSON
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Output")]
    pub stats: Option<PathBuf>,
    /// Write a page with the numbers of the run, charts of what was drawn and examples
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Output")]
    pub report: Option<PathBuf>,
    /// Load the tokenizer, print inputs, output and the options settled, do nothing
    #[arg(long, help_heading = "Output")]
    pub dry_run: bool,
    /// Print N examples for people, before and after, in place of records; no file is written
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..=1_000_000), value_name = "N", help_heading = "Output")]
    pub preview: Option<u64>,

    /// Show how far it is [default: on a terminal]; always prints a line now and then elsewhere
    #[arg(long, default_value = "auto", value_name = "WHEN", hide_default_value = true, help_heading = "Running")]
    pub progress: ProgressName,
    /// How it runs.
    #[command(flatten)]
    pub run: RunArgs,
}

/// Options about input.
#[derive(Debug, Args)]
pub struct InputArgs {
    /// Files to read; - is stdin [default: stdin]
    #[arg(value_name = "INPUT", value_hint = ValueHint::FilePath)]
    pub inputs: Vec<OsString>,
    /// Format of every input; auto goes by extension, else by content
    #[arg(long, default_value = "auto", help_heading = "Input")]
    pub input_format: InputFormatName,
    /// What one document of plain text is
    #[arg(long, default_value = "blank-line", help_heading = "Input")]
    pub documents: DocumentsName,
    /// The field that holds the text of a JSON record; a.b goes inside [default: text]
    #[arg(long, value_name = "FIELD", help_heading = "Input")]
    pub text_field: Option<String>,
    /// Invalid UTF-8 becomes U+FFFD instead of an error
    #[arg(long, help_heading = "Input")]
    pub lossy: bool,
    /// A longer document is an error; K, M and G multiply
    #[arg(long, default_value = "256M", value_parser = parse_bytes, value_name = "BYTES", help_heading = "Input")]
    pub max_document_bytes: u64,
    /// Stop after N documents
    #[arg(long, value_name = "N", help_heading = "Input")]
    pub limit: Option<u64>,
    /// What to do with a document that has a fault
    #[arg(long, default_value = "fail", help_heading = "Input")]
    pub on_error: OnErrorName,
}

/// Options about sentences.
#[derive(Debug, Args)]
pub struct SplittingArgs {
    /// How text is split into sentences
    #[arg(long, default_value = "auto", help_heading = "Sentences")]
    pub sentences: SentencesName,
    /// Language of the abbreviations for --sentences auto, such as en
    #[arg(long, default_value = "auto", value_name = "LANG", help_heading = "Sentences")]
    pub lang: String,
    /// The field of a JSON record that names its language
    #[arg(long, value_name = "FIELD", help_heading = "Sentences")]
    pub lang_field: Option<String>,
}

/// Options about special tokens.
#[derive(Debug, Args)]
pub struct SpecialTokenArgs {
    /// The token that hides others
    #[arg(long, value_name = "TOKEN", help_heading = "Special tokens")]
    pub mask_token: Option<String>,
    /// The token that fills records
    #[arg(long, value_name = "TOKEN", help_heading = "Special tokens")]
    pub pad_token: Option<String>,
    /// The token that begins a text
    #[arg(long, value_name = "TOKEN", help_heading = "Special tokens")]
    pub bos_token: Option<String>,
    /// The token that ends a text
    #[arg(long, value_name = "TOKEN", help_heading = "Special tokens")]
    pub eos_token: Option<String>,
}

/// Options about running.
#[derive(Debug, Args)]
pub struct RunArgs {
    /// Threads [default: all cores]; never changes the output
    #[arg(short = 'j', long, value_parser = clap::value_parser!(u32).range(1..=4096), value_name = "N", help_heading = "Running")]
    pub threads: Option<u32>,
    /// No summary, no warnings, no progress
    #[arg(short, long, help_heading = "Running")]
    pub quiet: bool,
}

/// Options of `muddle inspect`.
#[derive(Debug, Args)]
pub struct InspectArgs {
    /// A tokenizer.json, its folder, or a hub id looked up in the local Hugging Face cache
    #[arg(short, long, value_name = "TOKENIZER", required = true)]
    pub tokenizer: String,
    /// Files of JSONL records, compressed or not; - is stdin [default: stdin]
    #[arg(value_name = "RECORDS")]
    pub records: Vec<OsString>,
    /// What fills labels, where it is not -100
    #[arg(long, default_value_t = -100, allow_negative_numbers = true, value_name = "ID")]
    pub label_pad: i32,

    /// Special tokens by name.
    #[command(flatten)]
    pub special_tokens: SpecialTokenArgs,

    /// Write a page with charts and examples
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub html: Option<PathBuf>,
    /// Print one JSON object in place of text
    #[arg(long, help_heading = "Output")]
    pub json: bool,
    /// Decoded examples to print
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(0..=1000), value_name = "N", help_heading = "Output")]
    pub show: u32,

    /// How it runs.
    #[command(flatten)]
    pub run: RunArgs,
}

/// Options of `muddle sentences`.
#[derive(Debug, Args)]
pub struct SentencesArgs {
    /// What is read, and how.
    #[command(flatten)]
    pub input: InputArgs,
    /// How text is split.
    #[command(flatten)]
    pub splitting: SplittingArgs,
    /// One JSON array of sentences per document, whose concatenation is the document's text
    #[arg(long, help_heading = "Output")]
    pub json: bool,
    /// How it runs.
    #[command(flatten)]
    pub run: RunArgs,
}

fn parse_bytes(text: &str) -> Result<u64, String> {
    let (digits, unit) = match text.strip_suffix("iB").unwrap_or(text).char_indices().next_back() {
        Some((at, 'K' | 'k')) => (&text[..at], 1u64 << 10),
        Some((at, 'M')) => (&text[..at], 1 << 20),
        Some((at, 'G')) => (&text[..at], 1 << 30),
        _ => (text, 1),
    };
    let number: u64 = digits.parse().map_err(|_| "a whole number, with K, M or G behind it".to_string())?;
    number.checked_mul(unit).filter(|&bytes| bytes > 0).ok_or_else(|| "a size above 0 that fits 64 bits".to_string())
}
