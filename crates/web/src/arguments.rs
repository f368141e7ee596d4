//! Reads values that a page passes in. Lengths are checked before copying; a getter that throws is an ordinary error.
//!
//! Each property has its own import with `catch`. serde-wasm-bindgen would read requests through `Reflect` and iterators,
//! which costs more bytes and lets the module read any property by name. These imports limit it to the names below.

use std::fmt::Display;

use js_sys::{Array, ArrayBuffer, JsString, Uint8Array};
use shelfwise_core::privacy::{MemoryError, MuteKind};
use shelfwise_core::{
    CandidateSet, ContextKey, Day, Grant, ListItem, MAX_ENTRIES, MAX_ID_BYTES, MAX_TEXT_BYTES, MemoryChange, Request,
    Stock,
};
use wasm_bindgen::prelude::*;

use crate::into_error;

type PropertyResult = Result<JsValue, JsValue>;

#[wasm_bindgen]
extern "C" {
    /// A request, an item or a list as the page passed it, unchecked.
    type PageObject;

    #[wasm_bindgen(method, getter, structural, catch)]
    fn placement(this: &PageObject) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, structural, catch)]
    fn items(this: &PageObject) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, structural, catch)]
    fn sold_out(this: &PageObject) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, structural, catch)]
    fn item(this: &PageObject) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, structural, catch)]
    fn category(this: &PageObject) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, structural, catch)]
    fn cell(this: &PageObject) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, structural, catch)]
    fn limit(this: &PageObject) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, structural, catch)]
    fn now_ms(this: &PageObject) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, structural, catch)]
    fn item_id(this: &PageObject) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, structural, catch)]
    fn in_stock(this: &PageObject) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, structural, catch)]
    fn stock(this: &PageObject) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, structural, catch)]
    fn price(this: &PageObject) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, structural, catch)]
    fn item_category(this: &PageObject) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, structural, catch)]
    fn item_brand(this: &PageObject) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, structural, catch)]
    fn length(this: &PageObject) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, structural, indexing_getter, catch)]
    fn at(this: &PageObject, index: u32) -> Result<JsValue, JsValue>;

    /// A copy made by the built-in `Uint8Array`, whose `length` is reliable even if the page passed a subclass.
    #[wasm_bindgen(js_name = Uint8Array, extends = Uint8Array)]
    type ByteCopy;
    #[wasm_bindgen(constructor, js_class = "Uint8Array", catch)]
    fn copy(bytes: &JsValue) -> Result<ByteCopy, JsValue>;
}

/// Reads a `rerank` request: the objects of `items` and the page's context.
pub fn rerank(request: &JsValue) -> Result<Request, JsError> {
    let object: &PageObject = request.unchecked_ref();
    let page = page(object)?;
    let items = required(object.items(), &"items", |items, name| list(items, name, list_item))?;
    Ok(with_items(page, items))
}

/// Reads a `recommend` request.
pub fn recommend(request: &JsValue) -> Result<Request, JsError> {
    let object: &PageObject = request.unchecked_ref();
    let (page, limit) = page(object)?;
    let sold_out = optional(object.sold_out(), &"sold_out", ids)?.unwrap_or_default();
    Ok(Request {
        limit: limit.ok_or_else(|| into_error("limit is missing: give the number of items to recommend"))?,
        candidates: CandidateSet::Catalog { sold_out },
        ..page
    })
}

/// Reads a `choose` request.
pub fn choose(request: &JsValue) -> Result<Request, JsError> {
    let (page, limit) = page(request.unchecked_ref())?;
    Ok(Request {
        limit: limit.unwrap_or(1),
        ..page
    })
}

/// Reads the fields common to all requests, and the limit of the slate if there is one.
fn page(object: &PageObject) -> Result<(Request, Option<usize>), JsError> {
    let page = Request {
        placement: required(object.placement(), &"placement", id)?,
        item: optional(object.item(), &"item", id)?,
        category: optional(object.category(), &"category", text)?,
        cell: optional(object.cell(), &"cell", cell)?.unwrap_or_default(),
        now_ms: required(object.now_ms(), &"now_ms", time)?,
        ..Request::default()
    };
    let limit = optional(object.limit(), &"limit", count)?;
    Ok((page, limit.map(|limit| limit as usize)))
}

/// Builds a request for a list. Without a limit the slate has one position per item.
fn with_items((page, limit): (Request, Option<usize>), items: Vec<ListItem>) -> Request {
    Request {
        limit: limit.unwrap_or(items.len()),
        candidates: CandidateSet::List(items),
        ..page
    }
}

fn list_item(item: &JsValue, name: &dyn Display) -> Result<ListItem, JsError> {
    let object: &PageObject = item.unchecked_ref();
    Ok(ListItem {
        id: required(object.item_id(), &format_args!("{name}.item_id"), id)?,
        stock: optional(object.in_stock(), &format_args!("{name}.in_stock"), stock)?.unwrap_or_default(),
        category: optional(object.item_category(), &format_args!("{name}.item_category"), text)?,
        brand: optional(object.item_brand(), &format_args!("{name}.item_brand"), text)?,
        units: optional(object.stock(), &format_args!("{name}.stock"), amount)?.map(|units| units as i32),
        price: optional(object.price(), &format_args!("{name}.price"), amount)?.map(ListItem::minor_units),
    })
}

/// Reads a list of ids.
pub fn ids(value: &JsValue, name: &dyn Display) -> Result<Vec<String>, JsError> {
    list(value, name, id)
}

