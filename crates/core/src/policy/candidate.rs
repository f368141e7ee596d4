//! Candidates: ranked items with the facts that rules ask about.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use crate::item::{ItemIndex, Stock};

/// An item on its way to a slate.
#[derive(Clone, Debug)]
pub struct Candidate<'a> {
    /// Its index, if the snapshot knows it.
    pub index: Option<ItemIndex>,
    /// The store's id.
    pub id: Cow<'a, str>,
    /// What the model says.
    pub score: f32,
    /// Its place in the caller's list.
    pub from_position: Option<u32>,
    /// Stock, category and brand, as far as known.
    pub stock: Stock,
    /// Category path.
    pub category: Option<&'a str>,
    /// Brand.
    pub brand: Option<&'a str>,
    /// Rules that moved it, as positions in the policy.
    pub rules: Vec<u16>,
}
