//! A placement: a named place in the shop, and what may be shown there.

use alloc::string::String;
use serde::{Deserialize, Serialize};

/// Whether the item whose page this is, or that was touched last, may be shown.
///
/// It moves next-item hit rates by 8 to 16 points on the public logs, so every report states it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CurrentItem {
    /// It may be shown: lists, and comparison with the literature.
    #[default]
    Show,
    /// It is never shown: shelves on an item's own page.
    Hide,
}

/// A named place in the shop.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Placement {
    /// The name by which requests and rules speak of it.
    pub name: String,
    /// Whether the current item may be shown here.
    #[serde(default)]
    pub current_item: CurrentItem,
}
