//! What a shopper does: an event has a kind, at most one item and a time that the host gives.

use serde::{Deserialize, Serialize};

/// The kinds of events, by their GA4 names and four of our own (`hide_item`, `undo`, `gift_on`, `gift_off`).
///
/// The discriminants are part of the snapshot format (event event_weights are stored by them): never renumber.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum EventKind {
    /// A list of items was shown.
    ViewItemList = 0,
    /// An item was clicked in a list.
    SelectItem = 1,
    /// An item's own page was seen.
    ViewItem = 2,
    /// An item went into the cart.
    AddToCart = 3,
    /// An item was taken out of the cart.
    RemoveFromCart = 4,
    /// An item went onto the wish list.
    AddToWishlist = 5,
    /// The cart was looked at.
    ViewCart = 6,
    /// The way to the till began.
    BeginCheckout = 7,
    /// An item was bought.
    Purchase = 8,
    /// The shop was searched.
    Search = 9,
    /// A promotion was shown.
    ViewPromotion = 10,
    /// A promotion was clicked.
    SelectPromotion = 11,
    /// The shopper does not want to see this item again in this visit.
    HideItem = 12,
    /// The shopper takes the last event about this item back.
    Undo = 13,
    /// From here on the shopper looks for somebody else.
    GiftOn = 14,
    /// The shopper looks for themselves again.
    GiftOff = 15,
}

impl EventKind {
    /// Every kind, in the order of its discriminant.
    pub const ALL: [Self; 16] = [
        Self::ViewItemList,
        Self::SelectItem,
        Self::ViewItem,
        Self::AddToCart,
        Self::RemoveFromCart,
        Self::AddToWishlist,
        Self::ViewCart,
        Self::BeginCheckout,
        Self::Purchase,
        Self::Search,
        Self::ViewPromotion,
        Self::SelectPromotion,
        Self::HideItem,
        Self::Undo,
        Self::GiftOn,
        Self::GiftOff,
    ];

    /// The name in events and files: GA4's where GA4 has one.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ViewItemList => "view_item_list",
            Self::SelectItem => "select_item",
            Self::ViewItem => "view_item",
            Self::AddToCart => "add_to_cart",
            Self::RemoveFromCart => "remove_from_cart",
            Self::AddToWishlist => "add_to_wishlist",
            Self::ViewCart => "view_cart",
            Self::BeginCheckout => "begin_checkout",
            Self::Purchase => "purchase",
            Self::Search => "search",
            Self::ViewPromotion => "view_promotion",
            Self::SelectPromotion => "select_promotion",
            Self::HideItem => "hide_item",
            Self::Undo => "undo",
            Self::GiftOn => "gift_on",
            Self::GiftOff => "gift_off",
        }
    }

    /// The kind of that name; `None` for a name that we do not know.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}
