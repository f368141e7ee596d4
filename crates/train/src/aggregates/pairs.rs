//! Counts pairs: which items occurred together, with which weight, and by how many supporters.
//!
//! The only stage that grows with the log. The co-occurrences of every item are added up in one dense row: memory grows
//! with the log and the items, not with the pairs; rows are independent, so all cores count.

use rayon::prelude::*;

use crate::aggregates::CountOptions;
use crate::aggregates::cooccurrence_window::{Cooccurrence, Walker};
use crate::aggregates::supporters::Supporters;

/// Counts of one item with another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The other item.
    pub item: u32,
    /// Distinct supporters: people, or sessions if the log has no person's key.
    pub support: u32,
    /// Sum over people of the pair's greatest weight in any of their sessions; see
    /// [`UNIT`](crate::aggregates::cooccurrence_window::UNIT).
    pub weight: u64,
    /// The same sum over co-occurrences in which the other item comes later.
    pub ahead: u64,
}

/// All pairs of a log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PairTable {
    /// For every item its pairs by increasing index.
    pub rows: Vec<Vec<Pair>>,
    /// For every pair of the rows, its distinct supporters since the requested time; empty if none was requested.
    pub since: Vec<Vec<u32>>,
    /// For every item the weight of all its pairs, including those below the floor.
    pub sums: Vec<u64>,
    /// Number of different pairs in the log, in one direction, whatever their support.
    pub distinct: u64,
}

/// Counts the pairs of a log. The same log gives the same counts, on any number of cores.
#[must_use]
pub fn count_pairs(walker: &Walker<'_>, options: &CountOptions) -> PairTable {
    let log = walker.log();
    let items = 0..log.items.len() as u32;
    let counted: Vec<CountedRow> = items
        .into_par_iter()
        .map_init(
            || Row::new(log.items.len()),
            |row, item| {
                walker.cooccurrences(item, |cooccurrence| row.add(cooccurrence, log.nobody));
                row.take(item, options)
            },
        )
        .collect();
    let mut table = PairTable::default();
    for row in counted {
        table.rows.push(row.pairs);
        table.since.push(row.since);
        table.sums.push(row.sum);
        table.distinct += row.distinct;
    }
    table.distinct /= 2;
    table
}

/// A dense row under construction.
struct Row {
    weight: Vec<u64>,
    support: Vec<Supporters>,
    since: Vec<Supporters>,
    /// Weight of the co-occurrences in which the other item comes later.
    ahead: Vec<u64>,
    /// Contribution of the last person to each pair.
    last_share: Vec<PersonShare>,
    touched: Vec<u32>,
}

/// A completed row.
#[derive(Default)]
struct CountedRow {
    pairs: Vec<Pair>,
    since: Vec<u32>,
    /// Weight and number of all pairs, including those below the floor.
    sum: u64,
    distinct: u64,
}

/// Contribution of one person to a pair.
#[derive(Clone, Copy, Default)]
struct PersonShare {
    weight: u64,
    ahead: u64,
}

impl Row {
    fn new(items: usize) -> Self {
        Self {
            weight: vec![0; items],
            support: vec![Supporters::default(); items],
            since: vec![Supporters::default(); items],
            ahead: vec![0; items],
            last_share: vec![PersonShare::default(); items],
            touched: Vec::new(),
        }
    }

    /// Adds a co-occurrence. A person contributes their nearest one, not the sum: going back and forth between two
    /// items means no more than going once, and nobody can promote a pair by repeating it.
    fn add(&mut self, cooccurrence: &Cooccurrence, nobody: Option<u32>) {
        let at = cooccurrence.item as usize;
        if self.support[at].count() == 0 {
            self.touched.push(cooccurrence.item);
        }
        if self.support[at].add(cooccurrence.person, nobody) {
            self.last_share[at] = PersonShare::default();
        }
        if cooccurrence.since {
            self.since[at].add(cooccurrence.person, nobody);
        }
        let last_share = &mut self.last_share[at];
        self.weight[at] += cooccurrence.weight.saturating_sub(last_share.weight);
        last_share.weight = last_share.weight.max(cooccurrence.weight);
        if cooccurrence.ahead {
            self.ahead[at] += cooccurrence.weight.saturating_sub(last_share.ahead);
            last_share.ahead = last_share.ahead.max(cooccurrence.weight);
        }
    }

