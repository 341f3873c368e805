//! The invariants of a record, as a pure function of it and the tokens.

use super::finding::FindingKind;
use super::record::{IGNORED, RawRecord};
use super::tokens::Tokens;

/// What is found of a record, each kind at most once, with words for it.
pub fn check(record: &RawRecord, tokens: &Tokens, mut found: impl FnMut(FindingKind, &dyn Fn() -> String)) {
    let (inputs, mask, labels) = (record.input_ids.len(), record.mask, record.labels.len());
    let masked = record.is_masked(tokens.label_pad);
    if mask.len != inputs {
        found(FindingKind::MaskLength, &|| format!("{} in attention_mask, {inputs} in input_ids", mask.len));
    }
    if let Some((at, value)) = mask.fault {
        found(FindingKind::MaskShape, &|| format!("{value} at index {at}"));
    }
    if masked && labels != inputs {
        found(FindingKind::LabelLength, &|| format!("{labels} labels for {inputs} input_ids"));
    }
    if let Some((at, id)) = first(&record.input_ids, |&id| !tokens.is_known(id)) {
        found(FindingKind::InputVocabulary, &|| beyond(id, at, tokens));
    }
    if let Some((at, id)) = first(&record.labels, |&label| !tokens.is_label(label)) {
        let hint = if id < 0 { "; where it fills labels, --label-pad names it" } else { "" };
        found(FindingKind::LabelVocabulary, &|| beyond(id, at, tokens) + hint);
    }
    // Where the mask itself is at fault, nothing can be said of what it covers.
    if mask.fault.is_none() && mask.len == inputs {
        check_padding(record, tokens, masked, &mut found);
    }
    check_lens(record, tokens, &mut found);
    if inputs == 0 {
        found(FindingKind::Empty, &|| format!("{labels} labels"));
    }
}

fn check_padding(
    record: &RawRecord,
    tokens: &Tokens,
    masked: bool,
    found: &mut impl FnMut(FindingKind, &dyn Fn() -> String),
) {
    let ones = record.mask.ones;
    if let Some(pad) = tokens.pad {
        if let Some((at, _)) = first(record.attended(), |&id| id == pad && !tokens.pad_is_shared) {
            found(FindingKind::PadAttended, &|| format!("id {pad} at index {at}"));
        }
        if let Some((at, id)) = first(record.padding(), |&id| id != pad) {
            found(FindingKind::PaddingHoldsOther, &|| format!("id {id} at index {}, pad is {pad}", ones + at));
        }
        let ends_in_pads = !masked && record.labels.ends_with(&[pad, pad]) && tokens.label_pad != pad;
        if ends_in_pads {
            found(FindingKind::LabelsEndInPads, &|| format!("id {pad}"));
        }
    }
    if masked && record.labels.len() == record.input_ids.len() {
        let behind = record.labels.get(ones..).unwrap_or_default();
        if let Some((at, label)) = first(behind, |&label| label != IGNORED && label != tokens.label_pad) {
            found(FindingKind::LabelOnPadding, &|| format!("label {label} at index {}", ones + at));
        }
    }
}

/// Lengths of windows are above 0 and add up to what a model sees.
fn check_lens(record: &RawRecord, tokens: &Tokens, found: &mut impl FnMut(FindingKind, &dyn Fn() -> String)) {
    let sum = |lens: &[i32]| lens.iter().map(|&len| i64::from(len)).sum::<i64>();
    let bad = |lens: &[i32]| lens.iter().copied().find(|&len| len <= 0);
    let describe = |lens: &[i32], all: usize, of: &str| match bad(lens) {
        Some(len) => format!("a length of {len}"),
        None => format!("{} in {} windows, {all} {of}", sum(lens), lens.len()),
    };
    if let Some(lens) = &record.seq_lens {
        let ids = record.attended().len();
        if bad(lens).is_some() || sum(lens) != ids as i64 {
            found(FindingKind::SeqLens, &|| describe(lens, ids, "ids"));
        }
    }
    let Some(lens) = &record.label_lens else { return };
    if let Some(windows) = record.seq_lens.as_ref().map(Vec::len).filter(|windows| *windows != lens.len()) {
        found(FindingKind::LabelLens, &|| format!("{} in label_lens, {windows} in seq_lens", lens.len()));
        return;
    }
    // Padding that is a token's id cannot be told from labels.
    let (all, filled) = (record.labels.len(), record.filled_labels(tokens.label_pad).len());
    let adds_up = if tokens.label_pad < 0 { sum(lens) == filled as i64 } else { sum(lens) <= all as i64 };
    if bad(lens).is_some() || !adds_up {
        found(FindingKind::LabelLens, &|| describe(lens, filled, "labels"));
    }
}

fn first(ids: &[i32], which: impl Fn(&i32) -> bool) -> Option<(usize, i32)> {
    ids.iter().position(which).map(|at| (at, ids[at]))
}

fn beyond(id: i32, at: usize, tokens: &Tokens) -> String {
    let id = match id {
        i32::MAX => "an id beyond 32 bits".to_string(),
        i32::MIN => "a number below 32 bits".to_string(),
        id => format!("id {id}"),
    };
    format!("{id} at index {at}, the vocabulary ends at {}", tokens.size().saturating_sub(1))
}

#[cfg(test)]
mod tests;
