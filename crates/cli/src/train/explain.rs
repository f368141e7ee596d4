//! `--explain`: how files are read, without training.

use shelfwise_intake::{BadRows, FileReport, LogReport};

use super::report::left_out;
use super::{CatalogReport, IdOverlap};
use crate::output::printable;
use crate::print_line;
use crate::table::{count, counted};

/// Event names that are shown.
const SHOWN_EVENTS: usize = 20;

/// Prints what was taken for what.
pub fn print(log: &LogReport, catalog: Option<&CatalogReport>, meeting: Option<&IdOverlap>) {
    for file in log
        .files
        .iter()
        .chain(catalog.iter().flat_map(|catalog| &catalog.files))
    {
        print_file(file);
    }
    for (kind, events) in &log.clicks_by_kind {
        print_line!("{kind}: {} events", count(*events));
    }
    for (reason, rows) in left_out(log) {
        print_line!("left out, {reason}: {}", counted(rows as usize, "row"));
    }
    print_bad("the log", &log.bad);
    if let Some(catalog) = catalog {
        print_bad("the catalog", &catalog.bad);
    }
    let mut unknown: Vec<_> = log.unknown_events.iter().collect();
    unknown.sort_by_key(|(_, events)| std::cmp::Reverse(**events));
    for (name, events) in unknown.into_iter().take(SHOWN_EVENTS) {
        if name.is_empty() {
            print_line!("no name: {} events, left out", count(*events));
            continue;
        }
        print_line!(
            "`{}`: {} events, left out; --map-event '{}=view_item' would take them as views",
            printable(name),
            count(*events),
            printable(name)
        );
    }
    print_line!(
        "\n{} of {} people, {} without a person; {}",
        counted(log.sessions as usize, "visit"),
        count(log.people),
        count(log.sessions_without_person),
        counted(log.items as usize, "product")
    );
    if let Some(meeting) = meeting {
        print_line!(
            "{} of the log's {} products are in the catalog of {}",
            count(meeting.met),
            count(meeting.log),
            count(meeting.catalog)
        );
    }
}

fn print_bad(what: &str, bad: &BadRows) {
    if bad.rows > 0 {
        print_line!("bad rows of {what}:\n{}", bad.to_string().trim_end());
    }
}

fn print_file(file: &FileReport) {
    print_line!("{}", printable(&file.path));
    let source = file
        .source
        .unwrap_or("no known export: columns are found by their names");
    let encoding = if file.encoding.is_empty() {
        String::new()
    } else {
        format!(", {}", file.encoding)
    };
    print_line!(
        "  {}{encoding}; {source}; {}",
        file.format,
        counted(file.rows as usize, "row")
    );
    if !file.shape.is_empty() {
        print_line!("  {}", file.shape);
    }
    for column in &file.columns {
        print_line!("  {}", printable(column));
    }
    if !file.time_unit.is_empty() {
        print_line!("  times: {}", file.time_unit);
    }
    if !file.personal.is_empty() {
        print_line!(
            "  not read, because they look like personal data: {}",
            printable(&file.personal.join(", "))
        );
    }
    print_line!();
}
