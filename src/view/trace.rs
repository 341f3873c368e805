//! What became of every token of a text, as marks: read from the origins of its body, never from its ids.

use crate::noise::{Body, Edit, Source, TokenState};

use super::Mark;

/// A clean body and what noise made of it.
pub struct Corruption<'c> {
    /// The clean ids.
    pub clean: &'c [u32],
    /// The corrupted ids and what each stands for.
    pub body: &'c Body,
    /// Where clean sentences begin, as far as known, and their numbers from 1.
    pub sentences: Vec<(usize, usize)>,
    /// Whether sentences changed places.
    pub is_permuted: bool,
    /// Whether the text was rotated.
    pub is_rotated: bool,
}

/// What became of a text.
pub struct Trace<'c> {
    body: &'c Body,
    /// By clean id.
    pub before: Vec<Mark>,
    /// By id of the result.
    pub after: Vec<Mark>,
    /// Where sentences begin on either side and which they are, as far as known; empty where none moved.
    pub sentences: [Vec<(usize, Option<usize>)>; 2],
    /// Numbers of sentences that moved, ascending.
    pub moved: Vec<usize>,
    /// Where a rotation cut, on either side.
    pub cuts: [Option<usize>; 2],
}

impl<'c> Trace<'c> {
    /// Of a corruption.
    pub fn of(corruption: &'c Corruption<'c>) -> Trace<'c> {
        let body = corruption.body;
        let mut trace = Trace {
            body,
            before: body.states(corruption.clean.len()).into_iter().map(lost_mark).collect(),
            after: (0..body.len()).map(|at| written_mark(body, at)).collect(),
            sentences: [Vec::new(), Vec::new()],
            moved: Vec::new(),
            cuts: [None; 2],
        };
        if corruption.is_permuted {
            trace.find_moved(&corruption.sentences);
        } else if corruption.is_rotated {
            trace.find_cut();
        }
        trace
    }

    /// Without a permutation, clean positions go down in one place alone: where a rotated text began.
    fn find_cut(&mut self) {
        let mut last = None;
        let goes_down = |at: &usize| {
            let here = self.body.first_position(*at);
            let down = here.is_some() && here < last;
            last = here.or(last);
            down
        };
        let Some(cut) = (0..self.after.len()).find(goes_down) else { return };
        self.cuts = [(0..cut).find_map(|at| self.body.first_position(at)), Some(cut)];
    }

    fn find_moved(&mut self, sentences: &[(usize, usize)]) {
        let starts = &self.body.sentences;
        let named = starts.iter().enumerate().map(|(at, &start)| {
            let end = starts.get(at + 1).map_or(self.after.len(), |&end| end as usize);
            let first = (start as usize..end).find_map(|at| self.body.first_position(at));
            (start as usize, first.and_then(|clean| sentence_of(sentences, clean)))
        });
        let after: Vec<(usize, Option<usize>)> = named.collect();
        let pairs = after.iter().map(|(_, now)| *now).zip(sentences.iter().map(|(_, before)| *before));
        self.moved = pairs.filter(|(now, before)| *now != Some(*before)).filter_map(|(now, _)| now).collect();
        self.moved.sort_unstable();
        if !self.moved.is_empty() {
            self.sentences = [sentences.iter().map(|&(start, number)| (start, Some(number))).collect(), after];
        }
    }

    /// Whether the ids stand in the order of the clean body, so that both sides can be shown side by side.
    pub fn keeps_order(&self) -> bool {
        let mut last = None;
        (0..self.after.len()).all(|at| match self.body.source(at) {
            Source::Clean(position) => last.replace(position) < Some(position),
            Source::StandsFor(_) => true,
            Source::Reencoded(_) => false,
        })
    }

    /// The clean position of an id, where it is one clean token.
    pub fn position(&self, at: usize) -> Option<usize> {
        self.body.origins[at].position()
    }
}

fn sentence_of(sentences: &[(usize, usize)], clean: usize) -> Option<usize> {
    let after = sentences.partition_point(|(start, _)| *start <= clean);
    after.checked_sub(1).map(|at| sentences[at].1)
}

fn lost_mark(state: TokenState) -> Mark {
    match state {
        TokenState::Kept => Mark::Plain,
        TokenState::Chosen => Mark::Kept,
        TokenState::Hidden => Mark::Hidden,
        TokenState::Deleted => Mark::Deleted,
        TokenState::Partly => Mark::Partly,
    }
}

fn written_mark(body: &Body, at: usize) -> Mark {
    match (body.source(at), body.origins[at].edit()) {
        (Source::StandsFor([]), Edit::None) => Mark::Sign,
        (Source::StandsFor([]), _) => Mark::Inserted,
        (_, Edit::None) => Mark::Plain,
        (_, Edit::Kept) => Mark::Kept,
        (_, Edit::Masked) => Mark::Masked,
        (_, Edit::Random) => Mark::Random,
    }
}
