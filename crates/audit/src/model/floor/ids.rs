//! Item ids: the text of an id can tell on a person, such as that of an engraved gift.

use super::{Counted, NO_CATALOG};
use crate::model::{Fact, Kind};
use crate::report::{Finding, Outcome, Step};

const NAME: &str = "ids";

pub fn step(counted: &Counted<'_>) -> Step {
    let claim = format!(
        "The catalog has every item id of the model, or at least {} saw the item.",
        counted.floor()
    );
    let mut tally = counted.tally();
    let mut listed = 0;
    for (fact, _) in counted.of_kind(Kind::Ids) {
        let Fact::Id(item) = fact else { continue };
        if counted.public.contains(&item) {
            listed += 1;
        } else {
            tally.add(counted.people_of(item), || format!("item id {}", counted.id(item)));
        }
    }
    let tried = vec![
        format!("{listed} ids are in the catalog, which is public"),
        tally.summary("other ids"),
    ];
    let mut step = tally.step(NAME, &claim, tried);
    if step.outcome == Outcome::NotApplicable && listed > 0 {
        step.outcome = Outcome::Passed;
    }
    if counted.lacks_catalog() && step.outcome == Outcome::Failed {
        step.findings.clear();
        step.outcome = Outcome::NotProved;
        step.tried.push(NO_CATALOG.to_owned());
    }
    let sensitive = sensitive(counted);
    if !sensitive.is_empty() {
        step.outcome = Outcome::Failed;
        step.findings.extend(sensitive);
    }
    step
}

/// Items that the catalog flags as sensitive must not be in a model at all.
fn sensitive(counted: &Counted<'_>) -> Vec<Finding> {
    let catalog = counted.subject.catalog.iter().flat_map(|catalog| &catalog.items);
    let flagged = catalog.filter(|item| item.sensitive).map(|item| &item.id);
    let published = flagged.filter(|id| {
        counted
            .names
            .known(id)
            .is_some_and(|item| counted.facts.has(Fact::Id(item)))
    });
    let finding = |id: &String| {
        let message = format!("item id `{id}` is in the model, and the catalog flags it as sensitive.");
        Finding::new("model.sensitive", message, "Train with the catalog that has the flag.")
    };
    published.map(finding).collect()
}
