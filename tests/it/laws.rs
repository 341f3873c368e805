//! The laws of `examples/distribution`, over fewer examples: every one has to stand, every wrong variant to be rejected.

#[path = "../../examples/distribution/fim.rs"]
mod fim;
#[path = "../../examples/distribution/infill.rs"]
mod infill;
#[path = "../../examples/distribution/mask.rs"]
mod mask;
#[path = "../../examples/distribution/mask_variants.rs"]
mod mask_variants;
#[path = "../../examples/distribution/order.rs"]
mod order;
#[path = "../../examples/distribution/span.rs"]
mod span;
#[path = "../../examples/distribution/statistics.rs"]
mod statistics;
#[path = "../../examples/distribution/subject.rs"]
pub mod subject;
#[path = "../../examples/distribution/together.rs"]
mod together;

use muddle::window::Packing;

use statistics::ALPHA;
use subject::{Finding, Subject};

const EXAMPLES: u64 = 10_000;

fn hold(findings: Vec<Finding>) {
    for Finding { law, verdict, wrong } in &findings {
        println!("{law}: {}, p {:.2e}", verdict.found, verdict.p);
        assert_eq!(verdict.p < ALPHA, *wrong, "{law}: {}, p {:e}, seeds 0..{EXAMPLES}", verdict.found, verdict.p);
    }
    assert!(findings.iter().any(|finding| finding.wrong));
}

#[test]
fn masking_and_deletion_obey_their_laws() {
    hold(mask::findings(EXAMPLES));
}

#[test]
fn masking_in_spans_and_by_drawn_ratios_obeys_its_laws() {
    hold(mask_variants::findings(EXAMPLES));
}

#[test]
fn infilling_obeys_its_laws() {
    hold(infill::findings(EXAMPLES));
}

#[test]
fn permutation_and_rotation_obey_their_laws() {
    hold(order::findings(EXAMPLES));
}

#[test]
fn spans_prefixes_and_mixtures_obey_their_laws() {
    hold(span::findings(EXAMPLES));
}

#[test]
fn fill_in_the_middle_obeys_its_laws() {
    hold(fim::findings(EXAMPLES));
}

#[test]
fn every_recipe_obeys_the_laws_of_all() {
    hold(together::findings(EXAMPLES));
}

#[test]
fn spans_that_would_outgrow_the_room_are_left_out_and_counted() {
    let mut subject = Subject::new(&["infill:ratio=0.2,lambda=0.1,unit=token"], 510);
    subject.corrupter.mix.set_room(510);
    let mut left_out = 0;
    subject.sample(200, 0, |_, body, drawn| {
        assert!(body.len() <= 510);
        left_out += drawn[0].dropped_insertions;
    });
    assert!(left_out > 0);
}

#[test]
fn words_are_hidden_whole() {
    let mut subject = Subject::of_prose(&["infill:unit=word"]);
    assert_eq!(subject.corrupter.packing, Packing::Fit);
    let vocabulary = subject.corrupter.tokenizer.vocabulary();
    let continues: Vec<bool> =
        (0..subject.clean().len()).map(|at| !vocabulary.begins_word_at(subject.clean(), at)).collect();
    assert!(continues.iter().any(|&c| c));
    subject.sample(200, 0, |_, body, _| {
        for pair in body.origins.windows(2) {
            if let (None, Some(position)) = (pair[0].position(), pair[1].position()) {
                assert!(!continues[position], "what follows a span begins a word");
            }
        }
    });
}
