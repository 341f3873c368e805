//! What a run does to its documents, as pure functions: split, pack, corrupt.

use std::ops::Range;
use std::sync::Arc;

use anyhow::Result;

use super::{Scratch, Splitting};
use crate::document::{Document, Documents};
use crate::language_token::LanguageTokens;
use crate::noise::{Corrupted, Scene, Step};
use crate::objective::{Mix, Objective};
use crate::records::{Meta, MetaNoise, Position, Records};
use crate::rng::NoiseKey;
use crate::sentence::Method;
use crate::stats::Stats;
use crate::tokenizer::{Encoder, Template, Tokenizer};
use crate::window::{Packed, Packer, Packing, Room, Rooms, SplitDocuments, StreamPacker, Window, Windows};

/// Everything that shapes a record, ready for use.
pub struct Corrupter {
    /// Text to ids.
    pub tokenizer: Tokenizer,
    /// Text to sentences.
    pub splitting: Splitting,
    /// Sentences to windows.
    pub packing: Packing,
    /// What is done to a window.
    pub mix: Mix,
    /// The id that hides tokens.
    pub mask: u32,
    /// The ids that stand for hidden spans, in order.
    pub sentinels: Vec<u32>,
    /// Tokens that name the languages of documents.
    pub languages: Option<LanguageTokens>,
    /// What stands between sentences, where they are joined by an id.
    pub joint: Option<u32>,
    /// Whether special tokens can stand inside bodies.
    pub specials_inside: bool,
    /// `--seed`.
    pub seed: u64,
    /// Which copies of each window.
    pub copies: Range<u32>,
    /// `--meta`.
    pub meta: bool,
    /// Whether records say where a run can go on: each depends on its document alone, which has no other copies.
    pub positions: bool,
    /// Whether what is drawn is counted by place, too.
    pub detailed: bool,
}

/// Some records to make in one go.
pub struct Task<'w> {
    windows: &'w Windows,
    /// Copies of windows, counted through.
    range: Range<u64>,
    /// In all these records.
    pub ids: u64,
}

impl Task<'_> {
    /// The input that its windows come from.
    pub fn source(&self) -> Arc<str> {
        Arc::clone(self.windows.get(0).document().document().source)
    }
}

/// What one record is made of, for whoever looks at some.
pub struct Example<'e> {
    /// The clean side.
    pub window: &'e Window<'e>,
    /// What its randomness hangs on.
    pub key: &'e NoiseKey,
    /// What was done.
    pub objective: &'e Objective,
    /// What came of it.
    pub made: &'e Corrupted,
}

/// Shown every example of a run, on many threads and in no order.
pub type Sample<'s> = dyn Fn(&Example) + Sync + 's;

