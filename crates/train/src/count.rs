//! Counting: which items were seen together, how often, and by how many.
//!
//! The one stage that grows with the log. Its result is plain tables, so that the same counts can come from
//! somewhere else. For every item its occurrences are walked and what stands near them is added up in one dense
//! row: memory grows with the log and the items, never with the pairs; rows are independent, so all cores count.

use rayon::prelude::*;

use crate::log::{Log, Order, SessionSpan};
use crate::strength::Strengths;

/// Pairs farther apart than this are not counted.
pub const WINDOW: usize = 30;

/// One unit of a pair's weight: the nearest pair of the newest session, both events viewed, weighs this much.
pub const UNIT: u64 = DECAY_UNIT * AGE_UNIT * crate::strength::UNIT as u64;

/// How pairs are counted.
#[derive(Clone, Debug)]
pub struct CountOptions {
    /// What an event of each kind says.
    pub strengths: Strengths,
    /// Pairs with fewer supporters are left out; row sums count them.
    pub min_support: u32,
    /// The most pairs, nearest first, that one session contributes; `None` for all within [`WINDOW`].
    pub pairs_per_session: Option<u32>,
}

/// How often one item was seen with another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The other item.
    pub item: u32,
    /// Distinct supporters: people, or sessions where the log has no person's key.
    pub support: u32,
    /// Sum over sessions of the pair's greatest weight in each; see [`UNIT`].
    pub weight: u64,
}

/// All counts of a log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// For every item its pairs by rising index.
    pub rows: Vec<Vec<Pair>>,
    /// For every item the weight of all its pairs, those below the floor included.
    pub sums: Vec<u64>,
    /// Different pairs in the log, in one direction, whatever their support.
    pub pairs: u64,
}

/// Counts a log. The same log gives the same counts, on any number of cores.
#[must_use]
pub fn count(log: &Log, options: &CountOptions) -> Counts {
    let occurrences = Occurrences::of(log);
    let walker = Walker {
        log,
        options,
        occurrences: &occurrences,
        weights: session_weights(log),
    };
    let items = 0..log.items.len() as u32;
    let counted: Vec<(Vec<Pair>, u64, u64)> = items
        .into_par_iter()
        .map_init(|| Row::new(log.items.len()), |row, item| walker.count_item(item, row))
        .collect();
    let mut counts = Counts::default();
    for (row, sum, pairs) in counted {
        counts.rows.push(row);
        counts.sums.push(sum);
        counts.pairs += pairs;
    }
    counts.pairs /= 2;
    counts
}

/// Weight of a pair by distance, in 1/4096: 0.85^(distance − 1), by integers so that it is the same everywhere.
const DECAY_UNIT: u64 = 4096;
const DECAY: [u64; WINDOW + 1] = decay_table();

const fn decay_table() -> [u64; WINDOW + 1] {
    let mut table = [0; WINDOW + 1];
    let (mut exact, mut distance) = (DECAY_UNIT << 20, 1);
    while distance <= WINDOW {
        table[distance] = (exact + (1 << 19)) >> 20;
        exact = exact * 85 / 100;
        distance += 1;
    }
    table
}

/// Weight of a session by age, in 1/1024: e^(−age), age from 0 (newest) to 1 (oldest) in 64 steps.
const AGE_UNIT: u64 = 1024;
const AGE_STEPS: usize = 64;
const AGE: [u64; AGE_STEPS + 1] = age_table();

const fn age_table() -> [u64; AGE_STEPS + 1] {
    let mut table = [0; AGE_STEPS + 1];
    let (mut exact, mut step) = (AGE_UNIT << 40, 0);
    while step <= AGE_STEPS {
        table[step] = (exact + (1 << 39)) >> 40;
        exact = exact / 1_000_000_000 * 984_496_437; // e^(−1/64)
        step += 1;
    }
    table
}

