//! Converts values to JavaScript objects with serde-wasm-bindgen. One `Serialize` implementation covers all results,
//! to keep the module small. The values own their data, so no borrow of the model is live during the conversion.

use serde::ser::{Serialize, SerializeStruct};
use serde_wasm_bindgen::Serializer;
use shelfwise_core::Value;
use wasm_bindgen::prelude::*;

/// Converts the value to a plain JavaScript object.
pub fn value(value: &Value) -> Result<JsValue, JsError> {
    ValueSerializer(value).serialize(&SERIALIZER).map_err(crate::into_error)
}

const SERIALIZER: Serializer = Serializer::new().serialize_missing_as_null(true);

/// Serializes a value by serde.
struct ValueSerializer<'a>(&'a Value);

impl Serialize for ValueSerializer<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Null => serializer.serialize_none(),
            Value::Flag(flag) => serializer.serialize_bool(*flag),
            Value::Number(number) => serializer.serialize_f64(*number),
            // As a variant's name, because the serializer caches those: each word becomes a JavaScript string once.
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
