//! Plain values as JavaScript's objects, by serde-wasm-bindgen: by one shape for all of them, which a shopper downloads
//! once. Nothing here borrows from the model any more when it becomes JavaScript.

use serde::ser::{Serialize, SerializeStruct};
use serde_wasm_bindgen::Serializer;
use shelfwise_core::Value;
use wasm_bindgen::prelude::*;

/// The value as a plain object.
pub fn value(value: &Value) -> Result<JsValue, JsError> {
    ValueSerializer(value).serialize(&SERIALIZER).map_err(crate::into_error)
}

const SERIALIZER: Serializer = Serializer::new().serialize_missing_as_null(true);

/// A plain value on its way to the page.
struct ValueSerializer<'a>(&'a Value);

impl Serialize for ValueSerializer<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Null => serializer.serialize_none(),
            Value::Flag(flag) => serializer.serialize_bool(*flag),
            Value::Number(number) => serializer.serialize_f64(*number),
            // A word is made into JavaScript once, however often it comes: the serializer keeps those of variants.
            Value::Word(word) => serializer.serialize_unit_variant("", 0, word),
            Value::Text(text) => serializer.serialize_str(text),
            Value::List(list) => serializer.collect_seq(list.iter().map(ValueSerializer)),
            Value::Record(fields) => {
                let mut record = serializer.serialize_struct("", fields.len())?;
                for (name, value) in fields {
                    record.serialize_field(name, &ValueSerializer(value))?;
                }
                record.end()
            }
        }
    }
}
