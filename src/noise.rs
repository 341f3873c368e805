//! Noise: what a recipe does to the clean ids of a window.
//!
//! A noise sees a body, its units and sentences, and its own random stream, and nothing else. It writes the changed ids and,
//! for each, what it stands for ([`Body`]); labels, statistics and views are made from that elsewhere.
//!
//! **Adding a noise**: a file beside this one that holds a [`Kind`] and implements [`Noise`], and a line in [`KINDS`]. Parser,
//! help, man page, completions, preview, statistics, charts and property tests go over that list. `none.rs` is the smallest.

mod body;
mod cursor;
mod delete;
mod drawn;
mod fim;
mod infill;
mod keys;
mod lengths;
mod mask;
mod none;
mod origin;
mod permute;
mod placement;
mod prefix;
mod rotate;
mod span;
mod step;
mod trace;

use std::sync::Arc;

use anyhow::Result;

pub use body::{Body, TokenState};
pub use drawn::{Corrupted, Drawn, Move, Start};
pub use keys::Keys;
pub use origin::{Edit, MAX_IDS, Origin, Source};
pub use placement::{Ratio, Unit};
pub use step::Step;

use crate::figure::Figure;
use crate::rng::NoiseRng;
use crate::stats::StepStats;
use crate::target::Target;
use crate::tokenizer::{Encoder, Tokenizer};
use crate::window::Window;

/// Every kind of noise, in the order in which help shows them.
pub const KINDS: &[Kind] = &[
    mask::KIND,
    delete::KIND,
    infill::KIND,
    permute::KIND,
    rotate::KIND,
    span::KIND,
    prefix::KIND,
    fim::KIND,
    none::KIND,
];

/// A kind of noise: its name and keys, and how one is made of them.
pub struct Kind {
    /// As typed.
    pub name: &'static str,
    /// What it does, in a few words.
    pub about: &'static str,
    /// What can be set, in the order in which it is written out.
    pub keys: &'static [Key],
    /// Takes every key, in their order; errors name the key and what it takes.
    pub parse: fn(&mut Keys) -> Result<Arc<dyn Noise>>,
}

impl Kind {
    /// Its keys, each once: one whose default goes by the value of another key is listed more than once.
    pub fn key_names(&'static self) -> impl Iterator<Item = &'static Key> {
        let is_first = |at: usize| self.keys[..at].iter().all(|other| other.name != self.keys[at].name);
        (0..self.keys.len()).filter(move |at| is_first(*at)).map(|at| &self.keys[at])
    }
}

/// A key of a noise.
pub struct Key {
    /// As typed.
    pub name: &'static str,
    /// Its value where it is not typed.
    pub default: &'static str,
    /// What it sets.
    pub about: &'static str,
    /// The `key=value` without which it means nothing.
    pub goes_with: Option<&'static str>,
}

impl Key {
    const fn new(name: &'static str, default: &'static str, about: &'static str) -> Key {
        Key { name, default, about, goes_with: None }
    }

    const fn going_with(self, pair: &'static str) -> Key {
        Key { goes_with: Some(pair), ..self }
    }
}

const UNIT_TOKEN: Key = Key::new("unit", "token", "what is chosen: token or word");
const COUNT: Key =
    Key::new("count", "bernoulli", "choose each unit by itself (bernoulli), or meet the share exactly (exact)");

/// One noise with its parameters, ready to draw. Ratios and shares are in 0..=1.
pub trait Noise: Send + Sync {
    /// What it cannot do without.
    fn needs(&self) -> Needs {
        Needs::default()
    }

    /// What a model is to restore where this is the only noise.
    fn target(&self) -> Target {
        Target::Clean
    }

    /// What a body of so many ids, at least 1, becomes at most, with so many sentinels at hand; `specials` of the ids are such
    /// that noise leaves alone. No part of it may shrink where the body grows or holds more of those.
    fn extent(&self, ids: usize, specials: usize, _sentinels: usize) -> Extent {
        Extent { input: ids, specials, ..Extent::default() }
    }

    /// Whether it lays spans, which `--meta` then counts.
    fn lays_spans(&self) -> bool {
        false
    }

    /// Whether ids leave their places, so that no label can stand in them.
    fn moves(&self) -> bool {
        !self.target().is_in_place()
    }

    /// The same with the ids of the tokens that it names, which become special; `None` where it names none. Errors name
    /// those that the tokenizer lacks.
    fn bind(&self, _: &mut Tokenizer) -> Result<Option<Arc<dyn Noise>>> {
        Ok(None)
    }

    /// Changes a body and counts in `drawn` what it did.
    fn apply(&self, body: &mut Body, cx: &mut Context, drawn: &mut Drawn) -> Result<()>;

