//! How long a shopper waits: from the bytes of a 1 MB snapshot to the first slate, in Node and in a browser.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

mod fixture;

use fixture::{NOW_MS, SESSION, department_store, js, message};
use js_sys::Uint8Array;
use shelfwise_web::Engine;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{console_log, wasm_bindgen_test};

#[wasm_bindgen]
extern "C" {
    /// Milliseconds since some moment: browsers and Node both have it.
    #[wasm_bindgen(js_namespace = performance)]
    fn now() -> f64;
}

/// How often it is timed. A page pays the first time, before the browser has optimized the module.
const ROUNDS: usize = 9;

#[wasm_bindgen_test]
fn from_bytes_to_the_first_slate() {
    let snapshot = Uint8Array::from(department_store().as_slice());
    let listed: Vec<String> = (0..200)
        .map(|n| format!("{{ item_id: 'SKU-{:07}' }}", n * 53))
        .collect();
    let request = js(&format!(
        "{{ placement: 'aisle', now_ms: {NOW_MS}, items: [{}] }}",
        listed.join(",")
    ));
    let (mut opened, mut ranked) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let start = now();
        let engine = Engine::new(&snapshot, &JsValue::UNDEFINED).map_err(message).unwrap();
        engine.set_mode(SESSION).map_err(message).unwrap();
        opened.push(now() - start);
        let visit = js("['SKU-0000001', 'SKU-0000002', 'SKU-0000003']");
        engine
            .track(&"view_item".into(), &visit, &NOW_MS.into())
            .map_err(message)
            .unwrap();
        let slate = engine.rerank(&request).map_err(message).unwrap();
        ranked.push(now() - start);
        assert!(fixture::json(&slate).contains(r#""basis":"session""#));
    }
    let (size, cold) = (snapshot.length(), ranked[0]);
    let (opened, warm) = (median(opened), median(ranked));
    console_log!("{size} bytes to the first slate of 200 items: {cold:.1} ms the first time");
    console_log!("median of {ROUNDS}: {opened:.1} ms to open and verify, {warm:.1} ms to the slate");
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
