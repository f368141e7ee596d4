//! What is wrong with a policy, and what is doubtful: rules that contradict each other, or that can never do anything.
//!
//! For the origin only; browsers get policies that were checked.

mod caps;
mod catalog_index;
mod diagnostic;
mod form;
mod hides;
mod pins;
mod scope;

use alloc::vec::Vec;

pub use catalog_index::{CatalogIndex, CatalogSource, Named};
pub use diagnostic::{Diagnostic, SourceError, Warning};

use super::Rule;
use super::source::{PolicySource, RuleSource};

/// What a policy is held against.
#[derive(Clone, Copy, Debug)]
pub struct LintContext<'g> {
    /// What the shop sells, if that is known.
    pub catalog: Option<&'g CatalogIndex>,
    /// The most places that a slate of the shop has, from 1.
    pub places: u16,
}

/// Which kind of table of the file something stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// `[[placement]]`
    Placement,
    /// `[[rule]]`
    Rule,
}

impl Table {
    /// Its name in the file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Placement => "placement",
            Self::Rule => "rule",
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
    fn new(table: Table, at: usize, key: &'static str, diagnostic: impl Into<Diagnostic>) -> Self {
        let place = Place { table, at, key };
        Self {
            place,
            diagnostic: diagnostic.into(),
        }
    }

    /// At the word that says what the rule does.
    fn at(rule: &Placed, diagnostic: impl Into<Diagnostic>) -> Self {
        Self::new(Table::Rule, rule.at, rule.rule.action.verb().name(), diagnostic)
    }
}

/// A rule, and which of the file it is.
struct Placed {
    at: usize,
    rule: Rule,
}

/// Returns the rules that do exactly one thing, in the order of the file.
fn placed(source: &PolicySource) -> Vec<Placed> {
    let rules = source.rules.iter().enumerate();
    rules
        .filter_map(|(at, rule)| RuleSource::rule(rule).map(|rule| Placed { at, rule }))
        .collect()
}

/// Returns the first reason why no policy can be made of the source.
pub(super) fn first_error(source: &PolicySource) -> Option<SourceError> {
    let errors = contradictions(source, &placed(source)).into_iter();
    let mut errors = errors.filter_map(|finding| match finding.diagnostic {
        Diagnostic::Error(error) => Some(error),
        Diagnostic::Warning(_) => None,
    });
    errors.next()
}

/// Returns everything that is found.
pub(super) fn all(source: &PolicySource, against: &LintContext<'_>) -> Vec<Finding> {
    let rules = placed(source);
    let mut found = contradictions(source, &rules);
    found.extend(pins::hidden(&rules));
    found.extend(form::warnings(source));
    found.extend(pins::beyond_slate(&rules, against.places));
    found.extend(hides::covered(&rules, against.catalog));
    found.extend(hides::named_by_models(&rules, against.catalog));
    found.extend(caps::idle(&rules, against));
    if let Some(catalog) = against.catalog {
        found.extend(catalog_index::unknown(&rules, catalog));
        found.extend(caps::over_pins(source, &rules, catalog));
        found.extend(pins::hidden_by_kind(&rules, catalog));
        found.extend(hides::left(source, &rules, catalog, against.places));
    }
    found
}

/// Returns what no engine could obey.
fn contradictions(source: &PolicySource, rules: &[Placed]) -> Vec<Finding> {
    let mut found = form::errors(source);
    found.extend(pins::conflicts(rules));
    found
}
