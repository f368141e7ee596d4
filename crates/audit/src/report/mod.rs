//! What an audit says: one row a step, never passed in silence.

mod change;
mod html;
mod picture;
mod sarif;
mod text;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::syntax::Place;

pub use self::change::changes;
pub use self::html::html;
pub use self::sarif::sarif;
pub use self::text::text;

/// Of the report's own form.
pub const SCHEMA: &str = "shelfwise-audit/1";

/// The form of a report on a model, which is read alike.
pub const MODEL_SCHEMA: &str = "shelfwise-audit-model/1";

/// How a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was tried, and it holds.
    Passed,
    /// It was tried, and it does not hold.
    Failed,
    /// There is nothing that it could be about.
    NotApplicable,
    /// It could not be tried.
    NotProved,
}

impl Outcome {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "FAILED",
            Self::NotApplicable => "not applicable",
            Self::NotProved => "not proved",
        }
    }
}

/// Something that should not be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Which kind of finding, `step.kind`: stable, for machines.
    pub code: String,
    /// What is wrong, in one sentence.
    pub message: String,
    /// The file, from the audited folder.
    pub file: Option<String>,
    /// Line and column in it, from 1.
    pub line: Option<usize>,
    /// Column.
    pub column: Option<usize>,
    /// What to do.
    pub advice: String,
}

impl Finding {
    /// A finding about no file in particular.
    pub fn new(code: &str, message: String, advice: &str) -> Self {
        Self {
            code: code.to_owned(),
            message,
            file: None,
            line: None,
            column: None,
            advice: advice.to_owned(),
        }
    }

    /// The same, in a file.
    #[must_use]
    pub fn file(mut self, file: &str) -> Self {
        self.file = Some(file.to_owned());
        self
    }

    /// The same, at a place of the file.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        (self.line, self.column) = (Some(place.line), Some(place.column));
        self
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{file}:")?;
        }
        if let (Some(line), Some(column)) = (self.line, self.column) {
            write!(f, "{line}:{column}:")?;
        }
        if self.file.is_some() {
            write!(f, " ")?;
        }
        write!(f, "{} [{}]", self.message, self.code)
    }
}

/// One step of the audit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Its name on the command line.
    pub name: String,
    /// What must hold.
    pub claim: String,
    /// How it ended.
    pub outcome: Outcome,
    /// What was tried; or why it was not.
    pub tried: Vec<String>,
    /// What should not be.
    pub findings: Vec<Finding>,
}

impl Step {
    /// A step that was tried: it failed where there are findings.
    pub fn tried(name: &str, claim: &str, tried: Vec<String>, findings: Vec<Finding>) -> Self {
        let outcome = if findings.is_empty() {
            Outcome::Passed
        } else {
            Outcome::Failed
        };
        Self {
            name: name.to_owned(),
            claim: claim.to_owned(),
            outcome,
            tried,
            findings,
        }
    }

    /// A step that was not tried, for this reason.
    pub fn without(name: &str, claim: &str, outcome: Outcome, reason: &str) -> Self {
        Self {
            name: name.to_owned(),
            claim: claim.to_owned(),
            outcome,
            tried: vec![reason.to_owned()],
            findings: Vec::new(),
        }
    }

    /// The same, not proved for this reason where nothing was found.
    #[must_use]
    pub fn unless_proved(mut self, reason: Option<String>) -> Self {
        if let Some(reason) = reason {
            if self.outcome == Outcome::Passed {
                self.outcome = Outcome::NotProved;
            }
            self.tried.push(reason);
        }
        self
    }
}

/// What leaves, is kept, read and imported, one line each, for comparison with the next audit.
pub type Flow = Vec<String>;

/// A whole audit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// [`SCHEMA`].
    pub schema: String,
    /// The version of the tool, which is that of the package it knows.
    pub tool: String,
    /// When, as `2026-03-01T10:00:00Z`.
    pub at: String,
    /// What was audited.
    pub subject: String,
    /// The claim, word for word.
    pub claim: String,
    /// What was found of Shelfwise.
    pub found: Vec<String>,
    /// The steps.
    pub steps: Vec<Step>,
    /// The data flow, as it was found.
    pub flow: Flow,
    /// What changed in it since the last audit; none if there was none to compare with.
    pub changes: Option<Vec<String>>,
    /// SHA-256 of every file that was looked at, by path.
    pub files: std::collections::BTreeMap<String, String>,
}

impl Report {
    /// Whether a model was audited, and not the files of a shop.
    pub fn is_of_model(&self) -> bool {
        self.schema == MODEL_SCHEMA
    }

    /// Whether a step failed.
    pub fn has_failed(&self) -> bool {
        self.count(Outcome::Failed) > 0
    }

    /// The number of steps that ended so.
    pub fn count(&self, outcome: Outcome) -> usize {
        self.steps.iter().filter(|step| step.outcome == outcome).count()
    }

    /// All findings with their step.
    pub fn findings(&self) -> impl Iterator<Item = (&Step, &Finding)> {
        let steps = self.steps.iter();
        steps.flat_map(|step| step.findings.iter().map(move |finding| (step, finding)))
    }

    /// The verdict in one sentence.
    pub fn verdict(&self) -> String {
        let (passed, failed) = (self.count(Outcome::Passed), self.count(Outcome::Failed));
        let (absent, open) = (self.count(Outcome::NotApplicable), self.count(Outcome::NotProved));
        let rest = format!("{passed} passed, {failed} failed, {absent} not applicable, {open} not proved");
        match (failed, passed, open) {
            (0, 0, _) => format!("Nothing was proved: {rest}."),
            (0, _, 0) => format!("The claim holds in everything that was tried: {rest}."),
            (0, _, _) => format!("Nothing against the claim was found, and a part was not tried: {rest}."),
            _ => format!("The claim does not hold: {rest}."),
        }
    }
}

#[cfg(test)]
mod tests;
