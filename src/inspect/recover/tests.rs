use super::*;
use crate::inspect::tokens::test_tokens;
use crate::noise::TokenState;

const MASK: i32 = 4;

/// The pattern of a record, and what was recovered.
fn recovered(input: &[i32], labels: &[i32]) -> (Option<Pattern>, Recovery) {
    let mut record = RawRecord { input_ids: input.to_vec(), labels: labels.to_vec(), ..RawRecord::default() };
    input.iter().for_each(|_| record.mask.push(1));
    let mut recovery = Recovery::default();
    let pattern = recovery.recover(&record, &test_tokens(100, false));
    (pattern, recovery)
}

fn clean() -> Vec<i32> {
    (10..30).collect()
}

#[test]
fn each_noise_has_its_pattern_and_its_clean_side() {
    let clean = clean();
    let rotated = [&clean[7..], &clean[..7]].concat();
    let deleted = [&clean[..3], &clean[5..11], &clean[12..]].concat();
    let infilled = [&clean[..3], &[MASK], &clean[6..12], &[MASK], &clean[12..]].concat();
    let masked: Vec<i32> = clean.iter().map(|&id| if id % 5 == 0 { MASK } else { id }).collect();
    let random: Vec<i32> = masked.iter().map(|&id| if id % 7 == 0 { 90 } else { id }).collect();
    let cases = [
        (&clean, Pattern::Unchanged, 0),
        (&rotated, Pattern::Rotated, 20),
        (&deleted, Pattern::Deleted, 3),
        (&infilled, Pattern::Spans, 3),
        (&masked, Pattern::Replaced, 4),
        (&random, Pattern::Replaced, 7),
    ];
    for (input, expected, chosen) in cases {
        let (pattern, recovery) = recovered(input, &clean);
        assert_eq!((pattern, recovery.drawn.chosen), (Some(expected), chosen));
        assert!(recovery.is_unique);
        assert!(recovery.clean.iter().zip(&clean).all(|(one, other)| *one as i32 == *other));
        assert!(recovery.body.ids.iter().zip(input).all(|(one, other)| *one as i32 == *other));
    }
}

#[test]
fn spans_behind_sentinels_are_put_back_in_their_places() {
    let input = [10, 95, 13, 14, 96, 20];
    let (pattern, recovery) = recovered(&input, &[95, 11, 12, 96, 15, 16, 17, 18, 19]);
    assert_eq!((pattern, recovery.is_unique), (Some(Pattern::Sentinels), true));
    assert_eq!(recovery.clean, (10..21).collect::<Vec<u32>>());
    assert_eq!(recovery.drawn.spans, [2, 5]);
    assert_eq!(recovery.body.states(11).iter().filter(|state| **state == TokenState::Hidden).count(), 7);
    // A mode before the text, and windows that share a record; then another order, a sentinel that is missing, one too many.
    assert_eq!(recovered(&[2, 10, 95, 12], &[95, 11]).1.clean, [10, 11, 12]);
    for labels in [&[96, 11, 12, 95, 15][..], &[95, 11, 12], &[95, 11, 96, 12, 97, 13], &[95, 11, 95, 12]] {
        assert_eq!(recovered(&input, labels).0, None, "{labels:?}");
    }
}

#[test]
fn spans_are_told_only_where_every_window_has_them() {
    // Two windows that hide spans; then one whose labels go on from its input.
    for (labels, lens, expected) in [
        ([95, 11, 12, 95, 21], [3, 2], Some(Pattern::Sentinels)),
        ([95, 11, 12, 21, 22], [3, 2], None),
        ([95, 11, 12, 21, 22], [5, 0], None),
    ] {
        let mut record = RawRecord { input_ids: vec![10, 95, 13, 20, 95], ..RawRecord::default() };
        record.input_ids.truncate(if labels[3] == 95 { 5 } else { 4 });
        record.labels = labels.to_vec();
        record.label_lens = Some(lens.to_vec());
        record.input_ids.iter().for_each(|_| record.mask.push(1));
        assert_eq!(Recovery::default().recover(&record, &test_tokens(100, false)), expected, "{lens:?}");
    }
    // Without lengths the last span reaches to the end.
    assert_eq!(recovered(&[10, 95, 13, 20], &[95, 11, 12, 21, 22]).0, Some(Pattern::Sentinels));
}

