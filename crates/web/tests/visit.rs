//! What the bindings hold of a shopper, keep from page to page and return about a slate.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

mod fixture;

use fixture::{NOW_MS, SESSION, add, corner_shop, corner_shop_engine, js, json, message, profile, track, with_policy};
use js_sys::{Array, Object, Reflect, Uint8Array};
use shelfwise_core::policy::{Action, Condition, Rule, Selector};
use shelfwise_core::privacy::{Place, TABLE};
use shelfwise_core::{CurrentItem, Placement, Policy};
use shelfwise_web::Engine;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

const AISLE: &str =
    "{ placement: 'aisle', now_ms: 1.7e12, items: ['milk', 'bread', 'salsa'].map((item_id) => ({ item_id })) }";

fn rerank(engine: &Engine, request: &str) -> JsValue {
    engine.rerank(&js(request)).map_err(message).unwrap()
}

fn text(record: &JsValue, field: &str) -> JsValue {
    Reflect::get(record, &field.into()).unwrap()
}

/// Id and items of a slate.
fn shown(slate: &JsValue) -> (JsValue, Vec<String>) {
    let items = Array::from(&text(slate, "items"));
    let ids = items
        .iter()
        .map(|item| text(&item, "item_id").as_string().unwrap())
        .collect();
    (text(slate, "slate_id"), ids)
}

fn explain(engine: &Engine, slate_id: &JsValue, item: &str) -> String {
    let explanation = engine.explain(slate_id, &item.into()).map_err(message).unwrap();
    if explanation.is_undefined() {
        "undefined".into()
    } else {
        json(&explanation)
    }
}

fn saved(engine: &Engine) -> JsValue {
    engine
        .save()
        .map_or(JsValue::UNDEFINED, |bytes| Uint8Array::from(bytes.as_slice()).into())
}

fn restore(engine: &Engine, saved: &JsValue, now_ms: f64) -> Result<bool, String> {
    engine.restore(saved, &now_ms.into()).map_err(message)
}

/// An engine to which nobody has said what it may know.
fn fresh() -> Engine {
    Engine::new(&Uint8Array::from(corner_shop().as_slice()), &JsValue::UNDEFINED)
        .map_err(message)
        .unwrap()
}

#[wasm_bindgen_test]
fn default_mode_is_contextual_and_reads_no_event() {
    let engine = fresh();
    track(
        &engine,
        "new Proxy({}, { get() { throw 1; } })",
        "{ get length() { throw 1; } }",
        "{}",
    )
    .unwrap();
    add(&engine, "tortillas");
    assert_eq!(
        profile(&engine),
        r#"{"mode":"contextual","gift":false,"events":[],"hidden":[],"cart":[],"memory":null,"draws":[]}"#
    );
    assert_eq!(shown(&rerank(&engine, AISLE)).1, ["milk", "bread", "salsa"]);
    let page = "{ placement: 'pdp', item: 'tortillas', now_ms: 0, items: [{ item_id: 'milk' }, { item_id: 'salsa' }] }";
    assert_eq!(shown(&rerank(&engine, page)).1, ["salsa", "milk"]);
    assert!(saved(&engine).is_undefined());
}

