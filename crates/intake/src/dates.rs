//! Parses dates and times in text form: ISO 8601 and the formats of databases, spreadsheets, browsers and mail.
//!
//! Nothing is guessed: if the order of day and month is ambiguous, or a zone abbreviation is shared by several zones,
//! the value is refused and [`advice`] explains how to specify the format.

use std::borrow::Cow;

use jiff::civil::{Date, DateTime, ISOWeekDate, Time, Weekday};
use jiff::fmt::temporal::DateTimeParser;
use jiff::fmt::{rfc2822, strtime};
use jiff::tz::TimeZone;

static PARSER: DateTimeParser = DateTimeParser::new();

/// Length of `YYYY-MM-DD`.
const DATE_LEN: usize = 10;

/// The format that browsers produce when a date is concatenated with a string.
const BROWSER: &str = "%a %b %d %Y %H:%M:%S GMT%z";

/// How the times of a log are interpreted, unless a value is unambiguous by itself.
#[derive(Clone, Debug)]
pub struct TimeOptions {
    /// Format of all times, such as `%d.%m.%Y %H:%M` (in strftime syntax); `None` to detect it.
    pub format: Option<String>,
    /// Time zone of times without one.
    pub zone: TimeZone,
}

impl Default for TimeOptions {
    fn default() -> Self {
        Self {
            format: None,
            zone: TimeZone::UTC,
        }
    }
}

/// Parses a date, with or without time and zone. Returns milliseconds since 1970. A date alone is midnight UTC,
/// whatever the zone, so that it stays the same date.
pub(super) fn read(value: &[u8], zone: &TimeZone) -> Option<i64> {
    if !value.first()?.is_ascii_alphanumeric() {
        return None;
    }
    iso(value, zone).or_else(|| {
        let text = spaced(std::str::from_utf8(value).ok()?);
        tidied(&text)
            .and_then(|text| iso(text.as_bytes(), zone))
            .or_else(|| in_words(&text))
    })
}

/// Replaces special spaces by plain ones: browsers write a narrow no-break space before `AM`, spreadsheets a wide one.
fn spaced(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace(['\u{A0}', '\u{2009}', '\u{202F}'], " "))
}

/// Parses a value in a format given by the caller.
pub(super) fn read_as(format: &str, value: &[u8], zone: &TimeZone) -> Option<i64> {
    let parts = strtime::parse(format, value).ok()?;
    if let Ok(time) = parts.to_timestamp() {
        return Some(time.as_millisecond());
    }
    let date = parts.to_date().ok()?;
    if parts.hour().is_none() {
        return midnight(date);
    }
    local(date.to_datetime(parts.to_time().ok()?), zone)
}

/// Returns midnight UTC of a date, in milliseconds since 1970.
pub(super) fn midnight(date: Date) -> Option<i64> {
    local(date.to_datetime(Time::midnight()), &TimeZone::UTC)
}

/// Converts local time in a zone to milliseconds since 1970. A repeated hour resolves to its first occurrence, a
/// skipped one to an hour later.
pub(super) fn local(time: DateTime, zone: &TimeZone) -> Option<i64> {
    zone.to_timestamp(time).ok().map(jiff::Timestamp::as_millisecond)
}

fn iso(value: &[u8], zone: &TimeZone) -> Option<i64> {
    let bare = [&b" UTC"[..], b" GMT"]
        .iter()
        .find_map(|zone| value.strip_suffix(*zone));
    let utc = TimeZone::UTC;
    let (value, zone) = bare.map_or((value, zone), |value| (value, &utc));
    let time = value.get(DATE_LEN..).unwrap_or_default();
    if time.iter().any(|b| matches!(b, b'Z' | b'z' | b'+' | b'-')) {
        return PARSER.parse_timestamp(value).ok().map(jiff::Timestamp::as_millisecond);
    }
    if time.is_empty() {
        return midnight(PARSER.parse_date(value).ok()?);
    }
    local(PARSER.parse_datetime(value).ok()?, zone)
}

/// Rewrites variants of ISO 8601 that have one meaning only: `2024/3/1`, `01.03.2024`, `2024-03-01 8:27`,
/// `2024-03-01 08:27:06 -0500`, `2024-03-01 8:27 PM`, `2024-W09-5T08:27`.
fn tidied(text: &str) -> Option<String> {
    let (date, time) = text.split_once([' ', 'T']).unwrap_or((text, ""));
    if let Some(day) = week_day(date) {
        return Some(format!("{day}{}", clock(time.trim())?));
    }
    let mark = date.chars().find(|c| !c.is_ascii_digit())?;
    let parts: Vec<&str> = date.split(mark).collect();
    let [first, second, third] = parts.as_slice() else {
        return None;
    };
    let (year, month, day) = match (mark, first.len(), third.len()) {
        ('-' | '/' | '.', 4, 1 | 2) => (first, second, third),
        // With dots the order is day, month, year; month first is never written so.
        ('.', 1 | 2, 4) => (third, second, first),
        _ => return None,
    };
    let clock = clock(time.trim())?;
    Some(format!("{year}-{month:0>2}-{day:0>2}{clock}"))
}

