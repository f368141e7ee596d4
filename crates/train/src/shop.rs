//! Small logs and catalogs for tests.

use shelfwise_intake::catalog::{Catalog, CatalogItem};
use shelfwise_intake::log::{Log, Order, Support};

use shelfwise_core::Snapshot;
use shelfwise_intake::progress::Silent;

#[path = "../tests/shop/dice.rs"]
pub mod dice;

use crate::aggregates::items::count_items;
use crate::event_weights::EventWeights;
use crate::tables::assortment::Assortment;
use crate::tables::indexing::Indexing;
use crate::tables::model::ModelOptions;

/// Returns model options for small logs: a floor of two, and otherwise the values used if nothing is measured.
pub fn plain_options() -> ModelOptions {
    ModelOptions {
        min_support: 2,
        neighbours: 30,
        event_weights: EventWeights::default(),
        pairs_per_session: None,
        backward_weight: 1.0,
        links: None,
    }
}

/// Returns a log of views, with one person for each session.
pub fn log(sessions: &[&[&str]]) -> Log {
    Log::of_views(sessions)
}

/// Returns the same sessions as baskets.
pub fn baskets(sessions: &[&[&str]]) -> Log {
    Log {
        order: Order::Basket,
        ..log(sessions)
    }
}

/// Returns the same log with a person's key: `people[i]` had session `i`.
pub fn by_people(mut log: Log, people: &[u32]) -> Log {
    for (session, person) in log.sessions.iter_mut().zip(people) {
        session.person = *person;
    }
    log.people = people.iter().max().map_or(0, |most| most + 1);
    log.support = Support::People;
    log
}

/// Returns the number of an item.
pub fn number(log: &Log, id: &str) -> u32 {
    log.items.iter().position(|own| own == id).unwrap() as u32
}

/// Returns the indexing of a log and a catalog, without a previous snapshot.
pub fn indexing(log: &Log, catalog: &Catalog, floor: u32) -> Indexing {
    let none = None::<&Snapshot<Vec<u8>>>;
    Indexing::new(&log.items, &count_items(log, None), catalog, none, floor)
}

/// Returns the assortment of a log without a catalog, at a floor of two.
pub fn assortment(log: &Log) -> Assortment<'static> {
    static NONE: Catalog = Catalog { items: Vec::new() };
    Assortment::new(indexing(log, &NONE, 2), &NONE, &Silent)
}

/// Returns an item of a catalog.
pub fn catalog_item(id: &str, title: &str, category: &str, price: f64) -> CatalogItem {
    CatalogItem {
        id: id.into(),
        title: title.into(),
        category: category.into(),
        price: Some(price),
        ..CatalogItem::default()
    }
}

/// Returns a catalog of items in any order.
pub fn catalog(mut items: Vec<CatalogItem>) -> Catalog {
    items.sort_by(|a, b| a.id.cmp(&b.id));
    Catalog { items }
}
