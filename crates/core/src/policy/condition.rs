//! When a rule holds: times, and facts of the request.

use alloc::string::String;
use alloc::vec::Vec;

use serde::Serialize;

use super::is_in_category;
use super::rule_set::Occasion;
use crate::names::named_enum;
use crate::visit::context_key::ContextKey;

/// Milliseconds of a minute.
const MINUTE_MS: i64 = 60_000;

/// Days of a week; no context key of one known part is a smaller number.
const DAYS: i32 = 7;

/// Beside the arms of a condition: none of them may be in force.
pub(super) const NONE_OF: i32 = 1;

/// Minutes of a day.
const DAY_MIN: i64 = 24 * 60;

named_enum! {
    /// A fact of the request that a rule may depend on.
    ///
    /// The order of declaration is that of the file's format: new ones are appended.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
    pub enum RequestFact {
        /// The category of the page, or one above it.
        Category => "category",
        /// What was searched for: no request has it yet.
        Query => "query",
        /// Class of the device.
        Device => "device",
        /// Country.
        Country => "country",
        /// Language.
        Language => "language",
        /// Day of the week, or part of it.
        Weekday => "weekday",
        /// What the order rests on.
        Basis => "basis",
        /// Sum of the prices in the cart, in minor units.
        CartValue => "cart_value",
        /// State of the visit: no request has it yet.
        State => "state",
        /// Arm of an experiment, as `experiment/arm`.
        Arm => "arm",
    }
}

/// One fact of the request, and which of its values are meant: any of these.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct When {
    /// The fact.
    pub fact: RequestFact,
    /// Its values where they are texts.
    pub texts: Vec<String>,
    /// Its values where they are numbers: context keys of which one part is known, days of the week from 0 (Thursday, the
    /// first of 1970), places in [`Basis::ALL`](crate::Basis::ALL), or the least and the most value of a cart. Of arms there
    /// may be `NONE_OF`.
    pub numbers: Vec<i32>,
}

/// When a rule holds. Always, by default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Condition {
    /// From then on, in milliseconds since 1970.
    pub from_ms: Option<i64>,
    /// Up to then, exclusively, in milliseconds since 1970.
    pub until_ms: Option<i64>,
    /// Of a pin: only while its item is not sold out.
    pub while_in_stock: bool,
    /// Minutes that the shop's clock is ahead of UTC, for days of the week.
    pub clock_min: i32,
    /// What must hold of the request: all of it.
    pub when: Vec<When>,
}

impl Condition {
    /// Returns whether the rule holds whenever it is asked for.
    #[must_use]
    pub fn is_always(&self) -> bool {
        *self == Self::default()
    }

    /// Returns whether the rule holds at a time, in milliseconds since 1970.
    #[must_use]
    pub fn holds_at(&self, now_ms: i64) -> bool {
        self.from_ms.is_none_or(|from| from <= now_ms) && self.until_ms.is_none_or(|until| now_ms < until)
    }

    /// Returns whether the rule holds on an occasion.
    pub(crate) fn holds_on(&self, occasion: &Occasion<'_>) -> bool {
        self.holds_at(occasion.now_ms) && self.when.iter().all(|when| self.is_met(when, occasion))
    }

    fn is_met(&self, when: &When, occasion: &Occasion<'_>) -> bool {
        let has_key = || has_key(when, occasion.cell);
        match when.fact {
            RequestFact::Category => occasion.category.is_some_and(|path| {
                let mut wanted = when.texts.iter();
                wanted.any(|wanted| is_in_category(path, wanted))
            }),
            RequestFact::Device | RequestFact::Country | RequestFact::Language => has_key(),
            RequestFact::Weekday => {
                let minutes = occasion.now_ms.div_euclid(MINUTE_MS) + i64::from(self.clock_min);
                let day = minutes.div_euclid(DAY_MIN).rem_euclid(DAYS.into()) as i32;
                when.numbers.contains(&day) || has_key()
            }
            RequestFact::Basis => when.numbers.contains(&(occasion.basis as i32)),
            RequestFact::CartValue => match (when.numbers.as_slice(), occasion.cart_value) {
                ([least, most], Some(value)) => (*least..=*most).contains(&value),
                _ => false,
            },
            RequestFact::Arm => {
                let is_in_force = |name: &String| occasion.arms.iter().any(|arm| occasion.is_arm(*arm, name));
                when.texts.iter().any(is_in_force) != when.numbers.contains(&NONE_OF)
            }
            RequestFact::Query | RequestFact::State => false,
        }
    }
}

/// Returns whether one of the context keys is that of the request, as far as it says something.
#[inline(never)]
fn has_key(when: &When, cell: ContextKey) -> bool {
    when.numbers.iter().any(|bits| {
        let key = ContextKey::from_bits(*bits as u32);
        *bits >= DAYS && cell.only(key.known()) == key
    })
}
