//! Results as an engine would write them, made by own counting; then the same with something wrong.

use std::fs;
use std::path::Path;

use shelfwise_core::{ContextKey, Snapshot};
use shelfwise_intake::catalog::Catalog;
use shelfwise_intake::log::Log;
use shelfwise_intake::progress::Silent;
use tempfile::TempDir;

use super::check::{CONTEXTS, ITEMS, PAIRS, SAMPLE, TOTALS};
use super::export::{AGES, CELLS, HOPS, export, export_days};
use super::table::{Table, TableWriter, file_of};
use super::{Counts, MANIFEST};
use crate::aggregates::own::{Frame, Part};
use crate::aggregates::{Aggregates, CountOptions, Source};
use crate::event_weights::EventWeights;
use crate::shop::dice::dice;
use crate::shop::{by_people, log};
use crate::train::{Choice, Input, Links, Order, Publish, TrainOptions, Trained, train};
use crate::tune::hold_out::held_out;

mod previous;

const FLOOR: u32 = 2;

fn options() -> TrainOptions {
    TrainOptions {
        min_support: Choice::Fixed(FLOOR),
        links: Links::None,
        ..TrainOptions::default()
    }
}

/// Returns a log of people who walk along rows of items, by morning and by evening.
fn walked(sessions: usize) -> Log {
    let ids: Vec<String> = (0..60).map(|item| format!("{item:02}")).collect();
    let mut below = dice(7);
    let mut all: Vec<Vec<&str>> = Vec::new();
    let mut people = Vec::new();
    for session in 0..sessions {
        let mut at = below(ids.len() as u64) as usize;
        let walk = (0..8).map(|_| {
            at = (at + 1 + below(3) as usize) % ids.len();
            ids[at].as_str()
        });
        all.push(walk.collect());
        people.push((session % (sessions / 2)) as u32);
    }
    let all: Vec<&[&str]> = all.iter().map(Vec::as_slice).collect();
    let mut log = by_people(log(&all), &people);
    for (at, session) in log.sessions.iter_mut().enumerate() {
        session.cell = ContextKey::parse(if at % 2 == 0 { "morning" } else { "evening" });
    }
    log
}

fn counting(min_support: u32, since_ms: Option<i64>) -> CountOptions {
    CountOptions {
        event_weights: EventWeights::default(),
        min_support,
        published: usize::MAX,
        pairs_per_session: None,
        since_ms,
    }
}

fn write<const N: usize>(folder: &Path, name: &str, names: [&str; N], rows: impl IntoIterator<Item = [i64; N]>) {
    let mut table = TableWriter::create(folder, name, names).unwrap();
    rows.into_iter().for_each(|row| table.add(row).unwrap());
    table.finish().unwrap();
}

/// Returns the columns of a pair: weight, after, before, support, support since the requested time.
fn columns(counts: &Aggregates<'_>, a: u32, b: u32) -> [i64; 5] {
    let find = |own: u32, other: u32| {
        let row = &counts.pairs.rows[own as usize];
        let at = row.iter().position(|pair| pair.item == other)?;
        let since = counts.pairs.since[own as usize].get(at).copied();
        Some((row[at], since.unwrap_or(row[at].support)))
    };
    find(a, b).zip(find(b, a)).map_or([0; 5], |((pair, since), (back, _))| {
        let support = [pair.support, since].map(u64::from);
        [pair.weight, pair.ahead, back.ahead, support[0], support[1]].map(|value| value as i64)
    })
}

/// Writes the tables of a log and the results of counting them.
fn counted(log: &Log) -> TempDir {
    counted_since(log, None)
}

