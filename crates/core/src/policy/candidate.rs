//! Candidates: ranked items with the facts that rules ask about.

use alloc::borrow::Cow;

use super::rule_numbers::RuleNumbers;
use crate::item::{ItemIndex, Stock};

/// Whether an item was moved all the way to the front or to the end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Zone {
    /// To the front.
    Front,
    /// Neither.
    #[default]
    Middle,
    /// To the end: it stays behind all others.
    End,
}

/// An item on its way to a slate.
#[derive(Clone, Debug, Default)]
pub struct Candidate<'a> {
    /// Its index, if the snapshot knows it.
    pub index: Option<ItemIndex>,
    /// The store's id.
    pub id: Cow<'a, str>,
    /// What the model says.
    pub score: f32,
    /// Its place in the caller's list.
    pub from_position: Option<u32>,
    /// Stock, as far as known.
    pub stock: Stock,
    /// How many are in stock, as the page says.
    pub units: Option<i32>,
    /// Price in minor units, as the page says.
    pub price: Option<i32>,
    /// Category path.
    pub category: Option<&'a str>,
    /// Brand.
    pub brand: Option<&'a str>,
    /// Whether it was moved all the way.
    pub zone: Zone,
    /// Rules that moved it, as positions in the policy.
    pub rules: RuleNumbers,
}
