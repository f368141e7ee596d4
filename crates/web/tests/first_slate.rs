//! A snapshot of 1 MB, as a page meets it: opened, and asked for a list of 200. How long that takes, `cargo xtask speed`
//! measures.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

mod fixture;

use fixture::{NOW_MS, SESSION, department_store, js, message};
use js_sys::Uint8Array;
use shelfwise_web::Engine;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
fn large_snapshot_ranks_a_list_of_two_hundred_by_the_visit() {
    let snapshot = Uint8Array::from(department_store().as_slice());
    assert!(snapshot.length() > 500_000, "{} bytes", snapshot.length());
    let listed: Vec<String> = (0..200)
        .map(|n| format!("{{ item_id: 'SKU-{:07}' }}", n * 53))
        .collect();
    let request = js(&format!(
        "{{ placement: 'aisle', now_ms: {NOW_MS}, items: [{}] }}",
        listed.join(",")
    ));
    let engine = Engine::new(&snapshot, &JsValue::UNDEFINED).map_err(message).unwrap();
    engine.set_mode(SESSION).map_err(message).unwrap();
    let visit = js("['SKU-0000001', 'SKU-0000002', 'SKU-0000003']");
    engine
        .track(&"view_item".into(), &visit, &NOW_MS.into())
        .map_err(message)
        .unwrap();
    let slate = engine.rerank(&request).map_err(message).unwrap();
    assert!(fixture::json(&slate).contains(r#""basis":"session""#));
}
