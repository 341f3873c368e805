//! Where the ids of a permuted text stood in the clean body.

use std::ops::Range;

use crate::noise::{Noised, Origin};

/// Gives the ids of a sentence encoded anew their origins: matched from the end, since only its beginning changed.
pub fn trace_sentence(spare: &mut Noised, clean: &Noised, source: Range<usize>) {
    let old = &clean.ids[source.clone()];
    let new = &spare.ids[spare.origins.len()..];
    let same = old.iter().rev().zip(new.iter().rev()).take_while(|(old, new)| old == new).count();
    let (old_head, new_head) = (old.len() - same, new.len() - same);
    let last_of_head = source.start + old_head.saturating_sub(1);
    spare.origins.extend((0..new_head).map(|at| Origin::at((source.start + at).min(last_of_head))));
    spare.origins.extend((source.end - same..source.end).map(Origin::at));
}

/// Places that two ids may have in the clean body, tried before the longest is taken.
const MOST_PLACES: usize = 64;

/// Gives ids from `from` on that have no origin yet, those of sentences encoded together, the places of the longest runs of
/// ids that stand in the clean body too, and to an id beside such a run the place beside it. Text changes only at the edges
/// of sentences, so little is left without.
pub fn trace_runs(spare: &mut Noised, from: usize, clean: &Noised, ids: Range<usize>, taken: &mut Vec<bool>) {
    taken.clear();
    taken.resize(ids.end, false);
    spare.origins[from..].iter().filter_map(|origin| origin.position()).for_each(|place| taken[place] = true);
    let mut pairs: Vec<([u32; 2], usize)> =
        ids.clone().skip(1).map(|at| ([clean.ids[at - 1], clean.ids[at]], at - 1)).collect();
    pairs.sort_unstable();
    let mut at = from;
    while at < spare.len() {
        let open = spare.origins[at..].iter().take_while(|&&origin| origin == Origin::INSERTED).count();
        let new = &spare.ids[at..at + open];
        let run = |place: usize| {
            let old = clean.ids[place..ids.end].iter().zip(&taken[place..]);
            new.iter().zip(old).take_while(|(new, (old, taken))| new == old && !**taken).count()
        };
        let pair = new.get(..2).unwrap_or_default();
        let first = pairs.partition_point(|(other, _)| other[..] < *pair);
        let places = pairs[first..].iter().take(MOST_PLACES).take_while(|(other, _)| other[..] == *pair);
        // Of equal runs the first.
        let longest = places.map(|&(_, place)| (run(place), std::cmp::Reverse(place))).max();
        let Some((len, std::cmp::Reverse(place))) = longest.filter(|(len, _)| *len > 1) else {
            at += 1;
            continue;
        };
        for offset in 0..len {
            spare.origins[at + offset] = Origin::at(place + offset);
        }
        taken[place..place + len].fill(true);
        at += len;
    }
    trace_beside(spare, from, ids, taken);
}

/// An id without an origin that stands beside one with, before it or else after it, gets the place beside that one's.
fn trace_beside(spare: &mut Noised, from: usize, ids: Range<usize>, taken: &mut [bool]) {
    for backwards in [true, false] {
        for step in 1..spare.len().saturating_sub(from) {
            let (at, beside) = match backwards {
                true => (spare.len() - 1 - step, spare.len() - step),
                false => (from + step, from + step - 1),
            };
            let place =
                spare.origins[beside].position().and_then(|p| if backwards { p.checked_sub(1) } else { Some(p + 1) });
            if spare.origins[at] == Origin::INSERTED
                && let Some(place) = place.filter(|place| ids.contains(place) && !taken[*place])
            {
                spare.origins[at] = Origin::at(place);
                taken[place] = true;
            }
        }
    }
}
