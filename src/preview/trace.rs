//! What became of every token of a window: the recipe run step by step, each step's origins read and carried on.
//!
//! A step's origins tell where its ids stood before it. Chained, they tell for each id of the result where it stood in the
//! clean body and what touched it, and for each clean token what took it away: nothing is guessed from ids. Must not know
//! how any of this is shown.

use anyhow::Result;

use crate::noise::{Drawn, Noise, Noised, Origin, Recipe, Workspace};
use crate::pipeline::Corrupter;
use crate::window::Window;

/// What noise made of an id that stands in the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Nothing.
    Untouched,
    /// Chosen, and left as it was.
    Kept,
    /// The mask token, in the place of one token or of a span.
    Mask,
    /// A random token, in the place of one token or of a span.
    Random,
    /// Put in where nothing was hidden.
    Inserted,
    /// Part of sentences that had to be encoded together in their new order: their text stands in the clean body, their
    /// tokens have no places there.
    Anew,
}

/// What noise made of a clean token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// It stands in the result.
    None,
    /// Chosen, and left as it was.
    Kept,
    /// A mask or a random token stands for it, alone or for its span.
    Hidden,
    /// Nothing stands for it.
    Deleted,
}

/// An id of the result.
#[derive(Clone, Copy, Debug)]
pub struct Now {
    /// Its clean position.
    pub clean: Option<usize>,
    /// Of an id that stands for hidden ones, the first clean position hidden there.
    pub hides: Option<usize>,
    /// What it is.
    pub fate: Fate,
    /// Whether a rotation brought it from the front to the back.
    pub wrapped: bool,
}

/// What a step did to one example.
#[derive(Clone, Copy, Debug, Default)]
pub struct Seen {
    /// What was drawn; `None` where the step was not applied.
    pub drawn: Option<Drawn>,
    /// Mask tokens that came with it.
    pub masks: usize,
    /// Random tokens that came with it.
    pub random: usize,
    /// Chosen tokens that it left as they were.
    pub kept: usize,
    /// At which of its ids a rotation begins.
    pub begins_at: usize,
}

/// What became of a window.
pub struct Trace {
    /// The result, its ids and where sentences begin among them.
    pub noised: Noised,
    /// By id of the result.
    pub now: Vec<Now>,
    /// By clean id.
    pub lost: Vec<Loss>,
    /// By step of the recipe.
    pub seen: Vec<Seen>,
    /// Where clean sentences begin, and their numbers from 1; without those that are glued to the one before.
    pub sentences: Vec<(usize, usize)>,
    /// The numbers of sentences that stand elsewhere than before, where a permutation moved any.
    pub moved: Vec<usize>,
    /// Whether sentences had to be encoded together in their new order, so that their tokens are not those of the clean body.
    pub anew: bool,
    /// The clean position at which a rotated body begins.
    pub rotated_to: Option<usize>,
}

impl Trace {
    /// Runs the recipe on a window.
    pub fn run(corrupter: &Corrupter, recipe: &Recipe, window: &Window, copy: u32) -> Result<Trace> {
        let mut trace = Trace::clean(window);
        let (key, setting) = (corrupter.key(window, copy), corrupter.setting());
        let mut work = Workspace::new(&corrupter.tokenizer);
        for (position, step) in recipe.steps.iter().enumerate() {
            let before = trace.noised.ids.clone();
            let noised = &mut trace.noised;
            let drawn = corrupter.corruption.apply_step(position, window, &key, &setting, &mut work, noised)?;
            let mut seen = Seen { drawn, ..Seen::default() };
            if drawn.is_some() {
                trace.follow(&step.noise, &before, corrupter.mask, &mut seen);
            }
            trace.seen.push(seen);
        }
        Ok(trace)
    }

    fn clean(window: &Window) -> Trace {
        let mut noised = Noised::default();
        noised.start(window);
        let untouched = |at| Now { clean: Some(at), hides: None, fate: Fate::Untouched, wrapped: false };
        let starts = window.parts().flat_map(|part| part.first_ids.iter().copied()).zip(1..);
        Trace {
            now: (0..noised.len()).map(untouched).collect(),
            lost: vec![Loss::None; noised.len()],
            seen: Vec::new(),
            sentences: starts
                .filter_map(|(start, n)| Some((start? as usize, n)))
                .filter(|(start, _)| *start < noised.len())
                .collect(),
            moved: Vec::new(),
            anew: false,
            rotated_to: None,
            noised,
        }
    }

