//! Levels of popularity, and lists of the most popular items.

use std::collections::{BTreeMap, BTreeSet};

use shelfwise_core::snapshot::layout::MAX_POPULARITY;

use super::Counted;
use crate::model::{Fact, Kind};
use crate::report::{Finding, Outcome, Step};

/// Least number of different counts that are told from levels before levels are taken for counts.
const FEWEST_COUNTS: usize = 3;

pub fn popularity(counted: &Counted<'_>) -> Step {
    let claim = format!("An item has a popularity only if at least {} saw it.", counted.floor());
    let mut tally = counted.tally();
    for kind in [Kind::Popularity, Kind::Recent] {
        for (fact, _) in counted.of_kind(kind) {
            if let Fact::Popularity(item) | Fact::Recent(item) = fact {
                tally.add(counted.people_of(item), || {
                    format!("{} of {}", kind.name(), counted.id(item))
                });
            }
        }
    }
    let tried = vec![tally.summary("levels"), exact_levels(counted)];
    let mut step = tally.step("popularity", &claim, tried);
    if let Some(finding) = raw_counts(counted) {
        step.outcome = Outcome::Failed;
        step.findings.push(finding);
    }
    step
}

/// Levels are logarithms of counts by a public formula: in small numbers each level is one count.
fn exact_levels(counted: &Counted<'_>) -> String {
    let mut counts: BTreeMap<u64, BTreeSet<u32>> = BTreeMap::new();
    let levels = || counted.of_kind(Kind::Popularity);
    for (fact, level) in levels() {
        if let Fact::Popularity(item) = fact {
            counts.entry(level).or_default().insert(counted.people_of(item));
        }
    }
    let exact = levels()
        .filter(|(_, level)| counts.get(level).is_some_and(|counts| counts.len() == 1))
        .count();
    format!(
        "levels follow a public formula: of {exact} of {} items the level is that of one number of {} alone, which is never below \
         the floor",
        levels().count(),
        counted.subject.who()
    )
}

/// Returns a finding if levels are counts, and not their logarithms.
fn raw_counts(counted: &Counted<'_>) -> Option<Finding> {
    let levels = counted
        .of_kind(Kind::Popularity)
        .filter_map(|(fact, level)| match fact {
            Fact::Popularity(item) => Some((level, u64::from(counted.people_of(item)))),
            _ => None,
        });
    let small: Vec<(u64, u64)> = levels
        .filter(|(_, people)| *people < u64::from(MAX_POPULARITY))
        .collect();
    let different: BTreeSet<u64> = small.iter().map(|(_, people)| *people).collect();
    let all_equal = small.iter().all(|(level, people)| level == people);
    (all_equal && different.len() >= FEWEST_COUNTS).then(|| {
        let message = format!(
            "the levels of popularity of {} items are the numbers of those who saw them.",
            small.len()
        );
        Finding::new(
            "model.count-as-weight",
            message,
            "Levels are round(63 · ln(1 + n) ÷ ln(1 + most)): see docs/snapshot-format.md.",
        )
    })
}

pub fn step(counted: &Counted<'_>) -> Step {
    let claim = format!(
        "At least {} saw every item in a list of popular items, of the shop or of a category.",
        counted.floor()
    );
    let mut tally = counted.tally();
    for (fact, _) in counted.of_kind(Kind::Lists) {
        if let Fact::Listed(list, item) = fact {
            let list = counted.names.text(list);
            let of = if list.is_empty() {
                "the shop".to_owned()
            } else {
                format!("`{list}`")
            };
            tally.add(counted.people_of(item), || {
                format!("{} in the list of {of}", counted.id(item))
            });
        }
    }
    let tried = vec![tally.summary("places in lists")];
    tally.step("lists", &claim, tried)
}
