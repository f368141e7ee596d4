//! Computes the aggregates of a log in memory.

use rustc_hash::FxHashSet;
use shelfwise_intake::log::Log;

use crate::aggregates::contexts::count_contexts;
use crate::aggregates::cooccurrence_window::Walker;
use crate::aggregates::items::count_items;
use crate::aggregates::pairs::count_pairs;
use crate::aggregates::{Aggregates, CountOptions, PersonPair, PersonPairs, Source, Totals};

impl Source for Log {
    fn count(&self, options: &CountOptions) -> Aggregates<'_> {
        let walker = Walker::new(self, options);
        Aggregates {
            totals: totals(self, options),
            items: count_items(self, options.since_ms),
            pairs: count_pairs(&walker, options),
            contexts: count_contexts(self, options),
            person_pairs: Box::new(walker),
        }
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
