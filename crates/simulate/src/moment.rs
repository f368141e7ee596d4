//! Moments of held-out visits: what a shopper had done until then, and what came next.

use shelfwise_core::{ContextKey, EventKind, Session};
use shelfwise_intake::log::{Click, Log, Order, SessionSpan};

/// One moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Which session of the log, from 0.
    pub visit: usize,
    /// Events that were done.
    pub done: usize,
}

/// Chooses one moment of each visit, of at most `most` visits that are spread evenly over the log.
///
/// One a visit, so that moments are independent and intervals honest. How far into the visit it lies follows the golden
/// ratio's sequence, which covers beginnings, middles and ends evenly without chance. Visits with one event say nothing of
/// what came next, and are left out.
#[must_use]
pub fn moments(log: &Log, most: usize) -> Vec<Moment> {
    let usable = |visit: &usize| span(log, *visit).len() > 1;
    let visits: Vec<usize> = (0..log.sessions.len()).filter(usable).collect();
    let wanted = visits.len().min(most);
    let chosen = (0..wanted).map(|at| visits[at * visits.len() / wanted]);
    (0_u32..)
        .zip(chosen)
        .map(|(at, visit)| {
            let fraction = at.wrapping_mul(GOLDEN);
            let choices = span(log, visit).len() as u64 - 1;
            let done = 1 + ((u64::from(fraction) * choices) >> 32) as usize;
            Moment { visit, done }
        })
        .collect()
}

/// 2³² divided by the golden ratio.
const GOLDEN: u32 = 0x9E37_79B9;

impl Moment {
    /// Returns the visit up to this moment, all of it at the time `now_ms`.
    #[must_use]
    pub fn session(&self, log: &Log, now_ms: i64) -> Session {
        let mut session = Session::new();
        for click in self.events(log) {
            // Ids of a log were validated by the intake: they are never empty or too long.
            let taken = session.apply(kind(log, click), id(log, click), now_ms);
            debug_assert_eq!(taken, Ok(()));
        }
        session
    }

    /// Returns the events that were done, oldest first.
    #[must_use]
    pub fn events<'l>(&self, log: &'l Log) -> &'l [Click] {
        &span(log, self.visit)[..self.done]
    }

    /// Returns the item that came next.
    #[must_use]
    pub fn next<'l>(&self, log: &'l Log) -> &'l str {
        id(log, &span(log, self.visit)[self.done])
    }

    /// Returns the item that was touched last.
    #[must_use]
    pub fn last<'l>(&self, log: &'l Log) -> &'l str {
        id(log, &span(log, self.visit)[self.done - 1])
    }

    /// Returns the context key of the visit.
    #[must_use]
    pub fn cell(&self, log: &Log) -> ContextKey {
        log.sessions[self.visit].cell
    }

    /// Returns the time of the visit, in milliseconds since 1970; 0 if the log has none.
    #[must_use]
    pub fn at_ms(&self, log: &Log) -> i64 {
        log.sessions[self.visit].last_ms
    }
}

fn span(log: &Log, visit: usize) -> &[Click] {
    let SessionSpan { start, end, .. } = log.sessions[visit];
    &log.clicks[start as usize..end as usize]
}

/// Returns what the event is on a device: in a log of baskets everything goes into the cart.
#[must_use]
pub fn kind(log: &Log, click: &Click) -> EventKind {
    if log.order == Order::Basket {
        EventKind::AddToCart
    } else {
        click.kind
    }
}

/// Returns the id of the event's item.
#[must_use]
pub fn id<'l>(log: &'l Log, click: &Click) -> &'l str {
    &log.items[click.item as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moment_has_something_before_and_after_it() {
        let log = Log::of_views(&[&["a", "b", "c", "d"], &["a"], &["b", "c"]]);
        let moments = moments(&log, 10);
        assert_eq!(moments.iter().map(|moment| moment.visit).collect::<Vec<_>>(), [0, 2]);
        for moment in &moments {
            let session = moment.session(&log, 5);
            assert_eq!(session.events().len(), moment.done);
            assert!(moment.done >= 1 && !moment.next(&log).is_empty());
        }
    }

    #[test]
    fn moments_cover_the_whole_visit_and_the_whole_log() {
        let visit = ["a", "b", "c", "d", "e"];
        let log = Log::of_views(&[&visit[..]; 400]);
        let moments = moments(&log, 100);
        assert_eq!(moments.len(), 100);
        assert!(moments.last().unwrap().visit >= 390);
        for done in 1..5 {
            let of_length = moments.iter().filter(|moment| moment.done == done).count();
            assert!((23..=27).contains(&of_length), "{done}: {of_length}");
        }
    }
}
