//! Parses the times of a log, in any format, to milliseconds since 1970.
//!
//! The format is detected once a file, from its first rows, because a single number such as 1400000000 is ambiguous.
//! Times without a zone are read in the caller's zone, UTC by default.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use super::dates::{self, TimeOptions};

/// Milliseconds in a day.
pub(super) const DAY_MS: i64 = 86_400_000;

/// Earliest valid time, 1990-01-01: no shop has an older log, and earlier values are sentinels (0, -1, 1970-01-01,
/// 1900-01-01).
pub(super) const FIRST_MS: i64 = 631_152_000_000;

/// Times from 2200-01-01 on are refused: they come from a wrong unit or from a sentinel such as the year 9999.
const LAST_MS: i64 = 7_258_118_400_000;

/// Smaller numbers than this (March 1973) are not seconds since 1970 in any shop's log, but relative times.
const FEWEST_SECONDS: i64 = 100_000_000;

/// Upper limits of seconds, milliseconds, microseconds: each is the year 5138 in its own unit, and at most 1973 in the
/// next finer one.
const MOST_SECONDS: i64 = 100_000_000_000;
const MOST_MILLIS: i64 = MOST_SECONDS * 1_000;
const MOST_MICROS: i64 = MOST_MILLIS * 1_000;

/// Spreadsheet day numbers from 1982 to 2064.
const SPREADSHEET_DAYS: std::ops::Range<i64> = 30_000..60_000;

/// 1970-01-01 as a spreadsheet day number, counted from 1899-12-30.
const SPREADSHEET_1970: i64 = 25_569;

/// Time format of a file.
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
    /// Dates, or dates with times, as text.
    Text,
    /// Calendar digits: `20240301`, `202403010827`, `20240301082706`.
    Digits,
    /// Spreadsheet day numbers since 1899-12-30, with the time as a fraction.
    SpreadsheetDays,
    /// Numbers too small to be dates: they order events and are taken as seconds.
    Counts,
    /// The format given by the caller.
    Named,
}

/// Every format that can be detected; of two equally good ones the first is used.
const CLOCKS: [Clock; 8] = [
    Clock::Seconds,
    Clock::Millis,
    Clock::Micros,
    Clock::Nanos,
    Clock::Text,
    Clock::Digits,
    Clock::SpreadsheetDays,
    Clock::Counts,
];

/// Why a time is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TimeError {
    /// It does not have the format of the file.
    Unreadable,
    /// It lies before 1990 or after 2199.
    OutOfRange,
}

