//! Where context earns its place: the part of the day, the weekday, the device, the language, the country.
//!
//! Before a visitor has done anything, a shelf can go by nothing else. Training measures on the newest visits what that
//! gains, and this is what it found.

use serde::Serialize;
use shelfwise_train::tune::context_gains::{ContextGain, Verdict};
use shelfwise_train::tune::context_selection::{ContextCandidate, ContextSelection};

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

impl Gain {
    /// Returns what to make of it, in words.
    #[must_use]
    pub const fn words(&self) -> &'static str {
        match self.verdict {
            Verdict::Gains => "gains",
            Verdict::Unclear => "no clear gain",
            Verdict::Loses => "loses",
        }
    }

    fn of(gain: &ContextGain) -> Self {
        Self {
            name: gain.words(),
            visits: gain.visits,
            hit_rate_without: gain.hr_without,
            hit_rate_with: gain.hr_with,
            verdict: gain.verdict,
        }
    }

    fn by_facts(tried: &ContextCandidate) -> Self {
        Self {
            name: in_words(tried.facts).to_owned(),
            ..Self::of(&tried.gain)
        }
    }
}

/// Returns facts as somebody who runs a shop would say them.
fn in_words(facts: &'static str) -> &'static str {
    match facts {
        "time" => "part of the day and weekday",
        "all" => "all of these",
        other => other,
    }
}

fn is_of_none(tried: &ContextCandidate) -> bool {
    tried.facts == "none"
}

impl Contexts {
    /// Takes from what training measured what the report says of it.
    #[must_use]
    pub fn of(selection: &ContextSelection) -> Self {
        let all_as_one = selection.tried.iter().find(|tried| is_of_none(tried));
        let taken = selection.taken.map(|taken| in_words(selection.tried[taken].facts));
        let by_facts = selection.best_by_facts().filter(|tried| !is_of_none(tried));
        Self {
            at: selection.without.at,
            visits: all_as_one.map_or(0, |tried| tried.gain.visits),
            taken: taken.map(str::to_owned),
            facts: by_facts.map(Gain::by_facts).collect(),
            keys: selection.keys.iter().take(MOST_KEYS).map(Gain::of).collect(),
        }
    }

    /// Returns what follows, in a sentence.
    #[must_use]
    pub fn conclusion(&self) -> String {
        match &self.taken {
            Some(facts) => format!("Training tells visits apart by these facts: {facts}."),
            None => "Training tells visits apart by none of these: one list for everybody is as good.".to_owned(),
        }
    }
}
