//! What simulation and preview read: snapshot, catalog, held-out log, policies.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;
use serde_json::Value;
use shelfwise_core::facts::{FactKind, Facts};
use shelfwise_core::policy::Limits;
use shelfwise_core::policy::lint::{CatalogIndex, CatalogSource};
use shelfwise_core::{ItemIndex, Policy, Snapshot};
use shelfwise_intake::catalog::Catalog;
use shelfwise_intake::log::Log;
use shelfwise_intake::{ColumnMap, read_catalog, read_log};
use shelfwise_simulate::Shop;
use shelfwise_simulate::shop::Column;
use shelfwise_sync::sha256;

use super::super::Checked;
use super::super::catalog_arguments::{of_catalog, of_snapshot};
use crate::bars::Bars;
use crate::time::DAY_MS;
use crate::train::{self, LogArguments};
use crate::{catalog, eprint_line, files};

/// The share of the catalog's rows that may be bad, as in training.
const BAD_ROWS: f64 = 0.01;
/// Positions in the longest slate that rules are checked for.
const PLACES: u16 = 24;

/// The shop's model and goods.
#[derive(Args)]
pub struct ShopArguments {
    /// The snapshot that ranks.
    #[arg(long, value_name = "FILE")]
    snapshot: PathBuf,
    /// The catalog, as for training: titles, categories, brands and prices.
    #[arg(long, value_name = "FILE")]
    catalog: Option<PathBuf>,
    /// Which column of the catalog means what, for instance title=product_name. Repeat for more.
    #[arg(long, value_name = "ROLE=COLUMN", requires = "catalog")]
    map_catalog: Vec<String>,
    /// The facts file, as `facts build` wrote it for this snapshot: means of its numbers are shown, such as of stock, age
    /// and value.
    #[arg(long, value_name = "FILE")]
    facts: Option<PathBuf>,
}

/// What both policies are replayed on.
pub struct Held {
    /// The snapshot's bytes.
    pub snapshot: Vec<u8>,
    /// The items that rules are checked against.
    pub catalog_index: CatalogIndex,
    /// What is known of items.
    pub shop: Shop,
    /// The held-out log.
    pub log: Log,
}

impl Held {
    /// Reads everything, and prints what is wrong with it on standard error.
    pub fn read(shop: &ShopArguments, log: &LogArguments, bars: &Bars) -> Result<Self> {
        let snapshot = files::read_snapshot(&shop.snapshot)?;
        let goods = shop.goods(bars)?;
        let (log, log_report) = read_log(&log.options()?, bars)?;
        train::report::warn(&log_report, None, None);
        if log_report.bad.rows > 0 {
            eprint_line!("Bad rows of the log:\n{}", log_report.bad.to_string().trim_end());
        }
        let catalog_index = match &goods {
            Some(goods) => CatalogIndex::new(CatalogSource::Catalog, goods.items.iter().map(of_catalog)),
            None => of_snapshot(&snapshot),
        };
        let columns = shop.columns(&snapshot)?;
        Ok(Self {
            shop: Shop::new(&goods.unwrap_or_default(), &snapshot, &columns),
            snapshot: snapshot.as_bytes().to_vec(),
            catalog_index,
            log,
        })
    }
}

impl ShopArguments {
    fn goods(&self, bars: &Bars) -> Result<Option<Catalog>> {
        let Some(path) = &self.catalog else { return Ok(None) };
        let (goods, report) = read_catalog(path, &ColumnMap::parse(&self.map_catalog)?, BAD_ROWS, bars)?;
        catalog::warn(&report);
        Ok(Some(goods))
    }

    /// Returns the numbers of the facts file.
    fn columns(&self, snapshot: &Snapshot<Vec<u8>>) -> Result<Vec<Column>> {
        let Some(path) = &self.facts else {
            return Ok(Vec::new());
        };
        let facts = Facts::open(files::read(path)?, &sha256(snapshot.ids_section()));
        let facts =
            facts.with_context(|| format!("{}: build it for this snapshot with `facts build`", path.display()))?;
        // `price` is the catalog's.
        let numbers = facts
            .columns()
            .filter(|(name, kind)| *kind != FactKind::Text && *name != "price");
        let today = snapshot.meta().trained_until_ms.div_euclid(DAY_MS as i64) as f64;
        let columns = numbers.filter_map(|(name, kind)| {
            let column = facts.column(name)?;
            let values = (0..snapshot.items() as u32).map(ItemIndex).filter_map(|item| {
                let id = snapshot.ids().id_of(item)?.as_str()?.to_owned();
                Some((id, number(kind, f64::from(facts.value(column, item)?), today)))
            });
            let name = if kind == FactKind::Day {
                format!("age of {name}, days")
            } else {
                name.to_owned()
            };
            Some(Column {
                name,
                values: values.collect(),
            })
        });
        Ok(columns.collect())
    }
}

/// Returns a fact in the unit that people use; a day as days before the model's last one.
fn number(kind: FactKind, value: f64, today: f64) -> f64 {
    match kind {
        FactKind::Money => value / 100.0,
        FactKind::Number => value / 10.0,
        FactKind::Share => value / 1000.0,
        FactKind::Day => today - value,
        _ => value,
    }
}

/// A policy as engines read it, with the limits of its source.
#[derive(Default)]
pub struct Rules {
    /// The rules.
    pub policy: Policy,
    /// None for a built policy, which has none.
    pub limits: Limits,
}

impl Rules {
    /// Reads a built policy, or builds a source as `policy build` does.
    pub fn read(path: &Path, held: &Held) -> Result<Self> {
        if path.extension().is_none_or(|ending| ending != "toml") {
            let policy = Policy::decode(&files::read(path)?).with_context(|| path.display().to_string())?;
            return Ok(Self {
                policy,
                limits: Limits::default(),
            });
        }
        let text = super::super::read(path)?;
        Self::build(path, &text, held)
    }

    /// Builds the text of a source as `policy build` does, and prints its findings on standard error.
    fn build(path: &Path, text: &str, held: &Held) -> Result<Self> {
        let checked = Checked::of(path, text, Some(held.catalog_index.clone()), PLACES)?;
        super::super::report_findings(&checked.findings);
        let limits = checked.source.as_ref().map(|source| source.limits).unwrap_or_default();
        Ok(Self {
            policy: checked.policy()?,
            limits,
        })
    }
}

/// What `policy build` makes of a text.
pub struct Built {
    /// What it found, as `policy check --json` prints it.
    pub findings: Value,
    /// The file that engines read; none if there are errors.
    pub policy: Option<Vec<u8>>,
}

impl Built {
    /// Builds the text of a source as `policy build` does.
    pub fn of(path: &Path, text: &str, held: &Held) -> Result<Self> {
        let checked = Checked::of(path, text, Some(held.catalog_index.clone()), PLACES)?;
        let findings = serde_json::to_value(&checked.findings)?;
        let policy = if checked.findings.errors() == 0 {
            Some(super::super::encode(&checked.policy()?)?)
        } else {
            None
        };
        Ok(Self { findings, policy })
    }
}
