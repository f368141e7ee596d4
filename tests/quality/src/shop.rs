//! Small logs for tests.

use shelfwise_intake::log::Log;

/// Returns a log of sessions of item ids, oldest first.
pub fn log(sessions: &[&[&str]]) -> Log {
    Log::of_views(sessions)
}

/// Returns the number of an item.
pub fn number(items: &[String], id: &str) -> u32 {
    items.iter().position(|own| own == id).unwrap() as u32
}

/// Returns the ids that a peer recommends after some items.
pub fn recommended<'a>(peer: &mut dyn crate::peer::Peer, log: &'a Log, after: &[&str]) -> Vec<&'a str> {
    let session: Vec<u32> = after.iter().map(|id| number(&log.items, id)).collect();
    let shown = peer.recommend(&session, 3).into_iter();
    shown.map(|item| log.items[item as usize].as_str()).collect()
}
