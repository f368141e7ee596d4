//! Gathers rows into compact columns: 17 bytes a row, with ids as numbers. Bad and unwanted rows are counted and left
//! out.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};
use shelfwise_core::{ContextKey, EventKind};

use super::checks::{
    CONTEXT_ROLES, Checked, Counter, Rejected, check_id, check_keys, check_quantity, read_context, read_time, verdict,
};
use super::columns::Role;
use super::error::IntakeError;
use super::ids;
use super::intern::Interner;
use super::kinds::needs_item;
use super::layout::{self, Layout, Shape, Timing};
use super::options::LogOptions;
use super::people;
use super::placeholder;
use super::report::{BadReason, BadRow, BadRows, Dropped};
use super::roles::LogRole;
use super::status::Verdict;
use crate::format::table::{Cells, MalformedRow, RowSink, Table};

/// Person number of a session whose person is unknown.
pub(super) const UNKNOWN_PERSON: u32 = u32::MAX;

/// Distinct event names that are counted one by one. A column with more names than this does not contain event names.
const MOST_EVENT_NAMES: usize = 200;

/// Distinct placeholder words that are counted one by one, for each role.
const MOST_PLACEHOLDERS: usize = 50;

/// The rows of a log, column by column.
#[derive(Default)]
pub(super) struct Rows {
    /// Number of the session's key, or of the person if the log has no session key.
    pub(super) session: Vec<u32>,
    /// Number of the item.
    pub(super) item: Vec<u32>,
    /// Kind of event.
    pub(super) kind: Vec<EventKind>,
    /// Time in milliseconds; empty if the log has no times.
    pub(super) time: Vec<i64>,
    /// Orders events of equal time; empty if no file has steps.
    pub(super) step: Vec<u32>,
    /// Device, language and country; empty if no file has them.
    pub(super) cell: Vec<ContextKey>,
}

impl Rows {
    /// Keeps the rows for which `keep` returns true, by their number.
    pub(super) fn retain(&mut self, keep: impl Fn(usize) -> bool) {
        fn filter<T>(column: &mut Vec<T>, keep: &impl Fn(usize) -> bool) {
            let mut row = 0;
            column.retain(|_| {
                row += 1;
                keep(row - 1)
            });
        }
        filter(&mut self.session, &keep);
        filter(&mut self.item, &keep);
        filter(&mut self.kind, &keep);
        filter(&mut self.time, &keep);
        filter(&mut self.step, &keep);
        filter(&mut self.cell, &keep);
    }
}

/// Takes the rows of all files of a log.
pub(super) struct Gather<'o> {
    options: &'o LogOptions,
    sensitive: FxHashSet<&'o [u8]>,
    /// The rows so far.
    pub(super) rows: Rows,
    /// The items of the rows, and of rows that were dropped.
    pub(super) items: Interner,
    /// For each item the counter of the reason why it is left out, if it is.
    left_out: Vec<Option<Counter>>,
    /// Session keys, each prefixed with the number of its person.
    pub(super) sessions: Interner,
    /// The people.
    pub(super) people: Interner,
    /// Keys of sessions that stand for a person's events without a session key: inactivity ends them.
    pub(super) idle: FxHashSet<u32>,
    /// The basket of the last row, with its time and verdict, which further rows of the basket may omit.
    last: LastRow,
    /// Placeholders found, with their counts.
    pub(super) placeholders: BTreeMap<&'static str, BTreeMap<String, u64>>,
    /// Whether the log has session keys.
    pub(super) has_sessions: bool,
    /// Meaning of event names in the current file.
    source_kinds: &'static [(&'static str, EventKind)],
    /// Whether some file has times without dates.
    pub(super) has_counts: bool,
    /// For each session its person, or [`UNKNOWN_PERSON`].
    pub(super) person_of: Vec<u32>,
    /// Events without an item, by kind.
    pub(super) without_item: BTreeMap<&'static str, u64>,
    events: FxHashMap<Vec<u8>, EventName>,
    other_names: u64,
    scratch: Vec<u8>,
    /// Rows read.
    pub(super) read: u64,
    /// Bad rows.
    pub(super) bad: BadRows,
    /// Rows dropped here.
    pub(super) dropped: Dropped,
}

