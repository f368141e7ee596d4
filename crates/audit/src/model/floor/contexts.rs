//! Context keys: what visits begin with, by time, device, language and country.

use std::collections::HashSet;

use shelfwise_core::ContextKey;

use super::Counted;
use crate::model::{Fact, Kind};
use crate::report::{Finding, Outcome, Step};

const NAME: &str = "contexts";

/// Visits that each key has at least, as `docs/snapshot-format.md` guarantees.
const FEWEST_VISITS: u32 = 50;

pub fn step(counted: &Counted<'_>) -> Step {
    let model = counted.subject.model;
    let claim = format!(
        "Every context key has at least {FEWEST_VISITS} visits of at least {}, and as many began with each item of its list, by \
         that key or by one that it is part of.",
        counted.floor()
    );
    let keys: HashSet<ContextKey> = model.cells().cells().collect();
    if keys.is_empty() {
        return Step::without(NAME, &claim, Outcome::NotApplicable, "the model has no context keys");
    }
    let counts = counted.recount.contexts(model.cells().facts(), &keys);
    let mut tally = counted.tally();
    let mut few = Vec::new();
    for (fact, _) in counted.of_kind(Kind::Contexts) {
        match fact {
            Fact::Context(key) => {
                let people = counts.people.get(&key).copied().unwrap_or_default();
                tally.add(people, || format!("context key `{key}`"));
                let visits = counts.visits.get(&key).copied().unwrap_or_default();
                few.extend((visits < FEWEST_VISITS).then(|| too_few(key, visits)));
            }
            Fact::InContext(key, item) => {
                let of = |key: ContextKey| counts.items.get(&(key, item)).copied().unwrap_or_default();
                let people = key.lineage().filter(|key| keys.contains(key)).map(of).max();
                tally.add(people.unwrap_or_default(), || {
                    format!("{} in the list of context key `{key}`", counted.id(item))
                });
            }
            _ => {}
        }
    }
    let tried = vec![tally.summary(&format!("keys and entries ({} keys)", keys.len()))];
    let mut step = tally.step(NAME, &claim, tried);
    if !few.is_empty() {
        step.outcome = Outcome::Failed;
        step.findings.extend(few);
    }
    step
}

fn too_few(key: ContextKey, visits: u32) -> Finding {
    Finding::new(
        "model.context-too-small",
        format!("context key `{key}` has {visits} visits, and needs {FEWEST_VISITS}."),
        "Do not publish this model: a key of so few visits can be that of one household. Train again with the log that was given here.",
    )
}
