//! The origin's clock.

use anyhow::{Context, Result};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

/// A day, in milliseconds.
pub const DAY_MS: u64 = 86_400_000;

/// Now, in milliseconds since 1970.
pub fn now_ms() -> Result<u64> {
    u64::try_from(Timestamp::now().as_millisecond()).context("this machine's clock stands before 1970: set it")
}

/// A day (its midnight in the zone) or a time, in milliseconds since 1970.
pub fn parse_in(text: &str, zone: &TimeZone) -> Result<i64> {
    if let Ok(time) = text.parse::<Timestamp>() {
        return Ok(time.as_millisecond());
    }
    let local = text
        .parse::<Date>()
        .map(|date| date.to_datetime(jiff::civil::Time::midnight()));
    let time = local.or_else(|_| text.parse::<DateTime>());
    let time = time.ok().and_then(|time| zone.to_timestamp(time).ok());
    Ok(time
        .context("give a day such as 2026-03-01, or a time such as 2026-03-01T10:00:00Z")?
        .as_millisecond())
}

/// A time as people write it: milliseconds since 1970, or `2026-03-01T10:00:00Z`.
pub fn parse(text: &str) -> Result<u64, String> {
    let given = || {
        text.parse::<Timestamp>()
            .ok()
            .and_then(|time| u64::try_from(time.as_millisecond()).ok())
    };
    let time = text.parse().ok().or_else(given);
    time.ok_or_else(|| "give a time such as 2026-03-01T10:00:00Z, or milliseconds since 1970".into())
}
