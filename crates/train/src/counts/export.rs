//! Writes a log as the tables that SQL counts.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use shelfwise_core::ContextKey;
use shelfwise_intake::log::{Log, Order, SessionSpan};

use super::CountsError;
use super::manifest::Manifest;
use super::periods::Periods;
use super::table::{TableWriter, write_ids};
use crate::aggregates::ages::{Ages, FEWEST_DAYS};
use crate::aggregates::contexts::{FACTS, beginning, keys_of};
use crate::aggregates::cooccurrence_window::{WINDOW, decay, reach};
use crate::train::{Choice, TrainOptions};
use crate::tune::hold_out::held_out;

/// Columns of `events.parquet`: one row for each event.
pub(super) const EVENTS: [&str; 13] = [
    "session", "line", "item", "t", "kind", "weight", "person", "known", "cell", "period", "held", "reach", "starts",
];

/// Columns of `ages.parquet`: weights by period, and whether its people are new to the previous snapshot.
pub(super) const AGES: [&str; 4] = ["period", "age", "recent", "fresh"];

/// Columns of `hops.parquet`: the distances within a reach, with the weight of a pair.
pub(super) const HOPS: [&str; 3] = ["reach", "distance", "decay"];

/// Columns of `cells.parquet`: the context keys that a visit counts for.
pub(super) const CELLS: [&str; 3] = ["cell", "facts", "context"];

/// Writes a log as `events.parquet`, with the small tables that SQL joins, `ids.parquet` and the manifest, into a folder.
/// O(log). `since_ms` is from when people count as new to a previous snapshot
/// ([`since_ms`](crate::tables::hold_back::since_ms)); a log without dates does without.
///
/// # Errors
/// [`CountsError`] for a folder that cannot be written, and for an `auto` bound on pairs, which takes several counts.
pub fn export(
    log: &Log,
    options: &TrainOptions,
    since_ms: Option<i64>,
    folder: &Path,
) -> Result<Manifest, CountsError> {
    let bound = match options.pairs_per_session {
        None => None,
        Some(Choice::Fixed(bound)) => Some(bound),
        Some(Choice::Auto) => {
            let problem = "the tables are made for one bound on pairs: give a number, or all";
            return Err(CountsError::file(folder, problem));
        }
    };
    fs::create_dir_all(folder).map_err(|error| CountsError::file(folder, error))?;
    let since_ms = since_ms.filter(|_| log.is_dated());
    let exporter = Exporter {
        log,
        options,
        bound,
        periods: Periods::new(Ages::of(log), since_ms),
        folder,
    };
    exporter.events()?;
    exporter.small_tables()?;
    write_ids(folder, &log.items)?;
    let manifest = Manifest::of(log, options, bound, since_ms);
    manifest.write(folder)?;
    Ok(manifest)
}

/// Writes what SQL joins to `events` that another engine has: visits in order over these days (since 1970), of which the time is
/// known and no other context. These are `ages`, `hops`, `cells`, and a manifest whose numbers are to be filled in. `since_ms`
/// is that of [`export`].
///
/// # Errors
/// [`CountsError`] for a folder that cannot be written, and for fewer than four weeks.
pub fn export_days(
    first: i64,
    last: i64,
    options: &TrainOptions,
    since_ms: Option<i64>,
    folder: &Path,
) -> Result<Manifest, CountsError> {
    if last - first < FEWEST_DAYS {
        let problem =
            format_args!("days have to be at least {FEWEST_DAYS} apart: a shorter log is not counted by days");
        return Err(CountsError::file(folder, problem));
    }
    fs::create_dir_all(folder).map_err(|error| CountsError::file(folder, error))?;
    write_ages(folder, &Periods::new(Ages::of_days(first, last), since_ms))?;
    write_hops(folder, Order::Sequence, WINDOW as u32)?;
    let cells = times();
    let facts = cells
        .iter()
        .fold(ContextKey::UNKNOWN, |known, cell| known | cell.known());
    write_cells(folder, cells)?;
    let manifest = Manifest::to_fill(facts, options, since_ms);
    manifest.write(folder)?;
    Ok(manifest)
}

/// Returns the context keys of all times of a week.
fn times() -> BTreeSet<ContextKey> {
    let hours = (0..24).flat_map(|hour| (0..7).map(move |weekday| (hour, weekday)));
    hours
        .map(|(hour, weekday)| ContextKey::parse(&format!("{hour},{weekday}")))
        .collect()
}

struct Exporter<'a> {
    log: &'a Log,
    options: &'a TrainOptions,
    bound: Option<u32>,
    periods: Periods,
    folder: &'a Path,
}

impl Exporter<'_> {
    fn events(&self) -> Result<(), CountsError> {
        let mut table = TableWriter::create(self.folder, "events", EVENTS)?;
        let first_held = self.log.sessions.len() - held_out(self.log.sessions.len());
        for (number, session) in self.log.sessions.iter().enumerate() {
            let of_session = [
                number as i64,
                i64::from(session.person),
                i64::from(Some(session.person) != self.log.nobody),
                self.periods.number_of(session.last_ms),
                i64::from(number >= first_held),
            ];
            self.session(&mut table, session, of_session)?;
        }
        table.finish()
    }

    fn session(
        &self,
        table: &mut TableWriter,
        session: &SessionSpan,
        [number, person, known, period, held]: [i64; 5],
    ) -> Result<(), CountsError> {
        let clicks = self.log.clicks_of(session);
        let reach = reach(self.log.order, session, self.bound);
        let starts = beginning(self.log, session).len();
        for (line, click) in clicks.iter().enumerate() {
            table.add([
                number,
                line as i64,
                i64::from(click.item),
                session.last_ms,
                click.kind as i64,
                i64::from(self.options.event_weights.of(click.kind)),
                person,
                known,
                i64::from(session.cell.bits()),
                period,
                held,
                reach.min(clicks.len() - 1 - line) as i64,
                i64::from(line < starts),
            ])?;
        }
        Ok(())
    }

    fn small_tables(&self) -> Result<(), CountsError> {
        write_ages(self.folder, &self.periods)?;
        let farthest = |session: &SessionSpan| reach(self.log.order, session, self.bound);
        let farthest = self.log.sessions.iter().map(farthest).max().unwrap_or_default();
        write_hops(self.folder, self.log.order, farthest as u32)?;
        let cells: BTreeSet<ContextKey> = self.log.sessions.iter().map(|session| session.cell).collect();
        write_cells(self.folder, cells)
    }
}

fn write_ages(folder: &Path, periods: &Periods) -> Result<(), CountsError> {
    let mut table = TableWriter::create(folder, "ages", AGES)?;
    for row in periods.rows() {
        table.add(row)?;
    }
    table.finish()
}

fn write_hops(folder: &Path, order: Order, farthest: u32) -> Result<(), CountsError> {
    let mut table = TableWriter::create(folder, "hops", HOPS)?;
    for reach in 1..=farthest {
        for distance in 1..=reach {
            table.add([i64::from(reach), i64::from(distance), decay(order, distance) as i64])?;
        }
    }
    table.finish()
}

fn write_cells(folder: &Path, cells: impl IntoIterator<Item = ContextKey>) -> Result<(), CountsError> {
    let mut table = TableWriter::create(folder, "cells", CELLS)?;
    for cell in cells {
        for (number, (_, facts)) in FACTS.into_iter().enumerate() {
            for key in keys_of(cell, facts) {
                table.add([i64::from(cell.bits()), number as i64, i64::from(key.bits())])?;
            }
        }
    }
    table.finish()
}
