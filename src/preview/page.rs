//! Lines of a width: cells wrapped, padded where both sides are aligned, painted.

use super::cells::{Bit, Cell, chunks, width};
use super::mark::{Mark, Marks};

/// Opens the lines of the clean text.
pub const BEFORE: &str = "- ";
/// Opens the lines of the result.
pub const AFTER: &str = "+ ";

/// A page to print on.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// Columns.
    pub width: usize,
    /// How marks are shown.
    pub marks: Marks,
}

impl Page {
    /// Room for text beside the gutter.
    pub fn room(&self) -> usize {
        self.width.saturating_sub(BEFORE.len()).max(8)
    }

    /// Both sides, line above line, each place above its other side.
    pub fn aligned(&self, cells: Vec<Cell>, out: &mut String) {
        for (at, line) in self.lines(cells).iter().enumerate() {
            if at > 0 {
                out.push('\n');
            }
            for (gutter, before) in [(BEFORE, true), (AFTER, false)] {
                self.line(gutter, line, out, |cell| if before { &cell.before } else { &cell.after });
            }
        }
    }

    /// The clean side, then the result, each wrapped by itself.
    pub fn apart(&self, before: Vec<Cell>, after: Vec<Cell>, out: &mut String) {
        for line in self.lines(before) {
            self.line(BEFORE, &line, out, |cell| &cell.before);
        }
        for line in self.lines(after) {
            self.line(AFTER, &line, out, |cell| &cell.after);
        }
    }

    /// Marked words beside one another, wrapped: legend and counts.
    pub fn words(&self, words: &[Vec<Bit>], out: &mut String) {
        let mut column = 0;
        for word in words {
            let wide: usize = word.iter().map(|bit| width(&bit.text)).sum();
            if column > 0 && column + 3 + wide > self.width {
                out.push('\n');
                column = 0;
            }
            if column > 0 {
                out.push_str("   ");
                column += 3;
            }
            word.iter().for_each(|bit| self.marks.paint(&bit.text, bit.mark, out));
            column += wide;
        }
        out.push('\n');
    }

    /// A text of its own, wrapped.
    pub fn text(&self, text: &str, mark: Mark, out: &mut String) {
        for line in chunks(text, self.width) {
            self.marks.paint(line.trim_end(), mark, out);
            out.push('\n');
        }
    }

    fn line(&self, gutter: &str, cells: &[Cell], out: &mut String, side: impl Fn(&Cell) -> &Bit) {
        let last = cells.iter().rposition(|cell| !side(cell).text.trim().is_empty());
        self.marks.paint(gutter.trim_end(), Mark::Aside, out);
        out.push(' ');
        for (at, cell) in cells.iter().enumerate().take(last.map_or(0, |last| last + 1)) {
            let bit = side(cell);
            self.marks.paint(&bit.text, bit.mark, out);
            if Some(at) < last {
                out.extend(std::iter::repeat_n(' ', cell_width(cell) - width(&bit.text)));
            }
        }
        out.truncate(out.trim_end_matches(' ').len());
        out.push('\n');
    }

    /// Cells in lines. What has no place to break in it goes to the next line together, unless it is wider than a line.
    fn lines(&self, cells: Vec<Cell>) -> Vec<Vec<Cell>> {
        let room = self.room();
        let mut lines: Vec<Vec<Cell>> = vec![Vec::new()];
        let mut column = 0;
        for word in self.unbroken(cells) {
            let fits = |wide: usize, column: usize| column == 0 || column + wide <= room;
            let wide: usize = word.iter().map(cell_width).sum();
            if !fits(wide, column) {
                lines.push(Vec::new());
                column = 0;
            }
            for cell in word {
                let wide = cell_width(&cell);
                if !fits(wide, column) {
                    lines.push(Vec::new());
                    column = 0;
                }
                if column == 0 && is_white(&cell) {
                    continue;
                }
                column += wide;
                if let Some(line) = lines.last_mut() {
                    line.push(cell);
                }
            }
        }
        lines
    }

    /// Cells that may not be parted by a line's end, together.
    fn unbroken(&self, cells: Vec<Cell>) -> Vec<Vec<Cell>> {
        let mut words: Vec<Vec<Cell>> = Vec::new();
        for cell in cells.into_iter().flat_map(|cell| self.narrow(cell)) {
            match words.last_mut() {
                Some(word) if word.last().is_some_and(|last| !may_break(last, &cell)) => word.push(cell),
                _ => words.push(vec![cell]),
            }
        }
        words
    }

    /// A cell wider than a line becomes several.
    fn narrow(&self, cell: Cell) -> Vec<Cell> {
        if cell_width(&cell) <= self.room() {
            return vec![cell];
        }
        let cut = |bit: &Bit| -> Vec<Bit> {
            chunks(&bit.text, self.room()).into_iter().map(|text| Bit { text, mark: bit.mark }).collect()
        };
        let (before, after) = (cut(&cell.before), cut(&cell.after));
        let part = |bits: &[Bit], at: usize| bits.get(at).cloned().unwrap_or(Bit::NONE);
        (0..before.len().max(after.len()))
            .map(|at| Cell { before: part(&before, at), after: part(&after, at) })
            .collect()
    }
}

fn cell_width(cell: &Cell) -> usize {
    width(&cell.before.text).max(width(&cell.after.text))
}

fn is_white(cell: &Cell) -> bool {
    cell.before.text.trim().is_empty() && cell.after.text.trim().is_empty()
}

fn may_break(left: &Cell, right: &Cell) -> bool {
    // Each side has to agree; one that has nothing here does.
    let sides = [(&left.before, &right.before), (&left.after, &right.after)];
    !is_white(right)
        && sides.iter().all(|(left, right)| {
            let (left, right) = (left.text.chars().next_back(), right.text.chars().next());
            left.zip(right).is_none_or(|(left, right)| may_break_between(left, right))
        })
}

/// After white space, and between the letters of scripts that are written without it, but not before what closes.
fn may_break_between(left: char, right: char) -> bool {
    let closes = |c: char| ".,;:?!)]}。，、；：？！）」』》〉】〕’”…⟩".contains(c);
    let opens = |c: char| "([{（「『《〈【〔‘“⟨".contains(c);
    left.is_whitespace()
        || left == '↵'
        || "⟦↻".contains(right)
        || ((is_unspaced(left) || is_unspaced(right)) && !closes(right) && !opens(left))
}

/// Thai, Lao, Burmese, Khmer, Chinese, Japanese.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3000}'..='\u{30ff}'
        | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ff60}' | '\u{20000}'..='\u{3ffff}')
}
