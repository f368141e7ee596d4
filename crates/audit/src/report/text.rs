//! The report for a terminal.

use std::fmt::Write as _;

use super::{Outcome, Report, Step};

/// Findings of a step that are shown; the rest is in the files.
const MOST_SHOWN: usize = 12;

/// Returns the report as lines: a table of steps, findings, verdict.
pub fn text(report: &Report) -> String {
    let mut out = format!("{}\nfound: {}\n\n", report.subject, list(&report.found));
    for step in &report.steps {
        out += &row(step);
    }
    for step in report.steps.iter().filter(|step| step.outcome == Outcome::Failed) {
        out += &findings(step);
    }
    if let Some(changes) = &report.changes {
        // Writing to a string cannot fail.
        let _ = writeln!(
            out,
            "\nchanged since the last audit: {}",
            if changes.is_empty() { "nothing" } else { "" }
        );
        out.extend(changes.iter().map(|change| format!("  {change}\n")));
    }
    let _ = write!(out, "\n{}", report.verdict());
    out
}

fn list(found: &[String]) -> String {
    if found.is_empty() {
        "nothing of Shelfwise".to_owned()
    } else {
        found.join(", ")
    }
}

fn row(step: &Step) -> String {
    let why = if step.outcome == Outcome::Failed {
        let count = step.findings.len();
        format!("{count} finding{}", if count == 1 { "" } else { "s" })
    } else {
        step.tried.join("; ")
    };
    format!("{:<13}{:<16}{why}\n", step.name, step.outcome.words())
}

fn findings(step: &Step) -> String {
    let mut out = format!("\n{}: {}\n", step.name, step.claim);
    for finding in step.findings.iter().take(MOST_SHOWN) {
        let _ = writeln!(out, "  {finding}\n    {}", finding.advice);
    }
    let more = step.findings.len().saturating_sub(MOST_SHOWN);
    if more > 0 {
        let _ = writeln!(out, "  … and {more} more: --json, --sarif and --html have all");
    }
    out
}
