//! Counts after a previous snapshot.

use shelfwise_core::Snapshot;
use shelfwise_intake::log::Log;
use tempfile::TempDir;

use super::{Counts, FIRST, counted, counted_since, options, tables_after, walked};
use crate::tables::hold_back::since_ms;
use crate::tables::model::DAY_MS;

/// Spreads the sessions of a log over days.
fn over_days(mut log: Log, days: i64) -> Log {
    let sessions = log.sessions.len() as i64;
    for (at, session) in (0..).zip(&mut log.sessions) {
        session.last_ms = 20_000 * DAY_MS + at * days * DAY_MS / sessions;
    }
    log
}

/// Trains on most of a log and then on all of it, and returns counts of all for that.
fn second_of(days: i64) -> (Log, Snapshot<Vec<u8>>, TempDir) {
    let log = over_days(walked(2_500), days);
    let (before, _) = log.split_last(log.sessions.len() / 4);
    let previous = Snapshot::open(tables_after(&before, FIRST).snapshot).unwrap();
    let folder = counted_since(&log, since_ms(&previous));
    (log, previous, folder)
}

#[test]
fn changes_since_a_previous_snapshot_are_held_back_as_by_the_log() {
    for days in [10, 40] {
        let (log, previous, folder) = second_of(days);
        let counts = Counts::read(folder.path()).unwrap();
        counts.admit(&options(), Some(&previous)).unwrap();
        let own = tables_after(&log, Some(&previous));
        let other = tables_after(&counts, Some(&previous));
        assert!(own.snapshot == other.snapshot, "the snapshots of {days} days differ");
        assert_eq!(own.report.held_back, other.report.held_back);
        assert!(own.report.held_back.unwrap().pairs.held > 0);
        let anew = [tables_after(&log, FIRST), tables_after(&counts, FIRST)].map(|trained| trained.snapshot);
        assert!(anew[0] != own.snapshot, "nothing was held back");
        assert!(anew[0] == anew[1], "without --previous they differ");
    }
}

#[test]
fn counts_for_no_or_another_previous_snapshot_are_refused() {
    let (log, previous, _) = second_of(10);
    let refused = |folder: TempDir| {
        let counts = Counts::read(folder.path()).unwrap();
        counts.admit(&options(), Some(&previous)).unwrap_err()
    };
    assert!(refused(counted(&log)).contains("without --previous"));
    let another = since_ms(&previous).unwrap() - DAY_MS;
    assert!(refused(counted_since(&log, Some(another))).contains("another --previous"));
}
