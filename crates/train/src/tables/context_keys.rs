//! Builds the table of context keys: the first items of visits, by what is known before the first event.
//!
//! A key is smoothed towards its parent, and a key with too few visits is replaced by its parent.

use rustc_hash::FxHashMap;
use shelfwise_core::ContextKey;
use shelfwise_core::snapshot::CellTable;

use crate::aggregates::contexts::{ContextCounts, KeyCounts};

/// Maximum number of context keys of a snapshot; those with the most visits are kept.
const MOST_KEYS: usize = 256;

/// Maximum number of items of a key: a slate, and substitutes for sold-out items.
const LIST: usize = 40;

/// Smoothing: a key's own counts and its parent's shares have equal weight at this many counts.
const PRIOR: f64 = 200.0;

/// Options of the table of context keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyOptions {
    /// The facts that distinguish keys: one of [`FACTS`](crate::aggregates::contexts::FACTS).
    pub facts: ContextKey,
    /// Weight of a key's list in the popularity of items, in 256ths.
    pub share: u8,
}

/// Builds the table of context keys; `None` if even all visits together are too few.
#[must_use]
pub fn context_keys(counts: &[ContextCounts], min_support: u32, options: KeyOptions) -> Option<CellTable> {
    let counts = counts.iter().find(|counts| counts.chosen == options.facts)?;
    let large = large(counts, min_support);
    let visits = large.first().filter(|own| own.key == ContextKey::UNKNOWN)?;
    let visits = f64::from(visits.visits);
    let mut shares: FxHashMap<ContextKey, Vec<(u32, f64)>> = FxHashMap::default();
    let mut cells = Vec::new();
    for own in large {
        let parent = own
            .key
            .lineage()
            .skip(1)
            .find(|parent| *parent != own.key && shares.contains_key(parent));
        let above = parent.map_or(&[][..], |parent| &shares[&parent]);
        let known = own.items.iter().filter(|(_, people)| *people >= min_support);
        let known = shares_of(known.copied().collect(), above);
        cells.push((own.key, list(&known, visits)));
        shares.insert(own.key, known);
    }
    Some(CellTable {
        facts: counts.known,
        share: options.share,
        cells,
    })
}

/// Returns the keys with enough visits, in increasing order, so that parents precede their children.
fn large(counts: &ContextCounts, min_support: u32) -> Vec<&KeyCounts> {
    let enough = counts.keys.iter().filter(|own| own.is_enough(min_support));
    let mut large: Vec<&KeyCounts> = enough.collect();
    // A parent has at least as many visits as its child and the smaller number, so it is never cut off before it.
    large.sort_unstable_by_key(|own| (std::cmp::Reverse(own.visits), own.key));
    large.truncate(MOST_KEYS);
    large.sort_unstable_by_key(|own| own.key);
    large
}

/// Returns the shares of a key's items, by increasing item: its own counts, plus [`PRIOR`] counts distributed as in its
/// parent.
fn shares_of(own: Vec<(u32, u32)>, above: &[(u32, f64)]) -> Vec<(u32, f64)> {
    let prior = if above.is_empty() { 0.0 } else { PRIOR };
    let all = own.iter().map(|(_, count)| f64::from(*count)).sum::<f64>() + prior;
    let mut shares: Vec<(u32, f64)> = above.iter().map(|(item, share)| (*item, share * prior / all)).collect();
    for (item, count) in own {
        let count = f64::from(count) / all;
        match shares.binary_search_by_key(&item, |(item, _)| *item) {
            Ok(at) => shares[at].1 += count,
            Err(at) => shares.insert(at, (item, count)),
        }
    }
    shares
}

