//! The files of a body and their parts.

use std::borrow::Cow;
use std::ops::Range;

use anyhow::Result;

use super::super::trace::{trace_beginning, trace_moved};
use super::super::{Body, Context, Edit, Scene, Workspace};
use super::marks::{Marks, Part, Piece};
use crate::tokenizer::{Edge, Encoder};

/// What is cut by itself.
pub struct File<'w> {
    /// Where it stands in the body.
    pub ids: Range<usize>,
    /// Its text, whose encoding the ids are; `None` where that is not known, and it is cut between ids.
    text: Option<Cow<'w, str>>,
}

/// The ids of the parts of a file, in the order of the text; without a text they are those of the body.
pub struct Parts {
    ids: Vec<u32>,
    /// Where the prefix and the middle end.
    cuts: [usize; 2],
}

impl Parts {
    /// Ids of all parts.
    pub fn len(&self) -> usize {
        self.ids.len()
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
pub fn find<'w>(body: &Body, cx: &mut Context<'w, '_>) -> Result<Vec<File<'w>>> {
    let stretches = stretches(body, &cx.scene);
    let parts = cx.window.parts();
    // Where special tokens are separators alone, each stretch is a document's part.
    let separators = body.len() - stretches.iter().map(Range::len).sum::<usize>();
    if body.is_clean && stretches.len() == parts.len() && separators + 1 == parts.len() {
        let text = |part: crate::window::Part<'w>| part.whole.then(|| Cow::Borrowed(part.text()));
        let mut files: Vec<File> =
            stretches.into_iter().zip(parts).map(|(ids, part)| File { ids, text: text(part) }).collect();
        for file in files.iter_mut().filter(|file| file.text.is_none()) {
            file.text = decoded(&body.ids[file.ids.clone()], cx)?;
        }
        return Ok(files);
    }
    let file = |ids: Range<usize>| {
        let text = if body.is_clean { decoded(&body.ids[ids.clone()], cx)? } else { None };
        Ok(File { ids, text })
    };
    stretches.into_iter().map(file).collect()
}

fn stretches(body: &Body, scene: &Scene) -> Vec<Range<usize>> {
    let mut stretches: Vec<Range<usize>> = Vec::new();
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
    /// Places to cut at, less one: characters of the text, or ids.
    pub fn places(&self) -> usize {
        self.text.as_ref().map_or(self.ids.len(), |text| text.chars().count())
    }

    /// The parts, cut at these places.
    pub fn cut(&self, cuts: [usize; 2], body: &Body, work: &mut Workspace) -> Result<Parts> {
        let Some(text) = &self.text else {
            return Ok(Parts { ids: body.ids[self.ids.clone()].to_vec(), cuts });
        };
        let [a, b] = cuts.map(|cut| byte_of(text, cut));
        let (mut ids, mut ends) = (Vec::with_capacity(self.ids.len() + 8), [0; 2]);
        work.encoder.encode_beginning(&text[..a], &mut ids)?;
        ends[0] = ids.len();
        encode_inside(&text[a..b], a, &mut work.encoder, &mut ids)?;
        ends[1] = ids.len();
        encode_inside(&text[b..], b, &mut work.encoder, &mut ids)?;
        Ok(Parts { ids, cuts: ends })
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
            self.trace(part, parts, body, into);
        }
        if part == Part::Middle {
            into.origins[first..].iter_mut().for_each(|origin| *origin = origin.edited(Edit::Kept));
        }
    }

    /// Says where the last ids stood, which are those of a part. Tokens that a cut goes through stood in the middle, if that
    /// has any ids, else in the suffix, or the prefix.
    fn trace(&self, part: Part, parts: &Parts, body: &Body, into: &mut Body) {
        let [prefix, middle, suffix] =
            [Part::Prefix, Part::Middle, Part::Suffix].map(|part| &parts.ids[parts.get(part)]);
        let clean = &body.ids[self.ids.clone()];
        let same = |pairs: &mut dyn Iterator<Item = (&u32, &u32)>| pairs.take_while(|(old, new)| old == new).count();
        let mut begin = same(&mut clean.iter().zip(prefix));
        let mut end = clean.len() - same(&mut clean[begin..].iter().rev().zip(suffix.iter().rev()));
        if middle.is_empty() {
            begin = if suffix.is_empty() { clean.len() } else { begin };
            end = begin;
        }
        let (begin, end) = (self.ids.start + begin, self.ids.start + end);
        match part {
            Part::Prefix => trace_beginning(into, body, self.ids.start..begin),
            Part::Middle => trace_moved(into, body, begin..end),
            Part::Suffix => trace_moved(into, body, end..self.ids.end),
        }
    }
}

/// A part that begins at a byte of its text.
fn encode_inside(text: &str, at: usize, encoder: &mut Encoder, ids: &mut Vec<u32>) -> Result<()> {
    if at == 0 { encoder.encode_beginning(text, ids) } else { encoder.encode_inside(text, ids) }
}

/// Where the `at`th character of a text begins.
fn byte_of(text: &str, at: usize) -> usize {
    if text.is_ascii() { at } else { text.char_indices().nth(at).map_or(text.len(), |(byte, _)| byte) }
}
