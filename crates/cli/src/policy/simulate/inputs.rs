//! What simulation and preview read: snapshot, catalog, held-out log, policies.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use clap::Args;
use serde_json::Value;
use shelfwise_core::facts::{FactKind, Facts};
use shelfwise_core::policy::lint::{CatalogIndex, CatalogSource};
use shelfwise_core::policy::{Limits, PolicySource};
use shelfwise_core::{ItemIndex, Policy, Snapshot};
use shelfwise_intake::catalog::Catalog;
use shelfwise_intake::log::Log;
use shelfwise_intake::{CatalogRole, ColumnMap, read_catalog, read_log};
use shelfwise_simulate::Shop;
use shelfwise_simulate::shop::Column;
use shelfwise_sync::sha256;

use super::super::Checked;
use super::super::catalog_arguments::{Against, add_facts, day_of, of_catalog, of_snapshot};
use crate::bars::Bars;
use crate::facts::build::Goods;
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
    /// The facts file, as `facts build` wrote it for this snapshot, which rules ask; means of its numbers are shown, such as of
    /// stock, age and value. [default: the facts that the new policy declares, built of --catalog]
    #[arg(long, value_name = "FILE")]
    facts: Option<PathBuf>,
}

/// What both policies are replayed on.
pub struct Held {
    /// The snapshot.
    pub snapshot: Snapshot<Vec<u8>>,
    /// The bytes of the facts file that rules ask: the one that was named, or what the new policy declares of the catalog.
    pub facts: Option<Arc<[u8]>>,
    /// What is known of items.
    pub shop: Shop,
    /// The held-out log.
    pub log: Log,
    against: Against,
    catalog: Option<(PathBuf, ColumnMap<CatalogRole>)>,
}

impl Held {
    /// Reads everything at a moment, for a new policy, and prints what is wrong with it on standard error.
    pub fn read(shop: &ShopArguments, log: &LogArguments, new: &Source, bars: &Bars) -> Result<Self> {
        let snapshot = files::read_snapshot(&shop.snapshot)?;
        let goods = shop.goods(bars)?;
        let (log, log_report) = read_log(&log.options()?, bars)?;
        train::report::warn(&log_report, None, None);
        if log_report.bad.rows > 0 {
            eprint_line!("Bad rows of the log:\n{}", log_report.bad.to_string().trim_end());
        }
        let index = match &goods {
            Some(goods) => CatalogIndex::new(CatalogSource::Catalog, goods.items.iter().map(of_catalog)),
            None => of_snapshot(&snapshot),
        };
        let map = ColumnMap::parse(&shop.map_catalog)?;
        let mut held = Self {
            facts: shop.facts(&snapshot)?,
            shop: Shop::default(),
            against: Against {
                catalog: Some(index),
                places: PLACES,
                now_ms: new.now_ms,
                has_hit_curve: Some(snapshot.hit_curve().is_some()),
            },
            catalog: shop.catalog.clone().map(|path| (path, map)),
            snapshot,
            log,
        };
        held.declare(new, bars)?;
        let columns = held.columns()?;
        held.shop = Shop::new(&goods.unwrap_or_default(), &held.snapshot, &columns);
        Ok(held)
    }

    /// Builds the facts that the new policy declares, as `facts build` does, unless a file was named.
    fn declare(&mut self, new: &Source, bars: &Bars) -> Result<()> {
        let Some(declared) = new.policy.as_ref().filter(|policy| !policy.facts.is_empty()) else {
            return Ok(());
        };
        if self.facts.is_some() {
            return Ok(());
        }
        let Some(goods) = self.goods() else {
            bail!(
                "{}: its rules ask for facts: pass --catalog, of which they are built, or --facts",
                new.path.display()
            );
        };
        let (builder, _) = goods.builder(declared, &self.snapshot, bars)?;
        self.facts = Some(builder.build()?.into());
        Ok(())
    }

    /// Refuses a policy whose rules ask for facts that nobody has here: they would match nothing, and all would look as if they
    /// changed nothing.
    pub fn has_facts_for(&self, path: &Path, policy: &Policy) -> Result<()> {
        let facts = self
            .facts
            .as_ref()
            .map(|facts| Facts::open(facts, &sha256(self.snapshot.ids_section())));
        let facts = facts.transpose()?;
        let has = |name: &String| facts.as_ref().is_some_and(|facts| facts.column(name).is_some());
        let missing: Vec<&str> = policy
            .vocabulary
            .columns
            .iter()
            .filter(|name| !has(name))
            .map(String::as_str)
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        bail!(
            "{}: its rules ask for `{}`, which no facts here have: pass --facts with the file that `facts build` wrote for this snapshot \
             and these rules{}",
            path.display(),
            missing.join("`, `"),
            if facts.is_some() {
                ", or declare them as [[fact]] in the new policy too"
            } else {
                ""
            }
        )
    }

