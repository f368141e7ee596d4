//! `shelfwise facts build`: columns of the catalog become facts of a snapshot's items.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::Args;
use shelfwise_core::facts::{Cells, ColumnTable, FILE_HEAD, FactKind, FactsBuilder, Input, levels};
use shelfwise_core::policy::{FactDeclaration, MIN_ITEMS_OF_A_LEVEL, PolicySource, VALUE_LEVELS, ValueDeclaration};
use shelfwise_core::{ItemIndex, Snapshot};
use shelfwise_intake::facts::{FactColumn, FactRows, FactValue, read_facts};
use shelfwise_intake::{CatalogReport, ColumnMap};
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
        let (rows, read) = self.read(&declared)?;
        catalog::warn(&read);
        let table = ItemTable::new(&snapshot, &rows);
        if table.known == 0 && snapshot.items() > 0 {
            bail!(
                "no item of {} is in {}: name the column of the ids with --map-catalog id=COLUMN",
                self.snapshot.display(),
                self.catalog.display()
            );
        }
        let columns = columns(&declared, &table)?;
        let builder = FactsBuilder {
            ids_sha256: sha256(snapshot.ids_section()),
            items: snapshot.items(),
            columns,
        };
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
            in_catalog: table.known,
            facts: builder.columns.iter().map(FactLine::of).collect(),
            kept_at_the_origin: secret.map(|fact| fact.name.clone()).collect(),
        };
        if self.json {
            return output::json(&report);
        }
        report.print();
        Ok(())
    }

    fn read(&self, declared: &PolicySource) -> Result<(FactRows, CatalogReport)> {
        let column = |fact: &FactDeclaration| FactColumn {
            name: fact.name.clone(),
            column: fact.column().to_owned(),
            kind: fact.kind,
        };
        let wanted: Vec<FactColumn> = declared.facts.iter().map(column).collect();
        let map = ColumnMap::parse(&self.map_catalog)?;
        let today = match self.today {
            Some(ms) => ms,
            None => now_ms()?,
        };
        let today = i32::try_from(today / DAY_MS).unwrap_or(i32::MAX);
        Ok(read_facts(
            &self.catalog,
            &map,
            &wanted,
            today,
            self.bad_rows,
            &Bars::default(),
        )?)
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
