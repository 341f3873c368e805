//! The five corruptions of BART and BERT, and how they follow one another.
//!
//! A strategy sees a body, its words and sentences, and its own random stream, and nothing else. What comes out carries
//! `origins`: for each id the clean position it came from. Labels, statistics and views are made from that, elsewhere.

mod delete;
mod infill;
mod mask;
mod noised;
mod permute;
mod placement;
mod recipe;
mod rotate;
mod watch;

use anyhow::Result;

pub use noised::{Noised, Origin};
pub use permute::taking_part;
pub use placement::{Count, Unit};
pub use recipe::{NAMES, Preset, Recipe, Step};
pub use watch::{Detail, Move, PARTS, WHOLE, Watch};

use crate::histogram::Histogram;
use crate::rng::{Chance, NoiseKey, NoiseRng, SpanLengths};
use crate::tokenizer::{Encoder, Tokenizer};
use crate::window::Window;

/// One corruption and its parameters. Ratios and shares are in 0..=1.
#[derive(Clone, Debug, PartialEq)]
pub enum Noise {
    /// Chosen units become the mask token, a random one, or stay (BERT).
    Mask {
        /// Share of units chosen.
        ratio: f64,
        /// What the ratio counts.
        unit: Unit,
        /// Independent choices, or a count that is met.
        count: Count,
        /// Share of chosen tokens that become the mask token.
        mask: f64,
        /// Share of chosen tokens that become a random token.
        random: f64,
    },
    /// Chosen units vanish (BART).
    Delete {
        /// Share of units chosen.
        ratio: f64,
        /// What the ratio counts.
        unit: Unit,
        /// Independent choices, or a count that is met.
        count: Count,
    },
    /// Spans of Poisson lengths become one mask token each (BART).
    Infill {
        /// Share of units hidden.
        ratio: f64,
        /// Mean span length in units.
        lambda: f64,
        /// What ratio and lambda count.
        unit: Unit,
        /// Share of spans that become a random token in place of the mask.
        random: f64,
    },
    /// Sentences change places (BART).
    Permute {
        /// Share of sentences that take part.
        ratio: f64,
    },
    /// The body begins at a random place and wraps around (BART).
    Rotate {
        /// At what it may begin.
        unit: Unit,
    },
}

impl Noise {
    /// As on the command line.
    pub fn name(&self) -> &'static str {
        match self {
            Noise::Mask { .. } => "mask",
            Noise::Delete { .. } => "delete",
            Noise::Infill { .. } => "infill",
            Noise::Permute { .. } => "permute",
            Noise::Rotate { .. } => "rotate",
        }
    }

    /// Whether every token keeps its place, so that each can have a label of its own.
    pub fn keeps_places(&self) -> bool {
        matches!(self, Noise::Mask { .. })
    }

    /// Whether it writes the mask token.
    pub fn needs_mask(&self) -> bool {
        match self {
            Noise::Mask { mask, .. } => *mask > 0.0,
            Noise::Infill { random, .. } => *random < 1.0,
            _ => false,
        }
    }
}

/// What a step did to one example.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Drawn {
    /// Units there were to choose from.
    pub units: u64,
    /// Units chosen: masked, deleted, hidden, moved.
    pub chosen: u64,
    /// Spans laid (infill).
    pub spans: u64,
    /// Among them spans of no length.
    pub insertions: u64,
    /// Insertions left out, or orders drawn again, for lack of room.
    pub cramped: u64,
}

/// What every step of a recipe may use.
pub struct Setting<'t> {
    /// For permuted text and for what begins a word.
    pub tokenizer: &'t Tokenizer,
    /// The id that stands for hidden tokens; any where no step needs it.
    pub mask: u32,
    /// Most ids a body may hold.
    pub room: usize,
    /// Whether special tokens can stand inside bodies; noise then leaves them alone.
    pub specials_inside: bool,
    /// What stands between documents in a body, special or not; noise leaves it alone.
    pub separator: Option<u32>,
}

impl Setting<'_> {
    /// Whether noise may touch this id.
    fn is_open(&self, id: u32) -> bool {
        let vocabulary = self.tokenizer.vocabulary();
        // Some tokenizers have one token for the end of a text and for what they do not know.
        let unknown = vocabulary.unknown() == Some(id) && self.separator != Some(id);
        !self.specials_inside || unknown || !(vocabulary.is_special(id) || self.separator == Some(id))
    }

    /// A uniformly random token that is not special.
    fn random_token(&self, rng: &mut NoiseRng) -> u32 {
        match self.tokenizer.vocabulary().replacements() {
            [] => self.mask,
            tokens => tokens[rng.below(tokens.len())],
        }
    }
}

