//! Ages of sessions: the period in which a session ended, and what counting gives it for that.
//!
//! In a log of at least four weeks a period is a day (UTC), so that a day can be counted once and kept. In a shorter log,
//! or one whose times are no dates, it is a 64th of the log. Weights follow from the period alone and are integers:
//! another engine takes them from a table of a few rows.

use shelfwise_intake::log::Log;

use crate::aggregates::items::RECENT_UNIT;
use crate::tables::model::DAY_MS;

/// Days from the first session to the last one from which a period is a day.
pub const FEWEST_DAYS: i64 = 28;

/// Steps of age from the first period to the last one.
pub const STEPS: i64 = 64;

/// Weight of a pair in the last period.
pub const AGE_UNIT: u64 = 1024;

/// Weight of a pair by age, in [`AGE_UNIT`]s: e^(−age), age from 0 (newest) to 1 (oldest).
const AGE: [u64; STEPS as usize + 1] = age_table();

/// Decay of recent popularity: e^(−8 · age). Half of the weight is in the last twelfth of the log.
const FADING: f64 = 8.0;

/// The periods of a log; O(1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ages {
    unit: Unit,
    /// Beginning and end: days since 1970, or milliseconds.
    first: i64,
    last: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Day,
    Step,
}

/// A period and its weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// Days since 1970, or a step from 0 (oldest) to [`STEPS`].
    pub number: i64,
    /// Weight of its pairs, at most [`AGE_UNIT`].
    pub age: u64,
    /// Weight of a supporter in recent popularity, at most [`RECENT_UNIT`].
    pub recent: u64,
}

impl Ages {
    /// Returns the periods of a log.
    #[must_use]
    pub fn of(log: &Log) -> Self {
        let ends = [log.sessions.first(), log.sessions.last()];
        let [first, last] = ends.map(|session| session.map_or(0, |session| session.last_ms));
        let days = [first, last].map(|ms| ms.div_euclid(DAY_MS));
        if log.is_dated() && days[1] - days[0] >= FEWEST_DAYS {
            let [first, last] = days;
            return Self {
                unit: Unit::Day,
                first,
                last,
            };
        }
        Self {
            unit: Unit::Step,
            first,
            last,
        }
    }

    /// Returns the days from the first to the last one, in days since 1970, as of a log that has both.
    #[must_use]
    pub const fn of_days(first: i64, last: i64) -> Self {
        Self {
            unit: Unit::Day,
            first,
            last,
        }
    }

    /// Returns whether periods are days.
    #[must_use]
    pub fn are_days(&self) -> bool {
        self.unit == Unit::Day
    }

    /// Returns the period of a session that ended at this time.
    #[must_use]
    pub fn of_time(&self, last_ms: i64) -> Period {
        match self.unit {
            Unit::Day => self.period(last_ms.div_euclid(DAY_MS)),
            Unit::Step => self.period(STEPS - self.step(last_ms)),
        }
    }

    /// Returns all periods, oldest first.
    pub fn periods(&self) -> impl Iterator<Item = Period> {
        let numbers = match self.unit {
            Unit::Day => self.first..=self.last,
            Unit::Step => 0..=STEPS,
        };
        numbers.map(|number| self.period(number))
    }

    fn period(&self, number: i64) -> Period {
        let step = match self.unit {
            Unit::Day => self.step(number),
            Unit::Step => STEPS - number,
        };
        Period {
            number,
            age: AGE[step as usize],
            recent: libm::round(libm::exp(-FADING * step as f64 / STEPS as f64) * RECENT_UNIT as f64) as u64,
        }
    }

    /// Returns the age from 0 to [`STEPS`], of a time or day.
    fn step(&self, at: i64) -> i64 {
        let span = self.last.saturating_sub(self.first).max(1);
        let back = i128::from(self.last) - i128::from(at);
        (back * i128::from(STEPS) / i128::from(span)).clamp(0, i128::from(STEPS)) as i64
    }
}

const fn age_table() -> [u64; STEPS as usize + 1] {
    let mut table = [0; STEPS as usize + 1];
    let (mut exact, mut step) = (AGE_UNIT << 40, 0);
    while step < table.len() {
        table[step] = (exact + (1 << 39)) >> 40;
        exact = exact / 1_000_000_000 * 984_496_437; // e^(−1/64)
        step += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shop::log;

    /// Returns a log of one session a day, from a day of 2024.
    fn daily(days: usize) -> Log {
        let sessions: Vec<&[&str]> = vec![&["tea"]; days];
        let mut log = log(&sessions);
        for (day, session) in (19_800..).zip(&mut log.sessions) {
            session.last_ms = day * DAY_MS + 1_000;
        }
        log
    }

    #[test]
    fn period_of_four_weeks_is_a_day() {
        let ages = Ages::of(&daily(29));
        assert_eq!(ages.of_time(19_828 * DAY_MS + 5).number, 19_828);
        assert_eq!(ages.periods().count(), 29);
        let [oldest, newest] = [19_800, 19_828].map(|day| ages.of_time(day * DAY_MS));
        assert_eq!((newest.age, newest.recent), (AGE_UNIT, RECENT_UNIT));
        assert_eq!(oldest.age, 377, "e^(−1)");
    }

    #[test]
    fn period_of_a_shorter_log_is_a_sixty_fourth_of_it() {
        let shop = daily(28);
        let ages = Ages::of(&shop);
        let number = |at: usize| ages.of_time(shop.sessions[at].last_ms).number;
        assert_eq!((number(0), number(27)), (0, STEPS));
        assert_eq!(ages.periods().count() as i64, STEPS + 1);
    }

    #[test]
    fn every_session_has_one_of_the_periods() {
        for days in [1, 2, 28, 29, 200] {
            let shop = daily(days);
            let ages = Ages::of(&shop);
            let all: Vec<Period> = ages.periods().collect();
            for session in &shop.sessions {
                assert!(all.contains(&ages.of_time(session.last_ms)), "{days} days");
            }
        }
    }
}
