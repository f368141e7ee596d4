//! Report of reading: number of rows, which were dropped and why, how the columns were interpreted.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

/// Number of bad rows kept in full. The rest are only counted.
pub const SHOWN_BAD_ROWS: usize = 10;

/// Why a row is bad. Its name in reports is stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BadReason {
    /// A quote before a field is never closed.
    OpenQuote,
    /// The row has more or fewer fields than the header.
    WrongFieldCount,
    /// The line is not a JSON object.
    NotJson,
    /// A required id is empty.
    EmptyId,
    /// An id is longer than [`super::MAX_ID_BYTES`].
    LongId,
    /// An id has invalid UTF-8.
    NotUtf8,
    /// An id is a list of ids.
    ListOfIds,
    /// An id is a number that a spreadsheet has rounded: `4.00638E+12`.
    RoundedId,
    /// The time is empty or cannot be parsed.
    BadTime,
    /// The time lies outside 1990 to 2200 in the unit of its file.
    TimeOutOfRange,
    /// The quantity is not a number.
    BadQuantity,
    /// A fact is not of its kind.
    BadFact,
    /// An amount of an order is not a number.
    BadAmount,
    /// An order stands twice, with different content.
    ConflictingOrder,
    /// A refund of an order that no file has.
    RefundWithoutOrder,
}

/// One bad row and its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BadRow {
    /// The file.
    pub file: String,
    /// Line of the file from 1; row from 1 in Parquet.
    pub line: u64,
    /// The column's name, or its position in the line.
    pub column: String,
    /// Why it is bad.
    pub reason: BadReason,
    /// The same in words, with the value.
    pub detail: String,
}

impl fmt::Display for BadRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: line {}, column {}: {}",
            self.file, self.line, self.column, self.detail
        )
    }
}

/// The bad rows of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct BadRows {
    /// Number of bad rows.
    pub rows: u64,
    /// Number of bad rows by reason.
    pub by_reason: BTreeMap<BadReason, u64>,
    /// The first [`SHOWN_BAD_ROWS`].
    pub first: Vec<BadRow>,
}

impl BadRows {
    /// Counts a bad row; `describe` is called for the first few only.
    pub(super) fn count(&mut self, reason: BadReason, describe: impl FnOnce() -> BadRow) {
        self.rows += 1;
        *self.by_reason.entry(reason).or_default() += 1;
        if self.first.len() < SHOWN_BAD_ROWS {
            self.first.push(describe());
        }
    }
}

impl fmt::Display for BadRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for row in &self.first {
            writeln!(f, "  {row}")?;
        }
        let more = self.rows.saturating_sub(self.first.len() as u64);
        if more == 0 {
            Ok(())
        } else {
            writeln!(f, "  and {more} more")
        }
    }
}

/// How one file was interpreted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FileReport {
    /// Path that was opened.
    pub path: String,
    /// Format and compression, for instance `tsv, zst`.
    pub format: String,
    /// The kind of export or feed, if it is a known one.
    pub source: Option<&'static str>,
    /// Shape in words; empty for a catalog.
    pub shape: String,
    /// Column of each role, in the syntax of `--map`.
    pub columns: Vec<String>,
    /// Unit of the times; empty if there are none.
    pub time_unit: String,
    /// Text encoding, for instance `UTF-8`; empty for Parquet.
    pub encoding: String,
    /// Columns that are not read because their names say that they hold personal data.
    pub personal: Vec<String>,
    /// Rows read.
    pub rows: u64,
    /// Size on disk in bytes.
    pub bytes: u64,
}