    /// Takes in what one step did: `noised.origins` are positions among the ids before it, and become the identity.
    fn follow(&mut self, noise: &Noise, before: &[u32], mask: u32, seen: &mut Seen) {
        let origins = std::mem::take(&mut self.noised.origins);
        let old = std::mem::take(&mut self.now);
        self.lose(noise, &origins, &old);
        let mut gaps = Gaps::default();
        for (at, origin) in origins.iter().enumerate() {
            let id = self.noised.ids[at];
            let stands_for = if id == mask { Fate::Mask } else { Fate::Random };
            let now = match origin.position() {
                Some(from) if origin.is_chosen() => {
                    let fate = if id == mask || id != before[from] { stands_for } else { Fate::Kept };
                    if let Some(clean) = old[from].clean {
                        self.lost[clean] = if fate == Fate::Kept { Loss::Kept } else { Loss::Hidden };
                    }
                    count(seen, fate);
                    Now { fate, ..old[from] }
                }
                Some(from) => old[from],
                None if matches!(noise, Noise::Permute { .. }) => {
                    self.anew = true;
                    Now { clean: None, hides: None, fate: Fate::Anew, wrapped: false }
                }
                None => {
                    count(seen, stands_for);
                    let gap = gaps.around(at, &origins, old.len());
                    let fate = if gap.is_empty() { Fate::Inserted } else { stands_for };
                    let hides = old[gap].iter().find_map(|now| now.clean.or(now.hides));
                    Now { clean: None, hides, fate, wrapped: self.now.last().is_some_and(|last| last.wrapped) }
                }
            };
            self.now.push(now);
        }
        match noise {
            Noise::Rotate { .. } => self.rotate(&origins, seen),
            Noise::Permute { .. } => self.find_moved(),
            _ => {}
        }
        self.noised.origins = (0..self.noised.ids.len()).map(Origin::at).collect();
    }

    /// Clean tokens whose ids did not come through the step.
    fn lose(&mut self, noise: &Noise, origins: &[Origin], old: &[Now]) {
        let loss = match noise {
            Noise::Delete { .. } => Loss::Deleted,
            Noise::Infill { .. } => Loss::Hidden,
            // A permutation and a rotation lose nothing; an id less is another encoding of the same text.
            Noise::Mask { .. } | Noise::Permute { .. } | Noise::Rotate { .. } => return,
        };
        let mut stayed = vec![false; old.len()];
        origins.iter().filter_map(|origin| origin.position()).for_each(|from| stayed[from] = true);
        for (now, _) in old.iter().zip(stayed).filter(|(_, stayed)| !stayed) {
            if let Some(clean) = now.clean {
                self.lost[clean] = loss;
            }
        }
    }

    fn rotate(&mut self, origins: &[Origin], seen: &mut Seen) {
        let Some(start) = origins.first().and_then(|origin| origin.position()).filter(|&start| start > 0) else {
            return;
        };
        seen.begins_at = start;
        for (now, origin) in self.now.iter_mut().zip(origins) {
            now.wrapped = origin.position().is_some_and(|from| from < start);
        }
        self.rotated_to = self.now.iter().take_while(|now| !now.wrapped).find_map(|now| now.clean);
    }

    fn find_moved(&mut self) {
        let places = self.sentences_now().into_iter().map(|(_, name)| name);
        let before = self.sentences.iter().map(|(_, number)| *number);
        self.moved =
            places.zip(before).filter(|(now, before)| *now != Some(*before)).filter_map(|(now, _)| now).collect();
    }

    /// Where sentences begin in the result, and which they are, as far as their tokens tell.
    pub fn sentences_now(&self) -> Vec<(usize, Option<usize>)> {
        let starts = &self.noised.sentences;
        let named = starts.iter().enumerate().map(|(at, &start)| {
            let end = starts.get(at + 1).map_or(self.now.len(), |&end| end as usize);
            let here = || self.now[start as usize..end].iter();
            let first = here().find_map(|now| now.clean).or_else(|| here().find_map(|now| now.hides));
            (start as usize, first.and_then(|clean| self.sentence_of(clean)))
        });
        named.collect()
    }

    fn sentence_of(&self, clean: usize) -> Option<usize> {
        let after = self.sentences.partition_point(|(start, _)| *start <= clean);
        after.checked_sub(1).map(|at| self.sentences[at].1)
    }

    /// Whether the ids stand in the order of the clean body, so that both can be shown side by side.
    pub fn keeps_order(&self) -> bool {
        let mut last = None;
        self.now.iter().all(|now| {
            let follows = now.fate != Fate::Anew && (now.clean.is_none() || now.clean > last);
            last = now.clean.or(last);
            follows
        })
    }
}

fn count(seen: &mut Seen, fate: Fate) {
    match fate {
        Fate::Mask => seen.masks += 1,
        Fate::Random => seen.random += 1,
        _ => seen.kept += 1,
    }
}

/// The ids that a run of inserted ones stands for, together: those between its neighbours before the step.
#[derive(Default)]
struct Gaps {
    run_ends: usize,
    gap: std::ops::Range<usize>,
}

impl Gaps {
    /// For the inserted id at `at`; asked in order.
    fn around(&mut self, at: usize, origins: &[Origin], len: usize) -> std::ops::Range<usize> {
        if at >= self.run_ends {
            let place = |at: usize| origins[at].position();
            let start = at.checked_sub(1).and_then(place).map_or(0, |before| before + 1);
            self.run_ends = (at..origins.len()).find(|&next| place(next).is_some()).unwrap_or(origins.len());
            let end = origins.get(self.run_ends).and_then(|next| next.position()).unwrap_or(len);
            self.gap = start..end.max(start);
        }
        self.gap.clone()
    }
}
