//! The hold-out: the last sessions of a log, which the tables measured on them have not counted.

use shelfwise_core::{CurrentItem, Snapshot};

use crate::evaluate::{Evaluation, Protocol, evaluate};
use crate::log::Log;
use crate::progress::Silent;

/// Share of the sessions that is held out, the last ones.
const SHARE: f64 = 0.12;

/// With fewer predictions than this a difference of 2 % means nothing, and nothing is chosen by it.
const FEWEST_PREDICTIONS: usize = 300;

/// More predictions than this cost time and no longer change a choice.
const MOST_PREDICTIONS: usize = 5_000;

/// Length of the list.
const AT: usize = 20;

/// A log without its last sessions, and those.
#[derive(Debug)]
pub struct HoldOut<'a> {
    /// What tables may count.
    pub before: &'a Log,
    /// What they are measured on.
    pub after: &'a Log,
}

/// Splits a log for measuring; `None` where it is too small to measure anything.
#[must_use]
pub fn split(log: &Log) -> Option<(Log, Log)> {
    let (before, after) = log.split(SHARE);
    (!before.sessions.is_empty() && after.predictions() >= FEWEST_PREDICTIONS).then_some((before, after))
}

impl HoldOut<'_> {
    /// Measures a snapshot, the current item allowed. One that cannot be opened measures nothing at all.
    #[must_use]
    pub fn evaluate(&self, bytes: Vec<u8>) -> Evaluation {
        let protocol = Protocol {
            at: AT,
            current_item: CurrentItem::Show,
            most: Some(MOST_PREDICTIONS),
        };
        match Snapshot::open(bytes) {
            Ok(snapshot) => evaluate(snapshot, self.after, &protocol, &Silent),
            Err(_) => Evaluation::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shop::log;

    /// Sessions of two events of which the last 12 % are just enough to measure with.
    const ENOUGH: usize = FEWEST_PREDICTIONS * 100 / 12;

    #[test]
    fn the_newest_eighth_or_so_is_held_out_and_nothing_is_in_both() {
        let sessions = vec![["a", "b"].as_slice(); ENOUGH];
        let shop = log(&sessions);
        let (before, after) = split(&shop).unwrap();
        assert_eq!(after.sessions.len(), FEWEST_PREDICTIONS);
        assert_eq!(before.sessions.len() + after.sessions.len(), shop.sessions.len());
        let newest_before = before.sessions.last().unwrap().last_ms;
        assert!(after.sessions.iter().all(|session| session.last_ms > newest_before));
        assert_eq!(before.items, shop.items, "items keep their numbers");
    }

    #[test]
    fn too_few_predictions_decide_nothing() {
        let sessions = vec![["a", "b"].as_slice(); ENOUGH - 10];
        assert!(split(&log(&sessions)).is_none());
        assert!(split(&log(&[])).is_none());
    }

    #[test]
    fn bytes_that_are_no_snapshot_measure_nothing() {
        let shop = log(&[&["a", "b"]]);
        let hold_out = HoldOut {
            before: &shop,
            after: &shop,
        };
        assert_eq!(hold_out.evaluate(b"<html>".to_vec()), Evaluation::default());
    }
}
