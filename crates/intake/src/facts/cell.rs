//! One cell of a catalog as a fact of its kind.

use jiff::tz::TimeZone;
use shelfwise_core::MAX_ID_BYTES;
use shelfwise_core::facts::FactKind;

use super::FactValue;
use crate::decimal::decimal;
use crate::{dates, flag, placeholder};

/// A day in milliseconds.
const DAY_MS: i64 = 86_400_000;

/// The most digits of an age in days: longer numbers are dates without separators.
const AGE_DIGITS: usize = 5;

/// Reads a cell. Errs with what is wrong with it and what to write, without its place.
pub fn read(kind: FactKind, cell: &[u8], today: i32) -> Result<FactValue, String> {
    let text = String::from_utf8_lossy(cell);
    if cell.is_empty() || kind != FactKind::Flag && placeholder::is_placeholder(cell) {
        return Ok(FactValue::Missing);
    }
    let number = match kind {
        FactKind::Text => return words(&text),
        FactKind::Money => scaled(&text, 100.0, "an amount such as 12.99"),
        FactKind::Number => scaled(&text, 10.0, "a number such as 4.5"),
        FactKind::Count => count(&text),
        FactKind::Share => share(&text),
        FactKind::Day => day(&text, today),
        FactKind::Flag => flag::yes_or_no(&text)
            .map(i32::from)
            .ok_or_else(|| format!("`{text}` is neither yes nor no: write 1 or 0, true or false, yes or no")),
    };
    number.map(FactValue::Number)
}

fn words(text: &str) -> Result<FactValue, String> {
    if text.len() > MAX_ID_BYTES {
        return Err(format!(
            "the text has {} bytes, more than {MAX_ID_BYTES}: take a column that repeats, such as a colour",
            text.len()
        ));
    }
    Ok(FactValue::Text(text.to_owned()))
}

/// Returns a number in units of 1 / `parts`, rounded.
fn scaled(text: &str, parts: f64, wanted: &str) -> Result<i32, String> {
    let number = decimal(text).ok_or_else(|| format!("`{text}` is no number: write {wanted}"))?;
    let scaled = (number * parts).round();
    if scaled.abs() > f64::from(i32::MAX) {
        return Err(format!(
            "`{text}` is too large: the most is {}",
            f64::from(i32::MAX) / parts
        ));
    }
    Ok(scaled as i32)
}

fn count(text: &str) -> Result<i32, String> {
    let is_whole = |number: f64| number.fract() == 0.0;
    if decimal(text).is_some_and(|number| !is_whole(number)) {
        return Err(format!(
            "`{text}` is not a whole number: round it, or make the fact a number"
        ));
    }
    scaled(text, 1.0, "a whole number such as 12")
}

fn share(text: &str) -> Result<i32, String> {
    let parts = if text.contains('%') { 10.0 } else { 1_000.0 };
    let share = scaled(text, parts, "a share such as 0.35 or 35 %")?;
    if (0..=1_000).contains(&share) {
        return Ok(share);
    }
    Err(format!("`{text}` is not from 0 to 1: write 0.35 or 35 %"))
}

/// Returns a date, or an age in days, as days since 1970.
fn day(text: &str, today: i32) -> Result<i32, String> {
    let is_age = text.len() <= AGE_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit());
    if let Some(age) = text.parse::<i32>().ok().filter(|_| is_age) {
        return Ok(today.saturating_sub(age));
    }
    let ms = dates::read(text.as_bytes(), &TimeZone::UTC);
    let day = ms.and_then(|ms| i32::try_from(ms.div_euclid(DAY_MS)).ok());
    day.ok_or_else(|| format!("`{text}` is no date: write it as 2026-12-24, or as an age in whole days"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-01-01.
    const TODAY: i32 = 20_454;

    #[test]
    fn cell_of_each_kind_is_a_whole_number() {
        for (kind, cell, number) in [
            (FactKind::Money, "12.99", 1_299),
            (FactKind::Money, "1.299,00 €", 129_900),
            (FactKind::Money, "-0.5", -50),
            (FactKind::Count, "12", 12),
            (FactKind::Count, "3.0", 3),
            (FactKind::Count, "-2", -2),
            (FactKind::Number, "4.37", 44),
            (FactKind::Share, "0.351", 351),
            (FactKind::Share, "35 %", 350),
            (FactKind::Share, "1", 1_000),
            (FactKind::Day, "2026-01-02", TODAY + 1),
            (FactKind::Day, "2009-12-10T00:00:00Z", 14_588),
            (FactKind::Day, "30", TODAY - 30),
            (FactKind::Flag, "yes", 1),
            (FactKind::Flag, "false", 0),
        ] {
            assert_eq!(
                read(kind, cell.as_bytes(), TODAY),
                Ok(FactValue::Number(number)),
                "{kind:?} {cell}"
            );
        }
        assert_eq!(read(FactKind::Text, b"red", TODAY), Ok(FactValue::Text("red".into())));
    }

    #[test]
    fn empty_cell_and_placeholder_are_missing() {
        for kind in FactKind::ALL {
            assert_eq!(read(kind, b"", TODAY), Ok(FactValue::Missing), "{kind:?}");
        }
        assert_eq!(read(FactKind::Money, b"N/A", TODAY), Ok(FactValue::Missing));
    }

    #[test]
    fn cell_that_is_not_of_its_kind_says_what_to_write() {
        for (kind, cell, advice) in [
            (FactKind::Money, "on request", "write an amount"),
            (FactKind::Money, "99999999999", "too large"),
            (FactKind::Count, "2.5", "round it"),
            (FactKind::Share, "35", "write 0.35 or 35 %"),
            (FactKind::Day, "soon", "write it as 2026-12-24"),
            (FactKind::Flag, "maybe", "write 1 or 0"),
        ] {
            let error = read(kind, cell.as_bytes(), TODAY).unwrap_err();
            assert!(error.contains(advice), "{error}");
        }
    }
}
