//! Which label each id of an input came from, found again from the ids alone.
//!
//! A guess of bounded cost: runs are followed as long as they go on; where one breaks off, the place whose run is longest
//! takes over, one close ahead before one far away. Exact where every token is different; good enough for pictures and
//! estimates elsewhere.

/// Looked at on either side of where the next id is expected.
const CANDIDATES: usize = 32;
/// Longest run compared.
const LONGEST_RUN: usize = 32;
/// Up to here ahead is close: a span that was hidden.
const CLOSE: usize = 64;
/// What a place close ahead is worth, in ids of a run.
const CLOSE_BONUS: usize = 3;
/// A run from far away must be as long as this to be believed.
const LEAST_FAR_RUN: usize = 3;
/// Places tried for where the labels were turned around.
const TURNS: usize = 256;

/// No label.
pub const NOWHERE: u32 = u32::MAX;

/// Buffers of an alignment, and its outcome.
#[derive(Debug, Default)]
pub struct Aligner {
    /// By position of the input: the position of its label, or [`NOWHERE`].
    pub origins: Vec<u32>,
    /// By position of the labels: whether an id of the input came from it.
    pub used: Vec<bool>,
    /// Labels and their positions, sorted.
    index: Vec<(i32, u32)>,
}

impl Aligner {
    /// Aligns. `hides` is the id that comes from nowhere; with `reordered`, short runs from far away are believed too.
    pub fn align(&mut self, input: &[i32], labels: &[i32], hides: Option<i32>, reordered: bool) {
        self.origins.clear();
        self.used.clear();
        self.used.resize(labels.len(), false);
        if reordered && self.turn(input, labels) {
            return;
        }
        self.index.clear();
        self.index.extend(labels.iter().zip(0u32..).map(|(&id, at)| (id, at)));
        self.index.sort_unstable();
        let (mut expected, mut on_run) = (0, true);
        for at in 0..input.len() {
            if Some(input[at]) == hides {
                self.origins.push(NOWHERE);
                on_run = false;
                continue;
            }
            let goes_on = on_run && self.run(&input[at..], labels, expected, 1) == 1;
            let place = if goes_on { Some(expected) } else { self.best(&input[at..], labels, expected, reordered) };
            on_run = place.is_some();
            if let Some(place) = place {
                self.used[place] = true;
                expected = place + 1;
            }
            self.origins.push(place.map_or(NOWHERE, |place| place as u32));
        }
    }

    /// Settles an input that is the labels turned around, where that can be told soon.
    fn turn(&mut self, input: &[i32], labels: &[i32]) -> bool {
        let turned = |&start: &usize| {
            let (before, after) = labels.split_at(start);
            input.len() == labels.len() && input.starts_with(after) && input.ends_with(before)
        };
        let starts = labels.iter().enumerate().filter(|(_, id)| Some(*id) == input.first()).map(|(start, _)| start);
        let Some(start) = starts.take(TURNS).find(turned) else { return false };
        let len = labels.len();
        self.origins.extend((0..len).map(|at| ((start + at) % len) as u32));
        self.used.fill(true);
        true
    }

    /// How long the ids go on as the unused labels from `place` do.
    fn run(&self, input: &[i32], labels: &[i32], place: usize, limit: usize) -> usize {
        let rest = labels.get(place..).unwrap_or_default().iter().zip(self.used.get(place..).unwrap_or_default());
        input.iter().zip(rest).take(limit).take_while(|(id, (label, used))| id == label && !**used).count()
    }

    fn best(&self, input: &[i32], labels: &[i32], expected: usize, reordered: bool) -> Option<usize> {
        let here = self.index.partition_point(|&entry| entry < (input[0], expected as u32));
        let places = self.index[here.saturating_sub(CANDIDATES)..(here + CANDIDATES).min(self.index.len())].iter();
        let mut best: Option<(usize, std::cmp::Reverse<usize>, usize)> = None;
        for place in places.filter(|(id, _)| *id == input[0]).map(|&(_, place)| place as usize) {
            let run = self.run(input, labels, place, LONGEST_RUN);
            let close = (expected..expected + CLOSE).contains(&place);
            if run == 0 || (!close && run < LEAST_FAR_RUN && !reordered) {
                continue;
            }
            let score = run + if close { CLOSE_BONUS } else { 0 };
            best = best.max(Some((score, std::cmp::Reverse(place.abs_diff(expected)), place)));
        }
        best.map(|(_, _, place)| place)
    }

    /// How often the labels' order is left backwards.
    pub fn descents(&self) -> usize {
        let mut placed = self.origins.iter().filter(|&&origin| origin != NOWHERE);
        let Some(mut before) = placed.next() else { return 0 };
        placed.filter(|&origin| std::mem::replace(&mut before, origin) > origin).count()
    }

    /// Whether the input ends before the place in the labels where it began.
    pub fn wraps(&self) -> bool {
        let mut placed = self.origins.iter().filter(|&&origin| origin != NOWHERE);
        placed.next().is_some_and(|first| placed.next_back().is_some_and(|last| last < first))
    }

    /// The label's position that the input begins with, where the input is the labels turned around once.
    pub fn rotation(&self) -> Option<usize> {
        let (first, last) = (*self.origins.first()?, *self.origins.last()?);
        (self.descents() == 1 && last != NOWHERE && last + 1 == first && !self.origins.contains(&NOWHERE))
            .then_some(first as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn aligned(input: &[i32], labels: &[i32], reordered: bool) -> Aligner {
        let mut aligner = Aligner::default();
        aligner.align(input, labels, Some(-1), reordered);
        aligner
    }

    #[test]
    fn hidden_spans_leave_gaps() {
        let aligner = aligned(&[10, -1, 14, 15, -1, 16], &[10, 11, 12, 13, 14, 15, 16], false);
        assert_eq!(aligner.origins, [0, NOWHERE, 4, 5, NOWHERE, 6]);
        assert_eq!(aligner.used, [true, false, false, false, true, true, true]);
        assert_eq!(aligner.descents(), 0);
    }

    #[test]
    fn moved_pieces_are_found_where_they_came_from() {
        let aligner = aligned(&[14, 15, 16, 10, 11, 12, 13], &[10, 11, 12, 13, 14, 15, 16], true);
        assert_eq!(aligner.origins, [4, 5, 6, 0, 1, 2, 3]);
        assert_eq!(aligner.rotation(), Some(4));
    }

    #[test]
    fn repeated_ids_do_not_hide_a_rotation() {
        let aligner = aligned(&[7, 8, 7, 9, 7], &[7, 7, 8, 7, 9], true);
        assert_eq!((aligner.origins.as_slice(), aligner.rotation()), ([1, 2, 3, 4, 0].as_slice(), Some(1)));
    }

    #[test]
    fn a_foreign_id_comes_from_nowhere() {
        let aligner = aligned(&[10, 99, 12], &[10, 11, 12], false);
        assert_eq!(aligner.origins, [0, NOWHERE, 2]);
    }

    #[test]
    fn repeated_ids_are_each_used_once() {
        let aligner = aligned(&[7; 300], &[7; 200], true);
        assert_eq!(aligner.origins.iter().filter(|&&origin| origin != NOWHERE).count(), 200);
    }
}
