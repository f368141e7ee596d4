//! The policy as a merchandiser writes it, checked and turned into [`Policy`].

mod compile;
mod content;
mod count;
mod fact;
mod rule;
mod time;
mod value;
mod verbs;
mod when;

use alloc::string::String;
use alloc::vec::Vec;

use serde::Deserialize;

pub(super) use compile::{Compiled, CompiledRule};
pub use content::{ContentSource, OffersSource};
pub use fact::FactDeclaration;
pub(super) use rule::{RuleSource, of_65536, thousandths};
pub use time::{Minute, days_of};
pub use value::{MIN_ITEMS_OF_A_LEVEL, VALUE_LEVELS, ValueDeclaration};
pub(super) use when::{WhenSource, words_of};

use super::experiment::{
    self, ExperimentSource, ExperimentTables, Experiments, HoldoutSource, LayerSource, QuestionSource,
};
use super::lint::{self, CatalogIndex, Finding, LintContext, SourceError};
use super::{Limits, Policy, Rule};
use crate::facts::FactKind;
use crate::placement::Placement;

/// `policy.toml`: any serde format with named fields will do.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "tables [[placement]], [[rule]], [[content]], [[fact]], [[value]], [[layer]], [[holdout]], [[experiment]], [[question]], [offers] and [limits]"
)]
pub struct PolicySource {
    /// The zone of the shop's clock, such as `Europe/Berlin`; UTC if it says nothing.
    pub zone: Option<String>,
    /// Minutes that the shop's clock is ahead of UTC today, for days of the week.
    #[serde(skip)]
    pub clock_min: i32,
    /// `[[placement]]`
    #[serde(default, rename = "placement")]
    pub(super) placements: Vec<Placement>,
    /// `[[fact]]`
    #[serde(default, rename = "fact")]
    pub facts: Vec<FactDeclaration>,
    /// `[[value]]`
    #[serde(default, rename = "value")]
    pub values: Vec<ValueDeclaration>,
    /// `[[rule]]`
    #[serde(default, rename = "rule")]
    pub(super) rules: Vec<RuleSource>,
    /// `[[content]]`
    #[serde(default)]
    pub content: Vec<ContentSource>,
    /// `[offers]`
    #[serde(default)]
    pub offers: OffersSource,
    /// `[limits]`
    #[serde(default)]
    pub limits: Limits,
    /// `[[layer]]`
    #[serde(default, rename = "layer")]
    pub(super) layers: Vec<LayerSource>,
    /// `[[holdout]]`
    #[serde(default, rename = "holdout")]
    pub(super) holdouts: Vec<HoldoutSource>,
    /// `[[experiment]]`
    #[serde(default, rename = "experiment")]
    pub(super) experiments: Vec<ExperimentSource>,
    /// `[[question]]`
    #[serde(default, rename = "question")]
    pub(super) questions: Vec<QuestionSource>,
}

/// One text, or a list of them.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged, expecting = "a text in quotes, or a list of them")]
pub(super) enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl OneOrMore {
    pub fn as_slice(&self) -> &[String] {
        match self {
            Self::One(text) => core::slice::from_ref(text),
            Self::More(texts) => texts,
        }
    }
}

impl PolicySource {
    /// Checks the source and returns the policy that engines read, without lists: [`build`](Self::build) adds them.
    ///
    /// ```
    /// use shelfwise_core::policy::PolicySource;
    ///
    /// let text = r#"
    ///     [[rule]]
    ///     id = "no-sold-out"
    ///     exclude = "out_of_stock"
    /// "#;
    /// let policy = toml::from_str::<PolicySource>(text)?.check()?;
    /// assert_eq!(policy.rules[0].id, "no-sold-out");
    ///
    /// let text = text.replace("out_of_stock\"", "out_of_stock\"\nhide = { item = \"1\" }");
    /// let error = toml::from_str::<PolicySource>(&text)?.check().unwrap_err();
    /// assert_eq!(error.to_string(), "rule `no-sold-out` has 2 verbs: give it exactly one, such as hide, boost, cap or pin");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`SourceError`] for the first rule that no engine could obey; [`lint`](Self::lint) finds more.
    pub fn check(self) -> Result<Policy, SourceError> {
        self.build(None)
    }

    /// Checks the source and returns the policy that engines read, with the items of these goods listed in the rules that
    /// leave items out, and in those that ask for a secret.
    ///
    /// # Errors
    /// [`SourceError`] for the first rule that no engine could obey; [`lint`](Self::lint) finds more.
    pub fn build(self, catalog: Option<&CatalogIndex>) -> Result<Policy, SourceError> {
        if let Some(error) = lint::first_error(&self) {
            return Err(error);
        }
        let compiled = Compiled::without_secrets(&self);
        let mut policy = Policy {
            rules: compiled.rules.into_iter().map(|compiled| compiled.rule).collect(),
            vocabulary: compiled.vocabulary,
            content: self.content_set(),
            ..Policy::default()
        };
        if let Some(catalog) = catalog {
            policy = policy.with_items_of(catalog);
            self.list_secrets(&mut policy.rules, catalog);
        }
        policy.rules = experiment::apply(policy.rules, self.experiment_tables());
        if let Ok(experiments) = Experiments::of(self.experiment_tables()) {
            policy.allocation = experiments.allocation();
            policy.questions = experiment::questions(&self.questions, &experiments).0;
        }
        policy.placements = self.placements;
        Ok(policy)
    }

    /// Returns the tables about experiments.
    #[must_use]
    pub fn experiment_tables(&self) -> ExperimentTables<'_> {
        ExperimentTables {
            layers: &self.layers,
            holdouts: &self.holdouts,
            experiments: &self.experiments,
        }
    }

    /// Lists the items of rules that ask for a secret.
    fn list_secrets(&self, rules: &mut [Rule], catalog: &CatalogIndex) {
        let all = Compiled::new(self);
        for (rule, compiled) in rules.iter_mut().zip(&all.rules) {
            if let (true, super::Action::Direct(directive)) = (compiled.is_secret, &mut rule.action) {
                directive.items = catalog.listed(&compiled.rule, &all.vocabulary);
            }
        }
    }

    /// Sets how far the shop's clock is ahead of UTC, in minutes, at each local minute that a rule names without saying
    /// so; `offset_at` takes minutes since 1970 by that clock.
    pub fn set_offsets(&mut self, offset_at: impl Fn(i64) -> i32) {
        let rules = self.rules.iter_mut().flat_map(|rule| [&mut rule.from, &mut rule.until]);
        let content = self
            .content
            .iter_mut()
            .flat_map(|option| [&mut option.from, &mut option.until]);
        for minute in rules.chain(content).flatten() {
            minute.set_offset(&offset_at);
        }
        for experiment in &mut self.experiments {
            experiment.times_mut().for_each(|minute| minute.set_offset(&offset_at));
        }
        for holdout in &mut self.holdouts {
            holdout
                .until
                .iter_mut()
                .for_each(|minute| minute.set_offset(&offset_at));
        }
    }

    /// Returns what a fact is, by its name.
    #[must_use]
    pub fn kind_of(&self, name: &str) -> Option<FactKind> {
        let fact = self.facts.iter().find(|fact| fact.name == name).map(|fact| fact.kind);
        let is_value = || self.values.iter().any(|value| value.name == name);
        fact.or_else(|| is_value().then_some(FactKind::Count))
    }

    /// Returns all that is wrong or doubtful, in the order of the checks. About a second for 10,000 rules.
    #[must_use]
    pub fn lint(&self, against: &LintContext<'_>) -> Vec<Finding> {
        lint::all(self, against)
    }
}
