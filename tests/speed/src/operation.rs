//! The measured operations of the engine.

use std::fmt;
use std::hint::black_box;

use anyhow::{Context as _, Result};
use shelfwise_core::{Engine, EventKind, Item, Policy, RankingRequest, Recommend, Rerank, Session, Slate, Snapshot};

use crate::counted;
use crate::governed;
use crate::workload::{Visit, Workload};

/// Length of a recommendation.
const LIMIT: usize = 20;

/// A measured operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Opening the snapshot.
    Open,
    /// Opening it and verifying every byte, as a browser does once.
    Admit,
    /// Applying one event.
    Apply,
    /// Re-ranking a list of this length.
    Rerank(usize),
    /// Re-ranking with the reasons of every item.
    RerankReasoned(usize),
    /// Re-ranking a list of this length under 50 rules.
    RerankGoverned(usize),
    /// The same with the reasons of every item, as the package asks for them.
    RerankGovernedReasoned(usize),
    /// Re-ranking a list of this length under an objective over all of it.
    RerankObjective(usize),
    /// Recommending 20 items.
    Recommend,
    /// Recommending with the reasons of every item.
    RecommendReasoned,
}

impl Operation {
    /// All operations, in the order of tables.
    pub const ALL: [Self; 14] = [
        Self::Open,
        Self::Admit,
        Self::Apply,
        Self::Rerank(20),
        Self::Rerank(200),
        Self::Rerank(1000),
        Self::RerankReasoned(20),
        Self::RerankReasoned(200),
        Self::RerankReasoned(1000),
        Self::RerankGoverned(200),
        Self::RerankGovernedReasoned(200),
        Self::RerankObjective(200),
        Self::Recommend,
        Self::RecommendReasoned,
    ];

    /// Returns the operation with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|operation| operation.to_string() == name)
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open => f.write_str("open"),
            Self::Admit => f.write_str("admit"),
            Self::Apply => f.write_str("apply"),
            Self::Rerank(items) => write!(f, "rerank-{items}"),
            Self::RerankReasoned(items) => write!(f, "rerank-{items}-reasons"),
            Self::RerankGoverned(items) => write!(f, "rerank-{items}-governed"),
            Self::RerankGovernedReasoned(items) => write!(f, "rerank-{items}-governed-reasons"),
            Self::RerankObjective(items) => write!(f, "rerank-{items}-objective"),
            Self::Recommend => f.write_str("recommend"),
            Self::RecommendReasoned => f.write_str("recommend-reasons"),
        }
    }
}

/// An engine with visits to rank for.
#[derive(Debug)]
pub struct Counter<'w> {
    snapshot: &'w [u8],
    engine: Engine<&'w [u8]>,
    governed: Engine<&'w [u8]>,
    objective: Engine<&'w [u8]>,
    /// A session at its maximum length: events are added and evicted.
    applied: Session,
    prepared: Vec<Prepared<'w>>,
}

/// A replayed visit.
#[derive(Debug)]
struct Prepared<'w> {
    session: Session,
    items: Vec<Item<'w>>,
    last: &'w str,
}

impl<'w> Counter<'w> {
    /// Opens the engine and replays the visits.
    ///
    /// If the snapshot does not open, or an event is refused.
    pub fn new(workload: &'w Workload) -> Result<Self> {
        let snapshot = Snapshot::open(workload.snapshot.as_slice()).context("the snapshot does not open")?;
        let list = workload.visits.visits.first().map(|visit| visit.list.as_slice());
        let governed = governed::engine(&workload.snapshot, list.unwrap_or_default())?;
        let prepared = workload
            .visits
            .visits
            .iter()
            .map(Prepared::new)
            .collect::<Result<_>>()?;
        Ok(Self {
            snapshot: &workload.snapshot,
            engine: Engine::new(snapshot, Policy::default()),
            governed,
            objective: governed::objective(&workload.snapshot)?,
            applied: Session::new(),
            prepared,
        })
    }

    /// Returns the number of visits.
    #[must_use]
    pub fn visits(&self) -> usize {
        self.prepared.len()
    }

