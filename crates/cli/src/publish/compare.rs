//! The last model and the next one on the same held-out events.

use std::thread;

use anyhow::{Result, anyhow};
use serde::{Deserialize, Serialize};
use shelfwise_core::{CurrentItem, Snapshot};
use shelfwise_intake::progress::Progress;
use shelfwise_intake::{LogOptions, read_log};
use shelfwise_train::evaluate::{Places, Protocol, evaluate};

/// Length of the lists that are looked at.
const AT: usize = 20;
/// The most predictions of a comparison, taken evenly over the sessions: about a second of replay over 43,000 items.
const PREDICTIONS: usize = 4_000;
/// Share of a measure that may be lost without a word: models of two days differ by chance.
const TOLERATED: f64 = 0.01;

/// What both models made of the same events.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Comparison {
    /// The last model.
    pub before: Measured,
    /// The next one.
    pub after: Measured,
}

/// Where the next item stood.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Measured {
    /// Share of predictions whose next item was in the list.
    pub hr: f64,
    /// Mean of 1 / place.
    pub mrr: f64,
    /// Number of predictions.
    pub predictions: usize,
    /// Length of the list.
    pub at: usize,
}

impl Comparison {
    /// Whether a measure fell by more than is tolerated.
    pub fn is_worse(&self) -> bool {
        let falls = |before: f64, after: f64| after < before * (1.0 - TOLERATED);
        falls(self.before.hr, self.after.hr) || falls(self.before.mrr, self.after.mrr)
    }
}

/// Replays held-out events through the engine, over both snapshots.
pub fn compare(before: &[u8], after: &[u8], log: &LogOptions, progress: &impl Progress) -> Result<Comparison> {
    let (log, _) = read_log(log, progress)?;
    let measure = |bytes: &[u8]| -> Result<Measured> {
        let protocol = Protocol {
            at: AT,
            current_item: CurrentItem::Show,
            most: Some(PREDICTIONS),
        };
        let measured = evaluate(Snapshot::open(bytes.to_vec())?, &log, &protocol, progress);
        Ok(measured.places.into())
    };
    // One thread for each model: half the time on two cores.
    let (before, after) = thread::scope(|scope| {
        let before = scope.spawn(|| measure(before));
        let after = measure(after);
        (before.join(), after)
    });
    Ok(Comparison {
        before: before.map_err(|_| anyhow!("measuring the last model failed"))??,
        after: after?,
    })
}

impl From<Places> for Measured {
    fn from(places: Places) -> Self {
        Self {
            hr: places.hr,
            mrr: places.mrr,
            predictions: places.predictions,
            at: places.at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comparison(before: f64, after: f64) -> Comparison {
        let measured = |hr| Measured {
            hr,
            mrr: 0.2,
            predictions: 100,
            at: AT,
        };
        Comparison {
            before: measured(before),
            after: measured(after),
        }
    }

    #[test]
    fn comparison_loss_above_one_percent_is_worse() {
        assert!(comparison(0.5, 0.49).is_worse());
        assert!(!comparison(0.5, 0.496).is_worse());
        assert!(!comparison(0.5, 0.6).is_worse());
        assert!(!comparison(0.0, 0.0).is_worse());
    }
}
