//! Caps: those that never bind, and those that pins exceed.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use super::catalog_index::CatalogIndex;
use super::scope::{Scope, covers, holds, scopes};
use super::{Finding, LintContext, Placed, Warning};
use crate::policy::source::PolicySource;
use crate::policy::{Action, Attribute};

/// A rule that caps.
struct Cap<'r> {
    placed: &'r Placed,
    by: Attribute,
    max: u16,
}

fn caps(rules: &[Placed]) -> Vec<Cap<'_>> {
    let cap = |placed: &'_ Placed| match placed.rule.action {
        Action::Cap { by, max } => Some((by, max)),
        _ => None,
    };
    rules
        .iter()
        .filter_map(|placed| cap(placed).map(|(by, max)| Cap { placed, by, max }))
        .collect()
}

/// Caps that change nothing.
pub(super) fn idle(rules: &[Placed], against: &LintContext<'_>) -> Vec<Finding> {
    let caps = caps(rules);
    let finding = |(number, cap): (usize, &Cap<'_>)| {
        let warning = alone(cap, against).or_else(|| looser(&caps, number, cap))?;
        Some(Finding::at(cap.placed, warning))
    };
    caps.iter().enumerate().filter_map(finding).collect()
}

/// Returns what is doubtful about a cap whatever the other rules are.
fn alone(cap: &Cap<'_>, against: &LintContext<'_>) -> Option<Warning> {
    let (rule, max, by) = (cap.placed.rule.id.clone(), cap.max, cap.by);
    let places = usize::from(against.places);
    let most = against.catalog.map_or(places, |catalog| catalog.most(by).min(places));
    match (max, most) {
        (0, _) => Some(Warning::NothingCapped { rule }),
        (_, 0) => Some(Warning::NothingToCount { rule, by }),
        _ if usize::from(max) >= most => Some(Warning::HighCap { rule, max, most }),
        _ => None,
    }
}

/// Returns a cap that is as strict or stricter, wherever this one holds; of two that are the same, the first stays.
fn looser(caps: &[Cap<'_>], number: usize, cap: &Cap<'_>) -> Option<Warning> {
    let mut others = caps.iter().enumerate().filter(|(other, _)| *other != number);
    let (_, by) = others.find(|(at, other)| {
        let same = other.max == cap.max && covers(&cap.placed.rule, &other.placed.rule);
        let stricter = other.by == cap.by && other.max <= cap.max && covers(&other.placed.rule, &cap.placed.rule);
        stricter && (!same || *at < number)
    })?;
    Some(Warning::LooserCap {
        rule: cap.placed.rule.id.clone(),
        by: by.placed.rule.id.clone(),
    })
}

/// Caps that admit fewer than are pinned.
pub(super) fn over_pins(source: &PolicySource, rules: &[Placed], catalog: &CatalogIndex) -> Vec<Finding> {
    let mut found: Vec<Finding> = Vec::new();
    for cap in caps(rules).iter().filter(|cap| cap.max > 0) {
        let scopes = scopes(&source.placements).filter(|scope| holds(&cap.placed.rule, *scope));
        for (name, pins) in scopes.flat_map(|scope| pinned(rules, catalog, cap.by, scope)) {
            let warning = Warning::CapUnderPins {
                rule: cap.placed.rule.id.clone(),
                name: name.into(),
                pins,
                max: cap.max,
            };
            let finding = Finding::at(cap.placed, warning);
            if pins > usize::from(cap.max) && !found.contains(&finding) {
                found.push(finding);
            }
        }
    }
    found
}

/// Returns how many items of each category or brand are pinned there.
fn pinned<'g>(
    rules: &[Placed],
    catalog: &'g CatalogIndex,
    by: Attribute,
    scope: Scope<'_>,
) -> BTreeMap<&'g str, usize> {
    let mut counts = BTreeMap::new();
    let here = rules.iter().filter(|placed| holds(&placed.rule, scope));
    let names = here.filter_map(|placed| match &placed.rule.action {
        Action::Pin { item, .. } => catalog.items.get::<String>(item)?.get(by),
        _ => None,
    });
    names.for_each(|name| *counts.entry(name).or_default() += 1);
    counts
}