    /// Runs the operation once for the visit with this number, modulo their count.
    ///
    /// # Panics
    /// If the engine refuses what [`Self::new`] accepted.
    #[allow(clippy::expect_used, reason = "a measurement of a refusal would measure nothing")]
    pub fn run(&mut self, operation: Operation, visit: usize) {
        let prepared = &self.prepared[visit % self.prepared.len()];
        let engine = &mut self.engine;
        match operation {
            Operation::Open => {
                black_box(Snapshot::open(self.snapshot).expect("it opened before"));
            }
            Operation::Admit => {
                let opened = Snapshot::open(self.snapshot).expect("it opened before");
                opened.verify().expect("it was written by the trainer");
            }
            Operation::Apply => {
                let taken = self.applied.apply(EventKind::ViewItem, prepared.last, 0);
                taken.expect("the visit had it");
            }
            Operation::Rerank(items) => prepared.rerank(engine, items),
            Operation::RerankGoverned(items) => prepared.rerank(&mut self.governed, items),
            Operation::RerankGovernedReasoned(items) => prepared.rerank_reasoned(&mut self.governed, items),
            Operation::RerankObjective(items) => prepared.rerank(&mut self.objective, items),
            Operation::RerankReasoned(items) => prepared.rerank_reasoned(engine, items),
            Operation::Recommend => {
                black_box(engine.recommend(&prepared.session, &RECOMMEND, &mut ()));
            }
            Operation::RecommendReasoned => prepared.recommend_reasoned(engine),
        }
    }

    /// Runs the operation inside the function that callgrind counts.
    pub fn run_counted(&mut self, operation: Operation, visit: usize) {
        counted::counted_operation(self, operation, visit);
    }
}

const RECOMMEND: Recommend<'_> = Recommend {
    placement: "speed",
    context: shelfwise_core::Context {
        item: None,
        category: None,
        cell: shelfwise_core::ContextKey::UNKNOWN,
    },
    sold_out: &[],
    limit: LIMIT,
    now_ms: 0,
    arms: &[],
};

impl<'w> Prepared<'w> {
    fn new(visit: &'w Visit) -> Result<Self> {
        let mut session = Session::new();
        for id in &visit.viewed {
            session.apply(EventKind::ViewItem, id, 0)?;
        }
        Ok(Self {
            session,
            items: visit.list.iter().map(|id| Item::new(id)).collect(),
            last: visit.viewed.last().map_or("", String::as_str),
        })
    }

    fn request(&self, items: usize) -> Rerank<'_> {
        Rerank {
            placement: "speed",
            items: &self.items[..items.min(self.items.len())],
            limit: items,
            ..Rerank::default()
        }
    }

    fn rerank(&self, engine: &mut Engine<&[u8]>, items: usize) {
        black_box(engine.rerank(&self.session, &self.request(items), &mut ()));
    }

    fn rerank_reasoned(&self, engine: &mut Engine<&[u8]>, items: usize) {
        let request = self.request(items);
        let shown = ids(engine.rerank(&self.session, &request, &mut ()));
        let shown: Vec<&str> = shown.iter().map(String::as_str).collect();
        black_box(engine.reasons(&self.session, RankingRequest::Rerank(&request), &shown));
    }

    fn recommend_reasoned(&self, engine: &mut Engine<&[u8]>) {
        let shown = ids(engine.recommend(&self.session, &RECOMMEND, &mut ()));
        let shown: Vec<&str> = shown.iter().map(String::as_str).collect();
        black_box(engine.reasons(&self.session, RankingRequest::Recommend(&RECOMMEND), &shown));
    }
}

fn ids(slate: Slate<'_>) -> Vec<String> {
    slate.items.into_iter().map(|item| item.item_id.into_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operation_is_found_by_its_name() {
        for operation in Operation::ALL {
            assert_eq!(Operation::from_name(&operation.to_string()), Some(operation));
        }
        assert_eq!(Operation::from_name("rerank-7"), None);
    }
}
