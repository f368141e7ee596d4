//! Experiments at the edge: drawn for each request by page, and by windows for everybody.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, its helpers too"
)]

mod platform;

use std::collections::{BTreeMap, BTreeSet};

use platform::{GROCER, NOW_MS, Platform, header, json, sha256};
use shelfwise_core::Snapshot;
use shelfwise_core::policy::PolicySource;
use shelfwise_core::shares::{KeyShares, Shares};
use shelfwise_core::snapshot::with_shares;
use shelfwise_edge::Response;

const RULES_URL: &str = "https://origin.example/policy.swp";
const HERE: &str = "/v1/recommend?placement=pdp&item=bread&limit=3&cell=,,,,";

const BY_PAGE: &str = "[[experiment]]\nid = \"own\"\nunit = \"page\"\nread = [\"orders\"]\n\
    arms = [{ name = \"store_order\", weight = 1 }, { name = \"engine\", weight = 3 }]\n";
const BY_WINDOW: &str = "[[experiment]]\nid = \"hours\"\nunit = \"window\"\nwindow = { hours = 1 }\nread = [\"orders\"]\n\
    from = 2025-12-01\nuntil = 2040-01-01\narms = [{ name = \"a\", weight = 1 }, { name = \"b\", weight = 1 }]\n";
const BY_VISIT: &str = "[[experiment]]\nid = \"visits\"\nunit = \"visit\"\nread = [\"orders\"]\n\
    arms = [{ name = \"a\", weight = 1 }, { name = \"b\", weight = 1 }]\n";

fn built(rules: &str) -> Vec<u8> {
    let source: PolicySource = toml::from_str(rules).unwrap();
    source.check().unwrap().encode()
}

/// The grocer's model under these rules.
fn shop(rules: &str) -> Platform {
    shop_of(GROCER, rules)
}

fn shop_of(model: &[u8], rules: &str) -> Platform {
    let policy = built(rules);
    let platform = Platform::of(model)
        .set("policy_url", RULES_URL)
        .set("policy_sha256", &sha256(&policy));
    platform.origin.borrow_mut().insert(RULES_URL.to_owned(), policy);
    platform.refreshed()
}

fn draw(platform: &Platform, number: u16) {
    let mut entropy = [0; 16];
    for (at, byte) in entropy.iter_mut().enumerate() {
        // The same draw for the holdout and every layer.
        *byte = number.to_le_bytes()[at % 2];
    }
    platform.entropy.set(Some(entropy));
}

fn arms(response: &Response) -> Vec<String> {
    let slate = json(response);
    let arms = slate["arms"].as_array().unwrap();
    arms.iter().map(|arm| arm.as_str().unwrap().to_owned()).collect()
}

#[test]
fn arms_of_pages_have_their_shares_and_one_cache_entry_each() {
    let platform = shop(BY_PAGE);
    let (mut counts, mut entries) = (BTreeMap::new(), BTreeMap::new());
    for number in (0..=u16::MAX).step_by(64) {
        draw(&platform, number);
        let response = platform.get(HERE);
        assert_eq!(header(&response, "cache-control"), "private, no-store");
        let key = platform.cache_key(http::Request::get(HERE)).unwrap();
        *counts.entry(arms(&response).concat()).or_insert(0) += 1;
        let bodies: &mut Vec<Vec<u8>> = entries.entry(key).or_default();
        bodies.push(response.into_body());
    }
    assert_eq!(
        counts.into_iter().collect::<Vec<_>>(),
        [("own/engine".to_owned(), 768), ("own/store_order".to_owned(), 256)]
    );
    assert_eq!(entries.len(), 2);
    for bodies in entries.values() {
        assert!(
            bodies.windows(2).all(|pair| pair[0] == pair[1]),
            "two answers under one key"
        );
    }
}

