//! `[[value]]`: what an item is worth to the shop, composed of facts.

use alloc::collections::BTreeMap;
use alloc::string::String;

use serde::Deserialize;

/// Levels of a composed value: nothing finer leaves the origin.
pub const VALUE_LEVELS: usize = 16;

/// The least items of a level: a level of few items would tell what they are made of.
pub const MIN_ITEMS_OF_A_LEVEL: usize = 20;

/// `[[value]]`
#[derive(Clone, Debug, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "such as { name = \"value\", of = { margin = 0.7, season = 0.3 } }"
)]
pub struct ValueDeclaration {
    /// The name by which objectives and rules speak of it.
    pub name: String,
    /// Facts, each with its weight.
    pub of: BTreeMap<String, f64>,
}
