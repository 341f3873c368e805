//! What will happen: defaults settled, options checked against each other, once, before anything is read.

use std::ffi::OsString;
use std::io::IsTerminal;
use std::path::PathBuf;

use anyhow::{Result, anyhow, bail, ensure};

use crate::cli::{
    CorruptArgs, DocumentsName, InputArgs, InputFormatName, LabelsName, OnErrorName, PackName, PadName, PresetName,
    ProgressName, SentencesName, SpecialTokenArgs, SplittingArgs,
};
use crate::labels::Labels;
use crate::noise::{Preset, Recipe};
use crate::pipeline::{OnError, Splitting};
use crate::progress::Show;
use crate::reader::{DocumentUnit, Format, Input, ReadOptions};
use crate::sentence::{Language, Method};
use crate::special_tokens::Overrides;

/// An error in what was asked for, not in the data: exit code 2.
#[derive(Debug)]
pub struct Usage(pub anyhow::Error);

impl std::fmt::Display for Usage {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "{:#}", self.0)
    }
}

impl std::error::Error for Usage {}

/// Marks an error as one of usage.
pub fn usage(error: anyhow::Error) -> anyhow::Error {
    anyhow!(Usage(error))
}

/// How sentences are packed, before the tokenizer is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PackChoice {
    /// `--pack`.
    Named(PackName),
    /// `--window`, `--stride`.
    Sliding {
        /// Sentences in a window.
        size: usize,
        /// Sentences between windows' starts.
        stride: usize,
    },
}

/// The options of `corrupt`, settled.
#[derive(Debug)]
pub struct CorruptOptions {
    /// As typed.
    pub tokenizer: String,
    /// The noises.
    pub recipe: Recipe,
    /// What records restore.
    pub labels: Labels,
    /// Noises per example.
    pub copies: u32,
    /// The seed.
    pub seed: u64,
    /// What is read.
    pub input: InputOptions,
    /// How text is split.
    pub splitting: Splitting,
    /// Ids per record.
    pub max_length: usize,
    /// How sentences are packed.
    pub pack: PackChoice,
    /// To what records are padded.
    pub pad: PadName,
    /// Widths are multiples of this.
    pub pad_multiple: usize,
    /// Examples that `--pad longest` looks at.
    pub batch_size: usize,
    /// What fills labels.
    pub label_pad: i32,
    /// Special tokens by name.
    pub overrides: Overrides,
    /// Whether special tokens in text are special.
    pub allow_special_in_text: bool,
    /// Where records go; stdout where `None`.
    pub output: Option<PathBuf>,
    /// Whether records carry their meta object.
    pub meta: bool,
    /// Where statistics go.
    pub stats: Option<PathBuf>,
    /// Where the page goes.
    pub report: Option<PathBuf>,
    /// Only say what would be done.
    pub dry_run: bool,
    /// Threads.
    pub threads: usize,
    /// No words on stderr but errors.
    pub quiet: bool,
    /// Examples to print for people, in place of records.
    pub preview: Option<u64>,
    /// Whether progress is shown, and how.
    pub progress: Show,
}

/// What is read, settled.
#[derive(Debug)]
pub struct InputOptions {
    /// In order.
    pub inputs: Vec<Input>,
    /// How.
    pub read: ReadOptions,
    /// Stop after so many documents.
    pub limit: Option<u64>,
    /// What a fault of a document comes to.
    pub on_error: OnError,
}

impl CorruptOptions {
    /// Settles what was typed. Every error is one of usage.
    pub fn settle(args: CorruptArgs) -> Result<Self> {
        let recipe = match args.preset {
            Some(name) => preset(name).recipe()?,
            None => Recipe::parse(&args.noise)?,
        };
        let labels = settle_labels(args.labels, &recipe)?;
        let pack = match args.window {
            Some(size) => PackChoice::Sliding { size: size as usize, stride: args.stride.unwrap_or(size) as usize },
            None => PackChoice::Named(args.pack),
        };
        if let Some(path) = &args.output {
            crate::writer::suffix::check_records(path)?;
        }
        let max_length = args.max_length as usize;
        let multiple = args.pad_multiple as usize;
        ensure!(
            args.pad != PadName::Max || max_length.is_multiple_of(multiple),
            "--pad-multiple {multiple} does not divide --max-length {max_length} (records would be longer than that)"
        );
        let output = args.output.filter(|path| path.as_os_str() != "-");
        let progress = if args.run.quiet { Show::Nothing } else { settle_progress(args.progress, output.is_none()) };
        Ok(CorruptOptions {
            tokenizer: args.tokenizer,
            recipe,
            labels,
            copies: args.copies,
            seed: args.seed,
            input: InputOptions::settle(args.input, args.splitting.lang_field.clone())?,
            splitting: settle_splitting(&args.splitting)?,
            max_length,
            pack,
            pad: args.pad,
            pad_multiple: multiple,
            batch_size: args.batch_size as usize,
            label_pad: args.label_pad,
            overrides: overrides(&args.special_tokens),
            allow_special_in_text: args.allow_special_in_text,
            output,
            meta: args.meta,
            stats: args.stats,
            report: args.report,
            dry_run: args.dry_run,
            threads: threads(args.run.threads),
            quiet: args.run.quiet,
            preview: args.preview,
            progress,
        })
    }
}

