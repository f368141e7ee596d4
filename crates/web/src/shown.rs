//! What the engine says, as plain objects: each field by an import of its own, as `given` reads them.
//!
//! serde-wasm-bindgen would write fields of any name, and make a shopper download 3 KB more.

use std::borrow::Cow;

use js_sys::Array;
use shelfwise_core::snapshot::{Meta, layout::VERSION};
use shelfwise_core::{Basis, Event, Reason, Slate, SlateItem};
use wasm_bindgen::prelude::*;

/// The most reasons of a shown item: a tile has room for two.
const REASONS: usize = 2;

#[wasm_bindgen]
extern "C" {
    /// An object on its way to the page.
    #[wasm_bindgen(js_name = Object)]
    type Made;
    #[wasm_bindgen(constructor, js_class = "Object")]
    fn new() -> Made;

    #[wasm_bindgen(method, setter, structural)]
    fn set_slate_id(this: &Made, name: &str);
    #[wasm_bindgen(method, setter, structural)]
    fn set_snapshot(this: &Made, name: &str);
    #[wasm_bindgen(method, setter, structural)]
    fn set_fallback_used(this: &Made, used: bool);
    #[wasm_bindgen(method, setter, structural)]
    fn set_basis(this: &Made, name: &str);
    #[wasm_bindgen(method, setter, structural)]
    fn set_items(this: &Made, items: JsValue);
    #[wasm_bindgen(method, setter, structural)]
    fn set_item_id(this: &Made, id: &str);
    #[wasm_bindgen(method, setter, structural)]
    fn set_score(this: &Made, score: f32);
    #[wasm_bindgen(method, setter, structural)]
    fn set_position(this: &Made, from_0: u32);
    #[wasm_bindgen(method, setter, structural)]
    fn set_from_position(this: &Made, from_0: Option<u32>);
    #[wasm_bindgen(method, setter, structural)]
    fn set_source(this: &Made, name: &str);
    #[wasm_bindgen(method, setter, structural)]
    fn set_reasons(this: &Made, reasons: JsValue);
    #[wasm_bindgen(method, setter, structural)]
    fn set_code(this: &Made, name: &str);
    #[wasm_bindgen(method, setter, structural)]
    fn set_evidence(this: &Made, ids: JsValue);
    #[wasm_bindgen(method, setter, structural)]
    fn set_rules(this: &Made, names: JsValue);
    #[wasm_bindgen(method, setter, structural)]
    fn set_event(this: &Made, name: &str);
    #[wasm_bindgen(method, setter, structural)]
    fn set_at_ms(this: &Made, since_1970: f64);
    #[wasm_bindgen(method, setter, structural)]
    fn set_version(this: &Made, version: u32);
    #[wasm_bindgen(method, setter, structural)]
    fn set_snapshot_bytes(this: &Made, bytes: u32);
    #[wasm_bindgen(method, setter, structural)]
    fn set_min_support(this: &Made, supporters: u32);
    #[wasm_bindgen(method, setter, structural)]
    fn set_support(this: &Made, name: &str);
    #[wasm_bindgen(method, setter, structural)]
    fn set_trained_until_ms(this: &Made, since_1970: f64);
}

/// A slate with reasons, which no longer borrows from the model.
#[derive(Debug)]
pub struct Explained {
    slate_id: String,
    snapshot: String,
    fallback_used: bool,
    basis: Basis,
    items: Vec<(SlateItem<'static>, Vec<Reason>)>,
}

impl Explained {
    /// Takes the slate off the model; reasons come later.
    pub fn of(slate: Slate<'_>) -> Self {
        Self {
            fallback_used: slate.fallback_used(),
            slate_id: slate.slate_id,
            snapshot: String::new(),
            basis: slate.basis,
            items: slate.items.into_iter().map(|item| (owned(item), Vec::new())).collect(),
        }
    }

    /// What is shown.
    pub fn ids(&self) -> Vec<&str> {
        self.items.iter().map(|(item, _)| &*item.item_id).collect()
    }

    /// Gives each item the strongest of its reasons, and the slate the name of its model.
    pub fn by(mut self, reasons: Vec<Vec<Reason>>, model: &Meta) -> Self {
        self.snapshot = name_of(model);
        for ((_, kept), found) in self.items.iter_mut().zip(reasons) {
            kept.extend(found.into_iter().take(REASONS));
        }
        self
    }
}

impl From<Explained> for JsValue {
    fn from(slate: Explained) -> Self {
        let made = Made::new();
        made.set_slate_id(&slate.slate_id);
        made.set_snapshot(&slate.snapshot);
        made.set_fallback_used(slate.fallback_used);
        made.set_basis(slate.basis.name());
        made.set_items(list(slate.items.iter().map(|(item, reasons)| shown(item, reasons))));
        made.into()
    }
}

/// The visit, oldest event first.
pub fn events(events: &[Event]) -> JsValue {
    let tracked = |event: &Event| {
        let made = Made::new();
        made.set_event(event.kind.name());
        made.set_item_id(&event.item);
        made.set_at_ms(event.at_ms as f64);
        made.into()
    };
    list(events.iter().map(tracked))
}

/// What a model is: its record, the bytes of its file and the number of its items.
pub fn facts(meta: &Meta, bytes: usize, items: usize) -> JsValue {
    let made = Made::new();
    made.set_snapshot(&name_of(meta));
    made.set_version(VERSION.into());
    made.set_snapshot_bytes(bytes as u32);
    made.set_items(items.into());
    made.set_min_support(meta.min_support);
    made.set_support(meta.support.name());
    made.set_trained_until_ms(meta.trained_until_ms as f64);
    made.into()
}

fn shown(item: &SlateItem<'_>, reasons: &[Reason]) -> JsValue {
    let made = Made::new();
    made.set_item_id(&item.item_id);
    made.set_score(item.score);
    made.set_position(item.position);
    made.set_from_position(item.from_position);
    made.set_source(item.source.name());
    made.set_reasons(list(reasons.iter().map(because)));
    made.set_rules(list(item.rules.iter().map(|name| JsValue::from_str(name))));
    made.into()
}

fn because(reason: &Reason) -> JsValue {
    let made = Made::new();
    made.set_code(reason.code.name());
    made.set_evidence(list(reason.evidence.iter().map(|id| JsValue::from_str(id))));
    made.into()
}

fn list(values: impl Iterator<Item = JsValue>) -> JsValue {
    values.collect::<Array>().into()
}

fn owned(item: SlateItem<'_>) -> SlateItem<'static> {
    SlateItem {
        item_id: Cow::Owned(item.item_id.into_owned()),
        rules: item
            .rules
            .into_iter()
            .map(|name| Cow::Owned(name.into_owned()))
            .collect(),
        score: item.score,
        position: item.position,
        from_position: item.from_position,
        source: item.source,
    }
}

/// The model's name in slates: its time, as slate ids have it.
fn name_of(meta: &Meta) -> String {
    format!("{:x}", meta.trained_until_ms)
}
