//! Affinity: how much of what the visit's scores say is about an option.

use alloc::borrow::ToOwned;
use alloc::vec::Vec;

use super::Content;
use crate::explain::reason::{Reason, ReasonCode, because};
use crate::explain::score_trace::ScoreTrace;
use crate::item::ItemIndex;
use crate::policy::{Selector, is_in_category};
use crate::rank::score::{Scorer, Scores};
use crate::snapshot::Snapshot;
use crate::visit::context::Context;
use crate::visit::signal::Signal;

/// The weight of an option that the visit says nothing of. One that all of it is about weighs [`MAX_TILT`].
const TILT: u32 = 16;

/// The highest weight: 16 times that of an option that the visit says nothing of.
const MAX_TILT: u32 = 256;

/// The scores of one visit, without popularity: it says nothing of a shopper.
pub struct Affinity<'a, B> {
    snapshot: &'a Snapshot<B>,
    context: &'a Context<'a>,
    signals: &'a [Signal<'a>],
    scores: &'a Scores,
    trace: ScoreTrace,
    total: f32,
}

impl<'a, B: AsRef<[u8]>> Affinity<'a, B> {
    /// Scores what the visit and the page's item go with, as shelves do. Costs the scoring of the signals.
    pub fn new(
        snapshot: &'a Snapshot<B>,
        scores: &'a mut Scores,
        context: &'a Context<'a>,
        signals: &'a [Signal<'a>],
    ) -> Self {
        let mut trace = Some(ScoreTrace::default());
        Scorer::new(snapshot, scores, &mut trace).add_signals(signals);
        let scores = &*scores;
        Self {
            snapshot,
            context,
            signals,
            total: scores.touched().iter().map(|item| scores.of(*item)).sum(),
            scores,
            trace: trace.unwrap_or_default(),
        }
    }

    /// Returns the weight of an option, from 16 to 256: by the part of all scores that its items have, and the highest one on
    /// the page of its category. O(items with a score).
    pub fn tilt(&self, option: &Content) -> u32 {
        if self.is_of_page(option) {
            return MAX_TILT;
        }
        if self.total <= 0.0 || option.about.is_empty() {
            return TILT;
        }
        let topic = self.topic(option);
        let meant = self
            .scores
            .touched()
            .iter()
            .filter(|item| self.is_about(&topic, **item));
        let own: f32 = meant.map(|item| self.scores.of(*item)).sum();
        TILT + (own / self.total * (MAX_TILT - TILT) as f32) as u32
    }

    /// Returns what the shopper did that the option goes with, if anything: the signal that gave most to its items.
    pub fn reason(&self, option: &Content) -> Option<Reason> {
        let topic = self.topic(option);
        let mut given: Vec<f32> = alloc::vec![0.0; self.signals.len()];
        for step in self.trace.all() {
            if let Some(given) = step.signal.and_then(|rank| given.get_mut(rank))
                && self.is_about(&topic, step.item)
            {
                *given += step.amount;
            }
        }
        // The first of equals is the most recent.
        let mut most: Option<(&Signal<'_>, f32)> = None;
        for (signal, given) in self.signals.iter().zip(given) {
            if given > most.map_or(0.0, |(_, most)| most) {
                most = Some((signal, given));
            }
        }
        let Some((signal, _)) = most else {
            return self.is_of_page(option).then_some(Reason {
                code: ReasonCode::GoesWithThis,
                evidence: None,
                share: 1.0,
            });
        };
        let code = if signal.is_earlier {
            ReasonCode::FromEarlierVisit
        } else {
            because(signal.kind)
        };
        Some(Reason {
            code,
            evidence: Some(signal.id.to_owned()),
            share: 1.0,
        })
    }

    fn is_of_page(&self, option: &Content) -> bool {
        self.context.category.is_some_and(|path| {
            let mut about = option.about.iter();
            about.any(|what| matches!(what, Selector::Category(wanted) if is_in_category(path, wanted)))
        })
    }

    fn topic<'o>(&self, option: &'o Content) -> Topic<'o> {
        let ids = self.snapshot.ids();
        let item = |what: &Selector| match what {
            Selector::Item(id) => ids.index_of(id),
            _ => None,
        };
        Topic {
            items: option.about.iter().filter_map(item).collect(),
            about: &option.about,
        }
    }

    #[inline(never)]
    fn is_about(&self, topic: &Topic<'_>, item: ItemIndex) -> bool {
        let (category, brand) = self.snapshot.attributes().names_of(item);
        topic.items.contains(&item) || topic.about.iter().any(|what| what.matches("", category, brand))
    }
}

/// What an option is about, with its items looked up.
struct Topic<'o> {
    items: Vec<ItemIndex>,
    about: &'o [Selector],
}
