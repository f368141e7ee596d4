//! The periods of `ages.parquet`: those of [`Ages`], each on one side of the time from which people are new.

use crate::aggregates::ages::{Ages, Period, STEPS};
use crate::tables::model::DAY_MS;

/// Periods by number, as `events` and `ages` have them. A day is old or new as a whole, since a previous snapshot ends with
/// a day; of a 64th of a shorter log the new part has a number of its own.
#[derive(Clone, Copy, Debug)]
pub(super) struct Periods {
    ages: Ages,
    /// From when people are new to a previous snapshot, in milliseconds since 1970; all are without one.
    since_ms: Option<i64>,
}

impl Periods {
    pub(super) const fn new(ages: Ages, since_ms: Option<i64>) -> Self {
        Self { ages, since_ms }
    }

    /// Returns the number of the period of a session that ended at this time.
    pub(super) fn number_of(&self, last_ms: i64) -> i64 {
        let number = self.ages.of_time(last_ms).number;
        let split = self.is_split() && Some(last_ms) >= self.since_ms;
        number + if split { STEPS + 1 } else { 0 }
    }

    /// Returns the rows of `ages`: number, weights of a pair and of a supporter, and whether it is new.
    pub(super) fn rows(&self) -> Vec<[i64; 4]> {
        let row = |period: Period, add: i64, fresh: bool| {
            let weights = [period.age, period.recent].map(|weight| weight as i64);
            [period.number + add, weights[0], weights[1], i64::from(fresh)]
        };
        if self.is_split() {
            let old = self.ages.periods().map(|period| row(period, 0, false));
            let new = self.ages.periods().map(|period| row(period, STEPS + 1, true));
            return old.chain(new).collect();
        }
        let fresh = |period: &Period| self.since_ms.is_none_or(|since_ms| period.number * DAY_MS >= since_ms);
        self.ages
            .periods()
            .map(|period| row(period, 0, fresh(&period)))
            .collect()
    }

    fn is_split(&self) -> bool {
        self.since_ms.is_some() && !self.ages.are_days()
    }
}
