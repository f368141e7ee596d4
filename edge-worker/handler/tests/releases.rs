//! Signed releases: what is good is taken over, everything else changes nothing and says why.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, its helpers too"
)]

mod platform;

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use platform::{NOW_MS, Platform, header, ids, json};
use shelfwise_core::policy::PolicySource;
use shelfwise_core::{ItemIndex, Snapshot};
use shelfwise_edge::{Asset, ENTROPY_BYTES, Fetched, Host, RefreshOutcome, Unavailable, refresh};
use shelfwise_releases::{Case, DAY_MS, Draft, File, HOUR_MS, Shop, Table, next_facts, table};
use shelfwise_sync::Validity;

const FOLDER: &str = "https://origin.example/shelfwise/";
const BODY: &str = r#"{"placement":"category","items":["soap","butter"]}"#;
const MINUTE_MS: i64 = 60_000;

/// A worker that trusts the case's keys, at an origin that serves the case.
fn at(table: &Table, case: &Case) -> Platform {
    let platform = Platform::default()
        .set("release_url", &format!("{FOLDER}release"))
        .set("keys", &table.keys_of(case).join(" "));
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

fn poll(platform: &Platform) -> RefreshOutcome {
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
fn refresh_ends_as_the_table_says_for_every_case() {
    let table = today();
    assert!(table.cases.len() >= 30);
    for case in &table.cases {
        let begins = at(&table, case);
        let found = poll(&begins);
        ended(
            case,
            case.forgetting.outcome,
            case.forgetting.what.zip(case.forgetting.why),
            &found,
        );
        let serves = json(&begins.rerank(BODY))["fallback_reason"].is_null();
        assert_eq!(serves, case.forgetting.outcome == "new", "{}", case.name);

        let holds = at(&table, table.unchanged_of(case).unwrap());
        assert_eq!(poll(&holds), RefreshOutcome::New);
        publish(&holds, &table, case);
        let found = poll(&holds);
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
    poll(&platform);
    for file in &case.files {
        let response = platform.get(&format!("/shelfwise/{}", file.path));
        assert!(*response.body() == file.bytes, "{}", file.path);
        assert!(!header(&response, "etag").is_empty());
    }
    assert_eq!(json(&platform.get("/healthz"))["status"], "ok");
}

/// Publishes a release with a rule over the price of items, and polls.
fn governed(facts: Option<Vec<u8>>) -> (Platform, Vec<File>) {
    let (table, shop) = (today(), Shop::at(u64::try_from(NOW_MS).unwrap()));
    let platform = at(&table, named(&table, "good-with-facts"));
    let rules = serde_json::json!({ "rule": [{ "id": "cheap", "exclude": { "where": "price < 1.05" } }] });
    let policy: PolicySource = serde_json::from_value(rules).unwrap();
    let mut draft = Draft {
        policy: policy.check().unwrap().encode(),
        hidden: Vec::new(),
        ..shop.next()
    };
    if let Some(facts) = facts {
        let validity = Validity {
            created_ms: shop.now_ms - HOUR_MS,
            expires_ms: shop.now_ms + DAY_MS,
        };
        draft = draft.with_facts(facts, &shop.facts, shop.now_ms, validity).unwrap();
    }
    let files = draft.files(&shop).unwrap();
    let mut origin = platform.origin.borrow_mut();
    origin.extend(
        files
            .iter()
            .map(|file| (format!("{FOLDER}{}", file.path), file.bytes.clone())),
    );
    drop(origin);
    assert_eq!(poll(&platform), RefreshOutcome::New);
    (platform, files)
}

#[test]
fn rules_over_facts_hold_and_match_nothing_without_them() {
    // The first items of the model cost 1.00, 1.01 and so on.
    let (platform, files) = governed(Some(next_facts()));
    let facts = files.iter().find(|file| file.path.starts_with("facts-")).unwrap();
    assert!(
        *platform.get(&format!("/shelfwise/{}", facts.path)).body() == facts.bytes,
        "browsers get them, too"
    );

    let snapshot = files.iter().find(|file| file.path.ends_with(".swm")).unwrap();
    let snapshot = Snapshot::open(snapshot.bytes.as_slice()).unwrap();
    let listed: Vec<String> = (0..8)
        .map(|item| {
            snapshot
                .ids()
                .id_of(ItemIndex(item))
                .unwrap()
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    let body = serde_json::json!({ "placement": "category", "items": listed }).to_string();
    let sorted = |mut ids: Vec<String>| {
        ids.sort();
        ids
    };
    let shown = |platform: &Platform| sorted(ids(&platform.rerank(&body)));
    assert_eq!(shown(&platform), sorted(listed[5..].to_vec()));
    let health = json(&platform.get("/healthz"));
    assert_eq!(health["facts_sha256"], platform::sha256(&facts.bytes));
    assert!(health["facts_refused"].is_null());

    let dearer = serde_json::json!({ "item_id": listed[0], "price": 1.06 });
    let cheaper = serde_json::json!({ "item_id": listed[7], "price": 1.04 });
    let body = serde_json::json!({ "placement": "category", "items": [dearer, listed[1], cheaper] }).to_string();
    assert_eq!(ids(&platform.rerank(&body)), [&*listed[0]], "the page's price wins");

    assert_eq!(shown(&governed(None).0), sorted(listed));
}

#[test]
fn facts_of_other_ids_are_told_and_match_nothing() {
    let mut facts = next_facts();
    // Within the hash of the ids, which stands behind four bytes and the number of items.
    facts[20] ^= 1;
    let (platform, _) = governed(Some(facts));
    let health = json(&platform.get("/healthz"));
    assert_eq!(
        (&health["status"], &health["refused"]),
        (&"ok".into(), &serde_json::Value::Null)
    );
    let why = health["facts_refused"].as_str().unwrap();
    assert!(why.contains("another snapshot's ids"), "{why}");
}

#[test]
fn past_its_expiry_and_a_day_the_shops_own_order_is_shown() {
    let table = today();
    let platform = at(&table, named(&table, "good-next"));
    poll(&platform);
    let until = json(&platform.get("/healthz"))["serves_until_ms"].as_i64().unwrap();
    platform.later_ms.set(until - NOW_MS - 1);
    assert!(json(&platform.rerank(BODY))["fallback_reason"].is_null());
    platform.later_ms.set(until - NOW_MS);
    let late = json(&platform.rerank(BODY));
    assert_eq!(late["fallback_reason"], "release_expired");
}

#[test]
fn store_that_lost_files_accepts_no_older_release() {
    let table = today();
    let platform = at(&table, named(&table, "good-unchanged"));
    poll(&platform);
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
    assert!(matches!(poll(&platform), RefreshOutcome::Kept(why) if why.contains("rolled-back")));
    assert!(json(&platform.rerank(BODY))["fallback_reason"].is_null());
    publish(&platform, &table, named(&table, "good-unchanged"));
    assert_eq!(poll(&platform), RefreshOutcome::Unchanged);
    assert!(json(&platform.rerank(BODY))["fallback_reason"].is_null());
}

#[test]
fn origin_is_polled_once_a_minute() {
    let table = today();
    let platform = at(&table, named(&table, "good-unchanged"));
    poll(&platform);
    let fetches = platform.fetches.get();
    for _ in 0..10 {
        let config = platform.config().unwrap();
        assert_eq!(
            pollster::block_on(refresh(&platform, &config)),
            RefreshOutcome::Unchanged
        );
    }
    assert_eq!(platform.fetches.get(), fetches);
    poll(&platform);
    assert_eq!(platform.fetches.get(), fetches + 1);
}

/// What the last good release's rules hide, and what the next one's do.
const HIDDEN: [&str; 2] = ["withdrawn", "recalled"];
const WITH_HIDDEN: &str = r#"{"placement":"category","items":["withdrawn","soap","recalled","butter"]}"#;

/// A rule that hides never fails open: wherever no model orders the page, what the policy key hides is left out.
#[test]
fn shop_order_leaves_out_what_the_last_verified_policy_hides() {
    let table = today();
    for case in &table.cases {
        if case.forgetting.outcome == "new" {
            continue;
        }
        let platform = at(&table, case);
        poll(&platform);
        let slate = json(&platform.rerank(WITH_HIDDEN));
        assert!(slate["fallback_reason"].is_string(), "{}", case.name);
        assert_eq!(slate["guardrails"], case.guardrails, "{}", case.name);
        let shown = ids(&platform.rerank(WITH_HIDDEN));
        let hides = HIDDEN.iter().any(|hidden| !shown.iter().any(|id| id == hidden));
        assert_eq!(hides, case.guardrails, "{}: {shown:?}", case.name);
    }
}

#[test]
fn shop_order_past_expiry_and_without_a_whole_model_leaves_out_what_was_hidden() {
    let table = today();
    let platform = at(&table, named(&table, "good-next"));
    poll(&platform);
    let shown = || {
        let slate = json(&platform.rerank(WITH_HIDDEN));
        let positions: Vec<_> = slate["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["position"].clone())
            .collect();
        assert_eq!(positions, [0, 1, 2], "places have no gap");
        (ids(&platform.rerank(WITH_HIDDEN)), slate["fallback_reason"].clone())
    };
    platform.later_ms.set(9 * 86_400_000);
    assert_eq!(
        shown(),
        (
            ["withdrawn", "soap", "butter"].map(String::from).to_vec(),
            "release_expired".into()
        )
    );
    platform.later_ms.set(0);
    platform.store.borrow_mut().retain(|key, _| !key.ends_with("/0"));
    assert_eq!(
        shown(),
        (
            ["withdrawn", "soap", "butter"].map(String::from).to_vec(),
            "snapshot_damaged".into()
        )
    );
}

/// What a slow host waits for.
#[derive(Clone, Copy, PartialEq)]
enum Slowness {
    /// The origin holds its record back.
    Origin,
    /// The store takes its time to write the record of the admitted files.
    Store,
}

/// A host that holds one answer back until it is let go.
struct Slow<'a> {
    platform: &'a Platform,
    record: Vec<u8>,
    slowness: Slowness,
    go: &'a Cell<bool>,
}

impl Slow<'_> {
    async fn wait(&self, slowness: Slowness) {
        let may_go = || self.slowness != slowness || self.go.get();
        std::future::poll_fn(|_| if may_go() { Poll::Ready(()) } else { Poll::Pending }).await;
    }
}

impl Host for Slow<'_> {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, Unavailable> {
        Host::get(self.platform, key).await
    }

    async fn set(&self, key: &str, bytes: &[u8]) -> Result<(), Unavailable> {
        if key == "shelfwise/current" {
            self.wait(Slowness::Store).await;
        }
        Host::set(self.platform, key, bytes).await
    }

    async fn fetch(&self, url: &str, at_most: usize) -> Result<Fetched, Unavailable> {
        if url.ends_with("/release") {
            self.wait(Slowness::Origin).await;
            return Ok(Fetched::File(self.record.clone()));
        }
        self.platform.fetch(url, at_most).await
    }

    fn entropy(&self) -> Option<[u8; ENTROPY_BYTES]> {
        self.platform.entropy()
    }

    fn now_ms(&self) -> i64 {
        self.platform.now_ms()
    }

    fn asset(&self, name: &str) -> Option<Asset> {
        self.platform.asset(name)
    }
}

fn step<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

/// Polls a release on a slow host, and lets another instance admit the next one meanwhile. Returns the record of the older
/// release, and the epoch of the later one.
fn overtaken(platform: &Platform, table: &Table, slowness: Slowness) -> (Vec<u8>, Option<u64>) {
    let config = platform.config().unwrap();
    let record = platform.origin.borrow()[&format!("{FOLDER}release")].clone();
    let go = Cell::new(false);
    let slow = Slow {
        platform,
        record: record.clone(),
        slowness,
        go: &go,
    };
    let mut older = Box::pin(refresh(&slow, &config));
    assert!(step(older.as_mut()).is_pending());
    publish(platform, table, named(table, "good-next"));
    assert_eq!(poll(platform), RefreshOutcome::New);
    let later = epoch(platform);
    go.set(true);
    while step(older.as_mut()).is_pending() {}
    (record, later)
}

fn epoch(platform: &Platform) -> Option<u64> {
    json(&platform.get("/healthz"))["release_epoch"].as_u64()
}

#[test]
fn poll_held_back_by_the_origin_does_not_go_back_to_an_older_release() {
    let table = today();
    let platform = at(&table, named(&table, "good-unchanged"));
    let (record, later) = overtaken(&platform, &table, Slowness::Origin);
    assert_eq!(epoch(&platform), later);
    platform.origin.borrow_mut().insert(format!("{FOLDER}release"), record);
    assert!(matches!(poll(&platform), RefreshOutcome::Kept(why) if why.contains("rolled-back")));
    assert_eq!(epoch(&platform), later);
}

/// No store of a platform compares and sets: an older release that is being written as a later one is admitted wins.
#[test]
fn poll_that_wins_the_store_with_an_older_release_heals_at_the_next() {
    let table = today();
    let platform = at(&table, named(&table, "good-unchanged"));
    let (_, later) = overtaken(&platform, &table, Slowness::Store);
    assert!(epoch(&platform) < later, "the race was not run");
    // What serves meanwhile is a whole, signed and unexpired release, and what the later policy hides stays hidden.
    assert!(json(&platform.rerank(BODY))["fallback_reason"].is_null());
    assert_eq!(poll(&platform), RefreshOutcome::New);
    assert_eq!(epoch(&platform), later);
    platform.later_ms.set(9 * 86_400_000);
    assert_eq!(ids(&platform.rerank(WITH_HIDDEN)), ["withdrawn", "soap", "butter"]);
}

#[test]
fn health_tells_no_address_of_the_origin() {
    let url = "https://internal-origin.corp.example:8443/secret-bucket/model.swm?token=abc";
    let platform = Platform::default()
        .set("snapshot_url", url)
        .set("snapshot_sha256", &"0".repeat(64))
        .refreshed();
    let health = platform.get("/healthz");
    let text = String::from_utf8(health.body().clone()).unwrap();
    assert!(
        text.contains("`snapshot_url` was refused: the origin has no such file"),
        "{text}"
    );
    for secret in ["internal-origin", "token", "://"] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
    assert_eq!(platform.send(http::Request::delete("/healthz"), "").status(), 405);
}
