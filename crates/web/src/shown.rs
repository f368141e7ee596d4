//! What the engine says, as plain objects: by serde-wasm-bindgen, and by one shape for all of them, which a shopper
//! downloads once. Nothing here borrows from the model any more when it becomes JavaScript.

use std::borrow::Cow;

use serde::ser::{Serialize, SerializeStruct};
use serde_wasm_bindgen::Serializer;
use shelfwise_core::snapshot::{Meta, layout::VERSION};
use shelfwise_core::{Answer, Plain, Policy, Reason, RuledOut, Snapshot, Why};
use wasm_bindgen::prelude::*;

/// The most reasons of a shown item: a tile has room for two.
const REASONS: usize = 2;

/// The slate, under the name of its model.
pub fn slate(answer: Answer, meta: &Meta) -> Plain {
    let Answer { slate, reasons } = answer;
    let fallback_used = slate.fallback_used();
    let (mut items, mut reasons) = (Vec::with_capacity(slate.items.len()), reasons.into_iter());
    for item in slate.items {
        items.push(Plain::record([
            ("item_id", Plain::Text(item.item_id.into_owned())),
            ("score", Plain::Number(item.score.into())),
            ("position", Plain::from(item.position)),
            ("from_position", Plain::from(item.from_position)),
            ("source", Plain::Word(item.source.name())),
            // In mode off nothing has a reason.
            ("reasons", strongest(reasons.next().unwrap_or_default())),
            ("rules", names(&item.rules)),
        ]));
    }
    Plain::record([
        ("slate_id", Plain::Text(slate.slate_id)),
        ("snapshot", name_of(meta)),
        ("fallback_used", Plain::Flag(fallback_used)),
        ("basis", Plain::Word(slate.basis.name())),
        ("items", Plain::List(items)),
    ])
}

/// Why that item stands where it stands. Where it is not shown, its score is that of the tables.
pub fn explanation(item_id: String, why: Why, policy: &Policy) -> Plain {
    let (shown, mut steps, mut sum) = (why.shown.as_ref(), Vec::new(), 0.0);
    for said in why.said {
        sum += said.amount;
        steps.push(Plain::record([
            ("source", Plain::Word(said.source.name())),
            ("evidence", Plain::from(said.evidence.as_deref())),
            ("amount", Plain::Number(said.amount.into())),
        ]));
    }
    let rules = shown.map_or(&[][..], |shown| &shown.rules);
    Plain::record([
        ("item_id", Plain::Text(item_id)),
        ("position", Plain::from(shown.map(|shown| shown.position))),
        ("score", Plain::Number(shown.map_or(sum, |shown| shown.score).into())),
        (
            "source",
            shown.map_or(Plain::Null, |shown| Plain::Word(shown.source.name())),
        ),
        ("reasons", strongest(why.reasons)),
        ("rules", names(rules)),
        ("contributions", Plain::List(steps)),
        (
            "ruled_out",
            why.ruled_out.map_or(Plain::Null, |by| ruled_out(by, policy)),
        ),
    ])
}

fn ruled_out(by: RuledOut, policy: &Policy) -> Plain {
    let (by, rule) = match by {
        RuledOut::Shopper => ("shopper", None),
        RuledOut::CurrentItem => ("current_item", None),
        RuledOut::Rule(rule) => ("rule", policy.rules.get(usize::from(rule))),
    };
    let rule = rule.map(|rule| rule.id.as_str());
    Plain::record([("by", Plain::Word(by)), ("rule", Plain::from(rule))])
}

/// What a model is.
pub fn facts(snapshot: &Snapshot<Vec<u8>>) -> Plain {
    let meta = snapshot.meta();
    Plain::record([
        ("snapshot", name_of(meta)),
        ("version", Plain::from(u32::from(VERSION))),
        ("snapshot_bytes", Plain::from(snapshot.as_bytes().len() as u32)),
        ("items", Plain::from(snapshot.items() as u32)),
        ("min_support", Plain::from(meta.min_support)),
        ("support", Plain::Word(meta.support.name())),
        ("trained_until_ms", Plain::Number(meta.trained_until_ms as f64)),
    ])
}

fn strongest(reasons: Vec<Reason>) -> Plain {
    let mut told = Vec::new();
    for reason in reasons.into_iter().take(REASONS) {
        told.push(Plain::record([
            ("code", Plain::Word(reason.code.name())),
            ("evidence", Plain::texts(&mut reason.evidence.as_deref().into_iter())),
        ]));
    }
    Plain::List(told)
}

fn names(rules: &[Cow<'_, str>]) -> Plain {
    Plain::texts(&mut rules.iter().map(|rule| &**rule))
}

/// The model's name in slates: its time, as slate ids have it.
fn name_of(meta: &Meta) -> Plain {
    Plain::Text(format!("{:x}", meta.trained_until_ms))
}

/// The value as a plain object.
pub fn plain(value: &Plain) -> Result<JsValue, JsError> {
    Spoken(value).serialize(&SERIALIZER).map_err(crate::into_error)
}

const SERIALIZER: Serializer = Serializer::new().serialize_missing_as_null(true);

/// A plain value on its way to the page.
struct Spoken<'a>(&'a Plain);

impl Serialize for Spoken<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Plain::Null => serializer.serialize_none(),
            Plain::Flag(flag) => serializer.serialize_bool(*flag),
            Plain::Number(number) => serializer.serialize_f64(*number),
            // A word is made into JavaScript once, however often it comes: the serializer keeps those of variants.
            Plain::Word(word) => serializer.serialize_unit_variant("", 0, word),
            Plain::Text(text) => serializer.serialize_str(text),
            Plain::List(list) => serializer.collect_seq(list.iter().map(Spoken)),
            Plain::Record(fields) => {
                let mut record = serializer.serialize_struct("", fields.len())?;
                for (name, value) in fields {
                    record.serialize_field(name, &Spoken(value))?;
                }
                record.end()
            }
        }
    }
}
