//! A visit in which every field has a token.

use serde_json::{Value, json};

use crate::lab::{
    Act, Clock, Declared, EVENT_MS, KNOWN, NEXT, PAGE, Page, Plan, Token, act, call, grant, opened, rerank,
};

/// Longer ids are refused.
const TOO_LONG: usize = 300;
/// When the second page is entered, in milliseconds after the events.
const LATER_MS: u64 = 60_000;
/// Kinds of events that are about items.
const KINDS: &[&str] = &[
    "select_item",
    "view_item",
    "add_to_cart",
    "add_to_wishlist",
    "remove_from_cart",
    "begin_checkout",
    "purchase",
];

/// How the shop has set Shelfwise up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The mode.
    pub mode: String,
    /// The option `visit`.
    pub visit: &'static str,
}

impl Setting {
    /// For people.
    pub fn words(&self) -> String {
        let kept = if self.visit == "tab" { ", kept in the tab" } else { "" };
        format!("mode {}{kept}", self.mode)
    }
}

/// Returns every mode, with every way to keep a visit.
pub fn settings(declared: &Declared) -> Vec<Setting> {
    let fixed = [
        ("off", "memory"),
        ("contextual", "tab"),
        ("session", "memory"),
        ("session", "tab"),
    ];
    let further = declared
        .modes()
        .into_iter()
        .filter(|mode| *mode != "session")
        .map(|mode| (mode, "tab"));
    let all = fixed.into_iter().chain(further);
    all.map(|(mode, visit)| Setting {
        mode: mode.to_owned(),
        visit,
    })
    .collect()
}

/// Returns the plan of a setting, with these tokens.
pub fn plan(setting: &Setting, tokens: &[Token]) -> Plan {
    let of = |field: &str| {
        tokens
            .iter()
            .find(|token| token.field == field)
            .map_or("", |token| token.text.as_str())
    };
    let address = format!("{PAGE}?q={}#{}", of("page.query"), of("page.fragment"));
    let mut first = opened(&setting.mode, setting.visit, &Value::Null);
    first.push(grant(of("grant.receipt")));
    // The time of events is a token too: the clock stands still at it.
    first.push(act("freeze", [json!(EVENT_MS)]));
    first.extend(events(&of));
    first.extend(requests(&of));
    first.extend(page(setting, &of));
    first.extend([act("status", []), act("dump", [])]);
    let mut second = opened(&setting.mode, setting.visit, &Value::Null);
    second.extend([
        rerank(KNOWN),
        act("status", []),
        act("dump", []),
        call("forget", []),
        act("status", []),
        act("dump", []),
    ]);
    let pages = vec![
        Page::new(&address, first).at(Clock::At(EVENT_MS)),
        Page::new(NEXT, second).by_link().at(Clock::At(EVENT_MS + LATER_MS)),
    ];
    Plan {
        name: format!("canary-{}-{}", setting.mode, setting.visit),
        pages,
    }
}

fn events<'a>(of: &impl Fn(&str) -> &'a str) -> Vec<Act> {
    let item = |id: &str| json!({ "item_id": id, "item_name": of("GA4.item_name") });
    let payload = |id: &str| json!({ "items": [item(id), item("bread")], "user_id": of("GA4.user_id"), "search_term": of("GA4.search_term"), "transaction_id": of("GA4.transaction_id") });
    let mut acts: Vec<_> = KINDS
        .iter()
        .map(|kind| call("track", [json!(kind), payload(of("EngineEvent.item_ids"))]))
        .collect();
    let refused = format!("{:x<TOO_LONG$}", of("refused.item_id"));
    acts.push(call(
        "track",
        [
            json!("view_item"),
            json!({ "items": [{ "item_id": refused }, { "item_id": "bread" }] }),
        ],
    ));
    acts.push(call(
        "track",
        [json!("search"), json!({ "search_term": of("GA4.search_term") })],
    ));
    // An item without an id: its name must not be taken for one.
    acts.push(call(
        "track",
        [
            json!("view_item"),
            json!({ "items": [{ "item_name": of("GA4.item_name") }] }),
        ],
    ));
    acts.push(call("lessLike", [json!(of("hidden.item_id"))]));
    acts.push(rerank(KNOWN));
    acts
}

fn requests<'a>(of: &impl Fn(&str) -> &'a str) -> Vec<Act> {
    let item = json!({ "item_id": of("ListedItem.item_id"), "item_category": of("ListedItem.item_category"), "item_brand": of("ListedItem.item_brand") });
    let context = json!({ "item": of("EngineRequest.item"), "category": of("EngineRequest.category"), "cell": of("EngineRequest.cell") });
    let placement = of("EngineRequest.placement");
    vec![
        call(
            "rerank",
            [json!({ "placement": placement, "items": [item, "bread", "milk"], "context": context })],
        ),
        call("explain", [json!({ "$": "slate_id" }), json!(of("ListedItem.item_id"))]),
        call(
            "recommend",
            [
                json!({ "placement": placement, "limit": 4, "context": context, "sold_out": [of("EngineRequest.sold_out")], "fallback": [item] }),
            ],
        ),
        call("whatIf", [json!({ "$": "slate_id" }), json!({ "without": [1] })]),
        call("storeOrder", [json!([item]), json!(placement)]),
        call(
            "rerank",
            [json!({ "placement": placement, "items": "no list", "context": context })],
        ),
    ]
}

/// What else of the package a page uses: a shelf, and auto.js beside a data layer.
fn page<'a>(setting: &Setting, of: &impl Fn(&str) -> &'a str) -> Vec<Act> {
    let ids = json!([of("ListedItem.item_id"), "bread", "milk", "butter"]);
    let attributes =
        json!({ "snapshot": "/lab/model.swm", "mode": setting.mode, "visit": setting.visit, "timeout-ms": "5000" });
    let ecommerce = json!({ "items": [{ "item_id": of("GA4.item_id"), "item_name": of("GA4.item_name") }], "transaction_id": of("GA4.transaction_id") });
    let viewed = json!({ "event": "view_item", "user_id": of("GA4.user_id"), "ecommerce": ecommerce });
    let bought = json!({ "event": "purchase", "user_id": of("GA4.user_id"), "ecommerce": ecommerce });
    vec![
        act(
            "shelf",
            [
                ids.clone(),
                json!({ "placement": of("EngineRequest.placement"), "category": of("EngineRequest.category") }),
            ],
        ),
        act("auto", [attributes, ids]),
        act("push", [viewed, bought]),
        act("refresh", []),
    ]
}
