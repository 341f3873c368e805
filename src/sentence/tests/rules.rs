//! Every rule's examples, and what the table itself promises.

use super::marked;
use crate::sentence::rules::{ADD, DROP};

#[test]
fn every_rule_keeps_its_examples() {
    for rule in ADD.iter().chain(DROP) {
        for &(code, example) in rule.examples {
            assert_eq!(marked(code, example), example, "rule {}, language {code:?}", rule.name);
        }
    }
}

#[test]
fn every_rule_has_a_name_of_its_own_and_examples() {
    let mut names: Vec<_> = ADD.iter().chain(DROP).map(|rule| rule.name).collect();
    assert!(ADD.iter().chain(DROP).all(|rule| !rule.examples.is_empty()));
    names.sort_unstable();
    let count = names.len();
    names.dedup();
    assert_eq!(names.len(), count);
}
