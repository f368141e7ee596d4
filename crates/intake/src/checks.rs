//! Validation of rows.

use shelfwise_core::ContextKey;

use super::countries;
use super::dates;
use super::ids::{self, shown};
use super::layout::{Layout, Shape, Timing};
use super::report::{BadReason, Dropped};
use super::roles::LogRole;
use super::status::Verdict;
use super::time::{self, TimeError};
use crate::format::table::Cells;

/// Selects a counter of dropped rows.
pub(super) type Counter = fn(&mut Dropped) -> &mut u64;

/// Why a row is rejected: dropped and counted in a field of `Dropped`, or bad.
pub(super) enum Rejected {
    Dropped(Counter),
    Bad(LogRole, BadReason, String),
}

pub(super) type Checked<T> = Result<T, Rejected>;

/// The roles of a context key's facts other than the time, in the key's order.
pub(super) const CONTEXT_ROLES: [LogRole; 3] = [LogRole::Device, LogRole::Language, LogRole::Country];

/// Reads a context key. These columns never make a row bad: an unreadable device, language or country is unknown.
pub(super) fn read_context([device, language, country]: [&[u8]; 3]) -> ContextKey {
    let device = device.to_ascii_lowercase();
    let country = std::str::from_utf8(country).map_or("", countries::code);
    ContextKey::of([b"", b"", &*device, language, country.as_bytes()])
}

/// Checks that a row has a session key, or a person's key, whose inactivity then ends the session. In a table of
/// sessions an empty key is an error; trackers do record some events without any person.
pub(super) fn check_keys(layout: &Layout, session: &[u8], person: &[u8], cells: Cells<'_>) -> Checked<()> {
    let has_session = layout.slot(LogRole::Session).is_some();
    let is_cut = layout.signature.shape != Shape::Baskets && layout.timing != Timing::None;
    if !person.is_empty() {
        check_id(LogRole::Person, person)?;
    }
    if has_session && !session.is_empty() {
        return check_id(LogRole::Session, session);
    }
    if !person.is_empty() && (!has_session || is_cut) {
        return Ok(());
    }
    let is_damaged =
        has_session && cells.get(layout.slot(LogRole::Session)).is_empty() && layout.slot(LogRole::Person).is_none();
    if is_damaged {
        return check_id(LogRole::Session, session);
    }
    Err(Rejected::Dropped(|dropped| &mut dropped.without_key))
}

pub(super) fn check_id(role: LogRole, id: &[u8]) -> Checked<()> {
    ids::check(id)
        .map(|_| ())
        .map_err(|(reason, detail)| Rejected::Bad(role, reason, detail))
}

/// Reads the verdict from the columns of an order's status; `None` if all are empty.
pub(super) fn verdict(layout: &Layout, cells: Cells<'_>) -> Option<Verdict> {
    let cell = |role| {
        let value = cells.get(layout.slot(role));
        (!value.is_empty()).then(|| String::from_utf8_lossy(value).into_owned())
    };
    let verdicts = [
        cell(LogRole::Status).map(|status| {
            let is_undone = layout.source.is_some_and(|source| source.undone.contains(&&*status));
            if is_undone {
                Verdict::Undone
            } else {
                Verdict::of(&status)
            }
        }),
        cell(LogRole::Cancelled).map(|mark| Verdict::of_mark(&mark, Verdict::Undone)),
        cell(LogRole::Test).map(|mark| Verdict::of_mark(&mark, Verdict::Test)),
        cell(LogRole::Payment).map(|method| Verdict::of_payment(&method)),
    ];
    let known = verdicts.into_iter().flatten();
    known.max_by_key(|&verdict| verdict != Verdict::Counts)
}

/// Checks the quantity. Zero or a negative quantity is a return. On an invoice such as C536379, a negative or missing
/// quantity makes the invoice a cancellation.
pub(super) fn check_quantity(layout: &Layout, quantity: &[u8], basket: &[u8]) -> Checked<()> {
    let pieces = if quantity.is_empty() {
        None
    } else {
        Some(pieces(quantity)?)
    };
    if pieces.is_some_and(|pieces| pieces > 0.0) {
        return Ok(());
    }
    if layout.signature.shape == Shape::Baskets && is_cancellation(basket) {
        return Err(Rejected::Dropped(|dropped| &mut dropped.cancelled));
    }
    if pieces.is_some() {
        Err(Rejected::Dropped(|dropped| &mut dropped.returns))
    } else {
        Ok(())
    }
}

fn pieces(quantity: &[u8]) -> Checked<f64> {
    // `1,00` is one piece if decimals follow a comma.
    let number = std::str::from_utf8(quantity).ok().and_then(|text| {
        let plain = text.parse().ok();
        plain.or_else(|| text.replace(',', ".").parse().ok())
    });
    number.filter(|number: &f64| number.is_finite()).ok_or_else(|| {
        Rejected::Bad(
            LogRole::Quantity,
            BadReason::BadQuantity,
            format!("`{}` is no quantity", shown(quantity)),
        )
    })
}

fn is_cancellation(basket: &[u8]) -> bool {
    match basket {
        [b'C' | b'c', digits @ ..] => !digits.is_empty() && digits.iter().all(u8::is_ascii_digit),
        _ => false,
    }
}

pub(super) fn read_time(layout: &Layout, cells: Cells<'_>, options: &dates::TimeOptions) -> Checked<Option<i64>> {
    let part = |role| cells.get(layout.slot(role));
    match layout.timing {
        Timing::None => Ok(None),
        Timing::Parts => time::from_parts(part(LogRole::Year), part(LogRole::Month), part(LogRole::Day))
            .map(Some)
            .ok_or_else(|| {
                let detail = "year, month and day make no date between 1990 and 2199".to_owned();
                Rejected::Bad(LogRole::Day, BadReason::BadTime, detail)
            }),
        Timing::Column(clock) => {
            let value = part(LogRole::Time);
            clock
                .read(value, options)
                .map(Some)
                .map_err(|error| bad_time(error, value, clock))
        }
    }
}

fn bad_time(error: TimeError, value: &[u8], clock: time::Clock) -> Rejected {
    let (value, unit) = (shown(value), clock.name());
    match error {
        TimeError::Unreadable if value.is_empty() => {
            Rejected::Bad(LogRole::Time, BadReason::BadTime, "the time is empty".to_owned())
        }
        TimeError::Unreadable => {
            let detail = format!("`{value}` is no time; this file's times are {unit}");
            let detail = if clock == time::Clock::Text {
                format!("{detail}; {}", dates::advice(&value))
            } else {
                detail
            };
            Rejected::Bad(LogRole::Time, BadReason::BadTime, detail)
        }
        TimeError::OutOfRange => {
            let detail = format!("`{value}` is not between 1990 and 2199; this file's times are {unit}");
            Rejected::Bad(LogRole::Time, BadReason::TimeOutOfRange, detail)
        }
    }
}
