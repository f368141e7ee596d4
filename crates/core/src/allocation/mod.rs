//! The allocation: experiments as choices with whole shares of 65,536 draws, and the draw that decides.
//!
//! The host hands in [`ENTROPY_BYTES`] random bytes; two of them are the draw of the holdout, and two of each layer. A draw
//! is kept as long as its [`Unit`] lasts and never leaves the device: what leaves, where the shop wants it, is the [`tag`]
//! with the arms. A `window` needs no draw: its arm follows from the time.
//!
//! The same bytes give the same arms on every host.

mod draws;
mod learned;
mod record;
mod shares;
pub mod tag;
mod trial;

use alloc::string::String;
use alloc::vec::Vec;

use serde::Serialize;

pub use draws::{Draw, Draws, ENTROPY_BYTES, MAX_DRAWS, MAX_LAYERS};
#[cfg(feature = "build")]
pub use shares::split;
pub use shares::{DRAWS, arm_of, hash};
pub use trial::{Trial, TrialState};

use crate::names::named_enum;
use shares::block_draw;

/// The most arms of an experiment: one digit of the tag.
pub const MAX_ARMS: usize = 32;

/// The most experiments that run at a time: more have more than 64 combinations of arms, whatever their layers.
pub const MAX_EXPERIMENTS: usize = 64;

named_enum! {
    /// What is drawn once.
    ///
    /// The order of declaration is that of the file's format: new ones are appended.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
    #[serde(rename_all = "snake_case")]
    pub enum Unit {
        /// A page.
        Page => "page",
        /// A visit.
        Visit => "visit",
        /// A device, in mode `remembered`.
        Device => "device",
        /// A block of time, for everybody.
        Window => "window",
    }
}

/// What is tried, and on which draws.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Allocation {
    /// The share of draws outside of every layer.
    pub holdout: Option<Holdout>,
    /// Layers with an experiment, at most [`MAX_LAYERS`].
    pub layers: Vec<Layer>,
}

/// Draws that are in no experiment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Holdout {
    /// Share of 65,536.
    pub share: u32,
    /// When it ends, in milliseconds since 1970.
    pub until_ms: Option<i64>,
}

/// Experiments that exclude each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Layer {
    /// 15 bits of its name: a draw that is kept finds its layer by them in the next release too.
    pub key: u16,
    /// What is drawn once, for all of its experiments.
    pub unit: Unit,
    /// Its experiments; those that run at the same time have draws of their own.
    pub experiments: Vec<Experiment>,
}

/// An experiment, as far as a device needs it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Experiment {
    /// Its id.
    pub id: String,
    /// 15 bits of everything that must not change while it runs.
    pub version: u16,
    /// Begin, in milliseconds since 1970; a window counts its blocks from there.
    pub from_ms: Option<i64>,
    /// End, in milliseconds since 1970.
    pub until_ms: Option<i64>,
    /// Length of a block of a window in milliseconds, 0 for other units.
    pub block_ms: i64,
    /// Whether the arms are two orders in one list, and the answers which one of them was chosen from.
    pub is_interleaved: bool,
    /// Its first draw.
    pub first: u32,
    /// The arms; their shares stand behind `first` one after the other.
    pub arms: Vec<Arm>,
}

/// An arm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Arm {
    /// Its name.
    pub name: String,
    /// Its share of the layer's draws, of 65,536.
    pub share: u32,
    /// Whether lists keep the shop's own order.
    pub is_store_order: bool,
}

/// An arm of an experiment, by their places in the allocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ArmId {
    /// Which experiment, counted through all layers.
    pub experiment: u8,
    /// Which of its arms.
    pub arm: u8,
}

/// What is tried in a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assignment {
    /// Whether the draw is held out of all experiments.
    pub is_held_out: bool,
    /// An arm of each experiment that the draw is in.
    pub arms: Vec<ArmId>,
}

impl Allocation {
    /// Returns all experiments, in the order in which [`ArmId`]s count them.
    pub fn experiments(&self) -> impl Iterator<Item = &Experiment> {
        self.layers.iter().flat_map(|layer| &layer.experiments)
    }

    /// Returns what is tried at a time, by draws that were made before. What has no draw is in no experiment; without a
    /// draw of the holdout, where there is one, nothing is.
    ///
    /// ```
    /// use shelfwise_core::allocation::{Allocation, Arm, Draws, Experiment, Layer, Unit};
    ///
    /// let arm = |name: &str| Arm { name: name.into(), share: 32_768, is_store_order: false };
    /// let experiment = Experiment {
    ///     id: "hero".into(),
    ///     version: 7,
    ///     from_ms: None,
    ///     until_ms: None,
    ///     block_ms: 0,
    ///     is_interleaved: false,
    ///     first: 0,
    ///     arms: vec![arm("a"), arm("b")],
    /// };
    /// let layer = Layer { key: 1, unit: Unit::Page, experiments: vec![experiment] };
    /// let allocation = Allocation { holdout: None, layers: vec![layer] };
    ///
    /// let mut draws = Draws::default();
    /// draws.complete(&allocation, 0, |_| true, &[0xFF; 16]);
    /// assert_eq!(allocation.assign(&draws, 0).arms[0].arm, 1);
    /// ```
    #[must_use]
    pub fn assign(&self, draws: &Draws, now_ms: i64) -> Assignment {
        let mut assignment = Assignment::default();
        if let Some(holdout) = self.holdout_at(now_ms) {
            match draws.get(tag::HOLDOUT_KEY) {
                Some(draw) if u32::from(draw) >= holdout.share => {}
                draw => {
                    assignment.is_held_out = draw.is_some();
                    return assignment;
                }
            }
        }
        let mut number = 0;
        for layer in &self.layers {
            let draw = draws.get(layer.key);
            for experiment in &layer.experiments {
                if let Some(arm) = experiment.arm_at(draw, now_ms) {
                    let experiment = number;
                    assignment.arms.push(ArmId { experiment, arm });
                }
                number += 1;
            }
        }
        assignment
    }

