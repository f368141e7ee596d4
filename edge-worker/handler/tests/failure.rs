//! Origin down or lying, store empty, damaged or silent: a shop's page gets its own order with a reason.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, its helpers too"
)]

mod platform;

use platform::{GROCER, MODEL_URL, Platform, ids, json, sha256};
use shelfwise_edge::{RefreshOutcome, refresh};

const BODY: &str = r#"{"placement":"category","items":["soap","butter","milk"],"context":{"item":"bread"},"limit":2}"#;

fn refreshed(platform: &Platform) -> RefreshOutcome {
    pollster::block_on(refresh(platform, &platform.config().unwrap()))
}

fn in_shop_order(platform: &Platform, reason: &str) {
    let response = platform.rerank(BODY);
    assert_eq!(response.status(), 200);
    assert_eq!(ids(&response), ["soap", "butter"]);
    assert_eq!(json(&response)["fallback_reason"], reason);
    let shelf = platform.get("/v1/recommend?placement=pdp");
    assert_eq!(
        (shelf.status().as_u16(), json(&shelf)["fallback_reason"].as_str()),
        (200, Some(reason))
    );
}

/// The key under which the beginning of the model is kept.
fn first_chunk(platform: &Platform) -> String {
    let store = platform.store.borrow();
    store.keys().find(|key| key.ends_with("/0")).unwrap().clone()
}

#[test]
fn store_empty_answers_in_shop_order() {
    in_shop_order(&Platform::new(), "no_snapshot");
}

#[test]
fn store_unreachable_answers_in_shop_order() {
    let platform = Platform {
        store_is_down: true,
        ..Platform::ready()
    };
    in_shop_order(&platform, "store_unreachable");
}

#[test]
fn damage_in_any_stored_value() {
    let mut keys: Vec<String> = Platform::ready().store.borrow().keys().cloned().collect();
    // When it was last looked for, and what the rules hide, says nothing of the model.
    keys.retain(|key| !key.ends_with("/look") && !key.ends_with("/guardrails"));
    assert!(keys.len() >= 2);
    for key in keys {
        for damage in [&b""[..], b"x", &[0xff; 64]] {
            let platform = Platform::ready();
            platform.store.borrow_mut().insert(key.clone(), damage.to_vec());
            in_shop_order(&platform, "snapshot_damaged");
        }
        let platform = Platform::ready();
        platform.store.borrow_mut().remove(&key);
        assert_eq!(platform.rerank(BODY).status(), 200);
    }
}

#[test]
fn model_flipped_bit_never_fails_a_request() {
    let platform = Platform::ready();
    let key = first_chunk(&platform);
    for at in 0..GROCER.len() {
        platform.store.borrow_mut().get_mut(&key).unwrap()[at] ^= 1;
        assert_eq!(platform.rerank(BODY).status(), 200, "byte {at}");
        platform.store.borrow_mut().get_mut(&key).unwrap()[at] ^= 1;
    }
}

#[test]
fn origin_down_or_lying_changes_nothing() {
    let platform = Platform::ready();
    let other = sha256(b"another model");
    for (settings, text) in [
        (("snapshot_url", "https://origin.example/gone"), "no such file"),
        (("snapshot_sha256", other.as_str()), "SHA-256"),
    ] {
        let platform = Platform {
            store: platform.store.clone(),
            ..Platform::new()
        }
        .set("snapshot_sha256", &other);
        let platform = platform.set(settings.0, settings.1);
        let RefreshOutcome::Kept(why) = refreshed(&platform) else {
            panic!("{text}")
        };
        assert!(why.contains(text), "{why}");
        assert_eq!(
            ids(&platform.rerank(BODY))[0],
            "butter",
            "the last good model still orders"
        );
    }
}

#[test]
fn bytes_that_are_no_model_are_refused_though_their_hash_is_right() {
    let damaged = [&GROCER[..GROCER.len() - 1], b"?"].concat();
    let platform = Platform::ready().set("snapshot_sha256", &sha256(&damaged));
    platform.origin.borrow_mut().insert(MODEL_URL.to_owned(), damaged);
    assert!(matches!(refreshed(&platform), RefreshOutcome::Kept(_)));
    assert_eq!(ids(&platform.rerank(BODY))[0], "butter");
}

#[test]
fn model_replaced_once_all_of_it_is_stored() {
    let platform = Platform::new();
    assert_eq!(refreshed(&platform), RefreshOutcome::New);
    assert_eq!(refreshed(&platform), RefreshOutcome::Unchanged);
    assert_eq!(ids(&platform.rerank(BODY))[0], "butter");
}

#[test]
fn store_lost_chunks_are_loaded_again() {
    let platform = Platform::ready();
    let key = first_chunk(&platform);
    platform.store.borrow_mut().remove(&key);
    in_shop_order(&platform, "snapshot_damaged");
    platform.later_ms.set(5_000);
    assert_eq!(refreshed(&platform), RefreshOutcome::New);
    assert_eq!(ids(&platform.rerank(BODY))[0], "butter");
}

#[test]
fn origin_down_is_polled_after_a_pause() {
    let platform = Platform::new();
    platform.origin.borrow_mut().clear();
    assert!(matches!(refreshed(&platform), RefreshOutcome::Kept(_)));
    let fetches = platform.fetches.get();
    platform.later_ms.set(4_999);
    assert!(matches!(refreshed(&platform), RefreshOutcome::Kept(why) if why.contains("no such file")));
    assert_eq!(platform.fetches.get(), fetches);
    platform.later_ms.set(5_000);
    refreshed(&platform);
    assert!(platform.fetches.get() > fetches);
}