/// Values that further rows of a basket may omit.
#[derive(Default)]
struct LastRow {
    basket: Vec<u8>,
    time: Option<i64>,
    verdict: Verdict,
}

/// The kind of an event name, and its number of events.
struct EventName {
    kind: Option<EventKind>,
    count: u64,
}

impl<'o> Gather<'o> {
    pub(super) fn new(options: &'o LogOptions) -> Self {
        Self {
            options,
            sensitive: options.excluded.iter().map(String::as_bytes).collect(),
            rows: Rows::default(),
            items: Interner::default(),
            left_out: Vec::new(),
            sessions: Interner::default(),
            people: Interner::default(),
            person_of: Vec::new(),
            idle: FxHashSet::default(),
            last: LastRow::default(),
            placeholders: BTreeMap::new(),
            has_sessions: false,
            source_kinds: &[],
            has_counts: false,
            without_item: BTreeMap::new(),
            events: FxHashMap::default(),
            other_names: 0,
            scratch: Vec::new(),
            read: 0,
            bad: BadRows::default(),
            dropped: Dropped::default(),
        }
    }

    /// Reads all rows of one file.
    pub(super) fn take(&mut self, table: Table<'_>, layout: &Layout) -> Result<(), IntakeError> {
        let file = table.path.display().to_string();
        self.has_counts |= matches!(layout.timing, Timing::Column(clock) if !clock.has_dates());
        self.has_sessions |= layout.slot(LogRole::Session).is_some();
        self.last = LastRow::default();
        self.source_kinds = layout.source.map_or(&[], |source| source.kinds);
        table.read(
            layout.wanted(),
            &mut FileRows {
                gather: self,
                layout,
                file,
            },
        )
    }

    /// Returns the event names without a known kind, with their counts.
    pub(super) fn unknown_events(&self) -> BTreeMap<String, u64> {
        let unknown = self.events.iter().filter(|(_, name)| name.kind.is_none());
        let mut names: BTreeMap<String, u64> = unknown
            .map(|(name, known)| (String::from_utf8_lossy(name).into_owned(), known.count))
            .collect();
        if self.other_names > 0 {
            *names.entry("(further names)".to_owned()).or_default() += self.other_names;
        }
        names
    }

    fn keep(&mut self, layout: &Layout, cells: Cells<'_>) -> Checked<()> {
        if layout.is_header(|slot| cells.get(Some(slot)).to_vec()) {
            return Err(Rejected::Dropped(|dropped| &mut dropped.repeated_headers));
        }
        let kind = self.kind(layout, cells)?;
        let session = self.key(layout, LogRole::Session, cells);
        check_quantity(layout, cells.get(layout.slot(LogRole::Quantity)), session)?;
        self.check_verdict(layout, cells, kind, session)?;
        let item = self.item_id(layout, cells, kind)?;
        let time = self.time(layout, cells, session)?;
        self.check_dates(time)?;
        let person = self.key(layout, LogRole::Person, cells);
        check_keys(layout, session, person, cells)?;
        let item = self.item(self.options.parents.get(item).map_or(item, |parent| parent.as_bytes()))?;
        let number = self.session(layout, session, person);
        if session.is_empty() && layout.slot(LogRole::Session).is_some() {
            self.idle.insert(number);
        }
        self.push(layout, cells, (number, item, kind), time);
        Ok(())
    }