impl Clock {
    /// Detects the format that most of the sampled values fit; `None` if there are values and none is a time. Without
    /// values it is seconds, since nothing will be read.
    pub(super) fn detect<'a>(sample: impl Iterator<Item = &'a [u8]>, options: &TimeOptions) -> Option<Self> {
        if options.format.is_some() {
            return Some(Self::Named);
        }
        let mut votes = [0_usize; CLOCKS.len()];
        let mut values = 0;
        for value in sample.filter(|value| !value.is_empty()) {
            values += 1;
            if let Some(vote) = Self::of_one(value) {
                votes[vote as usize] += 1;
            }
        }
        let best = votes.iter().copied().max().unwrap_or_default();
        if best == 0 {
            return (values == 0).then_some(Self::Seconds);
        }
        CLOCKS
            .into_iter()
            .zip(votes)
            .find(|&(_, count)| count == best)
            .map(|(clock, _)| clock)
    }

    fn of_one(value: &[u8]) -> Option<Self> {
        let Some(number) = number(value) else {
            return dates::read(value, &TimeZone::UTC).map(|_| Self::Text);
        };
        if calendar(value).is_some() {
            return Some(Self::Digits);
        }
        let size = number.whole.abs();
        let is_spreadsheet = SPREADSHEET_DAYS.contains(&number.whole);
        Some(match size {
            _ if is_spreadsheet => Self::SpreadsheetDays,
            ..FEWEST_SECONDS => Self::Counts,
            FEWEST_SECONDS..MOST_SECONDS => Self::Seconds,
            MOST_SECONDS..MOST_MILLIS => Self::Millis,
            MOST_MILLIS..MOST_MICROS => Self::Micros,
            MOST_MICROS.. => Self::Nanos,
        })
    }

    /// Parses a time to milliseconds; smaller units are truncated.
    pub(super) fn read(self, value: &[u8], options: &TimeOptions) -> Result<i64, TimeError> {
        let number = || number(value).ok_or(TimeError::Unreadable);
        let ms = match self {
            Self::Text => dates::read(value, &options.zone).ok_or(TimeError::Unreadable)?,
            Self::Named => options
                .format
                .as_deref()
                .and_then(|format| dates::read_as(format, value, &options.zone))
                .ok_or(TimeError::Unreadable)?,
            Self::Digits => {
                let time = calendar(value).ok_or(TimeError::Unreadable)?;
                let zone = if value.len() == DAY_DIGITS {
                    &TimeZone::UTC
                } else {
                    &options.zone
                };
                dates::local(time, zone).ok_or(TimeError::OutOfRange)?
            }
            Self::SpreadsheetDays => spreadsheet(value, &options.zone).ok_or(TimeError::Unreadable)?,
            _ => self.scale(number()?).ok_or(TimeError::OutOfRange)?,
        };
        let first = if self == Self::Counts { 0 } else { FIRST_MS };
        if (first..LAST_MS).contains(&ms) {
            Ok(ms)
        } else {
            Err(TimeError::OutOfRange)
        }
    }

    fn scale(self, number: Number) -> Option<i64> {
        match self {
            Self::Millis => Some(number.whole),
            Self::Micros => Some(number.whole.div_euclid(1_000)),
            Self::Nanos => Some(number.whole.div_euclid(1_000_000)),
            _ => number.whole.checked_mul(1_000)?.checked_add(number.thousandths),
        }
    }

    /// Returns whether the times have dates.
    pub(super) fn has_dates(self) -> bool {
        self != Self::Counts
    }

    /// Returns the name in reports.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Seconds => "seconds since 1970",
            Self::Millis => "milliseconds since 1970",
            Self::Micros => "microseconds since 1970",
            Self::Nanos => "nanoseconds since 1970",
            Self::Text => "dates (ISO 8601 and the like)",
            Self::Digits => "dates in digits (YYYYMMDD, perhaps with hhmm or hhmmss)",
            Self::SpreadsheetDays => "days of a spreadsheet (45352 is 2024-03-01)",
            Self::Counts => "counts without a date, taken as seconds",
            Self::Named => "as --time-format says",
        }
    }
}

/// Returns midnight of a date in three columns.
pub(super) fn from_parts(year: &[u8], month: &[u8], day: &[u8]) -> Option<i64> {
    let year = i16::try_from(number(year)?.whole).ok()?;
    let month = i8::try_from(number(month)?.whole).ok()?;
    let day = i8::try_from(number(day)?.whole).ok()?;
    let ms = dates::midnight(Date::new(year, month, day).ok()?)?;
    (FIRST_MS..LAST_MS).contains(&ms).then_some(ms)
}

/// Number of digits of a date without time.
const DAY_DIGITS: usize = 8;

/// Parses a date of 8 digits, with a time of 4 or 6 more, if it exists in the calendar.
fn calendar(value: &[u8]) -> Option<DateTime> {
    let digits = std::str::from_utf8(value)
        .ok()
        .filter(|text| matches!(text.len(), DAY_DIGITS | 12 | 14))?;
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let part = |from: usize, to: usize| digits.get(from..to).map_or(Some(0), |part| part.parse::<i8>().ok());
    let year: i16 = digits
        .get(..4)?
        .parse()
        .ok()
        .filter(|year| (1970..2200).contains(year))?;
    let date = Date::new(year, part(4, 6)?, part(6, 8)?).ok()?;
    let time = jiff::civil::Time::new(part(8, 10)?, part(10, 12)?, part(12, 14)?, 0).ok()?;
    Some(date.to_datetime(time))
}

