//! The hold-out: the last sessions of a log, which the tables measured on them have not counted.

use shelfwise_core::{CurrentItem, Snapshot};
use shelfwise_intake::log::{Log, SessionSpan};
use shelfwise_intake::progress::Silent;

use crate::aggregates::Source;
use crate::evaluate::{Evaluation, Protocol, evaluate};

/// Share of the sessions that is held out, the last ones.
const SHARE: f64 = 0.12;

/// With fewer predictions than this a difference of 2 % means nothing, and nothing is chosen by it.
pub const FEWEST_PREDICTIONS: usize = 300;

/// More predictions than this cost time and no longer change a choice.
const MOST_PREDICTIONS: usize = 5_000;

/// Length of the list.
const AT: usize = 20;

/// All that is held out of a source: samples of whole sessions, each with what tables may count beside it.
#[derive(Debug)]
pub struct HoldOuts<S> {
    /// What comes before the last sessions, and those; `None` where there is too little to measure anything.
    pub newest: Option<(S, Log)>,
    /// Parts that are held out in turn; see [`crossed`].
    pub crossed: Option<Vec<(S, Log)>>,
}

impl HoldOuts<Log> {
    /// Those of a log. Copies it, and five times more where it is small.
    #[must_use]
    pub fn of(log: &Log) -> Self {
        Self {
            newest: split(log),
            crossed: crossed(log),
        }
    }
}

/// A source without some sessions, and those.
#[derive(Clone, Copy, Debug)]
pub struct HoldOut<'a> {
    /// What tables may count.
    pub before: &'a dyn Source,
    /// What they are measured on.
    pub after: &'a Log,
    /// Predictions at the most, evenly over the sessions.
    pub most: usize,
}

/// Splits a log for measuring; `None` where it is too small to measure anything.
#[must_use]
pub fn split(log: &Log) -> Option<(Log, Log)> {
    let (before, after) = log.split(SHARE);
    (!before.sessions.is_empty() && after.predictions() >= FEWEST_PREDICTIONS).then_some((before, after))
}

/// Parts of a log whose sessions are held out in turn.
const PARTS: usize = 5;

/// A hold-out with fewer predictions than this chooses factors by chance; all sessions together say more.
const SURE_PREDICTIONS: usize = 2_000;

/// With fewer predictions than this in the whole log nothing at all is chosen by it.
pub const FEWEST_CROSSED: usize = 100;

/// Splits a small log again and again, so that every session is held out once by tables that have not counted it;
/// `None` where the last sessions say enough, or all together too little.
///
/// Every fifth session is held out at a time, old and new alike: for a fit of few factors, not for what ages.
#[must_use]
pub fn crossed(log: &Log) -> Option<Vec<(Log, Log)>> {
    let newest = log.held_out(SHARE).iter().map(SessionSpan::predictions).sum::<usize>();
    if newest >= SURE_PREDICTIONS || log.predictions() < FEWEST_CROSSED || log.sessions.len() < PARTS {
        return None;
    }
    Some((0..PARTS).map(|part| log.without_every(PARTS, part)).collect())
}

impl<'a> HoldOut<'a> {
    /// The newest sessions of a log that was split.
    #[must_use]
    pub fn newest<S: Source>((before, after): &'a (S, Log)) -> Self {
        let most = MOST_PREDICTIONS;
        Self { before, after, most }
    }

    /// One part of a log that is held out in turns: all parts together make as many predictions as the newest sessions.
    #[must_use]
    pub fn part<S: Source>((before, after): &'a (S, Log)) -> Self {
        let most = MOST_PREDICTIONS / PARTS;
        Self { before, after, most }
    }

    /// Measures a snapshot, the current item allowed. One that cannot be opened measures nothing at all.
    #[must_use]
    pub fn evaluate(&self, bytes: Vec<u8>) -> Evaluation {
        let protocol = Protocol {
            at: AT,
            current_item: CurrentItem::Show,
            most: Some(self.most),
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
    fn in_a_small_log_every_session_is_held_out_once() {
        let sessions = vec![["a", "b", "c"].as_slice(); FEWEST_CROSSED];
        let shop = log(&sessions);
        let parts = crossed(&shop).unwrap();
        let held_out: usize = parts.iter().map(|(_, after)| after.sessions.len()).sum();
        assert_eq!((parts.len(), held_out), (PARTS, shop.sessions.len()));
        for (before, after) in &parts {
            assert_eq!(before.sessions.len() + after.sessions.len(), shop.sessions.len());
            let both = before
                .sessions
                .iter()
                .filter(|own| after.sessions.iter().any(|other| other.last_ms == own.last_ms));
            assert_eq!(both.count(), 0, "tables never count what they are measured on");
        }
    }

    #[test]
    fn a_log_whose_last_sessions_say_enough_is_not_crossed_and_one_that_says_nothing_neither() {
        let pair = ["a", "b"].as_slice();
        assert!(crossed(&log(&vec![pair; SURE_PREDICTIONS * 100 / 12])).is_none());
        assert!(crossed(&log(&vec![pair; FEWEST_CROSSED - 1])).is_none());
        assert!(crossed(&log(&[])).is_none());
    }

    #[test]
    fn bytes_that_are_no_snapshot_measure_nothing() {
        let shop = log(&[&["a", "b"]]);
        let both = (shop.clone(), shop);
        let hold_out = HoldOut::newest(&both);
        assert_eq!(hold_out.evaluate(b"<html>".to_vec()), Evaluation::default());
    }
}
