//! Aggregates: the only input that training takes from a log. Later stages never access the log itself.
//!
//! Every field is a table of integers that any engine with grouping and counting can compute, so that the same counts
//! give the same snapshot, wherever they were made. [`own`] counts a [`Log`](shelfwise_intake::log::Log) in this
//! process; `docs/decisions/aggregates.md` specifies what another source has to provide.

pub mod ages;
pub mod contexts;
pub mod cooccurrence_window;
pub mod items;
pub mod own;
pub mod pairs;
pub mod supporters;

use std::fmt::Debug;

use shelfwise_intake::log::{Order, Support};

use crate::aggregates::contexts::ContextCounts;
use crate::aggregates::items::ItemCounts;
use crate::aggregates::pairs::PairTable;
use crate::event_weights::EventWeights;

/// A source of counts: a log, or the results of another engine.
pub trait Source: Debug + Sync {
    /// Counts everything. The same source and options give equal aggregates, on any number of cores.
    fn count(&self, options: &CountOptions) -> Aggregates<'_>;
}

/// Options of counting.
#[derive(Clone, Copy, Debug)]
pub struct CountOptions {
    /// Weight of each kind of event.
    pub event_weights: EventWeights,
    /// Pairs, and items by context key, with fewer supporters are left out; sums include them.
    pub min_support: u32,
    /// Number of published items, which come first; counts that involve other items are left out too.
    pub published: usize,
    /// Maximum number of pairs, nearest first, from one session; `None` for all within
    /// [`WINDOW`](cooccurrence_window::WINDOW).
    pub pairs_per_session: Option<u32>,
    /// Supporters are also counted for sessions that ended at this time or later, in milliseconds since 1970; if
    /// absent, for all sessions.
    pub since_ms: Option<i64>,
}

/// All counts of a source; items are numbered as in the snapshot made from them.
#[derive(Debug)]
pub struct Aggregates<'a> {
    /// Totals of the source.
    pub totals: Totals,
    /// Every item by index.
    pub items: Vec<ItemCounts>,
    /// Co-occurrences of items.
    pub pairs: PairTable,
    /// First items of visits, for every choice of [`FACTS`](contexts::FACTS).
    pub contexts: Vec<ContextCounts>,
    /// Pairs by person.
    pub person_pairs: Box<dyn PersonPairs + 'a>,
}

/// Totals of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Totals {
    /// Whether the events within a session are ordered.
    pub order: Order,
    /// What the support floor counts.
    pub support: Support,
    /// Number of distinct people; of sessions, if there is no person's key.
    pub people: u32,
    /// The number shared by all sessions without a person, in a source of people.
    pub nobody: Option<u32>,
    /// Number of published items, which have the first indexes.
    pub published: usize,
    /// Sessions.
    pub sessions: usize,
    /// Time of the last event, in milliseconds since 1970; 0 if times are not dates.
    pub last_ms: i64,
    /// Distinct people with a session since [`CountOptions::since_ms`].
    pub people_since: u32,
}

/// Pairs by person: the only table with a row for each person, as long as all pairs of all sessions. It is queried item
/// by item, and only for items with few neighbours.
pub trait PersonPairs: Debug + Sync {
    /// Returns the items that each person saw with this item, at their greatest weight, by increasing person and item.
    fn with(&self, item: u32) -> Vec<PersonPair>;
}

/// An item that a person saw together with another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PersonPair {
    /// The person.
    pub person: u32,
    /// The item.
    pub item: u32,
    /// The greatest weight of the pair in any of the person's sessions; see [`UNIT`](cooccurrence_window::UNIT).
    pub weight: u64,
}
