//! What each pattern of noise is called, and the figures that are shown of it.

use crate::figure::{Axis, Distribution, Figure};
use crate::histogram::Histogram;
use crate::inspect::Pattern;
use crate::noise::Edit;
use crate::stats::{PARTS, StepStats, WHOLE};

impl Pattern {
    /// For scripts.
    pub(super) fn name(self) -> &'static str {
        match self {
            Pattern::Unchanged => "unchanged",
            Pattern::Chosen => "masked-labels",
            Pattern::Replaced => "replaced",
            Pattern::Spans => "spans",
            Pattern::Sentinels => "sentinels",
            Pattern::Deleted => "deleted",
            Pattern::Rotated => "rotated",
        }
    }

    /// For people: what the records have in common.
    pub(super) fn title(self) -> &'static str {
        match self {
            Pattern::Unchanged => "Nothing to restore",
            Pattern::Chosen => "Masked tokens",
            Pattern::Replaced => "Tokens replaced in place",
            Pattern::Spans => "Spans replaced by mask tokens",
            Pattern::Sentinels => "Spans replaced by sentinels",
            Pattern::Deleted => "Deleted tokens",
            Pattern::Rotated => "Rotated text",
        }
    }

    /// What is shown of it: numbers and distributions.
    pub(super) fn figures(self, done: &StepStats) -> Vec<Figure> {
        let edit = |name: &str, edit: Edit| Figure::part(name, done.edited(edit), done.chosen);
        let chosen = |name: &str| Figure::part(name, done.chosen, done.units);
        match self {
            Pattern::Unchanged => Vec::new(),
            Pattern::Chosen => vec![
                chosen("tokens with a label"),
                edit("became the mask token", Edit::Masked),
                edit("became another token", Edit::Random),
                edit("kept", Edit::Kept),
            ],
            Pattern::Replaced => {
                let masked = edit("by the mask token", Edit::Masked);
                vec![chosen("tokens replaced"), masked, edit("by another token", Edit::Random)]
            }
            Pattern::Spans => {
                spans(done, "mask", "Tokens behind single masks, where both neighbors have one place in the labels.")
            }
            Pattern::Sentinels => {
                spans(done, "sentinel", "Spans by the tokens that the labels have behind their sentinels.")
            }
            Pattern::Deleted => vec![chosen("tokens deleted")],
            Pattern::Rotated => vec![Figure::Distribution(starts(done))],
        }
    }
}

/// How many tokens are hidden behind how many of what stands for them.
fn spans(done: &StepStats, behind: &str, about: &str) -> Vec<Figure> {
    let each = done.edited(Edit::Masked);
    let value = done.chosen as f64 / each.max(1) as f64;
    vec![
        Figure::part("tokens hidden", done.chosen, done.units),
        Figure::count(format!("{behind}s"), each),
        Figure::Mean { name: format!("tokens per {behind}"), value, expected: None },
        Figure::Distribution(Distribution {
            title: "Span lengths".to_string(),
            about: about.to_string(),
            axis: Axis::Values(format!("tokens per {behind}")),
            drawn: done.spans.clone(),
            law: String::new(),
            expected: Vec::new(),
        }),
    ]
}

fn starts(done: &StepStats) -> Distribution {
    let mut drawn = Histogram::default();
    (0..PARTS).for_each(|part| drawn.add(part, done.starts[part]));
    Distribution {
        title: "Where rotations begin".to_string(),
        about: "Records by the place in their labels of the token that comes first.".to_string(),
        axis: Axis::Parts("place in the labels".to_string()),
        drawn,
        law: "every token equally likely".to_string(),
        expected: done.expected_starts.iter().map(|&parts| parts as f64 / WHOLE as f64).collect(),
    }
}
