//! The flows as one picture, drawn from the outcome of the steps.

use super::{Outcome, Report};

/// Which step proves which arrow of the picture.
const ARROWS: &[(&str, &[&str])] = &[
    ("load", &["shell", "noninterfere", "hashes", "tamper", "pages"]),
    ("ask", &["contain", "imports"]),
    ("keep", &["storage", "pages"]),
    ("out", &["shell", "contain", "canary", "noninterfere", "imports"]),
];

/// Returns the colour of an arrow: red where one of its steps failed, green where one passed and none failed, else grey.
pub fn colour(report: &Report, arrow: &str) -> &'static str {
    let steps = ARROWS
        .iter()
        .find(|(name, _)| *name == arrow)
        .map_or(&[][..], |(_, steps)| *steps);
    let outcomes = report.steps.iter().filter(|step| steps.contains(&step.name.as_str()));
    let outcomes: Vec<_> = outcomes.map(|step| step.outcome).collect();
    if outcomes.contains(&Outcome::Failed) {
        "#b3261e"
    } else if outcomes.contains(&Outcome::Passed) {
        "#1b6e3a"
    } else {
        "#6b6b6b"
    }
}
