//! Steps of the design that this version does not have: they stand in the report with their reason.

use crate::report::{Outcome, Step};

const STEPS: &[(&str, &str, Outcome, &str)] = &[(
    "model",
    "Nothing in the model rests on fewer people than it claims.",
    Outcome::NotProved,
    "the folder has no log to count again: audit the model where the log is, with `shelfwise audit MODEL --log EVENTS`",
)];

/// Returns them as rows of the report.
pub fn later() -> Vec<Step> {
    let rows = STEPS.iter();
    rows.map(|(name, claim, outcome, reason)| Step::without(name, claim, *outcome, reason))
        .collect()
}
