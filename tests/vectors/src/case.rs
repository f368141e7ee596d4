//! A case: who did what, what the page asks for, and what the engine answers.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::answer::Answer;

/// The cases of one file.
pub type Suite = Vec<Case>;

/// One request after one visit, at one model and one policy.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What it shows, in a shop's words.
    pub name: String,
    /// Name of the fixture snapshot.
    pub snapshot: String,
    /// The merchandiser's file, as JSON instead of TOML.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<Value>,
    /// The visit, oldest event first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<EventRow>,
    /// What is asked for.
    #[serde(flatten)]
    pub request: Request,
    /// The answer; computed by `--write`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expect: Option<Answer>,
}

/// One event.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct EventRow {
    /// GA4's name, or one of ours.
    pub event: String,
    /// The store's id; none for events about no item.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub item_id: String,
    /// Milliseconds since 1970.
    pub at_ms: i64,
}

/// The one call that a case makes.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    /// A new order of the caller's list.
    Rerank(RerankRow),
    /// Items out of the whole catalog.
    Recommend(RecommendRow),
}

/// What `rerank` is handed.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RerankRow {
    /// Where it is shown.
    pub placement: String,
    /// The shop's order.
    pub items: Vec<Listed>,
    /// The page's own facts.
    #[serde(default, skip_serializing_if = "ContextRow::is_empty")]
    pub context: ContextRow,
    /// Places in the slate.
    pub limit: u32,
    /// Now, in milliseconds since 1970.
    pub now_ms: i64,
}

/// What `recommend` is handed.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RecommendRow {
    /// Where they are shown.
    pub placement: String,
    /// The page's own facts.
    #[serde(default, skip_serializing_if = "ContextRow::is_empty")]
    pub context: ContextRow,
    /// Ids of items that are sold out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sold_out: Vec<String>,
    /// Places in the slate.
    pub limit: u32,
    /// Now, in milliseconds since 1970.
    pub now_ms: i64,
}

/// What the page is about.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ContextRow {
    /// The item whose page this is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// The category whose page this is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
}

impl ContextRow {
    fn is_empty(&self) -> bool {
        self.item.is_none() && self.category.is_none()
    }
}

/// An item of a list: its id alone, or with what the caller knows of it.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(untagged)]
pub enum Listed {
    /// The id.
    Id(String),
    /// More than the id.
    Described(ItemRow),
}

/// An item with what the caller knows of it.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ItemRow {
    /// The store's id.
    pub id: String,
    /// `in` or `out`; unknown where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stock: Option<StockWord>,
    /// Category path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Brand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brand: Option<String>,
}

/// Stock in one word.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StockWord {
    /// Available.
    In,
    /// Sold out.
    Out,
}
