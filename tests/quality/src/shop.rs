//! Small logs for tests.

use shelfwise_core::EventKind;
use shelfwise_intake::log::{Click, Log, Order, SessionSpan, Support};

/// A log of sessions of item ids, oldest first.
pub fn log(sessions: &[&[&str]]) -> Log {
    let mut items: Vec<String> = sessions
        .iter()
        .flat_map(|ids| ids.iter().map(|id| (*id).to_owned()))
        .collect();
    items.sort();
    items.dedup();
    let (mut clicks, mut spans) = (Vec::new(), Vec::new());
    for (person, ids) in (0..).zip(sessions) {
        let start = clicks.len() as u32;
        clicks.extend(ids.iter().map(|id| Click {
            item: number(&items, id),
            kind: EventKind::ViewItem,
        }));
        spans.push(SessionSpan {
            start,
            end: clicks.len() as u32,
            person,
            last_ms: 1_000_000 * (i64::from(person) + 1),
            cell: shelfwise_core::ContextKey::UNKNOWN,
        });
    }
    Log {
        items,
        clicks,
        people: spans.len() as u32,
        sessions: spans,
        order: Order::Sequence,
        support: Support::Sessions,
        nobody: None,
    }
}

/// The number of an item.
pub fn number(items: &[String], id: &str) -> u32 {
    items.iter().position(|own| own == id).unwrap() as u32
}

/// The ids that a peer recommends after some items.
pub fn recommended<'a>(peer: &mut dyn crate::peer::Peer, log: &'a Log, after: &[&str]) -> Vec<&'a str> {
    let session: Vec<u32> = after.iter().map(|id| number(&log.items, id)).collect();
    let shown = peer.recommend(&session, 3).into_iter();
    shown.map(|item| log.items[item as usize].as_str()).collect()
}