/// Reads a change of the memory by its number.
pub fn change(number: u32, text: &JsValue, at_ms: &JsValue, days: u8) -> Result<MemoryChange, JsError> {
    let change = match number {
        0 => MemoryChange::Keep,
        1 => MemoryChange::Grant(Grant {
            receipt: id(text, &"receipt")?,
            day: Day::of(time(at_ms, &"atMs")?),
            days,
        }),
        _ => {
            let kinds = MuteKind::ALL.len() as u32;
            let (kind, name) = (MuteKind::ALL.get(((number - 2) % kinds) as usize), id(text, &"text")?);
            let kind = *kind
                .filter(|_| !name.is_empty())
                .ok_or_else(|| into_error(MemoryError::NotInModel))?;
            if number - 2 < kinds {
                MemoryChange::Mute(kind, name)
            } else {
                MemoryChange::Unmute(kind, name)
            }
        }
    };
    Ok(change)
}

/// Reads event numbers. A value that is not a number becomes 0, which no event has.
pub fn numbers(value: &JsValue, name: &dyn Display) -> Result<Vec<u32>, JsError> {
    let number = |value: &JsValue, _: &dyn Display| Ok(value.as_f64().map_or(0, |number| number as u32));
    list(value, name, number)
}

/// Reads a string of at most `MAX_ID_BYTES` bytes: an id, or the name of an event or placement.
pub fn id(value: &JsValue, name: &dyn Display) -> Result<String, JsError> {
    bounded_text(value, name, MAX_ID_BYTES)
}

/// Reads a time in milliseconds since 1970, saturated to the range of `i64`.
pub fn time(value: &JsValue, name: &dyn Display) -> Result<i64, JsError> {
    let ms = value.as_f64().filter(|ms| !ms.is_nan());
    ms.map(|ms| ms as i64).ok_or_else(|| {
        into_error(format_args!(
            "{name} must be milliseconds since 1970, as Date.now() returns"
        ))
    })
}

/// Copies a typed array into the engine's memory. Errs if it cannot be read or memory is short.
pub fn bytes(value: &JsValue, name: &dyn Display) -> Result<Vec<u8>, JsError> {
    let unreadable = || into_error(format_args!("{name} must be a Uint8Array whose buffer is attached"));
    let copied = if ArrayBuffer::is_view(value) {
        ByteCopy::copy(value).map_err(|_| unreadable())?
    } else {
        return Err(unreadable());
    };
    let length = copied.length() as usize;
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(length).map_err(|_| {
        into_error(format_args!(
            "cannot allocate {length} bytes for {name}: load a smaller file"
        ))
    })?;
    bytes.resize(length, 0);
    copied.copy_to(&mut bytes);
    Ok(bytes)
}

/// Returns the value unless it is `undefined` or `null`.
pub fn present(value: &JsValue) -> Option<&JsValue> {
    (!value.is_undefined() && !value.is_null()).then_some(value)
}

type Read<T> = fn(&JsValue, &dyn Display) -> Result<T, JsError>;

fn required<T>(value: PropertyResult, name: &dyn Display, read: Read<T>) -> Result<T, JsError> {
    read(&readable(value, name)?, name)
}

fn optional<T>(value: PropertyResult, name: &dyn Display, read: Read<T>) -> Result<Option<T>, JsError> {
    present(&readable(value, name)?)
        .map(|value| read(value, name))
        .transpose()
}

fn readable(value: PropertyResult, name: &dyn Display) -> Result<JsValue, JsError> {
    value.map_err(|_| into_error(format_args!("{name} cannot be read: pass plain objects and arrays")))
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
    let object: &PageObject = value.unchecked_ref();
    let length = readable(object.length(), name)?;
    let length = count(&length, name)
        .map_err(|_| into_error(format_args!("{name} has too many entries: pass at most {MAX_ENTRIES}")))?;
    for at in 0..length {
        let name = &format_args!("{name}[{at}]");
        read(&readable(object.at(at), name)?, name)?;
    }
    Ok(())
}

fn count(value: &JsValue, name: &dyn Display) -> Result<u32, JsError> {
    let whole = |count: &f64| count.fract() == 0.0 && (0.0..=MAX_ENTRIES as f64).contains(count);
    let count = value.as_f64().filter(whole).map(|count| count as u32);
    count.ok_or_else(|| into_error(format_args!("{name} must be a whole number from 0 to {MAX_ENTRIES}")))
}

fn text(value: &JsValue, name: &dyn Display) -> Result<String, JsError> {
    bounded_text(value, name, MAX_TEXT_BYTES)
}

/// Reads a context key from its text form; the text itself is not kept.
fn cell(value: &JsValue, name: &dyn Display) -> Result<ContextKey, JsError> {
    id(value, name).map(|words| ContextKey::parse(&words))
}

/// Reads a string of at most `max_bytes` bytes. One with more UTF-16 units has more bytes too, and is refused uncopied.
fn bounded_text(value: &JsValue, name: &dyn Display, max_bytes: usize) -> Result<String, JsError> {
    let string = value
        .dyn_ref::<JsString>()
        .ok_or_else(|| into_error(format_args!("{name} must be a string")))?;
    let text = (string.length() as usize <= max_bytes)
        .then(|| String::from(string))
        .filter(|text| text.len() <= max_bytes);
    text.ok_or_else(|| into_error(format_args!("{name} is too long: pass at most {max_bytes} bytes")))
}

/// Reads a number that is not negative.
fn amount(value: &JsValue, name: &dyn Display) -> Result<f64, JsError> {
    let amount = value.as_f64().filter(|amount| *amount >= 0.0);
    amount.ok_or_else(|| into_error(format_args!("{name} must be a number from 0")))
}

fn stock(value: &JsValue, name: &dyn Display) -> Result<Stock, JsError> {
    match value.as_bool() {
        Some(true) => Ok(Stock::In),
        Some(false) => Ok(Stock::Out),
        None => Err(into_error(format_args!("{name} must be true or false"))),
    }
}
