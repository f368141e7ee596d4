//! Pins: two for one place, one item at two places, items that are hidden, places that no slate has.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::catalog_index::{CatalogIndex, Facts};
use super::hides::Hides;
use super::problem::RuleError;
use super::scope::overlap;
use super::{Finding, Placed, SourceError, Warning};
use crate::policy::Action;

/// A rule that pins.
struct Pin<'r> {
    placed: &'r Placed,
    item: &'r str,
    position: u16,
}

fn pins(rules: &[Placed]) -> impl Iterator<Item = Pin<'_>> {
    rules.iter().filter_map(|placed| match &placed.rule.action {
        Action::Pin { item, position } => Some(Pin {
            placed,
            item,
            position: *position,
        }),
        _ => None,
    })
}

/// Pins that another one rules out at the same placement.
pub(super) fn conflicts(rules: &[Placed]) -> Vec<Finding> {
    let mut by_place: BTreeMap<u16, Vec<&Placed>> = BTreeMap::new();
    let mut by_item: BTreeMap<&str, Vec<&Placed>> = BTreeMap::new();
    let mut found = Vec::new();
    for pin in pins(rules) {
        let place = by_place.entry(pin.position).or_default();
        let item = by_item.entry(pin.item).or_default();
        let met = |others: &[&Placed]| {
            let mut others = others.iter().map(|other| &other.rule);
            Some(others.find(|other| overlap(other, &pin.placed.rule))?.id.clone())
        };
        let (rule, position) = (pin.placed.rule.id.clone(), pin.position);
        if position == 0 {
            found.push(Finding::at(pin.placed, SourceError::Pin { rule }));
        } else if let Some(by) = met(place) {
            found.push(Finding::at(pin.placed, RuleError::PositionTaken { position, by }));
        } else if let Some(by) = met(item) {
            let item = pin.item.into();
            found.push(Finding::at(pin.placed, SourceError::PinnedTwice { rule, item, by }));
        }
        place.push(pin.placed);
        item.push(pin.placed);
    }
    found
}

/// Pinned items that a rule hides by their id.
pub(super) fn hidden(rules: &[Placed]) -> Vec<Finding> {
    let hides = Hides::new(rules);
    pins(rules).filter_map(|pin| hidden_pin(&hides, &pin, None)).collect()
}

/// Pinned items that a rule hides by their category or brand, and none by their id.
pub(super) fn hidden_by_kind(rules: &[Placed], catalog: &CatalogIndex) -> Vec<Finding> {
    let hides = Hides::new(rules);
    let by_kind = pins(rules).filter(|pin| hidden_pin(&hides, pin, None).is_none());
    by_kind
        .filter_map(|pin| hidden_pin(&hides, &pin, catalog.items.get(pin.item)))
        .collect()
}

fn hidden_pin(hides: &Hides<'_>, pin: &Pin<'_>, facts: Option<&Facts>) -> Option<Finding> {
    let hiding = hides.of_item(pin.item, facts).filter_map(|number| hides.rule(number));
    let mut hiding = hiding.filter(|rule| overlap(rule, &pin.placed.rule));
    let error = SourceError::HiddenPin {
        rule: pin.placed.rule.id.clone(),
        item: pin.item.into(),
        by: hiding.next()?.id.clone(),
    };
    Some(Finding::at(pin.placed, error))
}

/// Pins to places that no slate has.
pub(super) fn beyond_slate(rules: &[Placed], places: u16) -> Vec<Finding> {
    let beyond_slate = pins(rules).filter(|pin| pin.position > places);
    let warning = |pin: &Pin<'_>| Warning::FarPin {
        rule: pin.placed.rule.id.clone(),
        position: pin.position,
        places,
    };
    beyond_slate.map(|pin| Finding::at(pin.placed, warning(&pin))).collect()
}