impl InputOptions {
    /// Settles what was typed.
    pub fn settle(args: InputArgs, lang_field: Option<String>) -> Result<Self> {
        let inputs = inputs(args.inputs, "text")?;
        let format = match args.input_format {
            InputFormatName::Auto => None,
            InputFormatName::Text => Some(Format::Text),
            InputFormatName::Jsonl => Some(Format::Jsonl),
        };
        let documents = match args.documents {
            DocumentsName::BlankLine => DocumentUnit::BlankLine,
            DocumentsName::Line => DocumentUnit::Line,
            DocumentsName::File => DocumentUnit::File,
        };
        let read = ReadOptions {
            format,
            documents,
            text_field: args.text_field,
            lang_field,
            lossy: args.lossy,
            max_document_bytes: args.max_document_bytes,
        };
        let on_error = match args.on_error {
            OnErrorName::Fail => OnError::Fail,
            OnErrorName::Skip => OnError::Skip,
        };
        Ok(InputOptions { inputs, read, limit: args.limit, on_error })
    }
}

/// Inputs by what was typed: none is stdin, unless somebody sits there.
pub fn inputs(typed: Vec<OsString>, what: &str) -> Result<Vec<Input>> {
    let mut inputs: Vec<Input> = typed.into_iter().map(Input::from).collect();
    if inputs.is_empty() {
        inputs.push(Input::Stdin);
    }
    let stdins = inputs.iter().filter(|input| **input == Input::Stdin).count();
    ensure!(stdins <= 1, "stdin is named {stdins} times (it can be read once)");
    ensure!(
        stdins == 0 || !std::io::stdin().is_terminal(),
        "no input: stdin is a terminal (name files, or pipe {what} in; --help shows examples)"
    );
    Ok(inputs)
}

/// Sentences by what was typed.
pub fn settle_splitting(args: &SplittingArgs) -> Result<Splitting> {
    let method = match args.sentences {
        SentencesName::Auto => Method::Auto,
        SentencesName::Uax29 => Method::Uax29,
        SentencesName::Line => Method::Line,
        SentencesName::None => Method::None,
    };
    let language = Language::from_code(&args.lang);
    ensure!(
        language.is_some() || args.lang == "auto" || is_language_code(&args.lang),
        "--lang {}: no language code (two or three letters, such as en; auto goes by the script)",
        args.lang
    );
    Ok(Splitting { method, language })
}

/// Whether a code is well formed. Those without lists of their own go by the script.
fn is_language_code(code: &str) -> bool {
    let primary = code.split(['-', '_']).next().unwrap_or("");
    (2..=3).contains(&primary.len()) && primary.chars().all(|c| c.is_ascii_alphabetic())
}

/// Special tokens by what was typed.
pub fn overrides(args: &SpecialTokenArgs) -> Overrides {
    Overrides { tokens: [&args.mask_token, &args.pad_token, &args.bos_token, &args.eos_token].map(Clone::clone) }
}

/// All cores unless asked otherwise.
pub fn threads(asked: Option<u32>) -> usize {
    match asked {
        Some(threads) => threads as usize,
        None => std::thread::available_parallelism().map_or(1, usize::from),
    }
}

/// A bar on a terminal, unless records flow over it.
fn settle_progress(name: ProgressName, to_stdout: bool) -> Show {
    let terminal = std::io::stderr().is_terminal();
    match name {
        ProgressName::Never => Show::Nothing,
        ProgressName::Auto if !terminal || (to_stdout && std::io::stdout().is_terminal()) => Show::Nothing,
        ProgressName::Always if !terminal => Show::Lines,
        ProgressName::Auto | ProgressName::Always => Show::Bar,
    }
}

fn settle_labels(name: LabelsName, recipe: &Recipe) -> Result<Labels> {
    let keeps_places = recipe.keeps_places();
    match name {
        LabelsName::Full => Ok(Labels::Full),
        LabelsName::Auto if keeps_places => Ok(Labels::Masked),
        LabelsName::Auto => Ok(Labels::Full),
        LabelsName::Masked if keeps_places => Ok(Labels::Masked),
        LabelsName::Masked => {
            let moving = recipe.steps.iter().find(|step| !step.noise.keeps_places());
            let name = moving.map_or("", |step| step.noise.name());
            bail!("--labels masked: {name} moves tokens, so they have no labels in their places (use --labels full)")
        }
    }
}

fn preset(name: PresetName) -> Preset {
    match name {
        PresetName::Bert => Preset::Bert,
        PresetName::BertWwm => Preset::BertWwm,
        PresetName::Modernbert => Preset::Modernbert,
        PresetName::Bart => Preset::Bart,
        PresetName::BartPaper => Preset::BartPaper,
        PresetName::Mbart => Preset::Mbart,
    }
}
