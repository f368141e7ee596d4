//! What stands behind each verb of the source.

use alloc::string::String;
use alloc::vec::Vec;

use serde::Deserialize;

use super::OneOrMore;
use super::count::{count, item_id, some_count};
use crate::policy::Attribute;

/// What items `hide` and `only` are about.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    Item(String),
    Category(String),
    Brand(String),
    Where(String),
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExcludeSource {
    InCart,
    #[serde(alias = "sold_out")]
    OutOfStock,
    Backorder,
    StockBelow(u16),
    Where(String),
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "such as { where = \"age_days < 30\", places = 5 }")]
pub struct BoostSource {
    pub r#where: String,
    #[serde(default, deserialize_with = "some_count")]
    pub places: Option<u16>,
    pub to: Option<Front>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "such as { where = \"rating < 3\", to = \"end\" }")]
pub struct BurySource {
    pub r#where: String,
    #[serde(default, deserialize_with = "some_count")]
    pub places: Option<u16>,
    pub to: Option<End>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Front {
    Front,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    End,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "such as { raise = \"value\", may_cost = 0.02 }")]
pub struct ObjectiveSource {
    pub raise: String,
    pub may_cost: f64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "such as { by = [\"category\", \"brand\"], strength = 0.3 }"
)]
pub struct DiversifySource {
    pub by: OneOrMore,
    pub strength: f64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "such as { by = \"brand\", gap = 2 }")]
pub struct SpreadSource {
    pub by: OneOrMore,
    #[serde(deserialize_with = "count")]
    pub gap: u16,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "such as { by = \"category\", max = 2 }")]
pub struct CapSource {
    pub by: Attribute,
    #[serde(deserialize_with = "count")]
    pub max: u16,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "such as { where = \"brand = 'Fjord'\", at_least = 2, of_first = 10 }"
)]
pub struct ShareSource {
    pub r#where: String,
    #[serde(default, deserialize_with = "some_count")]
    pub at_least: Option<u16>,
    #[serde(default, deserialize_with = "some_count")]
    pub at_most: Option<u16>,
    #[serde(deserialize_with = "count")]
    pub of_first: u16,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "such as { where = \"age_days < 30\", positions = [3, 8] }"
)]
pub struct SlotSource {
    pub r#where: String,
    pub positions: Vec<u16>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "such as { by = \"Fjord\", where = \"brand = 'Fjord'\", positions = [2], floor = 50 }"
)]
pub struct SponsoredSource {
    pub by: String,
    pub label: Option<String>,
    pub r#where: String,
    pub positions: Vec<u16>,
    #[serde(deserialize_with = "count")]
    pub floor: u16,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "such as { item = \"1082185\", position = 1 }")]
pub struct PinSource {
    #[serde(deserialize_with = "item_id")]
    pub item: String,
    #[serde(deserialize_with = "count")]
    pub position: u16,
    #[serde(default)]
    pub even_if_sold_out: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "such as { where = \"category = 'Bestsellers'\" }")]
pub struct FallbackSource {
    pub r#where: String,
}

impl SponsoredSource {
    /// The label that shoppers see; there always is one.
    pub fn label(&self) -> String {
        let given = self.label.as_ref().filter(|label| !label.trim().is_empty());
        given.cloned().unwrap_or_else(|| "Sponsored".into())
    }
}
