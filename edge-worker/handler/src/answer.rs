//! Slates as JSON, with the same fields as in the browser.

use http::HeaderValue;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use serde::{Serialize, Serializer};
use shelfwise_core::policy::HiddenIds;
use shelfwise_core::{Answer, Engine, Request, Value, Visit};

use crate::model::NoModel;
use crate::route::Response;

/// Cache control of an answer that belongs to whoever asked: to a body, or with an arm in it.
pub const NO_STORE: &str = "private, no-store";

/// Returns the slate that the engine makes for this visit.
pub fn slate(engine: &mut Engine<Vec<u8>>, mut visit: Visit, request: Request) -> Vec<u8> {
    let answer = visit.rank(engine, request);
    bytes(&ValueSerializer(&answer.into_value(Some(engine.snapshot().meta()))))
}

/// Returns the shop's own order without what the rules hide, and the reason. `guardrails` is false if no policy was ever
/// verified.
pub fn shop_order(mut request: Request, why: NoModel, hidden: Option<&HiddenIds>) -> Vec<u8> {
    let limit = std::mem::replace(&mut request.limit, usize::MAX);
    let mut slate = request.in_shop_order(String::new());
    if let Some(hidden) = hidden {
        slate
            .items
            .retain(|item| !hidden.hides(&slate.placement, &item.item_id));
    }
    slate.items.truncate(limit);
    for (position, item) in (0..).zip(&mut slate.items) {
        item.position = position;
    }
    let answer = Answer {
        slate,
        reasons: Vec::new(),
        arms: Vec::new(),
    };
    let mut slate = answer.into_value(None);
    if let Value::Record(fields) = &mut slate {
        fields.push(("fallback_reason", Value::Word(why.name())));
        fields.push(("guardrails", Value::Flag(hidden.is_some())));
    }
    bytes(&ValueSerializer(&slate))
}

/// Returns a value as an answer.
pub fn json(value: &impl Serialize, cache: &'static str) -> Response {
    respond(bytes(value), cache)
}

/// Returns JSON text as an answer.
pub fn respond(body: Vec<u8>, cache: &'static str) -> Response {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// Serializes a value. Numbers are written as in JavaScript: a whole number has no decimal point.
struct ValueSerializer<'a>(&'a Value);

impl Serialize for ValueSerializer<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Null => serializer.serialize_none(),
            Value::Flag(flag) => serializer.serialize_bool(*flag),
            Value::Number(number) if *number == f64::from(*number as i32) => serializer.serialize_i32(*number as i32),
            Value::Number(number) => serializer.serialize_f64(*number),
            Value::Word(word) => serializer.serialize_str(word),
            Value::Text(text) => serializer.serialize_str(text),
            Value::List(list) => serializer.collect_seq(list.iter().map(ValueSerializer)),
            Value::Record(fields) => {
                serializer.collect_map(fields.iter().map(|(name, value)| (name, ValueSerializer(value))))
            }
        }
    }
}

fn bytes(value: &impl Serialize) -> Vec<u8> {
    // Cannot fail: a Vec takes any number of bytes, and all keys of maps are texts.
    serde_json::to_vec(value).unwrap_or_default()
}
