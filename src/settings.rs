//! Everything that shapes records, and nothing else: threads, progress and colors live elsewhere.
//!
//! The only list of such options. The command line is parsed into it, `--dry-run`, `--stats` and `--report` print it, and
//! its fingerprint tells whether two runs would write the same records.
//!
//! **Adding an option**: a field here, or in the group it belongs to, and its use. Help, completions, printing and fingerprint follow.

mod language_parser;
mod noise_parser;
pub(crate) mod parsers;
mod reading;
mod shard;
mod usage;

use std::ops::Range;

use anyhow::{Context, Result, anyhow, ensure};
use clap::{Args, FromArgMatches, ValueEnum};
use language_parser::LanguageParser;
use noise_parser::NoiseParser;
use parsers::{label, whole};
pub use reading::{InputFormat, Reading};
use serde::Serialize;
use serde_json::Value;
pub use shard::Shard;
pub use usage::{Usage, usage};
use xxhash_rust::xxh3::xxh3_64;

use crate::noise::{MAX_IDS, Step};
use crate::objective::{Labels, Mix, Objective, Preset, Recipe};
use crate::padding::Pad;
use crate::pipeline::Splitting;
use crate::sentence::{Language, Method};
use crate::special_tokens::Overrides;
use crate::writer::OutputFormat;

/// Records that `--pad longest` looks at where nothing else is asked for.
const DEFAULT_BATCH_SIZE: u32 = 32;

/// Everything that shapes records.
#[derive(Clone, Debug, Args, Serialize)]
pub struct Settings {
    /// Noises as typed, in order
    #[arg(
        help = "Noise, as name[:key=value,…][@probability]; repeat it to apply several in order (see the list below)"
    )]
    #[arg(short, long, value_name = "NOISE", value_parser = NoiseParser, hide_possible_values = true, help_heading = "Recipe")]
    #[serde(rename = "recipe")]
    pub noise: Vec<Step>,
    /// One recipe of a mixture, with its weight; repeat it, and each window draws one of them
    #[arg(long, conflicts_with_all = ["noise", "preset"], value_parser = |text: &str| text.parse::<Recipe>(), value_name = "WEIGHT:NOISE[+NOISE]…", allow_hyphen_values = true, help_heading = "Recipe")]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mix: Vec<Recipe>,
    /// Named recipe, in place of --noise
    #[arg(long, conflicts_with = "noise", help_heading = "Recipe")]
    #[serde(skip)]
    pub preset: Option<Preset>,
    /// What the model is to produce
    #[arg(long, default_value = "auto", help_heading = "Recipe")]
    pub labels: Labels,
    /// Write N differently corrupted copies of each window, one after the other
    #[arg(long, default_value_t = 1, value_parser = whole::<u32>(1, u64::MAX), allow_negative_numbers = true, value_name = "N", help_heading = "Recipe")]
    pub copies: u32,
    /// Write copy K alone, for training epoch K; epochs 0 to 9 together are --copies 10 (but for
    /// --pack best-fit, where copies share records)
    #[arg(long, default_value_t = 0, conflicts_with = "copies", value_parser = whole::<u32>(0, u64::from(u32::MAX) - 1), allow_negative_numbers = true, value_name = "K", help_heading = "Recipe")]
    pub epoch: u32,
    /// Seed of everything random: the same seed, input and options give the same bytes
    #[arg(long, default_value_t = 0, value_parser = whole::<u64>(0, u64::MAX), allow_negative_numbers = true, value_name = "N", help_heading = "Recipe")]
    pub seed: u64,

    /// How input is read.
    #[command(flatten)]
    #[serde(flatten)]
    pub reading: Reading,
    /// JSON field or column that lists the words of the text, for unit=word: strings in order, or in JSON pairs of start and end
    #[arg(long, value_name = "FIELD", help_heading = "Input")]
    pub words_field: Option<String>,
    /// How text is split.
    #[command(flatten)]
    #[serde(flatten)]
    pub sentences: Sentences,

    /// Most tokens in a record, special tokens included
    #[arg(long, default_value_t = 512, value_parser = whole::<u32>(1, MAX_IDS as u64 - 1), allow_negative_numbers = true, value_name = "N", help_heading = "Windows")]
    pub max_length: u32,
    /// How sentences are grouped into windows
    #[arg(long, default_value = "fit", conflicts_with = "window", help_heading = "Windows")]
    pub pack: Pack,
    /// Take windows of N sentences, in place of --pack
    #[arg(long, value_parser = whole::<u32>(1, u64::MAX), allow_negative_numbers = true, value_name = "N", help_heading = "Windows")]
    pub window: Option<u32>,
    /// Start the next window K sentences later [default: N of --window]
    #[arg(long, requires = "window", value_parser = whole::<u32>(1, u64::MAX), allow_negative_numbers = true, value_name = "K", help_heading = "Windows")]
    pub stride: Option<u32>,

    /// Pad records to this length
    #[arg(long, default_value = "none", help_heading = "Padding")]
    pub pad: Pad,
    /// Round padded lengths up to a multiple of K
    #[arg(long, default_value_t = 1, value_parser = whole::<u32>(1, 65_536), allow_negative_numbers = true, value_name = "K", help_heading = "Padding")]
    pub pad_multiple: u32,
    /// How many records in a row --pad longest pads to the same length [default: 32]
    #[arg(long, value_parser = whole::<u32>(1, 1_000_000), allow_negative_numbers = true, value_name = "N", help_heading = "Padding")]
    pub batch_size: Option<u32>,
    /// Number that pads labels
    #[arg(long, default_value_t = -100, value_parser = label, allow_negative_numbers = true, value_name = "ID", help_heading = "Padding")]
    pub label_pad: i32,

    /// Token that names the language, as in mBART: '{lang}' stands for --lang or --lang-field. Sentences are joined by eos, and
    /// the token ends the record or stands where the tokenizer's template has one
    #[arg(long, value_name = "TOKEN", help_heading = "Special tokens")]
    pub lang_token: Option<String>,
    /// Special tokens by name.
    #[command(flatten)]
    #[serde(flatten)]
    pub special_tokens: TokenNames,
    /// Encode special tokens that the text spells out as special tokens, which noise leaves alone
    #[arg(long, help_heading = "Special tokens")]
    pub allow_special_in_text: bool,

    /// Leave out the first N records; the others are byte for byte those of the whole run
    #[arg(long, default_value_t = 0, value_parser = whole::<u64>(0, u64::MAX), allow_negative_numbers = true, value_name = "N", help_heading = "Output")]
    pub skip: u64,
    /// Format of the output [default: by the extension of -o, else jsonl]
    #[arg(long, value_name = "FORMAT", help_heading = "Output")]
    pub output_format: Option<OutputFormat>,
    /// Add to each record where it comes from and what noise was drawn
    #[arg(long, help_heading = "Output")]
    pub meta: bool,
}

