//! Bestsellers by category: what every shop can show without a model, and the minimum for every model.

use rustc_hash::FxHashMap;
use shelfwise_intake::catalog::Catalog;
use shelfwise_intake::log::{Log, Order};
use shelfwise_train::aggregates::items::count_items;
use shelfwise_train::tables::popularity::{supporters, top};

use crate::peer::Peer;

/// The most popular items of the current item's category, then those of the shop.
#[derive(Clone, Debug)]
pub struct Bestsellers {
    /// Category of each item; `None` if the catalog does not have the item.
    category_of: Vec<Option<usize>>,
    /// Items by category, best first.
    by_category: Vec<Vec<u32>>,
    overall: Vec<u32>,
    order: Order,
}

impl Bestsellers {
    /// Counts the supporters of every item; without a catalog only the shop's overall bestsellers are used.
    #[must_use]
    pub fn train(log: &Log, catalog: &Catalog) -> Self {
        let supporters = supporters(&count_items(log, None), 1);
        let named: FxHashMap<&str, &str> = catalog
            .items
            .iter()
            .filter(|item| !item.category.is_empty())
            .map(|item| (item.id.as_str(), item.category.as_str()))
            .collect();
        let mut numbers: FxHashMap<&str, usize> = FxHashMap::default();
        let mut category_of = Vec::with_capacity(log.items.len());
        for id in &log.items {
            let next = numbers.len();
            let name = named.get(id.as_str());
            category_of.push(name.map(|name| *numbers.entry(name).or_insert(next)));
        }
        let overall = top(0..log.items.len() as u32, &supporters, usize::MAX);
        let mut by_category = vec![Vec::new(); numbers.len()];
        for item in &overall {
            if let Some(category) = category_of[*item as usize] {
                by_category[category].push(*item);
            }
        }
        Self {
            category_of,
            by_category,
            overall,
            order: log.order,
        }
    }
}

impl Peer for Bestsellers {
    fn name(&self) -> &'static str {
        "bestsellers by category"
    }

    fn parameters(&self) -> String {
        "distinct supporters of an item, first those of the current item's category; equals by id".into()
    }

    /// Recommends bestsellers. Items in the basket are left out, as in the engine's policy.
    fn recommend(&mut self, session: &[u32], at: usize) -> Vec<u32> {
        let current = session.last().and_then(|item| *self.category_of.get(*item as usize)?);
        let own = current.map_or(&[][..], |category| self.by_category[category].as_slice());
        let mut shown: Vec<u32> = Vec::with_capacity(at);
        for item in own.iter().chain(&self.overall) {
            if shown.len() == at {
                break;
            }
            let in_basket = self.order == Order::Basket && session.contains(item);
            if !in_basket && !shown.contains(item) {
                shown.push(*item);
            }
        }
        shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shop::{log, recommended};
    use shelfwise_intake::catalog::CatalogItem;

    const SHOP: [&[&str]; 4] = [&["milk", "oats"], &["milk"], &["tent"], &["milk", "peg"]];

    fn catalog() -> Catalog {
        let item = |(id, category): (&str, &str)| CatalogItem {
            id: id.into(),
            category: category.into(),
            ..CatalogItem::default()
        };
        Catalog {
            items: [
                ("milk", "food"),
                ("oats", "food"),
                ("peg", "camping"),
                ("tent", "camping"),
            ]
            .map(item)
            .into(),
        }
    }

    #[test]
    fn bestsellers_of_the_category_precede_those_of_the_shop() {
        let log = log(&SHOP);
        let mut peer = Bestsellers::train(&log, &catalog());
        assert_eq!(recommended(&mut peer, &log, &["tent"]), ["peg", "tent", "milk"]);
        assert_eq!(recommended(&mut peer, &log, &["oats"]), ["milk", "oats", "peg"]);
    }

    #[test]
    fn bestsellers_without_a_catalog_are_those_of_the_shop() {
        let log = log(&SHOP);
        let mut peer = Bestsellers::train(&log, &Catalog::default());
        assert_eq!(recommended(&mut peer, &log, &["tent"]), ["milk", "oats", "peg"]);
    }

    #[test]
    fn items_in_the_basket_are_not_recommended() {
        let mut log = log(&SHOP);
        log.order = Order::Basket;
        let mut peer = Bestsellers::train(&log, &catalog());
        assert_eq!(recommended(&mut peer, &log, &["milk", "tent"]), ["peg", "oats"]);
    }
}