    fn goods(&self) -> Option<Goods<'_>> {
        let (catalog, map) = self.catalog.as_ref()?;
        Some(Goods {
            catalog,
            map,
            bad_rows: BAD_ROWS,
            today: day_of(self.against.now_ms),
        })
    }

    /// Returns what a policy is checked against: the shop's items with the facts that it declares, secret ones too.
    pub fn against(&self, source: &Source) -> Result<Against> {
        let mut against = self.against.clone();
        let declared = source.policy.as_ref().map_or(&[][..], |policy| &policy.facts);
        if let (Some(index), Some(goods)) = (&mut against.catalog, self.goods()) {
            add_facts(index, &goods, declared)?;
        }
        Ok(against)
    }

    /// Returns the numbers of the facts file.
    fn columns(&self) -> Result<Vec<Column>> {
        let Some(facts) = &self.facts else {
            return Ok(Vec::new());
        };
        let facts = Facts::open(facts, &sha256(self.snapshot.ids_section()))?;
        // `price` is the catalog's.
        let numbers = facts
            .columns()
            .filter(|(name, kind)| *kind != FactKind::Text && *name != "price");
        let today = f64::from(day_of(self.snapshot.meta().trained_until_ms));
        let columns = numbers.filter_map(|(name, kind)| {
            let column = facts.column(name)?;
            let values = (0..self.snapshot.items() as u32).map(ItemIndex).filter_map(|item| {
                let id = self.snapshot.ids().id_of(item)?.as_str()?.to_owned();
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

/// A policy's file, and the moment at which it is looked at.
pub struct Source {
    /// The file.
    pub path: PathBuf,
    /// What it says, if it is a source that can be read.
    policy: Option<PolicySource>,
    /// The moment, in milliseconds since 1970.
    now_ms: i64,
    /// The same if it was named.
    pub at_ms: Option<i64>,
}

impl Source {
    /// Reads a file. What is wrong with it is told by whoever builds it.
    pub fn read(path: &Path, at: Option<&str>) -> Result<Self> {
        let policy = match is_source(path) {
            true => super::super::parse(path, &super::super::read(path)?).ok(),
            false => None,
        };
        let now_ms = super::super::moment(at, policy.as_ref())?;
        Ok(Self {
            path: path.to_owned(),
            policy,
            now_ms,
            at_ms: at.map(|_| now_ms),
        })
    }
}

/// Returns whether a file is a policy's source, by its name.
pub fn is_source(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "toml")
}

impl ShopArguments {
    fn goods(&self, bars: &Bars) -> Result<Option<Catalog>> {
        let Some(path) = &self.catalog else { return Ok(None) };
        let (goods, report) = read_catalog(path, &ColumnMap::parse(&self.map_catalog)?, BAD_ROWS, bars)?;
        catalog::warn(&report);
        Ok(Some(goods))
    }

    /// Reads the facts file, if one is named, and checks that it fits.
    fn facts(&self, snapshot: &Snapshot<Vec<u8>>) -> Result<Option<Arc<[u8]>>> {
        let Some(path) = &self.facts else { return Ok(None) };
        let bytes = files::read(path)?;
        Facts::open(&*bytes, &sha256(snapshot.ids_section()))
            .with_context(|| format!("{}: build it for this snapshot with `facts build`", path.display()))?;
        Ok(Some(bytes.into()))
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
        if !is_source(path) {
            let policy = Policy::decode(&files::read(path)?).with_context(|| path.display().to_string())?;
            held.has_facts_for(path, &policy)?;
            return Ok(Self {
                policy,
                limits: Limits::default(),
            });
        }
        let source = Source::read(path, None)?;
        let rules = Self::build(path, &super::super::read(path)?, held.against(&source)?)?;
        held.has_facts_for(path, &rules.policy)?;
        Ok(rules)
    }

    /// Builds the text of a source as `policy build` does, and prints its findings on standard error.
    fn build(path: &Path, text: &str, against: Against) -> Result<Self> {
        let checked = Checked::of(path, text, against)?;
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
    pub fn of(path: &Path, text: &str, against: &Against) -> Result<Self> {
        let checked = Checked::of(path, text, against.clone())?;
        let findings = serde_json::to_value(&checked.findings)?;
        let policy = if checked.findings.errors() == 0 {
            Some(super::super::encode(&checked.policy()?)?)
        } else {
            None
        };
        Ok(Self { findings, policy })
    }
}
