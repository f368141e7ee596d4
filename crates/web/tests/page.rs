//! A page of its own: the nodes that the shop drew move into the engine's order, and none is made or lost.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

mod fixture;

use fixture::{GOODS, NOW_MS, corner_shop_engine, js, message};
use js_sys::{Array, Function};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::{console_log, wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Document, Element, window};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn tiles_move_into_the_order_of_the_visit() {
    let window = window().unwrap();
    let document = window.document().unwrap();
    let shelf = draw_shelf(&document);
    let engine = corner_shop_engine();
    engine
        .track(&"add_to_cart".into(), &js("['tortillas']"), &NOW_MS.into())
        .map_err(message)
        .unwrap();

    let clock = window.performance().unwrap();
    let start = clock.now();
    let request = js(&format!(
        "{{ placement: 'aisle', now_ms: {NOW_MS}, items: {GOODS:?}.map(item_id => ({{ item_id }})) }}"
    ));
    let slate = engine.rerank(&request).map_err(message).unwrap();
    let order = Function::new_with_args("slate", "return slate.items.map(({ from_position }) => from_position)");
    let order = Array::from(&order.call1(&JsValue::NULL, &slate).unwrap());
    let order = order.iter().filter_map(|place| place.as_f64());
    let tiles: Vec<Element> = (0..GOODS.len() as u32)
        .filter_map(|n| shelf.children().item(n))
        .collect();
    for position in order {
        shelf.append_child(&tiles[position as usize]).unwrap();
    }
    console_log!("ranked and moved in {:.2} ms", clock.now() - start);

    let shown: Vec<String> = (0..shelf.child_element_count())
        .map(|n| shelf.children().item(n).unwrap().id())
        .collect();
    assert_eq!(shown, ["salsa", "tortillas", "milk", "bread"]);
    assert!(
        tiles.iter().all(|tile| shelf.contains(Some(tile))),
        "a tile was replaced"
    );
}

fn draw_shelf(document: &Document) -> Element {
    let shelf = document.create_element("ul").unwrap();
    for id in GOODS {
        let tile = document.create_element("li").unwrap();
        tile.set_id(id);
        shelf.append_child(&tile).unwrap();
    }
    document.body().unwrap().append_child(&shelf).unwrap();
    shelf
}
