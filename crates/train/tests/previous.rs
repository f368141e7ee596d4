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

fn next(log: &Log, previous: &Snapshot<Vec<u8>>) -> Snapshot<Vec<u8>> {
    let trained = train(log, &Catalog::default(), Some(previous), &at_floor(2), &Silent).unwrap();
    let snapshot = Snapshot::open(trained.snapshot).unwrap();
    snapshot.verify().unwrap();
    snapshot
}

#[test]
fn an_unchanged_log_gives_identical_bytes() {
    let log = log(&file(&walked_rows(200)));
    let first = snapshot(&log, &Catalog::default(), 2);
    assert_eq!(next(&log, &first).as_bytes(), first.as_bytes());
}

#[test]
fn old_items_keep_their_indexes_and_new_ones_follow() {
    let first = snapshot(&visits(&[&["b", "d"], &["b", "d"]]), &Catalog::default(), 2);
    let second = next(&visits(&[&["a", "d"], &["a", "d"], &["c", "a"]]), &first);
    assert_eq!(ids(&first), ["b", "d"]);
    assert_eq!(ids(&second), ["b", "d", "a", "c"]);
}

#[test]
fn neighbours_are_those_of_the_new_log() {
    let first = snapshot(&visits(&[&["b", "d"], &["b", "d"]]), &Catalog::default(), 2);
    let second = next(&visits(&[&["a", "d"], &["a", "d"]]), &first);
    assert_eq!(names(&together(&second, "d")), ["a"]);
    assert_eq!(
        names(&together(&second, "b")),
        Vec::<&str>::new(),
        "gone, but it keeps its place"
    );
}