/// Parses an ISO week date: `2024-W09-5`.
fn week_day(date: &str) -> Option<Date> {
    let (year, rest) = date.split_once("-W")?;
    let (week, day) = rest.split_once('-')?;
    let day = Weekday::from_monday_one_offset(day.parse().ok()?).ok()?;
    Some(
        ISOWeekDate::new(year.parse().ok()?, week.parse().ok()?, day)
            .ok()?
            .date(),
    )
}

/// Normalizes the time of day: two digits for the hour, no space before the offset.
fn clock(time: &str) -> Option<String> {
    if time.is_empty() {
        return Some(String::new());
    }
    if let Some(time) = twelve_hours(time) {
        return Some(time);
    }
    let plain: String = time.chars().filter(|c| *c != ' ').collect();
    let text_encoding = time.chars().filter(char::is_ascii_alphabetic).count();
    let known =
        text_encoding == 0 || ["UTC", "GMT", "Z"].iter().any(|zone| plain.ends_with(zone)) && text_encoding <= 3;
    if !known {
        return None;
    }
    let end = plain.find(|c: char| c.is_ascii_alphabetic());
    let (plain, zone) = end.map_or((plain.as_str(), ""), |end| (&plain[..end], "Z"));
    let hours = plain.find(':')?;
    Some(format!("T{:0>2}{}{zone}", &plain[..hours], &plain[hours..]))
}

/// Converts 12-hour times: `8:27 PM`, `8:27:06 p.m.` and the like become `T20:27` and `T20:27:06`.
fn twelve_hours(time: &str) -> Option<String> {
    let plain: String = time.chars().filter(|c| !matches!(c, ' ' | '.')).collect();
    let plain = plain.to_ascii_lowercase();
    let (clock, afternoon) = match plain.strip_suffix("am") {
        Some(clock) => (clock, 0),
        None => (plain.strip_suffix("pm")?, 12),
    };
    let (hour, rest) = clock.split_once(':')?;
    let hour: u8 = hour.parse().ok().filter(|hour| (1..=12).contains(hour))?;
    Some(format!("T{:02}:{rest}", hour % 12 + afternoon))
}

fn in_words(text: &str) -> Option<i64> {
    if let Ok(time) = rfc2822::parse(text) {
        return Some(time.timestamp().as_millisecond());
    }
    let bare = text.split_once(" (").map_or(text, |(bare, _)| bare);
    let parts = strtime::parse(BROWSER, bare).ok()?;
    parts.to_timestamp().ok().map(jiff::Timestamp::as_millisecond)
}

