//! What can be wrong with a record, and findings grouped by it.

use std::sync::Arc;

use crate::document::{At, Place};

/// Places kept of each kind.
const PLACES: usize = 5;

/// A kind of finding. All but the last few make a record invalid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FindingKind {
    /// The file cannot be read, or not to its end; no record of it is concerned.
    UnreadableFile,
    /// The line is not a JSON object.
    NotJson,
    /// One of the three lists is missing.
    MissingKey,
    /// One of them is not a list of whole numbers.
    BadValue,
    /// `attention_mask` is not as long as `input_ids`.
    MaskLength,
    /// `attention_mask` is not `1…10…0`.
    MaskShape,
    /// Masked labels are not as long as `input_ids`.
    LabelLength,
    /// `input_ids` outside the vocabulary.
    InputVocabulary,
    /// Labels outside the vocabulary.
    LabelVocabulary,
    /// `seq_lens` do not add up to the input.
    SeqLens,
    /// `label_lens` do not add up to the labels, or are not as many.
    LabelLens,
    /// A pad token that the mask attends to.
    PadAttended,
    /// Something else where the mask is 0.
    PaddingHoldsOther,
    /// A label that is scored on padding.
    LabelOnPadding,
    /// Nothing in it: valid, but hardly intended.
    Empty,
    /// Labels filled up with the pad token, which the loss scores.
    LabelsEndInPads,
}

impl FindingKind {
    /// Every kind, in order.
    pub const ALL: [FindingKind; 16] = [
        FindingKind::UnreadableFile,
        FindingKind::NotJson,
        FindingKind::MissingKey,
        FindingKind::BadValue,
        FindingKind::MaskLength,
        FindingKind::MaskShape,
        FindingKind::LabelLength,
        FindingKind::InputVocabulary,
        FindingKind::LabelVocabulary,
        FindingKind::SeqLens,
        FindingKind::LabelLens,
        FindingKind::PadAttended,
        FindingKind::PaddingHoldsOther,
        FindingKind::LabelOnPadding,
        FindingKind::Empty,
        FindingKind::LabelsEndInPads,
    ];

    /// Whether a record with it, or the file, is broken.
    pub fn breaks(self) -> bool {
        !matches!(self, FindingKind::Empty | FindingKind::LabelsEndInPads)
    }

    /// Whether nothing else could be read of the line.
    pub fn is_unreadable(self) -> bool {
        matches!(self, FindingKind::NotJson | FindingKind::MissingKey | FindingKind::BadValue)
    }

    /// For scripts.
    pub fn name(self) -> &'static str {
        match self {
            FindingKind::UnreadableFile => "unreadable-file",
            FindingKind::NotJson => "not-json",
            FindingKind::MissingKey => "missing-key",
            FindingKind::BadValue => "bad-value",
            FindingKind::MaskLength => "mask-length",
            FindingKind::MaskShape => "mask-shape",
            FindingKind::LabelLength => "label-length",
            FindingKind::InputVocabulary => "input-vocabulary",
            FindingKind::LabelVocabulary => "label-vocabulary",
            FindingKind::SeqLens => "seq-lens",
            FindingKind::LabelLens => "label-lens",
            FindingKind::PadAttended => "pad-attended",
            FindingKind::PaddingHoldsOther => "padding-holds-other",
            FindingKind::LabelOnPadding => "label-on-padding",
            FindingKind::Empty => "empty",
            FindingKind::LabelsEndInPads => "labels-end-in-pads",
        }
    }

    /// For people.
    pub fn words(self) -> &'static str {
        match self {
            FindingKind::UnreadableFile => "a file cannot be read to its end",
            FindingKind::NotJson => "not a JSON object",
            FindingKind::MissingKey => "a list is missing",
            FindingKind::BadValue => "not lists of whole numbers",
            FindingKind::MaskLength => "attention_mask is not as long as input_ids",
            FindingKind::MaskShape => "attention_mask is not 1…10…0",
            FindingKind::LabelLength => "masked labels are not as long as input_ids",
            FindingKind::InputVocabulary => "input_ids outside the vocabulary",
            FindingKind::LabelVocabulary => "labels outside the vocabulary",
            FindingKind::SeqLens => "seq_lens do not add up to the ids that the mask attends to",
            FindingKind::LabelLens => "label_lens do not add up to the labels",
            FindingKind::PadAttended => "pad tokens where the mask is 1",
            FindingKind::PaddingHoldsOther => "tokens other than pad where the mask is 0",
            FindingKind::LabelOnPadding => "labels on padding",
            FindingKind::Empty => "empty input_ids",
            FindingKind::LabelsEndInPads => {
                "labels filled up with the pad token, which the loss scores (-100 is not scored)"
            }
        }
    }
}

/// One kind's findings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FindingGroup {
    /// Records concerned, or files.
    pub count: u64,
    /// The first of them.
    pub places: Vec<Place>,
    /// What the first one shows.
    pub detail: String,
}

/// Findings of a run, by kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    groups: [FindingGroup; FindingKind::ALL.len()],
}

impl Findings {
    /// Adds one. `detail` is asked for the first of a kind alone.
    pub fn add(&mut self, kind: FindingKind, source: &Arc<str>, at: At, detail: impl FnOnce() -> String) {
        let group = &mut self.groups[kind as usize];
        if group.count == 0 {
            group.detail = detail();
        }
        if group.places.len() < PLACES {
            group.places.push(Place { source: Arc::clone(source), at });
        }
        group.count += 1;
    }

    /// Adds those that come after these, their lines counted from `base`.
    pub fn append(&mut self, other: Findings, base: u64) {
        for (mine, theirs) in self.groups.iter_mut().zip(other.groups) {
            if mine.count == 0 {
                mine.detail = theirs.detail;
            }
            mine.count += theirs.count;
            let room = PLACES - mine.places.len();
            mine.places
                .extend(theirs.places.into_iter().take(room).map(|place| Place { at: place.at.after(base), ..place }));
        }
    }

    /// Kinds that occur.
    pub fn groups(&self) -> impl Iterator<Item = (FindingKind, &FindingGroup)> {
        FindingKind::ALL.into_iter().zip(&self.groups).filter(|(_, group)| group.count > 0)
    }

    /// Findings of one kind.
    pub fn count(&self, kind: FindingKind) -> u64 {
        self.groups[kind as usize].count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_keep_the_first_places_in_order() {
        let source: Arc<str> = "r.jsonl".into();
        let mut all = Findings::default();
        for base in [0, 100] {
            let mut part = Findings::default();
            (1..=4)
                .for_each(|line| part.add(FindingKind::MaskShape, &source, At::Line(line), || format!("line {line}")));
            all.append(part, base);
        }
        let (kind, group) = all.groups().next().expect("a group");
        let lines: Vec<u64> = group.places.iter().map(|place| place.at.number()).collect();
        assert_eq!((kind, group.count, group.detail.as_str()), (FindingKind::MaskShape, 8, "line 1"));
        assert_eq!(lines, [1, 2, 3, 4, 101]);
    }

    #[test]
    fn kinds_are_in_order() {
        assert!(FindingKind::ALL.iter().enumerate().all(|(at, kind)| *kind as usize == at));
    }
}
