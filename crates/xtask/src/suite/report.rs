//! What ran, how it ended and how long it took.

use std::fmt;
use std::time::Duration;

use super::Stage;

/// How a stage ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// All of it held.
    Passed,
    /// Something did not.
    Failed,
}

impl Outcome {
    /// Of what a stage returned.
    pub fn of<T>(result: &anyhow::Result<T>) -> Self {
        if result.is_ok() { Self::Passed } else { Self::Failed }
    }
}

/// Stages with outcome and time; those after a failure have neither.
#[derive(Debug)]
pub struct Report {
    rows: Vec<(Stage, Option<(Outcome, Duration)>)>,
}

impl Report {
    /// Nothing has run yet.
    pub fn new(stages: &[Stage]) -> Self {
        Self {
            rows: stages.iter().map(|stage| (*stage, None)).collect(),
        }
    }

    /// Writes down how a stage ended.
    pub fn add(&mut self, stage: Stage, outcome: Outcome, took: Duration) {
        for row in self.rows.iter_mut().filter(|row| row.0 == stage) {
            row.1 = Some((outcome, took));
        }
    }

    /// Returns the first stage that failed.
    pub fn failed(&self) -> Option<Stage> {
        let mut failed = self
            .rows
            .iter()
            .filter(|(_, end)| end.is_some_and(|(own, _)| own == Outcome::Failed));
        failed.next().map(|(stage, _)| *stage)
    }

    fn count(&self, outcome: Outcome) -> usize {
        self.rows
            .iter()
            .filter(|(_, end)| end.is_some_and(|(own, _)| own == outcome))
            .count()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (stage, end) in &self.rows {
            writeln!(f, "{:<48}{}", stage.title(), shown(*end))?;
        }
        let (passed, failed) = (self.count(Outcome::Passed), self.count(Outcome::Failed));
        write!(f, "\n{passed} passed, {failed} failed")
    }
}

fn shown(end: Option<(Outcome, Duration)>) -> String {
    match end {
        Some((Outcome::Passed, took)) => format!("passed {:>8.1} s", took.as_secs_f64()),
        Some((Outcome::Failed, took)) => format!("FAILED {:>8.1} s", took.as_secs_f64()),
        None => "not run".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn last_line_counts_stages() {
        let mut report = Report::new(&[Stage::Format, Stage::Tidy, Stage::Lints]);
        report.add(Stage::Format, Outcome::Passed, Duration::from_millis(1500));
        report.add(Stage::Tidy, Outcome::Failed, Duration::ZERO);
        let text = report.to_string();
        assert_eq!(text.lines().last(), Some("1 passed, 1 failed"));
        assert!(text.contains("passed      1.5 s") && text.contains("not run"), "{text}");
    }
}
