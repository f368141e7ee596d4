//! Failures: origin down, slow or with wrong content; store empty, full, down or damaged. The worker answers in the
//! shop's own order, with a reason.

use std::time::{Duration, Instant};

use shelfwise_edge_host::origin::Behaviour;
use shelfwise_edge_host::platform::StoreState;

use crate::shop::{BODY, COMPONENTS, GROCER, SHOP_ORDER, Shop, ids, in_shop_order, json};

#[test]
fn origin_down_or_with_wrong_content_answers_in_shop_order() {
    for component in COMPONENTS {
        for behaviour in [
            Behaviour::Status(404),
            Behaviour::Status(503),
            Behaviour::File(b"another model".to_vec()),
        ] {
            let shop = Shop::new(component);
            shop.origin.set(behaviour.clone());
            for _ in 0..3 {
                in_shop_order(&shop.rerank(BODY), "no_snapshot");
            }
            shop.until(|shop| shop.origin.requests() > 0);
            let admitted = shop.server.platform.store().contains_key("shelfwise/current");
            assert!(!admitted, "{component}: {behaviour:?}");
        }
        let nobody = Shop::of(component, GROCER, &[("snapshot_url", "http://127.0.0.1:9/model.swm")]);
        in_shop_order(&nobody.rerank(BODY), "no_snapshot");
    }
}

#[test]
fn origin_slow_keeps_response_times_within_bounds() {
    for (component, most) in [("spin", Duration::from_secs(1)), ("wasi", Duration::from_secs(3))] {
        let shop = Shop::new(component);
        shop.origin.set(Behaviour::Silent(Duration::from_secs(8)));
        let start = Instant::now();
        in_shop_order(&shop.rerank(BODY), "no_snapshot");
        assert!(start.elapsed() < most, "{component}: {:?}", start.elapsed());
    }
}

#[test]
fn origin_that_recovers_is_polled_again() {
    let shop = Shop::new("spin");
    shop.origin.set(Behaviour::Status(503));
    in_shop_order(&shop.rerank(BODY), "no_snapshot");
    shop.until(|shop| shop.origin.requests() > 0);
    shop.origin.set(Behaviour::File(GROCER.to_vec()));
    shop.until(|shop| {
        // Removes the time of the last poll, as if a minute had passed; the admitted model stays.
        shop.server
            .platform
            .store()
            .retain(|key, _| key == "shelfwise/current" || key.ends_with("/0"));
        json(&shop.rerank(BODY))["fallback_used"] == false
    });
}

#[test]
fn model_last_good_stays_while_a_new_one_fails() {
    let shop = Shop::ready("spin", &[]);
    shop.server.platform.set("snapshot_sha256", &"0".repeat(64));
    for _ in 0..3 {
        assert_eq!(ids(&shop.rerank(BODY)), ["butter", "soap"]);
    }
    shop.until(|shop| shop.origin.requests() > 1);
    assert_eq!(ids(&shop.rerank(BODY)), ["butter", "soap"]);
}

#[test]
fn store_down_or_full_answers_in_shop_order() {
    let shop = Shop::ready("spin", &[]);
    shop.server.platform.set_state(StoreState::Down);
    in_shop_order(&shop.rerank(BODY), "store_unreachable");
    let full = Shop::new("spin");
    full.server.platform.set_state(StoreState::Full);
    in_shop_order(&full.rerank(BODY), "no_snapshot");
    full.until(|shop| shop.origin.requests() > 0);
    in_shop_order(&full.rerank(BODY), "no_snapshot");
}

#[test]
fn store_damaged_answers_in_shop_order() {
    let good = Shop::ready("spin", &[]);
    let stored = good.server.platform.store().clone();
    assert!(stored.len() >= 2, "{:?}", stored.keys());
    // The origin is down, so that nothing is repaired between two requests.
    good.origin.set(Behaviour::Status(503));
    let read = |key: &&String| *key == "shelfwise/current" || key.ends_with("/0");
    for key in stored.keys().filter(read) {
        for damage in [&b""[..], b"x", &[0xff; 64]] {
            *good.server.platform.store() = stored.clone();
            good.server.platform.store().insert(key.clone(), damage.to_vec());
            in_shop_order(&good.rerank(BODY), "snapshot_damaged");
        }
    }
    let model = stored.keys().find(|key| key.ends_with("/0")).unwrap();
    for at in (0..GROCER.len()).step_by(GROCER.len() / 50) {
        let mut flipped = stored.clone();
        flipped.get_mut(model).unwrap()[at] ^= 0x10;
        *good.server.platform.store() = flipped;
        assert_eq!(ids(&good.rerank(BODY)).len(), SHOP_ORDER.len(), "byte {at}");
    }
    assert_eq!(good.server.platform.traps(), [""; 0]);
}

#[test]
fn invalid_settings_answer_in_shop_order() {
    for component in COMPONENTS {
        let shop = Shop::of(component, GROCER, &[("snapshot_sha256", "short")]);
        in_shop_order(&shop.rerank(BODY), "no_snapshot");
        let text = json(&shop.get("/healthz"))["setting"].to_string();
        assert!(text.contains("snapshot_sha256"), "{text}");
        assert_eq!(shop.origin.requests(), 0);
    }
}
