//! What a run does to its documents, as pure functions: split, pack, corrupt.

use std::fmt::Write;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use anyhow::Result;

use super::Splitting;
use crate::document::{Document, Documents};
use crate::example::{Example, Examples};
use crate::harmless;
use crate::labels::Labels;
use crate::noise::{Corruption, Drawn, Noised, Setting, Watch, Workspace};
use crate::rng::NoiseKey;
use crate::sentence::Method;
use crate::stats::Stats;
use crate::tokenizer::{Encoder, Tokenizer};
use crate::window::{Packed, Packer, Packing, SplitDocuments, StreamPacker, Window, Windows};

/// Everything that shapes an example.
pub struct Corrupter {
    /// Text to ids.
    pub tokenizer: Tokenizer,
    /// Text to sentences.
    pub splitting: Splitting,
    /// Sentences to windows.
    pub packing: Packing,
    /// Ids that a body may hold: the length less the template.
    pub room: usize,
    /// What is done to a window.
    pub corruption: Corruption,
    /// Names of its steps, for the meta object.
    pub step_names: Vec<&'static str>,
    /// The id that hides tokens.
    pub mask: u32,
    /// Whether special tokens can stand inside bodies.
    pub specials_inside: bool,
    /// What is to be restored.
    pub labels: Labels,
    /// `--seed`.
    pub seed: u64,
    /// `--copies`.
    pub copies: u32,
    /// `--meta`.
    pub meta: bool,
    /// Whether what is drawn is counted by size and place, too.
    pub detailed: bool,
}

/// Some windows to corrupt in one go.
pub struct Task<'w> {
    windows: &'w Windows,
    range: Range<usize>,
    /// In all their records.
    pub ids: usize,
}

/// Buffers of one thread, reused from task to task.
pub struct Scratch<'c> {
    /// Its encoder packs documents, too.
    pub work: Workspace<'c>,
    noised: Noised,
    drawn: Vec<Option<Drawn>>,
    example: Examples,
}

/// Buffers for tasks that go on side by side: as many as there are threads, whatever task is done by which.
pub struct Scratches<'c> {
    corrupter: &'c Corrupter,
    idle: Mutex<Vec<Scratch<'c>>>,
}

impl<'c> Scratches<'c> {
    /// None yet.
    pub fn new(corrupter: &'c Corrupter) -> Self {
        Scratches { corrupter, idle: Mutex::default() }
    }

    /// Does a task with buffers that no other has at the time.
    pub fn with<T>(&self, task: impl FnOnce(&mut Scratch<'c>) -> T) -> T {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = idle().pop();
        let mut scratch = kept.unwrap_or_else(|| self.corrupter.scratch());
        let done = task(&mut scratch);
        idle().push(scratch);
        done
    }
}

impl Corrupter {
    /// Packs documents, each on its own.
    pub fn pack<'c>(&'c self, mut documents: Documents, encoder: &mut Encoder<'c>) -> Packed {
        let whole = matches!(self.packing, Packing::Fit | Packing::Document);
        let lazy = whole && self.splitting.method != Method::Line && !self.corruption.needs_sentences();
        let run = if lazy {
            documents.unwrap_lines();
            SplitDocuments::unsplit(documents)
        } else {
            self.split(documents)
        };
        let split = lazy.then_some(|document: &Document, ends: &mut Vec<usize>| self.splitting.ends(document, ends));
        Packer { tokenizer: &self.tokenizer, packing: self.packing, room: self.room, split }.pack(run, encoder)
    }

    /// Splits documents and encodes what can be encoded ahead of packing them in order.
    pub fn split_ahead(&self, documents: Documents) -> SplitDocuments {
        let mut run = self.split(documents);
        run.encode_runs(&mut self.tokenizer.encoder());
        run
    }

    fn split(&self, mut documents: Documents) -> SplitDocuments {
        let ends = self.splitting.split(&mut documents);
        let mut run = SplitDocuments::unsplit(documents);
        (0..run.len()).for_each(|at| run.split(at, ends.of(at), &self.tokenizer));
        run
    }

