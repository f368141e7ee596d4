//! The intake: reads logs and catalogs row by row, cleans and counts them, and cuts sessions.
//!
//! # What is read
//! CSV (`,` `;` `|`), TSV, JSON lines and documents, XML feeds and Parquet, plain or compressed by gzip or Zstandard; the
//! format is detected by content, not by file name. Lists inside of rows are named as `items[].item_id`. Exports of
//! analytics tools and shop systems are recognized by their columns; `sources` lists them.
//!
//! # Shapes of logs
//! * sessions of views: a session, an item and usually a time (`SessionId ItemId Time`);
//! * event logs: event name, item, time, and a session or a person;
//! * baskets: an invoice or basket and its items, which have no order.
//!
//! A session key of the log is kept as it is. If the log has only a person's key, a session ends by inactivity.
//!
//! # Who counts as a person
//! A login within a session counts for the whole session; two ids in one session are one person; ids that differ in
//! case or surrounding space are equal. Session keys that are shared by many people, because a tracker numbers sessions
//! person by person, do not join people. All sessions without a person count as one supporter, who adds nothing to what
//! a known person supports, because a visitor may be logged in once and anonymous once.
//!
//! # What is dropped, and counted
//! * Bad rows: they stop training beyond [`LogOptions::bad_row_share`].
//! * Exact duplicates: events of one session that are equal in item, kind and time (and step, if the log numbers its
//!   events). This applies only if times distinguish events, that is if they are finer than days and some session has
//!   two different ones; otherwise the same item twice at the same time may be two events, and both stay. In a basket
//!   an item counts once.
//! * Robots, as defined by [`RobotRule`], and events beyond [`LogOptions::longest_session`].
//! * Returns, cancelled invoices, cancelled or refunded orders and tests, and items that the caller excludes.
//! * Placeholders such as `(not set)`: never an item, a person or a session.
//! * Ids that are e-mail addresses or telephone numbers, rows outside of the wanted dates, repeated headers.
#![forbid(unsafe_code)]

pub mod addresses;
mod assemble;
mod availability;
pub mod catalog;
mod catalog_reader;
mod checks;
mod clean;
mod columns;
mod countries;
mod dates;
mod decimal;
mod error;
pub mod facts;
mod files;
mod flag;
mod format;
mod gather;
mod id_overlap;
mod ids;
mod intern;
mod kinds;
mod layout;
pub mod log;
mod normalize;
mod options;
pub mod orders;
mod people;
mod placeholder;
pub mod position;
pub mod progress;
mod report;
mod roles;
mod sources;
mod status;
mod time;
mod visits;
mod wall_clock;
mod warnings;
mod zeros;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

pub use availability::Availability;
pub use columns::{ColumnMap, Role};
pub use dates::TimeOptions;
pub use error::IntakeError;
pub use id_overlap::IdOverlap;
pub use kinds::KindNames;
pub use options::{LogOptions, Parents, RobotRule};
pub use report::{BadReason, BadRow, BadRows, CatalogReport, Dropped, FileReport, LogReport, SHOWN_BAD_ROWS};
pub use roles::{CatalogRole, LogRole};

pub use catalog_reader::Products;
use catalog_reader::Rows;
use format::table::Table;
use gather::Gather;
use layout::{Layout, Signature};

use crate::catalog::Catalog;
use crate::log::Log;
use crate::progress::{Amount, Progress, Silent};

/// Longest id of an item, session or person, in bytes. Longer ones indicate damaged rows.
pub use shelfwise_core::MAX_ID_BYTES;

