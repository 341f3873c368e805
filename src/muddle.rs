//! The face of the library: a tokenizer and settings, ready to make records.

use anyhow::{Context, Result, anyhow, ensure};
use serde_json::{Value, json};
use xxhash_rust::xxh3::xxh3_64;

use crate::document::Documents;
use crate::language_token::LanguageTokens;
use crate::padding::{Pad, Padding};
use crate::pipeline::{BestFit, Corrupter, Scratch};
use crate::records::Records;
use crate::settings::{Pack, Settings, usage};
use crate::special_tokens::{Role, SpecialTokens};
use crate::tokenizer::{Location, Tokenizer, locate};
use crate::window::Packing;
use crate::writer::Format;
use crate::writer::jsonl::Jsonl;
#[cfg(feature = "columnar")]
use crate::writer::{Arrow, Columns, OutputFormat, Parquet, Shape};

/// A tokenizer and settings, ready to make records.
///
/// ```
/// use muddle::{Muddle, Settings};
///
/// let noise = vec!["infill:ratio=0.3".parse()?];
/// let muddle = Muddle::new("fixtures/tokenizers/bytelevel.json", Settings { noise, ..Settings::default() })?;
/// let records = muddle.records(["The ferry leaves at five. It rains."])?;
/// let record = records.get(0);
/// assert!(record.input_ids.len() < record.labels.len());
/// # anyhow::Ok(())
/// ```
pub struct Muddle {
    pub(crate) corrupter: Corrupter,
    pub(crate) padding: Padding,
    settings: Settings,
    /// As asked for.
    name: String,
}

impl Muddle {
    /// Loads `tokenizer`: a `tokenizer.json`, its folder, or a hub id in the local Hugging Face cache.
    ///
    /// # Errors
    /// A [`crate::settings::Usage`] where the settings contradict each other; any other error names the tokenizer and what
    /// it lacks.
    pub fn new(tokenizer: &str, settings: Settings) -> Result<Muddle> {
        let settings = settings.settle().map_err(usage)?;
        let location = locate(tokenizer, |name| std::env::var(name).ok())?;
        Muddle::load(tokenizer, &location, settings)
    }

    /// The same with settings that are settled and a tokenizer that was found.
    pub(crate) fn load(name: &str, location: &Location, settings: Settings) -> Result<Muddle> {
        let mut tokenizer = Tokenizer::load(location, settings.allow_special_in_text)?;
        let file = location.file.display().to_string();
        let specials = SpecialTokens::settle(&mut tokenizer, location, &settings.special_tokens.overrides())
            .with_context(|| file.clone())?;
        let need = |role, by: &str| specials.need(role, by).with_context(|| file.clone());
        let languages = match &settings.lang_token {
            Some(pattern) => {
                let default = Some(settings.sentences.lang.as_str()).filter(|lang| *lang != "auto");
                Some(LanguageTokens::find(pattern, default, &mut tokenizer).with_context(|| file.clone())?)
            }
            None => None,
        };
        let joint = languages.is_some().then(|| need(Role::Eos, "--lang-token")).transpose()?;
        let template = languages.as_ref().map_or(tokenizer.template(), LanguageTokens::longest_template).clone();
        let mut mix = settings.mix()?;
        mix.bind(&mut tokenizer).with_context(|| file.clone())?;
        let mask = match mix.needs_mask() {
            Some(step) => Some(need(Role::Mask, step.name())?),
            None => None,
        };
        // What says something else in a record stands for no span.
        let roles = [Role::Pad, Role::Bos, Role::Eos].into_iter().filter_map(|role| specials.get(role));
        let taken: Vec<u32> = mix.prefix_ids().chain(mask).chain(roles).collect();
        let sentinels: Vec<u32> = specials.sentinels().iter().copied().filter(|id| !taken.contains(id)).collect();
        let max_length = settings.max_length as usize;
        mix.require_sentinels(sentinels.len()).with_context(|| file.clone())?;
        mix.settle(&template, max_length, sentinels.len()).map_err(usage)?;
        mix.check_sentinels(sentinels.len()).with_context(|| file.clone())?;
        let padding = padding(&settings, || need(Role::Pad, "--pad"))?;
        let packing = packing(&settings, || need(Role::Eos, "--pack stream"))?;
        let corrupter = Corrupter {
            splitting: settings.sentences.splitting()?,
            packing,
            mix,
            mask: mask.or(specials.get(Role::Mask)).unwrap_or_default(),
            sentinels,
            specials_inside: settings.allow_special_in_text
                || joint.is_some()
                || matches!(packing, Packing::Stream { .. }),
            languages,
            joint,
            seed: settings.seed,
            copies: settings.copies(),
            meta: settings.meta,
            positions: settings.has_positions(),
            detailed: false,
            tokenizer,
        };
        ensure!(
            !matches!(packing, Packing::Stream { .. }) || corrupter.packed_apart().len() == 1,
            usage(anyhow!(
                "--copies {}: windows of these recipes differ in length, and --pack stream cannot pack each copy apart (write \
                 them one by one, with --epoch 0, 1, …)",
                settings.copies
            ))
        );
        Ok(Muddle { corrupter, padding, settings, name: name.to_string() })
    }

