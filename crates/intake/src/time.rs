//! Times of a log, whatever they are written in, as milliseconds since 1970.
//!
//! The writing is judged once a file, from its first rows, because a single number such as 1400000000 could be
//! anything. Times without a zone are taken as UTC: what matters is their order and the silence between them.

use jiff::civil::{Date, DateTime};
use jiff::fmt::temporal::DateTimeParser;
use jiff::tz::TimeZone;

/// Milliseconds in a day.
pub(super) const DAY_MS: i64 = 86_400_000;

/// Times from 2200-01-01 on are refused: they come from a wrong unit or from a sentinel such as the year 9999.
const LAST_MS: i64 = 7_258_118_400_000;

/// Numbers up to these are seconds, milliseconds, microseconds: each is the year 5138 in its own unit, and 1973 or
/// before in the next finer one.
const MOST_SECONDS: i64 = 100_000_000_000;
const MOST_MILLIS: i64 = MOST_SECONDS * 1_000;
const MOST_MICROS: i64 = MOST_MILLIS * 1_000;

static PARSER: DateTimeParser = DateTimeParser::new();

/// How the times of a file are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Clock {
    /// Seconds since 1970, perhaps with a fraction.
    Seconds,
    /// Milliseconds since 1970.
    Millis,
    /// Microseconds since 1970.
    Micros,
    /// Nanoseconds since 1970.
    Nanos,
    /// Dates, or dates with times, after ISO 8601.
    Text,
}

/// Why a time is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TimeError {
    /// It is not written like the others of the file.
    Unreadable,
    /// It lies before 1970 or after 2199.
    OutOfRange,
}

impl Clock {
    /// The clock that most of the sampled values fit; seconds where none fits. Of two equals the first in the list.
    pub(super) fn judge<'a>(sample: impl Iterator<Item = &'a [u8]>) -> Self {
        let mut votes = [0_usize; 5];
        let order = [Self::Seconds, Self::Millis, Self::Micros, Self::Nanos, Self::Text];
        for vote in sample.filter_map(Self::of_one) {
            votes[vote as usize] += 1;
        }
        let best = votes.iter().copied().max().unwrap_or_default();
        order
            .into_iter()
            .zip(votes)
            .find(|&(_, count)| count == best)
            .map_or(Self::Seconds, |(clock, _)| clock)
    }

    fn of_one(value: &[u8]) -> Option<Self> {
        match number(value) {
            Some(n) if n.whole.abs() < MOST_SECONDS => Some(Self::Seconds),
            Some(n) if n.whole.abs() < MOST_MILLIS => Some(Self::Millis),
            Some(n) if n.whole.abs() < MOST_MICROS => Some(Self::Micros),
            Some(_) => Some(Self::Nanos),
            None => text(value).map(|_| Self::Text),
        }
    }

    /// The time in milliseconds; finer parts are cut off.
    pub(super) fn read(self, value: &[u8]) -> Result<i64, TimeError> {
        let ms = match self {
            Self::Text => text(value).ok_or(TimeError::Unreadable)?,
            _ => self
                .scale(number(value).ok_or(TimeError::Unreadable)?)
                .ok_or(TimeError::OutOfRange)?,
        };
        if (0..LAST_MS).contains(&ms) {
            Ok(ms)
        } else {
            Err(TimeError::OutOfRange)
        }
    }

    fn scale(self, number: Number) -> Option<i64> {
        match self {
            Self::Seconds => number.whole.checked_mul(1_000)?.checked_add(number.thousandths),
            Self::Millis => Some(number.whole),
            Self::Micros => Some(number.whole.div_euclid(1_000)),
            Self::Nanos => Some(number.whole.div_euclid(1_000_000)),
            Self::Text => None,
        }
    }

    /// The name in reports.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Seconds => "seconds since 1970",
            Self::Millis => "milliseconds since 1970",
            Self::Micros => "microseconds since 1970",
            Self::Nanos => "nanoseconds since 1970",
            Self::Text => "dates (ISO 8601; UTC where no zone is given)",
        }
    }
}

/// Midnight of a date that comes in three columns.
pub(super) fn from_parts(year: &[u8], month: &[u8], day: &[u8]) -> Option<i64> {
    let year = i16::try_from(number(year)?.whole).ok()?;
    let month = i8::try_from(number(month)?.whole).ok()?;
    let day = i8::try_from(number(day)?.whole).ok()?;
    let ms = midnight(Date::new(year, month, day).ok()?)?;
    (0..LAST_MS).contains(&ms).then_some(ms)
}

/// A decimal number, as far as a time needs it.
#[derive(Clone, Copy, Debug)]
struct Number {
    whole: i64,
    thousandths: i64,
}

