//! Whole numbers and ids of the source, with errors in the shop's words.

use alloc::string::String;
use core::fmt;

use serde::de::{Deserializer, Error, Unexpected, Visitor};

/// Reads a number of items or a place, and says in the shop's words what is expected.
pub fn count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u16, D::Error> {
    deserializer.deserialize_u16(Count)
}

/// The same where the word is there at all.
pub fn some_count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u16>, D::Error> {
    count(deserializer).map(Some)
}

struct Count;

impl Visitor<'_> for Count {
    type Value = u16;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a whole number from 0 to {}, such as 2", u16::MAX)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<u16, E> {
        u16::try_from(number).map_err(|_| E::invalid_value(Unexpected::Unsigned(number), &self))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<u16, E> {
        u16::try_from(number).map_err(|_| E::invalid_value(Unexpected::Signed(number), &self))
    }
}

/// Reads an item's id, which is text even where it looks like a number.
pub fn item_id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    deserializer.deserialize_str(ItemId)
}

struct ItemId;

impl Visitor<'_> for ItemId {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an item's id in quotes, such as \"1082185\"")
    }

    fn visit_str<E: Error>(self, id: &str) -> Result<String, E> {
        Ok(id.into())
    }
}
