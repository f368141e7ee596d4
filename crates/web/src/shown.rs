//! Plain values as JavaScript's objects, by serde-wasm-bindgen: by one shape for all of them, which a shopper downloads
//! once. Nothing here borrows from the model any more when it becomes JavaScript.

use serde::ser::{Serialize, SerializeStruct};
use serde_wasm_bindgen::Serializer;
use shelfwise_core::snapshot::layout::VERSION;
use shelfwise_core::{Plain, Snapshot};
use wasm_bindgen::prelude::*;

/// What a model is.
pub fn facts(snapshot: &Snapshot<Vec<u8>>) -> Plain {
    let meta = snapshot.meta();
    Plain::record([
        ("snapshot", Plain::Text(meta.name())),
        ("version", Plain::from(u32::from(VERSION))),
        ("snapshot_bytes", Plain::from(snapshot.as_bytes().len() as u32)),
        ("items", Plain::from(snapshot.items() as u32)),
        ("min_support", Plain::from(meta.min_support)),
        ("support", Plain::Word(meta.support.name())),
        ("trained_until_ms", Plain::Number(meta.trained_until_ms as f64)),
        ("cells", Plain::from(snapshot.cells().facts().bits())),
    ])
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
