//! Which column of a file of orders holds what.

use rustc_hash::FxHashMap;

use super::{OrderOptions, OrderRole};
use crate::columns::{self, Role};
use crate::error::IntakeError;
use crate::format::table::Table;
use crate::sources::{self, Recognized};
use crate::time::Clock;

/// The columns of a file.
pub struct OrderLayout {
    /// The columns, in the order of roles.
    pub wanted: Vec<usize>,
    /// Their names.
    pub names: Vec<String>,
    /// By the name of the role, its place among the wanted columns.
    slots: FxHashMap<&'static str, usize>,
    /// How times are written.
    pub clock: Clock,
    /// Name of the export, if it is a known one.
    pub source: Option<&'static str>,
}

impl OrderLayout {
    /// Finds the columns.
    pub fn of(table: &mut Table<'_>, options: &OrderOptions) -> Result<Self, IntakeError> {
        let Recognized { source, map } = sources::orders(table, &options.map);
        let (mut wanted, mut names, mut slots) = (Vec::new(), Vec::new(), FxHashMap::default());
        // A column of the entries of a list, such as the price of a piece, says nothing of the order unless it is named.
        let whole: Vec<String> = table.columns.iter().map(|column| of_whole_order(column)).collect();
        for role in OrderRole::ALL {
            let usable = if map.names(*role) { &table.columns } else { &whole };
            let found = columns::find(*role, &map, usable, &table.path)?;
            if let Some(column) = found.first() {
                slots.insert(role.name(), wanted.len());
                names.push(table.columns[*column].clone());
                wanted.push(*column);
            }
        }
        let mut layout = Self {
            wanted,
            names,
            slots,
            clock: Clock::Text,
            source: source.map(|source| source.name),
        };
        layout.require(table, OrderRole::Order, "the order's id")?;
        layout.require(table, OrderRole::Tag, "the order's tag")?;
        layout.require(table, OrderRole::Time, "the order's time")?;
        layout.clock = layout.detect_clock(table, options)?;
        Ok(layout)
    }

    fn require(&self, table: &Table<'_>, role: OrderRole, what: &'static str) -> Result<(), IntakeError> {
        if self.slot(role).is_some() {
            return Ok(());
        }
        Err(IntakeError::MissingColumn {
            path: table.path.clone(),
            what,
            option: "--map",
            role: role.name(),
            columns: table.columns.clone(),
        })
    }

    fn detect_clock(&self, table: &Table<'_>, options: &OrderOptions) -> Result<Clock, IntakeError> {
        let slot = self.slot(OrderRole::Time).unwrap_or_default();
        let sample = table.sample(self.wanted[slot])?;
        let clock = Clock::detect(sample.iter().map(Vec::as_slice), &options.time);
        clock
            .filter(|clock| clock.has_dates())
            .ok_or_else(|| IntakeError::UnreadableTimes {
                path: table.path.clone(),
                column: self.names[slot].clone(),
                example: sample
                    .first()
                    .map(|value| String::from_utf8_lossy(value).into_owned())
                    .unwrap_or_default(),
                advice: "write times such as 2026-11-02T10:00:00Z, or name another column with --map time=COLUMN"
                    .to_owned(),
            })
    }

    /// Returns the place of a role among the wanted columns.
    pub fn slot(&self, role: OrderRole) -> Option<usize> {
        self.slots.get(role.name()).copied()
    }

    /// Returns the name of a role's column.
    pub fn name(&self, role: OrderRole) -> &str {
        self.slot(role).map_or("", |slot| &*self.names[slot])
    }

    /// Returns whether there is such a column.
    pub fn has(&self, role: OrderRole) -> bool {
        self.slot(role).is_some()
    }
}

impl OrderLayout {
    /// Returns the columns as `--map` would say it.
    pub fn describe(&self) -> Vec<String> {
        let column = |role: &OrderRole| Some(format!("{}={}", role.name(), self.names[self.slot(*role)?]));
        OrderRole::ALL.iter().filter_map(column).collect()
    }
}

/// Returns the name of a column of the order itself, and nothing for one of its pieces, refunds or addresses in a list.
fn of_whole_order(column: &str) -> String {
    if column.contains("[]") {
        String::new()
    } else {
        column.to_owned()
    }
}