    /// Takes the row of an item, with the published pairs at or above the floor, and clears it.
    fn take(&mut self, own: u32, options: &CountOptions) -> CountedRow {
        self.touched.sort_unstable();
        let mut row = CountedRow {
            distinct: self.touched.len() as u64,
            ..CountedRow::default()
        };
        for item in &self.touched {
            let at = *item as usize;
            let pair = Pair {
                item: *item,
                support: self.support[at].count(),
                weight: self.weight[at],
                ahead: self.ahead[at],
            };
            row.sum += pair.weight;
            let published = (own.max(*item) as usize) < options.published;
            if published && pair.support >= options.min_support {
                row.pairs.push(pair);
                if options.since_ms.is_some() {
                    row.since.push(self.since[at].count());
                }
            }
            (self.weight[at], self.ahead[at]) = (0, 0);
            (self.support[at], self.since[at], self.last_share[at]) = Default::default();
        }
        self.touched.clear();
        row
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aggregates::ages::Ages;
    use crate::aggregates::cooccurrence_window::{UNIT, WINDOW};
    use crate::event_weights::EventWeights;
    use crate::shop::{baskets, by_people, log, number};
    use shelfwise_core::EventKind;
    use shelfwise_intake::log::Log;

    fn count(log: &Log, options: &CountOptions) -> PairTable {
        count_pairs(&Walker::new(log, Ages::of(log), options), options)
    }

    fn options(min_support: u32) -> CountOptions {
        CountOptions {
            event_weights: EventWeights::default(),
            min_support,
            published: usize::MAX,
            pairs_per_session: None,
            since_ms: None,
        }
    }

    fn pair(log: &Log, counts: &PairTable, a: &str, b: &str) -> Option<Pair> {
        let row = &counts.rows[number(log, a) as usize];
        row.iter().find(|pair| pair.item == number(log, b)).copied()
    }

    fn weight(log: &Log, a: &str, b: &str) -> u64 {
        pair(log, &count(log, &options(1)), a, b).map_or(0, |pair| pair.weight)
    }

    #[test]
    fn adjacent_items_in_the_newest_session_weigh_one_unit() {
        let shop = log(&[&["tent", "lamp"]]);
        assert_eq!(weight(&shop, "tent", "lamp"), UNIT);
    }

    #[test]
    fn pair_weight_is_symmetric() {
        let shop = log(&[&["tent", "lamp", "stove"], &["stove", "tent"]]);
        let counts = count(&shop, &options(1));
        for (a, b) in [("tent", "lamp"), ("tent", "stove"), ("lamp", "stove")] {
            let (there, back) = (pair(&shop, &counts, a, b).unwrap(), pair(&shop, &counts, b, a).unwrap());
            assert_eq!((there.weight, there.support), (back.weight, back.support));
        }
    }

    #[test]
    fn pair_weight_decreases_with_distance_and_is_zero_beyond_the_window() {
        let ids: Vec<String> = (0..WINDOW + 2).map(|n| format!("item {n:02}")).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let shop = log(&[&ids]);
        assert!(weight(&shop, ids[0], ids[1]) > weight(&shop, ids[0], ids[2]));
        assert!(weight(&shop, ids[0], ids[WINDOW]) > 0);
        assert_eq!(weight(&shop, ids[0], ids[WINDOW + 1]), 0);
    }

    #[test]
    fn basket_pair_weight_ignores_distance() {
        let ids: Vec<String> = (0..2 * WINDOW).map(|n| format!("item {n:02}")).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let shop = baskets(&[&ids]);
        assert_eq!(weight(&shop, ids[0], ids[1]), UNIT);
        assert_eq!(weight(&shop, ids[0], ids[2 * WINDOW - 1]), UNIT);
    }

    #[test]
    fn old_session_weighs_less_than_a_new_one() {
        let shop = log(&[&["tent", "lamp"], &["milk", "bread"]]);
        let (old, new) = (weight(&shop, "tent", "lamp"), weight(&shop, "milk", "bread"));
        assert!(
            old > new / 3 && old < new / 2,
            "e to the power of -1 of it: {old} of {new}"
        );
    }

    #[test]
    fn pair_seen_back_and_forth_weighs_as_much_as_once() {
        let once = log(&[&["tent", "lamp"]]);
        let often = log(&[&["tent", "lamp", "tent", "lamp", "tent"]]);
        assert_eq!(weight(&once, "tent", "lamp"), weight(&often, "tent", "lamp"));
    }

    #[test]
    fn person_with_three_baskets_is_one_supporter() {
        let sessions: [&[&str]; 4] = [&["a", "b"], &["a", "b"], &["a", "b"], &["a", "c"]];
        let household = by_people(baskets(&sessions), &[0, 0, 0, 1]);
        let counts = count(&household, &options(1));
        assert_eq!(pair(&household, &counts, "a", "b").unwrap().support, 1);
        let strangers = by_people(baskets(&sessions), &[0, 1, 0, 1]);
        let counts = count(&strangers, &options(1));
        assert_eq!(pair(&strangers, &counts, "a", "b").unwrap().support, 2);
    }

    #[test]
    fn pairs_below_the_floor_are_left_out_but_counted_in_sums() {
        let shop = log(&[&["a", "b"], &["a", "b"], &["a", "c"]]);
        let (all, floor) = (count(&shop, &options(1)), count(&shop, &options(2)));
        assert_eq!(pair(&shop, &floor, "a", "c"), None);
        assert_eq!(pair(&shop, &floor, "a", "b"), pair(&shop, &all, "a", "b"));
        assert_eq!((floor.sums, floor.distinct), (all.sums, all.distinct));
        assert_eq!(all.distinct, 2);
    }

    #[test]
    fn item_is_never_its_own_neighbour() {
        let shop = log(&[&["milk", "milk", "bread"]]);
        assert_eq!(pair(&shop, &count(&shop, &options(1)), "milk", "milk"), None);
    }

    #[test]
    fn event_weight_scales_pairs_and_zero_ignores_the_event() {
        let mut shop = log(&[&["tent", "lamp"]]);
        shop.clicks
            .iter_mut()
            .for_each(|click| click.kind = EventKind::Purchase);
        assert_eq!(weight(&shop, "tent", "lamp"), 3 * UNIT);
        let mut silent = options(1);
        silent.event_weights.set(EventKind::Purchase, 0);
        assert_eq!(count(&shop, &silent).distinct, 0);
    }

    #[test]
    fn bound_keeps_the_nearest_pairs_of_a_session() {
        let shop = log(&[&["a", "b", "c", "d"]]);
        let mut bounded = options(1);
        bounded.pairs_per_session = Some(3);
        let counts = count(&shop, &bounded);
        assert_eq!(counts.distinct, 3);
        assert!(pair(&shop, &counts, "a", "b").is_some() && pair(&shop, &counts, "a", "c").is_none());
    }

    #[test]
    fn log_without_sessions_has_no_counts() {
        assert_eq!(count(&log(&[]), &options(2)), PairTable::default());
    }
}
