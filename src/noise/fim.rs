//! Fill in the middle: a file is cut in three and its middle moves to the end, behind marks (Bavarian et al. 2022).
//!
//! The cut points are places between characters, so most of them lie inside tokens, as those of an editor's cursor do; each
//! part is encoded on its own. A file is what stands between two special tokens, or the whole body. One that would outgrow
//! the room is cut elsewhere: no part is ever shortened.

mod files;
mod marks;

use std::sync::Arc;

use anyhow::Result;

use super::{Body, Context, Drawn, Effect, Extent, Key, Kind, Needs, Noise};
use crate::figure::Figure;
use crate::rng::{Chance, NoiseRng};
use crate::stats::StepStats;
use crate::target::Target;
use crate::tokenizer::Tokenizer;
use files::{File, Parts};
use marks::{Marks, Names, Order};

/// `fim`.
pub const KIND: Kind = Kind {
    name: "fim",
    about: "the middle of a file moves to its end (fill in the middle)",
    keys: &[
        Key::new(
            "rate",
            "0.5",
            "share of files that are cut; a file is what stands between special tokens in a window",
        ),
        Key::new("spm", "0.5", "share of those whose suffix comes before the prefix"),
        Key::new("order", "spm", "how that looks: spm (pre suf S mid P M) or spm-ai2 (suf S pre P mid M)"),
        Key::new("nonempty", "no", "whether cut points leave no part empty: no or yes"),
        Key::new("pre", "auto", "token before the prefix; auto: found by name"),
        Key::new("suf", "auto", "token before the suffix"),
        Key::new("mid", "auto", "token before the middle"),
    ],
    parse: |keys| {
        let (rate, spm) = (keys.share("rate")?, keys.share("spm")?);
        let order = keys.word("order", &[Order::Spm, Order::SpmAi2])?;
        let nonempty = keys.word("nonempty", &["no", "yes"])? == "yes";
        let names = Names([keys.text("pre")?, keys.text("suf")?, keys.text("mid")?]);
        Ok(Arc::new(Fim { rate, spm, order, nonempty, names, marks: Marks::default() }))
    },
};

/// Cut points that lead to more ids than there is room for are drawn again, this often at most.
const MAX_ATTEMPTS: u64 = 64;

/// Ids that the three marks take, and those by which a cut inside two tokens usually makes a file longer.
const MARKS: usize = 3;
const SLACK: usize = 5;

#[derive(Clone)]
struct Fim {
    rate: f64,
    spm: f64,
    order: Order,
    nonempty: bool,
    names: Names,
    /// Set by [`Noise::bind`].
    marks: Marks,
}

impl Noise for Fim {
    fn target(&self) -> Target {
        Target::Input
    }

    fn moves(&self) -> bool {
        true
    }

    fn needs(&self) -> Needs {
        Needs { exact_text: true, ..Needs::default() }
    }

    fn bind(&self, tokenizer: &mut Tokenizer) -> Result<Option<Arc<dyn Noise>>> {
        let marks = self.names.find(tokenizer)?;
        Ok(Some(Arc::new(Fim { marks, ..self.clone() })))
    }

    /// Each special token inside may end a file.
    fn extent(&self, ids: usize, specials: usize, _: usize) -> Extent {
        let files = specials.saturating_add(1);
        let input = ids.saturating_add(files.saturating_mul(MARKS + SLACK.min(ids / 4)));
        Extent { input, specials: specials.saturating_add(files.saturating_mul(MARKS)), ..Extent::default() }
    }

