//! A trace as a row of cells, each with what stood before and what stands after: what the page lays out.
//!
//! Where the order of the tokens is kept, cells hold both sides and the page can align them. Where it is not, each side is
//! a row of its own, and numbers of sentences and the sign of the rotation lead from one to the other.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::mark::{Mark, Marks, ROTATION, printable};
use super::pieces::Pieces;
use super::trace::{Fate, Trace};
use crate::noise::TokenState;

/// A stretch of text with its mark, as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Bit {
    /// Printable and dressed.
    pub text: String,
    /// For its color.
    pub mark: Mark,
}

impl Bit {
    /// Nothing.
    pub const NONE: Bit = Bit { text: String::new(), mark: Mark::Plain };
}

/// What stands in one place before and after.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// Of the clean text.
    pub before: Bit,
    /// Of the result.
    pub after: Bit,
}

/// Makes cells of a trace and the texts of its two sides.
pub struct Cells<'t> {
    /// What became of the window.
    pub trace: &'t Trace<'t>,
    /// The clean side.
    pub before: &'t Pieces,
    /// The result.
    pub after: &'t Pieces,
    /// How they are marked.
    pub marks: Marks,
    /// Marked text wider than this is cut into several cells.
    pub widest: usize,
}

/// A stretch of ids with its mark.
type Run = (Range<usize>, Mark);