    /// The records of some texts, each of them a document.
    ///
    /// Widths are the records' own lengths, whatever `--pad` says. With `--pack stream` every text starts a window, and with
    /// `--pack best-fit` each record is one window.
    ///
    /// # Errors
    /// Where a text cannot be encoded.
    pub fn records<'t>(&self, texts: impl IntoIterator<Item = &'t str>) -> Result<Records> {
        let mut scratch = Scratch::new(&self.corrupter.tokenizer);
        let documents = Documents::of_texts("text", false, texts);
        let packed = self.corrupter.pack(documents, &mut scratch.work.encoder);
        if let Some(fault) = packed.faults.first() {
            anyhow::bail!("{fault}");
        }
        let mut records = Records::default();
        for task in self.corrupter.tasks(&[packed.windows], 0, u64::MAX, 0) {
            self.corrupter.corrupt(&task, &mut scratch, None, &mut records, |_| {})?;
        }
        Ok(records)
    }

    /// How windows are put together, where they are.
    pub(crate) fn best_fit(&self) -> Option<BestFit> {
        let label_lens = self.corrupter.mix.objectives().any(|(_, objective)| !objective.target.is_in_place());
        let max_length = self.settings.max_length as usize;
        let hides = self.corrupter.mix.needs_sentinels();
        let sentinels = if hides { self.corrupter.sentinels.clone() } else { Vec::new() };
        (self.settings.window.is_none() && self.settings.pack == Pack::BestFit).then_some(BestFit {
            max_length,
            label_lens,
            sentinels,
            spells_sentinels: self.settings.allow_special_in_text,
        })
    }

    /// How these records are written.
    pub(crate) fn format(&self) -> Format {
        match self.settings.output_format {
            #[cfg(feature = "columnar")]
            Some(OutputFormat::Parquet) => Format::Parquet(Box::new(Parquet::new(self.columns(), self.metadata()))),
            #[cfg(feature = "columnar")]
            Some(OutputFormat::Arrow) => Format::Arrow(Arrow::new(self.columns(), self.metadata())),
            _ => Format::Jsonl(Jsonl::new(self.padding, self.corrupter.tokenizer.vocabulary().size())),
        }
    }

    /// The columns that these records have.
    #[cfg(feature = "columnar")]
    fn columns(&self) -> Columns {
        let best_fit = self.best_fit();
        let shape = Shape {
            seq_lens: best_fit.is_some(),
            label_lens: best_fit.is_some_and(|best_fit| best_fit.label_lens),
            meta: self.settings.meta,
        };
        Columns::new(self.padding, shape)
    }

    /// What a file says of how it was made.
    #[cfg(feature = "columnar")]
    fn metadata(&self) -> String {
        json!({ "version": env!("CARGO_PKG_VERSION"), "options": self.describe() }).to_string()
    }

    /// Settings as printed, with what tells the tokenizer apart and the fingerprint of both.
    ///
    /// Two runs with equal `fingerprint` write the same records for the same input.
    pub fn describe(&self) -> Value {
        let tokenizer = &self.corrupter.tokenizer;
        // Files beside the tokenizer can make tokens special, which noise then never draws.
        let special: Vec<u8> = tokenizer.vocabulary().special_tokens().flat_map(|(id, _)| id.to_le_bytes()).collect();
        let identity = json!({
            "tokenizer_hash": format!("{:016x}", tokenizer.hash()),
            "vocabulary": tokenizer.vocabulary().size(),
            "special_tokens_hash": format!("{:016x}", xxh3_64(&special)),
            "template": [tokenizer.template().prefix, tokenizer.template().suffix],
            "mask": self.corrupter.mix.needs_mask().map(|_| self.corrupter.mask),
            "pad_id": self.padding.pad,
            "separator": self.corrupter.scene().separator,
        });
        let fingerprint = self.settings.fingerprint(&identity);
        let mut all = json!({
            "tokenizer": self.name,
            "engine": if tokenizer.fallback().is_some() { "tokenizers 0.23" } else { "tokenizers 1.0" },
        });
        for part in [identity, self.settings.to_json(), json!({ "fingerprint": format!("{fingerprint:016x}") })] {
            if let (Value::Object(all), Value::Object(part)) = (&mut all, part) {
                all.extend(part);
            }
        }
        all
    }
}

/// How wide records are written. `pad` gives the token that fills them.
fn padding(settings: &Settings, pad: impl Fn() -> Result<u32>) -> Result<Padding> {
    let pads = settings.pad != Pad::None || settings.pad_multiple > 1;
    Ok(Padding {
        to: settings.pad,
        max_length: settings.max_length as usize,
        batch_size: settings.batch_size.unwrap_or(1) as usize,
        multiple: settings.pad_multiple as usize,
        pad: if pads { pad()? } else { 0 },
        label_pad: settings.label_pad,
    })
}

/// How sentences are put into windows. `eos` gives the token between documents.
fn packing(settings: &Settings, eos: impl Fn() -> Result<u32>) -> Result<Packing> {
    Ok(match (settings.window, settings.pack) {
        (Some(size), _) => Packing::Sliding { size: size as usize, stride: settings.stride.unwrap_or(size) as usize },
        (None, Pack::Fit | Pack::BestFit) => Packing::Fit,
        (None, Pack::Sentence) => Packing::Sentence,
        (None, Pack::Document) => Packing::Document,
        (None, Pack::Stream) => Packing::Stream { eos: eos()? },
    })
}
