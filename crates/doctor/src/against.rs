//! Comparison with an earlier report.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::findings::{Finding, Severity};
use crate::report::Report;
use crate::surfaces::{Grade, Surface};

/// A share that differs by less than this is the same.
const SAME: f64 = 0.005;

/// What is said if nothing differs.
pub const UNCHANGED: &str = "Nothing became better or worse.";

/// An earlier report, as far as it is compared.
#[derive(Clone, Debug, Deserialize)]
pub struct Earlier {
    findings: Vec<EarlierFinding>,
    surfaces: Vec<EarlierSurface>,
}

#[derive(Clone, Debug, Deserialize)]
struct EarlierFinding {
    id: String,
    title: String,
    severity: String,
    count: u64,
    of: u64,
}

#[derive(Clone, Debug, Deserialize)]
struct EarlierSurface {
    name: String,
    grade: String,
}

/// A difference from an earlier report.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Change {
    /// Whether it is better or worse.
    pub direction: Direction,
    /// The difference in a sentence.
    pub text: String,
}

/// Direction of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Worse than before.
    Worse,
    /// Better than before.
    Better,
}

/// Returns the differences of a report from an earlier one, the worse ones first. Notes are not compared.
#[must_use]
pub fn changes(report: &Report, earlier: &Earlier) -> Vec<Change> {
    let before: BTreeMap<&str, &EarlierFinding> = earlier.findings.iter().map(|old| (&*old.id, old)).collect();
    let serious = report
        .findings
        .iter()
        .filter(|finding| finding.severity != Severity::Note);
    let mut changes: Vec<Change> = serious
        .filter_map(|finding| change(finding, before.get(&*finding.id)))
        .collect();
    let mended = earlier
        .findings
        .iter()
        .filter(|old| old.severity != "note" && report.findings.iter().all(|finding| finding.id != old.id));
    changes.extend(mended.map(|old| Change {
        direction: Direction::Better,
        text: format!("Mended: {}", old.title),
    }));
    changes.extend(report.surfaces.iter().filter_map(|surface| graded(surface, earlier)));
    changes.sort_by_key(|change| change.direction);
    changes
}

fn change(finding: &Finding, before: Option<&&EarlierFinding>) -> Option<Change> {
    let now = finding.share();
    let Some(before) = before else {
        return Some(Change {
            direction: Direction::Worse,
            text: format!("New: {}", finding.title),
        });
    };
    let then = before.count as f64 / before.of.max(1) as f64;
    ((now - then).abs() >= SAME).then(|| Change {
        direction: if now > then {
            Direction::Worse
        } else {
            Direction::Better
        },
        text: format!(
            "{}: {:.1} % before, {:.1} % now",
            finding.title,
            100.0 * then,
            100.0 * now
        ),
    })
}

fn graded(surface: &Surface, earlier: &Earlier) -> Option<Change> {
    let before = earlier.surfaces.iter().find(|old| old.name == surface.name)?;
    let was_ready = before.grade == "ready";
    let is_ready = surface.grade == Grade::Ready;
    (was_ready != is_ready).then(|| Change {
        direction: if is_ready { Direction::Better } else { Direction::Worse },
        text: format!("{} is {}ready", surface.name, if is_ready { "" } else { "no longer " }),
    })
}
