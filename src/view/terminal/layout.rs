//! Lines of a width: pieces wrapped, padded where both sides are aligned, painted.

use unicode_segmentation::UnicodeSegmentation;

use super::paint::{Bit, Ink, Paint, chunks, width};
use super::printable;
use crate::view::{Mark, MarkedPiece, Pair};

/// Open the lines of the clean text, and of the result.
pub const GUTTERS: [&str; 2] = ["- ", "+ "];

/// What stands in one place, on either side.
type Cell = [Bit; 2];

/// Lines of some width.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    /// Columns.
    pub width: usize,
    /// How marks are shown.
    pub paint: Paint,
}

impl Layout {
    /// Room for text beside the gutter.
    fn room(&self) -> usize {
        self.width.saturating_sub(GUTTERS[0].len()).max(8)
    }

    /// A pair as cells between which a line may end.
    pub fn paired_bits(&self, pair: &Pair) -> Vec<Cell> {
        let texts = [0, 1].map(|side| self.shown(&pair[side]));
        if pair.iter().any(|piece| piece.mark != Mark::Plain) {
            let [before, after] = [0, 1].map(|side| self.chunks(&texts[side], pair[side].mark));
            return zip(before, after);
        }
        let [before, after] = &texts;
        let same = |words: &str| words.split_word_bounds().map(|word| [Bit::plain(word), Bit::plain(word)]).collect();
        // The same on both sides, but perhaps for white space before it.
        let words = before.trim_start();
        if before == after {
            same(before)
        } else if words == after.trim_start() {
            let white = [0, 1].map(|side| Bit::plain(&texts[side][..texts[side].len() - words.len()]));
            std::iter::once(white).chain::<Vec<Cell>>(same(words)).collect()
        } else {
            vec![[Bit::plain(before), Bit::plain(after)]]
        }
    }

    /// The pieces of one side.
    pub fn bits(&self, pieces: &[&MarkedPiece]) -> Vec<Bit> {
        let mut bits = Vec::new();
        for piece in pieces {
            let text = self.shown(piece);
            match piece.mark {
                Mark::Plain => bits.extend(text.split_word_bounds().map(Bit::plain)),
                mark => bits.extend(self.chunks(&text, mark)),
            }
        }
        bits
    }

    /// A piece as printed. Where text holds the signs of marks, they are escaped, so that nothing looks like a mark and is not.
    fn shown(&self, piece: &MarkedPiece) -> String {
        let signs = if self.paint.color { "⟦⟧↻" } else { "⟦⟧↻⟨⟩" };
        let text = printable(&piece.text);
        let is_our_own = matches!(piece.mark, Mark::Template | Mark::Rotation);
        if is_our_own || !text.contains(|c| signs.contains(c)) {
            return text;
        }
        text.chars().fold(String::new(), |mut shown, c| {
            match signs.contains(c) {
                true => shown.extend(c.escape_unicode()),
                false => shown.push(c),
            }
            shown
        })
    }

    fn chunks(&self, text: &str, mark: Mark) -> Vec<Bit> {
        let text = self.paint.dressed(text, mark);
        let widest = (self.room() / 2).max(8);
        chunks(&text, widest).into_iter().map(|text| Bit { text, ink: Ink::Mark(mark) }).collect()
    }

    /// Both sides, line above line, each place above its other side.
    pub fn aligned(&self, cells: Vec<Cell>, out: &mut String) {
        for (at, line) in self.lines(cells).iter().enumerate() {
            if at > 0 {
                out.push('\n');
            }
            (0..2).for_each(|side| self.line(side, line, out));
        }
    }

    /// The clean side, then the result, each wrapped by itself.
    pub fn apart(&self, sides: [Vec<Bit>; 2], out: &mut String) {
        for (side, bits) in sides.into_iter().enumerate() {
            let mut cells: Vec<Cell> = bits.into_iter().map(|bit| [bit, Bit::NONE]).collect();
            if side == 1 {
                cells.iter_mut().for_each(|cell| cell.swap(0, 1));
            }
            self.lines(cells).iter().for_each(|line| self.line(side, line, out));
        }
    }

    /// Words of several bits beside one another, wrapped.
    pub fn words(&self, words: &[Vec<Bit>]) -> String {
        let (mut out, mut column) = (String::new(), 0);
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
            word.iter().for_each(|bit| out.push_str(&self.paint.painted(&bit.text, bit.ink)));
            column += wide;
        }
        out.push('\n');
        out
    }

    /// A text of its own, wrapped.
    pub fn text(&self, text: &str, ink: Ink) -> String {
        chunks(text, self.width).iter().map(|line| self.paint.painted(line.trim_end(), ink) + "\n").collect()
    }

    fn line(&self, side: usize, cells: &[Cell], out: &mut String) {
        let last = cells.iter().rposition(|cell| !cell[side].text.trim().is_empty());
        out.push_str(&self.paint.painted(GUTTERS[side].trim_end(), Ink::Aside));
        out.push(' ');
        for (at, cell) in cells.iter().enumerate().take(last.map_or(0, |last| last + 1)) {
            let bit = &cell[side];
            out.push_str(&self.paint.painted(&bit.text, bit.ink));
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
            chunks(&bit.text, self.room()).into_iter().map(|text| Bit { text, ink: bit.ink }).collect()
        };
        let [before, after] = &cell;
        zip(cut(before), cut(after))
    }
}

/// Bits of both sides side by side; where one has no more there is nothing.
fn zip(before: Vec<Bit>, after: Vec<Bit>) -> Vec<Cell> {
    let part = |bits: &[Bit], at: usize| bits.get(at).cloned().unwrap_or(Bit::NONE);
    (0..before.len().max(after.len())).map(|at| [part(&before, at), part(&after, at)]).collect()
}

fn cell_width(cell: &Cell) -> usize {
    cell.iter().map(|bit| width(&bit.text)).max().unwrap_or(0)
}

fn is_white(cell: &Cell) -> bool {
    cell.iter().all(|bit| bit.text.trim().is_empty())
}

fn may_break(left: &Cell, right: &Cell) -> bool {
    // Each side has to agree; one that has nothing here does.
    !is_white(right)
        && left.iter().zip(right).all(|(left, right)| {
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
