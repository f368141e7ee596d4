use serde_json::{Value, json};

use super::*;
use crate::lab::Answer;
use crate::report::Outcome;

/// A visit in which every case ended as `look` says.
fn visit(look: impl Fn(&Case) -> Value) -> Visit {
    let answers = cases(Effort::Whole)
        .iter()
        .map(|case| Answer {
            act: "look".to_owned(),
            answer: look(case),
            thrown: None,
        })
        .collect();
    Visit {
        pages: vec![answers],
        ..Visit::default()
    }
}

fn looked(mode: &str, events: usize, stored: &[&str]) -> Value {
    let stored: Vec<_> = stored
        .iter()
        .map(|key| json!({ "place": "sessionStorage", "key": key, "value": "x" }))
        .collect();
    json!({ "mode": mode, "events": events, "stored": stored, "page": {}, "exits": [] })
}

fn honest(case: &Case) -> Value {
    match case.expected() {
        (true, events) => looked("session", events, &["shelfwise"]),
        (false, _) => looked("contextual", 0, &[]),
    }
}

fn codes(visit: Visit) -> (Outcome, Vec<String>) {
    let step = step(
        &[Trial {
            browser: "x".to_owned(),
            seen: Ok(visit),
        }],
        "the package",
        Effort::Whole,
    );
    let mut codes: Vec<_> = step.findings.into_iter().map(|finding| finding.code).collect();
    codes.dedup();
    (step.outcome, codes)
}

#[test]
fn a_package_that_does_what_is_said_passes() {
    assert_eq!(codes(visit(honest)), (Outcome::Passed, vec![]));
}

#[test]
fn a_signal_that_is_read_once_alone_fails() {
    let late = |case: &Case| match (case.said, case.moment) {
        (Said::Signal(..), Moment::AfterEvents) => looked("session", 3, &["shelfwise"]),
        _ => honest(case),
    };
    assert_eq!(
        codes(visit(late)),
        (Outcome::Failed, vec!["signals.ignored".to_owned()])
    );
}

#[test]
fn a_key_that_stays_and_events_from_before_consent_fail() {
    let stays = |case: &Case| match case.said {
        Said::Consent("denied", _) => looked("contextual", 0, &["shelfwise"]),
        _ => honest(case),
    };
    assert_eq!(codes(visit(stays)), (Outcome::Failed, vec!["signals.kept".to_owned()]));
    let early = |case: &Case| match (case.consent.0, case.said, case.moment) {
        ("pending", Said::Consent("granted", _), Moment::AfterEvents) => looked("session", 3, &["shelfwise"]),
        _ => honest(case),
    };
    assert_eq!(
        codes(visit(early)),
        (Outcome::Failed, vec!["signals.differs".to_owned()])
    );
}

#[test]
fn a_visit_that_broke_off_proves_nothing() {
    let mut broken = visit(honest);
    broken.pages[0].pop();
    assert_eq!(codes(broken).0, Outcome::NotProved);
}

#[test]
fn a_value_that_is_no_signal_lowers_nothing() {
    let all = cases(Effort::Whole);
    let held = all
        .iter()
        .filter(|case| matches!(case.said, Said::Signal(_, "null" | "undefined" | "false" | "0", _)));
    assert!(held.clone().count() == 24 && held.clone().all(|case| case.expected().0));
    assert!(cases(Effort::Least).len() < all.len());
}