    /// Returns the holdout, unless it has ended.
    #[must_use]
    pub fn holdout_at(&self, now_ms: i64) -> Option<Holdout> {
        self.holdout
            .filter(|holdout| holdout.until_ms.is_none_or(|until| now_ms < until))
    }

    /// Returns an experiment and its arm.
    #[must_use]
    pub fn arm(&self, id: ArmId) -> Option<(&Experiment, &Arm)> {
        let experiment = self.experiments().nth(id.experiment.into())?;
        Some((experiment, experiment.arms.get(usize::from(id.arm))?))
    }

    /// Returns the names of arms, as `experiment/arm`.
    #[must_use]
    pub fn names(&self, arms: &[ArmId]) -> Vec<String> {
        let mut names = Vec::new();
        for id in arms {
            if let Some((experiment, arm)) = self.arm(*id) {
                let mut name = experiment.id.clone();
                name.push('/');
                name.push_str(&arm.name);
                names.push(name);
            }
        }
        names
    }

    /// Returns how many different tags there can be: at most [`MAX_STATES`](tag::MAX_STATES) in a policy that is obeyed.
    #[must_use]
    pub fn states(&self) -> u64 {
        let mut product = 1_u64;
        for layer in &self.layers {
            let (mut arms, mut draws) = (0_u64, 0_u64);
            for experiment in &layer.experiments {
                arms += experiment.arms.len() as u64;
                draws += experiment.arms.iter().map(|arm| u64::from(arm.share)).sum::<u64>();
            }
            // The draws that no experiment has are a state of their own.
            product = product.saturating_mul((arms + u64::from(draws < u64::from(DRAWS))).max(1));
        }
        product + u64::from(self.holdout.is_some())
    }

    /// Returns the arm of a name such as `winter/margin`: experiment and arm.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<ArmId> {
        let (id, arm) = name.split_once('/')?;
        let (experiment, found) = (0..)
            .zip(self.experiments())
            .find(|(_, experiment)| experiment.id == id)?;
        let (arm, _) = (0..).zip(&found.arms).find(|(_, known)| known.name == arm)?;
        Some(ArmId { experiment, arm })
    }

    /// Returns whether one of these arms leaves lists in the shop's own order.
    #[must_use]
    pub fn keeps_store_order(&self, arms: &[ArmId]) -> bool {
        arms.iter()
            .any(|id| self.arm(*id).is_some_and(|(_, arm)| arm.is_store_order))
    }

    /// Returns the text for an order: the arms, or that it was held out. Empty where nothing is tried.
    #[must_use]
    pub fn tag(&self, assignment: &Assignment) -> String {
        let mut tag = tag::Tag {
            is_held_out: assignment.is_held_out,
            arms: Vec::new(),
        };
        for id in &assignment.arms {
            if let Some((experiment, _)) = self.arm(*id) {
                tag.arms.push(tag::TaggedArm {
                    experiment: experiment.id.clone(),
                    version: experiment.version,
                    arm: id.arm,
                });
            }
        }
        if tag == tag::Tag::default() {
            return String::new();
        }
        tag.write()
    }
}

impl Experiment {
    /// Returns whether it runs at a time.
    #[must_use]
    pub fn is_running(&self, now_ms: i64) -> bool {
        self.from_ms.is_none_or(|from| now_ms >= from) && self.until_ms.is_none_or(|until| now_ms < until)
    }

    /// Returns the arm of a draw, or of a block of time; none of an interleaving.
    fn arm_at(&self, draw: Option<u16>, now_ms: i64) -> Option<u8> {
        // Nobody interleaves lists yet: an arm that was drawn would be read as the answer of somebody who chose.
        if self.is_interleaved || !self.is_running(now_ms) {
            return None;
        }
        let draw = if self.block_ms > 0 {
            let block = now_ms.saturating_sub(self.from_ms?).div_euclid(self.block_ms);
            block_draw(&self.id, block)
        } else {
            draw?
        };
        let draw = u32::from(draw).checked_sub(self.first)?;
        arm_of(draw, self.arms.iter().map(|arm| arm.share)).map(|arm| arm as u8)
    }
}

#[cfg(test)]
mod tests;
