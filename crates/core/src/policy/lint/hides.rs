//! Rules that leave items out: which of them do nothing, and what all of them leave.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use super::catalog_index::{CatalogIndex, CatalogSource, Facts, Named, levels};
use super::conditions::Meant;
use super::scope::{Scope, covers, holds, scopes};
use super::{Finding, Placed, SourceError, Table, Warning};
use crate::policy::source::PolicySource;
use crate::policy::{Action, Exclusion, Rule, Selector, Verb};

/// Rules that hide, found by what they hide.
pub(super) struct Hides<'r> {
    rules: &'r [Placed],
    items: BTreeMap<&'r str, Vec<usize>>,
    categories: BTreeMap<&'r str, Vec<usize>>,
    brands: BTreeMap<&'r str, Vec<usize>>,
}

impl<'r> Hides<'r> {
    /// Takes the rules in. O(rules log rules).
    pub(super) fn new(rules: &'r [Placed]) -> Self {
        let mut hides = Self {
            rules,
            items: BTreeMap::new(),
            categories: BTreeMap::new(),
            brands: BTreeMap::new(),
        };
        for (number, placed) in rules.iter().enumerate() {
            let Action::Hide { what, .. } = &placed.rule.action else {
                continue;
            };
            let (names, name) = match what {
                Selector::Item(name) => (&mut hides.items, name),
                Selector::Category(name) => (&mut hides.categories, name),
                Selector::Brand(name) => (&mut hides.brands, name),
            };
            names.entry(name).or_default().push(number);
        }
        hides
    }

    /// Rules that hide the item of that id, by name or by what it is, in the order of the file for each way.
    pub(super) fn of_item<'h>(&'h self, id: &'h str, facts: Option<&'h Facts>) -> impl Iterator<Item = usize> + 'h {
        let category = facts.and_then(|facts| facts.category.as_deref());
        let brand = facts.and_then(|facts| facts.brand.as_deref());
        let by_kind = category.into_iter().flat_map(|path| self.of_category(path));
        let by_brand = brand
            .and_then(|brand| self.brands.get(brand))
            .into_iter()
            .flatten()
            .copied();
        let by_id = self.items.get(id).into_iter().flatten().copied();
        by_id.chain(by_kind).chain(by_brand)
    }

    /// Rules that hide the whole category.
    fn of_category<'h>(&'h self, path: &'h str) -> impl Iterator<Item = usize> + 'h {
        levels(path)
            .filter_map(|level| self.categories.get(level))
            .flatten()
            .copied()
    }

    fn of_brand(&self, brand: &str) -> impl Iterator<Item = usize> {
        self.brands.get(brand).into_iter().flatten().copied()
    }

    pub(super) fn rule(&self, number: usize) -> Option<&'r Rule> {
        self.rules.get(number).map(|placed| &placed.rule)
    }

    /// Returns whether a rule that hides the same as `number` and more makes it useless; of two that are the same,
    /// the first stays.
    fn outdoes(&self, other: usize, number: usize) -> bool {
        let (Some(wide), Some(narrow)) = (self.rule(other), self.rule(number)) else {
            return false;
        };
        let same = wide.action == narrow.action && covers(narrow, wide);
        other != number && covers(wide, narrow) && (!same || other < number)
    }

    fn first_wider(&self, mut others: impl Iterator<Item = usize>, number: usize) -> Option<usize> {
        others.find(|other| self.outdoes(*other, number))
    }

    fn is_hidden(&self, id: &str, facts: &Facts, scope: Scope<'_>) -> bool {
        let mut rules = self.of_item(id, Some(facts)).filter_map(|number| self.rule(number));
        rules.any(|rule| holds(rule, scope))
    }
}

