//! How a placement asks the engine: for items of the whole catalog, or for the order of a category page.

use rustc_hash::FxHashMap;
use shelfwise_core::{Context, Engine, Item, Recommend, Rerank, Session, SlateItem, Trace};
use shelfwise_intake::log::Log;

use crate::moment::Moment;
use crate::shop::Shop;

/// The longest category page that is re-ranked: what a page of a shop shows.
const LIST: usize = 60;

/// What a placement asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asks {
    /// Items of the whole catalog.
    Catalog,
    /// A new order of the category page of the item that was touched last, most popular first in the shop's own order.
    List,
}

/// A placement to simulate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shelf {
    /// The name that rules know.
    pub placement: String,
    /// What it asks for.
    pub asks: Asks,
}

/// The category pages of a shop: numbers of items, most popular first.
#[derive(Clone, Debug, Default)]
pub struct Pages {
    by_category: FxHashMap<String, Vec<u32>>,
}

impl Pages {
    /// Sorts the items of every category. O(items log items).
    #[must_use]
    pub fn new(shop: &Shop) -> Self {
        let mut by_category: FxHashMap<String, Vec<u32>> = FxHashMap::default();
        for (number, item) in (0..).zip(shop.items()) {
            by_category.entry(item.category.clone()).or_default().push(number);
        }
        let popularity = |number: &u32| shop.item(*number).map_or(0.0, |item| item.popularity);
        for page in by_category.values_mut() {
            page.sort_by(|a, b| popularity(b).total_cmp(&popularity(a)).then(a.cmp(b)));
            page.truncate(LIST);
        }
        Self { by_category }
    }

    /// Returns the page of a category.
    #[must_use]
    pub fn of(&self, category: &str) -> &[u32] {
        self.by_category.get(category).map_or(&[], Vec::as_slice)
    }
}

/// What a moment asks of an engine, the same for every policy.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The held-out log.
    pub log: &'a Log,
    /// What is known of items.
    pub shop: &'a Shop,
    /// The shop's category pages.
    pub pages: &'a Pages,
    /// The moment.
    pub moment: Moment,
    /// The placement.
    pub shelf: &'a Shelf,
    /// Places in a slate.
    pub places: usize,
    /// Now, in milliseconds since 1970.
    pub now_ms: i64,
}

impl Question<'_> {
    /// Asks the engine, and calls `answer` with the items of the slate.
    pub fn ask<B: AsRef<[u8]>, T: Trace + Default, A>(
        &self,
        engine: &mut Engine<B>,
        session: &Session,
        trace: &mut T,
        answer: impl FnOnce(&[SlateItem<'_>]) -> A,
    ) -> A {
        let cell = self.moment.cell(self.log);
        let (placement, limit, now_ms) = (self.shelf.placement.as_str(), self.places, self.now_ms);
        if self.shelf.asks == Asks::Catalog {
            let context = Context {
                cell,
                ..Context::default()
            };
            let request = Recommend {
                placement,
                context,
                limit,
                now_ms,
                ..Recommend::default()
            };
            return answer(&engine.recommend(session, &request, trace).items);
        }
        let current = self.shop.find(self.moment.last(self.log));
        let category = current.map_or("", |item| item.category.as_str());
        let items: Vec<Item<'_>> = self
            .pages
            .of(category)
            .iter()
            .filter_map(|number| self.listed(*number))
            .collect();
        let context = Context {
            category: present(category),
            cell,
            ..Context::default()
        };
        let request = Rerank {
            placement,
            items: &items,
            context,
            limit,
            now_ms,
            ..Rerank::default()
        };
        answer(&engine.rerank(session, &request, trace).items)
    }

    fn listed(&self, number: u32) -> Option<Item<'_>> {
        let item = self.shop.item(number)?;
        Some(Item {
            category: present(&item.category),
            brand: present(&item.brand),
            ..Item::new(&item.id)
        })
    }
}

fn present(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}
