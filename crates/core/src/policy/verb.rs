//! The verbs of the policy, in the order in which they act.

use serde::Serialize;

use super::Action;
use crate::names::named_enum;

named_enum! {
    /// What a rule does, as the word that the policy's source has for it.
    ///
    /// The order of declaration is the order in which verbs act, whatever the order of rules in the file: the first three
    /// decide what may be shown, those up to `spread` move what is left, the others fill the places. The built file has
    /// verbs by their places in this order: a new one raises the version.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
    pub enum Verb {
        /// Never shows an item.
        Hide => "hide",
        /// Shows these items alone.
        Only => "only",
        /// Leaves an item out for a fact of the moment.
        Exclude => "exclude",
        /// Moves items to the front.
        Boost => "boost",
        /// Moves items to the end.
        Bury => "bury",
        /// Raises items of value, at a loss that is bounded.
        Objective => "objective",
        /// Trades relevance for variety.
        Diversify => "diversify",
        /// Keeps items that are alike apart.
        Spread => "spread",
        /// Holds items of one category or brand back once there are enough.
        Cap => "cap",
        /// Gives items a least and a most number of places.
        Share => "share",
        /// Puts the best item that fits at a place.
        Slot => "slot",
        /// Puts a paid item at a place, with a label.
        Sponsored => "sponsored",
        /// Puts an item at a place.
        Pin => "pin",
        /// Fills a placement that has nothing of its own kind left.
        Fallback => "fallback",
    }
}

impl Verb {
    /// Returns whether a rule of the verb decides what may be shown at all, or trades relevance for something else: such
    /// rules stand in a section of their own, which a key of its own can sign.
    #[must_use]
    pub const fn is_guarded(self) -> bool {
        matches!(self, Self::Hide | Self::Only | Self::Exclude | Self::Objective)
    }
}

impl Action {
    /// Returns the verb of the action.
    #[must_use]
    pub const fn verb(&self) -> Verb {
        match self {
            Self::Hide { .. } => Verb::Hide,
            Self::Exclude(_) => Verb::Exclude,
            Self::Cap { .. } => Verb::Cap,
            Self::Pin { .. } => Verb::Pin,
            Self::Direct(directive) => directive.verb,
        }
    }
}