/// How sentences are put into windows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pack {
    /// as many whole sentences of one document as fit
    Fit,
    /// one sentence each
    Sentence,
    /// one window a document, cut into as few as fit
    Document,
    /// across the documents of one input, eos between them
    Stream,
    /// fit, and finished windows of one input put together up to --max-length
    BestFit,
}

/// How text is split into sentences.
#[derive(Clone, Debug, Args, Serialize)]
pub struct Sentences {
    /// How text is split into sentences
    #[arg(long, default_value = "auto", help_heading = "Sentences")]
    pub sentences: Method,
    /// Language of the text, such as en, for --sentences auto; auto recognizes it
    #[arg(long, default_value = "auto", value_parser = LanguageParser, hide_possible_values = true, value_name = "LANG", help_heading = "Sentences")]
    pub lang: String,
    /// JSON field or column that names the language of each record
    #[arg(long, value_name = "FIELD", help_heading = "Sentences")]
    pub lang_field: Option<String>,
}

impl Sentences {
    /// Writes the language by its code, and not at all where no method looks at it; an error where it is not known.
    fn settle(&mut self, as_typed: bool) -> Result<()> {
        let language = Language::parse(&self.lang).map_err(|unknown| anyhow!("--lang {unknown}"))?;
        match (language, self.sentences) {
            // A token may go by more than the language, as zh_CN and zh_TW do.
            (Some(_), _) if as_typed => {}
            (None, _) | (_, Method::Uax29 | Method::Line | Method::None) => self.lang = "auto".to_string(),
            (Some(language), Method::Auto) => self.lang = language.code().unwrap_or(&self.lang).to_string(),
        }
        Ok(())
    }

    /// For the splitter; an error where the language is not known.
    pub fn splitting(&self) -> Result<Splitting> {
        let language = Language::parse(&self.lang).map_err(|unknown| anyhow!("--lang {unknown}"))?;
        Ok(Splitting::new(self.sentences, language))
    }
}

/// Special tokens by name, where they are not found.
#[derive(Clone, Debug, Args, Serialize)]
pub struct TokenNames {
    /// Mask token [default: found in the tokenizer]
    #[arg(long, value_name = "TOKEN", help_heading = "Special tokens")]
    pub mask_token: Option<String>,
    /// Padding token [default: found in the tokenizer]
    #[arg(long, value_name = "TOKEN", help_heading = "Special tokens")]
    pub pad_token: Option<String>,
    /// Token at the beginning of a text [default: found in the tokenizer]
    #[arg(long, value_name = "TOKEN", help_heading = "Special tokens")]
    pub bos_token: Option<String>,
    /// Token at the end of a text [default: found in the tokenizer]
    #[arg(long, value_name = "TOKEN", help_heading = "Special tokens")]
    pub eos_token: Option<String>,
}

impl TokenNames {
    /// For the search among the tokenizer's tokens.
    pub fn overrides(&self) -> Overrides {
        Overrides { tokens: [&self.mask_token, &self.pad_token, &self.bos_token, &self.eos_token].map(Clone::clone) }
    }
}