    /// Returns the key of a session or person; empty if it is a placeholder.
    fn key<'c>(&mut self, layout: &Layout, role: LogRole, cells: Cells<'c>) -> &'c [u8] {
        let key = cells.get(layout.slot(role));
        let stands_for_none = match role {
            LogRole::Person => placeholder::is_unknown_person(key),
            _ => placeholder::is_placeholder(key),
        };
        if !stands_for_none {
            return key;
        }
        self.count_placeholder(role.name(), key, 1);
        &[]
    }

    /// Counts a placeholder of a role.
    pub(super) fn count_placeholder(&mut self, role: &'static str, word: &[u8], rows: u64) {
        let words = self.placeholders.entry(role).or_default();
        let word = String::from_utf8_lossy(word);
        if words.len() < MOST_PLACEHOLDERS || words.contains_key(&*word) {
            *words.entry(word.into_owned()).or_default() += rows;
        }
    }

    fn item_id<'c>(&mut self, layout: &Layout, cells: Cells<'c>, kind: EventKind) -> Checked<&'c [u8]> {
        let item = cells.get(layout.slot(LogRole::Item));
        // A tracker's event may have no item; a row of a table about items may not.
        if item.is_empty() && (!needs_item(kind) || layout.signature.shape == Shape::Events) {
            *self.without_item.entry(kind.name()).or_default() += 1;
            return Err(Rejected::Dropped(|dropped| &mut dropped.without_item));
        }
        if placeholder::is_placeholder(item) {
            self.count_placeholder(LogRole::Item.name(), item, 1);
            return Err(Rejected::Dropped(|dropped| &mut dropped.placeholder_items));
        }
        check_id(LogRole::Item, item)?;
        Ok(item)
    }

    /// Returns the time of a row. Further rows of a basket may omit it, as the exports of shop systems do.
    fn time(&mut self, layout: &Layout, cells: Cells<'_>, basket: &[u8]) -> Checked<Option<i64>> {
        let is_basket = layout.signature.shape == Shape::Baskets;
        let goes_on = is_basket && self.last.basket == basket && self.last.time.is_some();
        if goes_on && cells.get(layout.slot(LogRole::Time)).is_empty() {
            return Ok(self.last.time);
        }
        let time = read_time(layout, cells, &self.options.times)?;
        if is_basket {
            self.last.time = time;
        }
        Ok(time)
    }

    fn check_dates(&self, time: Option<i64>) -> Checked<()> {
        let is_before = |limit: Option<i64>| limit.zip(time).map(|(limit, time)| time < limit);
        if is_before(self.options.since_ms) == Some(true) || is_before(self.options.until_ms) == Some(false) {
            return Err(Rejected::Dropped(|dropped| &mut dropped.outside_dates));
        }
        Ok(())
    }

    /// Refuses purchases that were cancelled, refunded or tests. Further rows of a basket may omit the status.
    fn check_verdict(&mut self, layout: &Layout, cells: Cells<'_>, kind: EventKind, basket: &[u8]) -> Checked<()> {
        if kind != EventKind::Purchase {
            return Ok(());
        }
        let goes_on = layout.signature.shape == Shape::Baskets && self.last.basket == basket;
        let verdict = verdict(layout, cells).unwrap_or(if goes_on { self.last.verdict } else { Verdict::Counts });
        if !goes_on {
            self.last = LastRow {
                basket: basket.to_vec(),
                time: None,
                verdict,
            };
        }
        match verdict {
            Verdict::Counts => Ok(()),
            Verdict::Undone => Err(Rejected::Dropped(|dropped| &mut dropped.cancelled)),
            Verdict::Test => Err(Rejected::Dropped(|dropped| &mut dropped.tests)),
        }
    }

    fn push(&mut self, layout: &Layout, cells: Cells<'_>, event: (u32, u32, EventKind), time: Option<i64>) {
        let rows = &mut self.rows;
        rows.session.push(event.0);
        rows.item.push(event.1);
        rows.kind.push(event.2);
        rows.time.extend(time);
        let step = layout.slot(LogRole::Step);
        if step.is_some() || !rows.step.is_empty() {
            // In files without steps, and for steps that are not numbers, the row order decides.
            rows.step.resize(rows.item.len() - 1, 0);
            rows.step.push(layout::step(cells.get(step)).unwrap_or_default());
        }
        let place = CONTEXT_ROLES.map(|role| layout.slot(role));
        if place.iter().any(Option::is_some) || !rows.cell.is_empty() {
            rows.cell.resize(rows.item.len() - 1, ContextKey::UNKNOWN);
            rows.cell.push(read_context(place.map(|slot| cells.get(slot))));
        }
    }

    fn kind(&mut self, layout: &Layout, cells: Cells<'_>) -> Checked<EventKind> {
        let Some(slot) = layout.slot(LogRole::Event) else {
            let basket = layout.signature.shape == Shape::Baskets;
            return Ok(if basket {
                EventKind::Purchase
            } else {
                EventKind::ViewItem
            });
        };
        let name = cells.get(Some(slot));
        self.kind_of(name)
            .ok_or(Rejected::Dropped(|dropped| &mut dropped.other_events))
    }

    fn kind_of(&mut self, name: &[u8]) -> Option<EventKind> {
        if let Some(known) = self.events.get_mut(name) {
            known.count += 1;
            return known.kind;
        }
        let kind = std::str::from_utf8(name)
            .ok()
            .and_then(|name| self.options.kinds.kind_in(name, self.source_kinds));
        if self.events.len() < MOST_EVENT_NAMES {
            self.events.insert(name.to_vec(), EventName { kind, count: 1 });
        } else if kind.is_none() {
            self.other_names += 1;
        }
        kind
    }

    fn item(&mut self, id: &[u8]) -> Checked<u32> {
        let item = self.items.intern(id);
        if item as usize == self.left_out.len() {
            let is_personal = std::str::from_utf8(id).is_ok_and(ids::is_personal);
            self.left_out.push(match (self.sensitive.contains(id), is_personal) {
                (true, _) => Some(|dropped| &mut dropped.sensitive),
                (false, true) => Some(|dropped| &mut dropped.personal_ids),
                (false, false) => None,
            });
        }
        self.left_out[item as usize].map_or(Ok(item), |counter| Err(Rejected::Dropped(counter)))
    }

    /// Returns the number of a session. Its key is scoped to its person, because some trackers number sessions person
    /// by person.
    fn session(&mut self, layout: &Layout, session: &[u8], person: &[u8]) -> u32 {
        let keyed = layout.slot(LogRole::Session).is_some();
        let person = people::spelling(person);
        let person = if keyed && person.is_empty() {
            UNKNOWN_PERSON
        } else {
            self.people.intern(&person)
        };
        let number = if !keyed {
            person
        } else {
            self.scratch.clear();
            self.scratch.extend_from_slice(&person.to_le_bytes());
            self.scratch.extend_from_slice(session);
            self.sessions.intern(&self.scratch)
        };
        if number as usize == self.person_of.len() {
            self.person_of.push(person);
        }
        number
    }
}