/// The same, with people since a time counted apart.
fn counted_since(log: &Log, since_ms: Option<i64>) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let into = folder.path();
    export(log, &options(), since_ms, into).unwrap();
    let (before, after) = log.split_last(held_out(log.sessions.len()));
    let early_sessions = before.sessions.len() as i64;
    let frame = Frame::of(log);
    let part = Part { log: before, frame };
    let all = log.count(&counting(FLOOR, since_ms));
    let early = part.count(&counting(FLOOR, None));
    let or_nothing = |support: i64| if support < FLOOR.into() { 0 } else { support };
    let pair = |(a, b): (u32, u32)| {
        let [own, first] = [&all, &early].map(|counts| columns(counts, a, b));
        let [weight, after, before, support, since] = own;
        [
            i64::from(a),
            i64::from(b),
            weight,
            after,
            before,
            support,
            first[0],
            first[1],
            first[2],
            first[3],
            or_nothing(since),
        ]
    };
    let rows = (0..).zip(&all.pairs.rows);
    let of_row = |(a, row): (u32, &Vec<crate::aggregates::pairs::Pair>)| {
        row.iter()
            .filter(|pair| pair.item > a)
            .map(|pair| (a, pair.item))
            .collect::<Vec<_>>()
    };
    let pairs: Vec<[i64; 11]> = rows.flat_map(of_row).map(pair).collect();
    let item = |at: usize| {
        let of = |counts: &Aggregates<'_>| {
            let own = counts.items[at];
            [
                i64::from(own.supporters),
                own.recent as i64,
                counts.pairs.sums[at] as i64,
            ]
        };
        let ([a, b, c], [d, e, f]) = (of(&all), of(&early));
        [at as i64, a, b, c, d, e, f, all.items[at].since.into()]
    };
    let mut contexts = Vec::new();
    for (facts, (all, early)) in (0..).zip(all.contexts.iter().zip(&early.contexts)) {
        for own in &all.keys {
            let key = i64::from(own.key.bits());
            let first = early.keys.iter().find(|first| first.key == own.key);
            let [visits, people] = first.map_or([0; 2], |first| [first.visits, first.people].map(i64::from));
            contexts.push([facts, key, -1, own.visits.into(), own.people.into(), visits, people]);
            for (item, people) in &own.items {
                let items = first.map_or(&[][..], |first| &first.items);
                let found = items
                    .iter()
                    .find(|(other, _)| other == item)
                    .map_or(0, |(_, people)| *people);
                contexts.push([facts, key, (*item).into(), 1, (*people).into(), 0, found.into()]);
            }
        }
    }
    let sample = after.sessions.iter().enumerate().flat_map(|(number, session)| {
        let clicks = after.clicks_of(session).iter().enumerate();
        let (t, cell) = (session.last_ms, i64::from(session.cell.bits()));
        let row = move |(line, click): (usize, &shelfwise_intake::log::Click)| {
            [
                number as i64,
                line as i64,
                click.item.into(),
                click.kind as i64,
                t,
                cell,
            ]
        };
        clicks.map(row).collect::<Vec<_>>()
    });
    let sum = |column: usize| pairs.iter().map(|row| row[column]).sum::<i64>();
    let raw = |counts: &Aggregates<'_>| counts.pairs.sums.iter().sum::<u64>() as i64 / 2;
    let totals = [
        FLOOR.into(),
        log.clicks.len() as i64,
        log.sessions.len() as i64,
        early_sessions,
        after.clicks.len() as i64,
        log.items.len() as i64,
        all.pairs.distinct as i64,
        raw(&all),
        raw(&early),
        pairs.len() as i64,
        sum(2),
        sum(3),
        sum(4),
        sum(5),
        contexts.len() as i64,
        sum(10),
        all.totals.people_since.into(),
    ];
    write(into, "pairs", PAIRS, pairs.iter().copied());
    write(into, "items", ITEMS, (0..log.items.len()).map(item));
    write(into, "contexts", CONTEXTS, contexts);
    write(into, "sample", SAMPLE, sample);
    write(into, "totals", TOTALS, [totals]);
    folder
}

/// A previous snapshot that is none.
const FIRST: Option<&Snapshot<Vec<u8>>> = None;

fn trained<I: Input>(input: &I) -> Vec<u8> {
    let trained = train(input, &Catalog::default(), FIRST, &options(), &Silent);
    trained.unwrap().snapshot
}

/// Trains by the tables alone, which takes a tenth of the time.
fn tables_after<I: Input>(input: &I, previous: Option<&Snapshot<Vec<u8>>>) -> Trained {
    let options = TrainOptions {
        order: Order::Tables,
        ..options()
    };
    train(input, &Catalog::default(), previous, &options, &Silent).unwrap()
}

/// Changes the rows of a result, and returns what reading it says.
fn poisoned<const N: usize>(name: &str, names: [&str; N], change: impl FnOnce(&mut Vec<[i64; N]>)) -> String {
    let folder = counted(&walked(400));
    let table = Table::read(folder.path(), name, names).unwrap();
    let mut rows: Vec<[i64; N]> = (0..table.rows()).map(|at| table.row(at)).collect();
    change(&mut rows);
    write(folder.path(), name, names, rows);
    refusal(folder.path())
}

/// Returns the refusal, without the folder.
fn refusal(folder: &Path) -> String {
    let text = Counts::read(folder).unwrap_err().to_string();
    text.replace(&format!("{}/", folder.display()), "")
}

