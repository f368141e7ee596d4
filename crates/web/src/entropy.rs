//! Random bytes of the host, for the draws of experiments; asked for only where an experiment runs.
//!
//! Not by the crate `getrandom`: its glue goes by the global object, which the list of imports refuses whatever it is for.

use shelfwise_core::allocation::ENTROPY_BYTES;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = crypto, js_name = getRandomValues, catch)]
    fn random(bytes: &mut [u8]) -> Result<(), JsValue>;
}

/// Returns random bytes; `None` where the host has none to give.
pub fn bytes() -> Option<[u8; ENTROPY_BYTES]> {
    let mut bytes = [0; ENTROPY_BYTES];
    random(&mut bytes).ok()?;
    Some(bytes)
}
