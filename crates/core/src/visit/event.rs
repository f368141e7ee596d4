//! What a shopper does: an event has a kind, at most one item and a time that the host gives.

use crate::names::named_enum;
use serde::{Deserialize, Serialize};

// The numbers are part of the snapshot format, which stores the weights of events by them: never renumber.
named_enum! {
    /// The kinds of events, by their GA4 names and four of our own (`hide_item`, `undo`, `gift_on`, `gift_off`).
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
    #[cfg_attr(feature = "contract", schemars(rename = "EventName"))]
    #[repr(u8)]
    pub enum EventKind {
        /// A list of items was shown.
        ViewItemList = 0 => "view_item_list",
        /// An item was clicked in a list.
        SelectItem = 1 => "select_item",
        /// An item's own page was seen.
        ViewItem = 2 => "view_item",
        /// An item went into the cart.
        AddToCart = 3 => "add_to_cart",
        /// An item was taken out of the cart.
        RemoveFromCart = 4 => "remove_from_cart",
        /// An item went onto the wish list.
        AddToWishlist = 5 => "add_to_wishlist",
        /// The cart was looked at.
        ViewCart = 6 => "view_cart",
        /// The way to the till began.
        BeginCheckout = 7 => "begin_checkout",
        /// An item was bought.
        Purchase = 8 => "purchase",
        /// The shop was searched.
        Search = 9 => "search",
        /// A promotion was shown.
        ViewPromotion = 10 => "view_promotion",
        /// A promotion was clicked.
        SelectPromotion = 11 => "select_promotion",
        /// The shopper does not want to see this item again in this visit.
        HideItem = 12 => "hide_item",
        /// The shopper takes the last event about this item back.
        Undo = 13 => "undo",
        /// From here on the shopper looks for somebody else.
        GiftOn = 14 => "gift_on",
        /// The shopper looks for themselves again.
        GiftOff = 15 => "gift_off",
    }
}

impl EventKind {
    /// Returns whether the shopper did something with the event's item: seeing it in a list or a promotion is not
    /// enough.
    #[must_use]
    pub const fn touches_item(self) -> bool {
        !matches!(self, Self::ViewItemList | Self::ViewPromotion)
    }

    /// Returns whether an event of this kind is about an item, and is refused without one.
    #[must_use]
    pub const fn needs_item(self) -> bool {
        !matches!(
            self,
            Self::ViewItemList
                | Self::ViewCart
                | Self::BeginCheckout
                | Self::Search
                | Self::ViewPromotion
                | Self::SelectPromotion
                | Self::GiftOn
                | Self::GiftOff
        )
    }

    /// Returns whether the event decides what is hidden, in the cart, about the gift or how often content was shown, for as long as
    /// the visit lasts.
    #[must_use]
    pub const fn outlasts(self) -> bool {
        matches!(
            self,
            Self::HideItem | Self::AddToCart | Self::Purchase | Self::GiftOn | Self::ViewPromotion
        )
    }

    /// Returns whether a visit holds such events; the others only take something back.
    #[must_use]
    pub const fn leaves_trace(self) -> bool {
        !matches!(self, Self::RemoveFromCart | Self::Undo | Self::GiftOff)
    }
}
