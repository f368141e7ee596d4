//! What is wrong with a policy, and what is doubtful: rules that contradict each other, or that can never do anything.
//!
//! For the origin only; browsers get policies that were checked.

mod caps;
mod catalog_facts;
mod catalog_index;
mod claims;
mod conditions;
mod content;
mod content_problem;
mod diagnostic;
mod facts;
mod form;
mod hides;
mod pins;
mod positions;
mod problem;
mod schedule;
mod scope;
mod words;

use alloc::vec::Vec;

pub use catalog_facts::CatalogFact;
pub(super) use catalog_index::Facts;
pub use catalog_index::{CatalogIndex, CatalogSource, Named};
pub use content_problem::ContentProblem;
pub use diagnostic::{Diagnostic, SourceError, Warning};
pub use problem::{FactProblem, RuleError, RuleWarning};
use schedule::RuleProblem;

use super::experiment::{self, Experiments};
use super::source::{Compiled, CompiledRule as Placed, PolicySource};

/// What a policy is held against.
#[derive(Clone, Copy, Debug)]
pub struct LintContext<'g> {
    /// What the shop sells, if that is known.
    pub catalog: Option<&'g CatalogIndex>,
    /// The most places that a slate of the shop has, from 1.
    pub places: u16,
    /// The day of the check, in milliseconds since 1970; `None` where rules do not end.
    pub now_ms: Option<i64>,
    /// Whether the model knows how probable a hit is by rank; `None` where nobody gave the model.
    pub has_hit_curve: Option<bool>,
}

/// Which kind of table of the file something stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// `[[placement]]`
    Placement,
    /// `[[rule]]`
    Rule,
    /// `[[fact]]`
    Fact,
    /// `[[value]]`
    Value,
    /// `[[layer]]`
    Layer,
    /// `[[holdout]]`
    Holdout,
    /// `[[experiment]]`
    Experiment,
    /// `[[question]]`
    Question,
    /// `[[content]]`
    Content,
    /// `[offers]`
    Offers,
}

impl Table {
    /// Its name in the file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Placement => "placement",
            Self::Rule => "rule",
            Self::Fact => "fact",
            Self::Value => "value",
            Self::Layer => "layer",
            Self::Holdout => "holdout",
            Self::Experiment => "experiment",
            Self::Question => "question",
            Self::Content => "content",
            Self::Offers => "offers",
        }
    }
}

/// Where in the file something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The kind of table.
    pub table: Table,
    /// Which of its kind, from 0.
    pub at: usize,
    /// The word in it; the table itself if empty.
    pub key: &'static str,
    /// Where in the text of its `where`, in bytes from 0.
    pub within: Option<usize>,
    /// Which entry of the list behind the word, from 0.
    pub entry: Option<usize>,
}

/// Something that is wrong or doubtful, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Where it stands.
    pub place: Place,
    /// What it is.
    pub diagnostic: Diagnostic,
}

impl Finding {
    pub(super) fn new(table: Table, at: usize, key: &'static str, diagnostic: impl Into<Diagnostic>) -> Self {
        let place = Place {
            table,
            at,
            key,
            within: None,
            entry: None,
        };
        Self {
            place,
            diagnostic: diagnostic.into(),
        }
    }

    /// At the word that says what the rule does.
    fn at(rule: &Placed, diagnostic: impl RuleProblem) -> Self {
        let diagnostic = diagnostic.of(rule.rule.id.clone());
        Self::new(Table::Rule, rule.at, rule.rule.action.verb().name(), diagnostic)
    }
}

/// Returns the first reason why no policy can be made of the source.
pub(super) fn first_error(source: &PolicySource) -> Option<SourceError> {
    let errors = contradictions(source, &Compiled::new(source)).into_iter();
    let mut errors = errors.filter_map(|finding| match finding.diagnostic {
        Diagnostic::Error(error) => Some(error),
        Diagnostic::Warning(_) => None,
    });
    errors.next()
}

/// Returns everything that is found.
pub(super) fn all(source: &PolicySource, against: &LintContext<'_>) -> Vec<Finding> {
    let compiled = Compiled::new(source);
    let rules = compiled.rules.as_slice();
    let mut found = contradictions(source, &compiled);
    found.extend(conditions::secrets(&compiled, against));
    found.extend(pins::hidden(rules));
    found.extend(form::warnings(source));
    found.extend(pins::beyond_slate(rules, against.places));
    found.extend(hides::covered(rules, against.catalog));
    found.extend(hides::named_by_models(rules, against.catalog));
    found.extend(caps::idle(rules, against));
    found.extend(words::warnings(source, against.places));
    found.extend(schedule::warnings(source, against));
    found.extend(facts::unused(source));
    found.extend(experiment::warnings(source, against.now_ms));
    found.extend(content::warnings(source, against));
    found.extend(conditions::unchecked(source, &compiled, against));
    found.extend(conditions::without_curve(&compiled, against));
    if let Some(catalog) = against.catalog {
        let meant = conditions::Meant::new(&compiled, catalog);
        found.extend(facts::of_goods(source, catalog));
        found.extend(conditions::of_goods(source, &compiled, &meant, catalog));
        found.extend(positions::shares(rules, &meant));
        found.extend(conditions::shifts(&compiled, &meant, catalog));
        found.extend(catalog_index::unknown(rules, catalog));
        found.extend(caps::over_pins(source, rules, catalog));
        found.extend(pins::hidden_by_kind(rules, catalog));
        found.extend(hides::left(source, rules, &meant, catalog, against.places));
    }
    found
}

/// Returns what no engine could obey.
fn contradictions(source: &PolicySource, compiled: &Compiled) -> Vec<Finding> {
    let mut found = form::errors(source);
    found.extend(form::conditions(source, &compiled.errors));
    found.extend(words::errors(source));
    found.extend(facts::errors(source));
    found.extend(schedule::errors(source));
    found.extend(pins::conflicts(&compiled.rules));
    found.extend(positions::taken(&compiled.rules));
    match Experiments::of(source.experiment_tables()) {
        Ok(experiments) => found.extend(experiment::questions(&source.questions, &experiments).1),
        Err(wrong) => found.extend(wrong),
    }
    found.extend(experiment::errors_of_effects(source));
    found.extend(content::errors(source));
    found
}
