//! From one snapshot to the next, items keep their indexes.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

#[allow(dead_code, reason = "each test file uses its own part of the shop")]
#[cfg(test)]
mod shop;

use shelfwise_core::Snapshot;
use shelfwise_intake::catalog::Catalog;
use shelfwise_intake::log::Log;
use shelfwise_intake::progress::Silent;
use shelfwise_train::train::train;
use shop::{at_floor, file, ids, log, names, snapshot, together, visits, walked_rows};

/// Returns the same visits a week later.
fn a_week_later(mut log: Log) -> Log {
    log.sessions
        .iter_mut()
        .for_each(|session| session.last_ms += 7 * 86_400_000);
    log
}

fn next(log: &Log, previous: &Snapshot<Vec<u8>>) -> Snapshot<Vec<u8>> {
    let trained = train(log, &Catalog::default(), Some(previous), &at_floor(2), &Silent).unwrap();
    let snapshot = Snapshot::open(trained.snapshot).unwrap();
    snapshot.verify().unwrap();
    snapshot
}

#[test]
fn unchanged_log_gives_identical_bytes() {
    let log = log(&file(&walked_rows(200)));
    let first = snapshot(&log, &Catalog::default(), 2);
    assert_eq!(next(&log, &first).as_bytes(), first.as_bytes());
}

#[test]
fn old_items_keep_their_indexes_and_new_ones_follow() {
    let first = snapshot(&visits(&[&["b", "d"], &["b", "d"]]), &Catalog::default(), 2);
    let second = next(&a_week_later(visits(&[&["a", "d"], &["a", "d"], &["c", "a"]])), &first);
    assert_eq!(ids(&first), ["b", "d"]);
    assert_eq!(
        ids(&second),
        ["\u{7f}00000000", "d", "a"],
        "b has gone and leaves its place, c was seen by one alone"
    );
}

#[test]
fn neighbours_are_those_of_the_new_log() {
    let first = snapshot(&visits(&[&["b", "d"], &["b", "d"]]), &Catalog::default(), 2);
    let second = next(&a_week_later(visits(&[&["a", "d"], &["a", "d"]])), &first);
    assert_eq!(names(&together(&second, "d")), ["a"]);
    assert_eq!(second.ids().index_of("b"), None, "gone");
}

#[test]
fn id_of_erased_people_is_absent_from_later_snapshots() {
    let secret = "engraved-for-jane-doe";
    let with = visits(&[&["tent", "peg"], &["tent", "peg"], &["tent", secret], &["peg", secret]]);
    let without = visits(&[&["tent", "peg"], &["tent", "peg"], &["tent"]]);
    let first = snapshot(&with, &Catalog::default(), 2);
    assert!(ids(&first).iter().any(|id| id == secret), "two people saw it");
    let second = next(&without, &first);
    let third = next(&without, &second);
    for snapshot in [&second, &third] {
        let bytes = snapshot.as_bytes();
        assert!(!bytes.windows(5).any(|window| window == b"ngrav" || window == b"-jane"));
        assert_eq!(snapshot.ids().index_of("tent"), first.ids().index_of("tent"));
    }
    assert_eq!(second.as_bytes(), third.as_bytes());
}
