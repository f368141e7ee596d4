//! Plain values: the form in which results leave the engine for hosts with objects of their own.

use alloc::string::String;
use alloc::vec::Vec;

/// A value that every host has. One type for all results: bindings need the code that turns it into objects once.
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

    /// Returns a list of texts.
    pub fn texts(texts: &mut dyn Iterator<Item = &str>) -> Self {
        let mut list = Vec::new();
        for text in texts {
            list.push(Self::from(text));
        }
        Self::List(list)
    }
}

/// A record of the engine's answers: a struct, its plain value, and (with the feature `contract`) its schema.
macro_rules! record {
    ($(#[$about:meta])* $name:ident { $($(#[$what:meta])* $field:ident: $kind:ty,)* }) => {
        #[derive(Clone, Debug, PartialEq)]
        #[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
        $(#[$about])*
        pub struct $name {
            $($(#[$what])* pub $field: $kind,)*
        }

        impl From<$name> for Value {
            fn from(record: $name) -> Self {
                Self::record([$((stringify!($field), record.$field.into()),)*])
            }
        }
    };
}

pub(crate) use record;

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<f32> for Value {
    fn from(number: f32) -> Self {
        Self::Number(number.into())
    }
}

/// A time in milliseconds: exact for the next 285,000 years.
impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(number as f64)
    }
}

impl<T: Into<Self>> From<Vec<T>> for Value {
    fn from(list: Vec<T>) -> Self {
        let mut values = Vec::with_capacity(list.len());
        for value in list {
            values.push(value.into());
        }
        Self::List(values)
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
