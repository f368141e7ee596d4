//! Weights: what a level of a pair tells of the number of people behind it.

use std::collections::{BTreeMap, BTreeSet};

use super::Counted;
use crate::model::recount::both;
use crate::model::{Fact, Kind};
use crate::report::{Finding, Outcome, Step};

const NAME: &str = "weights";
const CLAIM: &str = "No weight of a pair is the number of those who saw it: it is a share, in 16 steps.";

/// Levels that each stand for one number of people, with as many pairs each, before weights are taken for counts.
const FEWEST: usize = 3;

pub fn step(counted: &Counted<'_>) -> Step {
    let mut levels: BTreeMap<u64, Vec<u32>> = BTreeMap::new();
    for (fact, weight) in counted.of_kind(Kind::Pairs) {
        if let Fact::Pair(a, b) = fact {
            let people = counted.pairs.get(&both(a, b)).copied().unwrap_or_default();
            levels.entry(weight).or_default().push(people);
        }
    }
    if levels.is_empty() {
        return Step::without(NAME, CLAIM, Outcome::NotApplicable, "the model has no pairs");
    }
    // The highest level may stand for all larger numbers.
    let highest = levels.keys().next_back().copied();
    let full = levels
        .iter()
        .filter(|(weight, pairs)| Some(**weight) != highest && pairs.len() >= FEWEST);
    let numbers: Vec<BTreeSet<u32>> = full.map(|(_, pairs)| pairs.iter().copied().collect()).collect();
    let exact: BTreeSet<u32> = numbers.iter().filter(|own| own.len() == 1).flatten().copied().collect();
    let is_count = exact.len() >= FEWEST && numbers.iter().all(|own| own.len() == 1);
    let findings = is_count.then(|| {
        let message = format!(
            "{} levels of pairs each stand for one number of {}: {}.",
            numbers.len(),
            counted.subject.who(),
            exact.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")
        );
        Finding::new(
            "model.count-as-weight",
            message,
            "Publish shares, not counts: see docs/ranking.md.",
        )
    });
    let summary = format!(
        "{} levels are in use; of {} with {FEWEST} pairs or more, {} stand for one number of {}",
        levels.len(),
        numbers.len(),
        numbers.iter().filter(|own| own.len() == 1).count(),
        counted.subject.who()
    );
    Step::tried(NAME, CLAIM, vec![summary], findings.into_iter().collect())
}