/// Returns the items with the greatest shares, with weights on the scale of popularity: logarithms of counts.
fn list(shares: &[(u32, f64)], visits: f64) -> Vec<(u32, u8)> {
    let mut shares = shares.to_vec();
    shares.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    shares.truncate(LIST);
    let most = shares.first().map_or(1.0, |(_, share)| libm::log1p(share * visits));
    let weight = |share: f64| libm::round(255.0 * libm::log1p(share * visits) / most) as u8;
    shares.into_iter().map(|(item, share)| (item, weight(share))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aggregates::contexts::count_contexts;
    use crate::shop::{baskets, by_people, log, number, plain_options};
    use shelfwise_intake::log::Log;

    const ALL: KeyOptions = KeyOptions {
        facts: ContextKey::EVERYTHING,
        share: 128,
    };

    fn keys(log: &Log, options: KeyOptions) -> Option<CellTable> {
        context_keys(&count_contexts(log, &plain_options().counting(usize::MAX)), 2, options)
    }

    /// Returns a log in which this many visits begin with tea in the morning, and with wine in the evening.
    fn day(mornings: usize, evenings: usize) -> Log {
        let mut sessions: Vec<&[&str]> = vec![&["tea", "mug"]; mornings];
        sessions.extend(vec![&["wine", "glass"][..]; evenings]);
        let mut shop = log(&sessions);
        for (at, session) in shop.sessions.iter_mut().enumerate() {
            session.cell = ContextKey::parse(if at < mornings {
                "morning,workday"
            } else {
                "evening,weekend"
            });
        }
        shop
    }

    fn lists(table: &CellTable) -> Vec<String> {
        table.cells.iter().map(|(cell, _)| cell.to_string()).collect()
    }

    #[test]
    fn context_key_of_fewer_than_fifty_visits_is_its_parent() {
        let table = keys(&day(50, 49), ALL).unwrap();
        assert_eq!(lists(&table), [",,,,", "morning,,,,", "morning,workday,,,"]);
        assert!(keys(&day(25, 24), ALL).is_none(), "not even all visits are enough");
    }

    #[test]
    fn context_key_lists_what_its_visits_begin_with() {
        let shop = day(60, 50);
        let table = keys(&shop, ALL).unwrap();
        let first = |cell: &str| {
            let found = table
                .cells
                .iter()
                .find(|(own, _)| *own == ContextKey::parse(cell))
                .unwrap();
            found.1.iter().map(|(item, _)| *item).collect::<Vec<_>>()
        };
        let (tea, wine) = (number(&shop, "tea"), number(&shop, "wine"));
        assert_eq!(first(""), [tea, wine]);
        assert_eq!(
            first("evening"),
            [wine, tea],
            "what a cell does not tell comes from its parent, behind its own"
        );
        assert!(table.cells.iter().all(|(_, list)| list[0].1 == 255));
    }

    #[test]
    fn basket_lines_all_count_as_first_items() {
        let table = keys(&baskets(&[["tea", "mug"].as_slice(); 50]), ALL).unwrap();
        assert_eq!(table.cells[0].1.len(), 2);
    }

    #[test]
    fn many_visits_of_few_people_make_no_context_key() {
        let people: Vec<u32> = (0..120).map(|visit| if visit < 60 { 0 } else { visit }).collect();
        let table = keys(&by_people(day(60, 60), &people), ALL).unwrap();
        assert_eq!(lists(&table), [",,,,", "evening,,,,", "evening,weekend,,,"]);
        let wine = number(&day(1, 1), "wine");
        assert!(
            table
                .cells
                .iter()
                .all(|(_, list)| list.iter().all(|(item, _)| *item == wine))
        );
    }

    #[test]
    fn masked_facts_make_no_context_keys() {
        let masked = KeyOptions {
            facts: ContextKey::PLACE,
            ..ALL
        };
        assert_eq!(lists(&keys(&day(60, 60), masked).unwrap()), [",,,,"]);
    }

    #[test]
    fn very_many_context_keys_are_cut_to_those_of_the_most_visits() {
        let mut shop = log(&[["tea"].as_slice(); 300 * 50]);
        for (at, session) in shop.sessions.iter_mut().enumerate() {
            let (first, second) = (b'a' + (at / 50 / 26) as u8, b'a' + (at / 50 % 26) as u8);
            session.cell = ContextKey::of([b"", b"", b"", &[first, second][..]]);
        }
        let table = keys(&shop, ALL).unwrap();
        assert_eq!(table.cells.len(), MOST_KEYS);
        assert_eq!(table.cells[0].0, ContextKey::UNKNOWN);
    }
}
