//! Reads the rows of a catalog as facts.

use std::path::{Path, PathBuf};

use shelfwise_core::facts::FactKind;

use super::{FactColumn, FactRows, FactValue, cell, currency};
use crate::availability::{AvailabilityColumns, place};
use crate::columns::{self, ColumnMap, Role};
use crate::error::IntakeError;
use crate::format::table::{Cells, ColumnSelection, Lists, MalformedRow, RowSink, Table};
use crate::progress::Progress;
use crate::report::{BadReason, BadRow, CatalogReport};
use crate::roles::CatalogRole;
use crate::sources::{self, Recognized, Source};
use crate::{addresses, ids, placeholder};

/// Reads all rows of a catalog.
pub fn read(
    path: &Path,
    map: &ColumnMap<CatalogRole>,
    facts: &[FactColumn],
    today: i32,
    progress: &dyn Progress,
) -> Result<(FactRows, CatalogReport), IntakeError> {
    let mut table = Table::open(path, progress)?;
    if table.is_open_ended() && addresses::is_file(path) {
        table.scan()?;
    }
    let Recognized { map, source } = sources::catalog(&mut table, map);
    let layout = FactLayout::of(&table, &map, source, facts)?;
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
    /// Of each fact.
    readings: Vec<Reading>,
    /// Whether entries without an id are other things than products, as a page's breadcrumbs in JSON-LD.
    has_other_things: bool,
}

/// How a fact is read.
#[derive(Clone, Copy)]
enum Reading {
    /// From the cell at this place in `wanted`.
    Cell(usize),
    /// From the columns that say whether a product can be bought.
    Availability(AvailabilityColumns),
}

impl FactLayout {
    fn of(
        table: &Table<'_>,
        map: &ColumnMap<CatalogRole>,
        source: Option<&Source<CatalogRole>>,
        facts: &[FactColumn],
    ) -> Result<Self, IntakeError> {
        let found = columns::find(CatalogRole::Id, map, &table.columns, &table.path)?;
        let id = *found.first().ok_or_else(|| IntakeError::MissingColumn {
            path: table.path.clone(),
            what: "the item's id",
            option: "--map-catalog",
            role: "id",
            columns: table.columns.clone(),
        })?;
        let mut wanted = vec![id];
        let availability = AvailabilityColumns::find(table, map, source, &mut wanted)?;
        let mut readings = Vec::new();
        for fact in facts {
            let role = role(&fact.column);
            let named = match columns::named(&fact.column, &table.columns) {
                None => role.map_or(Ok(Vec::new()), |role| {
                    columns::find(role, map, &table.columns, &table.path)
                })?,
                Some(column) => vec![column],
            };
            let named = named.first().map(|column| place(*column, &mut wanted));
            let reading = match (named, availability) {
                (Some(slot), Some(word @ AvailabilityColumns::Word(own))) if slot == own && is_availability(fact) => {
                    Some(Reading::Availability(word))
                }
                (None, Some(counted)) if role == Some(CatalogRole::Availability) => {
                    Some(Reading::Availability(counted))
                }
                (named, _) => named.map(Reading::Cell),
            };
            readings.push(reading.ok_or_else(|| IntakeError::UnknownFactColumn {
                path: table.path.clone(),
                fact: fact.name.clone(),
                column: fact.column.clone(),
                columns: table.columns.clone(),
            })?);
        }
        let id = table.columns[id].clone();
        Ok(Self {
            wanted,
            id,
            readings,
            has_other_things: source.is_some_and(|source| source.has_other_things),
        })
    }
}

impl Reading {
    /// Takes the value of a later row of the same item: it counts if it says anything, and of availabilities the one that
    /// is most available, because the rows are variants.
    fn merge(self, earlier: &mut FactValue, later: FactValue) {
        /// Sold out, on backorder, in stock.
        const ASCENDING: [i32; 3] = [0, 2, 1];
        let rank = |value: &FactValue| match value {
            FactValue::Number(number) => ASCENDING.iter().position(|own| own == number),
            _ => None,
        };
        let is_less = matches!(self, Self::Availability(_)) && rank(&later) < rank(earlier);
        if later != FactValue::Missing && !is_less {
            *earlier = later;
        }
    }
}

/// Returns the role that a fact's column is called by, or by one of its usual names.
fn role(column: &str) -> Option<CatalogRole> {
    let plain = columns::plain(column);
    let roles = || CatalogRole::ALL.iter().copied();
    let named = roles().find(|role| role.name() == column);
    named.or_else(|| roles().find(|role| role.synonyms().contains(&&*plain)))
}

/// Returns whether a fact of the availability's column is the availability. A count of another name may be of pieces.
fn is_availability(fact: &FactColumn) -> bool {
    fact.kind == FactKind::Flag || fact.kind == FactKind::Count && fact.name == "in_stock"
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
    fn read(&mut self, fact: &FactColumn, reading: Reading, cells: Cells<'_>) -> Result<FactValue, IntakeError> {
        match reading {
            Reading::Cell(slot) => self.value(fact, cells.get(Some(slot)), cells.line),
            Reading::Availability(columns) => Ok(self.availability(fact, columns, cells)),
        }
    }

    /// Reads the availability: as a flag whether the product can be ordered, else as rules compare it.
    fn availability(&mut self, fact: &FactColumn, columns: AvailabilityColumns, cells: Cells<'_>) -> FactValue {
        if let Some(availability) = columns.read(cells) {
            let number = availability.number();
            return FactValue::Number(if fact.kind == FactKind::Flag {
                number.min(1)
            } else {
                number
            });
        }
        if let AvailabilityColumns::Word(slot) = columns {
            let text = String::from_utf8_lossy(cells.get(Some(slot))).into_owned();
            if !text.is_empty() && !placeholder::is_placeholder(text.as_bytes()) {
                let detail = format!(
                    "fact `{}`: `{text}` is no availability: write in_stock, out_of_stock, preorder or backorder",
                    fact.name
                );
                self.count_bad(cells.line, &fact.column, BadReason::BadFact, detail);
            }
        }
        FactValue::Missing
    }

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
        let is_other = id.is_empty() && layout.has_other_things;
        if is_other || placeholder::is_placeholder(id) || id.eq_ignore_ascii_case(layout.id.as_bytes()) {
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
        let places = facts.iter().zip(&layout.readings);
        let read = places.map(|(fact, reading)| self.read(fact, *reading, cells));
        let values: Vec<FactValue> = read.collect::<Result<_, _>>()?;
        let Some(earlier) = self.rows.get_mut(&id) else {
            self.rows.insert(id, values);
            return Ok(());
        };
        self.report.duplicates += 1;
        for ((earlier, value), reading) in earlier.iter_mut().zip(values).zip(&layout.readings) {
            reading.merge(earlier, value);
        }
        Ok(())
    }

    fn malformed(&mut self, row: MalformedRow) {
        self.report.rows += 1;
        self.count_bad(row.line, &row.column.to_string(), row.reason, row.detail);
    }
}