impl Corrupter {
    /// Packs documents, each on its own.
    pub fn pack<'c>(&'c self, mut documents: Documents, encoder: &mut Encoder<'c>) -> Packed {
        let whole = matches!(self.packing, Packing::Fit | Packing::Document);
        let copies = self.packed_apart();
        let needs_sentences = self.mix.needs_sentences() || self.joint.is_some();
        let lazy = whole && self.splitting.method != Method::Line && !needs_sentences && copies.len() == 1;
        let run = if lazy {
            documents.unwrap_lines();
            SplitDocuments::unsplit(documents)
        } else {
            self.split(documents)
        };
        let split = lazy.then_some(|document: &Document, ends: &mut Vec<usize>| self.splitting.ends(document, ends));
        let (packing, joint) = (self.packing, self.joint);
        Packer { tokenizer: &self.tokenizer, packing, rooms: self, copies, joint, split }.pack(run, encoder)
    }

    /// Splits documents and encodes what can be encoded ahead of packing them in order.
    pub fn split_ahead(&self, documents: Documents) -> SplitDocuments {
        let mut run = self.split(documents);
        run.encode_segments(&mut self.tokenizer.encoder());
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
            Packing::Stream { eos } => Some(StreamPacker::new(&self.tokenizer, self, self.copies.start, eos)),
            _ => None,
        }
    }

    /// The copies for which windows are packed apart: one where all have windows of the same lengths.
    pub fn packed_apart(&self) -> Range<u32> {
        let Range { start, end } = self.copies;
        start..if self.mix.common_room().is_some() { start + 1 } else { end }
    }

    /// How many copies are made of each window.
    fn copies_each(&self) -> u64 {
        (self.copies.len() / self.packed_apart().len()) as u64
    }

    /// The copies of a window.
    pub fn copies_of(&self, window: &Window) -> Range<u32> {
        window.copy..window.copy + self.copies_each() as u32
    }

    /// Records that these windows give.
    pub fn records(&self, windows: &[Windows]) -> u64 {
        windows.iter().map(|windows| windows.len() as u64 * self.copies_each()).sum()
    }

    /// The id that stands for hidden tokens, to show it.
    pub fn stand_in(&self) -> u32 {
        match self.sentinels.first() {
            Some(&sentinel) if self.mix.needs_mask().is_none() && self.mix.needs_sentinels() => sentinel,
            _ => self.mask,
        }
    }

    /// Cuts windows, but for the first `skip` records, into tasks of about `ids`, in order; no record has less than `width`
    /// of them, padding included.
    pub fn tasks<'w>(
        &self,
        windows: &'w [Windows],
        mut skip: u64,
        ids: u64,
        width: usize,
    ) -> impl Iterator<Item = Task<'w>> {
        let copies = self.copies_each();
        windows.iter().flat_map(move |windows| {
            let end = windows.len() as u64 * copies;
            let mut start = skip.min(end);
            skip -= start;
            std::iter::from_fn(move || {
                let mut task = Task { windows, range: start..start, ids: 0 };
                while task.range.end < end && task.ids < ids {
                    let at = task.range.end / copies;
                    let each = windows.get(at as usize).body.len().max(width).max(1) as u64;
                    // Copies of one window are taken in one step, however many there are.
                    let more = ((ids - task.ids).div_ceil(each)).min((at + 1) * copies - task.range.end);
                    task.range.end += more;
                    task.ids += more * each;
                }
                start = task.range.end;
                (!task.range.is_empty()).then_some(task)
            })
        })
    }

    /// Windows to records, added to `records`; copies of a window one after the other. `take` is called after each one, and
    /// may write and drop what is there.
    pub fn corrupt(
        &self,
        task: &Task,
        scratch: &mut Scratch,
        sample: Option<&Sample>,
        records: &mut Records,
        mut take: impl FnMut(&mut Records),
    ) -> Result<Stats> {
        let mut stats = Stats::default();
        let scene = self.scene();
        let copies = self.copies_each();
        for at in task.range.clone() {
            let window = task.windows.get((at / copies) as usize);
            let key = self.key(&window, window.copy + (at % copies) as u32);
            let (first_step, objective) = self.mix.choose(&key);
            let Scratch { work, made } = scratch;
            objective.corrupt((&window, &key), &scene, work, made)?;
            let template = self.template(&window.document().document())?;
            records.push(window.body, &made.body, template, objective);
            let last = records.get(records.len() - 1);
            stats.count_record(window.body.len(), (last.input_ids.len(), last.labels.len()));
            stats.count_steps(first_step, &made.drawn);
            if self.detailed {
                stats.count_places(window.body.len(), &made.body);
            }
            if self.meta {
                let recipe = self.mix.is_several().then(|| self.mix.ordinal(first_step));
                records.push_meta(Meta { recipe, ..describe(&window, key.copy, objective, made) });
            }
            if self.positions {
                records.push_position(Position { documents: window.document().number(), records: window.ordinal });
            }
            if let Some(sample) = sample {
                sample(&Example { window: &window, key: &key, objective, made });
            }
            take(records);
        }
        Ok(stats)
    }

    /// Corrupts one window as a run does, and shows it.
    pub fn corrupt_window<T>(
        &self,
        window: &Window,
        copy: u32,
        scratch: &mut Scratch,
        see: impl FnOnce(&Example) -> T,
    ) -> Result<T> {
        let key = self.key(window, copy);
        let (_, objective) = self.mix.choose(&key);
        objective.corrupt((window, &key), &self.scene(), &mut scratch.work, &mut scratch.made)?;
        Ok(see(&Example { window, key: &key, objective, made: &scratch.made }))
    }

    /// Ids around the bodies of a document.
    fn template(&self, document: &Document) -> Result<&Template> {
        self.languages.as_ref().map_or(Ok(self.tokenizer.template()), |languages| languages.of(document))
    }

    /// What every step may use.
    pub fn scene(&self) -> Scene<'_> {
        let separator = match self.packing {
            Packing::Stream { eos } => Some(eos),
            _ => self.joint,
        };
        let Corrupter { tokenizer, mask, sentinels, .. } = self;
        let (specials_inside, joins_sentences) = (self.specials_inside, self.joint.is_some());
        Scene { tokenizer, mask: *mask, sentinels, room: 0, specials_inside, separator, joins_sentences }
    }

    /// What a window's randomness hangs on.
    fn key(&self, window: &Window, copy: u32) -> NoiseKey {
        NoiseKey { seed: self.seed, document: window.document().hash(), window: window.ordinal, copy }
    }
}

impl Rooms for Corrupter {
    fn check(&self, document: &Document) -> Result<()> {
        self.template(document).map(|_| ())
    }

    fn room(&self, document: u64, ordinal: u64, copy: u32) -> Room<'_> {
        let key = || NoiseKey { seed: self.seed, document, window: ordinal, copy };
        let room = self.mix.common_room().unwrap_or_else(|| self.mix.choose(&key()).1.space());
        Room { beside_specials: room.beside_specials.filter(|_| self.specials_inside), ..room }
    }
}

/// Where a record comes from and what was drawn for it.
fn describe(window: &Window, copy: u32, objective: &Objective, made: &Corrupted) -> Meta {
    let Document { source, at, ordinal, .. } = window.document().document();
    let applied = objective.steps.iter().zip(&made.drawn).filter(|(_, drawn)| drawn.applied);
    let noise = applied.map(|(step, drawn): (&Step, _)| {
        let spans = step.noise.lays_spans();
        MetaNoise {
            name: step.name(),
            units: drawn.units,
            chosen: drawn.chosen,
            spans: spans.then_some(drawn.spans.len() as u64),
            insertions: spans.then_some(drawn.insertions()),
            p_mask: drawn.ratio,
        }
    });
    Meta {
        source: source.clone(),
        at,
        document: ordinal,
        window: window.ordinal,
        copy,
        recipe: None,
        noise: noise.collect(),
    }
}