/// Reads a log: all files that match the patterns.
///
/// Costs one pass over the files, and about 40 bytes of memory a row in addition to the distinct ids.
///
/// ```
/// use shelfwise_intake::{LogOptions, progress::Silent, read_log};
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("log.csv");
/// std::fs::write(&path, "session,item,time\n1,tent,1600000000\n1,peg,1600000060\n")?;
/// let options = LogOptions::new(vec![path.display().to_string()]);
/// let (log, report) = read_log(&options, &Silent)?;
/// assert_eq!((log.items.len(), log.sessions.len(), report.rows), (2, 1, 2));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// If there is no such file, a format is not supported, columns cannot be interpreted, files have different shapes, too
/// many rows are bad, or nothing is left to train on. Every error names the place and what to do.
pub fn read_log(options: &LogOptions, progress: &dyn Progress) -> Result<(Log, LogReport), IntakeError> {
    let files = files::list(&options.patterns)?;
    let mut report = LogReport::default();
    let mut gather = Gather::new(options);
    progress.start("reading the log", Amount::Bytes(files::total_bytes(&files)));
    let signature = read_files(&files, options, &mut gather, &mut report, progress)?;
    progress.finish();
    report.rows = gather.read;
    zeros::remove_placeholders(&mut gather, &options.known_items);
    report.warnings.extend(warnings::of_rows(&gather, &report));
    report.placeholders = std::mem::take(&mut gather.placeholders);
    report.bad = std::mem::take(&mut gather.bad);
    report.dropped = std::mem::take(&mut gather.dropped);
    report.without_item = std::mem::take(&mut gather.without_item);
    report.unknown_events = gather.unknown_events();
    check_bad_rows(&report.bad, report.rows, options.bad_row_share)?;
    progress.start("cutting sessions", Amount::Unknown);
    let log = assemble::assemble(gather, signature, options, &mut report);
    report.warnings.extend(warnings::of_times(&log));
    progress.finish();
    if log.clicks.is_empty() {
        Err(nothing_left(&report))
    } else {
        Ok((log, report))
    }
}

fn read_files(
    files: &[PathBuf],
    options: &LogOptions,
    gather: &mut Gather<'_>,
    report: &mut LogReport,
    progress: &dyn Progress,
) -> Result<Signature, IntakeError> {
    let mut first: Option<(&Path, Signature)> = None;
    let columns = survey(files, options)?;
    for path in files {
        let mut table = Table::open(path, progress)?;
        table.add_columns(&columns);
        let layout = Layout::of(&mut table, options)?;
        report.warnings.extend(warnings::of_columns(&table, &layout)?);
        let text_encoding = table.text_encoding();
        let mut file = table.report();
        file.shape = layout.signature.describe();
        file.source = layout.source.map(|source| source.name);
        file.personal = layout.personal(&table.columns);
        file.columns = layout.describe();
        file.time_unit = layout.timing.name().to_owned();
        let (leader, signature) = *first.get_or_insert((path, layout.signature));
        if signature != layout.signature {
            return Err(IntakeError::MixedShapes {
                first: leader.to_owned(),
                first_shape: signature.describe(),
                other: path.clone(),
                other_shape: layout.signature.describe(),
            });
        }
        let before = gather.read;
        gather.take(table, &layout)?;
        file.rows = gather.read - before;
        file.encoding = text_encoding.describe();
        report.warnings.extend(text_encoding.warning(&file.path));
        report.bytes += file.bytes;
        report.warnings.extend(warnings::of_shards(report.files.first(), &file));
        report.files.push(file);
    }
    first.map(|(_, signature)| signature).ok_or(IntakeError::NoPatterns)
}

/// Collects the columns of all files whose format has no header: items may first appear late in a file, or not at all.
/// Costs a pass over the files whose beginning does not show all usual columns of a log.
fn survey(files: &[PathBuf], options: &LogOptions) -> Result<Vec<String>, IntakeError> {
    let mut columns = Vec::new();
    // A pipe can be read only once.
    for path in files.iter().filter(|path| addresses::is_file(path)) {
        let mut table = Table::open(path, &Silent)?;
        if !table.is_open_ended() {
            continue;
        }
        if !Layout::is_complete(&mut table, &options.map) {
            table.scan()?;
        }
        columns.extend(table.columns);
    }
    Ok(columns)
}

/// Reads a catalog of one file. The items are sorted bytewise by id; if several rows have the same id, the last
/// non-empty value of each column is used.
///
/// # Errors
/// Like those of [`read_log`]; an empty catalog is an error too.
pub fn read_catalog(
    path: &Path,
    map: &ColumnMap<CatalogRole>,
    bad_row_share: f64,
    progress: &dyn Progress,
) -> Result<(Catalog, CatalogReport), IntakeError> {
    let Products { catalog, report, .. } = read_rows(path, map, Rows::Items, bad_row_share, progress)?;
    Ok((catalog, report))
}

