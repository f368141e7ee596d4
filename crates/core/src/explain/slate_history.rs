//! Recall: the last slates can be made again, to say why an item stands where it stands, and what if an event had not
//! been.
//!
//! What is remembered is the question and the visit as it was; the answer is made anew by the code that made it.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::engine::{Engine, RankingRequest};
use crate::explain::reason::Reason;
use crate::explain::score_trace::{Adjustment, ScoreTrace};
use crate::explain::trace::{RuledOut, Source};
use crate::request::Request;
use crate::slate::{Slate, SlateItem};
use crate::visit::session::Session;

/// How many slates are remembered; the oldest leaves first.
pub const MAX_HISTORY: usize = 8;

/// The most bytes of a remembered request; a slate of a longer one cannot be explained later.
pub const MAX_REQUEST_BYTES: usize = 256 * 1024;

/// A slate with the reasons of each of its items, strongest first, in texts of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The slate.
    pub slate: Slate<'static>,
    /// For each of its items, its reasons.
    pub reasons: Vec<Vec<Reason>>,
    /// Arms of experiments that were in force, as `experiment/arm`.
    pub arms: Vec<String>,
}

/// Why an item stands where it stands, or why it is not there.
#[derive(Clone, Debug, PartialEq)]
pub struct ItemExplanation {
    /// The item as it stands in the slate, if it does.
    pub shown: Option<SlateItem<'static>>,
    /// Its reasons, strongest first.
    pub reasons: Vec<Reason>,
    /// What the tables said for it, in the order in which it was added: in `f32` they sum to its table score.
    pub contributions: Vec<Contribution>,
    /// What rules did to its place, in the order in which they acted.
    pub adjustments: Vec<Adjustment>,
    /// Who took it out of the slate, if somebody did.
    pub ruled_out: Option<RuledOut>,
}

/// One step of the scorer.
#[derive(Clone, Debug, PartialEq)]
pub struct Contribution {
    /// By which way.
    pub source: Source,
    /// The shopper's item that speaks, or the page's; `None` where none was needed.
    pub evidence: Option<String>,
    /// What was added.
    pub amount: f32,
}

/// A slate that was given, as the question that it answered.
#[derive(Debug)]
struct HistoryEntry {
    slate_id: String,
    /// Slates that were made before it.
    before: u32,
    session: Arc<Session>,
    request: Request,
}

/// The last slates that were given.
#[derive(Debug, Default)]
pub(crate) struct SlateHistory {
    slates: Vec<HistoryEntry>,
}

impl SlateHistory {
    /// Answers the request, and remembers it where it is not too long.
    pub fn answer<B: AsRef<[u8]>>(
        &mut self,
        engine: &mut Engine<B>,
        session: &Arc<Session>,
        request: Request,
    ) -> Answer {
        let before = engine.slates();
        let answer = answer(engine, session, &request, None, &mut None);
        if request.bytes() <= MAX_REQUEST_BYTES {
            if self.slates.len() == MAX_HISTORY {
                self.slates.remove(0);
            }
            self.slates.push(HistoryEntry {
                slate_id: answer.slate.slate_id.clone(),
                before,
                session: Arc::clone(session),
                request,
            });
        }
        answer
    }

    /// Returns the ids of the slates that are remembered, oldest first.
    pub fn slate_ids(&self) -> impl Iterator<Item = &str> {
        self.slates.iter().map(|entry| &*entry.slate_id)
    }

    /// Forgets them all.
    pub fn clear(&mut self) {
        self.slates.clear();
    }

