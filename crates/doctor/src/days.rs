//! Events by day and kind.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;
use shelfwise_intake::log::Log;

/// Milliseconds in a day.
const DAY_MS: i64 = 86_400_000;

/// Events by day and kind. An event counts on the day, in UTC, on which its visit ended.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Days {
    /// The first day; absent without dates.
    pub first: Option<String>,
    /// For each kind its number of events on each day from the first on.
    pub kinds: BTreeMap<&'static str, Vec<u64>>,
}

impl Days {
    /// Counts the events of a log; empty if its times are not dates.
    #[must_use]
    pub fn of(log: &Log) -> Self {
        if !log.is_dated() {
            return Self::default();
        }
        let day = |last_ms: i64| last_ms.div_euclid(DAY_MS);
        let days = || log.sessions.iter().map(|session| day(session.last_ms));
        let (Some(first), Some(last)) = (days().min(), days().max()) else {
            return Self::default();
        };
        let length = usize::try_from(last - first + 1).unwrap_or_default();
        let mut kinds: BTreeMap<&'static str, Vec<u64>> = BTreeMap::new();
        for session in &log.sessions {
            let at = usize::try_from(day(session.last_ms) - first).unwrap_or_default();
            for click in log.clicks_of(session) {
                let counts = kinds.entry(click.kind.name()).or_insert_with(|| vec![0; length]);
                if let Some(count) = counts.get_mut(at) {
                    *count += 1;
                }
            }
        }
        Self {
            first: Some(date_of(first)),
            kinds,
        }
    }

    /// Returns the number of days.
    #[must_use]
    pub fn len(&self) -> usize {
        self.kinds.values().map(Vec::len).max().unwrap_or_default()
    }

    /// Returns whether no day is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the number of events on each day.
    #[must_use]
    pub fn totals(&self) -> Vec<u64> {
        let mut totals = vec![0; self.len()];
        for counts in self.kinds.values() {
            for (total, count) in totals.iter_mut().zip(counts) {
                *total += count;
            }
        }
        totals
    }

    /// Returns the date of a day by its number from the first.
    #[must_use]
    pub fn date(&self, day: usize) -> String {
        let first = self.first.as_ref().and_then(|first| first.parse::<Date>().ok());
        let span = jiff::Span::new().try_days(day as i64).ok();
        let date = first.zip(span).and_then(|(first, span)| first.checked_add(span).ok());
        date.map_or_else(String::new, |date| date.to_string())
    }
}

/// Returns the date of a day since 1970.
fn date_of(day: i64) -> String {
    let time = jiff::Timestamp::from_millisecond(day.saturating_mul(DAY_MS));
    time.map_or_else(|_| day.to_string(), |time| time.strftime("%Y-%m-%d").to_string())
}
