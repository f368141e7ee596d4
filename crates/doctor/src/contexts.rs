//! Where context earns its place: the part of the day, the weekday, the device, the language, the country.
//!
//! Before a visitor has done anything, a shelf can go by nothing else. Training measures on the newest visits what that
//! gains, and this is what it found.

use serde::Serialize;

/// Context keys that the report names: those of most visits.
pub const MOST_KEYS: usize = 8;

/// What context gains for the first product of a visit.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Contexts {
    /// Length of the list that is tried.
    pub at: usize,
    /// Visits before the measured ones.
    pub visits: u64,
    /// The facts that training would tell visits apart by; absent if none is worth its bytes.
    pub taken: Option<String>,
    /// By the facts that tell visits apart.
    pub facts: Vec<Gain>,
    /// By context key, that of most visits first, at most [`MOST_KEYS`]: of the taken facts, or else of the best ones.
    pub keys: Vec<Gain>,
}

/// What one of them gains.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Gain {
    /// Its name.
    pub name: String,
    /// Visits that carry it.
    pub visits: u64,
    /// Share of the measured visits that carry it whose first product is in the list that every visit gets.
    pub hit_rate_without: f64,
    /// The same in the list of its context.
    pub hit_rate_with: f64,
    /// What to make of it.
    pub verdict: Verdict,
}

/// What to make of a gain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It is beyond chance.
    Gains,
    /// It may be chance.
    Unclear,
    /// It is a loss beyond chance.
    Loses,
}

impl Verdict {
    /// Returns it in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Gains => "gains",
            Self::Unclear => "no clear gain",
            Self::Loses => "loses",
        }
    }
}

impl Contexts {
    /// Returns what follows, in a sentence.
    #[must_use]
    pub fn conclusion(&self) -> String {
        match &self.taken {
            Some(facts) => format!("Training tells visits apart by these facts: {facts}."),
            None => "Training tells visits apart by none of these: one list for everybody is as good.".to_owned(),
        }
    }
}
