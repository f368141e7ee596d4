//! Rows become orders: each once, with what was returned.

use std::path::Path;

use rustc_hash::{FxHashMap, FxHashSet};

use super::layout::OrderLayout;
use super::{OptionalColumns, Order, OrderLog, OrderOptions, OrderReport, OrderRole};
use crate::addresses;
use crate::decimal::decimal;
use crate::error::IntakeError;
use crate::facts::currency;
use crate::format::table::{Cells, ColumnSelection, Lists, MalformedRow, RowSink, Table};
use crate::ids;
use crate::progress::Progress;
use crate::report::{BadReason, BadRow};
use crate::status::Verdict;
use crate::time::TimeError;

/// A hundredth of a currency unit: what rounding may leave between the same amounts.
const CENT: f64 = 0.01;

/// Reads files one after the other.
pub struct OrderReader<'o> {
    options: &'o OrderOptions,
    wanted_currency: Option<String>,
    log: OrderLog,
    report: OrderReport,
    by_id: FxHashMap<String, Known>,
    customers: FxHashMap<String, u32>,
    keys: FxHashMap<String, u32>,
    refunds: Vec<Refund>,
    known_refunds: FxHashSet<(String, u64, i64)>,
    currency: Option<(String, String)>,
}

/// An order that was seen.
#[derive(Clone, Copy)]
enum Known {
    /// It counts, at this place.
    Counts(usize),
    /// It was cancelled or a test.
    LeftOut,
}

struct Refund {
    id: String,
    amount: f64,
    file: usize,
    line: u64,
}

impl<'o> OrderReader<'o> {
    /// A reader without orders.
    pub fn new(options: &'o OrderOptions) -> Self {
        Self {
            options,
            wanted_currency: options.currency.as_deref().map(currency::of),
            log: OrderLog::default(),
            report: OrderReport::default(),
            by_id: FxHashMap::default(),
            customers: FxHashMap::default(),
            keys: FxHashMap::default(),
            refunds: Vec::new(),
            known_refunds: FxHashSet::default(),
            currency: None,
        }
    }

    /// Reads a file.
    pub fn file(&mut self, path: &Path, progress: &dyn Progress) -> Result<(), IntakeError> {
        let mut table = Table::open(path, progress)?;
        if table.is_open_ended() && addresses::is_file(path) {
            table.scan()?;
        }
        let layout = OrderLayout::of(&mut table, self.options)?;
        self.note_columns(&layout);
        let text_encoding = table.text_encoding();
        let mut file = table.report();
        file.source = layout.source;
        file.columns = layout.describe();
        file.time_unit = layout.clock.name().to_owned();
        self.log.files.push(file.path.clone());
        let before = self.report.rows;
        let wanted = ColumnSelection {
            columns: &layout.wanted,
            lists: Lists::Rows(None),
        };
        let mut rows = FileRows {
            reader: self,
            layout: &layout,
        };
        table.read(wanted, &mut rows)?;
        file.rows = self.report.rows - before;
        file.encoding = text_encoding.describe();
        self.report.warnings.extend(text_encoding.warning(&file.path));
        self.report.files.push(file);
        Ok(())
    }

    fn note_columns(&mut self, layout: &OrderLayout) {
        let has = &mut self.log.has;
        *has = OptionalColumns {
            value: has.value || layout.has(OrderRole::Value),
            margin: has.margin || layout.has(OrderRole::Margin),
            items: has.items || layout.has(OrderRole::Items),
            returned: has.returned || layout.has(OrderRole::Returned),
            customer: has.customer || layout.has(OrderRole::Customer),
            key: has.key || layout.has(OrderRole::Key),
        };
    }

