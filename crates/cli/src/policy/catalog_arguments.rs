//! The shop's items, from its catalog or from a snapshot.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use shelfwise_core::facts::FactKind;
use shelfwise_core::policy::FactDeclaration;
use shelfwise_core::policy::lint::{CatalogIndex, CatalogSource};
use shelfwise_core::{Item, ItemIndex, Snapshot};
use shelfwise_intake::catalog::CatalogItem;
use shelfwise_intake::facts::{FactColumn, FactValue, read_facts};
use shelfwise_intake::{ColumnMap, read_catalog};

use crate::bars::Bars;
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
    /// Reads the shop's items, if a catalog or a snapshot is named.
    pub fn read(&self) -> Result<Option<CatalogIndex>> {
        if let Some(path) = &self.catalog {
            let map = ColumnMap::parse(&self.map_catalog)?;
            let (catalog_index, report) = read_catalog(path, &map, BAD_ROWS, &Bars::default())?;
            catalog::warn(&report);
            return Ok(Some(CatalogIndex::new(
                CatalogSource::Catalog,
                catalog_index.items.iter().map(of_catalog),
            )));
        }
        let snapshot = self.snapshot.as_deref().map(files::read_snapshot).transpose()?;
        Ok(snapshot.map(|snapshot| of_snapshot(&snapshot)))
    }
}

impl CatalogArguments {
    /// Reads the facts that a policy declares out of the catalog; of a snapshot there are none.
    pub fn add_facts(&self, index: &mut CatalogIndex, facts: &[FactDeclaration], today: i32) -> Result<()> {
        index.today = today;
        let Some(path) = self.catalog.as_ref().filter(|_| !facts.is_empty()) else {
            return Ok(());
        };
        let column = |fact: &FactDeclaration| FactColumn {
            name: fact.name.clone(),
            column: fact.column().to_owned(),
            kind: fact.kind,
        };
        let columns: Vec<_> = facts.iter().map(column).collect();
        let map = ColumnMap::parse(&self.map_catalog)?;
        let (rows, _) = read_facts(path, &map, &columns, today, BAD_ROWS, &Bars::default())?;
        for (at, fact) in facts.iter().enumerate() {
            let ids: Vec<String> = index.ids().map(String::from).collect();
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