fn number(value: &[u8]) -> Option<Number> {
    let (sign, digits) = match value.strip_prefix(b"-") {
        Some(rest) => (-1, rest),
        None => (1, value),
    };
    let point = digits.iter().position(|&b| b == b'.').unwrap_or(digits.len());
    let (whole, fraction) = digits.split_at(point);
    match (all_digits(whole), fraction.get(1..)) {
        (Some(whole), None) => Some(Number {
            whole: sign * whole,
            thousandths: 0,
        }),
        (Some(whole), Some(rest)) if rest.iter().all(u8::is_ascii_digit) => Some(Number {
            whole: sign * whole,
            thousandths: sign * thousandths(rest),
        }),
        _ => scientific(value),
    }
}

/// The value of a run of digits; `None` for anything else and past the range.
fn all_digits(digits: &[u8]) -> Option<i64> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0_i64, |sum, &b| {
        let digit = b.is_ascii_digit().then(|| i64::from(b - b'0'))?;
        sum.checked_mul(10)?.checked_add(digit)
    })
}

fn thousandths(fraction: &[u8]) -> i64 {
    let digit = |at: usize| fraction.get(at).map_or(0, |&b| i64::from(b - b'0'));
    100 * digit(0) + 10 * digit(1) + digit(2)
}

/// Numbers as spreadsheets write them: 1.4E+09.
fn scientific(value: &[u8]) -> Option<Number> {
    let text = std::str::from_utf8(value)
        .ok()
        .filter(|text| text.contains(['e', 'E']))?;
    let value: f64 = text.parse().ok().filter(|value: &f64| value.abs() < 9e18)?;
    Some(Number {
        whole: value.floor() as i64,
        thousandths: ((value - value.floor()) * 1_000.0) as i64,
    })
}

/// A date, with or without a time, with or without a zone.
fn text(value: &[u8]) -> Option<i64> {
    let value = value
        .strip_suffix(b" UTC")
        .or_else(|| value.strip_suffix(b" GMT"))
        .unwrap_or(value);
    let time = value.get(DATE_LEN..).unwrap_or_default();
    if time.iter().any(|b| matches!(b, b'Z' | b'z' | b'+' | b'-')) {
        return PARSER.parse_timestamp(value).ok().map(jiff::Timestamp::as_millisecond);
    }
    if time.is_empty() {
        return midnight(PARSER.parse_date(value).ok()?);
    }
    utc(PARSER.parse_datetime(value).ok()?)
}

/// Length of `YYYY-MM-DD`.
const DATE_LEN: usize = 10;

fn midnight(date: Date) -> Option<i64> {
    utc(date.to_datetime(jiff::civil::Time::midnight()))
}

fn utc(time: DateTime) -> Option<i64> {
    TimeZone::UTC
        .to_timestamp(time)
        .ok()
        .map(jiff::Timestamp::as_millisecond)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &str) -> Result<i64, TimeError> {
        Clock::judge(std::iter::once(value.as_bytes())).read(value.as_bytes())
    }

    #[test]
    fn one_moment_in_every_writing() {
        for value in [
            "1592337718",
            "1592337718.0",
            "1592337718.000",
            "1.592337718E9",
            "1592337718000",
            "1592337718000.0",
            "1592337718000000",
            "1592337718000000000",
            "2020-06-16T20:01:58Z",
            "2020-06-16 20:01:58",
            "2020-06-16 20:01:58 UTC",
            "2020-06-16T20:01:58.000",
            "2020-06-16T22:01:58+02:00",
            "2020-06-16 22:01:58+02",
            "2020-06-16T16:01:58-0400",
        ] {
            assert_eq!(read(value), Ok(1_592_337_718_000), "{value}");
        }
    }

    #[test]
    fn fractions_dates_and_artificial_times() {
        assert_eq!(read("1592337718.25"), Ok(1_592_337_718_250));
        assert_eq!(read("2020-06-16"), Ok(1_592_265_600_000));
        assert_eq!(read("2020-06-16 20:01"), Ok(1_592_337_660_000));
        assert_eq!(read("0"), Ok(0));
        assert_eq!(read("7"), Ok(7_000));
        assert_eq!(from_parts(b"2008", b"4", b"01"), Some(1_207_008_000_000));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for value in [
            "",
            "yesterday",
            "2020-13-01",
            "2020-06-16T25:00",
            "12:30",
            "1,592,337,718",
            "NaN",
            "--5",
        ] {
            assert_eq!(read(value), Err(TimeError::Unreadable), "{value}");
        }
        assert_eq!(Clock::Seconds.read(b"1592337718000"), Err(TimeError::OutOfRange));
        assert_eq!(read("-5"), Err(TimeError::OutOfRange));
        assert_eq!(read("9000-01-01"), Err(TimeError::OutOfRange));
        assert_eq!(from_parts(b"2008", b"2", b"30"), None);
    }

    #[test]
    fn the_majority_of_the_first_rows_decides() {
        let sample: [&[u8]; 4] = [b"1592337718000", b"5", b"", b"1592337719000"];
        assert_eq!(Clock::judge(sample.into_iter()), Clock::Millis);
        assert_eq!(Clock::judge(std::iter::empty()), Clock::Seconds);
    }
}
