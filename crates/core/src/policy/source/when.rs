//! `when`: facts of the request on which a rule depends.

use alloc::string::String;
use alloc::vec::Vec;

use serde::Deserialize;

use super::OneOrMore;
use crate::policy::{RequestFact, When};
use crate::slate::Basis;
use crate::visit::context_key::ContextKey;

/// Days of the week, from the first one of 1970.
const DAYS: [&str; 7] = [
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "monday",
    "tuesday",
    "wednesday",
];

/// `when`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(
    default,
    deny_unknown_fields,
    expecting = "such as { device = \"phone\", country = [\"DE\", \"AT\"] }"
)]
pub struct WhenSource {
    category: Option<OneOrMore>,
    query: Option<OneOrMore>,
    device: Option<OneOrMore>,
    country: Option<OneOrMore>,
    language: Option<OneOrMore>,
    weekday: Option<OneOrMore>,
    basis: Option<OneOrMore>,
    cart_value: Option<CartValue>,
    state: Option<OneOrMore>,
    arm: Option<OneOrMore>,
}

/// A range of the sum of the prices in the cart.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "such as { at_least = 50 } in whole units of the currency"
)]
struct CartValue {
    #[serde(default)]
    at_least: u16,
    at_most: Option<u16>,
}

impl WhenSource {
    /// Returns what must hold, and the words that no fact has.
    pub fn compile(&self) -> (Vec<When>, Vec<(RequestFact, String)>) {
        let (mut all, mut unknown) = (Vec::new(), Vec::new());
        for fact in RequestFact::ALL {
            let Some(words) = self.words(fact) else { continue };
            let mut when = When {
                fact,
                texts: Vec::new(),
                numbers: Vec::new(),
            };
            for word in words {
                match number(fact, word) {
                    Some(number) => when.numbers.push(number),
                    None if is_text(fact) => when.texts.push(word.clone()),
                    None => unknown.push((fact, word.clone())),
                }
            }
            all.push(when);
        }
        if let Some(CartValue { at_least, at_most }) = self.cart_value {
            let cents = |amount: u16| i32::from(amount) * 100;
            all.push(When {
                fact: RequestFact::CartValue,
                texts: Vec::new(),
                numbers: Vec::from([cents(at_least), at_most.map_or(i32::MAX, cents)]),
            });
        }
        (all, unknown)
    }

    fn words(&self, fact: RequestFact) -> Option<&[String]> {
        let words = match fact {
            RequestFact::Category => &self.category,
            RequestFact::Query => &self.query,
            RequestFact::Device => &self.device,
            RequestFact::Country => &self.country,
            RequestFact::Language => &self.language,
            RequestFact::Weekday => &self.weekday,
            RequestFact::Basis => &self.basis,
            RequestFact::State => &self.state,
            RequestFact::Arm => &self.arm,
            RequestFact::CartValue => &None,
        };
        words.as_ref().map(OneOrMore::as_slice)
    }
}

const fn is_text(fact: RequestFact) -> bool {
    matches!(
        fact,
        RequestFact::Category | RequestFact::Query | RequestFact::State | RequestFact::Arm
    )
}

/// Returns what a word of a closed list is as a number; of a context key it is the key of which that alone is known.
fn number(fact: RequestFact, word: &str) -> Option<i32> {
    let place = |words: &[&str]| words.iter().position(|known| *known == word).map(|at| at as i32);
    let key = |text: String| Some(ContextKey::parse(&text).bits() as i32).filter(|bits| *bits > 0);
    match fact {
        RequestFact::Device => key(alloc::format!(",,{word}")),
        RequestFact::Language => key(alloc::format!(",,,{word}")),
        RequestFact::Country => key(alloc::format!(",,,,{word}")),
        // Below 7 a day; the keys of the parts of the week are far above.
        RequestFact::Weekday => place(&DAYS).or_else(|| key(alloc::format!(",{word}")).filter(|_| word.len() > 2)),
        RequestFact::Basis => place(&Basis::ALL.map(Basis::name)),
        _ => None,
    }
}

/// Returns the words that a fact may have; `None` where any text will do.
pub fn words_of(fact: RequestFact) -> Option<&'static str> {
    match fact {
        RequestFact::Device => Some("phone, tablet, desktop"),
        RequestFact::Language => Some("two letters such as \"en\""),
        RequestFact::Country => Some("two letters such as \"GB\""),
        RequestFact::Weekday => Some("monday to sunday, workday, weekend"),
        RequestFact::Basis => Some("session, context, popularity, shop_order"),
        _ => None,
    }
}
