//! Counts the supporters of items, overall and recent.

use std::cmp::Reverse;

use shelfwise_intake::log::Log;

use crate::aggregates::ages::Ages;
use crate::aggregates::supporters::Supporters;

/// Counts of an item.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ItemCounts {
    /// Distinct supporters.
    pub supporters: u32,
    /// Supporters since the requested time.
    pub since: u32,
    /// Sum of the supporters' weights by the age of their last session with the item, in [`RECENT_UNIT`]s: integers, so
    /// that the sum does not depend on the order of addition.
    pub recent: u64,
}

/// The weight of a supporter at the end of the log.
pub const RECENT_UNIT: u64 = 1 << 36;

/// Counts all items of a log, and their supporters since a time; if it is absent, all supporters. A person counts once,
/// however often they come. O(log).
#[must_use]
pub fn count_items(log: &Log, since_ms: Option<i64>) -> Vec<ItemCounts> {
    count_items_of(log, Ages::of(log), since_ms)
}

/// Counts all items of a part of a log, with the ages of the whole log. O(log).
#[must_use]
pub fn count_items_of(log: &Log, ages: Ages, since_ms: Option<i64>) -> Vec<ItemCounts> {
    let mut items = vec![ItemCounts::default(); log.items.len()];
    let mut supporters = vec![Supporters::default(); log.items.len()];
    let mut since = supporters.clone();
    let mut sessions: Vec<_> = log.sessions.iter().collect();
    sessions.sort_by_key(|session| (session.person, Reverse(session.last_ms)));
    for session in sessions {
        let weight = ages.of_time(session.last_ms).recent;
        for item in log.clicks_of(session).iter().map(|click| click.item as usize) {
            if Some(session.last_ms) >= since_ms {
                since[item].add(session.person, log.nobody);
                items[item].since = since[item].count();
            }
            supporters[item].add(session.person, log.nobody);
            let count = supporters[item].count();
            if count > items[item].supporters {
                items[item].supporters = count;
                items[item].recent += weight;
            }
        }
    }
    items
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shop::{by_people, log, number};

    #[test]
    fn returning_person_counts_once() {
        let sessions: [&[&str]; 3] = [&["tea", "tea"], &["tea"], &["tea", "mug"]];
        let shop = by_people(log(&sessions), &[0, 0, 1]);
        let tea = |shop: &Log| count_items(shop, None)[number(shop, "tea") as usize].supporters;
        assert_eq!(tea(&shop), 2);
        assert_eq!(tea(&log(&sessions)), 3);
    }

    #[test]
    fn supporters_since_a_time_include_returning_and_new_people() {
        let shop = by_people(log(&[&["tea"], &["tea"], &["tea"], &["tea"]]), &[0, 1, 0, 2]);
        let since = |at: usize| count_items(&shop, Some(shop.sessions[at].last_ms))[0].since;
        assert_eq!((since(0), since(2), since(3)), (3, 2, 1));
        assert_eq!(count_items(&shop, None)[0].since, 3);
    }

    #[test]
    fn supporter_at_the_end_of_the_log_weighs_one_unit() {
        let shop = log(&[&["tea"], &["mug"]]);
        let counts = count_items(&shop, None);
        assert_eq!(counts[number(&shop, "mug") as usize].recent, RECENT_UNIT);
        let faded = counts[number(&shop, "tea") as usize].recent as f64 / RECENT_UNIT as f64;
        assert!((faded - libm::exp(-8.0)).abs() < 1e-9, "{faded}");
    }
}