    /// What it can do to a token, for legends.
    fn effects(&self) -> Vec<Effect> {
        Vec::new()
    }

    /// What it did to one example, in words.
    fn describe(&self, drawn: &Drawn) -> String;

    /// What it did over a run, beside what was asked for.
    fn figures(&self, _: &StepStats) -> Vec<Figure> {
        Vec::new()
    }
}

/// What a noise cannot do without.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// A mask token.
    pub mask: bool,
    /// To know where sentences begin.
    pub sentences: bool,
    /// To know where words begin.
    pub words: bool,
    /// The text to the letter: white space between windows, as code has it, is not for dropping.
    pub exact_text: bool,
}

/// How long the sides of a record get.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extent {
    /// Ids of the corrupted body.
    pub input: usize,
    /// Those among them that noise leaves alone.
    pub specials: usize,
    /// Ids of labels that hold what was hidden, without the template's end.
    pub hidden: usize,
    /// Sentinels used.
    pub sentinels: usize,
}

/// What noise can do to a token, as legends explain it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Another token stands for it.
    Hidden,
    /// The mask token that does.
    Masked,
    /// A random token that does.
    Random,
    /// Chosen, and left as it was.
    Kept,
    /// Gone without a trace.
    Deleted,
    /// A token that stands for nothing.
    Inserted,
    /// A token that says what follows.
    Sign,
    /// In a sentence that stands elsewhere.
    Moved,
    /// Where the body was cut and turned around.
    Rotated,
}

/// What every step of a recipe may use, the same for all windows of a run.
#[derive(Clone, Copy)]
pub struct Scene<'t> {
    /// For permuted text and for what begins a word.
    pub tokenizer: &'t Tokenizer,
    /// The id that stands for hidden tokens; any where no step needs it.
    pub mask: u32,
    /// Ids that stand for hidden spans, in order.
    pub sentinels: &'t [u32],
    /// The most ids a body may hold before tokens are hidden.
    pub room: usize,
    /// Whether special tokens can stand inside bodies; noise then leaves them alone.
    pub specials_inside: bool,
    /// What stands between documents in a body, special or not; noise leaves it alone.
    pub separator: Option<u32>,
    /// Whether it stands between sentences.
    pub joins_sentences: bool,
}

impl Scene<'_> {
    /// Whether noise may touch this id.
    fn is_open(&self, id: u32) -> bool {
        !self.specials_inside || self.tokenizer.vocabulary().is_text(id, self.separator)
    }

    /// A uniformly random token that is not special.
    fn random_token(&self, rng: &mut NoiseRng) -> u32 {
        match self.tokenizer.vocabulary().replacements() {
            [] => self.mask,
            tokens => tokens[rng.below(tokens.len())],
        }
    }
}

/// What one step on one window works with.
pub struct Context<'c, 't> {
    /// What holds for the whole run.
    pub scene: Scene<'c>,
    /// The clean side.
    pub window: &'c Window<'c>,
    /// The step's own stream.
    pub rng: NoiseRng,
    /// Buffers.
    pub work: &'c mut Workspace<'t>,
}

impl Context<'_, '_> {
    /// Finds the units of a body, in the workspace; words are those that the window's documents give, where they do.
    fn find_units(&mut self, body: &Body, unit: Unit) -> Result<()> {
        let Context { scene, window, work, .. } = self;
        work.given.clear();
        if unit == Unit::Word && window.has_words() {
            window.number_words(&mut work.encoder, &mut work.given)?;
        }
        work.units.find(body, unit, scene, &work.given);
        Ok(())
    }
}

/// Buffers of one thread, reused from example to example.
pub struct Workspace<'t> {
    units: placement::Units,
    /// By clean position, the number of the word that its record gives.
    given: Vec<u32>,
    /// Units or slots that were drawn, ascending.
    chosen: Vec<u32>,
    taken: Vec<bool>,
    lengths: Vec<usize>,
    left_out: Vec<u32>,
    order: Vec<usize>,
    spare: Body,
    text: String,
    /// For permuted text, and for whoever needs one beside the noise.
    pub encoder: Encoder<'t>,
}

impl<'t> Workspace<'t> {
    /// Empty buffers.
    pub fn new(tokenizer: &'t Tokenizer) -> Self {
        Workspace {
            units: placement::Units::default(),
            given: Vec::new(),
            chosen: Vec::new(),
            taken: Vec::new(),
            lengths: Vec::new(),
            left_out: Vec::new(),
            order: Vec::new(),
            spare: Body::default(),
            text: String::new(),
            encoder: tokenizer.encoder(),
        }
    }
}
