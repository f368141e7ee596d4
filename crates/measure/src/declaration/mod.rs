//! `experiments.toml`, or a policy that has the same tables: what is tried, and how it will be read. What may stand there,
//! shares and versions are those of [`shelfwise_core::policy::experiment`], which devices draw by.

use serde::Deserialize;
use serde::de::IgnoredAny;
use shelfwise_core::policy::experiment::{
    ExperimentSource, ExperimentTables, HoldoutSource, LayerSource, QuestionSource, questions,
};
use shelfwise_core::policy::lint::Finding;

pub use shelfwise_core::allocation::{DRAWS, Holdout, Unit};
pub use shelfwise_core::policy::experiment::{Arm, BURN_IN, Experiment, Experiments, Measure, WORTH, Window};

/// The tables of a file about experiments. Tables of a policy that are about something else are left to others.
#[derive(Debug, Default, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "tables [[layer]], [[holdout]], [[experiment]] and [[question]]"
)]
pub struct Declaration {
    /// The zone of the shop's clock, such as `Europe/Berlin`.
    pub zone: Option<String>,
    #[serde(default, rename = "layer")]
    layers: Vec<LayerSource>,
    #[serde(default, rename = "holdout")]
    holdouts: Vec<HoldoutSource>,
    #[serde(default, rename = "experiment")]
    experiments: Vec<ExperimentSource>,
    #[serde(default, rename = "question")]
    questions: Vec<QuestionSource>,
    #[serde(default, rename = "placement")]
    _placements: OtherTable,
    #[serde(default, rename = "rule")]
    _rules: OtherTable,
    #[serde(default, rename = "limits")]
    _limits: OtherTable,
    #[serde(default, rename = "fact")]
    _facts: OtherTable,
    #[serde(default, rename = "value")]
    _values: OtherTable,
    #[serde(default, rename = "content")]
    _content: OtherTable,
    #[serde(default, rename = "offers")]
    _offers: OtherTable,
}

/// A table that is not read here.
#[derive(Debug, Default)]
struct OtherTable;

impl<'de> Deserialize<'de> for OtherTable {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(deserializer).map(|_| Self)
    }
}

/// What is wrong in a declaration.
#[derive(Debug, thiserror::Error)]
pub enum DeclarationError {
    /// No text of that form.
    #[error("{0}")]
    Text(#[from] toml::de::Error),
    /// Tables that cannot be, each with its place.
    #[error("{}", .0.iter().map(words).collect::<Vec<_>>().join("; "))]
    Tables(Vec<Finding>),
    /// No experiment.
    #[error("declares no experiment: add a table [[experiment]]; `shelfwise experiment read --help` shows one")]
    Nothing,
}

/// Returns what is wrong, and what to do, in one line.
#[must_use]
pub fn words(finding: &Finding) -> String {
    format!("{}: {}", finding.diagnostic.what(), finding.diagnostic.help())
}

impl Declaration {
    /// Reads the tables of a file, unchecked.
    ///
    /// # Errors
    /// [`DeclarationError::Text`], with the place.
    pub fn read(text: &str) -> Result<Self, DeclarationError> {
        Ok(toml::from_str(text)?)
    }

    /// Sets how far the shop's clock is ahead of UTC, in minutes, at each minute that does not say so; `offset_at` takes
    /// minutes since 1970 by that clock. Without it they are of UTC.
    pub fn set_offsets(&mut self, offset_at: impl Fn(i64) -> i32) {
        let times = self.experiments.iter_mut().flat_map(ExperimentSource::times_mut);
        let ends = self.holdouts.iter_mut().filter_map(|holdout| holdout.until.as_mut());
        times.chain(ends).for_each(|minute| minute.set_offset(&offset_at));
    }

    /// Returns the experiments.
    ///
    /// # Errors
    /// Everything that is wrong with them.
    pub fn experiments(&self) -> Result<Experiments, DeclarationError> {
        if self.experiments.is_empty() {
            return Err(DeclarationError::Nothing);
        }
        let tables = ExperimentTables {
            layers: &self.layers,
            holdouts: &self.holdouts,
            experiments: &self.experiments,
        };
        let experiments = Experiments::of(tables).map_err(DeclarationError::Tables)?;
        let (_, wrong) = questions(&self.questions, &experiments);
        if wrong.is_empty() {
            Ok(experiments)
        } else {
            Err(DeclarationError::Tables(wrong))
        }
    }

    /// Returns the ε of the question about an experiment, where visits are asked one.
    #[must_use]
    pub fn epsilon(&self, experiment: &str) -> Option<f64> {
        let question = self
            .questions
            .iter()
            .find(|question| question.experiment == experiment)?;
        Some(question.epsilon)
    }
}

/// Reads and checks a declaration whose times are of UTC where they do not say otherwise.
///
/// # Errors
/// [`DeclarationError`]
pub fn parse(text: &str) -> Result<Experiments, DeclarationError> {
    Declaration::read(text)?.experiments()
}

#[cfg(test)]
mod tests;
