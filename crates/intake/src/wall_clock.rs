//! The time of day and week at which a visit begins, at the precision of the log.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use shelfwise_core::ContextKey;

use super::gather::Rows;
use super::time::DAY_MS;

/// Precision of the times of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Precision {
    Nothing,
    Days,
    Hours,
}

/// Converts times to the shop's local time.
pub(super) struct WallClock<'a> {
    zone: &'a TimeZone,
    precision: Precision,
}

impl<'a> WallClock<'a> {
    /// Determines the precision: a log of dates without times gives weekdays only, and is not shifted by a zone.
    pub(super) fn of(rows: &Rows, zone: &'a TimeZone) -> Self {
        let precision = match &*rows.time {
            [] => Precision::Nothing,
            times if times.iter().all(|time| time % DAY_MS == 0) => Precision::Days,
            _ => Precision::Hours,
        };
        Self { zone, precision }
    }

    /// Returns the part of the day and of the week at that time.
    pub(super) fn at(&self, ms: i64) -> ContextKey {
        let zone = if self.precision == Precision::Hours {
            self.zone
        } else {
            &TimeZone::UTC
        };
        let time = Timestamp::from_millisecond(ms)
            .ok()
            .filter(|_| self.precision != Precision::Nothing);
        time.map_or(ContextKey::UNKNOWN, |time| {
            let local = zone.to_datetime(time);
            let hour = if self.precision == Precision::Hours {
                local.hour().to_string()
            } else {
                String::new()
            };
            let day = local.weekday().to_sunday_zero_offset().to_string();
            ContextKey::of([hour.as_bytes(), day.as_bytes()])
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(times: &[i64], zone: &TimeZone, ms: i64) -> ContextKey {
        let rows = Rows {
            time: times.to_vec(),
            ..Rows::default()
        };
        WallClock::of(&rows, zone).at(ms)
    }

    /// Saturday, 2026-08-01, 22:30 UTC.
    const LATE: i64 = 1_785_623_400_000;

    #[test]
    fn wall_clock_follows_the_shops_zone() {
        let berlin = TimeZone::fixed(jiff::tz::offset(2));
        assert_eq!(at(&[LATE], &TimeZone::UTC, LATE), ContextKey::parse("evening,weekend"));
        assert_eq!(at(&[LATE], &berlin, LATE), ContextKey::parse("night,weekend"));
        let sunday_night = LATE + DAY_MS;
        assert_eq!(at(&[LATE], &berlin, sunday_night), ContextKey::parse("night,workday"));
    }

    #[test]
    fn wall_clock_dates_give_weekdays_and_no_times_give_nothing() {
        let date = LATE / DAY_MS * DAY_MS;
        assert_eq!(
            at(&[date], &TimeZone::fixed(jiff::tz::offset(-5)), date),
            ContextKey::parse(",weekend")
        );
        assert_eq!(at(&[], &TimeZone::UTC, 0), ContextKey::UNKNOWN);
    }
}
