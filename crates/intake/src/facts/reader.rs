//! Reads the rows of a catalog as facts.

use std::path::{Path, PathBuf};

use shelfwise_core::facts::FactKind;

use super::{FactColumn, FactRows, FactValue, cell, currency};
use crate::columns::{self, ColumnMap};
use crate::error::IntakeError;
use crate::format::table::{Cells, ColumnSelection, Lists, MalformedRow, RowSink, Table};
use crate::progress::Progress;
use crate::report::{BadReason, BadRow, CatalogReport};
use crate::roles::CatalogRole;
use crate::sources::{self, Recognized};
use crate::{ids, placeholder};

/// Reads all rows of a catalog.
pub fn read(
    path: &Path,
    map: &ColumnMap<CatalogRole>,
    facts: &[FactColumn],
    today: i32,
    progress: &dyn Progress,
) -> Result<(FactRows, CatalogReport), IntakeError> {
    let mut table = Table::open(path, progress)?;
    if table.is_open_ended() && path.is_file() {
        table.scan()?;
    }
    let Recognized { map, .. } = sources::catalog(&mut table, map);
    let layout = FactLayout::of(&table, &map, facts)?;
    let mut file = table.report();
    let mut reader = FactReader {
        path: path.to_owned(),
        file: file.path.clone(),
        facts,
        layout: &layout,
        today,
        currency: None,
        rows: FactRows::new(),
        report: CatalogReport::default(),
    };
    let wanted = ColumnSelection {
        columns: &layout.wanted,
        lists: Lists::Paths,
    };
    table.read(wanted, &mut reader)?;
    let FactReader { rows, mut report, .. } = reader;
    file.rows = report.rows;
    report.files.push(file);
    report.items = rows.len() as u64;
    Ok((rows, report))
}

/// Where the id and the facts stand among the wanted columns.
struct FactLayout {
    /// The id's column first; each column once.
    wanted: Vec<usize>,
    /// Name of the id's column.
    id: String,
    /// For each fact its place in `wanted`.
    slots: Vec<usize>,
}

impl FactLayout {
    fn of(table: &Table<'_>, map: &ColumnMap<CatalogRole>, facts: &[FactColumn]) -> Result<Self, IntakeError> {
        let found = columns::find(CatalogRole::Id, map, &table.columns, &table.path)?;
        let id = *found.first().ok_or_else(|| IntakeError::MissingColumn {
            path: table.path.clone(),
            what: "the item's id",
            option: "--map-catalog",
            role: "id",
            columns: table.columns.clone(),
        })?;
        let (mut wanted, mut slots) = (vec![id], Vec::new());
        for fact in facts {
            let column =
                columns::named(&fact.column, &table.columns).ok_or_else(|| IntakeError::UnknownFactColumn {
                    path: table.path.clone(),
                    fact: fact.name.clone(),
                    column: fact.column.clone(),
                    columns: table.columns.clone(),
                })?;
            let slot = wanted.iter().position(|own| *own == column);
            slots.push(slot.unwrap_or(wanted.len()));
            if slot.is_none() {
                wanted.push(column);
            }
        }
        let id = table.columns[id].clone();
        Ok(Self { wanted, id, slots })
    }
}

struct FactReader<'l> {
    path: PathBuf,
    file: String,
    facts: &'l [FactColumn],
    layout: &'l FactLayout,
    today: i32,
    /// The currency of the first amount that states one, with its line.
    currency: Option<(String, u64)>,
    rows: FactRows,
    report: CatalogReport,
}

impl FactReader<'_> {
    fn value(&mut self, fact: &FactColumn, cell: &[u8], line: u64) -> Result<FactValue, IntakeError> {
        if fact.kind == FactKind::Money {
            self.check_currency(fact, cell, line)?;
        }
        Ok(cell::read(fact.kind, cell, self.today).unwrap_or_else(|detail| {
            let detail = format!("fact `{}`: {detail}", fact.name);
            self.count_bad(line, &fact.column, BadReason::BadFact, detail);
            FactValue::Missing
        }))
    }

    /// Amounts are compared as they are, so that all of a file must be of one currency.
    fn check_currency(&mut self, fact: &FactColumn, cell: &[u8], line: u64) -> Result<(), IntakeError> {
        let stated = currency::of(&String::from_utf8_lossy(cell));
        let is_amount = cell.iter().any(u8::is_ascii_digit);
        if stated.is_empty() || !is_amount {
            return Ok(());
        }
        let (first, first_line) = self.currency.get_or_insert_with(|| (stated.clone(), line));
        if *first == stated {
            return Ok(());
        }
        Err(IntakeError::TwoCurrencies {
            path: self.path.clone(),
            line,
            column: fact.column.clone(),
            currency: stated,
            first: first.clone(),
            first_line: *first_line,
        })
    }

    fn count_bad(&mut self, line: u64, column: &str, reason: BadReason, detail: String) {
        let file = self.file.clone();
        self.report.bad.count(reason, || BadRow {
            file,
            line,
            column: column.to_owned(),
            reason,
            detail,
        });
    }
}

impl RowSink for FactReader<'_> {
    fn row(&mut self, cells: Cells<'_>) -> Result<(), IntakeError> {
        self.report.rows += 1;
        let (layout, facts) = (self.layout, self.facts);
        let id = cells.get(Some(0));
        if placeholder::is_placeholder(id) || id.eq_ignore_ascii_case(layout.id.as_bytes()) {
            self.report.skipped += 1;
            return Ok(());
        }
        let id = match ids::check(id) {
            Ok(id) => id.to_owned(),
            Err((reason, detail)) => {
                self.count_bad(cells.line, &layout.id, reason, detail);
                return Ok(());
            }
        };
        let places = facts.iter().zip(&layout.slots);
        let read = places.map(|(fact, slot)| self.value(fact, cells.get(Some(*slot)), cells.line));
        let values: Vec<FactValue> = read.collect::<Result<_, _>>()?;
        let Some(earlier) = self.rows.get_mut(&id) else {
            self.rows.insert(id, values);
            return Ok(());
        };
        self.report.duplicates += 1;
        let stated = earlier
            .iter_mut()
            .zip(values)
            .filter(|(_, value)| *value != FactValue::Missing);
        stated.for_each(|(earlier, value)| *earlier = value);
        Ok(())
    }

    fn malformed(&mut self, row: MalformedRow) {
        self.report.rows += 1;
        self.count_bad(row.line, &row.column.to_string(), row.reason, row.detail);
    }
}