    /// Returns why the item stands in the slate where it stands; `None` where the slate is not remembered.
    pub fn explain<B: AsRef<[u8]>>(
        &self,
        engine: &mut Engine<B>,
        slate_id: &str,
        item: &str,
    ) -> Option<ItemExplanation> {
        let entry = self.find(slate_id)?;
        let mut trace = Some(ScoreTrace::default());
        let Answer { slate, mut reasons, .. } = entry.again(engine, &entry.session, Some(item), &mut trace);
        let trace = trace.unwrap_or_default();
        // By the rules, not of the trace: a slate that is full before the item's turn comes tells nothing of it.
        let ruled_out = entry
            .request
            .with_ranking_request(|request| engine.ruled_out(&entry.session, request, item));
        let place = slate.items.iter().position(|shown| shown.item_id == item);
        let shown = place.and_then(|place| slate.items.into_iter().nth(place));
        // Of an item that is not shown the reasons come last.
        reasons.truncate(place.map_or(reasons.len(), |place| place + 1));
        Some(ItemExplanation {
            adjustments: trace.adjustments(item).collect(),
            ruled_out: if shown.is_none() { ruled_out } else { None },
            shown,
            reasons: reasons.pop().unwrap_or_default(),
            contributions: entry.contributions(engine, &trace, item),
        })
    }

    /// Returns the slate as it would be without the events of these numbers, under its own id; `None` where it is not
    /// remembered.
    pub fn what_if<B: AsRef<[u8]>>(&self, engine: &mut Engine<B>, slate_id: &str, without: &[u32]) -> Option<Answer> {
        let entry = self.find(slate_id)?;
        Some(entry.again(engine, &entry.session.without(without), None, &mut None))
    }

    fn find(&self, slate_id: &str) -> Option<&HistoryEntry> {
        self.slates.iter().find(|entry| entry.slate_id == slate_id)
    }
}

impl HistoryEntry {
    /// Returns the same question, from the same visit or another; slates to come keep their numbers.
    fn again<B: AsRef<[u8]>>(
        &self,
        engine: &mut Engine<B>,
        session: &Session,
        also: Option<&str>,
        trace: &mut Option<ScoreTrace>,
    ) -> Answer {
        let now = engine.slates();
        engine.count_from(self.before);
        let answer = answer(engine, session, &self.request, also, trace);
        engine.count_from(now);
        answer
    }

    /// Returns what the scorer said for the item, with the items that spoke.
    fn contributions<B: AsRef<[u8]>>(&self, engine: &Engine<B>, trace: &ScoreTrace, item: &str) -> Vec<Contribution> {
        let mut contributions = Vec::new();
        let context = self.request.context();
        let signals = engine.signals(&self.session, &context, self.request.now_ms);
        if let Some(index) = engine.snapshot().ids().index_of(item) {
            for step in trace.contributions(index) {
                let signal = step.signal.and_then(|rank| signals.get(rank));
                contributions.push(Contribution {
                    source: step.source,
                    evidence: signal.map(|signal| signal.id.to_owned()),
                    amount: step.amount,
                });
            }
        }
        contributions
    }
}

/// Answers the request from the visit. Where the slate has not the item `also`, its reasons come behind the others.
fn answer<B: AsRef<[u8]>>(
    engine: &mut Engine<B>,
    session: &Session,
    request: &Request,
    also: Option<&str>,
    trace: &mut Option<ScoreTrace>,
) -> Answer {
    request.with_ranking_request(|request| {
        let slate = match request {
            RankingRequest::Rerank(request) => engine.rerank(session, request, trace).into_owned(),
            RankingRequest::Recommend(request) => engine.recommend(session, request, trace).into_owned(),
        };
        let mut shown: Vec<&str> = slate.items.iter().map(|item| &*item.item_id).collect();
        shown.extend(also.filter(|also| !shown.contains(also)));
        let mut reasons = engine.reasons(session, request, &shown);
        for (item, reasons) in slate.items.iter().zip(&mut reasons) {
            if item.sponsored.is_some() {
                *reasons = Vec::from([Reason::of_paid_place()]);
            }
        }
        let arms = engine.policy().allocation.names(request.arms());
        Answer { slate, reasons, arms }
    })
}
