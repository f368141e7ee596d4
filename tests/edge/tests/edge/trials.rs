//! Experiments by page in components: each request draws, and no cache outside keeps what it drew.

use std::collections::BTreeMap;

use shelfwise_edge_host::origin::{Behaviour, Origin, Served};

use crate::shop::{COMPONENTS, GROCER, Shop, json, sha256};

/// One draw in four keeps the shop's own order.
const POLICY: &[u8] = include_bytes!("../../../snapshots/policies/by-page.swp");
const REQUESTS: u32 = 400;

fn shop(component: &str) -> Shop {
    let served = |bytes: &[u8]| Served {
        bytes: bytes.to_vec(),
        encoding: None,
    };
    let files = BTreeMap::from([
        ("model.swm".to_owned(), served(GROCER)),
        ("policy.swp".to_owned(), served(POLICY)),
    ]);
    let origin = Origin::start(Behaviour::Folder(files)).unwrap();
    let settings = [
        ("snapshot_url", origin.url()),
        ("snapshot_sha256", sha256(GROCER)),
        ("policy_url", origin.at("policy.swp")),
        ("policy_sha256", sha256(POLICY)),
    ];
    let settings: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let shop = Shop::before(component, origin, &settings);
    if component == "spin" {
        shop.get("/healthz");
        shop.until(|shop| json(&shop.get("/healthz"))["status"] == "ok");
    }
    shop
}

#[test]
fn each_request_draws_its_own_arm_and_caches_keep_none() {
    for component in COMPONENTS {
        let shop = shop(component);
        let mut counts = BTreeMap::new();
        for _ in 0..REQUESTS {
            let response = shop.get("/v1/recommend?placement=pdp&item=bread&limit=3&cell=,,,,");
            assert_eq!(response.headers()["cache-control"], "private, no-store", "{component}");
            let arms = json(&response)["arms"].to_string();
            *counts.entry(arms).or_insert(0) += 1;
        }
        // Five standard deviations of 400 draws at 3/4 are 43: a fair split is past them once in two million runs.
        let engine = counts.get(r#"["own/engine"]"#).copied().unwrap_or(0);
        let own = counts.get(r#"["own/store_order"]"#).copied().unwrap_or(0);
        assert_eq!(engine + own, REQUESTS, "{component}: {counts:?}");
        assert!((257..=343).contains(&engine), "{component}: {counts:?}");
    }
}
