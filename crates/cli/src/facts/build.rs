//! `shelfwise facts build`: columns of the catalog become facts of a snapshot's items.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;
use shelfwise_core::facts::{Cells, ColumnTable, FILE_HEAD, FactKind, FactsBuilder, Input, levels};
use shelfwise_core::policy::{FactDeclaration, MIN_ITEMS_OF_A_LEVEL, PolicySource, VALUE_LEVELS, ValueDeclaration};
use shelfwise_core::{ItemIndex, Snapshot};
use shelfwise_intake::facts::{FactColumn, FactRows, FactValue, read_facts};
use shelfwise_intake::{CatalogRole, ColumnMap};
use shelfwise_sync::sha256;

use super::report::{FactLine, FactsReport};
use super::sign::SignArguments;
use super::source;
use crate::bars::Bars;
use crate::time::{DAY_MS, now_ms, parse};
use crate::{catalog, files, output};

/// Arguments of `facts build`.
#[derive(Args)]
pub struct Build {
    /// The file whose tables `[[fact]]` and `[[value]]` name the facts.
    #[arg(long, value_name = "FILE")]
    policy: PathBuf,
    /// The snapshot whose items these are.
    #[arg(long, value_name = "FILE")]
    snapshot: PathBuf,
    /// The catalog: CSV, TSV, JSON lines or Parquet.
    #[arg(long, value_name = "FILE")]
    catalog: PathBuf,
    /// Which column of the catalog holds the id, for instance id=sku.
    #[arg(long, value_name = "ROLE=COLUMN")]
    map_catalog: Vec<String>,
    /// Share of the catalog's cells that may be unreadable.
    #[arg(long, value_name = "SHARE", default_value_t = 0.01)]
    bad_rows: f64,
    /// The day from which ages in days are counted back, such as 2026-03-01T00:00:00Z. [default: today]
    #[arg(long, value_name = "TIME", value_parser = parse)]
    today: Option<u64>,
    /// Where the facts go.
    #[arg(long, short, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    signing: SignArguments,
    /// Print JSON for machines.
    #[arg(long)]
    json: bool,
}

impl Build {
    /// Runs the command.
    pub fn run(self) -> Result<()> {
        let text = files::read(&self.policy)?;
        let text = String::from_utf8(text).with_context(|| format!("{} is no text", self.policy.display()))?;
        let declared = source::parse(&text, &self.policy)?;
        let snapshot = files::read_snapshot(&self.snapshot)?;
        let today = self.today.map_or_else(now_ms, Ok)?;
        let goods = Goods {
            catalog: &self.catalog,
            map: &ColumnMap::parse(&self.map_catalog)?,
            bad_rows: self.bad_rows,
            today: i32::try_from(today / DAY_MS).unwrap_or(i32::MAX),
        };
        let (builder, known) = goods.builder(&declared, &snapshot, &Bars::default())?;
        if known == 0 && snapshot.items() > 0 {
            bail!(
                "no item of {} is in {}: name the column of the ids with --map-catalog id=COLUMN",
                self.snapshot.display(),
                self.catalog.display()
            );
        }
        let bytes = builder.build()?;
        files::replace(&self.out, &bytes, "facts file", |bytes| {
            bytes.starts_with(&FILE_HEAD[..3])
        })?;
        let signature = self.signing.sign(&bytes, &self.out)?;
        let secret = declared.facts.iter().filter(|fact| fact.secret);
        let report = FactsReport {
            file: self.out,
            signature,
            bytes: bytes.len(),
            items: snapshot.items(),
            in_catalog: known,
            facts: builder.columns.iter().map(FactLine::of).collect(),
            kept_at_the_origin: secret.map(|fact| fact.name.clone()).collect(),
        };
        if self.json {
            return output::json(&report);
        }
        report.print();
        Ok(())
    }
}

/// The catalog that facts come from.
pub struct Goods<'a> {
    /// The file.
    pub catalog: &'a Path,
    /// Which of its columns means what.
    pub map: &'a ColumnMap<CatalogRole>,
    /// Share of the cells that may be unreadable.
    pub bad_rows: f64,
    /// The day from which ages are counted back, in days since 1970.
    pub today: i32,
}

