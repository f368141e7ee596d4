//! What the rules hide, as a flat list of ids: for clients that show the shop's own order because they cannot rank.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::{Action, Policy, Selector, Verb};

/// Ids that are never shown, everywhere and by placement; each list rises bytewise and has no id twice.
///
/// Written beside a policy as JSON, so that a page without WebAssembly can read it too. Rules about a category or a brand
/// count with the items that were listed when the policy was built; without a list they are not in here.
///
/// ```
/// use shelfwise_core::Policy;
/// use shelfwise_core::policy::{Action, Condition, Rule, Selector};
///
/// let action = Action::hide(Selector::Item("recalled".into()));
/// let rule = Rule { id: "recall".into(), placements: Vec::new(), action, condition: Condition::default() };
/// let hidden = Policy { rules: vec![rule], ..Policy::default() }.hidden_ids();
/// assert!(hidden.hides("home", "recalled") && !hidden.hides("home", "bread"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HiddenIds {
    /// Version of this form.
    version: u8,
    /// Hidden in every placement.
    pub everywhere: Vec<String>,
    /// Hidden in the placement of that name, beside those that are hidden everywhere.
    pub placements: BTreeMap<String, Vec<String>>,
}

impl HiddenIds {
    /// The version that is written.
    pub const VERSION: u8 = 1;

    /// Returns whether this is the form that this engine reads: of another version nothing can be said.
    #[must_use]
    pub const fn is_current(&self) -> bool {
        self.version == Self::VERSION
    }

    /// Returns whether an item is hidden in a placement. Costs two binary searches.
    #[must_use]
    pub fn hides(&self, placement: &str, id: &str) -> bool {
        let has = |ids: &[String]| ids.binary_search_by(|hidden| hidden.as_str().cmp(id)).is_ok();
        has(&self.everywhere) || self.placements.get(placement).is_some_and(|ids| has(ids))
    }

    /// Returns whether nothing is hidden anywhere.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.everywhere.is_empty() && self.placements.is_empty()
    }

    fn add(&mut self, placements: &[String], ids: &[&str]) {
        if ids.is_empty() {
            // A placement with an empty list would make the whole list count as one that hides something.
            return;
        }
        let lists = placements.iter().map(String::as_str);
        for placement in lists {
            let list = self.placements.entry(placement.into()).or_default();
            list.extend(ids.iter().copied().map(String::from));
        }
        if placements.is_empty() {
            self.everywhere.extend(ids.iter().copied().map(String::from));
        }
    }

    fn sort(&mut self) {
        for list in self.placements.values_mut().chain([&mut self.everywhere]) {
            list.sort_unstable();
            list.dedup();
        }
    }
}

impl Policy {
    /// Returns what the rules hide by id. Costs time and memory by the length of the lists.
    #[must_use]
    pub fn hidden_ids(&self) -> HiddenIds {
        let mut hidden = HiddenIds {
            version: HiddenIds::VERSION,
            ..HiddenIds::default()
        };
        for rule in &self.rules {
            if let Action::Direct(directive) = &rule.action
                && matches!(directive.verb, Verb::Hide | Verb::Only)
            {
                // Whenever the rule holds: without an engine nobody can tell when that is.
                let ids: Vec<&str> = directive.items.iter().flatten().map(String::as_str).collect();
                hidden.add(&rule.placements, &ids);
            }
            if let Action::Hide { what, items } = &rule.action {
                let own = match what {
                    Selector::Item(id) => Some(id),
                    Selector::Category(_) | Selector::Brand(_) => None,
                };
                let ids: Vec<&str> = items.iter().flatten().chain(own).map(String::as_str).collect();
                hidden.add(&rule.placements, &ids);
            }
        }
        hidden.sort();
        hidden
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{Condition, Rule};

    fn hide(placements: &[&str], what: Selector, items: Option<&[&str]>) -> Rule {
        let texts = |texts: &[&str]| texts.iter().copied().map(String::from).collect();
        Rule {
            id: "rule".into(),
            placements: texts(placements),
            condition: Condition::default(),
            action: Action::Hide {
                what,
                items: items.map(texts),
            },
        }
    }

    #[test]
    fn hidden_ids_list_every_hide_rule_by_placement() {
        let rules = Vec::from([
            hide(&[], Selector::Item("z".into()), None),
            hide(&[], Selector::Brand("Anker".into()), Some(&["a", "z"])),
            hide(&["home", "pdp"], Selector::Category("Wine".into()), Some(&["merlot"])),
            hide(&["pdp"], Selector::Category("Unlisted".into()), None),
        ]);
        let policy = Policy {
            rules,
            ..Policy::default()
        };
        let hidden = policy.hidden_ids();
        assert_eq!(hidden.everywhere, ["a", "z"]);
        for (placement, id, expected) in [
            ("home", "a", true),
            ("home", "merlot", true),
            ("search", "merlot", false),
            ("search", "z", true),
            ("pdp", "bread", false),
        ] {
            assert_eq!(hidden.hides(placement, id), expected, "{placement} {id}");
        }
        assert!(!hidden.is_empty() && Policy::default().hidden_ids().is_empty());
    }

    #[test]
    fn hidden_ids_placement_with_unlisted_rules_alone_has_no_list() {
        let unlisted = hide(&["pdp"], Selector::Category("Wine".into()), None);
        let policy = Policy {
            rules: Vec::from([unlisted]),
            ..Policy::default()
        };
        let hidden = policy.hidden_ids();
        assert!(hidden.is_empty(), "{:?}", hidden.placements);
    }
}
