//! Findings of one step: a report lists the first ones, and counts the others.

use crate::report::Finding;

/// Most findings of one step that a report lists one by one.
const MOST_LISTED: usize = 1_000;

/// The findings of a step, with a bound on those that are listed.
#[derive(Debug, Default)]
pub struct ListedFindings {
    listed: Vec<Finding>,
    all: usize,
}

impl ListedFindings {
    /// Starts without a finding.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            listed: Vec::new(),
            all: 0,
        }
    }

    /// Adds a finding; past the bound it is only counted, and not made.
    pub fn add(&mut self, finding: impl FnOnce() -> Finding) {
        self.all += 1;
        if self.listed.len() < MOST_LISTED {
            self.listed.push(finding());
        }
    }

    /// Returns how many findings are not listed, in a sentence; none if all are.
    #[must_use]
    pub fn omitted(&self) -> Option<String> {
        let listed = self.listed.len();
        (self.all > listed).then(|| format!("only {listed} of {} findings are listed", self.all))
    }

    /// Returns those that are listed.
    #[must_use]
    pub fn into_vec(self) -> Vec<Finding> {
        self.listed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_past_the_bound_are_counted_and_not_listed() {
        let mut findings = ListedFindings::new();
        for _ in 0..MOST_LISTED {
            findings.add(|| Finding::new("a.b", String::new(), ""));
        }
        assert_eq!(findings.omitted(), None);
        findings.add(|| unreachable!("a finding past the bound is made"));
        assert_eq!(
            findings.omitted().as_deref(),
            Some("only 1000 of 1001 findings are listed")
        );
        assert_eq!(findings.into_vec().len(), MOST_LISTED);
    }
}
