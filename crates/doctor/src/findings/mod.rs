//! Findings: what somebody should mend, with its count, share, examples and mend.

mod catalog;
mod log;
mod time;

use serde::Serialize;

use crate::days::Days;
use crate::examine::Input;

/// Examples of a finding.
pub const EXAMPLES: usize = 3;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Training would learn something wrong, or nothing.
    Mend,
    /// It costs quality.
    Look,
    /// Good to know.
    Note,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Finding {
    /// Name for machines; stays the same from run to run.
    pub id: String,
    /// How much it matters.
    pub severity: Severity,
    /// What was found, in a few words.
    pub title: String,
    /// How many.
    pub count: u64,
    /// Of how many.
    pub of: u64,
    /// What `of` counts.
    pub unit: &'static str,
    /// At most [`EXAMPLES`].
    pub examples: Vec<String>,
    /// What to do.
    pub mend: String,
}

impl Finding {
    fn new(id: &str, title: &str, (count, of): (u64, u64), unit: &'static str) -> Self {
        Self {
            id: id.to_owned(),
            severity: Severity::Note,
            title: title.to_owned(),
            count,
            of,
            unit,
            examples: Vec::new(),
            mend: String::new(),
        }
    }

    fn with(mut self, severity: Severity, examples: Vec<String>, mend: &str) -> Self {
        self.severity = severity;
        self.examples = examples;
        self.examples.truncate(EXAMPLES);
        mend.clone_into(&mut self.mend);
        self
    }

    /// As [`Self::with`]: mend from this share on, below it look.
    fn beyond(self, share: f64, examples: Vec<String>, mend: &str) -> Self {
        let severity = if self.share() > share {
            Severity::Mend
        } else {
            Severity::Look
        };
        self.with(severity, examples, mend)
    }

    /// Returns the count as a share of `of`, from 0 to 1.
    #[must_use]
    pub fn share(&self) -> f64 {
        self.count as f64 / self.of.max(1) as f64
    }

    /// Returns whether there is nothing to tell.
    fn is_nothing(&self) -> bool {
        self.count == 0
    }
}

/// Returns all findings, the most severe first, then by share.
#[must_use]
pub fn all(input: &Input<'_>, days: &Days) -> Vec<Finding> {
    let mut all = log::findings(input);
    all.extend(time::findings(input, days));
    if let Some(catalog) = input.catalog {
        all.extend(catalog::findings(input, catalog));
    }
    all.retain(|finding| !finding.is_nothing());
    all.sort_by(|a, b| {
        let key = |finding: &Finding| (finding.severity, std::cmp::Reverse((1e6 * finding.share()) as u64));
        key(a).cmp(&key(b)).then_with(|| a.id.cmp(&b.id))
    });
    all
}
