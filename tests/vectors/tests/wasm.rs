//! The vectors in WebAssembly: in Node, and in a browser where `WASM_BINDGEN_USE_BROWSER` is set.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, its helpers too"
)]
#![cfg(target_arch = "wasm32")]

use shelfwise_vectors::{SUITES, Suite, run};
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
fn every_case_is_answered_with_the_same_bytes() {
    let mut cases = 0;
    for (file, text) in SUITES {
        let suite: Suite = serde_json::from_str(text).unwrap();
        for case in suite {
            let answer = run(&case).unwrap_or_else(|error| panic!("{file}: {}: {error}", case.name));
            assert_eq!(Some(answer), case.expect, "{file}: {}", case.name);
            cases += 1;
        }
    }
    assert!(cases >= 400, "{cases} cases");
}