    /// Takes refunds off their orders, and sorts.
    pub fn finish(mut self) -> (OrderLog, OrderReport) {
        self.log.has.returned |= !self.refunds.is_empty();
        for refund in std::mem::take(&mut self.refunds) {
            match self.by_id.get(&refund.id) {
                Some(Known::Counts(at)) => self.log.orders[*at].returned += refund.amount,
                Some(Known::LeftOut) => {}
                None => self.count_bad(
                    refund.file,
                    refund.line,
                    "",
                    BadReason::RefundWithoutOrder,
                    "a refund of an order that no file has: add the file with the order; until then it is not counted"
                        .to_owned(),
                ),
            }
        }
        self.limit_returns();
        let mut orders = std::mem::take(&mut self.log.orders);
        orders.sort_by_key(|order| (order.time_ms, order.file, order.line));
        self.report.orders = orders.len() as u64;
        self.log.orders = orders;
        self.log.currency = self.currency.map(|(name, _)| name).unwrap_or_default();
        (self.log, self.report)
    }

    fn limit_returns(&mut self) {
        let (mut count, mut first) = (0_u64, None);
        for order in &mut self.log.orders {
            let Some(value) = order.value else { continue };
            if order.returned > value + CENT {
                count += 1;
                first = first.or(Some((order.file, order.line)));
            }
            order.returned = order.returned.clamp(0.0, value.max(0.0));
        }
        if let Some((file, line)) = first {
            self.report.warnings.push(format!(
                "{}: line {line}: more was returned than the order was worth, of {count} orders; they count as returned in full. Look \
                 whether value and returned amount both are with or without tax and shipping",
                self.log.files[file]
            ));
        }
    }

    fn count_bad(&mut self, file: usize, line: u64, column: &str, reason: BadReason, detail: String) {
        let file = self.log.files[file].clone();
        self.report.bad.count(reason, || BadRow {
            file,
            line,
            column: column.to_owned(),
            reason,
            detail,
        });
    }

    fn customer(&mut self, key: &[u8]) -> Option<u32> {
        // WooCommerce writes 0 for whoever orders without an account.
        if key.is_empty() || key == b"0" || crate::placeholder::is_placeholder(key) {
            return None;
        }
        let key = String::from_utf8_lossy(key).trim().to_lowercase();
        let next = self.customers.len() as u32;
        Some(*self.customers.entry(key).or_insert(next))
    }

    fn key(&mut self, key: &[u8]) -> Option<u32> {
        if key.is_empty() || crate::placeholder::is_placeholder(key) {
            return None;
        }
        let key = String::from_utf8_lossy(key).trim().to_owned();
        if let Some(known) = self.keys.get(&key) {
            return Some(*known);
        }
        let next = self.keys.len() as u32;
        self.log.keys.push(key.clone());
        self.keys.insert(key, next);
        Some(next)
    }
}

/// The rows of one file.
struct FileRows<'r, 'o, 'l> {
    reader: &'r mut OrderReader<'o>,
    layout: &'l OrderLayout,
}

/// A cell that cannot be read.
struct BadCell {
    role: OrderRole,
    reason: BadReason,
    detail: String,
}