#[wasm_bindgen_test]
fn mode_off_keeps_the_shop_order() {
    let engine = corner_shop_engine();
    add(&engine, "tortillas");
    engine.set_mode(0).map_err(message).unwrap();
    let slate = rerank(&engine, AISLE);
    assert!(json(&slate).contains(r#""fallback_used":true,"basis":"shop_order""#));
    assert_eq!(shown(&slate).1, ["milk", "bread", "salsa"]);
    let shelf = engine
        .recommend(&js("{ placement: 'a', now_ms: 0, limit: 5 }"))
        .map_err(message)
        .unwrap();
    assert!(json(&shelf).ends_with(r#""basis":"shop_order","items":[],"arms":[]}"#));
    assert_eq!(explain(&engine, &shown(&slate).0, "milk"), "undefined");
}

#[wasm_bindgen_test]
fn lower_mode_forgets_and_unknown_byte_is_refused() {
    let engine = corner_shop_engine();
    add(&engine, "tortillas");
    let (slate_id, _) = shown(&rerank(&engine, AISLE));
    for byte in [4, 5, 255, 256, 258, u32::MAX] {
        let error = engine.set_mode(byte).map_err(message).unwrap_err();
        assert!(
            error.contains("use 0 (off), 1 (contextual), 2 (session) or 3 (remembered)"),
            "{byte}: {error}"
        );
    }
    assert!(profile(&engine).contains("tortillas"), "a refused mode changes nothing");
    for byte in [1, SESSION] {
        engine.set_mode(byte).map_err(message).unwrap();
        assert!(!profile(&engine).contains("tortillas"));
        assert_eq!(explain(&engine, &slate_id, "salsa"), "undefined");
    }
}

#[wasm_bindgen_test]
fn explain_gives_reasons_and_the_rule_that_removed_an_item() {
    let no_bread = Rule {
        id: "no bread".into(),
        placements: Vec::new(),
        condition: Condition::default(),
        action: Action::hide(Selector::Item("bread".into())),
    };
    let pdp = Placement {
        name: "pdp".into(),
        current_item: CurrentItem::Hide,
    };
    let engine = with_policy(&Policy {
        placements: vec![pdp],
        rules: vec![no_bread],
        ..Policy::default()
    });
    let engine = engine.unwrap();
    add(&engine, "tortillas");
    track(&engine, "'hide_item'", "['milk']", "1.7e12").unwrap();
    let (slate_id, _) = shown(&rerank(&engine, AISLE));
    assert_eq!(
        explain(&engine, &slate_id, "salsa"),
        r#"{"item_id":"salsa","position":0,"score":0.1875,"source":"together","reasons":[{"code":"because_you_added","evidence":["tortillas"]}],"rules":[],"contributions":[{"source":"together","evidence":"tortillas","amount":0.1875}],"adjustments":[],"ruled_out":null}"#
    );
    let not = |slate_id: &JsValue, item| {
        let explanation = explain(&engine, slate_id, item);
        assert!(
            explanation.contains(r#""position":null,"#) && explanation.contains(r#""source":null"#),
            "{explanation}"
        );
        explanation[explanation.find(r#""ruled_out""#).unwrap()..].to_owned()
    };
    assert_eq!(not(&slate_id, "milk"), r#""ruled_out":{"by":"shopper","rule":null}}"#);
    assert_eq!(
        not(&slate_id, "bread"),
        r#""ruled_out":{"by":"rule","rule":"no bread"}}"#
    );
    assert_eq!(not(&slate_id, "no such item"), r#""ruled_out":null}"#);
    let page = "{ placement: 'pdp', item: 'salsa', now_ms: 1.7e12, items: [{ item_id: 'salsa' }] }";
    let (slate_id, _) = shown(&rerank(&engine, page));
    assert_eq!(
        not(&slate_id, "salsa"),
        r#""ruled_out":{"by":"current_item","rule":null}}"#
    );
}

#[wasm_bindgen_test]
fn what_if_ranks_without_the_event() {
    let engine = corner_shop_engine();
    add(&engine, "tortillas");
    add(&engine, "milk");
    let slate = rerank(&engine, AISLE);
    let (slate_id, ids) = shown(&slate);
    assert_eq!(ids, ["salsa", "bread", "milk"]);
    let what_if = |without: &str| engine.what_if(&slate_id, &js(without)).map_err(message);
    assert_eq!(
        shown(&what_if("[2]").unwrap()),
        (slate_id.clone(), vec!["salsa".into(), "milk".into(), "bread".into()])
    );
    assert_eq!(shown(&what_if("[1, 2]").unwrap()).1, ["milk", "bread", "salsa"]);
    for unknown in ["[]", "[3, -1, 1.5e300, NaN, Infinity, '2', null, {}]"] {
        assert_eq!(json(&what_if(unknown).unwrap()), json(&slate), "{unknown}");
    }
    for (hostile, expected) in [
        ("'12'", "without must be an array"),
        ("Array(1001)", "without has too many entries"),
        ("new Proxy([1], { get() { throw 1; } })", "without cannot be read"),
    ] {
        let error = what_if(hostile).unwrap_err();
        assert!(error.starts_with(expected), "{hostile}: {error}");
    }
}

#[wasm_bindgen_test]
fn history_holds_the_last_eight_slates() {
    let engine = corner_shop_engine();
    let slates: Vec<_> = (0..10)
        .map(|_| shown(&rerank(&engine, AISLE)).0.as_string().unwrap())
        .collect();
    let remembered = || json(&engine.slates().map_err(message).unwrap());
    assert_eq!(remembered(), format!("{:?}", &slates[2..]).replace(", ", ","));
    assert_eq!(explain(&engine, &slates[1].as_str().into(), "milk"), "undefined");
    engine.forget();
    assert_eq!(remembered(), "[]");
    let error = engine
        .explain(&JsValue::NULL, &"milk".into())
        .map_err(message)
        .unwrap_err();
    assert_eq!(error, "slateId must be a string");
}

#[wasm_bindgen_test]
fn saved_visit_continues_on_the_next_page() {
    let (here, there) = (corner_shop_engine(), corner_shop_engine());
    add(&here, "tortillas");
    track(&here, "'gift_on'", "[]", "1.7e12").unwrap();
    let bytes = saved(&here);
    assert_eq!(restore(&there, &bytes, NOW_MS + 1000.0), Ok(true));
    assert_eq!(profile(&there), profile(&here));
    assert_eq!(
        restore(&there, &bytes, NOW_MS + 1000.0),
        Ok(false),
        "there are events already"
    );
    assert_eq!(restore(&fresh(), &bytes, NOW_MS), Ok(false), "nobody allowed it");
    assert_eq!(
        restore(&corner_shop_engine(), &bytes, NOW_MS + 1_800_001.0),
        Ok(false),
        "it is over"
    );
}

#[wasm_bindgen_test]
fn whatever_stands_in_storage_is_taken_up_or_left() {
    let engine = corner_shop_engine();
    for bytes in [
        "new Uint8Array()",
        "new Uint8Array(5)",
        "new Uint8Array(1e6)",
        "new Uint8Array([1, 0, 0, 0, 0])",
        "new Uint8Array([2, 1, 1, 1, 1, 1])",
    ] {
        assert_eq!(restore(&engine, &js(bytes), NOW_MS), Ok(false), "{bytes}");
    }
    for what in ["null", "'AQ=='", "[1]", "{ length: 4e9 }"] {
        let error = restore(&engine, &js(what), NOW_MS).unwrap_err();
        assert!(error.starts_with("saved must be a Uint8Array"), "{what}: {error}");
    }
    assert!(
        restore(&engine, &js("new Uint8Array()"), f64::NAN)
            .unwrap_err()
            .starts_with("nowMs must be milliseconds")
    );
}

#[wasm_bindgen_test]
fn profile_has_exactly_the_rows_of_the_table() {
    let engine = corner_shop_engine();
    engine.set_mode(REMEMBERED).map_err(message).unwrap();
    add(&engine, "milk");
    remember(&engine, &JsValue::UNDEFINED, 1, "consent 7", NOW_MS).unwrap();
    let profile = engine.profile().map_err(message).unwrap();
    let names = |record: &JsValue| {
        let names = Object::keys(record.unchecked_ref::<Object>());
        names.iter().map(|name| name.as_string().unwrap()).collect::<Vec<_>>()
    };
    let event = Array::from(&text(&profile, "events")).get(0);
    let mut found: Vec<_> = names(&event).iter().map(|name| format!("events[].{name}")).collect();
    let is_of_several = |name: &String| name == "events" || name == "memory";
    found.extend(names(&profile).into_iter().filter(|name| !is_of_several(name)));
    let memory = names(&text(&profile, "memory"));
    found.extend(memory.iter().map(|name| format!("memory.{name}")));
    // The ids of slates are exported by a call of their own.
    found.push("slates".into());
    let mut rows: Vec<_> = TABLE
        .concat()
        .iter()
        .filter(|row| row.is_in(Place::Export))
        .map(|row| row.name.to_owned())
        .collect();
    found.sort();
    rows.sort();
    assert_eq!(found, rows);
}

/// The number of the mode.
const REMEMBERED: u32 = 3;

/// Takes up a memory, makes a change by its number, and returns the bytes to store.
fn remember(engine: &Engine, stored: &JsValue, change: u32, text: &str, now_ms: f64) -> Result<JsValue, String> {
    let bytes = engine.remember(stored, change, &text.into(), &NOW_MS.into(), 30, &now_ms.into());
    bytes
        .map(|bytes| Uint8Array::from(bytes.as_slice()).into())
        .map_err(message)
}

#[wasm_bindgen_test]
fn a_memory_begins_with_a_grant_and_ranks_the_next_visit() {
    const DAY_MS: f64 = 86_400_000.0;
    let engine = corner_shop_engine();
    assert!(
        remember(&engine, &JsValue::UNDEFINED, 1, "r", NOW_MS).is_err(),
        "mode session"
    );
    engine.set_mode(REMEMBERED).map_err(message).unwrap();
    add(&engine, "tortillas");
    let early = remember(&engine, &JsValue::UNDEFINED, 0, "", NOW_MS).unwrap_err();
    assert!(early.contains("before a grant"), "{early}");
    let stored = remember(&engine, &JsValue::UNDEFINED, 1, "consent 7", NOW_MS).unwrap();
    let stored = remember(&engine, &stored, 2, "milk", NOW_MS).unwrap();

    let next = fresh();
    next.set_mode(REMEMBERED).map_err(message).unwrap();
    let stored = remember(&next, &stored, 0, "", NOW_MS + DAY_MS).unwrap();
    let told = profile(&next);
    assert!(
        told.contains(r#""items":[{"event":"add_to_cart","item_id":"tortillas","day_ms":1699920000000}],"mutes":[{"kind":"item","name":"milk"}]"#),
        "{told}"
    );
    let slate = rerank(&next, AISLE);
    assert_eq!(shown(&slate).1, ["salsa", "bread"]);
    assert!(json(&slate).contains(r#""basis":"memory""#) && json(&slate).contains("from_earlier_visit"));
    let stored = remember(&next, &stored, 5, "milk", NOW_MS + DAY_MS).unwrap();
    assert_eq!(shown(&rerank(&next, AISLE)).1.len(), 3);
    for (change, text) in [(2, "no such item"), (2, ""), (4, "none"), (1, ""), (99, "")] {
        assert!(
            remember(&next, &stored, change, text, NOW_MS + DAY_MS).is_err(),
            "{change} {text}"
        );
    }
    let late = remember(&next, &stored, 0, "", NOW_MS + 31.0 * DAY_MS).unwrap_err();
    assert!(late.contains("grant is over"), "{late}");
    next.forget();
    assert!(profile(&next).ends_with(r#""memory":null,"draws":[]}"#));
}
