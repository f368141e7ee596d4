//! The record of a scoring: what was added for whom, and who was ruled out, in the words of the code that did it.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use crate::explain::trace::{Effect, RuledOut, Source, Trace};
use crate::item::ItemIndex;

/// One step of the scorer: so much for this item, by this way, for this signal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScoreStep {
    /// The item.
    pub item: ItemIndex,
    /// The way.
    pub source: Source,
    /// Rank of the signal, 0 the most recent; `None` where no signal was needed.
    pub signal: Option<usize>,
    /// What was added to the score.
    pub amount: f32,
}

/// What one rule did to the place of one item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Adjustment {
    /// The rule, by its position in the policy.
    pub rule: u16,
    /// What it did.
    pub effect: Effect,
}

/// Records what the scorer and the policy tell.
#[derive(Clone, Debug, Default)]
pub struct ScoreTrace {
    contributions: Vec<ScoreStep>,
    adjustments: Vec<(String, Adjustment)>,
    ruled_out: Vec<(String, RuledOut)>,
}

impl Trace for ScoreTrace {
    fn contribution(&mut self, item: ItemIndex, source: Source, signal: Option<usize>, amount: f32) {
        self.contributions.push(ScoreStep {
            item,
            source,
            signal,
            amount,
        });
    }

    fn adjusted(&mut self, id: &str, rule: u16, effect: Effect) {
        self.adjustments.push((id.to_owned(), Adjustment { rule, effect }));
    }

    fn ruled_out(&mut self, id: &str, why: RuledOut) {
        self.ruled_out.push((id.to_owned(), why));
    }
}

/// Records where there is a record. A caller that explains now and then gets both from one copy of the code, where
/// `()` and [`ScoreTrace`] would make two.
impl Trace for Option<ScoreTrace> {
    fn contribution(&mut self, item: ItemIndex, source: Source, signal: Option<usize>, amount: f32) {
        if let Some(trace) = self {
            trace.contribution(item, source, signal, amount);
        }
    }

    fn adjusted(&mut self, id: &str, rule: u16, effect: Effect) {
        if let Some(trace) = self {
            trace.adjusted(id, rule, effect);
        }
    }

    fn ruled_out(&mut self, id: &str, why: RuledOut) {
        if let Some(trace) = self {
            trace.ruled_out(id, why);
        }
    }
}

impl ScoreTrace {
    /// Returns what was added to the item's score, in the order in which it was added: summed up in `f32`, it is the
    /// score.
    pub fn contributions(&self, item: ItemIndex) -> impl Iterator<Item = &ScoreStep> {
        self.contributions
            .iter()
            .filter(move |contribution| contribution.item == item)
    }

    /// Returns the same of every item.
    pub(crate) fn all(&self) -> impl Iterator<Item = &ScoreStep> {
        self.contributions.iter()
    }

    /// Returns what rules did to the place of the item of that id, in the order in which they acted.
    pub fn adjustments(&self, id: &str) -> impl Iterator<Item = Adjustment> {
        let of_item = self.adjustments.iter().filter(move |(known, _)| known == id);
        of_item.map(|(_, adjustment)| *adjustment)
    }

    /// Returns why the item of that id was left out, if it was.
    #[must_use]
    pub fn ruled_out(&self, id: &str) -> Option<RuledOut> {
        self.ruled_out
            .iter()
            .find(|(known, _)| known == id)
            .map(|(_, why)| *why)
    }
}