    /// The packer, where documents are packed in order.
    pub fn stream_packer(&self) -> Option<StreamPacker<'_>> {
        match self.packing {
            Packing::Stream { eos } => Some(StreamPacker::new(&self.tokenizer, self.room, eos)),
            _ => None,
        }
    }

    /// Cuts windows into tasks of about `ids`; no record has less than `width` of them, padding included.
    pub fn tasks<'w>(&self, windows: &'w [Windows], ids: usize, width: usize) -> Vec<Task<'w>> {
        let mut tasks = Vec::new();
        for windows in windows {
            let (mut start, mut filled) = (0, 0);
            for at in 0..windows.len() {
                filled += self.ids(windows, at, width);
                if filled >= ids || at + 1 == windows.len() {
                    tasks.push(Task { windows, range: start..at + 1, ids: filled });
                    (start, filled) = (at + 1, 0);
                }
            }
        }
        tasks
    }

    /// All of these windows as one task.
    pub fn whole<'w>(&self, windows: &'w Windows, width: usize) -> Task<'w> {
        let range = 0..windows.len();
        Task { windows, range: range.clone(), ids: range.map(|at| self.ids(windows, at, width)).sum() }
    }

    /// Ids in the records of a window.
    fn ids(&self, windows: &Windows, at: usize, width: usize) -> usize {
        windows.get(at).body.len().max(width) * self.copies as usize
    }

    fn scratch(&self) -> Scratch<'_> {
        let work = Workspace::new(&self.tokenizer);
        Scratch { work, noised: Noised::default(), drawn: Vec::new(), example: Examples::default() }
    }

    /// Windows to examples, each shown to `take` and then gone; copies of a window one after the other.
    pub fn corrupt(&self, task: &Task, scratch: &mut Scratch, mut take: impl FnMut(Example)) -> Result<Stats> {
        let Scratch { work, noised, drawn, example } = scratch;
        let mut stats = Stats::default();
        let mut watch = self.detailed.then(|| Watch::new(self.corruption.len()));
        let template = self.tokenizer.template();
        for at in task.range.clone() {
            let window = task.windows.get(at);
            for copy in 0..self.copies {
                match &mut watch {
                    None => self.noise(&window, copy, work, noised, drawn)?,
                    Some(watch) => {
                        let (key, setting) = (self.key(&window, copy), self.setting());
                        let corruption = &self.corruption;
                        corruption.apply_watched(&window, &key, &setting, work, noised, drawn, watch)?;
                    }
                }
                example.clear();
                example.push(window.body, noised, template, self.labels);
                stats.count_record(window.body.len(), noised.len(), template.len(), drawn);
                if self.meta {
                    example.push_meta(self.describe(&window, copy, drawn));
                }
                take(example.get(0));
            }
        }
        if let Some(watch) = watch {
            stats.take_details(watch);
        }
        Ok(stats)
    }

    /// Corrupts one window into `noised`.
    pub fn noise(
        &self,
        window: &Window,
        copy: u32,
        work: &mut Workspace,
        noised: &mut Noised,
        drawn: &mut Vec<Option<Drawn>>,
    ) -> Result<()> {
        self.corruption.apply(window, &self.key(window, copy), &self.setting(), work, noised, drawn)
    }

    /// What every step may use.
    pub fn setting(&self) -> Setting<'_> {
        let separator = match self.packing {
            Packing::Stream { eos } => Some(eos),
            _ => None,
        };
        let Corrupter { tokenizer, mask, room, specials_inside, .. } = self;
        Setting { tokenizer, mask: *mask, room: *room, specials_inside: *specials_inside, separator }
    }

    /// What a window's randomness hangs on.
    pub fn key(&self, window: &Window, copy: u32) -> NoiseKey {
        NoiseKey { seed: self.seed, document: window.document().hash(), window: window.ordinal, copy }
    }

    /// The meta object of an example.
    fn describe(&self, window: &Window, copy: u32, drawn: &[Option<Drawn>]) -> String {
        let Document { source, at, ordinal, .. } = window.document().document();
        let source = serde_json::Value::from(&**source).to_string();
        let source = harmless::json(&source);
        let mut meta = format!(
            "{{\"source\":{source},\"{}\":{},\"document\":{ordinal},\"window\":{},\"copy\":{copy},\"noise\":[",
            at.unit(),
            at.number(),
            window.ordinal
        );
        let applied = self.step_names.iter().zip(drawn).filter_map(|(name, drawn)| Some((name, drawn.as_ref()?)));
        for (at, (name, drawn)) in applied.enumerate() {
            let comma = if at > 0 { "," } else { "" };
            let Drawn { units, chosen, spans, insertions, .. } = drawn;
            let _ = write!(meta, "{comma}{{\"name\":\"{name}\",\"units\":{units},\"chosen\":{chosen}");
            if *name == "infill" {
                let _ = write!(meta, ",\"spans\":{spans},\"insertions\":{insertions}");
            }
            meta.push('}');
        }
        meta.push_str("]}");
        meta
    }
}
