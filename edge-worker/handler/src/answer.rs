//! Slates as JSON, with the same fields as in the browser.

use http::HeaderValue;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use serde::Serialize;
use shelfwise_core::{Asked, Basis, Engine, Item, Reason, Session, SlateItem};

use crate::model::NoModel;
use crate::route::Response;

/// The most reasons of a shown item.
const REASONS: usize = 2;

#[derive(Serialize)]
struct Answer<'a> {
    slate_id: &'a str,
    snapshot: Option<String>,
    fallback_used: bool,
    basis: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    fallback_reason: Option<&'static str>,
    items: Vec<Shown<'a>>,
}

#[derive(Serialize)]
struct Shown<'a> {
    item_id: &'a str,
    score: f32,
    position: u32,
    from_position: Option<u32>,
    source: &'static str,
    reasons: Vec<Because<'a>>,
    rules: Vec<&'a str>,
}

#[derive(Serialize)]
struct Because<'a> {
    code: &'static str,
    evidence: Vec<&'a str>,
}

/// The slate that the engine gives for what is asked.
pub fn slate(engine: &mut Engine<Vec<u8>>, session: &Session, asked: Asked<'_>) -> Vec<u8> {
    let snapshot = format!("{:x}", engine.snapshot().meta().trained_until_ms);
    let slate = match asked {
        Asked::Rerank(request) => engine.rerank(session, request, &mut ()),
        Asked::Recommend(request) => engine.recommend(session, request, &mut ()),
    };
    let (slate_id, fallback_used, basis) = (slate.slate_id.clone(), slate.fallback_used(), slate.basis);
    let items: Vec<SlateItem<'static>> = slate.items.into_iter().map(owned).collect();
    let ids: Vec<_> = items.iter().map(|item| &*item.item_id).collect();
    let reasons = engine.reasons(session, asked, &ids);
    let answer = Answer {
        slate_id: &slate_id,
        snapshot: Some(snapshot),
        fallback_used,
        basis: basis.name(),
        fallback_reason: None,
        items: items
            .iter()
            .zip(&reasons)
            .map(|(item, reasons)| Shown::of(item, reasons))
            .collect(),
    };
    bytes(&answer)
}

/// The shop's own order, and why.
pub fn shop_order(items: &[Item<'_>], limit: usize, why: NoModel) -> Vec<u8> {
    let shown = |(position, item): (u32, &Item<'_>)| SlateItem {
        item_id: item.id.to_owned().into(),
        score: 0.0,
        position,
        from_position: Some(position),
        source: shelfwise_core::Source::ShopOrder,
        rules: Vec::new(),
    };
    let items: Vec<_> = (0..).zip(items.iter().take(limit)).map(shown).collect();
    let answer = Answer {
        slate_id: "0-0",
        snapshot: None,
        fallback_used: true,
        basis: Basis::ShopOrder.name(),
        fallback_reason: Some(why.name()),
        items: items.iter().map(|item| Shown::of(item, &[])).collect(),
    };
    bytes(&answer)
}

/// A value as an answer.
pub fn json(value: &impl Serialize, cache: &'static str) -> Response {
    respond(bytes(value), cache)
}

/// JSON text as an answer.
pub fn respond(body: Vec<u8>, cache: &'static str) -> Response {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

impl<'a> Shown<'a> {
    fn of(item: &'a SlateItem<'_>, reasons: &'a [Reason]) -> Self {
        Self {
            item_id: &item.item_id,
            score: item.score,
            position: item.position,
            from_position: item.from_position,
            source: item.source.name(),
            reasons: reasons.iter().take(REASONS).map(Because::of).collect(),
            rules: item.rules.iter().map(|rule| &**rule).collect(),
        }
    }
}

impl<'a> Because<'a> {
    fn of(reason: &'a Reason) -> Self {
        Self {
            code: reason.code.name(),
            evidence: reason.evidence.iter().map(String::as_str).collect(),
        }
    }
}

/// Off the model, which is asked again for reasons.
fn owned(item: SlateItem<'_>) -> SlateItem<'static> {
    let own = |text: std::borrow::Cow<'_, str>| std::borrow::Cow::Owned(text.into_owned());
    SlateItem {
        item_id: own(item.item_id),
        score: item.score,
        position: item.position,
        from_position: item.from_position,
        source: item.source,
        rules: item.rules.into_iter().map(own).collect(),
    }
}

fn bytes(value: &impl Serialize) -> Vec<u8> {
    // A Vec takes any number of bytes, and no map of ours has keys that are no texts: this has no way to fail.
    serde_json::to_vec(value).unwrap_or_default()
}