/// The key of an answer has the arm that the answer has, whoever decided on its share.
#[test]
fn learned_shares_are_in_the_key_too() {
    let shares = Shares {
        slot: "own".into(),
        options: vec!["store_order".into(), "engine".into()],
        keys: vec![KeyShares {
            key: String::new(),
            shares: vec![49_152, 16_384],
        }],
    };
    let model = with_shares(&Snapshot::open(GROCER).unwrap(), &[shares]).unwrap();
    let platform = shop_of(&model, BY_PAGE);
    let mut entries: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for number in (0..=u16::MAX).step_by(1024) {
        draw(&platform, number);
        let key = platform.cache_key(http::Request::get(HERE)).unwrap();
        entries.entry(key).or_default().push(arms(&platform.get(HERE)).concat());
    }
    let counts: Vec<(usize, BTreeSet<&String>)> = entries
        .values()
        .map(|arms| (arms.len(), arms.iter().collect()))
        .collect();
    assert!(counts.iter().all(|(_, arms)| arms.len() == 1), "{counts:?}");
    let mut sizes: Vec<usize> = counts.iter().map(|(size, _)| *size).collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [16, 48], "{counts:?}");
}

#[test]
fn window_has_one_arm_for_everybody_until_its_block_ends() {
    let platform = shop(BY_WINDOW);
    let mut seen = BTreeMap::new();
    for hour in 0..24 {
        platform.later_ms.set(hour * 3_600_000);
        let of_hour: Vec<_> = [0, 40_000]
            .map(|number| {
                draw(&platform, number);
                (arms(&platform.get(HERE)), platform.cache_key(http::Request::get(HERE)))
            })
            .into();
        assert_eq!(of_hour[0], of_hour[1], "hour {hour}");
        *seen.entry(of_hour[0].0.concat()).or_insert(0) += 1;
    }
    assert_eq!(seen.len(), 2, "{seen:?}");
}

#[test]
fn visits_are_not_drawn_and_nothing_is_without_random_bytes() {
    let platform = shop(BY_VISIT).set("recent", "on");
    draw(&platform, 1);
    let body = r#"{"placement":"category","items":["soap","butter"],"recent":["bread"]}"#;
    assert!(arms(&platform.rerank(body)).is_empty());
    assert!(arms(&platform.get(HERE)).is_empty());
    let platform = shop(BY_PAGE);
    platform.entropy.set(None);
    let response = platform.get(HERE);
    assert!(arms(&response).is_empty());
    assert_eq!(header(&response, "cache-control"), "private, no-store");
}

#[test]
fn draws_are_of_the_request_and_hold_for_lists_too() {
    let platform = shop(BY_PAGE);
    let body = r#"{"placement":"category","items":["soap","butter"],"context":{"item":"bread"}}"#;
    draw(&platform, 0);
    let own = platform.rerank(body);
    assert_eq!(
        (arms(&own), platform::ids(&own)),
        (
            vec!["own/store_order".to_owned()],
            vec!["soap".to_owned(), "butter".to_owned()]
        )
    );
    draw(&platform, u16::MAX);
    let ranked = platform.rerank(body);
    assert_eq!(
        (arms(&ranked), platform::ids(&ranked)),
        (
            vec!["own/engine".to_owned()],
            vec!["butter".to_owned(), "soap".to_owned()]
        )
    );
}

#[test]
fn what_runs_decides_on_caches_and_not_what_was_drawn() {
    let over = BY_PAGE.replace("unit", "until = 2026-01-01T06:00:00Z\nunit");
    let platform = shop(&over);
    draw(&platform, 0);
    assert_eq!(header(&platform.get(HERE), "cache-control"), "private, no-store");
    platform.later_ms.set(24 * 3_600_000);
    let after = platform.get(HERE);
    assert_eq!(header(&after, "cache-control"), "public, max-age=60");
    assert!(arms(&after).is_empty(), "{NOW_MS}");
    assert_eq!(
        header(&Platform::ready().get(HERE), "cache-control"),
        "public, max-age=60"
    );
}
