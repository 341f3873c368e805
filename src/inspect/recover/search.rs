//! Where what is left of a text stands in its labels.

use std::ops::Range;

/// Tokens in a row that may be other than their labels where tokens were replaced one by one.
const MAX_REPLACED: usize = 2;

/// Whether an input differs from its labels in single tokens only: most are the same, and no stretch is another.
pub fn is_replaced(input: &[i32], labels: &[i32], is_mask: impl Fn(&i32) -> bool) -> bool {
    let (mut same, mut others, mut longest) = (0, 0, 0);
    for (id, label) in input.iter().zip(labels) {
        same += usize::from(id == label);
        others = if id == label || is_mask(id) { 0 } else { others + 1 };
        longest = longest.max(others);
    }
    input.len() == labels.len() && 2 * same > labels.len() && longest <= MAX_REPLACED
}

/// What stands before, between and behind masks; empty at the ends where a mask stands there.
pub fn segments(input: &[i32], is_mask: impl Fn(&i32) -> bool) -> Vec<Range<usize>> {
    let mut segments = vec![Range::default()];
    let mut after_mask = false;
    for (at, id) in input.iter().enumerate() {
        let mask = is_mask(id);
        match segments.last_mut() {
            Some(last) if !mask && !after_mask => last.end = at + 1,
            _ if !mask => segments.push(at..at + 1),
            _ => {}
        }
        after_mask = mask;
    }
    if after_mask {
        segments.push(input.len()..input.len());
    }
    segments
}

/// Where each segment stands in the labels, each as early as can be; the first begins and the last ends with them.
pub fn place_segments(
    input: &[i32],
    labels: &[i32],
    segments: &[Range<usize>],
    budget: &mut usize,
) -> Option<Vec<usize>> {
    let mut places = Vec::with_capacity(segments.len());
    let mut from = 0;
    for (at, segment) in segments.iter().enumerate() {
        let ids = &input[segment.clone()];
        let last = labels.len().checked_sub(ids.len())?;
        let candidates = match at {
            0 => 0..1,
            _ if at + 1 == segments.len() => last..last + 1,
            _ => from..last + 1,
        };
        let place = candidates.filter(|&place| place >= from).find(|&place| matches(&labels[place..], ids, budget))?;
        places.push(place);
        from = place + ids.len();
    }
    (*budget > 0).then_some(places)
}

/// Whether a text begins with some ids. What that costs goes off the budget; without one, nothing matches.
pub fn matches(text: &[i32], ids: &[i32], budget: &mut usize) -> bool {
    let same = text.iter().zip(ids).take(*budget).take_while(|(one, other)| one == other).count();
    *budget = budget.saturating_sub(same + 1);
    same == ids.len()
}

/// Where each id stands among the labels, each as early as can be.
pub fn place_ids<'i>(
    input: impl Iterator<Item = &'i i32>,
    labels: impl Iterator<Item = &'i i32>,
) -> Option<Vec<usize>> {
    let mut labels = labels.enumerate();
    input.map(|id| labels.find(|(_, label)| *label == id).map(|(place, _)| place)).collect()
}
