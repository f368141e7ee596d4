//! Plain values: the form in which results leave the engine for hosts with objects of their own.

use alloc::string::String;
use alloc::vec::Vec;

/// A value that every host has. One type for all results: a face needs the code that turns it into objects once.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Nothing.
    Null,
    /// Yes or no.
    Flag(bool),
    /// A number.
    Number(f64),
    /// One of the engine's own words.
    Word(&'static str),
    /// Any text.
    Text(String),
    /// Values in their order.
    List(Vec<Value>),
    /// Values by name, in their order.
    Record(Vec<(&'static str, Value)>),
}

impl Value {
    /// Returns a record of these fields.
    ///
    /// ```
    /// use shelfwise_core::Value;
    ///
    /// let item = Value::record([("item_id", Value::from("tea")), ("position", Value::from(0_u32))]);
    /// assert_eq!(item, Value::Record(vec![("item_id", Value::Text("tea".into())), ("position", Value::Number(0.0))]));
    /// ```
    #[must_use]
    pub fn record<const N: usize>(fields: [(&'static str, Self); N]) -> Self {
        Self::Record(Vec::from(fields))
    }

    /// A list of texts.
    pub fn texts(texts: &mut dyn Iterator<Item = &str>) -> Self {
        let mut list = Vec::new();
        for text in texts {
            list.push(Self::from(text));
        }
        Self::List(list)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}
