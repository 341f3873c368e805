//! What became of every token of a window, as views need it: read from the origins of its body, never from its ids.

use crate::noise::{Body, Edit, Source, TokenState};
use crate::pipeline::Example;
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
    /// Stands for nothing.
    Inserted,
}

/// An id of the result.
#[derive(Clone, Copy, Debug)]
pub struct Now {
    /// Its clean position, where it is one clean token.
    pub clean: Option<usize>,
    /// What it is.
    pub fate: Fate,
    /// Whether a rotation brought it from the front to the back.
    pub wrapped: bool,
}

/// What became of a window.
pub struct Trace<'e> {
    body: &'e Body,
    /// By id of the result.
    pub now: Vec<Now>,
    /// By clean id.
    pub states: Vec<TokenState>,
    /// Where clean sentences begin, and their numbers from 1; without those that are glued to the one before.
    pub sentences: Vec<(usize, usize)>,
    /// The numbers of sentences that stand elsewhere than before, where a permutation moved any; ascending.
    pub moved: Vec<usize>,
    /// Whether text was encoded anew, so that some ids are not single clean tokens.
    pub reencoded: bool,
    /// The clean position at which a rotated body begins.
    pub rotated_to: Option<usize>,
}

impl<'e> Trace<'e> {
    /// Of an example.
    pub fn of(example: &Example<'e>) -> Trace<'e> {
        let body = &example.made.body;
        let now =
            (0..body.len()).map(|at| Now { clean: body.origins[at].position(), fate: fate(body, at), wrapped: false });
        let mut trace = Trace {
            body,
            now: now.collect(),
            states: body.states(example.window.body.len()),
            sentences: sentences(example.window),
            moved: Vec::new(),
            reencoded: (0..body.len()).any(|at| matches!(body.source(at), Source::Reencoded(_))),
            rotated_to: None,
        };
        if example.made.drawn.iter().any(|drawn| drawn.moves.iter().any(|moved| moved.places > 0)) {
            trace.find_moved();
        } else if example.made.drawn.iter().any(|drawn| drawn.start.is_some_and(|start| start.token > 0)) {
            trace.find_seam();
        }
        trace
    }

    /// Without a permutation, clean positions go down in one place alone: where a rotated text began.
    fn find_seam(&mut self) {
        let mut last = None;
        let goes_down = |at: &usize| {
            let here = self.body.first_position(*at);
            let down = here.is_some() && here < last;
            last = here.or(last);
            down
        };
        let Some(seam) = (0..self.now.len()).find(goes_down) else { return };
        self.now[seam..].iter_mut().for_each(|now| now.wrapped = true);
        self.rotated_to = (0..seam).find_map(|at| self.body.first_position(at));
    }

    fn find_moved(&mut self) {
        let places = self.sentences_now().into_iter().map(|(_, name)| name);
        let before = self.sentences.iter().map(|(_, number)| *number);
        self.moved =
            places.zip(before).filter(|(now, before)| *now != Some(*before)).filter_map(|(now, _)| now).collect();
        self.moved.sort_unstable();
    }

    /// Where sentences begin in the result, and which they are, as far as their tokens tell.
    pub fn sentences_now(&self) -> Vec<(usize, Option<usize>)> {
        let starts = &self.body.sentences;
        let named = starts.iter().enumerate().map(|(at, &start)| {
            let end = starts.get(at + 1).map_or(self.now.len(), |&end| end as usize);
            let first = (start as usize..end).find_map(|at| self.body.first_position(at));
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
        !self.reencoded
            && self.now.iter().all(|now| {
                let follows = now.clean.is_none() || now.clean > last;
                last = now.clean.or(last);
                follows
            })
    }
}

fn sentences(window: &Window) -> Vec<(usize, usize)> {
    let starts = window.parts().flat_map(|part| part.first_ids.iter().copied()).zip(1..);
    starts
        .filter_map(|(start, number)| Some((start? as usize, number)))
        .filter(|(start, _)| *start < window.body.len())
        .collect()
}

fn fate(body: &Body, at: usize) -> Fate {
    match (body.source(at), body.origins[at].edit()) {
        (Source::StandsFor([]), _) => Fate::Inserted,
        (_, Edit::None) => Fate::Untouched,
        (_, Edit::Kept) => Fate::Kept,
        (_, Edit::Masked) => Fate::Mask,
        (_, Edit::Random) => Fate::Random,
    }
}
