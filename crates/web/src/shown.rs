//! What the engine says, as plain objects: small results by serde-wasm-bindgen, texts copied off the model first.

use std::borrow::Cow;

use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use shelfwise_core::snapshot::{Meta, layout::VERSION};
use shelfwise_core::{Event, Reason, Slate, SlateItem};
use wasm_bindgen::prelude::*;

/// The most reasons of a shown item: a tile has room for two.
const REASONS: usize = 2;

/// A slate with reasons, which no longer borrows from the model.
#[derive(Debug, Serialize)]
pub struct Explained {
    slate_id: String,
    snapshot: String,
    fallback_used: bool,
    basis: &'static str,
    items: Vec<Shown>,
}

/// One item of a slate.
#[derive(Debug, Serialize)]
struct Shown {
    item_id: String,
    score: f32,
    position: u32,
    from_position: Option<u32>,
    source: &'static str,
    reasons: Vec<Because>,
    rules: Vec<String>,
}

/// One reason of an item.
#[derive(Debug, Serialize)]
struct Because {
    code: &'static str,
    evidence: Vec<String>,
}

/// One event of the visit.
#[derive(Serialize)]
struct Tracked {
    event: &'static str,
    item_id: String,
    at_ms: f64,
}

/// What a model is.
#[derive(Serialize)]
struct Facts {
    snapshot: String,
    version: u16,
    snapshot_bytes: usize,
    items: usize,
    min_support: u32,
    support: &'static str,
    trained_until_ms: f64,
}

impl Explained {
    /// Takes the slate off the model; reasons come later.
    pub fn of(slate: Slate<'_>) -> Self {
        Self {
            fallback_used: slate.fallback_used(),
            slate_id: slate.slate_id,
            snapshot: String::new(),
            basis: slate.basis.name(),
            items: slate.items.into_iter().map(Shown::of).collect(),
        }
    }

    /// The ids of what is shown, for which reasons are wanted.
    pub fn ids(&self) -> Vec<&str> {
        self.items.iter().map(|item| item.item_id.as_str()).collect()
    }

    /// Gives each item its strongest reasons, and the slate the name of its model.
    pub fn by(mut self, meta: &Meta, reasons: Vec<Vec<Reason>>) -> Self {
        self.snapshot = name_of(meta);
        for (item, reasons) in self.items.iter_mut().zip(reasons) {
            item.reasons = reasons.into_iter().take(REASONS).map(Because::of).collect();
        }
        self
    }
}

impl Shown {
    fn of(item: SlateItem<'_>) -> Self {
        Self {
            item_id: item.item_id.into_owned(),
            score: item.score,
            position: item.position,
            from_position: item.from_position,
            source: item.source.name(),
            reasons: Vec::new(),
            rules: item.rules.into_iter().map(Cow::into_owned).collect(),
        }
    }
}

impl Because {
    fn of(reason: Reason) -> Self {
        Self {
            code: reason.code.name(),
            evidence: reason.evidence.into_iter().collect(),
        }
    }
}

/// The slate as a plain object.
pub fn slate(slate: &Explained) -> Result<JsValue, JsError> {
    plain(slate)
}

/// The visit, oldest event first.
pub fn events(events: &[Event]) -> Result<JsValue, JsError> {
    let tracked = |event: &Event| Tracked {
        event: event.kind.name(),
        item_id: event.item.to_string(),
        at_ms: event.at_ms as f64,
    };
    plain(&events.iter().map(tracked).collect::<Vec<_>>())
}

/// What a model is: its record, the bytes of its file and the number of its items.
pub fn facts(meta: &Meta, bytes: usize, items: usize) -> Result<JsValue, JsError> {
    plain(&Facts {
        snapshot: name_of(meta),
        version: VERSION,
        snapshot_bytes: bytes,
        items,
        min_support: meta.min_support,
        support: meta.support.name(),
        trained_until_ms: meta.trained_until_ms as f64,
    })
}

fn plain(value: &impl Serialize) -> Result<JsValue, JsError> {
    value.serialize(&Serializer::new()).map_err(crate::into_error)
}

/// The model's name in slates: its time, as slate ids have it.
fn name_of(meta: &Meta) -> String {
    format!("{:x}", meta.trained_until_ms)
}
