//! What the shop knows of its items: from the catalog, and from the snapshot where the catalog is silent.

use rustc_hash::FxHashMap;
use shelfwise_core::policy::CATEGORY_SEPARATOR;
use shelfwise_core::{ItemIndex, Snapshot};
use shelfwise_intake::catalog::{Catalog, CatalogItem};

/// Price tiers: fifths of the priced items of the shop.
pub const TIERS: usize = 5;

/// Stands for an item that neither catalog nor snapshot has: only a rule can show it.
pub const UNKNOWN: u32 = u32::MAX;

/// One item.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// The store's id.
    pub id: String,
    /// Title; empty if the catalog has none.
    pub title: String,
    /// Category path; empty if unknown.
    pub category: String,
    /// Brand; empty if unknown.
    pub brand: String,
    /// Price tier, from 0 (lowest fifth).
    pub tier: Option<u8>,
    /// Popularity from 0 to 1, by the snapshot.
    pub popularity: f64,
    /// A number for each of [`Shop::measures`], where the catalog has it.
    pub measures: Vec<Option<f64>>,
}

impl Facts {
    /// Returns the title, or the id where there is none.
    #[must_use]
    pub fn name(&self) -> &str {
        if self.title.is_empty() { &self.id } else { &self.title }
    }

    /// Returns the broadest level of its category.
    #[must_use]
    pub fn department(&self) -> &str {
        self.category.split(CATEGORY_SEPARATOR).next().unwrap_or_default()
    }
}

/// A column of numbers beside the catalog's own: items' ids with their values.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Name in reports, such as `stock`.
    pub name: String,
    /// Values by id, in any order.
    pub values: Vec<(String, f64)>,
}

/// All items of catalog and snapshot, sorted bytewise by id, each with its number.
#[derive(Clone, Debug, Default)]
pub struct Shop {
    items: Vec<Facts>,
    numbers: FxHashMap<String, u32>,
    measures: Vec<String>,
    tiers: Vec<f64>,
    tail_below: f64,
}

impl Shop {
    /// Takes in catalog, snapshot, and further columns of numbers. O(items log items).
    pub fn new<B: AsRef<[u8]>>(catalog: &Catalog, snapshot: &Snapshot<B>, columns: &[Column]) -> Self {
        let mut items: Vec<Facts> = catalog.items.iter().map(of_catalog).collect();
        let known: rustc_hash::FxHashSet<&str> = catalog.items.iter().map(|item| item.id.as_str()).collect();
        let others = of_snapshot(snapshot).filter(|item| !known.contains(item.id.as_str()));
        items.extend(others);
        items.sort_by(|a, b| a.id.cmp(&b.id));
        let mut shop = Self {
            numbers: items
                .iter()
                .zip(0..)
                .map(|(item, number)| (item.id.clone(), number))
                .collect(),
            items,
            measures: Vec::new(),
            tiers: Vec::new(),
            tail_below: shelfwise_train::evaluate::tail_below(snapshot),
        };
        shop.complete(snapshot);
        shop.take_prices(catalog);
        columns.iter().for_each(|column| shop.take_column(column));
        shop
    }

    /// Takes category, brand and popularity from the snapshot, where the catalog does not say them.
    fn complete<B: AsRef<[u8]>>(&mut self, snapshot: &Snapshot<B>) {
        for other in of_snapshot(snapshot) {
            let Some(item) = self.numbers.get(&other.id).map(|at| &mut self.items[*at as usize]) else {
                continue;
            };
            item.popularity = other.popularity;
            if item.category.is_empty() {
                item.category = other.category;
            }
            if item.brand.is_empty() {
                item.brand = other.brand;
            }
        }
    }

    fn take_prices(&mut self, catalog: &Catalog) {
        let prices = catalog
            .items
            .iter()
            .filter_map(|item| Some((item.id.clone(), item.price?)));
        let prices = Column {
            name: "price".into(),
            values: prices.collect(),
        };
        let mut sorted: Vec<f64> = prices.values.iter().map(|(_, price)| *price).collect();
        if sorted.is_empty() {
            return;
        }
        sorted.sort_by(f64::total_cmp);
        self.tiers = (1..TIERS).map(|tier| sorted[sorted.len() * tier / TIERS]).collect();
        for (id, price) in &prices.values {
            if let Some(at) = self.numbers.get(id) {
                let tier = self.tiers.iter().filter(|bound| **bound <= *price).count();
                self.items[*at as usize].tier = u8::try_from(tier).ok();
            }
        }
        self.take_column(&prices);
    }

    fn take_column(&mut self, column: &Column) {
        self.measures.push(column.name.clone());
        self.items.iter_mut().for_each(|item| item.measures.push(None));
        for (id, value) in &column.values {
            let item = self.numbers.get(id).map(|at| &mut self.items[*at as usize]);
            if let Some(last) = item.and_then(|item| item.measures.last_mut()) {
                *last = Some(*value);
            }
        }
    }

    /// Returns all items.
    #[must_use]
    pub fn items(&self) -> &[Facts] {
        &self.items
    }

    /// Returns the number of an id; [`UNKNOWN`] if there is no such item.
    #[must_use]
    pub fn number(&self, id: &str) -> u32 {
        self.numbers.get(id).copied().unwrap_or(UNKNOWN)
    }

    /// Returns the item of a number; `None` for [`UNKNOWN`].
    #[must_use]
    pub fn item(&self, number: u32) -> Option<&Facts> {
        self.items.get(number as usize)
    }

    /// Returns the item of an id.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<&Facts> {
        self.item(self.number(id))
    }

    /// Returns what a person calls the item of that id.
    #[must_use]
    pub fn name<'a>(&'a self, id: &'a str) -> &'a str {
        self.find(id).map_or(id, Facts::name)
    }

    /// Returns the names of the columns of numbers, in the order of [`Facts::measures`].
    #[must_use]
    pub fn measures(&self) -> &[String] {
        &self.measures
    }

    /// Returns the lower bounds of all price tiers but the lowest; none without prices.
    #[must_use]
    pub fn tiers(&self) -> &[f64] {
        &self.tiers
    }

    /// Returns whether the item is outside the most popular fifth.
    #[must_use]
    pub fn is_tail(&self, item: &Facts) -> bool {
        item.popularity < self.tail_below
    }
}

fn of_catalog(item: &CatalogItem) -> Facts {
    Facts {
        id: item.id.clone(),
        title: item.title.clone(),
        category: item.category.clone(),
        brand: item.brand.clone(),
        ..Facts::default()
    }
}

fn of_snapshot<B: AsRef<[u8]>>(snapshot: &Snapshot<B>) -> impl Iterator<Item = Facts> {
    let (ids, attributes, popularity) = (snapshot.ids(), snapshot.attributes(), snapshot.popularity());
    (0..snapshot.items() as u32).map(ItemIndex).filter_map(move |index| {
        let (category, brand) = attributes.names_of(index);
        Some(Facts {
            id: ids.id_of(index)?.as_str()?.to_owned(),
            category: category.unwrap_or_default().to_owned(),
            brand: brand.unwrap_or_default().to_owned(),
            popularity: f64::from(popularity.of(index)),
            ..Facts::default()
        })
    })
}
