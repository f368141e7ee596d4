//! How people are counted.

use super::{log_of, sessions};
use crate::log::Support;

/// Returns a log of event rows `person,session,item,second`, after a hundred sessions of a hundred people.
fn shop(rows: &[&str]) -> String {
    let crowd = (0..100).map(|n| format!("p{n},c{n},tea,{}", 1_600_000_000 + n));
    let own = rows.iter().map(|row| (*row).to_owned());
    let rows: Vec<String> = crowd.chain(own).collect();
    format!("user_id,session_id,item_id,time\n{}\n", rows.join("\n"))
}

#[test]
fn login_within_a_session_counts_for_the_whole_session() {
    let (log, report) = log_of(shop(&[
        ",s,tent,1600001000",
        ",s,peg,1600001005",
        "jane,s,tent,1600001060",
    ]));
    assert_eq!(sessions(&log).last().unwrap(), &["tent", "peg", "tent"]);
    assert_eq!((log.people, log.nobody, report.sessions_without_person), (101, None, 0));
}

#[test]
fn person_with_two_ids_in_one_session_counts_once() {
    let (log, _) = log_of(shop(&[
        "guest-7,s,tent,1600001000",
        "jane,s,peg,1600001060",
        "guest-7,t,lamp,1600002000",
        "jane,u,lamp,1600003000",
    ]));
    assert_eq!(log.people, 101);
    let last: Vec<u32> = log
        .sessions
        .iter()
        .rev()
        .take(3)
        .map(|session| session.person)
        .collect();
    assert_eq!(last, [100, 100, 100]);
    assert_eq!(sessions(&log)[100], ["tent", "peg"]);
}

#[test]
fn shared_session_numbers_do_not_join_people() {
    let (log, report) = log_of(
        "user_id,session_id,item_id,time\n\
         ann,1,tent,1600000000\nbob,1,peg,1600000000\nbob,2,peg,1600009000\n,1,lamp,1600000000\n",
    );
    assert_eq!((log.people, report.sessions_without_person), (2, 1));
    assert_eq!(log.sessions.len(), 4);
}

#[test]
fn lookalike_person_ids_are_one_person() {
    for spellings in [
        ["Jane", "jane\u{a0}", "JANE"],
        ["jane", "jane\u{200b}", "\u{feff}ja\u{ad}ne"],
        ["\u{e9}mile", "e\u{301}mile", "E\u{301}MILE"],
        ["u12", "\u{ff55}\u{ff11}\u{ff12}", "U12"],
        ["strauß", "STRAUSS", "Strauss"],
        ["10001", "10001.0", " 10001.0 "],
    ] {
        let row = |(id, session): (&str, char)| format!("{id},{session},tent,1600001000");
        let rows: Vec<String> = spellings.into_iter().zip(['s', 't', 'u']).map(row).collect();
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        assert_eq!(log_of(shop(&rows)).0.people, 101, "{spellings:?}");
    }
    let (log, _) = log_of(shop(&["jane,s,tent,1600001000", "jane.0,t,tent,1600001000"]));
    assert_eq!(log.people, 102);
}

#[test]
fn anonymous_sessions_share_the_number_after_the_last_person() {
    let (log, report) = log_of(shop(&[",s,tent,1600001000", ",t,tent,1600002000"]));
    assert_eq!((log.people, log.nobody), (100, Some(100)));
    assert!(log.sessions[100..].iter().all(|session| session.person == 100));
    assert_eq!(report.sessions_without_person, 2);
    assert!(report.person_warning().is_none(), "two of a hundred and two");
}

#[test]
fn support_without_people_counts_sessions() {
    let (log, report) = log_of("session_id,item_id,time\na,tent,1\nb,tent,2\n");
    assert_eq!((log.support, log.people, log.nobody), (Support::Sessions, 2, None));
    assert_eq!(report.sessions_without_person, 0);
}

#[test]
fn many_anonymous_sessions_give_a_warning() {
    let (_, report) = log_of(
        "user_id,session_id,item_id,time\n\
         ann,1,tent,1600000000\nbob,2,peg,1600000000\n,3,peg,1600009000\n,4,lamp,1600000000\n",
    );
    let warning = report.person_warning().unwrap();
    assert!(
        warning.contains("2 of 4 sessions (50 %)") && warning.contains("--map person="),
        "{warning}"
    );
}
