use super::*;
use crate::inspect::tokens::test_tokens;

const MASK: i32 = 4;

fn looks(input: &[i32], labels: &[i32]) -> Looks {
    let mut record = Record { input_ids: input.to_vec(), labels: labels.to_vec(), ..Record::default() };
    input.iter().for_each(|_| record.mask.push(1));
    let mut looks = Looks::default();
    looks.look(&record, &test_tokens(100, false), &mut Aligner::default());
    looks
}

fn look(input: &[i32], labels: &[i32]) -> (Order, Loss) {
    *looks(input, labels).sums.keys().next().expect("a look")
}

#[test]
fn each_noise_has_its_look() {
    let clean: Vec<i32> = (10..30).collect();
    let rotated = [&clean[7..], &clean[..7]].concat();
    let permuted = [&clean[12..], &clean[5..12], &clean[..5]].concat();
    let deleted = [&clean[..3], &clean[5..11], &clean[12..]].concat();
    let infilled = [&clean[..3], &[MASK], &clean[6..12], &[MASK], &clean[12..]].concat();
    let both = [&clean[12..], &clean[5..8], &[MASK], &clean[..5]].concat();
    let in_place: Vec<i32> = clean.iter().map(|&id| if id % 5 == 0 { MASK } else { id }).collect();
    assert_eq!(look(&clean, &clean), (Order::Same, Loss::Nothing));
    assert_eq!(look(&rotated, &clean), (Order::Rotated, Loss::Nothing));
    assert_eq!(look(&permuted, &clean), (Order::Permuted, Loss::Nothing));
    assert_eq!(look(&deleted, &clean), (Order::Same, Loss::Deleted));
    assert_eq!(look(&infilled, &clean), (Order::Same, Loss::Infilled));
    assert_eq!(look(&both, &clean), (Order::Permuted, Loss::Infilled));
    assert_eq!(look(&in_place, &clean), (Order::Same, Loss::InPlace));
}

#[test]
fn spans_behind_masks_are_measured() {
    let clean: Vec<i32> = (10..30).collect();
    let infilled = [&clean[..3], &[MASK], &clean[6..12], &[MASK], &clean[12..]].concat();
    let looks = looks(&infilled, &clean);
    assert_eq!(looks.spans[0].counts().collect::<Vec<_>>(), [(0, 1), (3, 1)]);
    let sums = looks.sums[&(Order::Same, Loss::Infilled)];
    assert_eq!((sums.clean, sums.gone, sums.masks), ([20, 20], [3, 3], 2));
}

#[test]
fn rotations_are_placed_by_their_start() {
    let clean: Vec<i32> = (10..30).collect();
    let looks = looks(&[&clean[15..], &clean[..15]].concat(), &clean);
    assert_eq!(looks.starts[15], 1);
}

#[test]
fn masked_records_tell_where_noise_was() {
    let looks = looks(&[10, MASK, 12, 13], &[-100, 11, -100, -100]);
    assert_eq!((looks.places[5], looks.places[0], looks.sums.len()), ([1, 1], [0, 1], 0));
}

#[test]
fn sentinels_are_seen() {
    let (a, b) = (1, 2);
    assert_eq!(look(&[10, a, 13, b, 16], &[a, 11, 12, b, 14, 15]).1, Loss::Sentinels);
}
