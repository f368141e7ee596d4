//! Experiments as they are declared: what is tried, on which share of the draws, and how it will be read. Declared before it
//! begins, because a cap or a measure that is chosen after a look at the data makes every interval wrong.
//!
//! ```toml
//! [[layer]]                      # experiments of one layer exclude each other
//! name = "order"
//!
//! [[experiment]]
//! id = "winter-objective"
//! layer = "order"
//! range = [0.0, 0.5]             # of the layer's draws
//! unit = "visit"                 # page, visit, device or window
//! arms = [{ name = "store_order", weight = 1 }, { name = "today", weight = 2 }]
//! read = ["orders", "revenue"]   # the first is what is decided by
//! cap = 1500.00                  # of an order's value
//! ```
//!
//! For the origin only: what devices need of it is the [`Allocation`].

mod check;
mod effects;
mod problem;
mod question;
mod source;

use alloc::string::String;
use alloc::vec::Vec;

use serde::Serialize;

pub(super) use effects::{apply, errors_of_effects, warnings};
pub use problem::ExperimentProblem;
pub use question::{EPSILON, QuestionSource, questions};
pub use source::{
    ArmObjective, ArmSource, ExperimentSource, ExperimentTables, HoldoutSource, LayerSource, WindowSource,
};

use super::lint::Finding;
use crate::allocation::{self, Allocation, DRAWS, Holdout, Unit, tag};

/// Orders before intervals of money are given, unless the declaration states another number. `docs/measure.md` has
/// the coverage that was measured from there on.
pub const BURN_IN: u64 = 1_000;

/// The smallest lift worth having, unless the declaration states another.
pub const WORTH: f64 = 0.05;

/// The name of an arm that leaves lists in the shop's own order.
pub const STORE_ORDER: &str = "store_order";

/// All experiments of a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Experiments {
    /// Names of the layers.
    pub layers: Vec<String>,
    /// The share of draws outside of every layer.
    pub holdout: Option<Holdout>,
    /// The most that one order counts beside the holdout; revenue is not compared without it.
    pub holdout_cap: Option<f64>,
    /// The experiments, as the file has them.
    pub experiments: Vec<Experiment>,
}

/// One experiment.
#[derive(Clone, Debug, PartialEq)]
pub struct Experiment {
    /// Its id, which tags name.
    pub id: String,
    /// Its layer.
    pub layer: String,
    /// Its part of the layer's draws: from, and up to but without.
    pub range: (u32, u32),
    /// What is drawn once.
    pub unit: Unit,
    /// The arms; the first is what the others are compared with.
    pub arms: Vec<Arm>,
    /// Whether the arms are the three answers of an interleaving.
    pub is_interleaved: bool,
    /// What is read; the first decides.
    pub measures: Vec<Measure>,
    /// The most that one order counts, in the shop's currency.
    pub cap: Option<f64>,
    /// The context key by which it is read apart and post-stratified.
    pub by: Option<String>,
    /// The smallest lift worth having.
    pub worth: f64,
    /// Orders before money has an interval.
    pub burn_in: u64,
    /// Begin, in milliseconds since 1970.
    pub from_ms: Option<i64>,
    /// End, in milliseconds since 1970.
    pub until_ms: Option<i64>,
    /// Blocks of a switchback.
    pub window: Option<Window>,
    /// 15 bits of everything that must not change while it runs.
    pub version: u16,
}

/// An arm.
#[derive(Clone, Debug, PartialEq)]
pub struct Arm {
    /// Its name.
    pub name: String,
    /// Its share of the layer's draws, of 65,536.
    pub share: u32,
}

/// Blocks of time in which everybody has the same arm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Window {
    /// Length of a block in milliseconds.
    pub block_ms: i64,
    /// The beginning of a block that does not count, in milliseconds: visits that began in the block before order in it.
    pub washout_ms: i64,
}

/// What is read of orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// How many.
    Orders,
    /// Their value, net of returns.
    Revenue,
    /// Their margin.
    Margin,
    /// Their pieces.
    Items,
}

