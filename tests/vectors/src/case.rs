//! A case: a visit, a request, and the engine's answer.

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
    /// The merchandiser's own catalog, where the policy lists the items that its rules mean.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub catalog: Vec<ItemRow>,
    /// Whether the engine has the grocer's facts: for snapshots with the grocer's ids.
    #[serde(default, skip_serializing_if = "is_not")]
    pub facts: bool,
    /// What may be known of the shopper; `session` where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<ModeWord>,
    /// What the page finds in storage before the first event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<Found>,
    /// The visit, oldest event first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<EventRow>,
    /// When the shopper goes to the next page: the visit is kept, and taken up again there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_page_at_ms: Option<i64>,
    /// The mode in the end, where somebody changes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub then_mode: Option<ModeWord>,
    /// Arms of the policy's experiments that are in force, as `experiment/arm`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub arms: Vec<String>,
    /// How often the arms are drawn.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub draws: u32,
    /// What is asked for.
    #[serde(flatten)]
    pub request: Request,
    /// Items that are asked about afterwards.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub explain: Vec<String>,
    /// What if the events of these numbers had not been.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub without: Vec<u32>,
    /// Whether the shopper reads what is known of them.
    #[serde(default, skip_serializing_if = "is_not")]
    pub profile: bool,
    /// The answer; computed by `--write`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expect: Option<Answer>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference over")]
fn is_not(flag: &bool) -> bool {
    !flag
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference over")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// A mode in one word.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ModeWord {
    /// Nothing is read.
    Off,
    /// The page speaks.
    Contextual,
    /// The visit speaks.
    Session,
}

/// Bytes that may be a kept visit.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Found {
    /// The bytes.
    pub hex: String,
    /// When they are found, in milliseconds since 1970.
    pub at_ms: i64,
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
    /// The shop's content of a placement.
    Choose(ChooseRow),
}

/// What `choose` is handed.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ChooseRow {
    /// Where it is shown.
    pub placement: String,
    /// The page's own facts.
    #[serde(default, skip_serializing_if = "ContextRow::is_empty")]
    pub context: ContextRow,
    /// How many options.
    pub limit: u32,
    /// The visit's draw.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draw: Option<u16>,
    /// Now, in milliseconds since 1970.
    pub now_ms: i64,
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
    /// Day part, part of the week, device, language and country, with commas between them.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub cell: String,
}

impl ContextRow {
    fn is_empty(&self) -> bool {
        self.item.is_none() && self.category.is_none() && self.cell.is_empty()
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
    /// `in`, `out` or `backorder`; unknown where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stock: Option<StockWord>,
    /// How many are in stock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub units: Option<i32>,
    /// Price in minor units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<i32>,
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
    /// Sold out, and still to be ordered.
    Backorder,
}