/// Buffers of one thread, reused from example to example.
pub struct Workspace<'t> {
    /// Spans laid so far, by their length in units.
    pub span_lengths: Histogram,
    /// Whether the last span laid was cut so that the ratio is met.
    trimmed: bool,
    /// By sentence, how far the last permutation moved it.
    moves: Vec<Move>,
    units: placement::Units,
    /// Units or slots that were drawn, ascending.
    chosen: Vec<u32>,
    taken: Vec<bool>,
    lengths: Vec<usize>,
    left_out: Vec<u32>,
    order: Vec<usize>,
    spare: Noised,
    text: String,
    /// For permuted text, and for whoever needs one beside the noise.
    pub encoder: Encoder<'t>,
}

impl<'t> Workspace<'t> {
    /// Empty buffers.
    pub fn new(tokenizer: &'t Tokenizer) -> Self {
        Workspace {
            span_lengths: Histogram::default(),
            trimmed: false,
            moves: Vec::new(),
            units: placement::Units::default(),
            chosen: Vec::new(),
            taken: Vec::new(),
            lengths: Vec::new(),
            left_out: Vec::new(),
            order: Vec::new(),
            spare: Noised::default(),
            text: String::new(),
            encoder: tokenizer.encoder(),
        }
    }
}

/// The noises of a recipe, settled for drawing.
pub struct Corruption {
    steps: Vec<(Option<Chance>, Strategy)>,
}

enum Strategy {
    Mask(mask::Mask),
    Delete(delete::Delete),
    Infill(infill::Infill),
    Permute { ratio: f64 },
    Rotate { unit: Unit },
}

impl Corruption {
    /// From a checked recipe.
    pub fn new(recipe: &Recipe) -> Self {
        let strategy = |noise: &Noise| match *noise {
            Noise::Mask { ratio, unit, count, mask, random } => Strategy::Mask(mask::Mask {
                choice: placement::Choice::new(ratio, unit, count),
                masked: Chance::new(mask),
                masked_or_random: Chance::new(mask + random),
            }),
            Noise::Delete { ratio, unit, count } => {
                Strategy::Delete(delete::Delete { choice: placement::Choice::new(ratio, unit, count) })
            }
            Noise::Infill { ratio, lambda, unit, random } => Strategy::Infill(infill::Infill {
                ratio,
                lengths: SpanLengths::new(lambda).unwrap_or_else(|| unreachable!("lambda is checked by the recipe")),
                unit,
                random: Chance::new(random),
            }),
            Noise::Permute { ratio } => Strategy::Permute { ratio },
            Noise::Rotate { unit } => Strategy::Rotate { unit },
        };
        let steps = recipe.steps.iter().map(|step| (step.chance.map(Chance::new), strategy(&step.noise))).collect();
        Corruption { steps }
    }

    /// How many steps.
    pub fn len(&self) -> usize {
        self.steps.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Whether a step must know where sentences begin.
    pub fn needs_sentences(&self) -> bool {
        self.steps.iter().any(|(_, strategy)| {
            matches!(strategy, Strategy::Permute { .. } | Strategy::Rotate { unit: Unit::Sentence })
        })
    }

    /// Corrupts a window into `noised`. `drawn` gets what each step did, `None` for one that was not applied.
    pub fn apply(
        &self,
        window: &Window,
        key: &NoiseKey,
        setting: &Setting,
        work: &mut Workspace,
        noised: &mut Noised,
        drawn: &mut Vec<Option<Drawn>>,
    ) -> Result<()> {
        noised.start(window);
        drawn.clear();
        for position in 0..self.len() {
            drawn.push(self.apply_step(position, window, key, setting, work, noised)?);
        }
        Ok(())
    }

    /// Applies one step to what the steps before it made of the window; `None` where it was not its turn.
    pub fn apply_step(
        &self,
        position: usize,
        window: &Window,
        key: &NoiseKey,
        setting: &Setting,
        work: &mut Workspace,
        noised: &mut Noised,
    ) -> Result<Option<Drawn>> {
        let (chance, strategy) = &self.steps[position];
        let mut rng = NoiseRng::new(key, position as u32);
        if chance.is_some_and(|chance| !rng.happens(chance)) {
            return Ok(None);
        }
        let drawn = match strategy {
            Strategy::Mask(mask) => mask.apply(noised, setting, &mut rng, work),
            Strategy::Delete(delete) => delete.apply(noised, setting, &mut rng, work),
            Strategy::Infill(infill) => infill.apply(noised, setting, &mut rng, work),
            Strategy::Permute { ratio } => permute::apply(*ratio, window, noised, setting, &mut rng, work)?,
            Strategy::Rotate { unit } => rotate::apply(*unit, noised, setting, &mut rng, work),
        };
        Ok(Some(drawn))
    }
}