impl Measure {
    /// Every measure.
    pub const ALL: [Self; 4] = [Self::Orders, Self::Revenue, Self::Margin, Self::Items];

    /// Returns the name in the file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Orders => "orders",
            Self::Revenue => "revenue",
            Self::Margin => "margin",
            Self::Items => "items",
        }
    }

    /// Returns whether it is an amount of money, which needs a cap.
    #[must_use]
    pub const fn is_money(self) -> bool {
        matches!(self, Self::Revenue | Self::Margin)
    }
}

impl Experiments {
    /// Returns the experiments of the tables.
    ///
    /// # Errors
    /// Everything that is wrong, table by table.
    pub fn of(tables: ExperimentTables<'_>) -> Result<Self, Vec<Finding>> {
        let (experiments, found) = check::check(tables);
        if found.is_empty() { Ok(experiments) } else { Err(found) }
    }

    /// Returns the experiment with an id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Experiment> {
        self.experiments.iter().find(|experiment| experiment.id == id)
    }

    /// Returns how many different tags can be seen at one time: at most [`MAX_STATES`](tag::MAX_STATES).
    #[must_use]
    pub fn states(&self) -> u64 {
        let of_layer = |layer: &String| {
            let own = self.experiments.iter().filter(|experiment| experiment.layer == *layer);
            let (mut arms, mut draws) = (0, 0);
            for experiment in own {
                arms += experiment.arms.len() as u64;
                draws += experiment.range.1 - experiment.range.0;
            }
            // The draws that no experiment has are a state of their own.
            (arms + u64::from(draws < DRAWS)).max(1)
        };
        let product = self.layers.iter().map(of_layer).fold(1, u64::saturating_mul);
        product + u64::from(self.holdout.is_some())
    }

    /// Returns what devices need of it: layers without an experiment are left out.
    #[must_use]
    pub fn allocation(&self) -> Allocation {
        let of_layer = |name: &String| {
            let own = self.experiments.iter().filter(|experiment| experiment.layer == *name);
            let experiments: Vec<_> = own.clone().map(Experiment::allocated).collect();
            let unit = own.map(|experiment| experiment.unit).next()?;
            Some(allocation::Layer {
                key: tag::fold(name.as_bytes()),
                unit,
                experiments,
            })
        };
        Allocation {
            holdout: self.holdout,
            layers: self.layers.iter().filter_map(of_layer).collect(),
        }
    }
}

impl Experiment {
    /// Returns the share of an arm within the experiment: from 0 to 1.
    #[must_use]
    pub fn share(&self, arm: usize) -> f64 {
        let total: u32 = self.arms.iter().map(|arm| arm.share).sum();
        self.arms
            .get(arm)
            .map_or(0.0, |arm| f64::from(arm.share) / f64::from(total.max(1)))
    }

    /// Returns the shares of all arms within the experiment.
    #[must_use]
    pub fn shares(&self) -> Vec<f64> {
        (0..self.arms.len()).map(|arm| self.share(arm)).collect()
    }

    /// Returns the most that one order counts of a measure.
    #[must_use]
    pub fn cap_of(&self, measure: Measure) -> f64 {
        self.cap.filter(|_| measure.is_money()).unwrap_or(f64::INFINITY)
    }

    /// Returns whether an order of this time belongs to it.
    #[must_use]
    pub fn is_running(&self, time_ms: i64) -> bool {
        self.from_ms.is_none_or(|from| time_ms >= from) && self.until_ms.is_none_or(|until| time_ms < until)
    }

    fn allocated(&self) -> allocation::Experiment {
        let arm = |arm: &Arm| allocation::Arm {
            is_store_order: arm.name == STORE_ORDER,
            name: arm.name.clone(),
            share: arm.share,
        };
        allocation::Experiment {
            id: self.id.clone(),
            version: self.version,
            from_ms: self.from_ms,
            until_ms: self.until_ms,
            block_ms: self.window.map_or(0, |window| window.block_ms),
            is_interleaved: self.is_interleaved,
            first: self.range.0,
            arms: self.arms.iter().map(arm).collect(),
        }
    }
}
