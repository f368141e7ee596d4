//! The vectors, run natively, and the fixtures compared with what the builder writes today.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, its helpers too"
)]
#![cfg(not(target_arch = "wasm32"))]

use std::path::{Path, PathBuf};

use shelfwise_core::policy::Verb;
use shelfwise_vectors::{Case, GOOD, Request, SUITES, Suite, defects, policies, pretty, run, shops, snapshot};

fn suite(text: &str) -> Suite {
    serde_json::from_str(text).unwrap()
}

#[test]
fn cases_have_the_committed_answers() {
    for (file, text) in SUITES {
        for case in suite(text) {
            let answer = run(&case).unwrap_or_else(|error| panic!("{file}: {}: {error}", case.name));
            assert_eq!(Some(answer), case.expect, "{file}: {}", case.name);
        }
    }
}

#[test]
fn cases_are_many_and_uniquely_named() {
    let cases: Vec<_> = SUITES.iter().flat_map(|(_, text)| suite(text)).collect();
    let mut names: Vec<&str> = cases.iter().map(|case| case.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    assert!(
        names.len() == cases.len() && cases.len() >= 400,
        "{} of {}",
        names.len(),
        cases.len()
    );
}

/// The verbs of a case's policy, as its rules have them.
fn verbs(case: &Case) -> impl Iterator<Item = Verb> + use<'_> {
    let rules = case.policy.iter().filter_map(|policy| policy.get("rule")?.as_array());
    let has = |verb: &Verb| rules.clone().flatten().any(|rule| rule.get(verb.name()).is_some());
    let found: Vec<Verb> = Verb::ALL.into_iter().filter(has).collect();
    found.into_iter()
}

/// A verb that changes no slate would be compared on no host.
#[test]
fn each_verb_changes_slates_of_both_requests_by_itself() {
    let mut changed = Vec::new();
    for (_, text) in SUITES {
        for case in suite(text) {
            let [verb] = verbs(&case).collect::<Vec<_>>()[..] else {
                continue;
            };
            let plain = Case {
                policy: None,
                ..case.clone()
            };
            if run(&plain).unwrap().slate_hex != run(&case).unwrap().slate_hex {
                changed.push((verb, matches!(case.request, Request::Recommend(_))));
            }
        }
    }
    for verb in Verb::ALL {
        for recommends in [false, true] {
            let is_there = changed.contains(&(verb, recommends));
            // Nothing runs out yet that it could fill.
            assert_eq!(is_there, verb != Verb::Fallback, "{verb:?}, recommends: {recommends}");
        }
    }
}

#[test]
fn case_files_are_formatted_as_written() {
    for (file, text) in SUITES {
        assert!(
            pretty::to_string(&suite(text)).unwrap() == *text,
            "{file}.json: run `cargo xtask vectors`"
        );
    }
}

#[test]
fn builder_writes_the_committed_snapshots() {
    for (name, make) in shops::ALL {
        let committed = snapshot(name).unwrap_or_else(|| panic!("{name}.swm: run `cargo xtask vectors`"));
        assert!(make().unwrap() == committed, "{name}");
    }
    assert_eq!(GOOD.len(), shops::ALL.len(), "a committed snapshot has no shop");
}

#[test]
fn bad_snapshots_are_the_committed_ones() {
    let good = snapshot(defects::MADE_FROM).unwrap();
    for (name, damage) in defects::ALL {
        let file = bad_snapshots().join(name).with_extension("swm");
        assert!(damage(good) == std::fs::read(&file).unwrap(), "{name}");
    }
}

#[test]
fn policy_with_every_verb_is_the_committed_one() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../snapshots/policies");
    for (name, bytes) in policies::FILES.iter().zip(policies::files().unwrap()) {
        assert!(
            bytes == std::fs::read(folder.join(name)).unwrap(),
            "{name}: run `cargo xtask vectors`"
        );
    }
}

fn bad_snapshots() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../snapshots/v1/bad")
}