impl Default for Settings {
    /// What the command line gives where nothing is typed: no noise, which [`Settings::settle`] refuses.
    fn default() -> Self {
        let matches = Settings::augment_args(clap::Command::new("")).get_matches_from([""]);
        Settings::from_arg_matches(&matches).expect("every setting has a default")
    }
}

impl Settings {
    /// Puts in what follows from what was asked for, and checks options against each other. Every error is one of usage.
    pub fn settle(mut self) -> Result<Settings> {
        if let Some(preset) = self.preset.take() {
            self.noise = preset.noises().iter().map(|noise| noise.parse()).collect::<Result<_>>()?;
            self.mix = preset.mixture().iter().map(|recipe| recipe.parse()).collect::<Result<_>>()?;
        }
        // A mixture of one is that one.
        if let [Recipe { steps, .. }] = self.mix.as_mut_slice() {
            self.noise = std::mem::take(steps);
            self.mix.clear();
        }
        ensure!(
            !self.noise.is_empty() || !self.mix.is_empty(),
            "--noise: missing (such as -n infill, or --preset bart in place of a noise)"
        );
        ensure!(
            self.mix.iter().map(|recipe| recipe.weight).sum::<f64>().is_finite(),
            "--mix: the weights add up to more than any number (only their ratios count: divide them all)"
        );
        if self.mix.is_empty() {
            self.labels = Objective::new(self.noise.clone(), self.labels)?.target.into();
        }
        let mix = self.mix()?;
        ensure!(
            self.words_field.is_none() || mix.steps().any(|step| step.noise.needs().words),
            "--words-field: no noise here goes by words (add unit=word to one, such as -n mask:unit=word)"
        );
        self.stride = self.stride.or(self.window);
        self.output_format = self.output_format.or(Some(OutputFormat::Jsonl));
        let names_language = self.lang_token.as_ref().is_some_and(|token| token.contains("{lang}"));
        ensure!(
            !names_language || self.sentences.lang != "auto" || self.sentences.lang_field.is_some(),
            "--lang-token: no language to name (add --lang de_DE, or --lang-field with the field that names it)"
        );
        ensure!(
            self.lang_token.is_none() || self.window.is_some() || self.pack != Pack::Stream,
            "--lang-token: --pack stream puts documents together whose languages may differ (use --pack best-fit)"
        );
        self.sentences.settle(names_language)?;
        let windows_of_sentences = self.window.is_some() || self.pack == Pack::Sentence;
        if self.sentences.sentences == Method::Auto && mix.keeps_text_exact() && !windows_of_sentences {
            self.sentences.sentences = Method::None;
        }
        self.reading.documents = Some(self.reading.unit());
        // The only shard of documents is everything; that of inputs still sorts them.
        self.reading.shard = self.reading.shard.filter(|shard| shard.share.count > 1 || !shard.of_documents);
        ensure!(
            self.batch_size.is_none() || self.pad == Pad::Longest,
            "--batch-size: only --pad longest looks at several records (add --pad longest, or leave it out)"
        );
        self.batch_size = (self.pad == Pad::Longest).then_some(self.batch_size.unwrap_or(DEFAULT_BATCH_SIZE));
        let (multiple, max_length) = (self.pad_multiple, self.max_length);
        ensure!(
            self.pad != Pad::Max || max_length.is_multiple_of(multiple),
            "--pad-multiple {multiple} does not divide --max-length {max_length} (records would be longer than that)"
        );
        Ok(self)
    }

    /// Which copies of each window are made.
    pub fn copies(&self) -> Range<u32> {
        self.epoch..self.epoch + self.copies
    }

    /// Whether a run can go on from a document: its records depend on no other, and none is counted from the start.
    pub fn has_positions(&self) -> bool {
        let alone =
            self.pad != Pad::Longest && (self.window.is_some() || !matches!(self.pack, Pack::Stream | Pack::BestFit));
        alone && self.copies == 1 && self.reading.limit.is_none()
    }

    /// What windows are trained on.
    pub fn mix(&self) -> Result<Mix> {
        if self.mix.is_empty() {
            return Ok(Mix::single(Objective::new(self.noise.clone(), self.labels)?));
        }
        let weighted = self.mix.iter().enumerate().map(|(at, Recipe { weight, steps })| {
            let objective = Objective::new(steps.clone(), self.labels);
            Ok((*weight, objective.with_context(|| Mix::place(at, steps))?))
        });
        Ok(Mix::new(weighted.collect::<Result<_>>()?))
    }

    /// As printed and compared, by the names of the options.
    pub fn to_json(&self) -> Value {
        serde_json::to_value(self).expect("settings are plain data")
    }

    /// Equal for two runs that give the same records for the same input. `tokenizer` is whatever else tells tokenizers apart.
    pub fn fingerprint(&self, tokenizer: &Value) -> u64 {
        xxh3_64(format!("{}\n{tokenizer}", self.to_json()).as_bytes())
    }
}
