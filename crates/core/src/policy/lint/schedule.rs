//! Times of rules: over, endless, without a zone.

use alloc::string::ToString;
use alloc::vec::Vec;

use super::{Finding, LintContext, RuleError, RuleWarning, Table};
use crate::policy::Verb;
use crate::policy::source::{PolicySource, RuleSource};

/// Times that cannot be.
pub fn errors(source: &PolicySource) -> Vec<Finding> {
    let wrong = |(at, rule): (usize, &RuleSource)| {
        let (from, until) = (rule.from.as_ref()?, rule.until.as_ref()?);
        let is_wrong = until.utc_ms() <= from.utc_ms();
        is_wrong.then(|| Finding::of_rule(at, "until", rule, RuleError::EndsBeforeItBegins))
    };
    source.rules.iter().enumerate().filter_map(wrong).collect()
}

/// Times that are doubtful.
pub fn warnings(source: &PolicySource, against: &LintContext<'_>) -> Vec<Finding> {
    let rules = source.rules.iter().enumerate();
    rules
        .flat_map(|(at, rule)| of_rule(source, at, rule, against))
        .collect()
}

fn of_rule(source: &PolicySource, at: usize, rule: &RuleSource, against: &LintContext<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let over = rule
        .until
        .as_ref()
        .filter(|until| against.now_ms.is_some_and(|now| until.utc_ms() <= now));
    if let Some(until) = over {
        found.push(Finding::of_rule(
            at,
            "until",
            rule,
            RuleWarning::Expired(until.to_string()),
        ));
    }
    let has_no_zone = [&rule.from, &rule.until]
        .into_iter()
        .flatten()
        .any(|minute| minute.offset.is_none());
    if has_no_zone && source.zone.is_none() {
        let key = if rule.from.is_some() { "from" } else { "until" };
        found.push(Finding::of_rule(at, key, rule, RuleWarning::NoZone));
    }
    if rule.verb() == Some(Verb::Boost) && rule.until.is_none() {
        found.push(Finding::of_rule(at, "boost", rule, RuleWarning::Endless));
    }
    found
}

impl Finding {
    /// At a word of a rule.
    pub(super) fn of_rule(at: usize, key: &'static str, rule: &RuleSource, problem: impl RuleProblem) -> Self {
        Self::new(Table::Rule, at, key, problem.of(rule.id.clone()))
    }
}

/// What a rule has: an error or a warning.
pub(super) trait RuleProblem {
    /// Returns it as a diagnostic of the rule.
    fn of(self, rule: alloc::string::String) -> super::Diagnostic;
}

impl RuleProblem for RuleError {
    fn of(self, rule: alloc::string::String) -> super::Diagnostic {
        super::SourceError::Rule { rule, problem: self }.into()
    }
}

impl RuleProblem for super::SourceError {
    fn of(self, _: alloc::string::String) -> super::Diagnostic {
        self.into()
    }
}

impl RuleProblem for super::Warning {
    fn of(self, _: alloc::string::String) -> super::Diagnostic {
        self.into()
    }
}

impl RuleProblem for RuleWarning {
    fn of(self, rule: alloc::string::String) -> super::Diagnostic {
        super::Warning::Rule { rule, problem: self }.into()
    }
}
