//! A policy with every verb, and the list of what it hides: for readers of the file in other languages.

use shelfwise_core::policy::{Action, Attribute, Exclusion, Policy, Rule, Selector};
use shelfwise_core::{CurrentItem, Placement};

/// The committed files, in `tests/snapshots/policies`: the policy, and its hidden ids as JSON.
pub const FILES: [&str; 2] = ["every-verb.swp", "every-verb.hidden.json"];

/// Returns the files' bytes.
///
/// # Errors
/// Where the list cannot be written as JSON.
pub fn files() -> Result<[Vec<u8>; 2], serde_json::Error> {
    let policy = every_verb();
    Ok([policy.encode(), serde_json::to_vec(&policy.hidden_ids())?])
}

/// A policy over the grocer's items, with numbers and texts that need more than one byte of length.
fn every_verb() -> Policy {
    let placement = |name: &str, current_item| Placement {
        name: name.into(),
        current_item,
    };
    Policy {
        placements: Vec::from([
            placement("category", CurrentItem::Show),
            placement("pdp", CurrentItem::Hide),
        ]),
        rules: Vec::from([
            rule("recall", &[], Action::hide(Selector::Item("milk".into()))),
            rule(
                "wholesale",
                &["category", "pdp"],
                listed(Selector::Brand("Hay".into()), &["candy", "milk"]),
            ),
            rule(
                "no-wine",
                &["pdp"],
                listed(Selector::Category("Wine".into()), &["brötchen", &"x".repeat(200)]),
            ),
            rule("unlisted", &["home"], Action::hide(Selector::Category("Beer".into()))),
            rule("unlisted-brand", &[], Action::hide(Selector::Brand("Öl & Co".into()))),
            rule("in-cart", &[], Action::Exclude(Exclusion::InCart)),
            rule("sold-out", &["home"], Action::Exclude(Exclusion::OutOfStock)),
            rule("variety", &[], cap(Attribute::Category, 2)),
            rule("brands", &[], cap(Attribute::Brand, u16::MAX)),
            rule("front", &["home"], pin("butter", 300)),
        ]),
    }
}

fn rule(id: &str, placements: &[&str], action: Action) -> Rule {
    Rule {
        id: id.into(),
        placements: texts(placements),
        action,
    }
}

fn listed(what: Selector, items: &[&str]) -> Action {
    Action::Hide {
        what,
        items: Some(texts(items)),
    }
}

fn cap(by: Attribute, max: u16) -> Action {
    Action::Cap { by, max }
}

fn pin(item: &str, position: u16) -> Action {
    Action::Pin {
        item: item.into(),
        position,
    }
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().copied().map(String::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A verb that is not in this list does not compile; one that is not in the policy fails.
    #[test]
    fn policy_has_every_verb() {
        let number = |action: &Action| match action {
            Action::Hide { .. } => 0,
            Action::Exclude(_) => 1,
            Action::Cap { .. } => 2,
            Action::Pin { .. } => 3,
        };
        let mut found: Vec<_> = every_verb().rules.iter().map(|rule| number(&rule.action)).collect();
        found.dedup();
        assert_eq!(found, [0, 1, 2, 3]);
        assert_eq!(Policy::decode(&every_verb().encode()), Ok(every_verb()));
    }
}