impl Goods<'_> {
    /// Reads the facts that a policy declares, and prints what is wrong with them on standard error.
    pub fn rows(&self, facts: &[FactDeclaration], bars: &Bars) -> Result<FactRows> {
        let column = |fact: &FactDeclaration| FactColumn {
            name: fact.name.clone(),
            column: fact.column().to_owned(),
            kind: fact.kind,
        };
        let wanted: Vec<FactColumn> = facts.iter().map(column).collect();
        let (rows, report) = read_facts(self.catalog, self.map, &wanted, self.today, self.bad_rows, bars)?;
        catalog::warn(&report);
        Ok(rows)
    }

    /// Returns the facts file of a snapshot, and how many of its items the catalog has.
    pub fn builder(
        &self,
        declared: &PolicySource,
        snapshot: &Snapshot<Vec<u8>>,
        bars: &Bars,
    ) -> Result<(FactsBuilder, usize)> {
        let rows = self.rows(&declared.facts, bars)?;
        let table = ItemTable::new(snapshot, &rows);
        let builder = FactsBuilder {
            ids_sha256: sha256(snapshot.ids_section()),
            items: snapshot.items(),
            columns: columns(declared, &table)?,
        };
        Ok((builder, table.known))
    }
}

/// The rows of the snapshot's items, by index.
struct ItemTable<'r> {
    rows: Vec<Option<&'r Vec<FactValue>>>,
    /// Items that are in the catalog.
    known: usize,
}

impl<'r> ItemTable<'r> {
    fn new<B: AsRef<[u8]>>(snapshot: &Snapshot<B>, rows: &'r FactRows) -> Self {
        let ids = snapshot.ids();
        let row = |item: u32| rows.get(ids.id_of(ItemIndex(item))?.as_str()?);
        let rows: Vec<_> = (0..snapshot.items() as u32).map(row).collect();
        let known = rows.iter().flatten().count();
        Self { rows, known }
    }

    fn values(&self, place: usize) -> impl Iterator<Item = &FactValue> {
        let value = move |row: &Option<&'r Vec<FactValue>>| row.and_then(|row| row.get(place));
        self.rows
            .iter()
            .map(move |row| value(row).unwrap_or(&FactValue::Missing))
    }

    fn numbers(&self, place: usize) -> Vec<Option<i32>> {
        let number = |value: &FactValue| match value {
            FactValue::Number(number) => Some(*number),
            _ => None,
        };
        self.values(place).map(number).collect()
    }

    fn texts(&self, place: usize) -> Vec<Option<String>> {
        let text = |value: &FactValue| match value {
            FactValue::Text(text) => Some(text.clone()),
            _ => None,
        };
        self.values(place).map(text).collect()
    }
}

/// Returns the columns of the file: the facts that are not secret, and the composite values.
fn columns(declared: &PolicySource, table: &ItemTable<'_>) -> Result<Vec<ColumnTable>> {
    let public = declared.facts.iter().enumerate().filter(|(_, fact)| !fact.secret);
    let facts = public.map(|(place, fact)| Ok(fact_column(fact, source::cuts(declared, &fact.name), place, table)));
    let values = declared.values.iter().map(|value| value_column(value, declared, table));
    facts.chain(values).collect()
}

fn fact_column(fact: &FactDeclaration, cuts: Vec<i32>, place: usize, table: &ItemTable<'_>) -> ColumnTable {
    let cells = if fact.kind == FactKind::Text {
        Cells::Texts(table.texts(place))
    } else {
        Cells::Numbers {
            values: table.numbers(place),
            steps: fact.steps.map_or(usize::from(u16::MAX), usize::from),
            cuts,
        }
    };
    ColumnTable {
        name: fact.name.clone(),
        kind: fact.kind,
        cells,
    }
}

fn value_column(value: &ValueDeclaration, declared: &PolicySource, table: &ItemTable<'_>) -> Result<ColumnTable> {
    let places = value.of.iter().filter_map(|(name, weight)| {
        let place = declared.facts.iter().position(|fact| fact.name == *name)?;
        Some((table.numbers(place), *weight))
    });
    let inputs: Vec<(Vec<Option<i32>>, f64)> = places.collect();
    let inputs: Vec<Input<'_>> = inputs
        .iter()
        .map(|(values, weight)| Input {
            weight: *weight,
            values,
        })
        .collect();
    let found = levels(&inputs, VALUE_LEVELS, MIN_ITEMS_OF_A_LEVEL);
    let known = found.iter().flatten().count();
    if known < MIN_ITEMS_OF_A_LEVEL {
        bail!(
            "value `{}`: only {known} items have one of its facts, and a level needs {MIN_ITEMS_OF_A_LEVEL}: check the columns of the catalog",
            value.name
        );
    }
    Ok(ColumnTable {
        name: value.name.clone(),
        kind: FactKind::Count,
        cells: Cells::numbers(found.into_iter().map(|level| level.map(i32::from)).collect::<Vec<_>>()),
    })
}
