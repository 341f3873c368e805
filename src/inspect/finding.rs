//! What can be wrong with a record, and findings grouped by it.

use std::sync::Arc;

use crate::document::{At, Place};

/// Places kept of each kind.
const PLACES: usize = 5;

/// A kind of finding. All but the last few break what a record promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The line is no JSON object.
    NotJson,
    /// One of the three lists is not there.
    MissingKey,
    /// One of them is no list of whole numbers.
    BadValue,
    /// `attention_mask` is not as long as `input_ids`.
    MaskLength,
    /// `attention_mask` is no `1…10…0`.
    MaskShape,
    /// Masked labels are not as long as `input_ids`.
    LabelLength,
    /// `input_ids` outside the vocabulary.
    InputVocabulary,
    /// Labels outside the vocabulary.
    LabelVocabulary,
    /// A pad token that the mask attends to.
    PadAttended,
    /// Something else where the mask is 0.
    PaddingHoldsOther,
    /// A label that is scored on padding.
    LabelOnPadding,
    /// Nothing in it: no fault, but hardly meant.
    Empty,
    /// Labels filled up with the pad token, which the loss scores.
    LabelsEndInPads,
}

impl Kind {
    /// Every kind, in order.
    pub const ALL: [Kind; 13] = [
        Kind::NotJson,
        Kind::MissingKey,
        Kind::BadValue,
        Kind::MaskLength,
        Kind::MaskShape,
        Kind::LabelLength,
        Kind::InputVocabulary,
        Kind::LabelVocabulary,
        Kind::PadAttended,
        Kind::PaddingHoldsOther,
        Kind::LabelOnPadding,
        Kind::Empty,
        Kind::LabelsEndInPads,
    ];

    /// Whether a record with it is broken.
    pub fn breaks(self) -> bool {
        !matches!(self, Kind::Empty | Kind::LabelsEndInPads)
    }

    /// Whether nothing else could be read of the line.
    pub fn is_unreadable(self) -> bool {
        matches!(self, Kind::NotJson | Kind::MissingKey | Kind::BadValue)
    }

    /// For scripts.
    pub fn name(self) -> &'static str {
        match self {
            Kind::NotJson => "not-json",
            Kind::MissingKey => "missing-key",
            Kind::BadValue => "bad-value",
            Kind::MaskLength => "mask-length",
            Kind::MaskShape => "mask-shape",
            Kind::LabelLength => "label-length",
            Kind::InputVocabulary => "input-vocabulary",
            Kind::LabelVocabulary => "label-vocabulary",
            Kind::PadAttended => "pad-attended",
            Kind::PaddingHoldsOther => "padding-holds-other",
            Kind::LabelOnPadding => "label-on-padding",
            Kind::Empty => "empty",
            Kind::LabelsEndInPads => "labels-end-in-pads",
        }
    }

    /// For people.
    pub fn words(self) -> &'static str {
        match self {
            Kind::NotJson => "not a JSON object",
            Kind::MissingKey => "a list is missing",
            Kind::BadValue => "not lists of whole numbers",
            Kind::MaskLength => "attention_mask is not as long as input_ids",
            Kind::MaskShape => "attention_mask is not 1…10…0",
            Kind::LabelLength => "masked labels are not as long as input_ids",
            Kind::InputVocabulary => "input_ids outside the vocabulary",
            Kind::LabelVocabulary => "labels outside the vocabulary",
            Kind::PadAttended => "pad tokens where the mask is 1",
            Kind::PaddingHoldsOther => "other tokens than pad where the mask is 0",
            Kind::LabelOnPadding => "labels on padding",
            Kind::Empty => "empty input_ids",
            Kind::LabelsEndInPads => "labels filled up with the pad token, which the loss scores (-100 is not scored)",
        }
    }
}

/// One kind's findings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// Records concerned.
    pub count: u64,
    /// The first of them.
    pub places: Vec<Place>,
    /// What the first one shows.
    pub detail: String,
}

/// Findings of a run, by kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    groups: [Group; Kind::ALL.len()],
}

impl Findings {
    /// Adds one. `detail` is asked for the first of a kind alone.
    pub fn add(&mut self, kind: Kind, source: &Arc<str>, line: u64, detail: impl FnOnce() -> String) {
        let group = &mut self.groups[kind as usize];
        if group.count == 0 {
            group.detail = detail();
        }
        if group.places.len() < PLACES {
            group.places.push(Place { source: Arc::clone(source), at: At::Line(line) });
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
    pub fn groups(&self) -> impl Iterator<Item = (Kind, &Group)> {
        Kind::ALL.into_iter().zip(&self.groups).filter(|(_, group)| group.count > 0)
    }

    /// Findings of one kind.
    pub fn count(&self, kind: Kind) -> u64 {
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
            (1..=4).for_each(|line| part.add(Kind::MaskShape, &source, line, || format!("line {line}")));
            all.append(part, base);
        }
        let (kind, group) = all.groups().next().expect("a group");
        let lines: Vec<u64> = group.places.iter().map(|place| place.at.number()).collect();
        assert_eq!((kind, group.count, group.detail.as_str()), (Kind::MaskShape, 8, "line 1"));
        assert_eq!(lines, [1, 2, 3, 4, 101]);
    }

    #[test]
    fn kinds_are_in_order() {
        assert!(Kind::ALL.iter().enumerate().all(|(at, kind)| *kind as usize == at));
    }
}