/// Returns advice on a value that cannot be parsed as a time.
pub(super) fn advice(value: &str) -> String {
    let value = &*spaced(value);
    let date = value.split([' ', 'T']).next().unwrap_or_default();
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let has_numbers = date.split(['/', '-']).all(is_number);
    let has_seconds = value.matches(':').count() > 1;
    let seconds = if has_seconds { ":%S" } else { "" };
    let has_half = ["am", "pm", "a.m.", "p.m."]
        .iter()
        .any(|half| value.to_ascii_lowercase().ends_with(half));
    let clock = match (value.contains(':'), has_half) {
        (false, _) => String::new(),
        (true, false) => format!(" %H:%M{seconds}"),
        (true, true) => format!(" %I:%M{seconds} %p"),
    };
    let last = value.rsplit(' ').next().unwrap_or_default();
    if has_numbers && date.matches('/').count() == 2
        || has_numbers && date.matches('-').count() == 2 && date.find('-') < Some(3)
    {
        let mark = if date.contains('/') { '/' } else { '-' };
        return format!(
            "the day or the month could come first: say which with --time-format '%d{mark}%m{mark}%Y{clock}' or --time-format '%m{mark}%d{mark}%Y{clock}'"
        );
    }
    if !has_half && (2..=5).contains(&last.len()) && last.chars().all(|c| c.is_ascii_uppercase()) && value.contains(':')
    {
        return format!(
            "`{last}` can mean several zones: write an offset such as +01:00, or say --time-format '%Y-%m-%d{clock} {last}' --zone Europe/Berlin with your zone"
        );
    }
    "say how it is written, for instance --time-format '%d.%m.%Y %H:%M', or name another column with --map time=COLUMN"
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn read_formats_of_many_programs_agree() {
        for value in [
            "2020-06-16T20:01:58Z",
            "2020-06-16 20:01:58",
            "2020-06-16 20:01:58 UTC",
            "2020-06-16 22:01:58 +0200",
            "2020-06-16 16:01:58 -04:00",
            "2020-06-16T22:01:58+02:00[Europe/Berlin]",
            "2020/06/16 20:01:58",
            "2020-6-16 20:01:58",
            "16.06.2020 20:01:58",
            "16.6.2020 20:01:58",
            "2020-06-16 20:01:58,000",
            "2020-06-16 20:01:58.000000000",
            "Tue, 16 Jun 2020 20:01:58 +0000",
            "Tue, 16 Jun 2020 20:01:58 GMT",
            "Tue Jun 16 2020 22:01:58 GMT+0200 (Central European Summer Time)",
        ] {
            assert_eq!(
                read(value.as_bytes(), &TimeZone::UTC),
                Some(1_592_337_718_000),
                "{value}"
            );
        }
        for value in [
            "2020-06-16 08:01:58 PM",
            "2020-06-16 8:01:58 p.m.",
            "2020/6/16 8:01:58PM",
            "16.06.2020 8:01:58\u{202F}PM",
            "2020-06-16\u{A0}20:01:58",
            "2020-W25-2T20:01:58",
            "2020-W25-2T22:01:58+02:00",
        ] {
            assert_eq!(
                read(value.as_bytes(), &TimeZone::UTC),
                Some(1_592_337_718_000),
                "{value}"
            );
        }
        for (value, hour) in [("12:00 AM", 0), ("12:00 PM", 12), ("1:00 am", 1)] {
            let time = read(format!("2020-06-16 {value}").as_bytes(), &TimeZone::UTC);
            assert_eq!(time, Some(1_592_265_600_000 + hour * 3_600_000), "{value}");
        }
        for value in [
            "2020-06-16 13:00 PM",
            "2020-06-16 0:30 AM",
            "2020-W54-1",
            "2020-W25-8",
            "2020-W25",
        ] {
            assert_eq!(read(value.as_bytes(), &TimeZone::UTC), None, "{value}");
        }
        assert_eq!(read(b"2020-06-16 8:01", &TimeZone::UTC), Some(1_592_294_460_000));
        assert_eq!(read(b"16.06.2020", &TimeZone::UTC), Some(1_592_265_600_000));
    }

    #[test]
    fn time_without_zone_uses_the_given_one_and_date_is_unchanged() {
        let zone = TimeZone::fixed(jiff::tz::offset(2));
        assert_eq!(read(b"2020-06-16 22:01:58", &zone), Some(1_592_337_718_000));
        assert_eq!(read(b"2020-06-16 20:01:58 UTC", &zone), Some(1_592_337_718_000));
        assert_eq!(read(b"2020-06-16", &zone), Some(1_592_265_600_000));
        assert_eq!(
            read_as("%d/%m/%Y %H:%M:%S", b"16/06/2020 22:01:58", &zone),
            Some(1_592_337_718_000)
        );
        assert_eq!(read_as("%d/%m/%Y", b"16/06/2020", &zone), Some(1_592_265_600_000));
        assert_eq!(
            read_as("%m/%d/%Y %I:%M:%S %p", b"06/16/2020 08:01:58 PM", &TimeZone::UTC),
            Some(1_592_337_718_000)
        );
        assert_eq!(read_as("%d/%m/%Y", b"2020-06-16", &zone), None);
    }

    #[test]
    fn read_ambiguous_time_is_refused_with_advice() {
        for (value, part) in [
            ("3/1/2024 08:27", "'%m/%d/%Y %H:%M'"),
            ("03/01/2024 08:27:06 AM", "'%d/%m/%Y %I:%M:%S %p'"),
            ("01-03-2024", "'%d-%m-%Y'"),
            ("2024-03-01 08:27:06 CET", "'%Y-%m-%d %H:%M:%S CET' --zone"),
            ("3/1/2024 8:27\u{202F}AM", "'%m/%d/%Y %I:%M %p'"),
            ("yesterday", "--map time=COLUMN"),
            ("/Date(1709281626000)/", "--map time=COLUMN"),
            ("[01/Mar/2024:08:27:06 +0000]", "--map time=COLUMN"),
        ] {
            assert_eq!(read(value.as_bytes(), &TimeZone::UTC), None, "{value}");
            let advice = advice(value);
            assert!(advice.contains(part), "{value}: {advice}");
        }
    }
}
