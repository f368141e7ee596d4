//! Computes the aggregates of a log in memory.

use rustc_hash::FxHashSet;
use shelfwise_core::ContextKey;
use shelfwise_intake::log::Log;

use crate::aggregates::ages::Ages;
use crate::aggregates::contexts::{count_contexts_of, known_facts};
use crate::aggregates::cooccurrence_window::Walker;
use crate::aggregates::items::count_items_of;
use crate::aggregates::pairs::count_pairs;
use crate::aggregates::{Aggregates, CountOptions, PersonPair, PersonPairs, Source, Totals};

/// What counting takes from the whole log, also where it counts a part of it: so that the parts of a hold-out are
/// counted as the whole is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Ages of sessions.
    pub ages: Ages,
    /// Facts that are known of any visit.
    pub facts: ContextKey,
}

impl Frame {
    /// Returns the frame of a whole log. O(sessions).
    #[must_use]
    pub fn of(log: &Log) -> Self {
        Self {
            ages: Ages::of(log),
            facts: known_facts(log),
        }
    }
}

/// A part of a log in memory, or all of it.
#[derive(Clone, Debug)]
pub struct Part {
    /// The sessions to count.
    pub log: Log,
    /// Of the whole log.
    pub frame: Frame,
}

impl Source for Part {
    fn count(&self, options: &CountOptions) -> Aggregates<'_> {
        count(&self.log, &self.frame, options)
    }
}

impl Source for Log {
    fn count(&self, options: &CountOptions) -> Aggregates<'_> {
        count(self, &Frame::of(self), options)
    }
}

fn count<'a>(log: &'a Log, frame: &Frame, options: &CountOptions) -> Aggregates<'a> {
    let walker = Walker::new(log, frame.ages, options);
    Aggregates {
        totals: totals(log, options),
        items: count_items_of(log, frame.ages, options.since_ms),
        pairs: count_pairs(&walker, options),
        contexts: count_contexts_of(log, frame.facts, options),
        person_pairs: Box::new(walker),
    }
}

fn totals(log: &Log, options: &CountOptions) -> Totals {
    let since = log
        .sessions
        .iter()
        .filter(|session| Some(session.last_ms) >= options.since_ms);
    let people: FxHashSet<u32> = since.map(|session| session.person).collect();
    Totals {
        order: log.order,
        support: log.support,
        people: log.people,
        nobody: log.nobody,
        published: options.published.min(log.items.len()),
        sessions: log.sessions.len(),
        people_since: people.len() as u32,
        last_ms: log
            .sessions
            .last()
            .filter(|_| log.is_dated())
            .map_or(0, |session| session.last_ms),
    }
}

impl PersonPairs for Walker<'_> {
    fn with(&self, item: u32) -> Vec<PersonPair> {
        let mut seen = Vec::new();
        self.cooccurrences(item, |cooccurrence| {
            seen.push(PersonPair {
                person: cooccurrence.person,
                item: cooccurrence.item,
                weight: cooccurrence.weight,
            });
        });
        seen.sort_unstable_by_key(|seen| (seen.person, seen.item, std::cmp::Reverse(seen.weight)));
        seen.dedup_by_key(|seen| (seen.person, seen.item));
        seen
    }
}
