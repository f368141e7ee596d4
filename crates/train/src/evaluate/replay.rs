//! Replays the sessions of a log, event by event, as a device would see them.

use shelfwise_core::{ContextKey, EventKind, Session};
use shelfwise_intake::log::{Log, Order};
use shelfwise_intake::progress::{Amount, Progress};

/// Calls `ask` after every event of a session but the last, with its context key and the number of the next item.
///
/// With `most`, makes at most that many calls, evenly spread over the log. In a log of baskets every item is put into
/// the cart in file order. Event times are not replayed: no session ends by inactivity.
pub fn replay(log: &Log, most: Option<usize>, progress: &dyn Progress, mut ask: impl FnMut(&Session, ContextKey, u32)) {
    let stride = most.map_or(1, |most| log.predictions().div_ceil(most.max(1)).max(1));
    let mut seen = 0_usize;
    progress.start("replaying sessions", Amount::Steps(log.sessions.len() as u64));
    for span in &log.sessions {
        let clicks = &log.clicks[span.start as usize..span.end as usize];
        let mut session = Session::new();
        for (click, next) in clicks.iter().zip(clicks.iter().skip(1)) {
            let kind = if log.order == Order::Basket {
                EventKind::AddToCart
            } else {
                click.kind
            };
            // Ids of a log were validated by the intake: they are never empty or too long.
            let taken = session.apply(kind, &log.items[click.item as usize], 0);
            debug_assert_eq!(taken, Ok(()));
            if seen.is_multiple_of(stride) {
                ask(&session, span.cell, next.item);
            }
            seen += 1;
        }
        progress.advance(1);
    }
    progress.finish();
}
