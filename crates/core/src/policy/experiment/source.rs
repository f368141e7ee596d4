//! `[[layer]]`, `[[holdout]]` and `[[experiment]]` as people write them.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use serde::Deserialize;

use crate::policy::source::Minute;

/// The tables of a file that are about experiments.
#[derive(Clone, Copy, Debug)]
pub struct ExperimentTables<'s> {
    /// `[[layer]]`
    pub layers: &'s [LayerSource],
    /// `[[holdout]]`
    pub holdouts: &'s [HoldoutSource],
    /// `[[experiment]]`
    pub experiments: &'s [ExperimentSource],
}

/// `[[layer]]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "such as { name = \"order\" }")]
pub struct LayerSource {
    /// Its name.
    pub name: String,
}

/// `[[holdout]]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "such as { share = 0.05, until = 2027-01-31 }")]
pub struct HoldoutSource {
    /// Share of the draws, from 0 to 1.
    pub share: f64,
    /// The most that one order counts.
    pub cap: Option<f64>,
    /// When it ends.
    pub until: Option<Minute>,
}

/// `[[experiment]]`
#[derive(Clone, Debug, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "an experiment: `id`, `unit`, `arms` (or `interleave`) and what to `read`"
)]
pub struct ExperimentSource {
    /// Its id.
    pub id: String,
    /// Its layer, where there are several.
    pub layer: Option<String>,
    /// Its part of the layer's draws, from 0 to 1.
    pub range: Option<[f64; 2]>,
    /// What is drawn once.
    pub unit: String,
    /// Its arms, the one in force first.
    pub arms: Option<Vec<ArmSource>>,
    /// Two orders that are mixed in one list.
    pub interleave: Option<[String; 2]>,
    /// What is read of orders; the first decides.
    pub read: Vec<String>,
    /// The most that one order counts.
    pub cap: Option<f64>,
    /// The context key by which it is read apart and post-stratified.
    pub by: Option<String>,
    /// The smallest lift worth having.
    pub worth: Option<f64>,
    /// Orders before money has an interval.
    pub burn_in: Option<u64>,
    /// Begin.
    pub from: Option<Minute>,
    /// End.
    pub until: Option<Minute>,
    /// Blocks of a window.
    pub window: Option<WindowSource>,
}

/// An arm, and what it changes.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "an arm such as { name = \"today\", weight = 1 }, with `objective`, `strengths`, `on` or `off` for what it changes"
)]
pub struct ArmSource {
    /// Its name; `store_order` keeps the shop's own order.
    pub name: String,
    /// Its part beside the others.
    pub weight: u32,
    /// What it changes.
    #[serde(default)]
    pub objective: Option<ArmObjective>,
    /// Rules with another strength.
    #[serde(default)]
    pub strengths: BTreeMap<String, f64>,
    /// Rules that hold in such arms alone.
    #[serde(default)]
    pub on: Vec<String>,
    /// Rules that do not hold in it.
    #[serde(default)]
    pub off: Vec<String>,
    /// Kinds of shelves, for a later engine.
    #[serde(default)]
    pub kinds: Vec<String>,
    /// Content, for a later engine.
    #[serde(default)]
    pub content: Vec<String>,
    /// Copy variants, for a later engine.
    #[serde(default)]
    pub copy: Vec<String>,
}

/// Another price of the objective.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "such as { may_cost = 0.03 }")]
pub struct ArmObjective {
    /// Share of a slate's expected hits, from 0 to 1.
    pub may_cost: f64,
}

/// Blocks of a window.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "such as { hours = 6, washout_minutes = 30 }")]
pub struct WindowSource {
    /// Length of a block.
    #[serde(default)]
    pub hours: u32,
    /// Minutes at the beginning of a block that do not count.
    #[serde(default)]
    pub washout_minutes: u32,
}

impl ExperimentSource {
    /// Returns its times.
    pub fn times_mut(&mut self) -> impl Iterator<Item = &mut Minute> {
        [&mut self.from, &mut self.until].into_iter().flatten()
    }
}
