//! The hold-out: the last sessions of a log. Tables measured on them have not counted them.

use shelfwise_core::{CurrentItem, Snapshot};
use shelfwise_intake::log::{Log, SessionSpan};
use shelfwise_intake::progress::Silent;

use crate::aggregates::Source;
use crate::aggregates::own::{Frame, Part};
use crate::evaluate::{Evaluation, Protocol, evaluate};

/// Share of the sessions that is held out, the last ones.
const SHARE: f64 = 0.12;

/// Maximum number of sessions that are held out: more than are replayed for any choice or for the trees
/// ([`MOST_QUERIES`](crate::rank::MOST_QUERIES)), so that a larger log needs no larger sample.
pub const MOST_SESSIONS: usize = 50_000;

/// Returns how many of a log's last sessions are held out.
///
/// ```
/// use shelfwise_train::tune::hold_out::held_out;
///
/// assert_eq!((held_out(1_000), held_out(1_000_000)), (120, 50_000));
/// ```
#[must_use]
pub fn held_out(sessions: usize) -> usize {
    ((sessions as f64 * SHARE).ceil() as usize).min(MOST_SESSIONS)
}

/// With fewer predictions than this a difference of 2 % is not significant, and nothing is chosen by it.
pub const FEWEST_PREDICTIONS: usize = 300;

/// Maximum number of predictions: more cost time and do not change a choice.
const MAX_PREDICTIONS: usize = 5_000;

/// Length of the list.
const AT: usize = 20;

/// All hold-outs of a source: samples of whole sessions, each with the rest for the tables to count.
#[derive(Debug)]
pub struct HoldOuts<S> {
    /// The sessions before the last ones, and those; `None` if there is too little to measure anything.
    pub newest: Option<(S, Log)>,
    /// Parts that are held out in turn; see [`crossed`].
    pub crossed: Option<Vec<(S, Log)>>,
}

impl HoldOuts<Part> {
    /// Splits a log. Copies it, and five times more if it is small.
    #[must_use]
    pub fn of(log: &Log, frame: Frame) -> Self {
        let framed = |(log, after)| (Part { log, frame }, after);
        Self {
            newest: split(log).map(framed),
            crossed: crossed(log).map(|parts| parts.into_iter().map(framed).collect()),
        }
    }
}

/// A source without some sessions, and those sessions.
#[derive(Clone, Copy, Debug)]
pub struct HoldOut<'a> {
    /// The sessions for the tables to count.
    pub before: &'a dyn Source,
    /// The sessions to measure them on.
    pub after: &'a Log,
    /// Maximum number of predictions, sampled evenly over the sessions.
    pub most: usize,
}

/// Splits a log for measuring; `None` if it is too small to measure anything.
#[must_use]
pub fn split(log: &Log) -> Option<(Log, Log)> {
    let (before, after) = log.split_last(held_out(log.sessions.len()));
    (!before.sessions.is_empty() && after.predictions() >= FEWEST_PREDICTIONS).then_some((before, after))
}

/// Number of parts whose sessions are held out in turn.
const PARTS: usize = 5;

/// With fewer predictions than this, factors chosen on the last sessions are chance; all sessions are used instead.
pub const SURE_PREDICTIONS: usize = 2_000;

/// With fewer predictions than this in the whole log, no factor is chosen.
pub const FEWEST_CROSSED: usize = 100;

/// Splits a small log repeatedly, so that every session is held out once by tables that have not counted it; `None` if
/// the last sessions suffice, or all together are too few.
///
/// Holds out every fifth session at a time, old and new alike: suited to fit a few factors, but not parameters that
/// depend on age.
#[must_use]
pub fn crossed(log: &Log) -> Option<Vec<(Log, Log)>> {
    let newest = log.sessions.iter().rev().take(held_out(log.sessions.len()));
    let newest = newest.map(SessionSpan::predictions).sum::<usize>();
    if newest >= SURE_PREDICTIONS || log.predictions() < FEWEST_CROSSED || log.sessions.len() < PARTS {
        return None;
    }
    Some((0..PARTS).map(|part| log.without_every(PARTS, part)).collect())
}

impl<'a> HoldOut<'a> {
    /// Returns the newest sessions of a split log.
    #[must_use]
    pub fn newest<S: Source>((before, after): &'a (S, Log)) -> Self {
        let most = MAX_PREDICTIONS;
        Self { before, after, most }
    }

    /// Returns one part of a log that is held out in turns: all parts together make as many predictions as the newest
    /// sessions.
    #[must_use]
    pub fn part<S: Source>((before, after): &'a (S, Log)) -> Self {
        let most = MAX_PREDICTIONS / PARTS;
        Self { before, after, most }
    }

    /// Evaluates a snapshot, with the current item allowed. Bytes that are not a snapshot give an empty evaluation.
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

    /// Number of sessions with two events of which the last 12 % are just enough to measure.
    const ENOUGH: usize = FEWEST_PREDICTIONS * 100 / 12;

    #[test]
    fn split_holds_out_the_newest_eighth_without_overlap() {
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
    fn split_of_too_few_predictions_is_none() {
        let sessions = vec![["a", "b"].as_slice(); ENOUGH - 10];
        assert!(split(&log(&sessions)).is_none());
        assert!(split(&log(&[])).is_none());
    }

    #[test]
    fn small_log_holds_out_every_session_once() {
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
    fn log_large_enough_or_too_small_is_not_crossed() {
        let pair = ["a", "b"].as_slice();
        assert!(crossed(&log(&vec![pair; SURE_PREDICTIONS * 100 / 12])).is_none());
        assert!(crossed(&log(&vec![pair; FEWEST_CROSSED - 1])).is_none());
        assert!(crossed(&log(&[])).is_none());
    }

    #[test]
    fn invalid_snapshot_gives_an_empty_evaluation() {
        let shop = log(&[&["a", "b"]]);
        let both = (shop.clone(), shop);
        let hold_out = HoldOut::newest(&both);
        assert_eq!(hold_out.evaluate(b"<html>".to_vec()), Evaluation::default());
    }
}
