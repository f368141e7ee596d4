//! Conditions held against the goods: what they mean today.

use alloc::string::String;
use alloc::vec::Vec;

use super::scope::overlap;
use super::{CatalogIndex, Finding, LintContext, Placed, RuleError, RuleWarning};
use crate::policy::expression::Expression;
use crate::policy::source::{Compiled, PolicySource};
use crate::policy::{Action, Directive, Verb};

/// Of every rule with a condition the items that fit it, by rising ids.
pub struct Meant(Vec<Option<Vec<bool>>>);

impl Meant {
    /// Runs every condition over every item. O(rules × items).
    pub fn new(compiled: &Compiled, catalog: &CatalogIndex) -> Self {
        let matches = |placed: &Placed| {
            let directive = directive(placed).filter(|directive| !directive.goods.is_empty())?;
            (directive.verb != Verb::Objective).then(|| catalog.matches(&directive.goods, &compiled.vocabulary))
        };
        Self(compiled.rules.iter().map(matches).collect())
    }

    pub fn of(&self, number: usize) -> Option<&[bool]> {
        self.0.get(number)?.as_deref()
    }
}

pub fn directive(placed: &Placed) -> Option<&Directive> {
    match &placed.rule.action {
        Action::Direct(directive) => Some(directive),
        _ => None,
    }
}

/// Rules over secrets that nobody can list.
pub fn secrets(compiled: &Compiled, against: &LintContext<'_>) -> Vec<Finding> {
    let secret = compiled
        .rules
        .iter()
        .filter(|placed| placed.is_secret && against.catalog.is_none());
    secret
        .map(|placed| Finding::at(placed, RuleError::SecretWithoutCatalog))
        .collect()
}

/// Conditions over facts that were not held against any goods.
pub fn unchecked(source: &PolicySource, compiled: &Compiled, against: &LintContext<'_>) -> Vec<Finding> {
    let asks = |placed: &&Placed| {
        let has_text = source
            .rules
            .get(placed.at)
            .is_some_and(|rule| rule.where_text().is_some());
        has_text && !placed.is_secret
    };
    let unchecked = compiled.rules.iter().filter(|_| against.catalog.is_none());
    unchecked
        .filter(asks)
        .map(|placed| Finding::at(placed, RuleWarning::Unchecked))
        .collect()
}

/// Objectives that a model without a hit curve cannot meet.
pub fn without_curve(compiled: &Compiled, against: &LintContext<'_>) -> Vec<Finding> {
    let has_none = against.has_hit_curve == Some(false);
    let objectives = compiled
        .rules
        .iter()
        .filter(|placed| placed.rule.action.verb() == Verb::Objective);
    objectives
        .filter(|_| has_none)
        .map(|placed| Finding::at(placed, RuleWarning::NoHitCurve))
        .collect()
}

/// Conditions that mean nothing or everything, that miss facts, or that are secret.
pub fn of_goods(source: &PolicySource, compiled: &Compiled, meant: &Meant, catalog: &CatalogIndex) -> Vec<Finding> {
    let mut found = Vec::new();
    for (number, placed) in compiled.rules.iter().enumerate() {
        let Some(matches) = meant.of(number) else { continue };
        let fit = matches.iter().filter(|fits| **fits).count();
        let is_shift = directive(placed).is_some_and(|directive| !directive.is_guardrail());
        // What is excluded for the moment's sake may fit no item today.
        let is_momentary = directive(placed).is_some_and(|directive| directive.verb == Verb::Exclude);
        if fit == 0 && !is_momentary {
            found.push(Finding::at(placed, RuleWarning::FitsNothing));
        }
        if fit == matches.len() && fit > 0 && is_shift {
            found.push(Finding::at(placed, RuleWarning::FitsEverything));
        }
        if placed.is_secret {
            found.push(Finding::at(placed, RuleWarning::SecretListed { items: fit }));
        }
        found.extend(missing(source, placed, catalog));
    }
    found
}

/// Facts that a rule asks for and that some items do not have, unless it asks for that too.
fn missing(source: &PolicySource, placed: &Placed, catalog: &CatalogIndex) -> Vec<Finding> {
    let text = source.rules.get(placed.at).and_then(|rule| rule.where_text());
    let Some(Ok(expression)) = text.map(Expression::parse) else {
        return Vec::new();
    };
    let mut names: Vec<String> = Vec::new();
    expression.each_fact(&mut |name, _| {
        if !names.iter().any(|known| known == name) && !expression.asks_whether_missing(name) {
            names.push(name.into());
        }
    });
    let warning = |name: String| {
        let fact = catalog
            .fact(&name)
            .or_else(|| catalog.fact(name.strip_prefix("age_")?))?;
        let (fact, items, of) = (name.clone(), fact.missing(), catalog.items.len());
        (items > 0).then(|| Finding::at(placed, RuleWarning::Missing { fact, items, of }))
    };
    names.into_iter().filter_map(warning).collect()
}

/// Boosts and buries that contradict each other, or never act.
pub fn shifts(compiled: &Compiled, meant: &Meant, catalog: &CatalogIndex) -> Vec<Finding> {
    let shifts: Vec<_> = compiled
        .rules
        .iter()
        .enumerate()
        .filter_map(|(number, placed)| Some((placed, directive(placed)?, meant.of(number)?)))
        .filter(|(_, directive, _)| matches!(directive.verb, Verb::Boost | Verb::Bury))
        .collect();
    let mut found = Vec::new();
    for (at, (placed, shift, items)) in shifts.iter().enumerate() {
        for (other, by, others) in shifts.iter().take(at) {
            let both = items.iter().zip(*others).position(|(one, other)| *one && *other);
            let is_opposed = shift.verb != by.verb && shift.amount == by.amount && may_meet(placed, other);
            if let (true, Some(item)) = (is_opposed, both.and_then(|at| catalog.ids().nth(at))) {
                let (by, item) = (other.rule.id.clone(), item.into());
                found.push(Finding::at(placed, RuleError::Opposed { by, item }));
            }
        }
        let outdone = shifts.iter().find(|(other, by, others)| {
            let covers = items.iter().zip(*others).all(|(one, other)| !one || *other);
            by.amount > shift.amount && covers && is_always_beside(other, placed)
        });
        if let (Some((other, ..)), true) = (outdone, items.contains(&true)) {
            found.push(Finding::at(placed, RuleWarning::Outdone(other.rule.id.clone())));
        }
    }
    found
}

/// Returns whether there may be a request in which both hold.
pub fn may_meet(one: &Placed, other: &Placed) -> bool {
    let (a, b) = (&one.rule.condition, &other.rule.condition);
    let before = |end: Option<i64>, start: Option<i64>| end.zip(start).is_some_and(|(end, start)| end <= start);
    // Different conditions on the request may exclude each other.
    overlap(&one.rule, &other.rule)
        && !before(a.until_ms, b.from_ms)
        && !before(b.until_ms, a.from_ms)
        && (a.when == b.when || a.when.is_empty() || b.when.is_empty())
}

/// Returns whether a rule holds wherever and whenever another one does.
fn is_always_beside(wide: &Placed, narrow: &Placed) -> bool {
    super::scope::covers(&wide.rule, &narrow.rule)
        && (wide.rule.condition.is_always() || wide.rule.condition == narrow.rule.condition)
}
