//! Reads values that a page passes in. Lengths are checked before copying; a getter that throws is an ordinary error.
//!
//! Each property has its own import with `catch`. serde-wasm-bindgen would read requests through `Reflect` and iterators,
//! which costs more bytes and lets the module read any property by name. These imports limit it to the names below.

use std::fmt::Display;

use js_sys::{Array, ArrayBuffer, JsString, Uint8Array};
use shelfwise_core::{CandidateSet, ContextKey, ListItem, MAX_ENTRIES, MAX_ID_BYTES, MAX_TEXT_BYTES, Request, Stock};
use wasm_bindgen::prelude::*;

use crate::into_error;

type Got = Result<JsValue, JsValue>;

#[wasm_bindgen]
extern "C" {
    /// A request, an item or a list as the page passed it, unchecked.
    type Given;

    #[wasm_bindgen(method, getter, structural, catch)]
    fn placement(this: &Given) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, structural, catch)]
    fn items(this: &Given) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, structural, catch)]
    fn item_ids(this: &Given) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, structural, catch)]
    fn sold_out(this: &Given) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, structural, catch)]
    fn item(this: &Given) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, structural, catch)]
    fn category(this: &Given) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, structural, catch)]
    fn cell(this: &Given) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, structural, catch)]
    fn limit(this: &Given) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, structural, catch)]
    fn now_ms(this: &Given) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, structural, catch)]
    fn item_id(this: &Given) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, structural, catch)]
    fn in_stock(this: &Given) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, structural, catch)]
    fn item_category(this: &Given) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, structural, catch)]
    fn item_brand(this: &Given) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, structural, catch)]
    fn length(this: &Given) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, structural, indexing_getter, catch)]
    fn at(this: &Given, index: u32) -> Result<JsValue, JsValue>;

    /// A copy made by the built-in `Uint8Array`, whose `length` is reliable even if the page passed a subclass.
    #[wasm_bindgen(js_name = Uint8Array, extends = Uint8Array)]
    type Copied;
    #[wasm_bindgen(constructor, js_class = "Uint8Array", catch)]
    fn copy(bytes: &JsValue) -> Result<Copied, JsValue>;
}

/// Reads a `rerank` request: the objects of `items` and the page's context.
pub fn rerank(request: &JsValue) -> Result<Request, JsError> {
    let given: &Given = request.unchecked_ref();
    let page = page(given)?;
    let items = required(given.items(), &"items", |items, name| list(items, name, listed))?;
    Ok(listing(page, items))
}

/// Reads an `order` request: the strings of `item_ids`, with one byte of `in_stock` for each if it is given.
pub fn order(request: &JsValue) -> Result<Request, JsError> {
    let given: &Given = request.unchecked_ref();
    let page = page(given)?;
    let ids = required(given.item_ids(), &"item_ids", ids)?;
    let stock = optional(given.in_stock(), &"in_stock", bytes)?;
    if let Some(flags) = stock.as_ref().filter(|flags| flags.len() != ids.len()) {
        let (flags, ids) = (flags.len(), ids.len());
        return Err(into_error(format_args!(
            "in_stock has {flags} bytes for {ids} items: give one for each"
        )));
    }
    let flag = |at: usize| stock.as_ref().and_then(|flags| flags.get(at));
    let listed = |(at, id)| ListItem {
        id,
        stock: flag(at).map(|flag| in_or_out(*flag != 0)).unwrap_or_default(),
        ..ListItem::default()
    };
    let items = ids.into_iter().enumerate().map(listed).collect();
    Ok(listing(page, items))
}

/// Reads a `recommend` request.
pub fn recommend(request: &JsValue) -> Result<Request, JsError> {
    let given: &Given = request.unchecked_ref();
    let (page, limit) = page(given)?;
    let sold_out = optional(given.sold_out(), &"sold_out", ids)?.unwrap_or_default();
    Ok(Request {
        limit: limit.ok_or_else(|| into_error("limit is missing: say how many items are wanted"))?,
        candidates: CandidateSet::Catalog { sold_out },
        ..page
    })
}

/// Reads the fields common to all requests, and the limit of the slate if there is one.
fn page(given: &Given) -> Result<(Request, Option<usize>), JsError> {
    let page = Request {
        placement: required(given.placement(), &"placement", id)?,
        item: optional(given.item(), &"item", id)?,
        category: optional(given.category(), &"category", text)?,
        cell: optional(given.cell(), &"cell", cell)?.unwrap_or_default(),
        now_ms: required(given.now_ms(), &"now_ms", time)?,
        ..Request::default()
    };
    let limit = optional(given.limit(), &"limit", count)?;
    Ok((page, limit.map(|limit| limit as usize)))
}

/// Builds a request for a list. Without a limit the slate has one position per item.
fn listing((page, limit): (Request, Option<usize>), items: Vec<ListItem>) -> Request {
    Request {
        limit: limit.unwrap_or(items.len()),
        candidates: CandidateSet::List(items),
        ..page
    }
}

fn listed(item: &JsValue, name: &dyn Display) -> Result<ListItem, JsError> {
    let given: &Given = item.unchecked_ref();
    Ok(ListItem {
        id: required(given.item_id(), &format_args!("{name}.item_id"), id)?,
        stock: optional(given.in_stock(), &format_args!("{name}.in_stock"), stock)?.unwrap_or_default(),
        category: optional(given.item_category(), &format_args!("{name}.item_category"), text)?,
        brand: optional(given.item_brand(), &format_args!("{name}.item_brand"), text)?,
    })
}

