//! The shop's clock: how far it is ahead of UTC at the times that rules name.

use anyhow::{Context, Result};
use jiff::civil::date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use shelfwise_core::policy::PolicySource;

/// Returns the zone of a policy; UTC if it names none.
pub fn of(source: &PolicySource) -> Result<TimeZone> {
    source.zone.as_deref().map_or(Ok(TimeZone::UTC), named)
}

/// Returns the zone of a name.
pub fn named(name: &str) -> Result<TimeZone> {
    TimeZone::get(name).with_context(|| format!("zone `{name}` is not known: write a name such as \"Europe/Berlin\""))
}

/// Sets the offsets of all times that do not say theirs, and that of days of the week at a moment, by the zone of the policy. Without a
/// zone they stay UTC.
pub fn apply(source: &mut PolicySource, now_ms: i64) -> Result<()> {
    if source.zone.is_none() {
        return Ok(());
    }
    let zone = of(source)?;
    source.clock_min = zone.to_offset(Timestamp::from_millisecond(now_ms)?).seconds() / 60;
    source.set_offsets(|local| offset_at(&zone, local).unwrap_or_default());
    Ok(())
}

/// Returns how many minutes the zone is ahead of UTC at a minute of its own clock, counted from 1970.
pub fn offset_at(zone: &TimeZone, local: i64) -> Option<i32> {
    let minute = date(1970, 1, 1).at(0, 0, 0, 0).checked_add(local.minutes()).ok()?;
    let utc = zone.to_timestamp(minute).ok()?;
    i32::try_from(local - utc.as_second() / 60).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offset_follows_summer_time() {
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        let local = |text: &str| shelfwise_core::policy::Minute::parse(text).unwrap().local;
        assert_eq!(offset_at(&berlin, local("2026-12-01 08:00")), Some(60));
        assert_eq!(offset_at(&berlin, local("2026-07-01 08:00")), Some(120));
    }
}
