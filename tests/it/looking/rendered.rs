//! Frozen renderings, one for each strategy and one of several in a row.

use super::{TEXT, preview};

/// The rendering of a text's only example, after the legend and the heading.
fn rendered(noises: &[&str], seed: &str) -> String {
    let run = preview(noises, &["--seed", seed, "--sentences", "uax29"], TEXT);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let lines: Vec<&str> =
        run.text().lines().skip_while(|line| !line.starts_with("stdin:1  window 0  copy 0")).collect();
    lines[1..].join("\n")
}

#[test]
fn masking_shows_masks_and_random_tokens_below_what_they_hide() {
    let expected = "\
- The ferry ⟨leaves at⟩    five. ⟨It⟩     ⟨r⟩    ain⟨s⟩      on the is⟨land.⟩        Nobody
+ The ferry ⟨<mask><mask>⟩ five. ⟨<mask>⟩ ⟨~enty⟩ain⟨<mask>⟩ on the is⟨<mask><mask>⟩ Nobody

- cou⟨nt⟩   s the ⟨buoy⟩  s.
+ cou⟨~sing⟩s the ⟨<mask>⟩s.
mask: 9 of 24 tokens chosen; tokens: 7 masked, 2 random, 0 kept
tokens: 24 before, 24 after";
    assert_eq!(rendered(&["mask:ratio=0.4"], "1"), expected);
}

#[test]
fn deletion_leaves_gaps_in_the_aligned_line() {
    let expected = "\
- ⟨-The ferry⟩ leaves at five. It r⟨-ains⟩ on ⟨-the⟩ island. No⟨-body cou⟩nts ⟨-the⟩ buoy⟨-s⟩.
+              leaves at five. It r        on        island. No           nts        buoy    .
delete: 9 of 24 tokens deleted
tokens: 24 before, 15 after";
    assert_eq!(rendered(&["delete:ratio=0.3"], "0"), expected);
}

#[test]
fn infilling_shows_spans_and_insertions() {
    let expected = "\
-          The ferry leaves at ⟨five. It rains on⟩ the island. Nobody counts the ⟨buoys.⟩
+ ⟨+<mask>⟩The ferry leaves at ⟨<mask>⟩            the island. Nobody counts the ⟨<mask>⟩
infill: 5 of 14 words hidden in 3 spans, 1 of them zero-length
tokens: 24 before, 17 after";
    assert_eq!(rendered(&["infill:ratio=0.4,lambda=1.5"], "2"), expected);
}

#[test]
fn permutation_numbers_the_sentences() {
    let expected = "\
- ⟦1⟧The ferry leaves at five. ⟦2⟧It rains on the island. ⟦3=⟧Nobody counts the buoys.
+ ⟦2⟧It rains on the island. ⟦1⟧The ferry leaves at five. ⟦3=⟧Nobody counts the buoys.
permute: 2 of 3 sentences moved
tokens: 24 before, 24 after";
    assert_eq!(rendered(&["permute"], "1"), expected);
}

#[test]
fn rotation_shows_where_it_cut() {
    let expected = "\
- The ferry leaves at five. It rains on the island. Nobody ↻counts the buoys.
+ counts the buoys.↻The ferry leaves at five. It rains on the island. Nobody
rotate: begins at token 18 of 24
tokens: 24 before, 24 after";
    assert_eq!(rendered(&["rotate"], "1"), expected);
}

#[test]
fn recipes_show_every_step() {
    let expected = "\
- ⟦1⟧The ⟨ferry leaves at five.⟩ ⟦2⟧It rains on the island. ⟦3=⟧Nobody ⟨counts⟩ the buoys.
+ ⟦2⟧It rains on the island. ⟦1⟧The⟨<mask>⟩ ⟦3=⟧Nobody⟨<mask>⟩ the buoys.
permute: 2 of 3 sentences moved
infill: 5 of 14 words hidden in 2 spans, 0 of them zero-length
tokens: 24 before, 18 after";
    assert_eq!(rendered(&["permute", "infill"], "1"), expected);
}

#[test]
fn the_legend_tells_what_the_recipe_can_make() {
    let legend = |noise: &str| preview(&[noise], &[], TEXT).text().lines().next().unwrap().to_string();
    assert_eq!(legend("rotate"), "- before   + after   ↻ rotated here");
    assert_eq!(legend("delete"), "- before   + after   ⟨-word⟩ deleted");
    assert_eq!(legend("mask:mask=1,random=0"), "- before   + after   ⟨word⟩ hidden   ⟨<mask>⟩ stands for it");
}

#[test]
fn colours_take_the_place_of_brackets() {
    let run =
        preview(&["infill:ratio=0.4,lambda=1.5"], &["--seed", "2", "--color", "always", "--sentences", "uax29"], TEXT);
    let line = |gutter: &str| run.text().lines().rev().find(|line| line.starts_with(gutter)).unwrap().to_string();
    assert!(line("\u{1b}[2m-").contains("\u{1b}[4m\u{1b}[31mfive. It rains on\u{1b}[0m the island"), "{}", run.text());
    assert!(line("\u{1b}[2m+").contains("\u{1b}[1m\u{1b}[36m<mask>\u{1b}[0mThe ferry"), "{}", run.text());
}
