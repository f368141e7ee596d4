//! What the engine says, as plain objects: small results by serde-wasm-bindgen, texts copied off the model first.

use std::borrow::Cow;

use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use shelfwise_core::snapshot::{Meta, layout::VERSION};
use shelfwise_core::{Answer, Reason, Said, SlateItem, Source, TakenOut, Why};
use wasm_bindgen::prelude::*;

/// The most reasons of a shown item: a tile has room for two.
const REASONS: usize = 2;

/// A slate with reasons, which no longer borrows from the model.
#[derive(Debug, Serialize)]
pub struct Shelf {
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

/// Why an item stands where it stands.
#[derive(Debug, Serialize)]
pub struct Explained {
    item_id: String,
    position: Option<u32>,
    score: f32,
    source: Option<&'static str>,
    reasons: Vec<Because>,
    rules: Vec<String>,
    contributions: Vec<Contribution>,
    ruled_out: Option<RuledOut>,
}

/// One step of the scorer.
#[derive(Debug, Serialize)]
struct Contribution {
    source: &'static str,
    evidence: Option<String>,
    amount: f32,
}

/// Who took an item out.
#[derive(Debug, Serialize)]
struct RuledOut {
    by: &'static str,
    rule: Option<String>,
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

impl Shelf {
    /// The slate, under the name of its model.
    pub fn of(answer: Answer, meta: &Meta) -> Self {
        let Answer { slate, reasons } = answer;
        // In mode off nothing has a reason.
        let reasons = reasons.into_iter().chain(std::iter::repeat_with(Vec::new));
        Self {
            fallback_used: slate.fallback_used(),
            slate_id: slate.slate_id,
            snapshot: name_of(meta),
            basis: slate.basis.name(),
            items: slate.items.into_iter().zip(reasons).map(Shown::of).collect(),
        }
    }
}

impl Shown {
    fn of((item, reasons): (SlateItem<'static>, Vec<Reason>)) -> Self {
        Self {
            item_id: item.item_id.into_owned(),
            score: item.score,
            position: item.position,
            from_position: item.from_position,
            source: item.source.name(),
            reasons: strongest(reasons),
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

impl Explained {
    /// The explanation of that item. Where it is not shown, its score is that of the tables.
    pub fn of(item_id: String, why: Why) -> Self {
        let shown = why.shown.as_ref();
        Self {
            item_id,
            position: shown.map(|shown| shown.position),
            score: shown.map_or_else(|| why.said.iter().map(|said| said.amount).sum(), |shown| shown.score),
            source: shown.map(|shown| shown.source.name()),
            reasons: strongest(why.reasons),
            rules: why
                .shown
                .into_iter()
                .flat_map(|shown| shown.rules)
                .map(Cow::into_owned)
                .collect(),
            contributions: why.said.into_iter().map(Contribution::of).collect(),
            ruled_out: why.taken_out.map(RuledOut::of),
        }
    }
}

impl Contribution {
    fn of(said: Said) -> Self {
        Self {
            source: Source::name(said.source),
            evidence: said.evidence,
            amount: said.amount,
        }
    }
}

impl RuledOut {
    fn of(taken_out: TakenOut) -> Self {
        let (by, rule) = match taken_out {
            TakenOut::Shopper => ("shopper", None),
            TakenOut::CurrentItem => ("current_item", None),
            TakenOut::Rule(rule) => ("rule", Some(rule)),
        };
        Self { by, rule }
    }
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

/// The record as a plain object, `undefined` where there is none.
pub fn if_any(value: Option<impl Serialize>) -> Result<JsValue, JsError> {
    value.map_or(Ok(JsValue::UNDEFINED), |value| plain(&value))
}

/// The record as a plain object, with `null` for what it does not have.
pub fn plain(value: &impl Serialize) -> Result<JsValue, JsError> {
    let serializer = Serializer::new().serialize_missing_as_null(true);
    value.serialize(&serializer).map_err(crate::into_error)
}

fn strongest(reasons: Vec<Reason>) -> Vec<Because> {
    reasons.into_iter().take(REASONS).map(Because::of).collect()
}

/// The model's name in slates: its time, as slate ids have it.
fn name_of(meta: &Meta) -> String {
    format!("{:x}", meta.trained_until_ms)
}
