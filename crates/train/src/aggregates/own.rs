//! Own counting: the aggregates of a log that is in memory.

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
            totals: totals(self),
            items: count_items(self),
            pairs: count_pairs(&walker, options.min_support),
            contexts: count_contexts(self, options.min_support),
            person_pairs: Box::new(walker),
        }
    }
}

fn totals(log: &Log) -> Totals {
    Totals {
        order: log.order,
        support: log.support,
        people: log.people,
        nobody: log.nobody,
        sessions: log.sessions.len(),
        last_ms: log.sessions.last().map_or(0, |session| session.last_ms),
    }
}

impl PersonPairs for Walker<'_> {
    fn with(&self, item: u32) -> Vec<PersonPair> {
        let mut seen = Vec::new();
        self.sightings(item, |sighting| {
            seen.push(PersonPair {
                person: sighting.person,
                item: sighting.item,
                weight: sighting.weight,
            });
        });
        seen.sort_unstable_by_key(|seen| (seen.person, seen.item, std::cmp::Reverse(seen.weight)));
        seen.dedup_by_key(|seen| (seen.person, seen.item));
        seen
    }
}
