//! The files of a body and their parts.

use std::borrow::Cow;
use std::ops::Range;

use anyhow::Result;

use super::super::trace::{trace_beginning, trace_moved};
use super::super::{Body, Context, Edit, Scene, Workspace};
use super::marks::{Marks, Part, Piece};
use crate::tokenizer::{Edge, Encoded};

/// What is cut by itself.
pub struct File<'w> {
    /// Where it stands in the body.
    pub ids: Range<usize>,
    /// Its text, whose encoding the ids are; `None` where that is not known, and it is cut between ids.
    text: Option<Cow<'w, str>>,
    /// Whether [`File::find_text`] may find it.
    may_have_text: bool,
}

/// The ids of the parts of a file, in the order of the text; without a text they are those of the body.
pub struct Parts {
    ids: Vec<u32>,
    /// Where the prefix and the middle end.
    cuts: [usize; 2],
    /// Where they end in the body.
    clean_cuts: [usize; 2],
}

impl Parts {
    /// Ids of all parts.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether a part has no ids.
    pub fn any_empty(&self) -> bool {
        [Part::Prefix, Part::Middle, Part::Suffix].iter().any(|&part| self.get(part).is_empty())
    }

    fn get(&self, part: Part) -> Range<usize> {
        match part {
            Part::Prefix => 0..self.cuts[0],
            Part::Middle => self.cuts[0]..self.cuts[1],
            Part::Suffix => self.cuts[1]..self.ids.len(),
        }
    }
}

/// The stretches of a body between ids that noise may not touch.
pub fn find<'w>(body: &Body, cx: &Context<'w, '_>) -> Vec<File<'w>> {
    let stretches = stretches(body, &cx.scene);
    let parts = cx.window.parts();
    // Where special tokens are separators alone, each stretch is a document's part.
    let separators = body.len() - stretches.iter().map(Range::len).sum::<usize>();
    if body.is_clean && stretches.len() == parts.len() && separators + 1 == parts.len() {
        let text = |part: crate::window::Part<'w>| part.whole.then(|| Cow::Borrowed(part.text()));
        let file = |(ids, part)| File { ids, text: text(part), may_have_text: true };
        return stretches.into_iter().zip(parts).map(file).collect();
    }
    let file = |ids| File { ids, text: None, may_have_text: body.is_clean };
    stretches.into_iter().map(file).collect()
}

fn stretches(body: &Body, scene: &Scene) -> Vec<Range<usize>> {
    let mut stretches: Vec<Range<usize>> = Vec::new();
    if !(scene.specials_inside || body.is_empty()) {
        return std::iter::once(0..body.len()).collect();
    }
    for at in (0..body.len()).filter(|&at| scene.is_open(body.ids[at])) {
        match stretches.last_mut() {
            Some(last) if last.end == at => last.end += 1,
            _ => stretches.push(at..at + 1),
        }
    }
    stretches
}

/// The text of ids, where they are its encoding.
fn decoded<'w>(ids: &[u32], cx: &mut Context) -> Result<Option<Cow<'w, str>>> {
    let text = cx.scene.tokenizer.decode(ids)?;
    let mut again = Vec::with_capacity(ids.len());
    cx.work.encoder.encode(&text, Edge::Opens, &mut again)?;
    Ok((again == ids).then_some(Cow::Owned(text)))
}

impl File<'_> {
    /// Finds the text of a file that stands at no known place of its document: by decoding, which only a cut is worth.
    pub fn find_text(&mut self, body: &Body, cx: &mut Context) -> Result<()> {
        if self.text.is_none() && self.may_have_text {
            self.text = decoded(&body.ids[self.ids.clone()], cx)?;
        }
        Ok(())
    }

    /// Places to cut at, less one: characters of the text, or ids.
    pub fn places(&self) -> usize {
        self.text.as_ref().map_or(self.ids.len(), |text| text.chars().count())
    }

    /// The parts, cut at these places.
    pub fn cut(&self, cuts: [usize; 2], body: &Body, scene: &Scene, work: &mut Workspace) -> Result<Parts> {
        let Some(text) = &self.text else {
            let clean_cuts = cuts.map(|cut| self.ids.start + cut);
            return Ok(Parts { ids: body.ids[self.ids.clone()].to_vec(), cuts, clean_cuts });
        };
        let [a, b] = cuts.map(|cut| scene.tokenizer.place_to_part(text, byte_of(text, cut)));
        let mut ids = Vec::with_capacity(self.ids.len() + 8);
        let whole = Encoded { text, ids: &body.ids[self.ids.clone()] };
        let cuts = work.encoder.encode_cut(whole, [a?, b?], &mut ids)?;
        let mut parts = Parts { ids, cuts, clean_cuts: [0; 2] };
        parts.clean_cuts = self.clean_cuts(&parts, body);
        Ok(parts)
    }

    /// Adds a piece of the cut file to a body.
    pub fn push(&self, piece: Piece, parts: &Parts, marks: Marks, body: &Body, into: &mut Body) {
        let part = match piece {
            Piece::Mark(part) => return into.push_hiding(&[marks.before(part)], Edit::None, 0..0),
            Piece::Text(part) => part,
        };
        let first = into.len();
        let ids = parts.get(part);
        if self.text.is_none() {
            into.extend(body, self.ids.start + ids.start..self.ids.start + ids.end);
        } else {
            into.ids.extend_from_slice(&parts.ids[ids]);
            let [begin, end] = parts.clean_cuts;
            match part {
                Part::Prefix => trace_beginning(into, body, self.ids.start..begin),
                Part::Middle => trace_moved(into, body, begin..end),
                Part::Suffix => trace_moved(into, body, end..self.ids.end),
            }
        }
        if part == Part::Middle {
            into.origins[first..].iter_mut().for_each(|origin| *origin = origin.edited(Edit::Kept));
        }
    }

    /// Where the prefix and the middle end in the body. Tokens that a cut goes through count as the middle's, if that has any
    /// ids, else as the suffix's, or the prefix's.
    fn clean_cuts(&self, parts: &Parts, body: &Body) -> [usize; 2] {
        let [prefix, middle, suffix] =
            [Part::Prefix, Part::Middle, Part::Suffix].map(|part| &parts.ids[parts.get(part)]);
        let clean = &body.ids[self.ids.clone()];
        let begin = same(clean.iter(), prefix.iter());
        let end = clean.len() - same(clean[begin..].iter().rev(), suffix.iter().rev());
        let cuts = match (middle.is_empty(), suffix.is_empty()) {
            (false, _) => [begin, end],
            (true, false) => [begin; 2],
            (true, true) => [clean.len(); 2],
        };
        cuts.map(|cut| self.ids.start + cut)
    }
}

/// How many ids at the beginning are the same.
fn same<'i>(old: impl Iterator<Item = &'i u32>, new: impl Iterator<Item = &'i u32>) -> usize {
    old.zip(new).take_while(|(old, new)| old == new).count()
}

/// Where the `at`th character of a text begins.
fn byte_of(text: &str, at: usize) -> usize {
    if text.is_ascii() { at } else { text.char_indices().nth(at).map_or(text.len(), |(byte, _)| byte) }
}
