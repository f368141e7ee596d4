//! The bindings answer a page, and survive any argument of a page.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

mod fixture;

use std::rc::Rc;

use fixture::{add, corner_shop, corner_shop_engine, js, json, message, profile, track, with_policy};
use js_sys::{Function, Uint8Array};
use shelfwise_core::facts::{Cells, ColumnTable, FactKind, FactsBuilder};
use shelfwise_core::policy::program::{COMPARE, LESS, Operation, STOCK};
use shelfwise_core::policy::{Action, Condition, Directive, Program, Rule, Verb};
use shelfwise_core::{EventKind, Policy};
use shelfwise_web::Engine;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

/// What TypeScript is told.
const TYPES: &str = include_str!("../js/src/contract.ts");

const AISLE: &str = "{ placement: 'aisle', now_ms: 1.7e12,
    items: [{ item_id: 'milk' }, { item_id: 'new' }, { item_id: 'salsa', in_stock: true }] }";

/// What is known in a visit of which nothing is known.
const NOTHING: &str = r#"{"mode":"session","gift":false,"events":[],"hidden":[],"cart":[],"memory":null,"draws":[]}"#;

fn rerank(engine: &Engine, request: &str) -> Result<String, String> {
    engine.rerank(&js(request)).map(|slate| json(&slate)).map_err(message)
}

fn recommend(engine: &Engine, request: &str) -> Result<String, String> {
    engine
        .recommend(&js(request))
        .map(|slate| json(&slate))
        .map_err(message)
}

/// The ids of the slate, in its order.
fn order(engine: &Engine, request: &JsValue) -> String {
    let slate = engine.rerank(request).map_err(message).unwrap();
    let ids = Function::new_with_args("slate", "return slate.items.map(({ item_id }) => item_id).join(' ')");
    ids.call1(&JsValue::NULL, &slate).unwrap().as_string().unwrap()
}

