//! Rules and placements, before and after.

use std::collections::BTreeMap;

use serde::Serialize;
use shelfwise_core::policy::{Action, Directive, Rule};
use shelfwise_core::{CurrentItem, Placement, Policy};

use super::words;
use crate::table::{count, counted};

/// Two policies.
#[derive(Serialize)]
pub struct RulesChange {
    /// Number of rules before.
    pub before: usize,
    /// Number of rules after.
    pub after: usize,
    /// Rules and placements that differ, by name.
    pub changes: Vec<Named>,
    /// Whether rules that are in both are in another order.
    pub reordered: bool,
}

/// A rule or a placement that changed.
#[derive(Serialize)]
pub struct Named {
    /// Its name.
    pub name: String,
    /// What it did; `None` if it is new.
    pub before: Option<String>,
    /// What it does; `None` if it was removed.
    pub after: Option<String>,
}

impl RulesChange {
    /// Compares by name.
    pub fn between(before: &Policy, after: &Policy) -> Self {
        let order = |policy: &Policy, other: &Policy| -> Vec<String> {
            let known = |rule: &&Rule| other.rules.iter().any(|other| other.id == rule.id);
            policy.rules.iter().filter(known).map(|rule| rule.id.clone()).collect()
        };
        let mut changes = changes(&placements(before), &placements(after));
        changes.extend(self::changes(&rules(before, after), &rules(after, before)));
        Self {
            before: before.rules.len(),
            after: after.rules.len(),
            changes,
            reordered: order(before, after) != order(after, before),
        }
    }

    /// Returns whether the policies are equal.
    pub const fn is_same(&self) -> bool {
        self.changes.is_empty() && !self.reordered
    }
}

fn changes(before: &BTreeMap<&str, String>, after: &BTreeMap<&str, String>) -> Vec<Named> {
    let mut names: Vec<&str> = before.keys().chain(after.keys()).copied().collect();
    names.sort_unstable();
    names.dedup();
    let change = |name: &str| Named {
        name: name.into(),
        before: before.get(name).cloned(),
        after: after.get(name).cloned(),
    };
    names
        .into_iter()
        .map(change)
        .filter(|change| change.before != change.after)
        .collect()
}

/// Returns the rules in words, each beside the one of the same name in the other policy.
fn rules<'p>(policy: &'p Policy, other: &Policy) -> BTreeMap<&'p str, String> {
    let words = |rule: &'p Rule| {
        let twin = other.rules.iter().find(|twin| twin.id == rule.id);
        (
            rule.id.as_str(),
            words::rule(rule, &policy.vocabulary) + &listed(rule, twin),
        )
    };
    policy.rules.iter().map(words).collect()
}

/// Returns how many items a rule lists, and how many of them its counterpart does not.
fn listed(rule: &Rule, twin: Option<&Rule>) -> String {
    let Some(listed) = ids(rule) else { return String::new() };
    let other = twin.and_then(ids);
    let alone = other.map_or(0, |other| {
        listed.iter().filter(|id| other.binary_search(id).is_err()).count()
    });
    let all = counted(listed.len(), "item");
    match alone {
        0 => format!("; {all}"),
        alone => format!("; {all}, {} of them only here", count(alone)),
    }
}

fn placements(policy: &Policy) -> BTreeMap<&str, String> {
    let rule_of = |placement: &Placement| match placement.current_item {
        CurrentItem::Show => "placement that may show the current item".to_owned(),
        CurrentItem::Hide => "placement that hides the current item".to_owned(),
    };
    let placements = policy.placements.iter();
    placements
        .map(|placement| (placement.name.as_str(), rule_of(placement)))
        .collect()
}

fn ids(rule: &Rule) -> Option<&[String]> {
    match &rule.action {
        Action::Hide { items, .. } | Action::Direct(Directive { items, .. }) => items.as_deref(),
        _ => None,
    }
}