/// Rules that leave out only what another one leaves out.
pub(super) fn covered(rules: &[Placed], catalog: Option<&CatalogIndex>) -> Vec<Finding> {
    let hides = Hides::new(rules);
    let finding = |(number, placed): (usize, &Placed)| {
        let by = match &placed.rule.action {
            Action::Hide { what, .. } => match what {
                Selector::Item(id) => {
                    let facts = catalog.and_then(|catalog| catalog.items.get(id));
                    hides.first_wider(hides.of_item(id, facts), number)
                }
                Selector::Category(path) => hides.first_wider(hides.of_category(path), number),
                Selector::Brand(brand) => hides.first_wider(hides.of_brand(brand), number),
            },
            Action::Exclude(fact) => hides.first_wider(exclusions(rules, *fact), number),
            _ => None,
        };
        let warning = Warning::Covered {
            rule: placed.rule.id.clone(),
            by: hides.rule(by?)?.id.clone(),
        };
        Some(Finding::at(placed, warning))
    };
    rules.iter().enumerate().filter_map(finding).collect()
}

fn exclusions(rules: &[Placed], fact: Exclusion) -> impl Iterator<Item = usize> {
    let rules = rules.iter().enumerate();
    let same = rules.filter(move |(_, placed)| matches!(placed.rule.action, Action::Exclude(other) if other == fact));
    same.map(|(number, _)| number)
}

/// Rules about a category or a brand whose items the model names, and not the shop.
pub(super) fn named_by_models(rules: &[Placed], catalog: Option<&CatalogIndex>) -> Vec<Finding> {
    let warning = |placed: &Placed| {
        let Action::Hide { what, .. } = &placed.rule.action else {
            return None;
        };
        let ((named, _), rule) = (Named::of(what), placed.rule.id.clone());
        let warning = match (named, catalog.map(|catalog| catalog.source)) {
            (Named::Item, _) | (_, Some(CatalogSource::Catalog)) => return None,
            (_, Some(CatalogSource::Snapshot)) => Warning::ListedByModel { rule, named },
            (_, None) => Warning::Unlisted { rule, named },
        };
        Some(Finding::at(placed, warning))
    };
    rules.iter().filter_map(warning).collect()
}

/// Placements where nothing can be shown, or less than a slate has places.
pub(super) fn left(
    source: &PolicySource,
    rules: &[Placed],
    meant: &Meant,
    catalog: &CatalogIndex,
    places: u16,
) -> Vec<Finding> {
    let hides = Hides::new(rules);
    let mut found = Vec::new();
    let mut everywhere = catalog.items.len();
    for scope in scopes(&source.placements) {
        let shown =
            catalog.items.iter().enumerate().filter(|(at, (id, facts))| {
                !hides.is_hidden(id, facts, scope) && !is_left_out(rules, meant, *at, scope)
            });
        let left = shown.count();
        // What is hidden everywhere is said once.
        if scope.is_some() && left == everywhere {
            continue;
        }
        if scope.is_none() {
            everywhere = left;
        }
        let placement = scope.map(String::from);
        let last = rules.iter().rev();
        let mut last = last.filter(|placed| placed.rule.action.verb() <= Verb::Only && holds(&placed.rule, scope));
        let Some(rule) = last.next() else { continue };
        if left == 0 {
            found.push(Finding::at(rule, SourceError::NothingLeft { placement }));
        } else if left < usize::from(places) && catalog.items.len() >= usize::from(places) {
            let warning = Warning::FewLeft {
                placement,
                left,
                places,
            };
            found.push(at_placement(source, scope, warning).unwrap_or_else(|warning| Finding::at(rule, warning)));
        }
    }
    found
}

/// Returns whether the condition of a rule leaves an item out, wherever and whenever.
fn is_left_out(rules: &[Placed], meant: &Meant, item: usize, scope: Scope<'_>) -> bool {
    rules.iter().enumerate().any(|(number, placed)| {
        let fits = meant.of(number).and_then(|items| items.get(item));
        let is_here = holds(&placed.rule, scope) && placed.rule.condition.is_always();
        match placed.rule.action.verb() {
            Verb::Hide => is_here && fits == Some(&true),
            Verb::Only => is_here && fits == Some(&false),
            _ => false,
        }
    })
}

/// At the table of the placement, if the scope is one.
fn at_placement(source: &PolicySource, scope: Scope<'_>, warning: Warning) -> Result<Finding, Warning> {
    let at = source
        .placements
        .iter()
        .position(|placement| Some(placement.name.as_str()) == scope);
    match at {
        Some(at) => Ok(Finding::new(Table::Placement, at, "name", warning)),
        None => Err(warning),
    }
}