impl FileRows<'_, '_, '_> {
    fn cell<'c>(&self, cells: &Cells<'c>, role: OrderRole) -> &'c [u8] {
        self.layout.slot(role).map_or(&[], |slot| cells.get(Some(slot)))
    }

    fn amount(&self, cells: &Cells<'_>, role: OrderRole) -> Result<Option<f64>, BadCell> {
        let cell = self.cell(cells, role);
        if cell.is_empty() || crate::placeholder::is_placeholder(cell) {
            return Ok(None);
        }
        let text = String::from_utf8_lossy(cell);
        decimal(&text).map(Some).ok_or_else(|| BadCell {
            role,
            reason: BadReason::BadAmount,
            detail: format!("`{text}` is no amount: write a number such as 12.99"),
        })
    }

    fn time(&self, cells: &Cells<'_>) -> Result<i64, BadCell> {
        let cell = self.cell(cells, OrderRole::Time);
        self.layout
            .clock
            .read(cell, &self.reader.options.time)
            .map_err(|error| BadCell {
                role: OrderRole::Time,
                reason: match error {
                    TimeError::Unreadable => BadReason::BadTime,
                    TimeError::OutOfRange => BadReason::TimeOutOfRange,
                },
                detail: format!(
                    "`{}` is no time in the format of the other rows ({})",
                    String::from_utf8_lossy(cell),
                    self.layout.clock.name()
                ),
            })
    }

    /// Returns whether the amounts of the row are in the wanted currency.
    fn check_currency(&mut self, cells: &Cells<'_>) -> Result<bool, IntakeError> {
        let column = self.cell(cells, OrderRole::Currency);
        let cell = if column.is_empty() {
            self.cell(cells, OrderRole::Value)
        } else {
            column
        };
        let stated = currency::of(&String::from_utf8_lossy(cell));
        if stated.is_empty() {
            return Ok(true);
        }
        if let Some(wanted) = &self.reader.wanted_currency {
            let is_wanted = *wanted == stated;
            if is_wanted && self.reader.currency.is_none() {
                self.reader.currency = Some((stated, String::new()));
            }
            return Ok(is_wanted);
        }
        let here = format!(
            "{}: line {}",
            self.reader.log.files.last().map_or("", String::as_str),
            cells.line
        );
        let (first, first_place) = self
            .reader
            .currency
            .get_or_insert_with(|| (stated.clone(), here.clone()));
        if *first == stated {
            return Ok(true);
        }
        Err(IntakeError::MixedCurrencies {
            place: here,
            currency: stated,
            first: first.clone(),
            first_place: first_place.clone(),
        })
    }

    fn verdict(&self, cells: &Cells<'_>) -> Verdict {
        let text = |role| String::from_utf8_lossy(self.cell(cells, role)).into_owned();
        let verdicts = [
            Verdict::of_mark(&text(OrderRole::Test), Verdict::Test),
            Verdict::of_payment(&text(OrderRole::Payment)),
            Verdict::of_mark(&text(OrderRole::Cancelled), Verdict::Undone),
            Verdict::of(&text(OrderRole::Status)),
        ];
        verdicts
            .into_iter()
            .find(|verdict| *verdict != Verdict::Counts)
            .unwrap_or_default()
    }

    fn take(&mut self, cells: &Cells<'_>, id: &str) -> Result<(), RowError> {
        let value = self.amount(cells, OrderRole::Value)?;
        if let Some(amount) = value.filter(|value| *value < 0.0) {
            return self.refund(cells, id, -amount);
        }
        match self.reader.by_id.get(id).copied() {
            Some(Known::Counts(at)) => self.again(cells, at, value),
            Some(Known::LeftOut) => {
                self.reader.report.further_rows += 1;
                Ok(())
            }
            None => self.first(cells, id, value),
        }
    }

    fn first(&mut self, cells: &Cells<'_>, id: &str, value: Option<f64>) -> Result<(), RowError> {
        let verdict = self.verdict(cells);
        if verdict != Verdict::Counts {
            let report = &mut self.reader.report;
            *(if verdict == Verdict::Test {
                &mut report.tests
            } else {
                &mut report.cancelled
            }) += 1;
            self.reader.by_id.insert(id.to_owned(), Known::LeftOut);
            return Ok(());
        }
        let mut order = self.order(cells, value)?;
        let in_currency = self.check_currency(cells)?;
        let report = &mut self.reader.report;
        if !in_currency {
            report.other_currency += 1;
            (order.value, order.margin, order.returned) = (None, None, 0.0);
        } else if order.value.is_none() && self.layout.has(OrderRole::Value) {
            report.without_value += 1;
        }
        let at = self.reader.log.orders.len();
        self.reader.by_id.insert(id.to_owned(), Known::Counts(at));
        self.reader.log.orders.push(order);
        Ok(())
    }

    fn order(&mut self, cells: &Cells<'_>, value: Option<f64>) -> Result<Order, RowError> {
        Ok(Order {
            file: self.reader.log.files.len() - 1,
            line: cells.line,
            time_ms: self.time(cells)?,
            value,
            // WooCommerce writes what was paid back as a negative amount.
            returned: self.amount(cells, OrderRole::Returned)?.map_or(0.0, f64::abs),
            margin: self.amount(cells, OrderRole::Margin)?,
            items: self.amount(cells, OrderRole::Items)?,
            customer: self.reader.customer(self.cell(cells, OrderRole::Customer)),
            key: self.reader.key(self.cell(cells, OrderRole::Key)),
            tag: String::from_utf8_lossy(self.cell(cells, OrderRole::Tag)).into_owned(),
        })
    }

    /// A further row of an order: another piece, the same again, or a contradiction.
    fn again(&mut self, cells: &Cells<'_>, at: usize, value: Option<f64>) -> Result<(), RowError> {
        let file = self.reader.log.files.len() - 1;
        if value.is_none() && self.cell(cells, OrderRole::Time).is_empty() | self.cell(cells, OrderRole::Tag).is_empty()
        {
            let items = self.amount(cells, OrderRole::Items)?;
            self.reader.report.further_rows += 1;
            let order = &mut self.reader.log.orders[at];
            // A second export of the same order must not add its pieces again.
            if order.file == file {
                order.items = order.items.map(|own| own + items.unwrap_or_default());
            }
            return Ok(());
        }
        let other = self.order(cells, value)?;
        let own = &mut self.reader.log.orders[at];
        let same_value = own.value.is_none() || own.value == other.value;
        if same_value && own.time_ms == other.time_ms && own.tag == other.tag {
            own.returned = own.returned.max(other.returned);
            self.reader.report.duplicates += 1;
            return Ok(());
        }
        let (first_file, first_line) = (own.file, own.line);
        Err(RowError::Bad(BadCell {
            role: OrderRole::Order,
            reason: BadReason::ConflictingOrder,
            detail: format!(
                "the order stands in {}, line {first_line}, with another value, time or tag; the first counts. Give one row an order",
                self.reader.log.files[first_file]
            ),
        }))
    }

    fn refund(&mut self, cells: &Cells<'_>, id: &str, amount: f64) -> Result<(), RowError> {
        let time = self.time(cells).unwrap_or_default();
        if !self
            .reader
            .known_refunds
            .insert((id.to_owned(), amount.to_bits(), time))
        {
            self.reader.report.duplicates += 1;
            return Ok(());
        }
        self.reader.report.refunds += 1;
        self.reader.refunds.push(Refund {
            id: id.to_owned(),
            amount,
            file: self.reader.log.files.len() - 1,
            line: cells.line,
        });
        Ok(())
    }
}

