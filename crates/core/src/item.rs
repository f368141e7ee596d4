//! Items: the snapshot's dense index, and what a caller says of an item in a request.

/// The dense number of an item in one snapshot. The store's own id is a string; the two never mix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemIndex(pub u32);

impl ItemIndex {
    /// As a position in a column of the snapshot.
    #[must_use]
    pub const fn as_usize(self) -> usize {
        self.0 as usize
    }
}

/// The longest external id, in bytes. Longer ones are refused where they come in.
pub const MAX_ID_BYTES: usize = 255;

/// The longest category path or brand that a host takes: five levels of the longest ids.
pub const MAX_TEXT_BYTES: usize = 5 * MAX_ID_BYTES;

/// Whether an item can be had right now: a fact of the moment, which only the caller knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stock {
    /// The caller does not say: treated as available.
    #[default]
    Unknown,
    /// Available.
    In,
    /// Sold out.
    Out,
    /// Not there, and can be ordered all the same.
    Backorder,
}

/// One item of a caller's list.
///
/// `category` and `brand` are needed only for items that the snapshot does not know, so that rules
/// which hide or cap by them hold for new items too. Where both know, the snapshot's word counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Item<'a> {
    /// The store's id.
    pub id: &'a str,
    /// Stock, as the caller sees it now.
    pub stock: Stock,
    /// Category path, levels joined by ` > `.
    pub category: Option<&'a str>,
    /// Brand.
    pub brand: Option<&'a str>,
    /// How many are in stock, as the caller sees it now.
    pub units: Option<i32>,
    /// Price in minor units of the shop's currency, as the caller sees it now.
    pub price: Option<i32>,
}

impl<'a> Item<'a> {
    /// Returns an item of which only the id is said.
    #[must_use]
    pub fn new(id: &'a str) -> Self {
        Self { id, ..Self::default() }
    }
}
