//! Every rule's examples, and what the table itself promises.

use super::{Language, mark, marked};
use crate::sentence::auto::split_by;
use crate::sentence::rules::{RULES, Rule, Rules};

fn all_rules() -> impl Iterator<Item = &'static Rule> {
    RULES.add.iter().chain(RULES.drop)
}

#[test]
fn every_rule_keeps_its_examples() {
    for rule in all_rules() {
        for &(code, example) in rule.examples {
            assert_eq!(marked(code, example), example, "rule {}, language {code:?}", rule.name);
        }
    }
}

#[test]
fn every_rule_has_an_example_that_fails_without_it() {
    let idle: Vec<_> = all_rules().filter(|rule| !is_needed(rule)).map(|rule| rule.name).collect();
    assert!(idle.is_empty(), "the examples of {idle:?} pass without them");
}

fn is_needed(rule: &Rule) -> bool {
    let others = |half: &[Rule]| half.iter().filter(|other| other.name != rule.name).copied().collect::<Vec<_>>();
    let (add, drop) = (others(RULES.add), others(RULES.drop));
    let rules = Rules { add: &add, drop: &drop, shortcut: true };
    rule.examples.iter().any(|&(code, example)| {
        let text = example.replace('|', "");
        let mut ends = Vec::new();
        split_by(rules, &text, Language::from_code(code), &mut ends);
        mark(&text, &ends) != example
    })
}

#[test]
fn every_rule_has_a_name_of_its_own() {
    let mut names: Vec<_> = all_rules().map(|rule| rule.name).collect();
    names.sort_unstable();
    let count = names.len();
    names.dedup();
    assert_eq!(names.len(), count);
}