impl Cells<'_> {
    /// Both sides side by side; for a trace that keeps the order.
    pub fn aligned(&self) -> Vec<Cell> {
        let mut cells = Vec::new();
        for (clean, now) in self.paired_runs() {
            let before = self.before.text(clean.0);
            let after = self.after.text(now.0);
            if clean.1 == Mark::Plain && now.1 == Mark::Plain {
                self.push_same(&before, &after, &mut cells);
            } else {
                self.push_marked((&before, clean.1), (&after, now.1), &mut cells);
            }
        }
        cells
    }

    /// Stretches of both sides that belong together, as long as their marks stay the same.
    fn paired_runs(&self) -> Vec<(Run, Run)> {
        let (trace, mut runs) = (self.trace, Vec::<(Run, Run)>::new());
        let mut add = |clean: Run, now: Run| match runs.last_mut() {
            Some(last) if last.0.1 == clean.1 && last.1.1 == now.1 => {
                last.0.0.end = clean.0.end;
                last.1.0.end = now.0.end;
            }
            _ => runs.push((clean, now)),
        };
        let (mut from, mut put_in) = (0, 0);
        for at in 0..=trace.now.len() {
            let clean = trace.now.get(at).map_or(Some(trace.states.len()), |now| now.clean);
            let Some(clean) = clean else { continue };
            // What was put in, up to its last stretch, has nothing above it: that stands for all that is lost here.
            let mut lost = stretches(from..clean, |at| lost_mark(trace.states[at])).into_iter();
            let mut put = stretches(put_in..at, |at| fate_mark(trace.now[at].fate));
            let last = put.pop();
            put.into_iter().for_each(|put| add((from..from, Mark::Hidden), put));
            match (lost.next(), last) {
                (None, None) => {}
                (first, last) => {
                    let nothing = |at: usize| (at..at, Mark::Hidden);
                    add(first.unwrap_or(nothing(from)), last.unwrap_or(nothing(put_in)));
                }
            }
            lost.for_each(|lost| add(lost, (at..at, Mark::Hidden)));
            if at < trace.now.len() {
                add((clean..clean + 1, lost_mark(trace.states[clean])), (at..at + 1, fate_mark(trace.now[at].fate)));
            }
            (from, put_in) = (clean + 1, at + 1);
        }
        runs
    }

    /// The clean side alone.
    pub fn before_alone(&self) -> Vec<Cell> {
        let trace = self.trace;
        let mut cells = Vec::new();
        let numbers = |at: usize| numbered(&trace.sentences, at).map(Some);
        let cuts = |at: usize| trace.rotated_to == Some(at);
        let marks: Vec<Mark> = trace.states.iter().map(|&state| lost_mark(state)).collect();
        self.one_side(&marks, self.before, numbers, cuts, |bit| Cell { before: bit, after: Bit::NONE }, &mut cells);
        cells
    }

    /// The result alone.
    pub fn after_alone(&self) -> Vec<Cell> {
        let trace = self.trace;
        let mut cells = Vec::new();
        let sentences = trace.sentences_now();
        let numbers = |at: usize| numbered(&sentences, at);
        let cuts = |at: usize| at > 0 && trace.now[at].wrapped && !trace.now[at - 1].wrapped;
        let marks: Vec<Mark> = trace.now.iter().map(|now| fate_mark(now.fate)).collect();
        self.one_side(&marks, self.after, numbers, cuts, |bit| Cell { before: Bit::NONE, after: bit }, &mut cells);
        cells
    }

    fn one_side(
        &self,
        marks: &[Mark],
        pieces: &Pieces,
        numbers: impl Fn(usize) -> Option<Option<usize>>,
        cuts: impl Fn(usize) -> bool,
        cell: impl Fn(Bit) -> Cell,
        cells: &mut Vec<Cell>,
    ) {
        let mut at = 0;
        while at < marks.len() {
            let beside = self.signs(numbers(at).filter(|_| !self.trace.moved.is_empty()), cuts(at));
            let same = |next: &usize| marks[*next] == marks[at] && numbers(*next).is_none() && !cuts(*next);
            let end = (at + 1..marks.len()).take_while(same).last().map_or(at + 1, |last| last + 1);
            let text = pieces.text(at..end);
            let mut parts = self.parts(&text, marks[at]);
            // The white space that opens a sentence stands before its number.
            let gap = parts.iter().take_while(|bit| bit.mark == Mark::Plain && bit.text.trim().is_empty()).count();
            parts.splice(gap..gap, beside);
            cells.extend(parts.into_iter().map(&cell));
            at = end;
        }
    }

    fn signs(&self, number: Option<Option<usize>>, cut: bool) -> Vec<Bit> {
        let mut signs = Vec::new();
        if cut {
            signs.push(Bit { text: ROTATION.to_string(), mark: Mark::Rotation });
        }
        signs.extend(
            number.map(|number| {
                sentence_number(number, number.is_none_or(|n| self.trace.moved.binary_search(&n).is_ok()))
            }),
        );
        signs
    }

    /// Text with one mark as bits between which a line may end.
    fn parts(&self, text: &str, mark: Mark) -> Vec<Bit> {
        let plain = |text: &str| Bit { text: text.to_string(), mark: Mark::Plain };
        let text = printable(text);
        if mark == Mark::Plain {
            return text.split_word_bounds().map(plain).collect();
        }
        let (white, marked) = split_white(&text);
        let white = (!white.is_empty()).then(|| plain(white));
        white.into_iter().chain(self.chunks(marked, mark)).collect()
    }

    fn chunks(&self, text: &str, mark: Mark) -> Vec<Bit> {
        let text = self.marks.dress(text, mark);
        chunks(&text, self.widest).into_iter().map(|text| Bit { text, mark }).collect()
    }

    /// Text that is the same on both sides, but perhaps for white space before it.
    fn push_same(&self, before: &str, after: &str, cells: &mut Vec<Cell>) {
        let (before, after) = (printable(before), printable(after));
        let plain = |text: &str| Bit { text: text.to_string(), mark: Mark::Plain };
        let mut push = |before: &str, after: &str| cells.push(Cell { before: plain(before), after: plain(after) });
        if before == after {
            return before.split_word_bounds().for_each(|word| push(word, word));
        }
        let (white, words) = (before.len() - before.trim_start().len(), before.trim_start());
        if words == after.trim_start() {
            push(&before[..white], &after[..after.len() - words.len()]);
            words.split_word_bounds().for_each(|word| push(word, word));
        } else {
            push(&before, &after);
        }
    }

    fn push_marked(&self, before: (&str, Mark), after: (&str, Mark), cells: &mut Vec<Cell>) {
        let (clean, now) = (printable(before.0), printable(after.0));
        let ((white, clean), (white_now, now)) = (split_white(&clean), split_white(&now));
        if !white.is_empty() || !white_now.is_empty() {
            let plain = |text: &str| Bit { text: text.to_string(), mark: Mark::Plain };
            cells.push(Cell { before: plain(white), after: plain(white_now) });
        }
        let mut before = self.chunks(clean, before.1).into_iter();
        let mut after = self.chunks(now, after.1).into_iter();
        loop {
            match (before.next(), after.next()) {
                (None, None) => return,
                (before, after) => {
                    cells.push(Cell { before: before.unwrap_or(Bit::NONE), after: after.unwrap_or(Bit::NONE) });
                }
            }
        }
    }
}

