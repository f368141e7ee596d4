//! What the engine says, as plain objects.

use serde::Serialize;
use shelfwise_core::snapshot::{Support, layout::VERSION};
use shelfwise_core::{Basis, Event, Explanation, Reason, Signal, Slate, SlateItem, Snapshot, Source};
use wasm_bindgen::prelude::*;

use crate::into_error;

/// Reasons that a shown item gets: a tile has room for two.
const REASONS: usize = 2;

/// A slate that no longer borrows from anything.
#[derive(Debug, Serialize)]
pub struct SlateView {
    slate_id: String,
    snapshot: String,
    fallback_used: bool,
    basis: Basis,
    items: Vec<Shown>,
}

#[derive(Debug, Serialize)]
struct Shown {
    item_id: String,
    score: f32,
    position: u32,
    from_position: Option<u32>,
    source: Source,
    reasons: Vec<Because>,
    rules: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Because {
    code: &'static str,
    evidence: Vec<String>,
}

impl SlateView {
    pub fn of(slate: Slate<'_>) -> Self {
        let fallback_used = slate.fallback_used();
        let items = slate.items.into_iter().map(Shown::of).collect();
        Self {
            slate_id: slate.slate_id,
            snapshot: String::new(),
            fallback_used,
            basis: slate.basis,
            items,
        }
    }

    /// Gives each item the strongest reasons out of the record of its scoring, and the slate the name of its model.
    pub fn explained(mut self, by: &Snapshot<Vec<u8>>, explanation: &Explanation, signals: &[Signal<'_>]) -> Self {
        self.snapshot = name_of(by);
        let ids = by.ids();
        for item in &mut self.items {
            let reasons = ids
                .index_of(&item.item_id)
                .map(|index| explanation.reasons(index, signals));
            item.reasons = reasons.into_iter().flatten().take(REASONS).map(Because::of).collect();
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
            source: item.source,
            reasons: Vec::new(),
            rules: item.rules.into_iter().map(|rule| rule.into_owned()).collect(),
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

/// An event of the visit.
#[derive(Debug, Serialize)]
pub struct Happened {
    event: &'static str,
    item_id: String,
    at_ms: f64,
}

impl Happened {
    pub fn of(event: &Event) -> Self {
        Self {
            event: event.kind.name(),
            item_id: event.item.to_string(),
            at_ms: event.at_ms as f64,
        }
    }
}

/// What a model is.
#[derive(Debug, Serialize)]
pub struct SnapshotFacts {
    snapshot: String,
    version: u16,
    snapshot_bytes: usize,
    items: usize,
    min_support: u32,
    support: Support,
    trained_until_ms: f64,
}

impl SnapshotFacts {
    pub fn of(snapshot: &Snapshot<Vec<u8>>) -> Self {
        let meta = snapshot.meta();
        Self {
            snapshot: name_of(snapshot),
            version: VERSION,
            snapshot_bytes: snapshot.as_bytes().len(),
            items: snapshot.items(),
            min_support: meta.min_support,
            support: meta.support,
            trained_until_ms: meta.trained_until_ms as f64,
        }
    }
}

/// The model's name in slates: its time, as slate ids have it.
fn name_of(snapshot: &Snapshot<Vec<u8>>) -> String {
    format!("{:x}", snapshot.meta().trained_until_ms)
}

/// A plain object or array.
pub fn to_js<T: Serialize>(value: &T) -> Result<JsValue, JsError> {
    serde_wasm_bindgen::to_value(value).map_err(into_error)
}
