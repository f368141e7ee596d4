//! Interprets the columns of one log file: its shape, the role of each column, the time format.

use super::columns::{self, ColumnMap, Role};
use super::dates;
use super::error::IntakeError;
use super::ids::shown;
use super::options::LogOptions;
use super::roles::LogRole;
use super::sources::{self, Recognized, Source};
use super::time::Clock;
use super::warnings;
use crate::format::table::{ColumnSelection, Lists, Table};

/// Supported shapes of logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// `SessionId ItemId Time`: every row is a view, in a session of the log.
    Sessions,
    /// Events, in sessions of the log or of people whose inactivity ends a session.
    Events,
    /// Lines of baskets, which have no order: every row is a purchase.
    Baskets,
}

/// Source of a row's time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Timing {
    /// One column in this format.
    Column(Clock),
    /// Three columns: year, month and day.
    Parts,
    /// No column: only the order of the rows is known.
    None,
}

impl Timing {
    /// Returns the time format in words.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Column(clock) => clock.name(),
            Self::Parts => "year, month and day",
            Self::None => "none: the order of the rows",
        }
    }
}

/// Properties that must be equal in all files of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Signature {
    /// The shape.
    pub(super) shape: Shape,
    /// Whether the log has a person's key.
    pub(super) person: Presence,
    /// Whether the log has a key of sessions or baskets.
    pub(super) session: Presence,
    /// Whether the log has times.
    pub(super) time: Presence,
}

/// Whether a column is present.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Presence {
    Present,
    Absent,
}

impl From<bool> for Presence {
    fn from(present: bool) -> Self {
        if present { Self::Present } else { Self::Absent }
    }
}

impl Signature {
    /// Returns the signature in words.
    pub(super) fn describe(self) -> String {
        let shape = match self.shape {
            Shape::Sessions => "sessions of views",
            Shape::Events => "an event log",
            Shape::Baskets => "unordered baskets",
        };
        let key = if self.shape == Shape::Baskets {
            "basket"
        } else {
            "session"
        };
        let with = |presence, what| {
            if presence == Presence::Present {
                format!("with {what}")
            } else {
                format!("no {what}")
            }
        };
        let (person, session) = (with(self.person, "person"), with(self.session, key));
        format!("{shape} ({session}, {person}, {})", with(self.time, "time"))
    }
}

/// The columns of one file.
pub(super) struct Layout {
    /// Properties that other files must share.
    pub(super) signature: Signature,
    /// Source and format of the times.
    pub(super) timing: Timing,
    /// The columns to read, by index in the file.
    wanted: Vec<usize>,
    /// For each role its index in `wanted`.
    slots: [Option<usize>; LogRole::ALL.len()],
    names: Vec<String>,
    /// The kind of file, if it is a known one.
    pub(super) source: Option<&'static Source<LogRole>>,
}

impl Layout {
    /// Interprets the columns of an open file.
    pub(super) fn of(table: &mut Table<'_>, options: &LogOptions) -> Result<Self, IntakeError> {
        let Recognized { source, map } = sources::log(table, &options.map);
        let mut found = Found::search(table, &map)?;
        let shape = found.shape(table, &map)?;
        found.keep_for(shape, table)?;
        let timing = found.timing(table, options)?;
        let signature = Signature {
            shape,
            person: found.has(LogRole::Person).into(),
            session: found.has(LogRole::Session).into(),
            time: (timing != Timing::None).into(),
        };
        Ok(Self {
            source,
            ..found.into_layout(signature, timing, &table.columns)
        })
    }

    /// Returns whether the columns of a table known so far include all that the caller maps, and all usual ones of a
    /// log or those of a known source.
    pub(super) fn is_complete(table: &mut Table<'_>, map: &ColumnMap<LogRole>) -> bool {
        let Recognized { source, map } = sources::log(table, map);
        if source.is_some() {
            return Found::search(table, &map).is_ok();
        }
        let needed = [LogRole::Item, LogRole::Time, LogRole::Person, LogRole::Event];
        Found::search(table, &map).is_ok_and(|found| {
            needed.iter().all(|&role| found.has(role)) && (found.has(LogRole::Session) || found.has(LogRole::Basket))
        })
    }

