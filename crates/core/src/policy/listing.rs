//! The items that rules mean by a category or a brand, listed in the policy: the policy key signs them with it.

use alloc::string::String;
use alloc::vec::Vec;

use super::lint::CatalogIndex;
use super::{Action, Policy, Rule, Selector};

impl Policy {
    /// Returns the same rules, each about a category or a brand with the items that it means in these goods.
    ///
    /// They stay hidden whatever a snapshot says of them. O(rules × items).
    #[must_use]
    pub fn with_items_of(mut self, catalog: &CatalogIndex) -> Self {
        for rule in &mut self.rules {
            if let Action::Hide { what, items } = &mut rule.action {
                *items = catalog.items_of(what);
            }
        }
        self
    }

    /// Returns the same rules without lists: as their source says them.
    #[must_use]
    pub fn without_items(mut self) -> Self {
        for rule in &mut self.rules {
            if let Action::Hide { items, .. } = &mut rule.action {
                *items = None;
            }
        }
        self
    }

    /// Rules about a category or a brand without a list: what they hide is up to whoever makes the model.
    pub fn unlisted(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter().filter(|rule| match &rule.action {
            Action::Hide { what, items } => !matches!(what, Selector::Item(_)) && items.is_none(),
            _ => false,
        })
    }
}

impl CatalogIndex {
    /// Returns the ids of the items, rising bytewise; nothing for an item, which names itself.
    fn items_of(&self, what: &Selector) -> Option<Vec<String>> {
        if matches!(what, Selector::Item(_)) {
            return None;
        }
        let matching = self
            .items
            .iter()
            .filter(|(id, facts)| what.matches(id, facts.category.as_deref(), facts.brand.as_deref()));
        Some(matching.map(|(id, _)| id.clone()).collect())
    }
}
