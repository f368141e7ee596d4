//! Random bytes of the host, for the draws of experiments and the noise of reports; asked for only where one is needed.
//!
//! Not by the crate `getrandom`: its glue goes by the global object, which the list of imports refuses whatever it is for.

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = crypto, js_name = getRandomValues, catch)]
    fn random(bytes: &mut [u8]) -> Result<(), JsValue>;
}

/// Returns random bytes; `None` where the host has none to give.
pub fn bytes<const N: usize>() -> Option<[u8; N]> {
    let mut bytes = [0; N];
    random(&mut bytes).ok()?;
    Some(bytes)
}