fn session_weights(log: &Log) -> Vec<u64> {
    let first = log.sessions.first().map_or(0, |session| session.last_ms);
    let last = log.sessions.last().map_or(0, |session| session.last_ms);
    let span = last.saturating_sub(first).max(1);
    let age =
        |session: &SessionSpan| (i128::from(last - session.last_ms) * AGE_STEPS as i128 / i128::from(span)) as usize;
    log.sessions.iter().map(|session| AGE[age(session)]).collect()
}

/// Where every item occurs: positions in `log.clicks`, the sessions of one person one after another.
struct Occurrences {
    starts: Vec<u32>,
    clicks: Vec<u32>,
    session_of: Vec<u32>,
}

impl Occurrences {
    fn of(log: &Log) -> Self {
        let mut starts = vec![0_u32; log.items.len() + 1];
        for click in &log.clicks {
            starts[click.item as usize + 1] += 1;
        }
        for item in 1..starts.len() {
            starts[item] += starts[item - 1];
        }
        let mut next = starts.clone();
        let (mut clicks, mut session_of) = (vec![0; log.clicks.len()], vec![0; log.clicks.len()]);
        let mut by_person: Vec<u32> = (0..log.sessions.len() as u32).collect();
        by_person.sort_by_key(|session| log.sessions[*session as usize].person);
        for session in by_person {
            let span = log.sessions[session as usize];
            for click in span.start..span.end {
                session_of[click as usize] = session;
                let slot = &mut next[log.clicks[click as usize].item as usize];
                clicks[*slot as usize] = click;
                *slot += 1;
            }
        }
        Self {
            starts,
            clicks,
            session_of,
        }
    }

    fn of_item(&self, item: u32) -> &[u32] {
        &self.clicks[self.starts[item as usize] as usize..self.starts[item as usize + 1] as usize]
    }
}

/// A dense row in the making.
struct Row {
    weight: Vec<u64>,
    support: Vec<u32>,
    /// One more than the last person that supported the pair.
    supporter: Vec<u32>,
    /// One more than the last session that holds the pair, and the weight that it gave.
    session: Vec<(u32, u64)>,
    touched: Vec<u32>,
}

/// Two events of one session, as one of the two items sees them.
struct Sighting {
    item: u32,
    person: u32,
    session: u32,
    weight: u64,
}

impl Row {
    fn new(items: usize) -> Self {
        Self {
            weight: vec![0; items],
            support: vec![0; items],
            supporter: vec![0; items],
            session: vec![(0, 0); items],
            touched: Vec::new(),
        }
    }

    /// A session gives a pair its nearest sighting, not the sum of all: going back and forth between two items
    /// says no more than going once.
    fn add(&mut self, sighting: &Sighting) {
        let at = sighting.item as usize;
        if self.support[at] == 0 {
            self.touched.push(sighting.item);
        }
        if self.supporter[at] != sighting.person + 1 {
            self.supporter[at] = sighting.person + 1;
            self.support[at] += 1;
        }
        let (session, given) = self.session[at];
        let given = if session == sighting.session + 1 { given } else { 0 };
        let best = given.max(sighting.weight);
        self.weight[at] += best - given;
        self.session[at] = (sighting.session + 1, best);
    }

    /// Takes the row out: pairs on or above the floor, the sum of all weights, and the number of all pairs.
    fn take(&mut self, min_support: u32) -> (Vec<Pair>, u64, u64) {
        self.touched.sort_unstable();
        let (mut pairs, mut sum) = (Vec::new(), 0);
        for item in &self.touched {
            let at = *item as usize;
            let pair = Pair {
                item: *item,
                support: self.support[at],
                weight: self.weight[at],
            };
            sum += pair.weight;
            if pair.support >= min_support {
                pairs.push(pair);
            }
            (self.support[at], self.weight[at], self.supporter[at], self.session[at]) = (0, 0, 0, (0, 0));
        }
        let all = self.touched.len() as u64;
        self.touched.clear();
        (pairs, sum, all)
    }
}

