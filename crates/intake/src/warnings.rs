//! Warnings about logs and catalogs that could be read.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::columns::{Role, plain};
use super::error::IntakeError;
use super::gather::Gather;
use super::ids::is_personal;
use super::layout::Layout;
use super::log::Log;
use super::normalize;
use super::report::{FileReport, LogReport};
use super::roles::LogRole;
use crate::format::table::Table;

/// Placeholders named in a warning.
const SHOWN_PLACEHOLDERS: usize = 6;

/// A person with more than this share of the rows is probably a placeholder for many, in logs with many people.
const MOST_OF_ONE: f64 = 0.2;
const FEWEST_PEOPLE: usize = 20;

/// A larger share than this of ids that look like lists gives a warning.
const JOINED: f64 = 0.05;

/// A larger share than this of rows without a session and a person gives a warning.
const WITHOUT_KEY: f64 = 0.01;

/// Names of columns, without case and punctuation, that usually contain personal data.
const PERSONAL_NAMES: &[&str] = &[
    "email",
    "emailaddress",
    "mail",
    "customeremail",
    "useremail",
    "billingemail",
    "phone",
    "phonenumber",
    "telephone",
    "mobile",
    "mobilenumber",
    "firstname",
    "lastname",
    "fullname",
    "customername",
    "billingname",
    "shippingname",
    "billingphone",
    "shippingphone",
    "emailbilling",
    "phonebilling",
    "billingaddress1",
    "shippingaddress1",
    "billingstreet",
    "shippingstreet",
    "customerfirstname",
    "customerlastname",
    "username",
    "surname",
    "address",
    "street",
    "ipaddress",
    "ip",
];

/// Returns a warning if the times are not dates.
pub(super) fn of_times(log: &Log) -> Option<String> {
    let counts = log.sessions.last().is_some_and(|session| session.last_ms != 0) && !log.is_dated();
    counts.then(|| {
        "the times of the log are counts, not dates: they order events, but the model cannot say until which day it was \
         trained, and --previous holds nothing back; name a column of dates with --map time=COLUMN"
            .to_owned()
    })
}

/// Returns warnings about the columns of one file.
pub(super) fn of_columns(table: &Table<'_>, layout: &Layout) -> Result<Vec<String>, IntakeError> {
    let mut notes = Vec::new();
    let file = table.path.display();
    for role in [LogRole::Session, LogRole::Person, LogRole::Item] {
        let Some(column) = layout.column(role) else { continue };
        let name = &table.columns[column];
        let values = table.sample(column)?;
        let personal = values
            .iter()
            .filter(|value| std::str::from_utf8(value).is_ok_and(is_personal))
            .count();
        let leaf = plain(name.rsplit('.').next().unwrap_or(name));
        if 2 * personal <= values.len() && !PERSONAL_NAMES.contains(&leaf.as_str()) {
            continue;
        }
        if role == LogRole::Item {
            return Err(IntakeError::PersonalItems {
                path: table.path.clone(),
                column: name.clone(),
            });
        }
        notes.push(format!("{file}: column {name} is read as the {} and looks like what belongs to a person; it is used to tell people apart and is never published, but a random key would do as well", role.name()));
    }
    Ok(notes)
}

/// Returns the columns whose names say that they hold personal data, other than those that are read.
pub(super) fn personal_columns(columns: &[String], read: &[usize]) -> Vec<String> {
    let is_personal = |name: &String| {
        let leaf = plain(name.rsplit('.').next().unwrap_or(name));
        PERSONAL_NAMES.contains(&leaf.as_str()) || PERSONAL_NAMES.contains(&plain(name).as_str())
    };
    let others = columns.iter().enumerate().filter(|(at, _)| !read.contains(at));
    others
        .filter(|(_, name)| is_personal(name))
        .map(|(_, name)| name.clone())
        .collect()
}

/// Returns a warning if a file lacks a role that the first one has, or the other way round.
pub(super) fn of_shards(first: Option<&FileReport>, file: &FileReport) -> Option<String> {
    let first = first?;
    let roles = |file: &FileReport| -> BTreeSet<String> {
        let names = file.columns.iter().filter_map(|column| column.split_once('='));
        names.map(|(role, _)| role.to_owned()).collect()
    };
    let (own, others) = (roles(file), roles(first));
    let differing: Vec<_> = own.symmetric_difference(&others).map(String::as_str).collect();
    (!differing.is_empty()).then(|| {
        format!(
            "{} and {} differ in their columns for {}: rows of the one without are read as if these were empty",
            first.path,
            file.path,
            differing.join(", ")
        )
    })
}

/// Returns warnings about the rows of the whole log.
pub(super) fn of_rows(gather: &Gather<'_>, report: &LogReport) -> Vec<String> {
    let mut notes: Vec<String> = gather
        .placeholders
        .iter()
        .map(|(role, words)| placeholders(role, words))
        .collect();
    let dropped = &gather.dropped;
    if dropped.without_key as f64 > WITHOUT_KEY * report.rows as f64 {
        notes.push(format!(
            "{} of {} rows name neither a session nor a person and were left out",
            dropped.without_key, report.rows
        ));
    }
    if dropped.personal_ids > 0 {
        notes.push(format!(
            "{} rows were left out because the id of their item is an e-mail address or a telephone number, and ids are published",
            dropped.personal_ids
        ));
    }
    if gather.has_counts {
        notes.push("the times are small numbers without dates: they order events and are taken for seconds, and the model does not know its date; name a column of dates with --map time=COLUMN, or the writing with --time-format".to_owned());
    }
    notes.extend(decimal_ids(gather));
    notes.extend(joined_ids(gather));
    notes.extend(lookalike_ids(gather));
    notes.extend(heaviest_person(gather));
    notes
}

