//! The menu of questions in the policy, and what a visit answers.

use serde::Serialize;

use super::Mechanism;
use crate::allocation::{Allocation, ArmId, Experiment};
use crate::visit::event::EventKind;
use crate::visit::session::Session;
use crate::wire::Reader;

/// The most questions of a policy: reports are shared among them, and each needs many.
pub const MAX_QUESTIONS: usize = 4;

/// The answer of a visit that had no arm of the experiment, or did not see it.
pub const UNSEEN: u8 = 0;

/// A question: which arm of an experiment did a visit see, and did it do something then?
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Question {
    /// The experiment, counted through all layers of the allocation.
    pub experiment: u8,
    /// What a visit with the arm does where it sees it; missing where each visit with the arm does.
    pub seen: Option<EventKind>,
    /// What a visit does that answers.
    pub answered: EventKind,
    /// ε that the policy's author states, in thousandths. Devices go by the mechanism; auditors hold it against this.
    pub claim: u16,
    /// The noise.
    pub mechanism: Mechanism,
}

/// Returns how many answers a question about so many arms has: unseen, and for each arm seen without and with an answer to it.
#[must_use]
pub const fn buckets(arms: usize) -> usize {
    1 + 2 * arms
}

/// Returns the answer of a visit that saw an arm.
#[must_use]
pub const fn answer(arm: u8, is_answered: bool) -> u8 {
    1 + 2 * arm + is_answered as u8
}

impl Question {
    /// Returns the experiment that it is about.
    #[must_use]
    pub fn experiment_in<'a>(&self, allocation: &'a Allocation) -> Option<&'a Experiment> {
        let first = ArmId {
            experiment: self.experiment,
            arm: 0,
        };
        Some(allocation.arm(first)?.0)
    }

    /// Returns what a visit with this arm, or none, answers.
    pub(crate) fn answer_of(&self, arm: Option<u8>, session: &Session) -> u8 {
        let did = |kind| session.events().any(|event| event.kind == kind);
        match arm {
            Some(arm) if self.seen.is_none_or(did) => answer(arm, did(self.answered)),
            _ => UNSEEN,
        }
    }
}

/// Returns whether devices may answer these questions of a policy.
pub fn are_sound(questions: &[Question], allocation: &Allocation) -> bool {
    let is_sound = |question: &Question| {
        question.experiment_in(allocation).is_some_and(|experiment| {
            usize::from(question.mechanism.buckets()) == buckets(experiment.arms.len()) && question.mechanism.is_sound()
        })
    };
    questions.len() <= MAX_QUESTIONS && questions.iter().all(is_sound)
}

impl Reader<'_> {
    /// Reads a question.
    pub fn question(&mut self) -> Option<Question> {
        Some(Question {
            experiment: self.byte()?,
            seen: self.option(Self::event)?,
            answered: self.event()?,
            claim: self.short()?,
            mechanism: self.mechanism()?,
        })
    }

    fn event(&mut self) -> Option<EventKind> {
        EventKind::ALL.get(usize::from(self.byte()?)).copied()
    }

    fn mechanism(&mut self) -> Option<Mechanism> {
        let (has_bits, buckets) = (self.flag()?, self.byte()?);
        let odds = self.number()?.try_into().ok()?;
        Some(if has_bits {
            Mechanism::Bits { buckets, flip: odds }
        } else {
            Mechanism::Response { buckets, keep: odds }
        })
    }
}