    fn apply(&self, body: &mut Body, cx: &mut Context, drawn: &mut Drawn) -> Result<()> {
        let files = files::find(body, cx);
        let room = self.extent(cx.scene.room, 0, 0).input.max(body.len());
        let mut into = std::mem::take(&mut cx.work.spare);
        into.rewrite_from(body);
        into.begin_sentence();
        let mut at = 0;
        for mut file in files {
            into.extend(body, at..file.ids.start);
            let others = into.len() + (body.len() - file.ids.end);
            match self.cut((&mut file, room.saturating_sub(others + MARKS)), body, cx, drawn)? {
                Some((parts, suffix_first)) => self.lay(&file, &parts, suffix_first, body, &mut into),
                None => into.extend(body, file.ids.clone()),
            }
            drawn.units += 1;
            at = file.ids.end;
        }
        into.extend(body, at..body.len());
        if drawn.chosen == 0 {
            // Nothing was cut, so noises after this one find the sentences where they were.
            std::mem::swap(&mut into.sentences, &mut body.sentences);
            into.is_clean = body.is_clean;
        }
        std::mem::swap(body, &mut into);
        cx.work.spare = into;
        Ok(())
    }

    fn effects(&self) -> Vec<Effect> {
        vec![Effect::Sign, Effect::Kept]
    }

    fn describe(&self, drawn: &Drawn) -> String {
        let Drawn { units, chosen, suffix_first, middle, .. } = drawn;
        let [length, of] = middle;
        format!(
            "{chosen} of {units} files cut, {suffix_first} of them with the suffix first; {length} of {of} characters in the middle"
        )
    }

    fn figures(&self, counted: &StepStats) -> Vec<Figure> {
        let StepStats { units, chosen, suffix_first, middle: [length, of], .. } = *counted;
        // Two of the n + 1 places between characters, or of the n - 1 inside, lie a third of as many and one apart.
        let places = of + if self.nonempty { 0 } else { chosen };
        let mean = |sum: u64| sum as f64 / chosen.max(1) as f64;
        vec![
            Figure::share("files cut", chosen, units, self.rate),
            Figure::share("suffix first", suffix_first, chosen, self.spm),
            Figure::Mean {
                name: "characters in a middle".into(),
                value: mean(length),
                expected: Some(mean(places) / 3.0),
            },
        ]
    }
}

impl Fim {
    /// The parts of a file that is to be cut, and whether the suffix comes first; `None` where it stays whole.
    fn cut(
        &self,
        (file, room): (&mut File, usize),
        body: &Body,
        cx: &mut Context,
        drawn: &mut Drawn,
    ) -> Result<Option<(Parts, bool)>> {
        if !cx.rng.happens(Chance::new(self.rate)) {
            return Ok(None);
        }
        let suffix_first = cx.rng.happens(Chance::new(self.spm));
        file.find_text(body, cx)?;
        let places = file.places();
        for _ in 0..MAX_ATTEMPTS {
            let Some(cuts) = self.draw_cuts(places, &mut cx.rng) else { return Ok(None) };
            let parts = file.cut(cuts, body, &cx.scene, cx.work)?;
            // A part of white space alone may have no ids.
            if parts.len() <= room && !(self.nonempty && parts.any_empty()) {
                drawn.chosen += 1;
                drawn.suffix_first += u64::from(suffix_first);
                drawn.middle[0] += (cuts[1] - cuts[0]) as u64;
                drawn.middle[1] += places as u64;
                return Ok(Some((parts, suffix_first)));
            }
            drawn.redraws += 1;
        }
        Ok(None)
    }

    /// Two of the places 0..=n, ascending.
    fn draw_cuts(&self, n: usize, rng: &mut NoiseRng) -> Option<[usize; 2]> {
        let [a, b] = if self.nonempty {
            if n < 3 {
                return None;
            }
            let (a, b) = (1 + rng.below(n - 1), 1 + rng.below(n - 2));
            [a, b + usize::from(b >= a)]
        } else {
            [rng.below(n + 1), rng.below(n + 1)]
        };
        Some([a.min(b), a.max(b)])
    }

    fn lay(&self, file: &File, parts: &Parts, suffix_first: bool, body: &Body, into: &mut Body) {
        for piece in self.order.pieces(suffix_first) {
            file.push(piece, parts, self.marks, body, into);
        }
    }
}
