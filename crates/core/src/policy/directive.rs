//! The verbs of policy 3, in one record for all of them: one decoder serves every verb.

use alloc::string::String;
use alloc::vec::Vec;

use serde::Serialize;

use super::Verb;
use super::program::Program;

/// Attributes, as bits: see [`Directive::by`].
pub mod attribute {
    /// Category.
    pub const CATEGORY: u8 = 1;
    /// Brand.
    pub const BRAND: u8 = 2;
    /// Price.
    pub const PRICE: u8 = 4;
}

/// A shift in places that is longer than any slate: to the front, or to the end.
pub const ALL_THE_WAY: u16 = u16::MAX;

/// What a rule of policy 3 does. What a number means depends on the verb; it is 0 where the verb has no such number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Directive {
    /// The verb.
    pub verb: Verb,
    /// Ids, rising bytewise: of `hide` and `only` those that the rule left out when the policy was built, of other verbs
    /// the items that are meant beside those that fit `goods`. `None` where nobody listed them.
    pub items: Option<Vec<String>>,
    /// The items that are meant, by their facts; of `objective` one operation on the column of the value.
    pub goods: Program,
    /// `spread`, `diversify`: attributes by which items are alike.
    pub by: u8,
    /// `boost`, `bury`: places; `objective`: what it may cost, of 65,536; `spread`: items between two that are alike;
    /// `diversify`: strength in thousandths; `share`: the least items; `sponsored`: how far back in the order by the page
    /// alone an item may stand.
    pub amount: u16,
    /// `share`: the most items.
    pub most: u16,
    /// `share`: of how many positions.
    pub of_first: u16,
    /// `slot`, `sponsored`: positions from 1, rising.
    pub positions: Vec<u16>,
    /// `sponsored`: who pays, and the label; `objective`: the name of the value.
    pub texts: Vec<String>,
}

impl Directive {
    /// Returns the directive of a verb that does nothing yet.
    #[must_use]
    pub const fn new(verb: Verb) -> Self {
        Self {
            verb,
            items: None,
            goods: Program(Vec::new()),
            by: 0,
            amount: 0,
            most: 0,
            of_first: 0,
            positions: Vec::new(),
            texts: Vec::new(),
        }
    }

    /// Returns whether the rule decides what may be shown: such rules list their items when the policy is built.
    #[must_use]
    pub const fn is_guardrail(&self) -> bool {
        matches!(self.verb, Verb::Hide | Verb::Only | Verb::Exclude)
    }
}
