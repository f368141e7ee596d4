//! Coverage: the share of events whose item has enough companions that enough people saw together.
//!
//! A shelf beside an item can only show what the log supports. Counted on a quarter, on half and on all of the visits,
//! the share tells how much more visits would help.

use rustc_hash::FxHashMap;
use serde::Serialize;
use shelfwise_core::EventKind;
use shelfwise_intake::log::Log;

/// People who must have seen two items together: the lowest support floor of training.
pub const SUPPORTERS: u32 = 2;

/// Companions that fill a small shelf.
pub const COMPANIONS: u16 = 4;

/// Items of a visit that count as seen together, from one event on.
const WINDOW: usize = 5;

/// The most visits that are counted; of more, an even sample of the people. Bounds time and memory.
const MOST_SESSIONS: usize = 300_000;

/// Share of events that have enough companions.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Coverage {
    /// Visits counted.
    pub sessions: u64,
    /// The share on a quarter, on half and on all of them, from 0 to 1.
    pub shares: [f64; 3],
}

impl Coverage {
    /// Counts the events of these kinds. O(events), with memory for the pairs of at most 300,000 visits.
    #[must_use]
    pub fn of(log: &Log, is_counted: impl Fn(EventKind) -> bool) -> Self {
        let order = by_person(log);
        let mut pairs = Pairs::new(log.items.len());
        let views = views(log, &is_counted);
        let mut shares = [0.0; 3];
        let ends = [order.len().div_ceil(4), order.len().div_ceil(2), order.len()];
        let mut start = 0;
        for (share, end) in shares.iter_mut().zip(ends) {
            for &session in &order[start.min(end)..end] {
                let span = &log.sessions[session as usize];
                let clicks = log.clicks_of(span).iter().filter(|click| is_counted(click.kind));
                let items: Vec<u32> = clicks.map(|click| click.item).collect();
                pairs.add(&items, span.person);
            }
            *share = pairs.share(&views);
            start = end;
        }
        Self {
            sessions: order.len() as u64,
            shares,
        }
    }

    /// Returns the share on all visits.
    #[must_use]
    pub fn share(&self) -> f64 {
        self.shares[2]
    }

    /// Returns the number of visits at which the share would be `wanted`, if each doubling adds what the last one
    /// added; `None` if the last doubling added nothing that could be relied on.
    #[must_use]
    pub fn sessions_for(&self, wanted: f64) -> Option<u64> {
        /// A smaller gain of a doubling than this is noise.
        const LEAST_GAIN: f64 = 0.01;
        let [_, half, all] = self.shares;
        let gain = all - half;
        if gain < LEAST_GAIN || self.sessions == 0 {
            return None;
        }
        let doublings = (wanted - all).max(0.0) / gain;
        let sessions = self.sessions as f64 * doublings.exp2();
        (sessions < 1e12).then_some(sessions as u64)
    }
}

/// Returns the visits, person by person, the people in an order that has nothing to do with time.
fn by_person(log: &Log) -> Vec<u32> {
    /// An odd factor permutes all numbers (<https://en.wikipedia.org/wiki/Hash_function#Fibonacci_hashing>).
    const SCATTER: u32 = 0x9E37_79B1;
    let mut order: Vec<u32> = (0..log.sessions.len() as u32).collect();
    order.sort_unstable_by_key(|&session| (log.sessions[session as usize].person.wrapping_mul(SCATTER), session));
    order.truncate(MOST_SESSIONS);
    order
}

/// Returns the number of counted events of each item.
fn views(log: &Log, is_counted: &impl Fn(EventKind) -> bool) -> Vec<u64> {
    let mut views = vec![0; log.items.len()];
    for click in log.clicks.iter().filter(|click| is_counted(click.kind)) {
        views[click.item as usize] += 1;
    }
    views
}

/// Pairs of items that were seen together, with the number of people.
struct Pairs {
    /// The last person and the number of people, by the pair.
    seen: FxHashMap<(u32, u32), (u32, u32)>,
    /// For each item the number of companions with enough people.
    companions: Vec<u16>,
}

impl Pairs {
    fn new(items: usize) -> Self {
        Self {
            seen: FxHashMap::default(),
            companions: vec![0; items],
        }
    }

    fn add(&mut self, items: &[u32], person: u32) {
        for (at, &item) in items.iter().enumerate() {
            for &other in items[at + 1..].iter().take(WINDOW).filter(|&&other| other != item) {
                let pair = (item.min(other), item.max(other));
                let (last, people) = self.seen.entry(pair).or_insert((u32::MAX, 0));
                if *last == person {
                    continue;
                }
                *last = person;
                *people += 1;
                if *people == SUPPORTERS {
                    for item in [pair.0, pair.1] {
                        let companions = &mut self.companions[item as usize];
                        *companions = companions.saturating_add(1);
                    }
                }
            }
        }
    }

    fn share(&self, views: &[u64]) -> f64 {
        let all: u64 = views.iter().sum();
        let covered = views.iter().zip(&self.companions);
        let covered: u64 = covered
            .filter(|(_, companions)| **companions >= COMPANIONS)
            .map(|(views, _)| *views)
            .sum();
        covered as f64 / all.max(1) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coverage_counts_people_not_visits() {
        let basket: &[&str] = &["a", "b", "c", "d", "e"];
        let mut log = Log::of_views(&[basket, basket]);
        assert_eq!(Coverage::of(&log, |_| true).share(), 1.0);
        log.sessions[1].person = log.sessions[0].person;
        assert_eq!(Coverage::of(&log, |_| true).share(), 0.0);
    }

    #[test]
    fn sessions_for_a_share_follow_the_last_doubling() {
        let coverage = |shares| Coverage {
            sessions: 1_000,
            shares,
        };
        assert_eq!(coverage([0.1, 0.2, 0.3]).sessions_for(0.5), Some(4_000));
        assert_eq!(coverage([0.1, 0.2, 0.2]).sessions_for(0.5), None);
        assert_eq!(Coverage::default().sessions_for(0.5), None);
    }
}
