//! Rules and placements, before and after.

use std::collections::BTreeMap;

use serde::Serialize;
use shelfwise_core::policy::{Action, Attribute, Exclusion, Rule, Selector};
use shelfwise_core::{CurrentItem, Placement, Policy};

/// Two policies.
#[derive(Serialize)]
pub struct RulesChange {
    /// How many rules there were.
    pub before: usize,
    /// How many there are.
    pub after: usize,
    /// Rules and placements that differ, by name.
    pub changes: Vec<Named>,
    /// Whether rules that are in both stand in another order.
    pub reordered: bool,
}

/// A rule or a placement that is not what it was.
#[derive(Serialize)]
pub struct Named {
    /// Its name.
    pub name: String,
    /// What it did; nothing where it is new.
    pub before: Option<String>,
    /// What it does; nothing where it is gone.
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
        changes.extend(self::changes(&rules(before), &rules(after)));
        Self {
            before: before.rules.len(),
            after: after.rules.len(),
            changes,
            reordered: order(before, after) != order(after, before),
        }
    }

    /// Whether the policies are the same.
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

fn rules(policy: &Policy) -> BTreeMap<&str, String> {
    policy
        .rules
        .iter()
        .map(|rule| (rule.id.as_str(), describe(rule)))
        .collect()
}

fn placements(policy: &Policy) -> BTreeMap<&str, String> {
    let says = |placement: &Placement| match placement.current_item {
        CurrentItem::Show => "placement that may show the current item".to_owned(),
        CurrentItem::Hide => "placement that hides the current item".to_owned(),
    };
    let placements = policy.placements.iter();
    placements
        .map(|placement| (placement.name.as_str(), says(placement)))
        .collect()
}

/// The rule in words.
fn describe(rule: &Rule) -> String {
    let deed = match &rule.action {
        Action::Hide(Selector::Item(id)) => format!("hides item `{id}`"),
        Action::Hide(Selector::Category(path)) => format!("hides category `{path}`"),
        Action::Hide(Selector::Brand(brand)) => format!("hides brand `{brand}`"),
        Action::Exclude(Exclusion::InCart) => "leaves out what is in the cart".into(),
        Action::Exclude(Exclusion::OutOfStock) => "leaves out what is sold out".into(),
        Action::Cap {
            by: Attribute::Category,
            max,
        } => format!("shows at most {max} of a category"),
        Action::Cap {
            by: Attribute::Brand,
            max,
        } => format!("shows at most {max} of a brand"),
        Action::Pin { item, position } => format!("pins item `{item}` to place {position}"),
    };
    let places = if rule.placements.is_empty() {
        "everywhere".into()
    } else {
        format!("at {}", rule.placements.join(", "))
    };
    format!("{deed} {places}")
}