    /// Returns what to read: each entry of a list of items is a row.
    pub(super) fn wanted(&self) -> ColumnSelection<'_> {
        ColumnSelection {
            columns: &self.wanted,
            lists: Lists::Rows(self.slot(LogRole::Item)),
        }
    }

    /// Returns the columns that are not read because their names say that they hold personal data.
    pub(super) fn personal(&self, columns: &[String]) -> Vec<String> {
        warnings::personal_columns(columns, &self.wanted)
    }

    /// Returns the column of this role in the file.
    pub(super) fn column(&self, role: LogRole) -> Option<usize> {
        self.slot(role).map(|slot| self.wanted[slot])
    }

    /// Returns whether a row repeats the header, as in concatenated files.
    pub(super) fn is_header(&self, mut cell: impl FnMut(usize) -> Vec<u8>) -> bool {
        self.names
            .iter()
            .enumerate()
            .all(|(slot, name)| cell(slot).eq_ignore_ascii_case(name.as_bytes()))
    }

    /// Returns the index among the wanted columns of this role.
    pub(super) fn slot(&self, role: LogRole) -> Option<usize> {
        self.slots[role as usize]
    }

    /// Returns the name of the column of a role; the role's own name if it has no column.
    pub(super) fn name(&self, role: LogRole) -> &str {
        self.slot(role)
            .and_then(|slot| self.names.get(slot))
            .map_or(role.name(), String::as_str)
    }

    /// Returns the columns in the syntax of `--map`.
    pub(super) fn describe(&self) -> Vec<String> {
        let used = LogRole::ALL.iter().filter(|role| self.slot(**role).is_some());
        used.map(|&role| format!("{}={}", self.role_name(role), self.name(role)))
            .collect()
    }

    /// Returns the name of a role; in a log of baskets the session's role is called basket.
    fn role_name(&self, role: LogRole) -> &'static str {
        let basket = self.signature.shape == Shape::Baskets && role == LogRole::Session;
        if basket { LogRole::Basket.name() } else { role.name() }
    }
}

/// The column of each role, while the layout is being determined. A basket's key ends up as the session's.
struct Found([Option<usize>; LogRole::ALL.len()]);

impl Found {
    fn search(table: &Table<'_>, map: &ColumnMap<LogRole>) -> Result<Self, IntakeError> {
        let mut found = Self([None; LogRole::ALL.len()]);
        for &role in LogRole::ALL {
            found.0[role as usize] = columns::find(role, map, &table.columns, &table.path)?.first().copied();
        }
        Ok(found)
    }

    fn get(&self, role: LogRole) -> Option<usize> {
        self.0[role as usize]
    }

    fn has(&self, role: LogRole) -> bool {
        self.get(role).is_some()
    }

    fn drop(&mut self, role: LogRole) {
        self.0[role as usize] = None;
    }

    /// Determines the shape. A column mapped by the caller takes precedence over one with a usual name.
    fn shape(&mut self, table: &Table<'_>, map: &ColumnMap<LogRole>) -> Result<Shape, IntakeError> {
        let missing = |what, role| Err(missing_column(table, what, role));
        if !self.has(LogRole::Item) {
            return missing("the item's id", LogRole::Item);
        }
        if map.names(LogRole::Basket) && !map.names(LogRole::Session) {
            self.drop(LogRole::Session);
            if !map.names(LogRole::Event) {
                self.drop(LogRole::Event);
            }
        }
        let keyed = self.has(LogRole::Session) || self.has(LogRole::Person);
        if self.has(LogRole::Event) && keyed {
            return Ok(Shape::Events);
        }
        if self.has(LogRole::Session) {
            return Ok(Shape::Sessions);
        }
        if self.has(LogRole::Basket) {
            return Ok(Shape::Baskets);
        }
        if keyed {
            Ok(Shape::Events)
        } else {
            missing("a session, person or basket", LogRole::Session)
        }
    }

