//! Titles of a catalog, printed beside ids.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use shelfwise_intake::progress::Silent;
use shelfwise_intake::{ColumnMap, read_catalog};

use crate::catalog;
use crate::output::printable;

/// Share of bad rows that a catalog may have where only its titles are asked for.
const BAD_ROWS: f64 = 1.0;

/// A catalog whose titles are shown beside ids.
#[derive(Args)]
pub struct TitleArguments {
    /// A catalog whose titles are shown beside the ids.
    #[arg(long, value_name = "FILE")]
    catalog: Option<PathBuf>,
    /// Which column of the catalog means what, for instance title=product_name. Repeat for more.
    #[arg(long, value_name = "ROLE=COLUMN", requires = "catalog")]
    map_catalog: Vec<String>,
}

/// Titles by ids; none without a catalog.
#[derive(Default)]
pub struct Titles(BTreeMap<String, String>);

impl TitleArguments {
    /// Reads the titles, and prints what is wrong with the catalog.
    pub fn read(&self) -> Result<Titles> {
        let Some(path) = &self.catalog else {
            return Ok(Titles::default());
        };
        let (goods, report) = read_catalog(path, &ColumnMap::parse(&self.map_catalog)?, BAD_ROWS, &Silent)?;
        catalog::warn(&report);
        let titled = goods.items.into_iter().filter(|item| !item.title.is_empty());
        Ok(Titles(titled.map(|item| (item.id, item.title)).collect()))
    }
}

impl Titles {
    /// Returns an id for people, with its title if there is one: `7 (Red shoe)`.
    pub fn name(&self, id: &str) -> String {
        match self.0.get(id) {
            Some(title) => format!("{} ({})", printable(id), printable(title)),
            None => printable(id),
        }
    }

    /// Returns the title of an id.
    pub fn title(&self, id: &str) -> Option<String> {
        self.0.get(id).cloned()
    }
}
