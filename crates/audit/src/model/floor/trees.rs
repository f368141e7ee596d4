//! The learned trees: no one can say whose visits a threshold or a leaf is made of.

use super::Counted;
use crate::report::{Outcome, Step};

const NAME: &str = "trees";

pub fn step(counted: &Counted<'_>) -> Step {
    let claim = format!(
        "No threshold or leaf of the learned trees rests on fewer than {}.",
        counted.floor()
    );
    let Some(forest) = counted.subject.model.ranker() else {
        let none = "the model has no learned trees";
        return Step::without(NAME, &claim, Outcome::NotApplicable, none);
    };
    let reason = format!(
        "{} trees cannot be traced to people. Stated: a leaf is learned of at least 200 candidates of lists, out of at most 20,000 \
         predictions in the newest eighth of the log, and trees have no ids; but one person can have many of the predictions, and \
         one visit changes thousands of bytes. Train with --order tables where that matters",
        forest.len()
    );
    Step::without(NAME, &claim, Outcome::NotProved, &reason)
}