struct Walker<'a> {
    log: &'a Log,
    options: &'a CountOptions,
    occurrences: &'a Occurrences,
    weights: Vec<u64>,
}

impl Walker<'_> {
    fn count_item(&self, item: u32, row: &mut Row) -> (Vec<Pair>, u64, u64) {
        for click in self.occurrences.of_item(item) {
            self.count_occurrence(*click, item, row);
        }
        row.take(self.options.min_support)
    }

    fn count_occurrence(&self, click: u32, item: u32, row: &mut Row) {
        let session = self.occurrences.session_of[click as usize];
        let span = self.log.sessions[session as usize];
        let weight = self.weights[session as usize];
        let reach = self.reach(&span) as u32;
        let own = self.options.strengths.of(self.log.clicks[click as usize].kind);
        for near in click.saturating_sub(reach).max(span.start)..span.end.min(click + reach + 1) {
            let other = self.log.clicks[near as usize];
            let strength = own + self.options.strengths.of(other.kind);
            if other.item != item && strength > 0 {
                let decay = self.decay(near.abs_diff(click));
                let weight = weight * decay * u64::from(strength) / 2;
                row.add(&Sighting {
                    item: other.item,
                    person: span.person,
                    session,
                    weight,
                });
            }
        }
    }

    fn decay(&self, distance: u32) -> u64 {
        match self.log.order {
            Order::Sequence => DECAY[distance as usize],
            Order::Basket => DECAY_UNIT,
        }
    }

    /// The largest distance within which a session stays below its bound on pairs.
    fn reach(&self, span: &SessionSpan) -> usize {
        let events = (span.end - span.start) as usize;
        let window = match self.log.order {
            Order::Sequence => WINDOW.min(events),
            Order::Basket => events,
        };
        let Some(bound) = self.options.pairs_per_session else {
            return window;
        };
        let mut left = bound as usize;
        (1..=window)
            .take_while(|distance| {
                let pairs = events.saturating_sub(*distance);
                let fits = pairs <= left || *distance == 1;
                left = left.saturating_sub(pairs);
                fits
            })
            .count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shop::{baskets, by_people, log, number};
    use shelfwise_core::EventKind;

    fn options(min_support: u32) -> CountOptions {
        CountOptions {
            strengths: Strengths::default(),
            min_support,
            pairs_per_session: None,
        }
    }

    fn pair(log: &Log, counts: &Counts, a: &str, b: &str) -> Option<Pair> {
        let row = &counts.rows[number(log, a) as usize];
        row.iter().find(|pair| pair.item == number(log, b)).copied()
    }

    fn weight(log: &Log, a: &str, b: &str) -> u64 {
        pair(log, &count(log, &options(1)), a, b).map_or(0, |pair| pair.weight)
    }

    #[test]
    fn items_next_to_each_other_in_the_newest_session_weigh_one_unit() {
        let shop = log(&[&["tent", "lamp"]]);
        assert_eq!(weight(&shop, "tent", "lamp"), UNIT);
    }

    #[test]
    fn a_pair_weighs_the_same_from_both_sides() {
        let shop = log(&[&["tent", "lamp", "stove"], &["stove", "tent"]]);
        let counts = count(&shop, &options(1));
        for (a, b) in [("tent", "lamp"), ("tent", "stove"), ("lamp", "stove")] {
            let (there, back) = (pair(&shop, &counts, a, b).unwrap(), pair(&shop, &counts, b, a).unwrap());
            assert_eq!((there.weight, there.support), (back.weight, back.support));
        }
    }

    #[test]
    fn the_farther_apart_the_less_and_beyond_the_window_nothing() {
        let ids: Vec<String> = (0..WINDOW + 2).map(|n| format!("item {n:02}")).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let shop = log(&[&ids]);
        assert!(weight(&shop, ids[0], ids[1]) > weight(&shop, ids[0], ids[2]));
        assert!(weight(&shop, ids[0], ids[WINDOW]) > 0);
        assert_eq!(weight(&shop, ids[0], ids[WINDOW + 1]), 0);
    }

    #[test]
    fn in_a_basket_distance_means_nothing() {
        let ids: Vec<String> = (0..2 * WINDOW).map(|n| format!("item {n:02}")).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let shop = baskets(&[&ids]);
        assert_eq!(weight(&shop, ids[0], ids[1]), UNIT);
        assert_eq!(weight(&shop, ids[0], ids[2 * WINDOW - 1]), UNIT);
    }

    #[test]
    fn an_old_session_weighs_less_than_a_new_one() {
        let shop = log(&[&["tent", "lamp"], &["milk", "bread"]]);
        let (old, new) = (weight(&shop, "tent", "lamp"), weight(&shop, "milk", "bread"));
        assert!(
            old > new / 3 && old < new / 2,
            "e to the power of -1 of it: {old} of {new}"
        );
    }

    #[test]
    fn going_back_and_forth_says_no_more_than_going_once() {
        let once = log(&[&["tent", "lamp"]]);
        let often = log(&[&["tent", "lamp", "tent", "lamp", "tent"]]);
        assert_eq!(weight(&once, "tent", "lamp"), weight(&often, "tent", "lamp"));
    }

    #[test]
    fn one_person_with_three_baskets_is_one_supporter() {
        let sessions: [&[&str]; 4] = [&["a", "b"], &["a", "b"], &["a", "b"], &["a", "c"]];
        let household = by_people(baskets(&sessions), &[0, 0, 0, 1]);
        let counts = count(&household, &options(1));
        assert_eq!(pair(&household, &counts, "a", "b").unwrap().support, 1);
        let strangers = by_people(baskets(&sessions), &[0, 1, 0, 1]);
        let counts = count(&strangers, &options(1));
        assert_eq!(pair(&strangers, &counts, "a", "b").unwrap().support, 2);
    }

    #[test]
    fn what_is_below_the_floor_is_left_out_but_was_counted() {
        let shop = log(&[&["a", "b"], &["a", "b"], &["a", "c"]]);
        let (all, floor) = (count(&shop, &options(1)), count(&shop, &options(2)));
        assert_eq!(pair(&shop, &floor, "a", "c"), None);
        assert_eq!(pair(&shop, &floor, "a", "b"), pair(&shop, &all, "a", "b"));
        assert_eq!((floor.sums, floor.pairs), (all.sums, all.pairs));
        assert_eq!(all.pairs, 2);
    }

    #[test]
    fn an_item_is_never_its_own_neighbour() {
        let shop = log(&[&["milk", "milk", "bread"]]);
        assert_eq!(pair(&shop, &count(&shop, &options(1)), "milk", "milk"), None);
    }

    #[test]
    fn a_stronger_event_counts_more_and_one_that_says_nothing_not_at_all() {
        let mut shop = log(&[&["tent", "lamp"]]);
        shop.clicks
            .iter_mut()
            .for_each(|click| click.kind = EventKind::Purchase);
        assert_eq!(weight(&shop, "tent", "lamp"), 3 * UNIT);
        let mut silent = options(1);
        silent.strengths.set(EventKind::Purchase, 0);
        assert_eq!(count(&shop, &silent).pairs, 0);
    }

    #[test]
    fn a_bound_keeps_the_nearest_pairs_of_a_session() {
        let shop = log(&[&["a", "b", "c", "d"]]);
        let mut bounded = options(1);
        bounded.pairs_per_session = Some(3);
        let counts = count(&shop, &bounded);
        assert_eq!(counts.pairs, 3);
        assert!(pair(&shop, &counts, "a", "b").is_some() && pair(&shop, &counts, "a", "c").is_none());
    }

    #[test]
    fn a_log_without_sessions_has_no_counts() {
        assert_eq!(count(&log(&[]), &options(2)), Counts::default());
    }
}