#[wasm_bindgen_test]
fn rerank_without_a_visit_keeps_the_shop_order() {
    let slate = rerank(&corner_shop_engine(), AISLE).unwrap();
    assert!(slate.starts_with(r#"{"slate_id":"abc-1","snapshot":"abc","fallback_used":true,"basis":"shop_order","items":[{"item_id":"milk","score":0,"position":0,"from_position":0,"source":"shop_order","reasons":[],"rules":[],"sponsored":null}"#), "{slate}");
}

#[wasm_bindgen_test]
fn rerank_items_related_to_the_cart_rise_with_reasons() {
    let engine = corner_shop_engine();
    add(&engine, "tortillas");
    let slate = engine.rerank(&js(AISLE)).map_err(message).unwrap();
    let first = Function::new_with_args("slate", "return slate.items[0]").call1(&JsValue::NULL, &slate);
    assert_eq!(
        json(&first.unwrap()),
        r#"{"item_id":"salsa","score":0.1875,"position":0,"from_position":2,"source":"together","reasons":[{"code":"because_you_added","evidence":["tortillas"]}],"rules":[],"sponsored":null}"#
    );
}

#[wasm_bindgen_test]
fn rerank_sold_out_item_follows_the_stock_rule() {
    let rule = |action| Rule {
        id: "rule".into(),
        placements: Vec::new(),
        condition: Condition::default(),
        action,
    };
    let sold_out = rule(Action::Exclude(shelfwise_core::policy::Exclusion::OutOfStock));
    let policy = Policy {
        rules: vec![sold_out],
        ..Policy::default()
    };
    let engine = with_policy(&policy).unwrap();
    let list = "{ placement: 'a', now_ms: 0, items: [{ item_id: 'milk', in_stock: false }, { item_id: 'salsa' }] }";
    assert!(!rerank(&engine, list).unwrap().contains("milk"));
    let shelf = "{ placement: 'a', now_ms: 0, limit: 5, sold_out: ['bread'] }";
    let slate = recommend(&engine, shelf).unwrap();
    assert!(slate.contains("milk") && !slate.contains("bread"), "{slate}");
}

/// The stock of the four goods, bound to ids of this hash.
fn stock(hash: [u8; 32]) -> Vec<u8> {
    let column = ColumnTable {
        name: "stock".into(),
        kind: FactKind::Count,
        cells: Cells::numbers([Some(0), Some(5), Some(1), Some(9)]),
    };
    let builder = FactsBuilder {
        ids_sha256: hash,
        items: 4,
        columns: vec![column],
    };
    builder.build().unwrap()
}

#[wasm_bindgen_test]
fn rules_over_facts_act_once_the_facts_are_set() {
    let few = Operation {
        code: COMPARE | LESS,
        column: STOCK,
        value: 2,
    };
    let directive = Directive {
        goods: Program(vec![few]),
        ..Directive::new(Verb::Exclude)
    };
    let rule = Rule {
        id: "nearly gone".into(),
        placements: Vec::new(),
        condition: Condition::default(),
        action: Action::Direct(directive),
    };
    let engine = with_policy(&Policy {
        rules: vec![rule],
        ..Policy::default()
    });
    let engine = engine.unwrap();
    let list =
        js("{ placement: 'a', now_ms: 0, items: [{ item_id: 'milk' }, { item_id: 'bread' }, { item_id: 'salsa' }] }");
    let set = |facts: &[u8], hash: u8| {
        let bytes = [facts, &[hash; 32]].concat();
        engine.set_facts(&Uint8Array::from(&*bytes)).map_err(message)
    };
    let facts = stock([7; 32]);
    let refused = set(&facts, 8).unwrap_err();
    assert!(refused.contains("another snapshot's ids"), "{refused}");
    assert!(set(&facts[..facts.len() - 1], 7).is_err());
    assert!(engine.set_facts(&Uint8Array::new_with_length(31)).is_err());
    assert_eq!(
        order(&engine, &list),
        "milk bread salsa",
        "refused facts change nothing"
    );

    set(&facts, 7).unwrap();
    assert_eq!(order(&engine, &list), "bread");
    let said = js(
        "{ placement: 'a', now_ms: 0, items: [{ item_id: 'milk', stock: 2 }, { item_id: 'bread', stock: 1 }, { item_id: 'salsa' }] }",
    );
    assert_eq!(order(&engine, &said), "milk", "what the page says wins");
}

#[wasm_bindgen_test]
fn rerank_pinned_item_names_its_rule() {
    let pin = Action::Pin {
        item: "bread".into(),
        position: 1,
    };
    let rule = Rule {
        id: "bread first".into(),
        placements: Vec::new(),
        condition: Condition::default(),
        action: pin,
    };
    let engine = with_policy(&Policy {
        rules: vec![rule],
        ..Policy::default()
    });
    let slate = recommend(&engine.unwrap(), "{ placement: 'home', limit: 1, now_ms: 0 }").unwrap();
    assert!(
        slate.contains(r#""source":"pinned""#) && slate.contains(r#""rules":["bread first"]"#),
        "{slate}"
    );
}

#[wasm_bindgen_test]
fn recommend_uses_the_page_and_keeps_the_limit() {
    let slate = recommend(
        &corner_shop_engine(),
        "{ placement: 'pdp', item: 'tortillas', limit: 1, now_ms: 0 }",
    );
    let slate = slate.unwrap();
    assert!(
        slate.contains(r#""basis":"context""#) && slate.contains(r#"["tortillas"]"#),
        "{slate}"
    );
    assert!(
        slate.contains(r#""position":0"#) && !slate.contains(r#""position":1"#),
        "{slate}"
    );
}

#[wasm_bindgen_test]
fn profile_is_readable_and_empty_after_forget() {
    let engine = corner_shop_engine();
    track(&engine, "'view_item'", "['milk', 'bread']", "5").unwrap();
    track(&engine, "'view_cart'", "[]", "Infinity").unwrap();
    assert_eq!(
        profile(&engine),
        r#"{"mode":"session","gift":false,"events":[{"id":1,"event":"view_cart","item_id":"","at_ms":9223372036854776000}],"hidden":[],"cart":[],"memory":null,"draws":[]}"#,
        "a new visit after endless silence"
    );
    engine.forget();
    assert_eq!(profile(&engine), NOTHING);
}

#[wasm_bindgen_test]
fn track_refused_event_leaves_the_visit_unchanged() {
    let engine = corner_shop_engine();
    add(&engine, "milk");
    let before = profile(&engine);
    for (event, items, at_ms, expected) in [
        (
            "'view_item'",
            "['bread', 'x'.repeat(256)]",
            "1",
            "itemIds[1] is too long",
        ),
        ("'view_item'", "['bread', '']", "1", "view_item needs an item_id"),
        ("'view_item'", "[]", "1", "view_item needs an item_id"),
        ("'view_item'", "'bread'", "1", "itemIds must be an array"),
        ("'view_item'", "['bread', 7]", "1", "itemIds[1] must be a string"),
        ("'view_itme'", "['bread']", "1", "unknown event `view_itme`"),
        ("undefined", "['bread']", "1", "event must be a string"),
        ("'x'.repeat(1e7)", "['bread']", "1", "event is too long"),
        ("'view_item'", "['bread']", "NaN", "atMs must be milliseconds"),
        ("'view_item'", "['bread']", "'now'", "atMs must be milliseconds"),
        (
            "'view_item'",
            "Array(1001).fill('bread')",
            "1",
            "itemIds has too many entries",
        ),
    ] {
        let error = track(&engine, event, items, at_ms).unwrap_err();
        assert!(error.contains(expected), "{error}");
        assert_eq!(profile(&engine), before);
    }
}

#[wasm_bindgen_test]
fn rerank_hostile_request_is_an_error_and_the_engine_stays_usable() {
    let engine = corner_shop_engine();
    for (request, expected) in [
        ("null", "placement cannot be read"),
        ("7", "placement must be a string"),
        ("{}", "placement must be a string"),
        ("{ get placement() { throw 1; } }", "placement cannot be read"),
        (
            "new Proxy({}, { get() { throw new Error(); } })",
            "placement cannot be read",
        ),
        (
            "{ placement: 'x'.repeat(1e7), now_ms: 0, items: [] }",
            "placement is too long: pass at most 255",
        ),
        (
            "{ placement: '€'.repeat(100), now_ms: 0, items: [] }",
            "placement is too long: pass at most 255",
        ),
        ("{ placement: {}, now_ms: 0, items: [] }", "placement must be a string"),
        ("{ placement: 'a', items: [] }", "now_ms must be milliseconds"),
        (
            "{ placement: 'a', now_ms: NaN, items: [] }",
            "now_ms must be milliseconds",
        ),
        (
            "{ placement: 'a', now_ms: 1n, items: [] }",
            "now_ms must be milliseconds",
        ),
        ("{ placement: 'a', now_ms: 0 }", "items must be an array"),
        (
            "{ placement: 'a', now_ms: 0, items: { length: 1 } }",
            "items must be an array",
        ),
        (
            "{ placement: 'a', now_ms: 0, items: Array(1001) }",
            "items has too many entries: pass at most 1000",
        ),
        (
            "{ placement: 'a', now_ms: 0, items: [undefined] }",
            "items[0].item_id cannot be read",
        ),
        (
            "{ placement: 'a', now_ms: 0, items: ['milk'] }",
            "items[0].item_id must be a string",
        ),
        (
            "{ placement: 'a', now_ms: 0, items: [{ item_id: 'a', in_stock: 1 }] }",
            "items[0].in_stock must be true",
        ),
        (
            "{ placement: 'a', now_ms: 0, items: [{ item_id: 'a', price: -1 }] }",
            "items[0].price must be a number from 0",
        ),
        (
            "{ placement: 'a', now_ms: 0, items: [{ item_id: 'a', stock: '3' }] }",
            "items[0].stock must be a number from 0",
        ),
        (
            "{ placement: 'a', now_ms: 0, items: [{ item_id: 'a', item_brand: [] }] }",
            "items[0].item_brand must be",
        ),
        (
            "{ placement: 'a', now_ms: 0, items: [], limit: -1 }",
            "limit must be a whole number from 0 to 1000",
        ),
        (
            "{ placement: 'a', now_ms: 0, items: [], limit: 1.5 }",
            "limit must be a whole number",
        ),
        (
            "{ placement: 'a', now_ms: 0, items: [], limit: 1e300 }",
            "limit must be a whole number",
        ),
        (
            "{ placement: 'a', now_ms: 0, items: [], item: Symbol() }",
            "item must be a string",
        ),
        (
            "{ placement: 'a', now_ms: 0, items: new Proxy([], { get: (a, name) => name === 'length' ? 1e9 : a[name] }) }",
            "items has too many entries",
        ),
        (
            "{ placement: 'a', now_ms: 0, items: new Proxy([], { get: (a, name) => name === 'length' ? 'x' : a[name] }) }",
            "items has too many entries",
        ),
    ] {
        let error = rerank(&engine, request).unwrap_err();
        assert!(error.starts_with(expected), "{request}: {error}");
        assert_eq!(
            order(
                &engine,
                &js("{ placement: 'a', now_ms: 0, items: [{ item_id: 'milk' }] }")
            ),
            "milk"
        );
    }
}

#[wasm_bindgen_test]
fn rerank_missing_field_is_named_in_the_error() {
    let engine = corner_shop_engine();
    let error = recommend(&engine, "{ placement: 'a', now_ms: 0 }").unwrap_err();
    assert!(error.starts_with("limit is missing"), "{error}");
}

#[wasm_bindgen_test]
fn item_ids_named_like_object_members_are_ordinary_ids() {
    let engine = corner_shop_engine();
    for id in ["__proto__", "constructor", "toString", "\u{1F32E}", "a\\u0000b"] {
        let request = format!("{{ placement: 'a', now_ms: 0, items: [{{ item_id: '{id}' }}] }}");
        let expected = json(&js(&format!("'{id}'")));
        assert!(rerank(&engine, &request).unwrap().contains(&expected), "{id}");
    }
    let inherited =
        "JSON.parse('{ \"__proto__\": { \"limit\": -1 }, \"placement\": \"a\", \"now_ms\": 0, \"items\": [] }')";
    assert!(rerank(&engine, inherited).is_ok());
}

#[wasm_bindgen_test]
fn getter_that_calls_the_engine_is_supported() {
    let engine = Rc::new(corner_shop_engine());
    let inner = Rc::clone(&engine);
    let meddle = Closure::<dyn FnMut()>::new(move || {
        add(&inner, "tortillas");
        inner.forget();
        add(&inner, "bread");
    });
    let request = Function::new_with_args(
        "meddle",
        "return { get placement() { meddle(); return 'a'; }, now_ms: 1.7e12, items: [{ item_id: 'salsa' }, { item_id: 'milk' }] }",
    );
    let request = request.call1(&JsValue::NULL, meddle.as_ref()).unwrap();
    assert_eq!(order(&engine, &request), "milk salsa");
}

#[wasm_bindgen_test]
fn rerank_with_patched_prototypes_gives_a_result() {
    let engine = Rc::new(corner_shop_engine());
    add(&engine, "milk");
    let inner = Rc::clone(&engine);
    let meddle = Closure::<dyn FnMut()>::new(move || inner.forget());
    let plant = Function::new_with_args(
        "meddle",
        "Object.defineProperty(Object.prototype, 'event', { set() { meddle(); }, configurable: true })",
    );
    plant.call1(&JsValue::NULL, meddle.as_ref()).unwrap();
    let visit = engine.profile().ok().unwrap();
    js("delete Object.prototype.event");
    assert!(json(&visit).contains(r#"[{"id":1,"item_id":"milk","at_ms":1700000000000}]"#));
    assert_eq!(profile(&engine), NOTHING);
}

#[wasm_bindgen_test]
fn invalid_snapshot_is_refused_with_the_error_of_the_engine() {
    let open = |snapshot: &JsValue| Engine::new(snapshot, &JsValue::UNDEFINED).map(drop).map_err(message);
    for (snapshot, expected) in [
        ("undefined", "snapshot must be a Uint8Array"),
        ("[1, 2, 3]", "snapshot must be a Uint8Array"),
        ("new ArrayBuffer(9)", "snapshot must be a Uint8Array"),
        ("Object.create(Uint8Array.prototype)", "snapshot must be a Uint8Array"),
        ("{ length: 4e9 }", "snapshot must be a Uint8Array"),
        ("new Uint8Array(9)", "not a Shelfwise snapshot"),
        ("new DataView(new ArrayBuffer(9))", "not a Shelfwise snapshot"),
        (
            "new (class extends Uint8Array { get length() { return 4e9; } })(9)",
            "not a Shelfwise snapshot",
        ),
        (
            "(() => { const a = new Uint8Array(9); structuredClone(a.buffer, { transfer: [a.buffer] }); return a; })()",
            "snapshot must be a Uint8Array whose buffer is attached",
        ),
    ] {
        let error = open(&js(snapshot)).unwrap_err();
        assert!(error.starts_with(expected), "{snapshot}: {error}");
    }
    let mut damaged = corner_shop();
    *damaged.last_mut().unwrap() ^= 1;
    assert!(
        open(&Uint8Array::from(damaged.as_slice()))
            .unwrap_err()
            .contains("damaged")
    );
}

#[wasm_bindgen_test]
fn invalid_policy_is_refused_with_the_error_of_the_engine() {
    let snapshot = Uint8Array::from(corner_shop().as_slice());
    for (policy, expected) in [
        ("new Uint8Array(9)", "not a policy"),
        ("'policy'", "policy must be a Uint8Array"),
        ("false", "policy must be a Uint8Array"),
    ] {
        let error = Engine::new(&snapshot, &js(policy))
            .map(drop)
            .map_err(message)
            .unwrap_err();
        assert!(error.starts_with(expected), "{error}");
    }
    assert!(Engine::new(&snapshot, &JsValue::NULL).is_ok());
}

#[wasm_bindgen_test]
fn info_returns_the_facts_of_the_model() {
    let bytes = corner_shop().len();
    let expected = format!(
        r#"{{"snapshot":"abc","version":1,"snapshot_bytes":{bytes},"items":4,"min_support":2,"support":"people","trained_until_ms":2748,"cells":0}}"#
    );
    assert_eq!(json(&corner_shop_engine().info().ok().unwrap()), expected);
}

#[wasm_bindgen_test]
fn typescript_knows_every_event() {
    for kind in EventKind::ALL {
        assert!(TYPES.contains(&format!("\"{}\"", kind.name())), "{}", kind.name());
    }
}
