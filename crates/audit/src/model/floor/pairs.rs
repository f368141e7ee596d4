//! Pairs of items seen together, and indirect links between items that few saw together.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::Counted;
use crate::model::recount::{Both, both};
use crate::model::{Fact, Facts, Kind};
use crate::report::Step;

/// Returns the published pairs.
pub fn wanted(facts: &Facts) -> HashSet<Both> {
    let pairs = facts.of_kind(Kind::Pairs);
    pairs.filter_map(|(fact, _)| joined(fact)).collect()
}

fn joined(fact: Fact) -> Option<Both> {
    match fact {
        Fact::Pair(a, b) | Fact::Link(a, b) => Some(both(a, b)),
        _ => None,
    }
}

pub fn step(counted: &Counted<'_>) -> Step {
    let claim = format!("At least {} saw the two items of every pair together.", counted.floor());
    let mut tally = counted.tally();
    let pairs: BTreeSet<Both> = counted
        .of_kind(Kind::Pairs)
        .filter_map(|(fact, _)| joined(fact))
        .collect();
    for pair in pairs {
        let people = counted.pairs.get(&pair).copied().unwrap_or_default();
        tally.add(people, || {
            format!("pair {} and {}", counted.id(pair.0), counted.id(pair.1))
        });
    }
    let tried = vec![tally.summary("pairs")];
    tally.step("pairs", &claim, tried)
}

/// A link is found from one of its ends, and shown at both: one of the two directions has to reach the floor.
pub fn links(counted: &Counted<'_>) -> Step {
    let claim = format!(
        "Behind every indirect link are at least {} who saw the one item with the other, or with items whose published \
         pairs have the other.",
        counted.floor()
    );
    let links: BTreeSet<Both> = counted
        .of_kind(Kind::Links)
        .filter_map(|(fact, _)| joined(fact))
        .collect();
    let wanted = links.iter().flat_map(|(a, b)| [(*a, *b), (*b, *a)]).collect();
    let people = counted.recount.links(&wanted, &rows(&counted.facts));
    let mut tally = counted.tally();
    for (a, b) in links {
        let of = |link| people.get(&link).copied().unwrap_or_default();
        tally.add(of((a, b)).max(of((b, a))), || {
            format!("indirect link of {} and {}", counted.id(a), counted.id(b))
        });
    }
    let tried = vec![tally.summary("indirect links")];
    tally.step("links", &claim, tried)
}

/// Returns the published row of every item.
pub fn rows(facts: &Facts) -> HashMap<u32, Vec<u32>> {
    let mut rows: HashMap<u32, Vec<u32>> = HashMap::new();
    for (fact, _) in facts.of_kind(Kind::Pairs) {
        if let Fact::Pair(own, other) = fact {
            rows.entry(own).or_default().push(other);
        }
    }
    rows
}
