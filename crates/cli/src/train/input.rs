//! The log and the catalog that are trained on: shared by `train` and `export`.

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Args;
use shelfwise_intake::catalog::Catalog;
use shelfwise_intake::log::Log;
use shelfwise_intake::{
    CatalogReport, ColumnMap, IdOverlap, LogReport, Parents, read_catalog, read_log, read_products,
};

use super::ReadingArguments;
use crate::bars::Bars;

/// What says how a log is read: nothing of it means anything without one.
pub const READING: [&str; 11] = [
    "map",
    "map_event",
    "products",
    "session_gap",
    "time_zone",
    "zone",
    "time_format",
    "since",
    "until",
    "bad_rows",
    "parent",
];

/// A log, and a catalog if there is one.
#[derive(Args)]
pub struct InputArguments {
    /// Logs, patterns such as 'logs/*.csv.gz', or - for standard input.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    events: Vec<String>,
    #[command(flatten)]
    reading: ReadingArguments,
    /// The catalog: a Google Merchant feed (XML, TSV), products of Shopify, WooCommerce or Magento, JSON-LD, or any CSV,
    /// TSV, JSON, XML or Parquet with ids, titles, categories, brands, prices.
    #[arg(long, value_name = "FILE")]
    catalog: Option<PathBuf>,
    /// Which column of the catalog means what, for instance title=product_name. Repeat for more.
    #[arg(long, value_name = "ROLE=COLUMN")]
    map_catalog: Vec<String>,
    /// Count variants as their product: the catalog's column of the product, if its name is not a usual one.
    #[arg(long, value_name = "COLUMN", num_args = 0..=1, default_missing_value = "")]
    parent: Option<String>,
}

/// What was read.
pub struct Input {
    pub log: Log,
    pub log_report: LogReport,
    pub catalog: Catalog,
    pub catalog_report: Option<CatalogReport>,
    /// Whether the ids of the log and of the catalog meet.
    pub meeting: Option<IdOverlap>,
}

impl InputArguments {
    /// Reads both.
    pub fn read(&self, bars: &Bars) -> Result<Input> {
        let (catalog, catalog_report, parents) = self.read_catalog(bars)?;
        let mut options = self.reading.options(self.events.clone())?;
        options.parents.extend(parents);
        let sensitive = catalog.items.iter().filter(|item| item.sensitive);
        options.excluded = sensitive.map(|item| item.id.clone()).collect();
        options.known_items = catalog.items.iter().map(|item| item.id.clone()).collect();
        let (log, log_report) = read_log(&options, bars)?;
        let meeting = self.catalog.as_ref().map(|_| {
            let catalog = catalog.items.iter().filter(|item| !item.sensitive);
            IdOverlap::of(
                log.items.iter().map(String::as_str),
                catalog.map(|item| item.id.as_str()),
            )
        });
        Ok(Input {
            log,
            log_report,
            catalog,
            catalog_report,
            meeting,
        })
    }

    /// Reads the catalog alone.
    pub fn read_catalog(&self, bars: &Bars) -> Result<(Catalog, Option<CatalogReport>, Parents)> {
        let Some(path) = &self.catalog else {
            if self.parent.is_some() {
                bail!("--parent: the catalog says which items are variants: give it with --catalog");
            }
            return Ok((Catalog::default(), None, Parents::new()));
        };
        let bad_rows = self.reading.bad_rows / 100.0;
        let named = self.parent.iter().filter(|column| !column.is_empty());
        let pairs: Vec<String> = named
            .map(|column| format!("parent={column}"))
            .chain(self.map_catalog.iter().cloned())
            .collect();
        let map = ColumnMap::parse(&pairs)?;
        if self.parent.is_none() {
            let (catalog, report) = read_catalog(path, &map, bad_rows, bars)?;
            return Ok((catalog, Some(report), Parents::new()));
        }
        let products = read_products(path, &map, bad_rows, bars)?;
        Ok((products.catalog, Some(products.report), products.parents))
    }
}
