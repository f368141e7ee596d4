//! The shop's items, from its catalog or from a snapshot.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use shelfwise_core::facts::FactKind;
use shelfwise_core::policy::lint::{CatalogIndex, CatalogSource};
use shelfwise_core::policy::{FactDeclaration, PolicySource};
use shelfwise_core::{Item, ItemIndex, Snapshot};
use shelfwise_intake::catalog::CatalogItem;
use shelfwise_intake::facts::FactValue;
use shelfwise_intake::{ColumnMap, read_catalog};

use crate::bars::Bars;
use crate::facts::build::Goods;
use crate::time::DAY_MS;
use crate::{catalog, files};

/// Where the shop's items come from.
#[derive(Args)]
pub struct CatalogArguments {
    /// The catalog, as for training: rules are checked against its items, categories and brands, and a policy lists the
    /// items that they mean.
    #[arg(long, value_name = "FILE", conflicts_with = "snapshot")]
    catalog: Option<PathBuf>,
    /// Which column of the catalog means what, for instance title=product_name. Repeat for more.
    #[arg(long, value_name = "ROLE=COLUMN", requires = "catalog")]
    map_catalog: Vec<String>,
    /// A snapshot in place of the catalog. Newer items are not known then, and whoever made the snapshot decides what
    /// category and brand an item has.
    #[arg(long, value_name = "FILE")]
    snapshot: Option<PathBuf>,
}

/// The share of the catalog's rows that may be bad, as in training.
const BAD_ROWS: f64 = 0.01;

impl CatalogArguments {
    /// Reads what a policy is checked against at a moment, if a catalog or a snapshot is named.
    pub fn read(&self, source: Option<&PolicySource>, places: u16, now_ms: i64) -> Result<Against> {
        let mut against = Against {
            catalog: None,
            places,
            now_ms,
            has_hit_curve: None,
        };
        if let Some(path) = &self.catalog {
            let map = ColumnMap::parse(&self.map_catalog)?;
            let (goods, report) = read_catalog(path, &map, BAD_ROWS, &Bars::default())?;
            catalog::warn(&report);
            let mut index = CatalogIndex::new(CatalogSource::Catalog, goods.items.iter().map(of_catalog));
            let goods = Goods {
                catalog: path,
                map: &map,
                bad_rows: BAD_ROWS,
                today: day_of(now_ms),
            };
            add_facts(&mut index, &goods, source.map_or(&[], |source| &source.facts))?;
            against.catalog = Some(index);
        } else if let Some(path) = &self.snapshot {
            let snapshot = files::read_snapshot(path)?;
            against.catalog = Some(of_snapshot(&snapshot));
            against.has_hit_curve = Some(snapshot.hit_curve().is_some());
        }
        Ok(against)
    }
}

/// What a policy is checked against.
#[derive(Clone)]
pub struct Against {
    /// The shop's items, if they are known.
    pub catalog: Option<CatalogIndex>,
    /// Positions in the longest slate.
    pub places: u16,
    /// The moment, in milliseconds since 1970.
    pub now_ms: i64,
    /// Whether the model has a hit curve; `None` where nobody gave the model.
    pub has_hit_curve: Option<bool>,
}

/// Returns the day of a moment as engines count it, in days since 1970.
pub fn day_of(now_ms: i64) -> i32 {
    i32::try_from(now_ms.div_euclid(DAY_MS as i64)).unwrap_or(i32::MAX)
}

/// Adds the facts that a policy declares to the items that rules are checked against: secret ones too, this is the origin.
pub fn add_facts(index: &mut CatalogIndex, goods: &Goods<'_>, facts: &[FactDeclaration]) -> Result<()> {
    index.today = goods.today;
    if facts.is_empty() {
        return Ok(());
    }
    let rows = goods.rows(facts, &Bars::default())?;
    let ids: Vec<String> = index.ids().map(String::from).collect();
    for (at, fact) in facts.iter().enumerate() {
        let values = ids.iter().map(|id| rows.get(id).and_then(|row| row.get(at)));
        if fact.kind == FactKind::Text {
            let texts = values.map(|value| match value {
                Some(FactValue::Text(text)) => Some(text.clone()),
                _ => None,
            });
            index.add_texts(&fact.name, &texts.collect::<Vec<_>>());
        } else {
            let numbers = values.map(|value| match value {
                Some(FactValue::Number(number)) => Some(*number),
                _ => None,
            });
            index.add_numbers(&fact.name, fact.kind, numbers.collect());
        }
    }
    Ok(())
}

/// Returns what rules are checked against of an item.
pub fn of_catalog(item: &CatalogItem) -> Item<'_> {
    let present = |text| Some(text).filter(|text: &&str| !text.is_empty());
    Item {
        category: present(&item.category),
        brand: present(&item.brand),
        ..Item::new(&item.id)
    }
}

/// Returns the items of a snapshot.
pub fn of_snapshot(snapshot: &Snapshot<Vec<u8>>) -> CatalogIndex {
    let (ids, attributes) = (snapshot.ids(), snapshot.attributes());
    let indexes = (0..snapshot.items() as u32).map(ItemIndex);
    let known: Vec<_> = indexes.filter_map(|index| Some((index, ids.id_of(index)?))).collect();
    let items = known.iter().filter_map(|(index, id)| {
        let category = attributes.category_of(*index);
        let brand = attributes.brand_of(*index);
        Some(Item {
            category: category.and_then(|category| attributes.category_name(category)),
            brand: brand.and_then(|brand| attributes.brand_name(brand)),
            ..Item::new(id.as_str()?)
        })
    });
    CatalogIndex::new(CatalogSource::Snapshot, items)
}