fn placeholders(role: &str, words: &BTreeMap<String, u64>) -> String {
    let rows: u64 = words.values().sum();
    let mut most: Vec<_> = words.iter().collect();
    most.sort_by_key(|(_, rows)| std::cmp::Reverse(**rows));
    let shown: Vec<_> = most
        .iter()
        .take(SHOWN_PLACEHOLDERS)
        .map(|(word, rows)| format!("`{word}` {rows}"))
        .collect();
    let done = match role {
        "item" => "were left out",
        "person" => "count as rows of nobody that is known",
        _ => "count as rows without a session",
    };
    format!(
        "{rows} rows have a placeholder for the {role} and {done}: {}",
        shown.join(", ")
    )
}

/// Returns a warning about ids such as `10001.0`: a data frame has converted them to fractional numbers.
fn decimal_ids(gather: &Gather<'_>) -> Option<String> {
    let items = &gather.items;
    let mut decimal = (0..items.len() as u32).filter(|&item| {
        let whole = items.get(item).strip_suffix(b".0").unwrap_or_default();
        !whole.is_empty() && whole.iter().all(u8::is_ascii_digit)
    });
    let first = decimal.next()?;
    let count = 1 + decimal.count();
    (2 * count > items.len()).then(|| {
        format!(
            "{count} of {} item ids end in `.0` (`{}`): your pages probably say them without it; export the column as text or as whole numbers",
            items.len(),
            String::from_utf8_lossy(items.get(first))
        )
    })
}

/// Returns a warning about ids such as `10001|10002`: lists of ids in one cell. Given if most parts are ids, or parts,
/// of other cells too, because ids of a shop may contain such a separator.
fn joined_ids(gather: &Gather<'_>) -> Option<String> {
    let ids = || (0..gather.items.len() as u32).filter_map(|item| std::str::from_utf8(gather.items.get(item)).ok());
    let mark = [',', ';', '|']
        .into_iter()
        .max_by_key(|mark| ids().filter(|id| id.contains(*mark)).count())?;
    let mut cells: BTreeMap<&str, u32> = BTreeMap::new();
    for part in ids().flat_map(|id| id.split(mark)) {
        *cells.entry(part.trim()).or_default() += 1;
    }
    let is_known = |part: &str| cells.get(part.trim()).is_some_and(|cells| *cells > 1);
    let is_joined = |id: &&str| id.contains(mark) && id.split(mark).all(is_known);
    let (joined, first) = (ids().filter(is_joined).count(), ids().find(is_joined)?);
    (joined as f64 > JOINED * gather.items.len() as f64).then(|| {
        format!(
            "{joined} of {} item ids look like lists of ids (`{first}`): write one row for each of them, or nobody's page says these ids",
            gather.items.len()
        )
    })
}

/// Returns a warning about ids that differ only in invisible ways.
fn lookalike_ids(gather: &Gather<'_>) -> Option<String> {
    let ids = || (0..gather.items.len() as u32).filter_map(|item| std::str::from_utf8(gather.items.get(item)).ok());
    let is_odd = |id: &&str| matches!(normalize::normalized(id), Cow::Owned(normalized) if normalized != **id);
    let (odd, first) = (ids().filter(is_odd).count(), ids().find(is_odd)?);
    Some(format!(
        "{odd} of {} item ids hold invisible characters, or letters in a form that looks like another (`{}`): ids are compared byte by byte, so that they match no id that only looks the same",
        gather.items.len(),
        shown_bytes(first)
    ))
}

/// Returns the text with all non-ASCII characters replaced by their numbers.
fn shown_bytes(text: &str) -> String {
    let show = |c: char| {
        if c.is_ascii() {
            c.to_string()
        } else {
            c.escape_unicode().to_string()
        }
    };
    text.chars().map(show).collect()
}

fn heaviest_person(gather: &Gather<'_>) -> Option<String> {
    if gather.people.len() < FEWEST_PEOPLE {
        return None;
    }
    let mut counts = vec![0_u64; gather.people.len()];
    for &session in &gather.rows.session {
        if let Some(count) = counts.get_mut(gather.person_of[session as usize] as usize) {
            *count += 1;
        }
    }
    let (person, rows) = (0..).zip(counts).max_by_key(|&(_, rows)| rows)?;
    let all = gather.rows.session.len() as f64;
    (rows as f64 > MOST_OF_ONE * all).then(|| {
        format!(
            "one person (`{}`) has {:.0} % of all rows: if this stands for many who are not known, leave the value empty",
            String::from_utf8_lossy(gather.people.get(person)),
            100.0 * rows as f64 / all
        )
    })
}
