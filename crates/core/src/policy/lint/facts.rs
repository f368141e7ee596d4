//! Facts and values: names that are taken, columns that are not there, values that would tell too much.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

use super::{CatalogIndex, Diagnostic, FactProblem, Finding, SourceError, Table, Warning};
use crate::facts::FactKind;
use crate::policy::program::BUILT_IN;
use crate::policy::source::{MIN_ITEMS_OF_A_LEVEL, PolicySource, VALUE_LEVELS};

/// Built-in facts that a file cannot have: the model and the page have them.
const RESERVED: usize = 3;

/// What no policy can be made of.
pub fn errors(source: &PolicySource) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut taken: BTreeSet<&str> = BUILT_IN.into_iter().take(RESERVED).collect();
    let facts = source.facts.iter().map(|fact| (Table::Fact, &fact.name));
    let values = source.values.iter().map(|value| (Table::Value, &value.name));
    let places = (0..source.facts.len()).chain(0..source.values.len());
    for (at, (table, name)) in places.zip(facts.chain(values)) {
        if !is_name(name) {
            found.push(wrong(table, at, "name", FactProblem::BadName(name.clone())));
        } else if !taken.insert(name) {
            found.push(wrong(table, at, "name", FactProblem::NameTaken(name.clone())));
        }
    }
    for (at, value) in source.values.iter().enumerate() {
        let parts = value
            .of
            .keys()
            .filter_map(|fact| part_problem(source, &value.name, fact));
        found.extend(parts.map(|problem| wrong(Table::Value, at, "of", problem)));
        let has_weight =
            value.of.values().all(|weight| weight.is_finite()) && value.of.values().any(|weight| *weight != 0.0);
        if !has_weight {
            found.push(wrong(
                Table::Value,
                at,
                "of",
                FactProblem::NoWeights(value.name.clone()),
            ));
        }
    }
    found
}

fn wrong(table: Table, at: usize, key: &'static str, problem: FactProblem) -> Finding {
    Finding::new(table, at, key, Diagnostic::from(SourceError::Fact(problem)))
}

fn part_problem(source: &PolicySource, value: &str, fact: &str) -> Option<FactProblem> {
    let (value, name) = (String::from(value), String::from(fact));
    match source.facts.iter().find(|known| known.name == fact) {
        None => Some(FactProblem::UnknownPart { value, fact: name }),
        Some(known) if known.kind == FactKind::Text => Some(FactProblem::TextPart { value, fact: name }),
        Some(_) => None,
    }
}

/// Returns whether a condition can have the name.
fn is_name(name: &str) -> bool {
    let is_letter = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
    name.starts_with(|letter: char| letter.is_ascii_lowercase()) && name.chars().all(is_letter)
}

/// Facts that nothing asks for, no rule, no value and no text.
pub fn unused(source: &PolicySource) -> Vec<Finding> {
    let mut asked: BTreeSet<String> = source
        .values
        .iter()
        .flat_map(|value| value.of.keys().cloned())
        .collect();
    for expression in source.rules.iter().filter_map(|rule| rule.expression()?.ok()) {
        expression.each_fact(&mut |name, _| {
            asked.insert(name.into());
            asked.extend(name.strip_prefix("age_").map(String::from));
        });
    }
    asked.extend(
        source
            .content
            .iter()
            .flat_map(|option| option.claimed())
            .map(String::from),
    );
    let by_price = |rule: &crate::policy::source::RuleSource| rule.alike_by().iter().any(|name| name == "price");
    if source.rules.iter().any(by_price) {
        asked.insert("price".into());
    }
    let unused = source
        .facts
        .iter()
        .enumerate()
        .filter(|(_, fact)| !asked.contains(&fact.name));
    unused
        .map(|(at, fact)| {
            let problem = FactProblem::Unused(fact.name.clone());
            Finding::new(Table::Fact, at, "name", Warning::Fact(problem))
        })
        .collect()
}

/// Facts whose column the catalog does not have, and values over too few goods.
pub fn of_goods(source: &PolicySource, catalog: &CatalogIndex) -> Vec<Finding> {
    let mut found = Vec::new();
    for (at, fact) in source.facts.iter().enumerate() {
        if catalog.fact(&fact.name).is_none() {
            let (column, fact) = (fact.column().into(), fact.name.clone());
            found.push(wrong(Table::Fact, at, "from", FactProblem::NoColumn { fact, column }));
        }
    }
    for (at, value) in source.values.iter().enumerate() {
        let parts: Vec<_> = value.of.keys().filter_map(|name| catalog.fact(name)).collect();
        let has_all = |at: &usize| {
            parts
                .iter()
                .all(|part| part.values.get(*at).is_some_and(Option::is_some))
        };
        let items = (0..catalog.items.len()).filter(has_all).count();
        if items < VALUE_LEVELS * MIN_ITEMS_OF_A_LEVEL && parts.len() == value.of.len() {
            let value = value.name.clone();
            found.push(wrong(Table::Value, at, "name", FactProblem::FewItems { value, items }));
        }
    }
    found
}
