//! What the user typed: the commands and, beside [`Settings`], the options that do not shape records.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, ColorChoice, Parser, Subcommand, ValueEnum, ValueHint};

use crate::progress::When;

mod examples;

use crate::settings::parsers::{label, whole};
use crate::settings::{Reading, Sentences, Settings, TokenNames};
use examples::{COMPLETIONS_EXAMPLES, INSPECT_EXAMPLES, MAN_EXAMPLES, SENTENCES_EXAMPLES, corrupt_help, first_help};

/// Corrupts text so that models learn to restore it
///
/// Reads raw text, splits it into sentences and windows, corrupts each window as BERT, BART, T5, UL2 or
/// fill-in-the-middle models are trained, and writes training records: input_ids, attention_mask and labels, as JSON lines,
/// Arrow or Parquet. The same input, options and seed give the same bytes.
#[derive(Debug, Parser)]
#[command(name = "muddle", version, max_term_width = 100)]
#[command(after_help = first_help(), arg_required_else_help = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// When to use colors
    #[arg(long, global = true, default_value = "auto", value_name = "WHEN", help_heading = "Running")]
    pub color: ColorChoice,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make training records from text
    #[command(after_help = corrupt_help(), args_override_self = true)]
    Corrupt(Box<CorruptArgs>),
    /// Check, count and show records of any tool
    #[command(after_help = INSPECT_EXAMPLES, args_override_self = true)]
    Inspect(Box<InspectArgs>),
    /// Print how text would be split into sentences
    #[command(after_help = SENTENCES_EXAMPLES, args_override_self = true)]
    Sentences(Box<SentencesArgs>),
    /// Print the script that completes commands and options in a shell
    #[command(after_help = COMPLETIONS_EXAMPLES, args_override_self = true)]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    #[command(after_help = MAN_EXAMPLES, args_override_self = true)]
    Man,
}

/// Options of `muddle corrupt`.
#[derive(Debug, Args)]
pub struct CorruptArgs {
    /// Tokenizer: a tokenizer.json, its folder, or a hub id that is in the local Hugging Face cache
    #[arg(short, long, value_name = "TOKENIZER", required = true, value_hint = ValueHint::AnyPath, help_heading = "Recipe")]
    pub tokenizer: String,
    /// Everything that shapes records.
    #[command(flatten)]
    pub settings: Settings,
    /// What is read.
    #[command(flatten)]
    pub input: InputArgs,

    /// Output file, written atomically: .parquet, .arrow, or JSON lines, which .gz and .zst compress [default: stdout]
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Output")]
    pub output: Option<PathBuf>,
    /// An output for each input.
    #[command(flatten)]
    pub folder: FolderArgs,
    /// Write settings, versions, counts and histograms as JSON; - is stdout, if the records go to a file
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Output")]
    pub stats: Option<PathBuf>,
    /// Write an HTML page with numbers, charts and examples of the run; - is stdout, if the records go to a file
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Output")]
    pub report: Option<PathBuf>,
    /// Print inputs, outputs and settings as JSON, after all checks, and stop
    #[arg(long, help_heading = "Output")]
    pub dry_run: bool,
    /// Print N examples before and after noise, in place of records; write no file
    #[arg(long, value_parser = whole::<u64>(1, 1_000_000), allow_negative_numbers = true, value_name = "N", help_heading = "Output")]
    pub preview: Option<u64>,

    /// When to show progress on stderr [default: on a terminal]
    #[arg(long, default_value = "auto", value_name = "WHEN", hide_default_value = true, help_heading = "Running")]
    pub progress: When,
    /// How it runs.
    #[command(flatten)]
    pub run: RunArgs,
}

