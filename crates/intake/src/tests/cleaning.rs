//! Duplicates, robots, long sessions and excluded items.

use std::fmt::Write;

use super::{Folder, log_of, sessions};
use crate::progress::Silent;
use crate::{RobotRule, read_log};

#[test]
fn exact_duplicates_are_dropped_and_repetitions_kept() {
    let (log, report) = log_of("session,item,time\n1,a,100\n1,a,100\n1,b,100\n1,a,101\n1,a,100\n");
    assert_eq!(sessions(&log), [vec!["a", "b", "a"]]);
    assert_eq!(report.dropped.duplicates, 2);
    assert!(report.times_are_distinct);
}

#[test]
fn cleaning_two_kinds_at_one_time_are_kept() {
    let (log, report) = log_of("session,item,time,event\n1,a,100,view\n1,a,100,cart\n1,a,101,view\n1,a,101,view\n");
    assert_eq!((log.clicks.len(), report.dropped.duplicates), (3, 1));
}

#[test]
fn indistinct_times_give_no_duplicates() {
    for rows in [
        "1,a,2020-01-01\n1,a,2020-01-01\n1,b,2020-01-02\n",
        "1,a,77\n1,a,77\n1,b,77\n2,a,78\n",
    ] {
        let (log, report) = log_of(format!("session,item,time\n{rows}"));
        assert_eq!(sessions(&log)[0], ["a", "a", "b"]);
        assert_eq!((report.dropped.duplicates, report.times_are_distinct), (0, false));
    }
}

/// Returns a log of one session with this time step between its events, and one ordinary session.
fn with_session(events: u64, step_ms: u64) -> String {
    let mut text = "session,item,time\nperson,a,1600000000000\nperson,b,1600000020000\n".to_owned();
    for n in 0..events {
        writeln!(text, "other,i{},{}", n % 7, 1_600_000_000_000 + n * step_ms).unwrap();
    }
    text
}

#[test]
fn robot_sessions_are_dropped_and_others_kept() {
    for (events, step_ms, robots) in [
        (1_001, 60_000, 1),
        (1_000, 60_000, 0),
        (201, 300, 1),
        (201, 301, 0),
        (200, 1, 0),
    ] {
        let (log, report) = log_of(with_session(events, step_ms));
        assert_eq!(report.robot_sessions, robots, "{events} events, one every {step_ms} ms");
        assert_eq!(report.dropped.robot_events, robots * events);
        assert_eq!(log.sessions.len() as u64, 2 - robots);
    }
}

#[test]
fn cleaning_bulk_of_list_entries_is_not_a_robot() {
    let mut text = "session,item,time,event\n1,a,1600000000,view\n".to_owned();
    for n in 0..300 {
        writeln!(text, "1,i{n},1600000009,view_item_list").unwrap();
    }
    let (log, report) = log_of(text);
    assert_eq!((log.clicks.len(), report.robot_sessions), (301, 0));
}

#[test]
fn long_session_keeps_its_last_events() {
    let (log, report) = log_of(with_session(600, 60_000));
    let long = sessions(&log).pop().unwrap();
    assert_eq!(long.len(), 500);
    assert_eq!((report.shortened_sessions, report.dropped.over_long), (1, 100));
    assert_eq!(long.last(), Some(&format!("i{}", 599 % 7).as_str()));
}

#[test]
fn long_basket_keeps_an_even_sample() {
    let lines: String = (0..1_000).map(|n| format!("1,i{n:03},5\n")).collect();
    let (log, report) = log_of(format!("order_id,item,time\n{lines}"));
    assert_eq!((log.clicks.len(), report.dropped.over_long), (500, 500));
    assert_eq!(sessions(&log)[0][..3], ["i000", "i002", "i004"]);
}

#[test]
fn excluded_items_are_absent_from_the_log() {
    let folder = Folder::with("log.csv", "session,item,time\n1,a,1\n1,secret,2\n2,secret,3\n");
    let mut options = folder.options();
    options.excluded = vec!["secret".to_owned()];
    options.robots = RobotRule {
        events: 1,
        ..RobotRule::default()
    };
    let (log, report) = read_log(&options, &Silent).unwrap();
    assert_eq!(
        (log.items, log.sessions.len(), report.dropped.sensitive),
        (vec!["a".to_owned()], 1, 2)
    );
}
