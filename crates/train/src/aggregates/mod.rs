//! Aggregates: all that training takes of a log. What is made from them never sees the log itself.
//!
//! Every field is a table of integers that any engine which can group and count may fill, so that the same counts give
//! the same snapshot, wherever they were made. [`own`] counts a [`Log`](shelfwise_intake::log::Log) in this process;
//! `docs/decisions/aggregates.md` says what another source has to deliver.

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

/// Something that can be counted: a log, or the results of another engine.
pub trait Source: Debug + Sync {
    /// Counts everything. The same source and options give equal aggregates, on any number of cores.
    fn count(&self, options: &CountOptions) -> Aggregates<'_>;
}

/// How a source is counted.
#[derive(Clone, Copy, Debug)]
pub struct CountOptions {
    /// What an event of each kind says.
    pub event_weights: EventWeights,
    /// Pairs, and items by context key, with fewer supporters are left out; sums count them.
    pub min_support: u32,
    /// The items that are published come first, so many of them; what has to do with others is left out likewise.
    pub published: usize,
    /// The most pairs, nearest first, that one session contributes; `None` for all within
    /// [`WINDOW`](cooccurrence_window::WINDOW).
    pub pairs_per_session: Option<u32>,
    /// Supporters are also counted by the sessions that ended at this time or later, in milliseconds since 1970; where
    /// it is absent, all sessions are such.
    pub since_ms: Option<i64>,
}

/// All counts of a source; items are numbered as in the snapshot that is made of them.
#[derive(Debug)]
pub struct Aggregates<'a> {
    /// What is known of the source as a whole.
    pub totals: Totals,
    /// Every item by index.
    pub items: Vec<ItemCounts>,
    /// Items that were seen together.
    pub pairs: PairTable,
    /// Where visits begin, for every choice of [`FACTS`](contexts::FACTS).
    pub contexts: Vec<ContextCounts>,
    /// What each person saw with an item.
    pub person_pairs: Box<dyn PersonPairs + 'a>,
}

/// What is known of a source as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Totals {
    /// Whether the order within a session means anything.
    pub order: Order,
    /// Who the support floor counts.
    pub support: Support,
    /// Number of distinct people (of sessions, where there is no person's key).
    pub people: u32,
    /// The number that all sessions without a person share, in a source of people.
    pub nobody: Option<u32>,
    /// How many items are published; the first indexes are theirs.
    pub published: usize,
    /// Sessions.
    pub sessions: usize,
    /// Time of the last event, in milliseconds since 1970; 0 where times are no dates.
    pub last_ms: i64,
    /// Distinct people with a session since [`CountOptions::since_ms`].
    pub people_since: u32,
}

/// The one table with a row for each person, as long as all pairs of all sessions: it is asked for item by item, and
/// only for items with few neighbours.
pub trait PersonPairs: Debug + Sync {
    /// What each person saw with the item, at its greatest weight, by rising person and item.
    fn with(&self, item: u32) -> Vec<PersonPair>;
}

/// An item that a person saw with another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PersonPair {
    /// The person.
    pub person: u32,
    /// The item.
    pub item: u32,
    /// The greatest weight of the two in any of the person's sessions; see [`UNIT`](cooccurrence_window::UNIT).
    pub weight: u64,
}