/// Options of many outputs.
#[derive(Debug, Args)]
pub struct FolderArgs {
    /// Write one output per input below DIR, each complete or not there, named by the input's path in the common folder of all
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, conflicts_with_all = ["output", "preview"], help_heading = "Output")]
    pub output_dir: Option<PathBuf>,
    /// Folder that --output-dir names outputs by, in place of the common folder of the inputs
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, help_heading = "Output")]
    pub relative_to: Option<PathBuf>,
    /// Compression of the outputs in --output-dir
    #[arg(long, value_name = "HOW", help_heading = "Output")]
    pub compress: Option<Compress>,
    /// Go on with --output-dir after an interruption: make what is missing or whose input changed, with the same settings
    /// (--on-error, --lossy and a larger --max-document-bytes may differ where no document had a fault)
    #[arg(long, help_heading = "Output")]
    pub resume: bool,
    /// Read every output that --resume would keep and make damaged ones anew [default: go by size]
    #[arg(long, help_heading = "Output")]
    pub verify: bool,
    /// Stop --output-dir at the first input that fails [default: do the others, then list the failures]
    #[arg(long, help_heading = "Output")]
    pub fail_fast: bool,
}

/// How every output of many is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Compress {
    /// Zstandard, .zst
    Zst,
    /// gzip, .gz
    Gz,
}

/// Where input comes from.
#[derive(Debug, Args)]
pub struct InputArgs {
    /// Files to read; - is stdin, a folder is the data files in it and in the folders below, hidden ones left out [default: stdin]
    #[arg(value_name = "INPUT", value_hint = ValueHint::AnyPath)]
    pub inputs: Vec<OsString>,
    /// Read the names of the inputs from FILE, one a line; - is stdin
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "inputs", help_heading = "Input")]
    pub files_from: Option<OsString>,
    /// Names in --files-from end with NUL, as find -print0 writes them
    #[arg(long, help_heading = "Input")]
    pub null: bool,
}

/// Options about running.
#[derive(Debug, Args)]
pub struct RunArgs {
    /// Number of threads, which never changes the output [default: all cores]
    #[arg(short = 'j', long, value_parser = whole::<u32>(1, 4096), allow_negative_numbers = true, value_name = "N", help_heading = "Running")]
    pub threads: Option<u32>,
    /// Print no summary, hints, warnings or progress, but errors and what goes to stdout
    #[arg(short, long, help_heading = "Running")]
    pub quiet: bool,
}

/// Options of `muddle inspect`.
#[derive(Debug, Args)]
pub struct InspectArgs {
    /// Tokenizer: a tokenizer.json, its folder, or a hub id that is in the local Hugging Face cache
    #[arg(short, long, value_name = "TOKENIZER", required = true, value_hint = ValueHint::AnyPath)]
    pub tokenizer: String,
    /// What is read.
    #[command(flatten)]
    pub input: InputArgs,
    /// Number that pads labels
    #[arg(long, default_value_t = -100, value_parser = label, allow_negative_numbers = true, value_name = "ID")]
    pub label_pad: i32,

    /// Special tokens by name.
    #[command(flatten)]
    pub special_tokens: TokenNames,

    /// Write an HTML page with charts and examples; - is stdout, in place of text
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Output")]
    pub html: Option<PathBuf>,
    /// Print one JSON object in place of text
    #[arg(long, help_heading = "Output")]
    pub json: bool,
    /// Number of examples to print
    #[arg(long, default_value_t = 3, value_parser = whole::<u32>(0, 1000), allow_negative_numbers = true, value_name = "N", help_heading = "Output")]
    pub show: u32,

    /// How it runs.
    #[command(flatten)]
    pub run: RunArgs,
}

/// Options of `muddle sentences`.
#[derive(Debug, Args)]
pub struct SentencesArgs {
    /// What is read.
    #[command(flatten)]
    pub input: InputArgs,
    /// How input is read.
    #[command(flatten)]
    pub reading: Reading,
    /// How text is split.
    #[command(flatten)]
    pub sentences: Sentences,
    /// Print one JSON array of sentences per document; joined, they are its text
    #[arg(long, help_heading = "Output")]
    pub json: bool,
    /// How it runs.
    #[command(flatten)]
    pub run: RunArgs,
}