/// Why a row is not taken.
enum RowError {
    /// The row is bad; the next one is read.
    Bad(BadCell),
    /// Reading stops.
    Stop(IntakeError),
}

impl From<BadCell> for RowError {
    fn from(cell: BadCell) -> Self {
        Self::Bad(cell)
    }
}

impl From<IntakeError> for RowError {
    fn from(error: IntakeError) -> Self {
        Self::Stop(error)
    }
}

impl RowSink for FileRows<'_, '_, '_> {
    fn row(&mut self, cells: Cells<'_>) -> Result<(), IntakeError> {
        self.reader.report.rows += 1;
        let file = self.reader.log.files.len() - 1;
        let id = self.cell(&cells, OrderRole::Order);
        let done = match ids::check(id) {
            Ok(id) => self.take(&cells, id),
            Err((reason, detail)) => Err(RowError::Bad(BadCell {
                role: OrderRole::Order,
                reason,
                detail,
            })),
        };
        match done {
            Ok(()) => Ok(()),
            Err(RowError::Stop(error)) => Err(error),
            Err(RowError::Bad(bad)) => {
                let column = self.layout.name(bad.role).to_owned();
                self.reader.count_bad(file, cells.line, &column, bad.reason, bad.detail);
                Ok(())
            }
        }
    }

    fn malformed(&mut self, row: MalformedRow) {
        self.reader.report.rows += 1;
        let file = self.reader.log.files.len() - 1;
        self.reader
            .count_bad(file, row.line, &row.column.to_string(), row.reason, row.detail);
    }
}
