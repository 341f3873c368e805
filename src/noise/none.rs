//! No noise: clean ids in, the same ids as labels. For models that predict the next token, and as the plain case.

use std::sync::Arc;

use anyhow::Result;

use super::{Body, Context, Drawn, Kind, Noise};
use crate::target::Target;

/// `none`.
pub const KIND: Kind =
    Kind { name: "none", about: "nothing: labels are the input", keys: &[], parse: |_| Ok(Arc::new(Nothing)) };

struct Nothing;

impl Noise for Nothing {
    fn target(&self) -> Target {
        Target::Input
    }

    fn apply(&self, _: &mut Body, _: &mut Context, _: &mut Drawn) -> Result<()> {
        Ok(())
    }

    fn describe(&self, _: &Drawn) -> String {
        "nothing changed".to_string()
    }
}