/// Reads a list of ids.
pub fn ids(value: &JsValue, name: &dyn Display) -> Result<Vec<String>, JsError> {
    list(value, name, id)
}

/// Reads event numbers. A value that is not a number becomes 0, which no event has.
pub fn numbers(value: &JsValue, name: &dyn Display) -> Result<Vec<u32>, JsError> {
    let number = |value: &JsValue, _: &dyn Display| Ok(value.as_f64().map_or(0, |number| number as u32));
    list(value, name, number)
}

/// Reads a string of at most `MAX_ID_BYTES` bytes: an id, or the name of an event or placement.
pub fn id(value: &JsValue, name: &dyn Display) -> Result<String, JsError> {
    short(value, name, MAX_ID_BYTES)
}

/// Reads a time in milliseconds since 1970, saturated to the range of `i64`.
pub fn time(value: &JsValue, name: &dyn Display) -> Result<i64, JsError> {
    let ms = value.as_f64().filter(|ms| !ms.is_nan());
    ms.map(|ms| ms as i64).ok_or_else(|| {
        into_error(format_args!(
            "{name} must be milliseconds since 1970, as Date.now() gives"
        ))
    })
}

/// Copies a typed array into the engine's memory. Errs if it cannot be read or memory is short.
pub fn bytes(value: &JsValue, name: &dyn Display) -> Result<Vec<u8>, JsError> {
    let refused = || into_error(format_args!("{name} must be a Uint8Array that can be read"));
    let copied = if ArrayBuffer::is_view(value) {
        Copied::copy(value).map_err(|_| refused())?
    } else {
        return Err(refused());
    };
    let length = copied.length() as usize;
    let mut bytes = Vec::new();
    bytes
        .try_reserve_exact(length)
        .map_err(|_| into_error(format_args!("there is no memory for the {length} bytes of {name}")))?;
    bytes.resize(length, 0);
    copied.copy_to(&mut bytes);
    Ok(bytes)
}

/// Returns the value unless it is `undefined` or `null`.
pub fn if_there(value: &JsValue) -> Option<&JsValue> {
    (!value.is_undefined() && !value.is_null()).then_some(value)
}

type Read<T> = fn(&JsValue, &dyn Display) -> Result<T, JsError>;

fn required<T>(got: Got, name: &dyn Display, read: Read<T>) -> Result<T, JsError> {
    read(&readable(got, name)?, name)
}

fn optional<T>(got: Got, name: &dyn Display, read: Read<T>) -> Result<Option<T>, JsError> {
    if_there(&readable(got, name)?)
        .map(|value| read(value, name))
        .transpose()
}

fn readable(got: Got, name: &dyn Display) -> Result<JsValue, JsError> {
    got.map_err(|_| into_error(format_args!("{name} cannot be read: give plain objects and lists")))
}

fn list<T>(value: &JsValue, name: &dyn Display, read: Read<T>) -> Result<Vec<T>, JsError> {
    let mut entries = Vec::new();
    each(value, name, &mut |entry, name| {
        entries.push(read(entry, name)?);
        Ok(())
    })?;
    Ok(entries)
}

/// Reads the entries of an array in order. Not generic, so that all kinds of lists share one copy of the code.
fn each(
    value: &JsValue,
    name: &dyn Display,
    read: &mut dyn FnMut(&JsValue, &dyn Display) -> Result<(), JsError>,
) -> Result<(), JsError> {
    if !Array::is_array(value) {
        return Err(into_error(format_args!("{name} must be an array")));
    }
    let given: &Given = value.unchecked_ref();
    let length = readable(given.length(), name)?;
    let length = count(&length, name).map_err(|_| {
        into_error(format_args!(
            "{name} has too many entries: at most {MAX_ENTRIES} are taken"
        ))
    })?;
    for at in 0..length {
        let name = &format_args!("{name}[{at}]");
        read(&readable(given.at(at), name)?, name)?;
    }
    Ok(())
}

fn count(value: &JsValue, name: &dyn Display) -> Result<u32, JsError> {
    let whole = |count: &f64| count.fract() == 0.0 && (0.0..=MAX_ENTRIES as f64).contains(count);
    let count = value.as_f64().filter(whole).map(|count| count as u32);
    count.ok_or_else(|| into_error(format_args!("{name} must be a whole number from 0 to {MAX_ENTRIES}")))
}

fn text(value: &JsValue, name: &dyn Display) -> Result<String, JsError> {
    short(value, name, MAX_TEXT_BYTES)
}

/// Reads a context key from its text form; the text itself is not kept.
fn cell(value: &JsValue, name: &dyn Display) -> Result<ContextKey, JsError> {
    id(value, name).map(|words| ContextKey::parse(&words))
}

/// Reads a string of at most `most` bytes. One with more UTF-16 units has more bytes too, and is refused uncopied.
fn short(value: &JsValue, name: &dyn Display, most: usize) -> Result<String, JsError> {
    let string = value
        .dyn_ref::<JsString>()
        .ok_or_else(|| into_error(format_args!("{name} must be a string")))?;
    let text = (string.length() as usize <= most)
        .then(|| String::from(string))
        .filter(|text| text.len() <= most);
    text.ok_or_else(|| into_error(format_args!("{name} is too long: at most {most} bytes are taken")))
}

fn stock(value: &JsValue, name: &dyn Display) -> Result<Stock, JsError> {
    value
        .as_bool()
        .map(in_or_out)
        .ok_or_else(|| into_error(format_args!("{name} must be true or false")))
}

fn in_or_out(in_stock: bool) -> Stock {
    if in_stock { Stock::In } else { Stock::Out }
}