#[test]
fn snapshot_of_counts_equals_that_of_the_log() {
    let log = walked(4_000);
    let folder = counted(&log);
    let counts = Counts::read(folder.path()).unwrap();
    counts.admit(&options(), FIRST).unwrap();
    assert!(trained(&log) == trained(&counts), "the snapshots differ");
}

#[test]
fn more_fresh_supporters_than_supporters_are_refused_with_the_row() {
    let text = poisoned("pairs", PAIRS, |rows| rows[3][10] = 10_000);
    assert!(
        text.starts_with("pairs.parquet: row 4: 10000 fresh supporters"),
        "{text}"
    );
    let text = poisoned("items", ITEMS, |rows| rows[1][7] = 0);
    assert!(text.starts_with("items.parquet: row 2: 0 fresh supporters"), "{text}");
    let text = poisoned("totals", TOTALS, |rows| rows[0][16] = -1);
    assert!(text.starts_with("totals.parquet: row 1: fresh_people is -1"), "{text}");
}

#[test]
fn options_that_counts_do_not_answer_are_refused() {
    let folder = counted(&walked(4_000));
    let counts = Counts::read(folder.path()).unwrap();
    let refused = |options: TrainOptions| counts.admit(&options, FIRST).unwrap_err();
    let with_links = TrainOptions {
        links: Links::Measured,
        ..options()
    };
    assert!(refused(with_links).contains("--links none"));
    let all_changes = TrainOptions {
        changes: Publish::All,
        ..options()
    };
    let previous = Snapshot::open(tables_after(&counts, FIRST).snapshot).unwrap();
    assert_eq!(counts.admit(&all_changes, Some(&previous)), Ok(()));
    let bounded = TrainOptions {
        pairs_per_session: Some(Choice::Auto),
        ..options()
    };
    assert!(refused(bounded).contains("--pairs-per-session all"));
    let low = TrainOptions {
        min_support: Choice::Fixed(1),
        ..options()
    };
    assert!(refused(low).contains("--min-support 2"));
    let mut louder = options();
    louder.event_weights.set(shelfwise_core::EventKind::AddToCart, 64);
    assert!(refused(louder).contains("--event-weight"));
}

#[test]
fn log_that_is_measured_on_all_of_its_sessions_is_refused() {
    let folder = counted(&walked(400));
    let problem = Counts::read(folder.path())
        .unwrap()
        .admit(&options(), FIRST)
        .unwrap_err();
    assert!(problem.contains("Train with --events"), "{problem}");
}

#[test]
fn unsorted_pairs_are_refused_with_the_row() {
    let text = poisoned("pairs", PAIRS, |rows| rows.swap(4, 5));
    assert!(text.starts_with("pairs.parquet: row 6: pair "), "{text}");
}

#[test]
fn pair_below_the_floor_is_refused_with_the_row() {
    let text = poisoned("pairs", PAIRS, |rows| rows[2][5] = 1);
    assert_eq!(text, "pairs.parquet: row 3: support 1 is below the floor of 2");
}

#[test]
fn negative_weight_is_refused_with_the_row() {
    let text = poisoned("pairs", PAIRS, |rows| rows[0][3] = -5);
    assert!(text.starts_with("pairs.parquet: row 1: "), "{text}");
}

#[test]
fn pair_that_is_lost_is_missed() {
    let text = poisoned("pairs", PAIRS, |rows| _ = rows.remove(7));
    assert!(
        text.starts_with("pairs.parquet: rows: ") && text.contains("lost"),
        "{text}"
    );
}

#[test]
fn sum_that_was_changed_is_refused() {
    let text = poisoned("pairs", PAIRS, |rows| {
        rows[0][5] += 1;
        rows[0][10] += 1;
    });
    assert!(text.starts_with("pairs.parquet: support: "), "{text}");
}

#[test]
fn item_that_is_lost_is_missed() {
    let text = poisoned("items", ITEMS, |rows| _ = rows.remove(3));
    assert_eq!(text, "items.parquet: row 4: item 4: 3 was expected");
    let text = poisoned("items", ITEMS, |rows| rows[3][3] += 2);
    assert!(text.starts_with("items.parquet: pair_weight: "), "{text}");
}

#[test]
fn context_key_of_too_few_people_is_refused_with_the_row() {
    let text = poisoned("contexts", CONTEXTS, |rows| rows[1][4] = 1);
    assert_eq!(text, "contexts.parquet: row 2: 1 people are below the floor of 2");
}

#[test]
fn missing_context_key_is_refused() {
    let text = poisoned("contexts", CONTEXTS, |rows| _ = rows.pop());
    assert!(text.starts_with("contexts.parquet: rows: "), "{text}");
}

