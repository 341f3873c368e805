//! What is marked in a text: what noise did, and what belongs to nobody's text. The words for it are the same in every view.

use super::MarkedPiece;
use crate::noise::Effect;

/// What a stretch of text is marked as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// Nothing happened to it.
    Plain,
    /// Not part of the text: special tokens, what is left out.
    Template,
    /// Clean text that another token stands for.
    Hidden,
    /// The mask token that stands for it.
    Masked,
    /// A random token that stands for it.
    Random,
    /// Chosen, and left as it was.
    Kept,
    /// Clean text that nothing stands for.
    Deleted,
    /// A token that stands for nothing.
    Inserted,
    /// A token that says what follows.
    Sign,
    /// Clean text that was encoded anew together with its neighbors, and is partly lost.
    Partly,
    /// The number of a sentence that stands elsewhere.
    Moved,
    /// The number of a sentence that stands in its place.
    InPlace,
    /// Where a rotation cut.
    Rotation,
}

impl Mark {
    /// For scripts and style sheets.
    pub fn name(self) -> &'static str {
        match self {
            Mark::Plain => "plain",
            Mark::Template => "template",
            Mark::Hidden => "hidden",
            Mark::Masked => "mask",
            Mark::Random => "random",
            Mark::Kept => "kept",
            Mark::Deleted => "deleted",
            Mark::Inserted => "inserted",
            Mark::Sign => "sign",
            Mark::Partly => "partly",
            Mark::Moved => "moved",
            Mark::InPlace => "in-place",
            Mark::Rotation => "rotation",
        }
    }

    /// For legends and tooltips.
    pub fn words(self) -> &'static str {
        match self {
            Mark::Plain => "",
            Mark::Template => "not part of the text",
            Mark::Hidden => "hidden",
            Mark::Masked => "stands for it",
            Mark::Random => "random",
            Mark::Kept => "chosen, kept",
            Mark::Deleted => "deleted",
            Mark::Inserted => "inserted",
            Mark::Sign => "says what follows",
            Mark::Partly => "partly lost",
            Mark::Moved => "moved",
            Mark::InPlace => "in its place",
            Mark::Rotation => "rotated here",
        }
    }

    /// What stands for it in a legend.
    fn sample(self, mask: &str) -> &str {
        match self {
            Mark::Masked | Mark::Inserted => mask,
            Mark::Sign => "token",
            Mark::Moved => "2",
            Mark::InPlace => "1",
            Mark::Rotation => ROTATION,
            _ => "word",
        }
    }
}

/// The sign of a rotation's cut.
pub const ROTATION: &str = "↻";

/// The marks that effects of noise lead to.
pub fn marks_of(effects: impl Iterator<Item = Effect>) -> Vec<Mark> {
    let mut marks = Vec::new();
    for effect in effects {
        match effect {
            Effect::Hidden => marks.push(Mark::Hidden),
            Effect::Masked => marks.push(Mark::Masked),
            Effect::Random => marks.push(Mark::Random),
            Effect::Kept => marks.push(Mark::Kept),
            Effect::Deleted => marks.push(Mark::Deleted),
            Effect::Inserted => marks.push(Mark::Inserted),
            Effect::Sign => marks.push(Mark::Sign),
            Effect::Moved => marks.extend([Mark::Moved, Mark::InPlace]),
            Effect::Rotated => marks.push(Mark::Rotation),
        }
    }
    marks
}

/// Each mark once, as a sample and its meaning. `mask` is the mask token's text.
pub fn legend(marks: impl IntoIterator<Item = Mark>, mask: &str) -> Vec<(MarkedPiece, &'static str)> {
    let mut entries: Vec<(MarkedPiece, &'static str)> = Vec::new();
    for mark in marks {
        let known = matches!(mark, Mark::Plain | Mark::Template) || entries.iter().any(|(piece, _)| piece.mark == mark);
        if !known {
            entries.push((MarkedPiece::new(mark.sample(mask), mark), mark.words()));
        }
    }
    entries
}