    /// Removes the columns that this shape does not use.
    fn keep_for(&mut self, shape: Shape, table: &Table<'_>) -> Result<(), IntakeError> {
        if shape == Shape::Baskets {
            self.0[LogRole::Session as usize] = self.get(LogRole::Basket);
            self.drop(LogRole::Event);
            self.drop(LogRole::Step);
        }
        if shape == Shape::Sessions {
            // Views have no status: such a column has another meaning there.
            for role in [LogRole::Status, LogRole::Cancelled, LogRole::Test, LogRole::Payment] {
                self.drop(role);
            }
        }
        self.drop(LogRole::Basket);
        let step = self.get(LogRole::Step).map(|column| table.sample(column)).transpose()?;
        if step.is_some_and(|values| !values.iter().all(|value| is_step(value))) {
            self.drop(LogRole::Step);
        }
        Ok(())
    }

    /// Determines the source of times. Three columns are read as a date only if no single column has the time.
    fn timing(&mut self, table: &Table<'_>, options: &LogOptions) -> Result<Timing, IntakeError> {
        let parts = [LogRole::Year, LogRole::Month, LogRole::Day];
        if !self.has(LogRole::Time) && parts.iter().all(|&part| self.has(part)) {
            return Ok(Timing::Parts);
        }
        for part in parts {
            self.drop(part);
        }
        match self.get(LogRole::Time) {
            Some(column) => self.clock(table, column, options).map(Timing::Column),
            None if self.has(LogRole::Session) => Ok(Timing::None),
            None => Err(missing_column(
                table,
                "the time, without which a person's events cannot be cut into sessions",
                LogRole::Time,
            )),
        }
    }

    fn clock(&self, table: &Table<'_>, column: usize, options: &LogOptions) -> Result<Clock, IntakeError> {
        let sample = table.sample(column)?;
        let example = || {
            let first = sample.iter().find(|value| !value.is_empty());
            first.map_or_else(String::new, |value| shown(value))
        };
        match Clock::detect(sample.iter().map(Vec::as_slice), &options.times) {
            Some(Clock::Counts) if !self.has(LogRole::Session) => Err(IntakeError::CountsWithoutSessions {
                path: table.path.clone(),
                column: table.columns[column].clone(),
                example: example(),
            }),
            Some(clock) => Ok(clock),
            None => Err(IntakeError::UnreadableTimes {
                path: table.path.clone(),
                column: table.columns[column].clone(),
                example: example(),
                advice: dates::advice(&example()),
            }),
        }
    }

    fn into_layout(self, signature: Signature, timing: Timing, columns: &[String]) -> Layout {
        let mut layout = Layout {
            signature,
            timing,
            wanted: Vec::new(),
            slots: [None; LogRole::ALL.len()],
            names: Vec::new(),
            source: None,
        };
        for &role in LogRole::ALL {
            if let Some(column) = self.get(role) {
                layout.slots[role as usize] = Some(layout.wanted.len());
                layout.wanted.push(column);
                layout.names.push(columns[column].clone());
            }
        }
        layout
    }
}

fn missing_column(table: &Table<'_>, what: &'static str, role: LogRole) -> IntakeError {
    IntakeError::MissingColumn {
        path: table.path.clone(),
        what,
        option: "--map",
        role: role.name(),
        columns: table.columns.clone(),
    }
}

/// Returns whether the value is a whole number that orders events; an order id such as `A-17` is not.
fn is_step(value: &[u8]) -> bool {
    step(value).is_some()
}

/// Parses the number of a step.
pub(super) fn step(value: &[u8]) -> Option<u32> {
    std::str::from_utf8(value).ok()?.parse().ok()
}
