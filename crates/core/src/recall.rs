//! Recall: the last slates can be made again, to say why an item stands where it stands, and what if an event had not
//! been.
//!
//! What is remembered is the question and the visit as it was; the answer is made anew by the code that made it.

use alloc::borrow::ToOwned;
use alloc::collections::VecDeque;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::engine::{Asked, Engine};
use crate::explanation::Explanation;
use crate::reason::Reason;
use crate::request::Request;
use crate::session::Session;
use crate::slate::{Slate, SlateItem};
use crate::trace::{RuledOut, Source};

/// How many slates are remembered; the oldest leaves first.
pub const RECALLED: usize = 8;

/// The most bytes of a remembered request; a slate of a longer one cannot be explained later.
pub const MAX_REQUEST_BYTES: usize = 256 * 1024;

/// A slate with the reasons of each of its items, strongest first, in texts of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The slate.
    pub slate: Slate<'static>,
    /// For each of its items, its reasons.
    pub reasons: Vec<Vec<Reason>>,
}

/// Why an item stands where it stands, or why it is not there.
#[derive(Clone, Debug, PartialEq)]
pub struct Why {
    /// The item as it stands in the slate, if it does.
    pub shown: Option<SlateItem<'static>>,
    /// Its reasons, strongest first.
    pub reasons: Vec<Reason>,
    /// What the tables said for it, in the order in which it was added: in `f32` they sum to its table score.
    pub said: Vec<Said>,
    /// Who took it out of the slate, if somebody did.
    pub taken_out: Option<TakenOut>,
}

/// One step of the scorer.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    /// By which way.
    pub source: Source,
    /// The shopper's item that speaks, or the page's; `None` where none was needed.
    pub evidence: Option<String>,
    /// What was added.
    pub amount: f32,
}

/// Who took an item out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TakenOut {
    /// The shopper hid it.
    Shopper,
    /// The placement does not show the current item.
    CurrentItem,
    /// The rule of that name.
    Rule(String),
}

/// A slate that was given, as the question that it answered.
#[derive(Debug)]
struct Recalled {
    slate_id: String,
    /// Slates that were made before it.
    before: u32,
    session: Arc<Session>,
    request: Request,
}

/// The last slates that were given.
#[derive(Debug, Default)]
pub(crate) struct Recall {
    slates: VecDeque<Recalled>,
}

/// Answers the request from the visit.
pub(crate) fn answer<B: AsRef<[u8]>>(
    engine: &mut Engine<B>,
    session: &Session,
    request: &Request,
    trace: &mut Option<Explanation>,
) -> Answer {
    request.ask(|asked| {
        let slate = match asked {
            Asked::Rerank(request) => engine.rerank(session, request, trace).into_owned(),
            Asked::Recommend(request) => engine.recommend(session, request, trace).into_owned(),
        };
        let shown: Vec<&str> = slate.items.iter().map(|item| &*item.item_id).collect();
        let reasons = engine.reasons(session, asked, &shown);
        Answer { slate, reasons }
    })
}

impl Recall {
    /// Answers the request, and remembers it where it is not too long.
    pub fn answer<B: AsRef<[u8]>>(
        &mut self,
        engine: &mut Engine<B>,
        session: &Arc<Session>,
        request: Request,
    ) -> Answer {
        let before = engine.slates();
        let answer = answer(engine, session, &request, &mut None);
        if request.bytes() <= MAX_REQUEST_BYTES {
            if self.slates.len() == RECALLED {
                self.slates.pop_front();
            }
            self.slates.push_back(Recalled {
                slate_id: answer.slate.slate_id.clone(),
                before,
                session: Arc::clone(session),
                request,
            });
        }
        answer
    }

    /// Ids of the slates that are remembered, oldest first.
    pub fn slate_ids(&self) -> impl Iterator<Item = &str> {
        self.slates.iter().map(|recalled| &*recalled.slate_id)
    }

    /// Forgets them all.
    pub fn clear(&mut self) {
        self.slates.clear();
    }

    /// Why the item stands in the slate where it stands; `None` where the slate is not remembered.
    pub fn explain<B: AsRef<[u8]>>(&self, engine: &mut Engine<B>, slate_id: &str, item: &str) -> Option<Why> {
        let recalled = self.find(slate_id)?;
        let (session, request) = (&*recalled.session, &recalled.request);
        let mut trace = Some(Explanation::default());
        let answer = recalled.again(engine, session, &mut trace);
        let mut shown = answer.slate.items.into_iter().zip(answer.reasons);
        let (shown, reasons) = match shown.find(|(shown, _)| shown.item_id == item) {
            Some((shown, reasons)) => (Some(shown), reasons),
            None => (
                None,
                request.ask(|asked| engine.reasons(session, asked, &[item])).concat(),
            ),
        };
        let trace = trace.unwrap_or_default();
        let name = |rule: u16| engine.policy().rules.get(usize::from(rule)).map(|rule| rule.id.clone());
        let taken_out = trace.ruled_out(item).filter(|_| shown.is_none()).map(|by| match by {
            RuledOut::Shopper => TakenOut::Shopper,
            RuledOut::CurrentItem => TakenOut::CurrentItem,
            RuledOut::Rule(rule) => TakenOut::Rule(name(rule).unwrap_or_default()),
        });
        let said = said(engine, session, request, &trace, item);
        Some(Why {
            shown,
            reasons,
            said,
            taken_out,
        })
    }

    /// The slate as it would be without the events of these numbers, under its own id; `None` where it is not
    /// remembered.
    pub fn what_if<B: AsRef<[u8]>>(&self, engine: &mut Engine<B>, slate_id: &str, without: &[u32]) -> Option<Answer> {
        let recalled = self.find(slate_id)?;
        Some(recalled.again(engine, &recalled.session.without(without), &mut None))
    }

    fn find(&self, slate_id: &str) -> Option<&Recalled> {
        self.slates.iter().find(|recalled| recalled.slate_id == slate_id)
    }
}

impl Recalled {
    /// The same question, from the same visit or another; slates to come keep their numbers.
    fn again<B: AsRef<[u8]>>(
        &self,
        engine: &mut Engine<B>,
        session: &Session,
        trace: &mut Option<Explanation>,
    ) -> Answer {
        let now = engine.slates();
        engine.count_from(self.before);
        let answer = answer(engine, session, &self.request, trace);
        engine.count_from(now);
        answer
    }
}

/// What the scorer said for the item, with the items that spoke.
fn said<B: AsRef<[u8]>>(
    engine: &Engine<B>,
    session: &Session,
    request: &Request,
    trace: &Explanation,
    item: &str,
) -> Vec<Said> {
    let Some(index) = engine.snapshot().ids().index_of(item) else {
        return Vec::new();
    };
    let context = request.context();
    let signals = engine.signals(session, &context, request.now_ms);
    let evidence = |rank: usize| signals.get(rank).map(|signal| signal.id.to_owned());
    let steps = trace.contributions(index).map(|step| Said {
        source: step.source,
        evidence: step.signal.and_then(evidence),
        amount: step.amount,
    });
    steps.collect()
}
