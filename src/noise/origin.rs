//! What an id of a body stands for, in four bytes: most bodies are long and most ids are untouched.

/// What the last noise that touched an id made of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Edit {
    /// No noise chose it.
    #[default]
    None = 0,
    /// Chosen, and left as it was.
    Kept = 1,
    /// The mask token.
    Masked = 2,
    /// A random token.
    Random = 3,
}

/// What an id stands for. Positions are those of the clean body, counted from its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source<'b> {
    /// The clean token at this position, in its place or elsewhere.
    Clean(usize),
    /// Hidden clean tokens, in their place; none where the id was inserted.
    StandsFor(&'b [u32]),
    /// Text that was encoded anew because it moved: these clean tokens, together with every other id of the same group.
    Reencoded(&'b [u32]),
}

/// What an id stands for and what noise made of it, packed: edit (2 bits), span flag (1), position or span (29).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin(u32);

/// Bodies hold fewer ids than this.
pub const MAX_IDS: usize = 1 << 29;

impl Origin {
    const EDIT_SHIFT: u32 = 30;
    pub(super) const SPAN: u32 = 1 << 29;
    const INDEX: u32 = Self::SPAN - 1;

    /// Of an id that is still to be traced: no span has this index.
    pub(super) const UNTRACED: Origin = Origin(Self::SPAN | Self::INDEX);

    /// The clean token at a position.
    pub fn clean(position: usize) -> Self {
        Origin(position as u32)
    }

    /// What was done to the id.
    pub fn edit(self) -> Edit {
        match self.0 >> Self::EDIT_SHIFT {
            0 => Edit::None,
            1 => Edit::Kept,
            2 => Edit::Masked,
            _ => Edit::Random,
        }
    }

    /// The same source with an edit on top: what an earlier step wrote stays where this one keeps it.
    pub fn edited(self, edit: Edit) -> Self {
        match edit {
            Edit::None => self,
            Edit::Kept if self.edit() != Edit::None => self,
            _ => Origin(self.0 & (Self::SPAN | Self::INDEX) | (edit as u32) << Self::EDIT_SHIFT),
        }
    }

    /// Whether it stands for one clean token that a noise chose, whatever was then written.
    pub fn is_chosen(self) -> bool {
        self.edit() != Edit::None && self.position().is_some()
    }

    /// The clean position, where the id stands for one clean token.
    pub fn position(self) -> Option<usize> {
        (self.0 & Self::SPAN == 0).then_some((self.0 & Self::INDEX) as usize)
    }

    /// The clean id where chosen, else `other`; for bodies whose ids stand in their places. Without a branch to
    /// mispredict: choices are random.
    pub fn label(self, clean: &[u32], other: i32) -> i32 {
        let id = clean.get((self.0 & Self::INDEX) as usize).map_or(other, |&id| id as i32);
        if self.0 >> Self::EDIT_SHIFT != 0 { id } else { other }
    }

    /// What the span of this index stands for.
    pub(super) fn span(index: usize) -> Self {
        Origin(index as u32 | Self::SPAN)
    }

    /// The position or the span's index.
    pub(super) fn index(self) -> usize {
        (self.0 & Self::INDEX) as usize
    }
}