/// Reads a catalog as [`read_catalog`] does, and for each variant its product too, if the catalog says it. One pass, but
/// two over exports whose rows of variants have other ids than the items.
///
/// # Errors
/// Like those of [`read_catalog`].
pub fn read_catalog_with_parents(
    path: &Path,
    map: &ColumnMap<CatalogRole>,
    bad_row_share: f64,
    progress: &dyn Progress,
) -> Result<Products, IntakeError> {
    let mut read = read_rows(path, map, Rows::ItemsAndParents, bad_row_share, progress)?;
    let source = read.report.files.first().and_then(|file| file.source);
    if source.is_some_and(sources::has_variants_of_other_ids) && addresses::is_file(path) {
        match read_products(path, map, bad_row_share, progress) {
            Ok(products) => read.parents = products.parents,
            // Not every export has variants.
            Err(IntakeError::MissingColumn { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(read)
}

/// Reads a catalog of one file whose rows are variants: the items are the products of which they are variants, and for
/// each variant its product is returned too. A row without a product is an item itself.
///
/// # Errors
/// Like those of [`read_catalog`], and if no column names the product.
pub fn read_products(
    path: &Path,
    map: &ColumnMap<CatalogRole>,
    bad_row_share: f64,
    progress: &dyn Progress,
) -> Result<Products, IntakeError> {
    read_rows(path, map, Rows::Variants, bad_row_share, progress)
}

fn read_rows(
    path: &Path,
    map: &ColumnMap<CatalogRole>,
    rows: Rows,
    bad_row_share: f64,
    progress: &dyn Progress,
) -> Result<Products, IntakeError> {
    let bytes = files::total_bytes(&[path.to_owned()]);
    progress.start("reading the catalog", Amount::Bytes(bytes));
    let read = catalog_reader::read(path, map, rows, progress)?;
    progress.finish();
    checked(path, read, bad_row_share)
}

fn checked(path: &Path, read: Products, bad_row_share: f64) -> Result<Products, IntakeError> {
    check_bad_rows(&read.report.bad, read.report.rows, bad_row_share)?;
    if read.catalog.items.is_empty() {
        let reason = format!("{} has {} rows and no item", path.display(), read.report.rows);
        return Err(IntakeError::Empty { reason });
    }
    Ok(read)
}

fn check_bad_rows(bad: &BadRows, rows: u64, share: f64) -> Result<(), IntakeError> {
    if bad.rows as f64 <= share * rows as f64 {
        return Ok(());
    }
    Err(IntakeError::TooManyBadRows {
        bad: Box::new(bad.clone()),
        rows,
        share,
    })
}

/// Returns the error for an empty result, with the counts of dropped rows.
fn nothing_left(report: &LogReport) -> IntakeError {
    let dropped = &report.dropped;
    let counts = [
        (report.bad.rows, "bad"),
        (dropped.other_events, "events of unknown names"),
        (dropped.without_item, "events without an item"),
        (dropped.placeholder_items, "with a placeholder for the item"),
        (
            dropped.personal_ids,
            "with an e-mail address or telephone number for the item",
        ),
        (dropped.without_key, "without session and person"),
        (dropped.outside_dates, "outside of the wanted dates"),
        (dropped.repeated_headers, "headers again"),
        (dropped.tests, "tests"),
        (dropped.cancelled, "cancelled"),
        (dropped.returns, "returns"),
        (dropped.sensitive, "of excluded items"),
        (dropped.robot_events, "events of robots"),
    ];
    let notes: Vec<_> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    let mut reason = format!("of {} rows none is left", report.rows);
    if !notes.is_empty() {
        reason = format!("{reason} ({})", notes.join(", "));
    }
    if !report.unknown_events.is_empty() {
        let names: Vec<_> = report
            .unknown_events
            .keys()
            .take(SHOWN_BAD_ROWS)
            .map(String::as_str)
            .collect();
        reason = format!(
            "{reason}; say what the events mean with --map-event NAME=view_item: {}",
            names.join(", ")
        );
    }
    IntakeError::Empty { reason }
}
