//! Rows become compact columns: 17 bytes a row, ids as numbers. What is bad or not wanted is counted and left out.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};
use shelfwise_core::{ContextKey, EventKind};

use super::MAX_ID_BYTES;
use super::countries;
use super::error::IntakeError;
use super::intern::Interner;
use super::kinds::needs_item;
use super::layout::{self, Layout, Shape, Timing};
use super::options::LogOptions;
use super::people;
use super::report::{BadReason, BadRow, BadRows, Dropped};
use super::roles::LogRole;
use super::time::{self, TimeError};
use crate::format::table::{Broken, Cells, RowSink, Table};

/// The person of a session whose person is not known.
pub(super) const NOBODY: u32 = u32::MAX;

/// Event names that are remembered and counted one by one. A column with more names than this holds no event names.
const MOST_EVENT_NAMES: usize = 200;

/// Letters of a bad value that are shown.
const SHOWN_LETTERS: usize = 40;

/// The rows of a log, column by column.
#[derive(Default)]
pub(super) struct Rows {
    /// Number of the session's key, or of the person where the log has no session key.
    pub(super) session: Vec<u32>,
    /// Number of the item.
    pub(super) item: Vec<u32>,
    /// What was done.
    pub(super) kind: Vec<EventKind>,
    /// When, in milliseconds; empty where the log has no times.
    pub(super) time: Vec<i64>,
    /// What orders events of the same time; empty where no file says.
    pub(super) step: Vec<u32>,
    /// Device, language and country; empty where no file says.
    pub(super) cell: Vec<ContextKey>,
}

/// Takes the rows of all files of a log.
pub(super) struct Gather<'o> {
    options: &'o LogOptions,
    sensitive: FxHashSet<&'o [u8]>,
    /// The rows so far.
    pub(super) rows: Rows,
    /// The items of the rows, and of rows that were dropped.
    pub(super) items: Interner,
    /// For each item whether it is to be left out.
    left_out: Vec<bool>,
    /// Session keys, each behind the number of its person.
    pub(super) sessions: Interner,
    people: Interner,
    /// For each session its person, or [`NOBODY`].
    pub(super) person_of: Vec<u32>,
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

/// What a name means, and how often it came.
struct EventName {
    kind: Option<EventKind>,
    count: u64,
}

/// Why a row is not kept: it is counted by the field of `Dropped`, or bad.
enum Refused {
    Dropped(fn(&mut Dropped) -> &mut u64),
    Bad(LogRole, BadReason, String),
}

type Kept<T> = Result<T, Refused>;

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
        let wanted = layout.wanted.clone();
        table.read(
            &wanted,
            &mut FileRows {
                gather: self,
                layout,
                file,
            },
        )
    }

    /// Names of events that mean nothing to us, with their counts.
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

    fn keep(&mut self, layout: &Layout, cells: Cells<'_>) -> Kept<()> {
        let kind = self.kind(layout, cells)?;
        let session = cells.get(layout.slot(LogRole::Session));
        check_quantity(layout, cells.get(layout.slot(LogRole::Quantity)), session)?;
        let item = cells.get(layout.slot(LogRole::Item));
        if item.is_empty() && !needs_item(kind) {
            return Err(Refused::Dropped(|dropped| &mut dropped.without_item));
        }
        check_id(LogRole::Item, item)?;
        let time = read_time(layout, cells)?;
        let person = cells.get(layout.slot(LogRole::Person));
        check_keys(layout, session, person)?;
        let item = self.item(item)?;
        let session = self.session(layout, session, person);
        self.push(layout, cells, (session, item, kind), time);
        Ok(())
    }

    fn push(&mut self, layout: &Layout, cells: Cells<'_>, event: (u32, u32, EventKind), time: Option<i64>) {
        let rows = &mut self.rows;
        rows.session.push(event.0);
        rows.item.push(event.1);
        rows.kind.push(event.2);
        rows.time.extend(time);
        let step = layout.slot(LogRole::Step);
        if step.is_some() || !rows.step.is_empty() {
            // Files without steps, and steps that are no number, leave the order to the rows.
            rows.step.resize(rows.item.len() - 1, 0);
            rows.step.push(layout::step(cells.get(step)).unwrap_or_default());
        }
        let place = PLACE.map(|role| layout.slot(role));
        if place.iter().any(Option::is_some) || !rows.cell.is_empty() {
            rows.cell.resize(rows.item.len() - 1, ContextKey::UNKNOWN);
            rows.cell.push(read_place(place.map(|slot| cells.get(slot))));
        }
    }

    fn kind(&mut self, layout: &Layout, cells: Cells<'_>) -> Kept<EventKind> {
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
            .ok_or(Refused::Dropped(|dropped| &mut dropped.other_events))
    }

    fn kind_of(&mut self, name: &[u8]) -> Option<EventKind> {
        if let Some(known) = self.events.get_mut(name) {
            known.count += 1;
            return known.kind;
        }
        let kind = std::str::from_utf8(name)
            .ok()
            .and_then(|name| self.options.kinds.kind(name));
        if self.events.len() < MOST_EVENT_NAMES {
            self.events.insert(name.to_vec(), EventName { kind, count: 1 });
        } else if kind.is_none() {
            self.other_names += 1;
        }
        kind
    }

    fn item(&mut self, id: &[u8]) -> Kept<u32> {
        let item = self.items.intern(id);
        if item as usize == self.left_out.len() {
            self.left_out.push(self.sensitive.contains(id));
        }
        let left_out = self.left_out[item as usize];
        if left_out {
            Err(Refused::Dropped(|dropped| &mut dropped.sensitive))
        } else {
            Ok(item)
        }
    }

    /// A session's key counts within its person, because some trackers number sessions person by person.
    fn session(&mut self, layout: &Layout, session: &[u8], person: &[u8]) -> u32 {
        let keyed = layout.slot(LogRole::Session).is_some();
        let person = people::spelling(person);
        let person = if keyed && person.is_empty() {
            NOBODY
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

/// The rows of one file, on their way into the log.
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
            Err(Refused::Dropped(field)) => *field(&mut self.gather.dropped) += 1,
            Err(Refused::Bad(role, reason, detail)) => {
                self.count_bad(cells.line, self.layout.name(role), reason, &detail);
            }
        }
        // The last number is kept free: it means "none".
        let limit = u64::from(u32::MAX) - 1;
        if self.gather.rows.item.len() as u64 > limit {
            Err(IntakeError::TooManyRows { limit })
        } else {
            Ok(())
        }
    }

    fn broken(&mut self, row: Broken) {
        self.gather.read += 1;
        self.count_bad(row.line, &row.column.to_string(), row.reason, &row.detail);
    }
}