/// Valid rows that were left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Dropped {
    /// Events with an unknown name.
    pub other_events: u64,
    /// Events without an item, such as a search.
    pub without_item: u64,
    /// Rows whose item is a placeholder such as `(not set)` or `undefined`.
    pub placeholder_items: u64,
    /// Rows whose item's id is an e-mail address or a telephone number.
    pub personal_ids: u64,
    /// Rows with neither a session nor a person.
    pub without_key: u64,
    /// Rows before `since` or from `until` on.
    pub outside_dates: u64,
    /// Repeated headers.
    pub repeated_headers: u64,
    /// Test orders.
    pub tests: u64,
    /// Lines of cancelled or refunded orders.
    pub cancelled: u64,
    /// Returns: a negative quantity or zero.
    pub returns: u64,
    /// Items that the catalog flags as sensitive.
    pub sensitive: u64,
    /// Exact duplicates: same session, item, kind and time.
    pub duplicates: u64,
    /// Further lines of an item that is already in the basket.
    pub repeated_lines: u64,
    /// Events of robots.
    pub robot_events: u64,
    /// Events beyond the longest session that is kept.
    pub over_long: u64,
}

/// Report of reading a log.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct LogReport {
    /// The files in the order in which they were read.
    pub files: Vec<FileReport>,
    /// Bytes read from disk.
    pub bytes: u64,
    /// Rows read; an event with three items is three rows.
    pub rows: u64,
    /// Bad rows.
    pub bad: BadRows,
    /// Rows dropped, by reason.
    pub dropped: Dropped,
    /// Event names without a known kind, with their counts.
    pub unknown_events: BTreeMap<String, u64>,
    /// Events of known names without an item, by kind.
    pub without_item: BTreeMap<&'static str, u64>,
    /// Placeholders found, with their counts: for the roles `item`, `person` and `session`.
    pub placeholders: BTreeMap<&'static str, BTreeMap<String, u64>>,
    /// Warnings: each states what was found, how it was handled, and what to do.
    pub warnings: Vec<String>,
    /// Events kept.
    pub clicks: u64,
    /// Events kept, by kind.
    pub clicks_by_kind: BTreeMap<&'static str, u64>,
    /// Distinct people; distinct sessions if there is no person's key.
    pub people: u32,
    /// Sessions without a person, in a log of people; see [`LogReport::person_warning`].
    pub sessions_without_person: u64,
    /// Sessions kept.
    pub sessions: u64,
    /// Sessions dropped as robots.
    pub robot_sessions: u64,
    /// Sessions of which only a part was kept, because they were too long.
    pub shortened_sessions: u64,
    /// Distinct items.
    pub items: u64,
    /// Whether times distinguish the events of a session, so that duplicates differ from repetitions.
    pub times_are_distinct: bool,
    /// First time kept, in milliseconds since 1970; absent if the log has no times.
    pub first_ms: Option<i64>,
    /// Last time kept.
    pub last_ms: Option<i64>,
}

/// A larger share of sessions without a person than this gives a warning.
pub const MANY_WITHOUT_PERSON: f64 = 0.2;

impl LogReport {
    /// Returns a warning if more than `MANY_WITHOUT_PERSON` of the sessions have no person: the support floor then
    /// rests on the few that have one.
    #[must_use]
    pub fn person_warning(&self) -> Option<String> {
        let share = self.sessions_without_person as f64 / self.sessions.max(1) as f64;
        (share > MANY_WITHOUT_PERSON).then(|| {
            format!(
                "{} of {} sessions ({:.0} %) have no person. Together they count as one person, so that the support \
                 floor rests on the others; name a column that is filled more often, such as a visitor's id, with \
                 --map person=COLUMN",
                self.sessions_without_person,
                self.sessions,
                100.0 * share
            )
        })
    }
}

/// Report of reading a catalog.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct CatalogReport {
    /// How the file was interpreted.
    pub files: Vec<FileReport>,
    /// Rows read.
    pub rows: u64,
    /// Bad rows.
    pub bad: BadRows,
    /// Items kept.
    pub items: u64,
    /// Rows with an id that occurred before; the last non-empty value of each column is used.
    pub duplicates: u64,
    /// The first few of these ids.
    pub duplicate_ids: Vec<String>,
    /// Rows whose id is a placeholder such as `(not set)` or `undefined`, and rows that repeat the header.
    pub skipped: u64,
    /// Warnings: each states what was found, how it was handled, and what to do.
    pub warnings: Vec<String>,
    /// Prices that are not numbers; the item is kept without one.
    pub malformed_prices: u64,
    /// Items flagged as sensitive.
    pub sensitive: u64,
}
