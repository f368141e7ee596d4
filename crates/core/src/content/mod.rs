//! Content of the shop beside goods: banners, modules, navigation, messages and offers, and which of them a placement shows.
//!
//! People write options and their texts into the policy; nothing is generated. [`choose`](crate::Engine::choose) orders the
//! options of a placement by the visit's affinity to what they are about times their share, and leaves out what caps, times,
//! rules and the shopper leave out.

mod affinity;
mod claim;
mod draw;

use alloc::string::String;
use alloc::vec::Vec;

use serde::Serialize;

pub(crate) use affinity::Affinity;
pub use claim::filled;
pub use draw::{derived, pick};

use crate::names::named_enum;
use crate::policy::{Condition, Selector};

/// The most options of a policy: a placement's are compared for every item with a score.
pub const MAX_CONTENT: usize = 256;

/// The most showings in a visit that an option's cap may allow; a visit counts at least so many of each.
pub const MAX_PER_VISIT: u16 = 20;

/// The part of visits, of 65,536, that see no offer unless the policy says otherwise: 10 %.
pub const DEFAULT_HOLDOUT: u16 = 6_554;

// The order is that of the policy file: new ones are appended.
named_enum! {
    /// What an option of content is.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
    pub enum ContentKind {
        /// A picture or a teaser with a link, such as the hero of a page.
        Banner => "banner",
        /// A part of a page.
        Module => "module",
        /// An entry of a menu.
        Navigation => "navigation",
        /// A notice to the shopper.
        Message => "message",
        /// An offer that everybody may have who asks for it.
        Offer => "offer",
    }
}

impl ContentKind {
    /// Returns whether options take turns: what was shown and passed over makes room, and which one is first may be drawn.
    /// Modules and entries of a menu stand in one order of weight.
    #[must_use]
    pub const fn takes_turns(self) -> bool {
        !matches!(self, Self::Module | Self::Navigation)
    }
}

/// One option of content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Content {
    /// The name by which pages, events and reports speak of it.
    pub id: String,
    /// What it is.
    pub kind: ContentKind,
    /// Names of the placements where it may be shown.
    pub placements: Vec<String>,
    /// What it is about, any of these; nothing in particular if empty.
    pub about: Vec<Selector>,
    /// Its copy variants: each a list of texts by name. A page writes them into the elements of those names.
    pub variants: Vec<Vec<(String, String)>>,
    /// When it may be shown.
    pub condition: Condition,
    /// In how many showings of a visit at most; any number at 0.
    pub at_most_per_visit: u16,
    /// Minutes that it rests after a showing.
    pub rest_min: u16,
    /// Its weight beside the other options of a placement, from 1.
    pub share: u16,
}

/// All content of a policy.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ContentSet {
    /// The part of visits, of 65,536, that see no offer.
    pub holdout: u16,
    /// The options, in the order of the policy: among equals the first one comes first.
    pub options: Vec<Content>,
}
