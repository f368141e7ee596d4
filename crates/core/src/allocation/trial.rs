//! What is tried, for people and scripts of the page.

use alloc::string::String;
use alloc::vec::Vec;

use super::tag::HOLDOUT_KEY;
use super::{Allocation, Assignment, Draws, Unit};
use crate::names::named_enum;
use crate::value::{Value, record};

named_enum! {
    /// Why an experiment has an arm here, or none.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum TrialState {
        /// The arm was drawn, or follows from the time.
        Drawn => "drawn",
        /// Somebody who tests the shop asked for the arm: it does not count, and orders have no tag.
        Forced => "forced",
        /// Held out of all experiments.
        HeldOut => "held_out",
        /// The draw is not in this experiment.
        Outside => "outside",
        /// The unit is `visit`, and this mode keeps no visit.
        VisitNotKept => "visit_not_kept",
        /// The unit is `device`, and nothing is remembered.
        NotRemembered => "not_remembered",
        /// No random bytes could be had.
        NotDrawn => "not_drawn",
    }
}

record! {
    /// An experiment that runs now.
    Trial {
        /// Its id.
        experiment: String,
        /// What is drawn once.
        unit: Unit,
        /// The arm's name; null where it has none here.
        arm: Option<String>,
        /// Why.
        state: TrialState,
    }
}

impl Allocation {
    /// Returns the experiments that run at a time, each with its arm and why it has that or none.
    pub(crate) fn trials(
        &self,
        assignment: &Assignment,
        draws: &Draws,
        may_draw: impl Fn(Unit) -> bool,
        now_ms: i64,
    ) -> Vec<Trial> {
        let (mut trials, mut number) = (Vec::new(), 0);
        let is_open = self.holdout_at(now_ms).is_some() && draws.get(HOLDOUT_KEY).is_none();
        for layer in &self.layers {
            for experiment in &layer.experiments {
                let mut arms = assignment.arms.iter();
                let id = arms.find(|id| id.experiment == number);
                number += 1;
                if !experiment.is_running(now_ms) {
                    continue;
                }
                let state = match id {
                    Some(_) => TrialState::Drawn,
                    None if assignment.is_held_out => TrialState::HeldOut,
                    None if layer.unit != Unit::Window && !may_draw(layer.unit) => match layer.unit {
                        Unit::Visit => TrialState::VisitNotKept,
                        _ => TrialState::NotRemembered,
                    },
                    None if is_open || (layer.unit != Unit::Window && draws.get(layer.key).is_none()) => {
                        TrialState::NotDrawn
                    }
                    None => TrialState::Outside,
                };
                trials.push(Trial {
                    experiment: experiment.id.clone(),
                    unit: layer.unit,
                    arm: id.and_then(|id| Some(self.arm(*id)?.1.name.clone())),
                    state,
                });
            }
        }
        trials
    }
}
