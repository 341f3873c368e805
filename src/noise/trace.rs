//! Where ids of text that was encoded anew stood in the clean body.

use std::ops::Range;

use super::{Body, Origin};

/// Says of the last ids, those of a text encoded anew, where they stood: matched from the end, since only the beginning of a
/// text changes where it moves.
pub fn trace_moved(spare: &mut Body, clean: &Body, source: Range<usize>) {
    let old = &clean.ids[source.clone()];
    let new = &spare.ids[spare.origins.len()..];
    let mut same = old.iter().rev().zip(new.iter().rev()).take_while(|(old, new)| old == new).count();
    // A head of one side alone holds white space: it belongs to the id after it.
    if same > 0 && (same == old.len()) != (same == new.len()) {
        same -= 1;
    }
    let (head, tail) = (source.start..source.end - same, source.end - same..source.end);
    let new_head = new.len() - same;
    if head.len() == 1 && new_head == 1 {
        spare.origins.push(Origin::clean(head.start));
    } else if new_head > 0 {
        spare.push_reencoded(new_head, head);
    }
    spare.origins.extend(tail.map(Origin::clean));
}

/// The same of a text that begins where it did: matched from the start.
pub fn trace_beginning(into: &mut Body, clean: &Body, source: Range<usize>) {
    let old = &clean.ids[source.clone()];
    let new = &into.ids[into.origins.len()..];
    let mut same = old.iter().zip(new).take_while(|(old, new)| old == new).count();
    if same > 0 && same < old.len() && same == new.len() {
        same -= 1;
    }
    let rest = new.len() - same;
    into.origins.extend((source.start..source.start + same).map(Origin::clean));
    if rest > 0 {
        into.push_reencoded(rest, source.start + same..source.end);
    }
}
