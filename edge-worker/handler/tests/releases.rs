//! Signed releases: what is good is taken over, everything else changes nothing and says why.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, its helpers too"
)]

mod platform;

use platform::{NOW_MS, Platform, header, json};
use shelfwise_edge::{RefreshOutcome, refresh};
use shelfwise_releases::{Case, Table, table};

const FOLDER: &str = "https://origin.example/shelfwise/";
const BODY: &str = r#"{"placement":"category","items":["soap","butter"]}"#;
const MINUTE_MS: i64 = 60_000;

/// A worker that believes the table's keys, at an origin that serves the case.
fn at(table: &Table, case: &Case) -> Platform {
    let platform = Platform::default()
        .set("release_url", &format!("{FOLDER}release"))
        .set("keys", &table.keys.join(" "));
    publish(&platform, table, case);
    platform
}

fn publish(platform: &Platform, table: &Table, case: &Case) {
    let mut origin = platform.origin.borrow_mut();
    origin.clear();
    for file in table.last_good.iter().chain(&case.files) {
        // What a platform has unpacked before it counts bytes.
        let bytes = match file.encoding {
            Some(_) => vec![0; 8 << 20],
            None => file.bytes.clone(),
        };
        origin.insert(format!("{FOLDER}{}", file.path), bytes);
    }
}

fn look(platform: &Platform) -> RefreshOutcome {
    platform.later_ms.set(platform.later_ms.get() + MINUTE_MS);
    pollster::block_on(refresh(platform, &platform.config().unwrap()))
}

fn named<'a>(table: &'a Table, name: &str) -> &'a Case {
    table.cases.iter().find(|case| case.name == name).unwrap()
}

fn today() -> Table {
    table(u64::try_from(NOW_MS).unwrap()).unwrap()
}

#[test]
fn every_case_ends_as_the_table_says_whether_the_last_release_is_held_or_nothing() {
    let table = today();
    assert!(table.cases.len() >= 30);
    for case in &table.cases {
        let begins = at(&table, case);
        let found = look(&begins);
        ended(
            case,
            case.forgetting.outcome,
            case.forgetting.what.zip(case.forgetting.why),
            &found,
        );
        let serves = json(&begins.rerank(BODY))["fallback_reason"].is_null();
        assert_eq!(serves, case.forgetting.outcome == "new", "{}", case.name);

        let holds = at(&table, named(&table, "good-unchanged"));
        assert_eq!(look(&holds), RefreshOutcome::New);
        publish(&holds, &table, case);
        let found = look(&holds);
        ended(
            case,
            case.remembering.outcome,
            case.remembering.what.zip(case.remembering.why),
            &found,
        );
        assert_eq!(
            json(&holds.rerank(BODY))["fallback_reason"].as_str(),
            None,
            "{}",
            case.name
        );
        let refused = json(&holds.get("/healthz"))["refused"].is_string();
        assert_eq!(refused, case.remembering.outcome == "kept", "{}", case.name);
    }
}

fn ended(case: &Case, outcome: &str, codes: Option<(&str, &str)>, found: &RefreshOutcome) {
    match (outcome, found) {
        ("new", RefreshOutcome::New) | ("unchanged", RefreshOutcome::Unchanged) => {}
        ("kept" | "store-order", RefreshOutcome::Kept(why)) => {
            let (what, code) = codes.unwrap();
            assert!(why.starts_with(&format!("{what}/{code}: ")), "{}: {why}", case.name);
        }
        _ => panic!("{}: {found:?} instead of {outcome}", case.name),
    }
}

#[test]
fn browsers_get_the_release_and_its_files_by_their_own_names() {
    let table = today();
    let case = named(&table, "good-next");
    let platform = at(&table, case);
    assert_eq!(platform.get("/shelfwise/release").status(), 404);
    look(&platform);
    for file in &case.files {
        let response = platform.get(&format!("/shelfwise/{}", file.path));
        assert!(*response.body() == file.bytes, "{}", file.path);
        assert!(!header(&response, "etag").is_empty());
    }
    assert_eq!(json(&platform.get("/healthz"))["status"], "ok");
}

#[test]
fn past_its_expiry_and_a_day_the_shops_own_order_is_shown() {
    let table = today();
    let platform = at(&table, named(&table, "good-next"));
    look(&platform);
    let until = json(&platform.get("/healthz"))["serves_until_ms"].as_i64().unwrap();
    platform.later_ms.set(until - NOW_MS - 1);
    assert!(json(&platform.rerank(BODY))["fallback_reason"].is_null());
    platform.later_ms.set(until - NOW_MS);
    let late = json(&platform.rerank(BODY));
    assert_eq!(late["fallback_reason"], "release_expired");
}

#[test]
fn a_store_that_lost_files_gets_the_same_release_again_and_no_older_one() {
    let table = today();
    let platform = at(&table, named(&table, "good-unchanged"));
    look(&platform);
    let chunks: Vec<String> = platform
        .store
        .borrow()
        .keys()
        .filter(|key| key.ends_with("/0"))
        .cloned()
        .collect();
    for key in &chunks {
        platform.store.borrow_mut().remove(key);
    }
    assert_eq!(json(&platform.rerank(BODY))["fallback_reason"], "snapshot_damaged");
    publish(&platform, &table, named(&table, "epoch-rolled-back"));
    assert!(matches!(look(&platform), RefreshOutcome::Kept(why) if why.contains("rolled-back")));
    assert!(json(&platform.rerank(BODY))["fallback_reason"].is_null());
    publish(&platform, &table, named(&table, "good-unchanged"));
    assert_eq!(look(&platform), RefreshOutcome::Unchanged);
    assert!(json(&platform.rerank(BODY))["fallback_reason"].is_null());
}

#[test]
fn the_origin_is_asked_for_its_release_once_a_minute() {
    let table = today();
    let platform = at(&table, named(&table, "good-unchanged"));
    look(&platform);
    let asked = platform.fetches.get();
    for _ in 0..10 {
        let config = platform.config().unwrap();
        assert_eq!(
            pollster::block_on(refresh(&platform, &config)),
            RefreshOutcome::Unchanged
        );
    }
    assert_eq!(platform.fetches.get(), asked);
    look(&platform);
    assert_eq!(platform.fetches.get(), asked + 1);
}
