//! The verbs of the policy, in the order in which they act.

use super::Action;
use crate::names::named_enum;

named_enum! {
    /// What a rule does, as the word that the policy's source has for it.
    ///
    /// The order of declaration is the order in which verbs act, whatever the order of rules in the file: `hide` and
    /// `exclude` decide what may be shown, a verb with an adjuster (`adjust.rs`) moves what is left, `cap` and `pin`
    /// fill the places.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
    pub enum Verb {
        /// Never shows an item.
        Hide => "hide",
        /// Leaves an item out for a fact of the moment.
        Exclude => "exclude",
        /// Holds items of one category or brand back once there are enough.
        Cap => "cap",
        /// Puts an item at a place.
        Pin => "pin",
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
        }
    }
}
