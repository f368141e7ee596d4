use serde_json::{Value, json};

use super::*;
use crate::lab::{Answer, Clock, act};
use crate::report::Outcome;
use crate::steps::Known;

fn declared() -> Declared {
    Declared::of(&Known::own().unwrap().manifest).unwrap()
}

fn looked(stored: &[(&str, &str, usize)], events: usize) -> Value {
    let stored: Vec<_> = stored
        .iter()
        .map(|(place, key, length)| json!({ "place": place, "key": key, "value": "x".repeat(*length) }))
        .collect();
    json!({ "stored": stored, "page": { "history.state": "null", "window.name": "", "document.cookie": "" }, "exits": [], "events": events, "mode": "session" })
}

/// What is seen where everything is as declared, but for one case.
fn ended(name: &str, instead: Value) -> (Outcome, Vec<String>) {
    let visit = |case: &Case| {
        let honest = match case.expected {
            Expected::Kept | Expected::Key(_) if case.mode == "remembered" => looked(
                &[("sessionStorage", "shelfwise", 9), ("localStorage", "shelfwise", 9)],
                2,
            ),
            Expected::Kept | Expected::Key(_) => looked(&[("sessionStorage", "shelfwise", 9)], 2),
            Expected::Nothing | Expected::NotKey(_) => looked(&[], 0),
        };
        let answer = if case.what.starts_with(name) {
            instead.clone()
        } else {
            honest
        };
        Visit {
            pages: vec![vec![Answer {
                act: "look".to_owned(),
                answer,
                thrown: None,
            }]],
            ..Visit::default()
        }
    };
    let visits: Vec<_> = cases(&declared(), Effort::Whole).iter().map(visit).collect();
    let step = step(
        &[Trial {
            browser: "x".to_owned(),
            seen: Ok(visits),
        }],
        "the package",
        &declared(),
        Effort::Whole,
    );
    (
        step.outcome,
        step.findings.into_iter().map(|finding| finding.code).collect(),
    )
}

fn fails(code: &str) -> (Outcome, Vec<String>) {
    (Outcome::Failed, vec![code.to_owned()])
}

#[test]
fn storage_as_declared_passes() {
    assert_eq!(ended("no such case", Value::Null), (Outcome::Passed, vec![]));
}

#[test]
fn a_key_that_stays_fails_wherever_it_stays() {
    for name in [
        "forget() in mode session",
        "a lower mode in mode session",
        "mode off in mode session",
        "denied consent in mode session",
        "a page opened after the end of sessionStorage.shelfwise in mode session",
        "a page left open until after the end of sessionStorage.shelfwise in mode session",
    ] {
        assert_eq!(
            ended(name, looked(&[("sessionStorage", "shelfwise", 9)], 0)),
            fails("storage.stays"),
            "{name}"
        );
    }
    assert_eq!(
        ended(
            "events in mode contextual",
            looked(&[("sessionStorage", "shelfwise", 9)], 0)
        ),
        fails("storage.undeclared")
    );
}

#[test]
fn another_place_a_longer_text_and_held_events_fail() {
    assert_eq!(
        ended(
            "events in mode session",
            looked(
                &[("sessionStorage", "shelfwise", 9), ("localStorage", "shelfwise", 9)],
                2
            )
        ),
        fails("storage.undeclared")
    );
    assert_eq!(
        ended(
            "more events than it may hold in mode session",
            looked(&[("sessionStorage", "shelfwise", 65_537)], 2)
        ),
        fails("storage.too-long")
    );
    assert_eq!(
        ended("events before consent in mode session", looked(&[], 2)),
        fails("storage.remembers")
    );
    let mut named = looked(&[], 0);
    named["page"]["window.name"] = json!("x");
    assert_eq!(ended("forget() in mode session", named), fails("storage.undeclared"));
}

#[test]
fn nothing_kept_where_something_should_be_proves_nothing() {
    assert_eq!(
        ended("events in mode session", looked(&[], 0)),
        (Outcome::NotProved, vec![])
    );
    assert_eq!(ended("forget() in mode session", Value::Null).0, Outcome::NotProved);
}

#[test]
fn a_mode_that_the_manifest_adds_gets_every_case() {
    let row = json!({ "place": "localStorage", "key": "k", "exists": "in mode remembered, after grant", "most_characters": 9, "most_ms": 86_400_000 });
    let more = Declared::of(&json!({ "storage": [row] })).unwrap();
    let all = cases(&more, Effort::Whole);
    assert_eq!(all.iter().filter(|case| case.mode == "remembered").count(), 14);
    assert!(
        all.iter()
            .any(|case| case.pages.iter().any(|page| page.clock == Clock::Ahead(86_460_000)))
    );
    assert!(all.iter().all(|case| {
        case.pages
            .iter()
            .filter(|page| page.acts.contains(&act("look", [])))
            .count()
            == 1
    }));
}