/// Passes the rows of one file on to the log.
struct FileRows<'g, 'o> {
    gather: &'g mut Gather<'o>,
    layout: &'g Layout,
    file: String,
}

impl FileRows<'_, '_> {
    fn count_bad(&mut self, line: u64, column: &str, reason: BadReason, detail: &str) {
        let file = &self.file;
        self.gather.bad.count(reason, || BadRow {
            file: file.clone(),
            line,
            column: column.to_owned(),
            reason,
            detail: detail.to_owned(),
        });
    }
}

impl RowSink for FileRows<'_, '_> {
    fn row(&mut self, cells: Cells<'_>) -> Result<(), IntakeError> {
        self.gather.read += 1;
        match self.gather.keep(self.layout, cells) {
            Ok(()) => {}
            Err(Rejected::Dropped(field)) => *field(&mut self.gather.dropped) += 1,
            Err(Rejected::Bad(role, reason, detail)) => {
                self.count_bad(cells.line, self.layout.name(role), reason, &detail);
            }
        }
        // The last number is reserved: it means "none".
        let limit = u64::from(u32::MAX) - 1;
        if self.gather.rows.item.len() as u64 > limit {
            Err(IntakeError::TooManyRows { limit })
        } else {
            Ok(())
        }
    }

    fn malformed(&mut self, row: MalformedRow) {
        self.gather.read += 1;
        self.count_bad(row.line, &row.column.to_string(), row.reason, &row.detail);
    }
}
