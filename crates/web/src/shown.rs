//! Converts values to JavaScript objects. The values own their data, so no borrow of the model is live during the
//! conversion. Properties are set on objects that are made here, by their own names, so that no code of the page runs.

use alloc::vec::Vec;
use core::ptr;

use js_sys::Array;
use shelfwise_core::Value;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// A plain object under construction.
    #[wasm_bindgen(js_name = Object)]
    type Record;
    #[wasm_bindgen(constructor, js_class = "Object")]
    fn new() -> Record;
    #[wasm_bindgen(method, structural, indexing_setter)]
    fn set(this: &Record, name: JsValue, value: JsValue);
}

/// Converts the value to a plain JavaScript object, array, string, number, boolean or null.
pub fn value(value: &Value) -> JsValue {
    Converter::default().value(value)
}

/// One conversion. Converts each of the engine's own words once: all items of a slate have the same field names.
#[derive(Default)]
struct Converter {
    words: Vec<(&'static str, JsValue)>,
}

impl Converter {
    fn value(&mut self, value: &Value) -> JsValue {
        match value {
            Value::Null => JsValue::NULL,
            Value::Flag(flag) => JsValue::from_bool(*flag),
            Value::Number(number) => JsValue::from_f64(*number),
            Value::Word(word) => self.word(word),
            Value::Text(text) => JsValue::from_str(text),
            Value::List(list) => self.list(list),
            Value::Record(fields) => self.record(fields),
        }
    }

    fn list(&mut self, list: &[Value]) -> JsValue {
        let array = Array::new();
        for (at, value) in (0..).zip(list) {
            array.set(at, self.value(value));
        }
        array.into()
    }

    fn record(&mut self, fields: &[(&'static str, Value)]) -> JsValue {
        let record = Record::new();
        for (name, value) in fields {
            record.set(self.word(name), self.value(value));
        }
        record.into()
    }

    /// Compares addresses: a word that stands in the module twice is converted twice.
    fn word(&mut self, word: &'static str) -> JsValue {
        if let Some((_, converted)) = self.words.iter().find(|(known, _)| ptr::eq(*known, word)) {
            return converted.clone();
        }
        let converted = JsValue::from_str(word);
        self.words.push((word, converted.clone()));
        converted
    }
}
