//! A second count of a log: every fact with everybody behind it, sorted and grouped.
//!
//! Simple and slow on purpose. It knows of the trainer only what `docs/snapshot-format.md` and `docs/ranking.md` state:
//! two items are together if they are at most 30 events apart in one visit, or in one basket.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use shelfwise_core::ContextKey;
use shelfwise_core::snapshot::Scoring;
use shelfwise_intake::log::{Log, Order};

use super::Names;

/// Events of one visit that are further apart than this are not together.
const WINDOW: usize = 30;

/// Two items in increasing order.
pub type Both = (u32, u32);

/// Returns two items in increasing order.
#[must_use]
pub const fn both(a: u32, b: u32) -> Both {
    if a < b { (a, b) } else { (b, a) }
}

/// One visit, with items as numbers of [`Names`].
#[derive(Clone, Debug)]
struct Visit {
    person: u32,
    last_ms: i64,
    key: ContextKey,
    /// Items, and whether the event weighs anything in the model.
    events: Vec<(u32, bool)>,
}

/// The visits of a log.
#[derive(Clone, Debug)]
pub struct Recount {
    visits: Vec<Visit>,
    order: Order,
    nobody: Option<u32>,
}

/// Counts of context keys.
#[derive(Clone, Debug, Default)]
pub struct Contexts {
    /// Visits by key.
    pub visits: HashMap<ContextKey, u32>,
    /// People by key.
    pub people: HashMap<ContextKey, u32>,
    /// People whose visits began with the item, by key and item.
    pub items: HashMap<(ContextKey, u32), u32>,
}

impl Recount {
    /// Takes the visits of a log. Events whose kind weighs nothing in `scoring` join no items.
    pub fn of(log: &Log, names: &mut Names, scoring: &Scoring) -> Self {
        let numbers: Vec<u32> = log.items.iter().map(|id| names.number(id)).collect();
        let visits = log.sessions.iter().map(|session| {
            let clicks = log.clicks_of(session).iter();
            let event = |click: &shelfwise_intake::log::Click| {
                (numbers[click.item as usize], scoring.event_weight_of(click.kind) > 0.0)
            };
            Visit {
                person: session.person,
                last_ms: session.last_ms,
                key: session.cell,
                events: clicks.map(event).collect(),
            }
        });
        Self {
            visits: visits.collect(),
            order: log.order,
            nobody: log.nobody,
        }
    }

    /// Returns the visits that ended at this time or later, in milliseconds since 1970.
    #[must_use]
    pub fn since(&self, ms: i64) -> Self {
        let visits = self.visits.iter().filter(|visit| visit.last_ms >= ms);
        Self {
            visits: visits.cloned().collect(),
            ..*self
        }
    }

    /// Returns the people behind every item.
    #[must_use]
    pub fn items(&self) -> HashMap<u32, u32> {
        let seen =
            |visit: &Visit| -> Vec<(u32, u32)> { visit.events.iter().map(|(item, _)| (*item, visit.person)).collect() };
        self.people(self.visits.iter().flat_map(seen).collect())
    }

    /// Returns the people behind each of the wanted pairs that was seen together at all.
    #[must_use]
    pub fn pairs(&self, wanted: &HashSet<Both>) -> HashMap<Both, u32> {
        let mut seen = Vec::new();
        for visit in &self.visits {
            let mut own = Vec::new();
            self.together(visit, |a, b| {
                if wanted.contains(&both(a, b)) {
                    own.push((both(a, b), visit.person));
                }
            });
            own.sort_unstable();
            own.dedup();
            seen.extend(own);
        }
        self.people(seen)
    }

    /// Returns the people behind each of the wanted indirect links, from its first item to its second: who saw the first
    /// one together with the second, or with an item whose row has the second.
    #[must_use]
    pub fn links(&self, wanted: &HashSet<(u32, u32)>, rows: &HashMap<u32, Vec<u32>>) -> HashMap<(u32, u32), u32> {
        let from: HashSet<u32> = wanted.iter().map(|(from, _)| *from).collect();
        let mut seen = Vec::new();
        for visit in &self.visits {
            let mut own: Vec<(u32, u32)> = Vec::new();
            self.together(visit, |a, b| {
                own.extend([(a, b), (b, a)].into_iter().filter(|(own, _)| from.contains(own)));
            });
            own.sort_unstable();
            own.dedup();
            let reached = |(from, by): (u32, u32)| {
                let row = rows.get(&by).into_iter().flatten().copied();
                row.chain([by]).map(move |to| (from, to))
            };
            let mut reached: Vec<(u32, u32)> = own.into_iter().flat_map(reached).collect();
            reached.retain(|link| wanted.contains(link));
            reached.sort_unstable();
            reached.dedup();
            seen.extend(reached.into_iter().map(|link| (link, visit.person)));
        }
        self.people(seen)
    }

    /// Counts visits, people and first items of the wanted keys; `facts` is the mask of what distinguishes them.
    #[must_use]
    pub fn contexts(&self, facts: ContextKey, wanted: &HashSet<ContextKey>) -> Contexts {
        let (mut visits, mut people, mut items) = (HashMap::new(), Vec::new(), Vec::new());
        for visit in &self.visits {
            let mut keys: Vec<ContextKey> = visit.key.only(facts).lineage().collect();
            keys.dedup();
            let first = match self.order {
                Order::Sequence => visit.events.get(..1).unwrap_or_default(),
                Order::Basket => &visit.events,
            };
            for key in keys.into_iter().filter(|key| wanted.contains(key)) {
                *visits.entry(key).or_insert(0) += 1;
                people.push((key, visit.person));
                items.extend(first.iter().map(|(item, _)| ((key, *item), visit.person)));
            }
        }
        Contexts {
            visits,
            people: self.people(people),
            items: self.people(items),
        }
    }

    /// Calls `tell` for every two different items of a visit that are together.
    fn together(&self, visit: &Visit, mut tell: impl FnMut(u32, u32)) {
        let reach = match self.order {
            Order::Sequence => WINDOW,
            Order::Basket => visit.events.len(),
        };
        for (at, (a, a_weighs)) in visit.events.iter().enumerate() {
            for (b, b_weighs) in visit.events.iter().skip(at + 1).take(reach) {
                if a != b && (*a_weighs || *b_weighs) {
                    tell(*a, *b);
                }
            }
        }
    }

    /// Groups sightings by fact and counts the different people behind each. Visits without a person count as one if
    /// nobody else is behind the fact, and add nothing otherwise: they may be those of one of the others.
    fn people<K: Ord + Hash + Copy>(&self, mut seen: Vec<(K, u32)>) -> HashMap<K, u32> {
        seen.sort_unstable();
        seen.dedup();
        let mut counts = HashMap::new();
        for group in seen.chunk_by(|a, b| a.0 == b.0) {
            let known = group.iter().filter(|(_, person)| Some(*person) != self.nobody).count();
            if let Some((fact, _)) = group.first() {
                counts.insert(*fact, known.max(1) as u32);
            }
        }
        counts
    }
}
