//! `from` and `until`: minutes of the shop's own clock.

use alloc::string::String;
use core::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, Unexpected, Visitor};

/// Milliseconds of a minute.
const MINUTE_MS: i64 = 60_000;

/// Minutes of a day.
const DAY_MINUTES: i64 = 24 * 60;

/// A minute of some clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Minute {
    /// Minutes since 1970 by that clock.
    pub local: i64,
    /// How many minutes that clock is ahead of UTC; `None` where the text does not say.
    pub offset: Option<i32>,
}

impl Minute {
    /// Reads `2026-12-01`, `2026-12-01 08:00` or `2026-12-01T08:00`, with `:00` of seconds, and `Z` or `+01:00` behind it or
    /// nothing.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (date, rest) = text.split_at_checked(10)?;
        let [year, month, day] = numbers(date, '-', [4, 2, 2])?;
        let days = i64::from(days_of(year, month, day)?);
        let rest = rest.strip_prefix(['T', ' ']).unwrap_or(rest);
        let (time, zone) = rest.split_at_checked(5).unwrap_or((rest, ""));
        let zone = zone.strip_prefix(":00").unwrap_or(zone);
        let minutes = if rest.is_empty() { 0 } else { clock(time)? };
        Some(Self {
            local: days * DAY_MINUTES + i64::from(minutes),
            offset: offset(zone)?,
        })
    }

    /// Sets how far its clock is ahead of UTC, where the text does not say; `offset_at` takes minutes since 1970 by that clock.
    pub fn set_offset(&mut self, offset_at: &impl Fn(i64) -> i32) {
        self.offset = self.offset.or_else(|| Some(offset_at(self.local)));
    }

    /// Returns the moment in milliseconds since 1970; UTC where nothing is known of the clock.
    #[must_use]
    pub fn utc_ms(&self) -> i64 {
        (self.local - i64::from(self.offset.unwrap_or(0))) * MINUTE_MS
    }
}

/// Minutes of the day.
fn clock(text: &str) -> Option<i32> {
    let [hour, minute] = numbers(text, ':', [2, 2])?;
    (hour < 24 && minute < 60).then_some(hour * 60 + minute)
}

/// Minutes ahead of UTC, if the text says so; `None` for a text that is no offset.
fn offset(text: &str) -> Option<Option<i32>> {
    match text.split_at_checked(1) {
        None => Some(None),
        Some(("Z", "")) => Some(Some(0)),
        Some(("+", time)) => Some(Some(clock(time)?)),
        Some(("-", time)) => Some(Some(-clock(time)?)),
        Some(_) => None,
    }
}

/// Reads numbers of so many digits, and nothing behind them.
fn numbers<const N: usize>(text: &str, separator: char, digits: [usize; N]) -> Option<[i32; N]> {
    let mut parts = text.split(separator);
    let mut found = [0; N];
    for (number, digits) in found.iter_mut().zip(digits) {
        let part = parts.next()?;
        let is_number = part.len() == digits && part.bytes().all(|digit| digit.is_ascii_digit());
        *number = is_number.then(|| part.parse().ok())??;
    }
    parts.next().is_none().then_some(found)
}

/// Returns the days since 1970-01-01 of a date of the Gregorian calendar; `None` for one that there is not.
///
/// [Hinnant's algorithm](https://howardhinnant.github.io/date_algorithms.html#days_from_civil).
#[must_use]
pub fn days_of(year: i32, month: i32, day: i32) -> Option<i32> {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let lengths = [
        31,
        if is_leap { 29 } else { 28 },
        31,
        30,
        31,
        30,
        31,
        31,
        30,
        31,
        30,
        31,
    ];
    let length = usize::try_from(month.checked_sub(1)?)
        .ok()
        .and_then(|at| lengths.get(at))?;
    if !(1..=*length).contains(&day) || !(0..=9999).contains(&year) {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some(era * 146_097 + day_of_era - 719_468)
}

impl<'de> Deserialize<'de> for Minute {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(MinuteText)
    }
}

struct MinuteText;

impl<'de> Visitor<'de> for MinuteText {
    type Value = Minute;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a time, such as \"2026-12-01 08:00\"")
    }

    /// A time of TOML comes as a map with one entry, whose value is its text.
    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Minute, M::Error> {
        let entry = map.next_entry::<String, String>()?;
        let (_, text) = entry.ok_or_else(|| M::Error::invalid_length(0, &self))?;
        self.visit_str(&text)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Minute, E> {
        Minute::parse(text).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }
}

/// In the form that [`Minute::parse`] reads.
impl fmt::Display for Minute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&day_text(self.local.div_euclid(DAY_MINUTES)))?;
        let minutes = self.local.rem_euclid(DAY_MINUTES);
        write!(f, " {:02}:{:02}", minutes / 60, minutes % 60)
    }
}

/// Returns the date of a day since 1970-01-01.
fn day_text(days: i64) -> String {
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    alloc::format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn minute_texts_are_read_with_and_without_a_clock() {
        for (text, expected) in [
            ("1970-01-01", Some(0)),
            ("1970-01-02 00:01", Some(86_460_000)),
            ("2000-03-01T00:00Z", Some(951_868_800_000)),
            ("2026-12-01 08:00+01:00", Some(1_796_108_400_000)),
            ("2026-12-01T08:00:00+01:00", Some(1_796_108_400_000)),
            ("2026-12-01 08:00:30", None),
            ("2026-12-01 08:00-05:30", Some(1_796_131_800_000)),
            ("2024-02-29", Some(1_709_164_800_000)),
            ("2026-02-29", None),
            ("2026-13-01", None),
            ("2026-12-01 24:00", None),
            ("2026-12-01 8:00", None),
            ("2026-12-01 08:00 CET", None),
            ("tomorrow", None),
            ("", None),
        ] {
            assert_eq!(Minute::parse(text).map(|minute| minute.utc_ms()), expected, "{text}");
        }
    }

    #[test]
    fn minute_is_shown_as_it_is_read() {
        for text in [
            "1970-01-01 00:00",
            "2024-02-29 23:59",
            "2026-12-31 08:05",
            "1969-12-31 12:00",
        ] {
            assert_eq!(
                Minute::parse(text).map(|minute| minute.to_string()).as_deref(),
                Some(text)
            );
        }
    }
}
