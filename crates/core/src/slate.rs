//! A slate: what is shown, in which order, and where each item came from.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use serde::Serialize;

use crate::explain::trace::Source;
use crate::names::named_enum;

named_enum! {
    /// What the order of a slate rests on.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
    #[serde(rename_all = "snake_case")]
    pub enum Basis {
        /// Events of this visit.
        Session => "session",
        /// The page's own item or category.
        Context => "context",
        /// Popularity: nothing else is known.
        Popularity => "popularity",
        /// The caller's order: nothing is known.
        ShopOrder => "shop_order",
        /// Items of an earlier visit; no event of this one.
        Memory => "memory",
    }
}

/// One item of a slate.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SlateItem<'a> {
    /// The store's id.
    pub item_id: Cow<'a, str>,
    /// What the model says; 0 where it says nothing.
    pub score: f32,
    /// Place in the slate, from 0.
    pub position: u32,
    /// Place in the caller's list, from 0.
    pub from_position: Option<u32>,
    /// By which way it came.
    pub source: Source,
    /// Names of the rules that placed it.
    pub rules: Vec<Cow<'a, str>>,
}

impl SlateItem<'_> {
    /// Returns the same item, in texts of its own.
    #[must_use]
    pub fn into_owned(self) -> SlateItem<'static> {
        let rules = self.rules.into_iter().map(|rule| Cow::Owned(rule.into_owned()));
        SlateItem {
            item_id: Cow::Owned(self.item_id.into_owned()),
            score: self.score,
            position: self.position,
            from_position: self.from_position,
            source: self.source,
            rules: rules.collect(),
        }
    }
}

/// What is shown at a placement.
///
/// Its order is total: score descending, then the caller's position (`rerank`) or the item index (`recommend`),
/// so that the same request gives the same bytes everywhere.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Slate<'a> {
    /// The model's time and a counter: never of a person, never of chance.
    pub slate_id: String,
    /// Where it is shown.
    pub placement: Cow<'a, str>,
    /// What its order rests on.
    pub basis: Basis,
    /// The items, first first.
    pub items: Vec<SlateItem<'a>>,
}

impl Slate<'_> {
    /// Returns the same slate, in texts of its own.
    #[must_use]
    pub fn into_owned(self) -> Slate<'static> {
        Slate {
            slate_id: self.slate_id,
            placement: Cow::Owned(self.placement.into_owned()),
            basis: self.basis,
            items: self.items.into_iter().map(SlateItem::into_owned).collect(),
        }
    }

    /// Returns whether the slate knows nothing of the visit or the page.
    #[must_use]
    pub const fn fallback_used(&self) -> bool {
        matches!(self.basis, Basis::Popularity | Basis::ShopOrder)
    }

    /// Returns the canonical bytes: the same slate gives the same ones on every host.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        // A Vec takes any number of bytes, and every type of the record can be encoded: this has no way to fail.
        postcard::to_allocvec(self).unwrap_or_default()
    }
}
