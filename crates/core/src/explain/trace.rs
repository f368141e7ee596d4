//! What every step says of itself while it works. With `()` it costs nothing; with
//! [`ScoreTrace`](crate::ScoreTrace) it is the explanation.

use serde::{Deserialize, Serialize};

use crate::item::ItemIndex;
use crate::names::named_enum;

// Their order is part of a slate's bytes: new ones are appended.
named_enum! {
    /// By which way an item came into the slate.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum Source {
        /// Seen together with an item of the visit.
        Together => "together",
        /// Seen together with an item that was seen together with one of the visit.
        TwoHop => "two_hop",
        /// The shopper saw it in this visit.
        Seen => "seen",
        /// Alike by the catalog.
        Alike => "alike",
        /// Popular in the category at hand.
        PopularInCategory => "popular_in_category",
        /// Popular in the shop.
        Popular => "popular",
        /// The caller's own order; nothing is known of the item.
        ShopOrder => "shop_order",
        /// A rule put it there.
        Pinned => "pinned",
        /// Joined with an item of the visit by way of others.
        Bridged => "bridged",
    }
}

impl Source {
    /// The ways of the scorer, the strongest kind of evidence first.
    pub(crate) const BY_STRENGTH: [Self; 7] = [
        Self::Together,
        Self::Seen,
        Self::TwoHop,
        Self::Bridged,
        Self::Alike,
        Self::PopularInCategory,
        Self::Popular,
    ];
}

/// Why an item is not in the slate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuledOut {
    /// The shopper hid it in this visit.
    Shopper,
    /// The shopper muted it, its category or its brand.
    Muted,
    /// It is the current item, and the placement does not show that.
    CurrentItem,
    /// A rule, by its position in the policy.
    Rule(u16),
}

/// What a rule did to the place of an item that may be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Moved it within the order of admitted items, before places were filled; both places count from 0.
    Moved {
        /// Its place before the rule acted.
        from: usize,
        /// Its place after.
        to: usize,
    },
    /// Put it at a place of the slate.
    Pinned,
    /// Held it back behind the others: a cap was reached.
    HeldBack,
}

/// Is told of each step. The default does nothing.
pub trait Trace {
    /// `amount` was added to the item's score, for the signal of that rank (0 is the most recent), if any.
    fn contribution(&mut self, item: ItemIndex, source: Source, signal: Option<usize>, amount: f32) {
        let _ = (item, source, signal, amount);
    }

    /// A rule, by its position in the policy, changed the place of the item of that id.
    fn adjusted(&mut self, id: &str, rule: u16, effect: Effect) {
        let _ = (id, rule, effect);
    }

    /// The item of that id may not be shown.
    fn ruled_out(&mut self, id: &str, why: RuledOut) {
        let _ = (id, why);
    }
}

impl Trace for () {}