/// What stands beside a position, where it is listed.
pub fn numbered<T: Copy>(list: &[(usize, T)], at: usize) -> Option<T> {
    list.binary_search_by_key(&at, |(start, _)| *start).ok().map(|found| list[found].1)
}

/// A range in stretches of one mark.
fn stretches(range: Range<usize>, mark: impl Fn(usize) -> Mark) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for at in range {
        match runs.last_mut() {
            Some((run, last)) if *last == mark(at) => run.end = at + 1,
            _ => runs.push((at..at + 1, mark(at))),
        }
    }
    runs
}

/// The number of a sentence: `⟦2⟧`, `⟦2=⟧` where it stands where it stood, `⟦?⟧` where its tokens do not tell.
pub fn sentence_number(number: Option<usize>, moved: bool) -> Bit {
    let number = number.map_or("?".to_string(), |number| number.to_string());
    let (sign, mark) = if moved { ("", Mark::Moved) } else { ("=", Mark::InPlace) };
    Bit { text: format!("⟦{number}{sign}⟧"), mark }
}

fn lost_mark(state: TokenState) -> Mark {
    match state {
        TokenState::Kept | TokenState::Partly => Mark::Plain,
        TokenState::Chosen => Mark::Kept,
        TokenState::Hidden => Mark::Hidden,
        TokenState::Deleted => Mark::Deleted,
    }
}

fn fate_mark(fate: Fate) -> Mark {
    match fate {
        Fate::Untouched => Mark::Plain,
        Fate::Kept => Mark::Kept,
        Fate::Mask => Mark::Mask,
        Fate::Random => Mark::Random,
        Fate::Inserted => Mark::Inserted,
    }
}

/// The white space before marked text stays outside its mark; text of nothing else is shown by a sign.
fn split_white(text: &str) -> (&str, &str) {
    match text.trim_start() {
        "" if !text.is_empty() => ("", "␣"),
        words => text.split_at(text.len() - words.len()),
    }
}

/// Cuts text at white space, or anywhere between characters where there is none, into parts of no more than `widest`.
pub fn chunks(text: &str, widest: usize) -> Vec<String> {
    let mut chunks = vec![String::new()];
    let mut room = widest;
    let mut take = |piece: &str| {
        let width = width(piece);
        if width > room && chunks.last().is_some_and(|last| !last.is_empty()) {
            chunks.push(String::new());
            room = widest;
        }
        if let Some(last) = chunks.last_mut() {
            last.push_str(piece);
        }
        room = room.saturating_sub(width);
    };
    for word in text.split_inclusive(char::is_whitespace) {
        if width(word) > widest {
            word.graphemes(true).for_each(&mut take);
        } else {
            take(word);
        }
    }
    chunks
}

/// Columns on a terminal.
pub fn width(text: &str) -> usize {
    unicode_width::UnicodeWidthStr::width(text)
}
