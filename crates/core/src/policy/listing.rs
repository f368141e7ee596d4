//! The items that rules mean by a category, a brand or a condition, listed in the policy: the policy key signs them with it.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::block::{BLOCK, Block};
use super::candidate::{Candidate, Zone};
use super::fact_view::{FactView, Resolved};
use super::lint::{CatalogIndex, Facts};
use super::rule_numbers::RuleNumbers;
use super::{Action, Directive, Policy, Program, Rule, Selector, Verb, Vocabulary};
use crate::item::{ItemIndex, Stock};

impl Policy {
    /// Returns the same rules, each that leaves items out with the items that it leaves out of these goods.
    ///
    /// They stay hidden whatever a snapshot says of them. O(rules × items).
    #[must_use]
    pub fn with_items_of(mut self, catalog: &CatalogIndex) -> Self {
        for rule in &mut self.rules {
            match &mut rule.action {
                Action::Hide { what, items } => *items = catalog.items_of(what),
                Action::Direct(directive) if is_listed(directive) => {
                    directive.items = Some(catalog.left_out(directive, &self.vocabulary));
                }
                _ => {}
            }
        }
        self
    }

    /// Returns the same rules without lists: as their source says them.
    #[must_use]
    pub fn without_items(mut self) -> Self {
        for rule in &mut self.rules {
            match &mut rule.action {
                Action::Hide { items, .. } => *items = None,
                Action::Direct(directive) => directive.items = None,
                _ => {}
            }
        }
        self
    }

    /// Rules that hide by what items are, without a list: what they hide is up to whoever makes the model or the facts.
    pub fn unlisted(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter().filter(|rule| match &rule.action {
            Action::Hide { what, items } => !matches!(what, Selector::Item(_)) && items.is_none(),
            Action::Direct(directive) => is_hiding(directive) && directive.items.is_none(),
            _ => false,
        })
    }
}

const fn is_hiding(directive: &Directive) -> bool {
    matches!(directive.verb, Verb::Hide | Verb::Only)
}

/// Returns whether the rule lists its items when it is built; those of a secret are listed where the secret is known.
fn is_listed(directive: &Directive) -> bool {
    is_hiding(directive) && !directive.goods.is_empty()
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

    /// Returns the items that a rule lists, rising bytewise: those that it means, or of `only` those that it leaves out.
    pub(super) fn listed(&self, rule: &Rule, vocabulary: &Vocabulary) -> Option<Vec<String>> {
        match &rule.action {
            Action::Direct(directive) => Some(self.left_out(directive, vocabulary)),
            _ => None,
        }
    }

    fn left_out(&self, directive: &Directive, vocabulary: &Vocabulary) -> Vec<String> {
        let wanted = directive.verb != Verb::Only;
        let matches = self.matches(&directive.goods, vocabulary);
        let ids = self.items.keys().zip(matches).filter(|(_, matches)| *matches == wanted);
        ids.map(|(id, _)| id.clone()).collect()
    }

    /// Returns of every item, by rising ids, whether it fits a condition today.
    pub(super) fn matches(&self, goods: &Program, vocabulary: &Vocabulary) -> Vec<bool> {
        let resolved = Resolved::new(vocabulary, Some(self));
        let view = FactView {
            source: Some(self),
            resolved: &resolved,
            vocabulary,
            today: self.today,
            current: None,
            viewed: Vec::new(),
        };
        let items = (0..).map(ItemIndex).zip(&self.items);
        let items: Vec<_> = items.map(|(index, (id, facts))| candidate(index, id, facts)).collect();
        let mut matches = Vec::with_capacity(items.len());
        for items in items.chunks(BLOCK) {
            let (fits, _) = view.answer(goods, &mut Block::new(items));
            matches.extend((0..items.len()).map(|item| fits >> item & 1 == 1));
        }
        matches
    }
}

fn candidate<'a>(index: ItemIndex, id: &'a str, facts: &'a Facts) -> Candidate<'a> {
    Candidate {
        index: Some(index),
        id: Cow::Borrowed(id),
        score: 0.0,
        from_position: None,
        stock: Stock::Unknown,
        units: None,
        price: None,
        category: facts.category.as_deref(),
        brand: facts.brand.as_deref(),
        zone: Zone::Middle,
        rules: RuleNumbers::default(),
    }
}
