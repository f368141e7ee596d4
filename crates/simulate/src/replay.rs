//! The replay: every moment at every placement, under both policies.

use std::sync::Arc;

use rayon::prelude::*;
use sha2::{Digest as _, Sha256};
use shelfwise_core::policy::FactSource;
use shelfwise_core::snapshot::SnapshotError;
use shelfwise_core::{Engine, Facts, Policy, Session, Snapshot};
use shelfwise_intake::log::Log;
use shelfwise_intake::progress::{Amount, Progress};

use crate::moment::Moment;
use crate::request::{Pages, Question, Shelf};
use crate::rules::{Firings, Watch};
use crate::shop::Shop;

/// Moments that are replayed by one engine, one after the other.
const CHUNK: usize = 128;

/// What is replayed, the same for both policies.
#[derive(Clone, Copy, Debug)]
pub struct Replay<'a> {
    /// The held-out log.
    pub log: &'a Log,
    /// What is known of items.
    pub shop: &'a Shop,
    /// The shop's category pages.
    pub pages: &'a Pages,
    /// The snapshot's bytes.
    pub snapshot: &'a [u8],
    /// The bytes of the facts file that rules ask; without them, rules over facts match nothing.
    pub facts: Option<&'a Arc<[u8]>>,
    /// The placements.
    pub shelves: &'a [Shelf],
    /// Places in a slate.
    pub places: usize,
    /// The day that rules and visits are at, in milliseconds since 1970; each visit's own if none.
    pub at_ms: Option<i64>,
}

/// The slates of one moment at one placement: numbers of items, first first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// Under the policy in force.
    pub before: Vec<u32>,
    /// Under the new one.
    pub after: Vec<u32>,
}

/// All slates of a replay.
#[derive(Clone, Debug)]
pub struct Replayed {
    /// By moment, and in each by placement.
    pub slates: Vec<Vec<Shown>>,
    /// What the rules of the policy in force did, by placement.
    pub before: Vec<Firings>,
    /// What the rules of the new policy did.
    pub after: Vec<Firings>,
}

impl<'a> Replay<'a> {
    /// Returns the question of a moment at a placement.
    #[must_use]
    pub fn question(&self, moment: Moment, shelf: &'a Shelf) -> Question<'a> {
        Question {
            log: self.log,
            shop: self.shop,
            pages: self.pages,
            moment,
            shelf,
            places: self.places,
            now_ms: self.now_ms(moment),
        }
    }

    /// Returns the visit of a moment.
    #[must_use]
    pub fn session(&self, moment: Moment) -> Session {
        moment.session(self.log, self.now_ms(moment))
    }

    fn now_ms(&self, moment: Moment) -> i64 {
        self.at_ms.unwrap_or_else(|| moment.at_ms(self.log))
    }

    /// Returns an engine with a policy.
    ///
    /// # Errors
    /// [`SnapshotError`] if the bytes are not a snapshot.
    pub fn engine(&self, policy: &Policy) -> Result<Engine<&'a [u8]>, SnapshotError> {
        let mut engine = Engine::new(Snapshot::open(self.snapshot)?, policy.clone());
        let facts = self.facts.and_then(|bytes| opened(bytes, engine.snapshot()));
        engine.set_fact_source(facts);
        Ok(engine)
    }

    /// Replays the moments under both policies, on all cores. The result does not depend on their number.
    ///
    /// # Errors
    /// [`SnapshotError`] if the bytes are not a snapshot.
    pub fn run(
        &self,
        moments: &[Moment],
        policies: [&Policy; 2],
        progress: &dyn Progress,
    ) -> Result<Replayed, SnapshotError> {
        progress.start(
            "replaying visits under both policies",
            Amount::Steps(moments.len() as u64),
        );
        let parts: Result<Vec<Replayed>, SnapshotError> = moments
            .par_chunks(CHUNK)
            .map(|chunk| {
                let replayed = self.run_chunk(chunk, policies);
                progress.advance(chunk.len() as u64);
                replayed
            })
            .collect();
        progress.finish();
        let mut all = self.nothing(policies);
        parts?.into_iter().for_each(|part| all.add(part));
        Ok(all)
    }

    fn run_chunk(&self, moments: &[Moment], policies: [&Policy; 2]) -> Result<Replayed, SnapshotError> {
        let [mut old, mut new] = [self.engine(policies[0])?, self.engine(policies[1])?];
        let mut replayed = self.nothing(policies);
        for moment in moments {
            let session = self.session(*moment);
            let slates = self.shelves.iter().enumerate().map(|(at, shelf)| {
                let question = self.question(*moment, shelf);
                Shown {
                    before: self.slate(&question, &mut old, &session, &mut replayed.before[at]),
                    after: self.slate(&question, &mut new, &session, &mut replayed.after[at]),
                }
            });
            let slates = slates.collect();
            replayed.slates.push(slates);
        }
        Ok(replayed)
    }

    fn slate(
        &self,
        question: &Question<'_>,
        engine: &mut Engine<&[u8]>,
        session: &Session,
        firings: &mut Firings,
    ) -> Vec<u32> {
        let mut watch = Watch::default();
        let slate = question.ask(engine, session, &mut watch, |items| {
            items.iter().map(|item| self.shop.number(&item.item_id)).collect()
        });
        firings.count(&watch);
        slate
    }

    fn nothing(&self, policies: [&Policy; 2]) -> Replayed {
        let [before, after] = policies.map(|policy| vec![Firings::of(policy.rules.len()); self.shelves.len()]);
        Replayed {
            slates: Vec::new(),
            before,
            after,
        }
    }
}

/// Returns facts that fit the snapshot; none of others, as in a shop.
fn opened(facts: &Arc<[u8]>, snapshot: &Snapshot<&[u8]>) -> Option<Box<dyn FactSource>> {
    let ids = Sha256::digest(snapshot.ids_section());
    let facts = Facts::open(Arc::clone(facts), &ids.into()).ok()?;
    Some(Box::new(facts))
}

impl Replayed {
    fn add(&mut self, other: Self) {
        self.slates.extend(other.slates);
        let sides = [(&mut self.before, other.before), (&mut self.after, other.after)];
        for (own, other) in sides {
            own.iter_mut().zip(other).for_each(|(own, other)| own.add(&other));
        }
    }
}
