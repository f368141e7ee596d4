//! Where context earns its place: what each context key gains for the first item of its visits, and how many carry it.

use serde::Serialize;
use shelfwise_core::ContextKey;
use shelfwise_core::snapshot::CellTable;
use shelfwise_intake::log::SessionSpan;

use crate::aggregates::contexts::{ContextCounts, keys_of};
use crate::evaluate::cold_start::FirstItems;

/// A gain or loss of fewer standard errors than this is considered chance.
pub const CLEAR: f64 = 2.0;

/// What a context key, or all keys of some facts, gain on the hold-out.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ContextGain {
    /// The key, such as `evening,weekend,,,`, or the facts.
    pub name: String,
    /// Visits before the hold-out that carry it.
    pub visits: u64,
    /// Visits of the hold-out that carry it and were replayed.
    pub measured: usize,
    /// Hit rate of their first items by what is the same for every visit: overall popularity, or what all visits begin
    /// with if that is better.
    pub hr_without: f64,
    /// The same by context keys.
    pub hr_with: f64,
    /// Gain in HR + MRR.
    pub gain: f64,
    /// Its standard error, from paired differences by visit.
    pub error: f64,
    /// What to make of it.
    pub verdict: Verdict,
}

impl ContextGain {
    /// Returns the name in words: what a key does not say is left out.
    #[must_use]
    pub fn words(&self) -> String {
        let said = self.name.split(',').map(str::trim).filter(|fact| !fact.is_empty());
        said.collect::<Vec<_>>().join(", ")
    }
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

/// Replays of the same visits without and with context keys.
#[derive(Clone, Copy, Debug)]
pub struct Replays<'a> {
    /// The visits, in the order of the replays.
    pub visits: &'a [&'a SessionSpan],
    /// By what is the same for every visit.
    pub without: &'a FirstItems,
    /// By context keys.
    pub with: &'a FirstItems,
}

impl Replays<'_> {
    /// Returns the gain over the visits that are chosen by their context key; `carried` visits came before them.
    pub fn gain(&self, name: String, carried: u64, is_chosen: impl Fn(ContextKey) -> bool) -> ContextGain {
        let chosen: Vec<usize> = (0..self.visits.len())
            .filter(|&at| is_chosen(self.visits[at].cell))
            .collect();
        let (without, with) = (self.without.only(&chosen), self.with.only(&chosen));
        let (gain, error) = with.gain_over(&without);
        ContextGain {
            name,
            visits: carried,
            measured: chosen.len(),
            hr_without: without.places.hr,
            hr_with: with.places.hr,
            gain,
            error,
            verdict: Verdict::of(gain, error),
        }
    }

    /// Returns the gain of each key of a table, that of most visits first; the key of all visits is left out.
    /// O(keys × visits).
    #[must_use]
    pub fn by_key(&self, table: &CellTable, counts: &ContextCounts) -> Vec<ContextGain> {
        let keys = table.cells.iter().map(|(key, _)| *key);
        let of = |key: ContextKey| {
            let own = counts.keys.iter().find(|own| own.key == key);
            let carried = own.map_or(0, |own| u64::from(own.visits));
            self.gain(key.to_string(), carried, |cell| {
                keys_of(cell, counts.chosen).any(|own| own == key)
            })
        };
        let mut gains: Vec<ContextGain> = keys.filter(|key| *key != ContextKey::UNKNOWN).map(of).collect();
        gains.sort_by(|a, b| b.visits.cmp(&a.visits).then_with(|| a.name.cmp(&b.name)));
        gains
    }
}

impl Verdict {
    fn of(gain: f64, error: f64) -> Self {
        if gain > error * CLEAR {
            Self::Gains
        } else if -gain > error * CLEAR {
            Self::Loses
        } else {
            Self::Unclear
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gain_within_two_standard_errors_is_unclear() {
        assert_eq!(Verdict::of(0.21, 0.1), Verdict::Gains);
        assert_eq!(Verdict::of(0.19, 0.1), Verdict::Unclear);
        assert_eq!(Verdict::of(-0.21, 0.1), Verdict::Loses);
        assert_eq!(Verdict::of(0.0, 0.0), Verdict::Unclear);
    }
}
