//! The co-occurrence window: the items near an item in every session that contains it, with a weight for each
//! co-occurrence.
//!
//! Pairs within a sliding window count less the farther apart they are, as in
//! [GloVe](https://nlp.stanford.edu/pubs/glove.pdf) (there by 1 / distance, here by 0.85 to its power).

use shelfwise_intake::log::{Log, Order, SessionSpan};

use crate::aggregates::CountOptions;
use crate::aggregates::ages::{AGE_UNIT, Ages};

/// Pairs further apart than this are not counted.
pub const WINDOW: usize = 30;

/// One unit of a pair's weight: an adjacent pair in the newest period, with both events viewed. A pair weighs the sum of
/// its events: their mean would need a division.
pub const UNIT: u64 = DECAY_UNIT * AGE_UNIT * 2 * crate::event_weights::UNIT as u64;

/// Two events of one session, from the perspective of one of the two items.
#[derive(Clone, Copy, Debug)]
pub struct Cooccurrence {
    /// The other item.
    pub item: u32,
    /// The person of the session.
    pub person: u32,
    /// Weight of the two events; see [`UNIT`].
    pub weight: u64,
    /// Whether the other item came later; in baskets, which have no order, always true.
    pub ahead: bool,
    /// Whether the session ended at or after the requested time.
    pub since: bool,
}

/// Enumerates the co-occurrences of each item.
#[derive(Debug)]
pub struct Walker<'a> {
    log: &'a Log,
    options: CountOptions,
    occurrences: Occurrences,
    ages: Ages,
}

impl<'a> Walker<'a> {
    /// Indexes the occurrences of every item; sessions weigh by the ages of the whole log, which may be longer. O(log).
    #[must_use]
    pub fn new(log: &'a Log, ages: Ages, options: &CountOptions) -> Self {
        Self {
            log,
            options: *options,
            occurrences: Occurrences::of(log),
            ages,
        }
    }

    /// Returns the log.
    #[must_use]
    pub const fn log(&self) -> &'a Log {
        self.log
    }

    /// Calls `visit` for every co-occurrence of the item, those of one person consecutively.
    pub fn cooccurrences(&self, item: u32, mut visit: impl FnMut(&Cooccurrence)) {
        for click in self.occurrences.of_item(item) {
            self.scan_window(*click, item, &mut visit);
        }
    }

    fn scan_window(&self, click: u32, item: u32, visit: &mut impl FnMut(&Cooccurrence)) {
        let session = self.occurrences.session_of[click as usize];
        let span = self.log.sessions[session as usize];
        let weight = self.ages.of_time(span.last_ms).age;
        let reach = reach(self.log.order, &span, self.options.pairs_per_session) as u32;
        let own = self.options.event_weights.of(self.log.clicks[click as usize].kind);
        for near in click.saturating_sub(reach).max(span.start)..span.end.min(click + reach + 1) {
            let other = self.log.clicks[near as usize];
            let event_weight = own + self.options.event_weights.of(other.kind);
            if other.item != item && event_weight > 0 {
                let decay = decay(self.log.order, near.abs_diff(click));
                let weight = weight * decay * u64::from(event_weight);
                visit(&Cooccurrence {
                    item: other.item,
                    person: span.person,
                    weight,
                    since: Some(span.last_ms) >= self.options.since_ms,
                    ahead: near > click || self.log.order == Order::Basket,
                });
            }
        }
    }
}

/// Returns the weight of a pair by the distance of its events, at most 4096.
#[must_use]
pub fn decay(order: Order, distance: u32) -> u64 {
    match order {
        Order::Sequence => DECAY[distance as usize],
        Order::Basket => DECAY_UNIT,
    }
}

/// Returns the largest distance for which a session stays within the bound on pairs.
#[must_use]
pub fn reach(order: Order, span: &SessionSpan, pairs_per_session: Option<u32>) -> usize {
    let events = (span.end - span.start) as usize;
    let window = match order {
        Order::Sequence => WINDOW.min(events),
        Order::Basket => events,
    };
    let Some(bound) = pairs_per_session else {
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

/// Weight of a pair by distance, in 1/4096: 0.85^(distance − 1), in integer arithmetic so that it is the same on every
/// machine.
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

/// Occurrences of every item: positions in `log.clicks`, the sessions of one person consecutively.
#[derive(Debug)]
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
