//! Words and numbers of rules: those that a verb or a fact of the request cannot have, and those that mean nothing yet.

use alloc::vec::Vec;

use super::{Finding, RuleError, RuleWarning};
use crate::policy::source::{PolicySource, RuleSource, words_of};
use crate::policy::{RequestFact, Verb};

/// What no engine could obey.
pub fn errors(source: &PolicySource) -> Vec<Finding> {
    let rules = source.rules.iter().enumerate();
    rules.flat_map(|(at, rule)| of_rule(source, at, rule)).collect()
}

fn of_rule(source: &PolicySource, at: usize, rule: &RuleSource) -> Vec<Finding> {
    let Some(verb) = rule.verb() else {
        return Vec::new();
    };
    let finding = |key, problem| Finding::of_rule(at, key, rule, problem);
    let numbers = rule.bad_numbers().map(|bad| RuleError::Number {
        word: bad.word,
        wanted: bad.wanted,
    });
    let zero = rule.positions().contains(&0) || (has_positions(verb) && rule.positions().is_empty());
    let positions = zero.then_some(RuleError::Number {
        word: "positions",
        wanted: "one position or more, counted from 1",
    });
    let is_known = |name: &str| matches!(name, "category" | "brand") || (name == "price" && verb == Verb::Diversify);
    let attributes = rule.alike_by().iter().filter(|name| !is_known(name));
    let attributes = attributes.map(|name| RuleError::Attribute(name.clone()));
    let raised = rule
        .raised()
        .filter(|name| source.values.iter().all(|value| value.name != *name));
    let raised = raised.map(|name| RuleError::RaisesNoValue(name.into()));
    let of_verb = numbers.chain(positions).chain(attributes).chain(raised);
    let unknown = rule.when.compile().1.into_iter().map(|(fact, word)| RuleError::When {
        fact: fact.name(),
        word,
        wanted: words_of(fact).unwrap_or_default(),
    });
    of_verb
        .map(|problem| finding(verb.name(), problem))
        .chain(unknown.map(|problem| finding("when", problem)))
        .collect()
}

const fn has_positions(verb: Verb) -> bool {
    matches!(verb, Verb::Slot | Verb::Sponsored)
}

/// What can be built, and does nothing yet or less than is meant.
pub fn warnings(source: &PolicySource, places: u16) -> Vec<Finding> {
    let rules = source.rules.iter().enumerate();
    rules.flat_map(|(at, rule)| warnings_of(at, rule, places)).collect()
}

fn warnings_of(at: usize, rule: &RuleSource, places: u16) -> Vec<Finding> {
    let Some(verb) = rule.verb() else {
        return Vec::new();
    };
    let finding = |key, problem| Finding::of_rule(at, key, rule, problem);
    let later = rule.when.compile().0.into_iter().map(|when| when.fact);
    let later = later.filter(|fact| matches!(fact, RequestFact::Query | RequestFact::State));
    let later = later.map(|fact| finding("when", RuleWarning::NotYet(fact.name())));
    let fallback = (verb == Verb::Fallback).then(|| finding("fallback", RuleWarning::NoKinds));
    let has_no_label = verb == Verb::Sponsored && rule.label().is_none_or(|label| label.trim().is_empty());
    let label = has_no_label.then(|| finding("sponsored", RuleWarning::NoLabel));
    let far = rule.positions().iter().filter(|position| **position > places);
    let far = far.map(|position| {
        let position = *position;
        finding(verb.name(), RuleWarning::FarPosition { position, places })
    });
    later.chain(fallback).chain(label).chain(far).collect()
}