#[test]
fn half_a_session_in_the_sample_is_refused() {
    let text = poisoned("sample", SAMPLE, |rows| _ = rows.remove(1));
    assert!(text.starts_with("sample.parquet: row 2: session 0, line 2 "), "{text}");
    let text = poisoned("sample", SAMPLE, |rows| _ = rows.pop());
    assert!(text.starts_with("sample.parquet: rows: "), "{text}");
}

#[test]
fn totals_of_another_log_are_refused() {
    let text = poisoned("totals", TOTALS, |rows| rows[0][1] += 1);
    assert!(text.starts_with("totals.parquet: row 1: events is "), "{text}");
}

#[test]
fn columns_that_are_missing_twice_there_or_unknown_are_refused() {
    let folder = counted(&walked(400));
    write(
        folder.path(),
        "sample",
        ["session", "line", "item", "kind", "t"],
        [[0; 5]],
    );
    assert!(refusal(folder.path()).starts_with("sample.parquet: column cell is missing"));
    write(
        folder.path(),
        "sample",
        ["session", "line", "item", "item", "t", "cell"],
        [[0; 6]],
    );
    assert_eq!(refusal(folder.path()), "sample.parquet: two columns are named item");
    let more = ["session", "line", "item", "kind", "t", "cell", "person"];
    write(folder.path(), "sample", more, [[0; 7]]);
    assert!(refusal(folder.path()).starts_with("sample.parquet: column person is not known"));
}

#[test]
fn truncated_or_missing_file_is_refused() {
    let folder = counted(&walked(400));
    let file = file_of(folder.path(), "pairs");
    let bytes = fs::read(&file).unwrap();
    fs::write(&file, &bytes[..bytes.len() - 9]).unwrap();
    assert!(refusal(folder.path()).starts_with("pairs.parquet: no whole Parquet file"));
    fs::remove_file(&file).unwrap();
    assert!(refusal(folder.path()).starts_with("pairs.parquet: "));
}

#[test]
fn text_where_a_number_belongs_is_refused() {
    let folder = counted(&walked(400));
    fs::copy(file_of(folder.path(), "ids"), file_of(folder.path(), "sample")).unwrap();
    assert!(refusal(folder.path()).starts_with("sample.parquet: column session is missing"));
    fs::copy(file_of(folder.path(), "items"), file_of(folder.path(), "ids")).unwrap();
    assert!(refusal(folder.path()).starts_with("ids.parquet: column id is missing"));
}

#[test]
fn results_in_parts_are_read_as_one() {
    let folder = counted(&walked(400));
    let file = file_of(folder.path(), "pairs");
    let table = Table::read(folder.path(), "pairs", PAIRS).unwrap();
    let half = table.rows() / 2;
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    write(&file, "part-0", PAIRS, (0..half).map(|at| table.row(at)));
    write(&file, "part-1", PAIRS, (half..table.rows()).map(|at| table.row(at)));
    Counts::read(folder.path()).unwrap();
}

#[test]
fn small_tables_without_a_log_are_those_of_a_log_of_these_days() {
    let mut log = walked(400);
    for (at, session) in (0..).zip(&mut log.sessions) {
        session.last_ms = (20_000 + at / 10) * 86_400_000 + at;
        session.cell = ContextKey::parse(&format!("{},{}", at % 24, at % 7));
    }
    let of_log = counted(&log);
    let folder = tempfile::tempdir().unwrap();
    export_days(20_000, 20_039, &options(), None, folder.path()).unwrap();
    fn rows<const N: usize>(folder: &Path, name: &str, names: [&str; N]) -> Vec<[i64; N]> {
        let table = Table::read(folder, name, names).unwrap();
        (0..table.rows()).map(|at| table.row(at)).collect()
    }
    assert_eq!(rows(folder.path(), "ages", AGES), rows(of_log.path(), "ages", AGES));
    assert_eq!(rows(folder.path(), "cells", CELLS), rows(of_log.path(), "cells", CELLS));
    let hops = rows(folder.path(), "hops", HOPS);
    assert!(rows(of_log.path(), "hops", HOPS).iter().all(|hop| hops.contains(hop)));
    assert!(refusal(folder.path()).contains("fill in"));
    assert!(export_days(20_000, 20_027, &options(), None, folder.path()).is_err());
}

#[test]
fn counts_by_other_sql_are_refused() {
    let folder = counted(&walked(400));
    let path = folder.path().join(MANIFEST);
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace(&super::sql::hash(), "0")).unwrap();
    assert!(refusal(folder.path()).starts_with("counts.json: these tables are for the SQL of another version"));
}
