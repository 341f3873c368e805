use super::*;

/// Ids 0 to 9: pad 0, mask 4, eos 3; no template.
fn tokens(pad_is_shared: bool) -> Tokens {
    super::super::tokens::test_tokens(10, pad_is_shared)
}

fn found_by(tokens: &Tokens, input: &[i32], mask: &[i32], labels: &[i32]) -> Vec<(FindingKind, String)> {
    let mut record = RawRecord { input_ids: input.to_vec(), labels: labels.to_vec(), ..RawRecord::default() };
    mask.iter().for_each(|&value| record.mask.push(value));
    let mut all = Vec::new();
    check(&record, tokens, |kind, detail| all.push((kind, detail())));
    all
}

fn kinds(input: &[i32], mask: &[i32], labels: &[i32]) -> Vec<FindingKind> {
    found_by(&tokens(false), input, mask, labels).into_iter().map(|(kind, _)| kind).collect()
}

#[test]
fn sound_records_have_no_findings() {
    assert_eq!(kinds(&[5, 4, 3], &[1, 1, 1], &[5, 6, 7, 3]), []);
    assert_eq!(kinds(&[5, 4, 3, 0, 0], &[1, 1, 1, 0, 0], &[5, 6, 7, 3, -100]), []);
    assert_eq!(kinds(&[5, 4, 3, 0, 0], &[1, 1, 1, 0, 0], &[-100, 6, -100, -100, -100]), []);
    assert_eq!(kinds(&[5, 6, 3], &[1, 1, 1], &[-100, -100, -100]), []);
}

#[test]
fn every_invariant_has_its_finding() {
    assert_eq!(kinds(&[5, 6], &[1], &[5, 6]), [FindingKind::MaskLength]);
    assert_eq!(kinds(&[5, 6, 7], &[1, 0, 1], &[5, 6, 7]), [FindingKind::MaskShape]);
    assert_eq!(kinds(&[5, 6], &[1, 2], &[5, 6]), [FindingKind::MaskShape]);
    assert_eq!(kinds(&[5, 6], &[1, 1], &[-100, 6, -100]), [FindingKind::LabelLength]);
    assert_eq!(kinds(&[5, 10], &[1, 1], &[5, 6]), [FindingKind::InputVocabulary]);
    assert_eq!(kinds(&[5, -1], &[1, 1], &[5, 6]), [FindingKind::InputVocabulary]);
    assert_eq!(kinds(&[5, 6], &[1, 1], &[5, -7]), [FindingKind::LabelVocabulary]);
    assert_eq!(kinds(&[5, 0], &[1, 1], &[5, 6]), [FindingKind::PadAttended]);
    assert_eq!(kinds(&[5, 6, 7], &[1, 1, 0], &[5, 6]), [FindingKind::PaddingHoldsOther]);
    assert_eq!(kinds(&[5, 4, 0], &[1, 1, 0], &[-100, 6, 6]), [FindingKind::LabelOnPadding]);
    assert_eq!(kinds(&[], &[], &[]), [FindingKind::Empty]);
    assert_eq!(kinds(&[5, 6], &[1, 1], &[5, 6, 0, 0]), [FindingKind::LabelsEndInPads]);
}

#[test]
fn a_pad_token_with_another_role_may_stand_in_a_text() {
    assert_eq!(found_by(&tokens(true), &[5, 0], &[1, 1], &[5, 6]), []);
}

#[test]
fn findings_say_what_and_where() {
    let found = found_by(&tokens(false), &[5, i32::MAX], &[1, 1], &[5]);
    assert_eq!(found[0].1, "an id beyond 32 bits at index 1, the vocabulary ends at 9");
}
