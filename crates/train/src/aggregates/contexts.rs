//! Counts visits and their first items by context key: by what is known before the first event.

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use shelfwise_core::ContextKey;
use shelfwise_intake::log::{Click, Log, Order, SessionSpan};

use crate::aggregates::CountOptions;
use crate::aggregates::supporters::Supporters;

/// Minimum visits of a key: with fewer it is merged into its parent.
pub const FEWEST_SESSIONS: u32 = 50;

/// The choices of facts that are counted, by name: none (all visits together), the time, device with language and
/// country, and all.
pub const FACTS: [(&str, ContextKey); 4] = [
    ("none", ContextKey::UNKNOWN),
    ("time", ContextKey::TIME),
    ("device, language and country", ContextKey::PLACE),
    ("all", ContextKey::EVERYTHING),
];

/// Counts of visits by context key, for one choice of facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContextCounts {
    /// Which of [`FACTS`].
    pub chosen: ContextKey,
    /// Facts of the choice that occur in any visit.
    pub known: ContextKey,
    /// The keys with at least [`FEWEST_SESSIONS`] visits by as many people as the floor requires, in increasing order:
    /// parents precede their children.
    pub keys: Vec<KeyCounts>,
}

impl ContextCounts {
    /// Returns the number of visits of which any chosen fact is known; all visits if none is chosen. Keys that were merged
    /// into the one of all visits are not included.
    #[must_use]
    pub fn carried(&self) -> u64 {
        let all = ContextKey::UNKNOWN;
        let is_coarsest = |own: &&KeyCounts| {
            (own.key == all) == (self.chosen == all) && own.key.lineage().all(|key| key == own.key || key == all)
        };
        self.keys
            .iter()
            .filter(is_coarsest)
            .map(|own| u64::from(own.visits))
            .sum()
    }
}

/// Counts of one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyCounts {
    /// The key.
    pub key: ContextKey,
    /// Its visits.
    pub visits: u32,
    /// Distinct people behind them.
    pub people: u32,
    /// First items of its visits, by increasing index, with the number of distinct people; items below the floor are
    /// left out.
    pub items: Vec<(u32, u32)>,
}

/// Returns the first events of a visit: one event, or in a basket, which has no order, every line.
#[must_use]
pub fn beginning<'a>(log: &'a Log, session: &SessionSpan) -> &'a [Click] {
    let end = match log.order {
        Order::Sequence => session.end.min(session.start + 1),
        Order::Basket => session.end,
    };
    &log.clicks[session.start as usize..end as usize]
}

/// Returns the facts that are known of any visit.
#[must_use]
pub fn known_facts(log: &Log) -> ContextKey {
    let all = log.sessions.iter().map(|session| session.cell.known());
    all.fold(ContextKey::UNKNOWN, |known, own| known | own)
}

/// Returns the keys that a visit counts for, by one choice of facts: its own and its ancestors', each once.
pub fn keys_of(cell: ContextKey, facts: ContextKey) -> impl Iterator<Item = ContextKey> {
    let mut lineage: Vec<ContextKey> = cell.only(facts).lineage().collect();
    lineage.dedup();
    lineage.into_iter()
}

/// Counts a log by every choice of [`FACTS`]. O(visits), plus up to six times the first events of each, for every
/// choice.
#[must_use]
pub fn count_contexts(log: &Log, options: &CountOptions) -> Vec<ContextCounts> {
    count_contexts_of(log, known_facts(log), options)
}

/// Counts a part of a log in which these facts are known of any visit.
#[must_use]
pub fn count_contexts_of(log: &Log, known: ContextKey, options: &CountOptions) -> Vec<ContextCounts> {
    let count = |(_, chosen): (&str, ContextKey)| ContextCounts {
        chosen,
        known: chosen.only(known),
        keys: count_keys(log, chosen, options),
    };
    FACTS.into_par_iter().map(count).collect()
}

/// Number of visits, and of people behind them.
#[derive(Clone, Copy, Debug, Default)]
struct Visits {
    sessions: u32,
    people: Supporters,
}

impl Visits {
    /// Counts one more visit; the visits of one person must be consecutive.
    fn add(&mut self, person: u32, nobody: Option<u32>) {
        self.sessions += 1;
        self.people.add(person, nobody);
    }
}

fn count_keys(log: &Log, facts: ContextKey, options: &CountOptions) -> Vec<KeyCounts> {
    let mut keys: FxHashMap<ContextKey, (Visits, FxHashMap<u32, Supporters>)> = FxHashMap::default();
    let mut sessions: Vec<&SessionSpan> = log.sessions.iter().collect();
    sessions.sort_by_key(|session| session.person);
    for session in sessions {
        for key in keys_of(session.cell, facts) {
            let (visits, items) = keys.entry(key).or_default();
            visits.add(session.person, log.nobody);
            for click in beginning(log, session) {
                items.entry(click.item).or_default().add(session.person, log.nobody);
            }
        }
    }
    let counted = keys.into_iter().map(|(key, (visits, items))| KeyCounts {
        key,
        visits: visits.sessions,
        people: visits.people.count(),
        items: supported(&items, options),
    });
    let mut keys: Vec<KeyCounts> = counted.filter(|own| own.is_enough(options.min_support)).collect();
    keys.sort_unstable_by_key(|own| own.key);
    keys
}

fn supported(items: &FxHashMap<u32, Supporters>, options: &CountOptions) -> Vec<(u32, u32)> {
    let published = items.iter().filter(|(item, _)| (**item as usize) < options.published);
    let counts = published.map(|(item, people)| (*item, people.count()));
    let mut items: Vec<(u32, u32)> = counts.filter(|(_, people)| *people >= options.min_support).collect();
    items.sort_unstable();
    items
}

impl KeyCounts {
    /// Returns whether the key has enough visits and people for this floor to be kept apart from its parent.
    #[must_use]
    pub const fn is_enough(&self, min_support: u32) -> bool {
        self.visits >= FEWEST_SESSIONS && self.people >= min_support
    }
}
