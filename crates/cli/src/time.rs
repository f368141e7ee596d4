//! The origin's clock.

use anyhow::{Context, Result, anyhow};
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

/// A day, in milliseconds.
pub const DAY_MS: u64 = 86_400_000;

/// Returns the time now, in milliseconds since 1970.
pub fn now_ms() -> Result<u64> {
    u64::try_from(Timestamp::now().as_millisecond()).context("the clock of this machine is before 1970: set it")
}

/// Returns a day (its midnight in the zone) or a time, in milliseconds since 1970. A time that names its own zone or offset
/// keeps it.
pub fn parse_in(text: &str, zone: &TimeZone) -> Result<i64> {
    let by_itself = text
        .parse::<Timestamp>()
        .or_else(|_| text.parse::<Zoned>().map(|time| time.timestamp()));
    // A `DateTime` reads a day as its midnight. (A `Date` would read a time too, and drop the hours.)
    let time = by_itself.or_else(|_| zone.to_timestamp(text.parse::<DateTime>()?));
    Ok(time
        .map_err(|_| anyhow!("give a day such as 2026-03-01, or a time such as 2026-03-01T10:00:00Z"))?
        .as_millisecond())
}

/// Returns when a policy is looked at: a day (its noon in the zone, so that the day is the same everywhere) or a time, in
/// milliseconds since 1970.
pub fn moment_in(text: &str, zone: &TimeZone) -> Result<i64> {
    let noon = text.parse::<Date>().ok().filter(|day| day.to_string() == text.trim());
    let noon = noon.and_then(|day| zone.to_timestamp(day.at(12, 0, 0, 0)).ok());
    let at = noon.map_or_else(|| parse_in(text, zone), |noon| Ok(noon.as_millisecond()));
    at.with_context(|| format!("--at {text}"))
}

/// Parses a time: milliseconds since 1970, or `2026-03-01T10:00:00Z`.
pub fn parse(text: &str) -> Result<u64, String> {
    let in_zone = || {
        text.parse::<Timestamp>()
            .ok()
            .and_then(|time| u64::try_from(time.as_millisecond()).ok())
    };
    let time = text.parse().ok().or_else(in_zone);
    time.ok_or_else(|| "give a time such as 2026-03-01T10:00:00Z, or milliseconds since 1970".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moment_in_a_day_is_its_noon_and_a_time_is_itself() {
        let auckland = TimeZone::get("Pacific/Auckland").unwrap();
        for (text, utc) in [
            ("2026-03-02", "2026-03-01T23:00:00Z"),
            ("2026-03-02T10:06", "2026-03-01T21:06:00Z"),
        ] {
            let utc: Timestamp = utc.parse().unwrap();
            assert_eq!(moment_in(text, &auckland).unwrap(), utc.as_millisecond(), "{text}");
        }
        let error = format!("{:#}", moment_in("tomorrow", &auckland).unwrap_err());
        assert!(
            error.contains("--at tomorrow") && error.contains("2026-03-01"),
            "{error}"
        );
    }

    #[test]
    fn parse_in_days_and_times_are_read_in_the_zone_unless_they_name_one() {
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        for (text, utc) in [
            ("2026-03-02", "2026-03-01T23:00:00Z"),
            ("2026-03-02T10:06:00", "2026-03-02T09:06:00Z"),
            ("2026-03-02 10:06", "2026-03-02T09:06:00Z"),
            ("2026-03-02T10:06:00Z", "2026-03-02T10:06:00Z"),
            ("2026-03-02T10:06:00-05:00", "2026-03-02T15:06:00Z"),
            ("2026-03-02T10:06[Asia/Tokyo]", "2026-03-02T01:06:00Z"),
        ] {
            let utc: Timestamp = utc.parse().unwrap();
            assert_eq!(parse_in(text, &berlin).unwrap(), utc.as_millisecond(), "{text}");
        }
        for text in ["", "yesterday", "2026-02-30", "2026-03", "01.03.2026", "1772445600"] {
            assert!(parse_in(text, &berlin).is_err(), "{text}");
        }
    }
}
