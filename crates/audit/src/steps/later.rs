//! Steps of the design that this version does not have: they stand in the report with their reason.

use crate::report::{Outcome, Step};

/// Why no step that needs a browser was tried.
const NO_BROWSER: &str = "this command has no steps in browsers yet; tests/package has its own pages for part of this";

const STEPS: &[(&str, &str, Outcome, &str)] = &[
    (
        "contain",
        "None of ten ways out leads out of the engine's worker.",
        Outcome::NotProved,
        NO_BROWSER,
    ),
    (
        "noninterfere",
        "Different shoppers cause the same requests, sizes, storage and exits on the same page.",
        Outcome::NotProved,
        NO_BROWSER,
    ),
    (
        "canary",
        "Nothing that a shopper does is found in traffic, storage, cookies or addresses.",
        Outcome::NotProved,
        NO_BROWSER,
    ),
    (
        "storage",
        "Each mode keeps what the manifest lists, no longer than it says, and nothing after it ends.",
        Outcome::NotProved,
        NO_BROWSER,
    ),
    (
        "signals",
        "Global Privacy Control, Do Not Track and consent lower the mode, in whatever order they arrive.",
        Outcome::NotProved,
        NO_BROWSER,
    ),
    (
        "rebuild",
        "Built twice, in two places, the modules are the same bytes, and those of the release.",
        Outcome::NotProved,
        "this command does not build the package again yet",
    ),
    (
        "reports",
        "Reports of measurement reveal no more than they claim.",
        Outcome::NotApplicable,
        "this version sends no reports",
    ),
    (
        "model",
        "Nothing in the model rests on fewer people than it claims.",
        Outcome::NotProved,
        "the folder has no log to count again: audit the model where the log is, with `shelfwise audit MODEL --log EVENTS`",
    ),
    (
        "edge",
        "The edge keeps nothing of a request.",
        Outcome::NotProved,
        "this command does not start an edge worker yet",
    ),
];

/// Returns them as rows of the report.
pub fn later() -> Vec<Step> {
    let rows = STEPS.iter();
    rows.map(|(name, claim, outcome, reason)| Step::without(name, claim, *outcome, reason))
        .collect()
}