/// The roles of what a cell holds beside the time, in its order.
const PLACE: [LogRole; 3] = [LogRole::Device, LogRole::Language, LogRole::Country];

/// Nothing in these columns makes a row bad: what is no device, language or country is not known.
fn read_place([device, language, country]: [&[u8]; 3]) -> ContextKey {
    let device = device.to_ascii_lowercase();
    let country = std::str::from_utf8(country).map_or("", countries::code);
    ContextKey::of([b"", b"", &*device, language, country.as_bytes()])
}

/// A session's key is needed where there is one; else the person's.
fn check_keys(layout: &Layout, session: &[u8], person: &[u8]) -> Kept<()> {
    if layout.slot(LogRole::Session).is_some() {
        check_id(LogRole::Session, session)?;
        return if person.is_empty() {
            Ok(())
        } else {
            check_id(LogRole::Person, person)
        };
    }
    check_id(LogRole::Person, person)
}

fn check_id(role: LogRole, id: &[u8]) -> Kept<()> {
    if id.is_empty() {
        return Err(Refused::Bad(role, BadReason::EmptyId, "the id is empty".to_owned()));
    }
    if id.len() > MAX_ID_BYTES {
        let detail = format!(
            "an id of {} bytes ({}…); at most {MAX_ID_BYTES} are taken",
            id.len(),
            shown(id)
        );
        return Err(Refused::Bad(role, BadReason::LongId, detail));
    }
    if std::str::from_utf8(id).is_err() {
        let detail = format!(
            "`{}` is not UTF-8, perhaps Latin-1; convert it: iconv -f LATIN1 -t UTF-8",
            shown(id)
        );
        return Err(Refused::Bad(role, BadReason::NotUtf8, detail));
    }
    Ok(())
}

/// A quantity of zero or below takes something back. Where it does so on an invoice such as C536379, or where such an
/// invoice says no quantity at all, the invoice is a cancellation.
fn check_quantity(layout: &Layout, quantity: &[u8], basket: &[u8]) -> Kept<()> {
    let pieces = if quantity.is_empty() {
        None
    } else {
        Some(pieces(quantity)?)
    };
    if pieces.is_some_and(|pieces| pieces > 0.0) {
        return Ok(());
    }
    if layout.signature.shape == Shape::Baskets && is_cancellation(basket) {
        return Err(Refused::Dropped(|dropped| &mut dropped.cancelled));
    }
    if pieces.is_some() {
        Err(Refused::Dropped(|dropped| &mut dropped.returns))
    } else {
        Ok(())
    }
}

fn pieces(quantity: &[u8]) -> Kept<f64> {
    let number = std::str::from_utf8(quantity).ok().and_then(|text| text.parse().ok());
    number.filter(|number: &f64| number.is_finite()).ok_or_else(|| {
        Refused::Bad(
            LogRole::Quantity,
            BadReason::BadQuantity,
            format!("`{}` is no quantity", shown(quantity)),
        )
    })
}

fn is_cancellation(basket: &[u8]) -> bool {
    match basket {
        [b'C' | b'c', digits @ ..] => !digits.is_empty() && digits.iter().all(u8::is_ascii_digit),
        _ => false,
    }
}

fn read_time(layout: &Layout, cells: Cells<'_>) -> Kept<Option<i64>> {
    let part = |role| cells.get(layout.slot(role));
    match layout.timing {
        Timing::None => Ok(None),
        Timing::Parts => time::from_parts(part(LogRole::Year), part(LogRole::Month), part(LogRole::Day))
            .map(Some)
            .ok_or_else(|| {
                let detail = "year, month and day make no date between 1970 and 2199".to_owned();
                Refused::Bad(LogRole::Day, BadReason::BadTime, detail)
            }),
        Timing::Column(clock) => {
            let value = part(LogRole::Time);
            clock
                .read(value)
                .map(Some)
                .map_err(|error| bad_time(error, value, clock))
        }
    }
}

fn bad_time(error: TimeError, value: &[u8], clock: time::Clock) -> Refused {
    let (value, unit) = (shown(value), clock.name());
    match error {
        TimeError::Unreadable if value.is_empty() => {
            Refused::Bad(LogRole::Time, BadReason::BadTime, "the time is empty".to_owned())
        }
        TimeError::Unreadable => {
            let detail = format!("`{value}` is no time; this file's times are {unit}");
            Refused::Bad(LogRole::Time, BadReason::BadTime, detail)
        }
        TimeError::OutOfRange => {
            let detail = format!("`{value}` is not between 1970 and 2199; this file's times are {unit}");
            Refused::Bad(LogRole::Time, BadReason::TimeOutOfRange, detail)
        }
    }
}

/// The beginning of a value, for people.
fn shown(value: &[u8]) -> String {
    String::from_utf8_lossy(value).chars().take(SHOWN_LETTERS).collect()
}