/// Converts a spreadsheet day number, which is local time of the zone, to the second.
fn spreadsheet(value: &[u8], zone: &TimeZone) -> Option<i64> {
    let text = std::str::from_utf8(value).ok()?.replace(',', ".");
    let days: f64 = text
        .parse()
        .ok()
        .filter(|days| SPREADSHEET_DAYS.contains(&(*days as i64)))?;
    let seconds = ((days - SPREADSHEET_1970 as f64) * 86_400.0).round() as i64;
    if seconds % 86_400 == 0 {
        return Some(seconds * 1_000);
    }
    let time = jiff::Timestamp::from_second(seconds).ok()?;
    dates::local(TimeZone::UTC.to_datetime(time), zone)
}

/// A decimal number, with the precision that times need.
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
    let point = digits.iter().position(|&b| matches!(b, b'.' | b','));
    let (whole, fraction) = digits.split_at(point.unwrap_or(digits.len()));
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

/// Parses a run of digits; `None` for anything else and on overflow.
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

/// Parses scientific notation, as spreadsheets write it: 1.4E+09.
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

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &str) -> Result<i64, TimeError> {
        let options = TimeOptions::default();
        let clock = Clock::detect(std::iter::once(value.as_bytes()), &options);
        clock.ok_or(TimeError::Unreadable)?.read(value.as_bytes(), &options)
    }

    #[test]
    fn clock_units_agree_on_one_moment() {
        for value in [
            "1592337718",
            "1592337718.0",
            "1592337718.000",
            "1.592337718E9",
            "1592337718000",
            "1592337718000.0",
            "1592337718000000",
            "1592337718000000000",
            "20200616200158",
            "2020-06-16T20:01:58.000",
            "2020-06-16 22:01:58+02",
            "2020-06-16T16:01:58-0400",
            "43998.834699",
            "43998,834699",
        ] {
            assert_eq!(read(value), Ok(1_592_337_718_000), "{value}");
        }
    }

    #[test]
    fn clock_fractions_dates_and_counts_are_parsed() {
        assert_eq!(read("1592337718.25"), Ok(1_592_337_718_250));
        for date in ["2020-06-16", "20200616", "43998", "43998.0"] {
            assert_eq!(read(date), Ok(1_592_265_600_000), "{date}");
        }
        assert_eq!(read("2020-06-16 20:01"), Ok(1_592_337_660_000));
        assert_eq!(read("202006162001"), Ok(1_592_337_660_000));
        assert_eq!(read("0"), Ok(0));
        assert_eq!(read("7"), Ok(7_000));
        assert_eq!(from_parts(b"2008", b"4", b"01"), Some(1_207_008_000_000));
    }

    #[test]
    fn clock_unreadable_value_is_refused() {
        for value in [
            "yesterday",
            "2020-13-01",
            "2020-06-16T25:00",
            "12:30",
            "1,592,337,718",
            "NaN",
            "--5",
            "0000-00-00 00:00:00",
        ] {
            assert_eq!(read(value), Err(TimeError::Unreadable), "{value}");
        }
        let options = TimeOptions::default();
        assert_eq!(
            Clock::Seconds.read(b"1592337718000", &options),
            Err(TimeError::OutOfRange)
        );
        for sentinel in ["-5", "9000-01-01", "1970-01-01T00:00:00Z", "1900-01-01"] {
            assert_eq!(read(sentinel), Err(TimeError::OutOfRange), "{sentinel}");
        }
        for (clock, sentinel) in [
            (Clock::Seconds, "0"),
            (Clock::Millis, "-1"),
            (Clock::Seconds, "20240301"),
        ] {
            assert_eq!(
                clock.read(sentinel.as_bytes(), &options),
                Err(TimeError::OutOfRange),
                "{sentinel}"
            );
        }
        assert_eq!(from_parts(b"2008", b"2", b"30"), None);
    }

    #[test]
    fn clock_majority_of_the_sample_decides() {
        let detect = |sample: &[&'static [u8]]| Clock::detect(sample.iter().copied(), &TimeOptions::default());
        assert_eq!(
            detect(&[b"1592337718000", b"5", b"", b"1592337719000"]),
            Some(Clock::Millis)
        );
        assert_eq!(detect(&[]), Some(Clock::Seconds));
        assert_eq!(detect(&[b"", b""]), Some(Clock::Seconds));
        assert_eq!(detect(&[b"soon", b""]), None);
        assert_eq!(detect(&[b"35000", b"70000", b"5", b"120000"]), Some(Clock::Counts));
    }
}