#[test]
fn labels_that_are_the_input_leave_nothing_to_restore() {
    // Whatever stands in both: a mask, sentinels that are marks of fill-in-the-middle.
    for ids in [&[10, 11, MASK, 13][..], &[95, 10, 96, 12, 97, 11], &[10, 95, 11]] {
        let (pattern, recovery) = recovered(ids, ids);
        assert_eq!((pattern, recovery.drawn.chosen, recovery.clean.len()), (Some(Pattern::Unchanged), 0, ids.len()));
    }
    // One id more, and it is another matter.
    assert_eq!(recovered(&[95, 10, 96, 12, 97], &[95, 10, 96, 12, 97, 11]).0, Some(Pattern::Sentinels));
}

#[test]
fn nothing_is_said_of_what_could_be_read_in_many_ways() {
    let clean = clean();
    let permuted = [&clean[12..], &clean[5..12], &clean[..5]].concat();
    let permuted_and_infilled = [&clean[12..], &clean[5..8], &[MASK], &clean[..5]].concat();
    let random_spans = [&clean[..3], &[99], &clean[6..12], &[MASK], &clean[14..]].concat();
    let twice = [&clean[..], &clean[..]].concat();
    assert_eq!(recovered(&permuted, &clean).0, None);
    assert_eq!(recovered(&permuted_and_infilled, &clean).0, None);
    assert_eq!(recovered(&random_spans, &clean).0, None);
    // From either half the same.
    let turned = [&twice[5..], &twice[..5]].concat();
    assert_eq!(recovered(&turned, &twice).0, None);
}

#[test]
fn labels_in_place_tell_the_clean_side_and_every_edit() {
    let (pattern, recovery) = recovered(&[10, MASK, 12, 13, 14], &[-100, 11, 12, 33, -100]);
    assert_eq!((pattern, recovery.clean.as_slice()), (Some(Pattern::Chosen), [10, 11, 12, 33, 14].as_slice()));
    assert_eq!((recovery.drawn.edits, recovery.drawn.chosen), ([0, 1, 1, 1], 3));
    let states = recovery.body.states(5);
    let expected = [TokenState::Kept, TokenState::Hidden, TokenState::Chosen, TokenState::Hidden, TokenState::Kept];
    assert_eq!(states, expected);
    assert_eq!(recovered(&[10, 11], &[-100, -100]).0, Some(Pattern::Unchanged));
}

#[test]
fn spans_are_counted_where_they_are_certain() {
    let clean = clean();
    let (_, recovery) = recovered(&[&[MASK], &clean[2..4], &[MASK, MASK], &clean[9..], &[MASK]].concat(), &clean);
    assert_eq!((recovery.drawn.spans.as_slice(), recovery.drawn.edits[2]), ([2, 0].as_slice(), 4));
    assert_eq!(recovery.drawn.chosen, 7);
    // The middle one may be either 7.
    let (pattern, recovery) = recovered(&[5, MASK, 7, MASK, 8], &[5, 6, 7, 7, 6, 8]);
    assert_eq!((pattern, recovery.is_unique, recovery.drawn.chosen), (Some(Pattern::Spans), false, 3));
    assert!(recovery.drawn.spans.is_empty());
}

#[test]
fn deletions_in_repetitions_are_counted_but_not_placed() {
    let (pattern, recovery) = recovered(&[10, 11, 12], &[10, 11, 11, 12]);
    assert_eq!((pattern, recovery.is_unique, recovery.drawn.chosen), (Some(Pattern::Deleted), false, 1));
}

#[test]
fn repetitive_text_ends_in_time_and_without_an_answer() {
    let labels = vec![7; 200_000];
    let mut input = vec![7; 150_000];
    (1..1000).for_each(|at| input[at * 100] = MASK);
    let mut turned = labels.clone();
    turned[100_000] = 8;
    recovered(&input, &labels);
    assert_eq!(recovered(&turned, &labels).0, None);
}
