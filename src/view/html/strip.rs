//! A strip of tokens as inline SVG.

use std::fmt::Write;

use crate::view::{Mark, Strip};

/// Height of a row of tokens, and of the space that lines cross; the style sheet has their sums.
const ROW: usize = 10;
const CROSSED: usize = 28;
const GAP: usize = 3;

/// Both rows on one scale, with lines from where parts stood to where they stand.
pub fn strip(of: &Strip, html: &mut String) {
    let lengths = of.lengths();
    let width = lengths.into_iter().max().unwrap_or(0).max(1);
    let (gap, class) = if of.moves.is_empty() { (GAP, "strip") } else { (CROSSED, "strip crossed") };
    let height = 2 * ROW + gap;
    let [before, after] = lengths;
    // Writing to a string cannot fail, here and below.
    let _ = write!(
        html,
        "<svg class=\"{class}\" viewBox=\"0 0 {width} {height}\" preserveAspectRatio=\"none\" \
         role=\"img\" aria-label=\"{before} tokens before, {after} after\">"
    );
    for [from, to] in &of.moves {
        let middle = |tokens: &std::ops::Range<usize>| (tokens.start + tokens.end) as f64 / 2.0;
        let (bottom, from, to) = (ROW + gap, middle(from), middle(to));
        let _ = write!(html, "<path d=\"M{from} {ROW}L{to} {bottom}\"/>");
    }
    for (side, y) in of.sides.iter().zip([0, ROW + gap]) {
        for (tokens, mark) in side {
            let (x, tokens, name) = (tokens.start, tokens.len(), mark.name());
            let words = if *mark == Mark::Plain { "unchanged" } else { mark.words() };
            let _ = write!(
                html,
                "<rect class=\"{name}\" x=\"{x}\" y=\"{y}\" width=\"{tokens}\" height=\"{ROW}\">\
                 <title>{words}: {tokens}</title></rect>"
            );
        }
    }
    html.push_str("</svg>");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_and_moves_are_drawn_to_one_scale() {
        let strip_of = Strip {
            sides: [vec![(0..3, Mark::Plain), (3..4, Mark::Hidden)], vec![(0..1, Mark::Masked), (1..4, Mark::Plain)]],
            moves: vec![[0..3, 1..4]],
        };
        let mut html = String::new();
        strip(&strip_of, &mut html);
        assert!(html.contains("viewBox=\"0 0 4 48\""), "{html}");
        assert!(html.contains("<path d=\"M1.5 10L2.5 38\"/>"), "{html}");
        assert!(html.contains("<rect class=\"hidden\" x=\"3\" y=\"0\" width=\"1\""), "{html}");
        assert_eq!(html.matches("<rect").count(), 4);
    }
}
