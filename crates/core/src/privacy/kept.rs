//! A visit as it is kept from page to page: a version, a checksum, and the events one after the other.
//!
//! | bytes | what |
//! | --- | --- |
//! | 1 | version of this form: 1, or 2 with draws |
//! | 4 | CRC-32 of what follows, little-endian |
//! | 9 | of version 2: when was drawn, in milliseconds since 1970, and how many draws there are, at most 8 |
//! | 4 each | the draws: layer and draw, of two bytes each, little-endian |
//! | … | events, oldest first: [`Kept`], until the end |
//!
//! No length of the list of events stands in it, so that none can lie. Whoever reads it back has hostile bytes before them: the
//! storage is the shopper's, and every script of the page may write it.

use alloc::vec::Vec;
use core::fmt;

use super::mode::Mode;
use super::table::{Kept, MAX_KEPT_EVENT_BYTES};
use crate::allocation::{Draw, MAX_DRAWS, Unit};
use crate::item::MAX_ID_BYTES;
use crate::snapshot::crc32;
use crate::visit::event::EventKind;
use crate::visit::session::{Event, IDLE_MS, MAX_EVENTS, Session};

/// The most bytes of a kept visit: as base64, in which storage has them, with words around them they stay below 64 KiB.
pub const MAX_KEPT_BYTES: usize = 48_000;

/// The version of the form without draws.
const VERSION: u8 = 1;

/// The version of the form with draws; there is no later one.
const DRAWS_VERSION: u8 = 2;

/// Bytes of a draw: layer and value.
pub(super) const DRAW_BYTES: usize = 4;

/// Bytes of when was drawn, and of how many draws there are.
const DRAWN_BYTES: usize = 9;

/// The most bytes of draws.
pub(super) const MAX_KEPT_DRAW_BYTES: usize = DRAWN_BYTES + MAX_DRAWS * DRAW_BYTES;

/// Version and checksum.
const HEAD_BYTES: usize = 5;

/// Why a kept visit is not taken up. What was held is held still.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeptError {
    /// The mode that holds lets no visit be taken up.
    NotInMode(Mode),
    /// There are events already: they are newer than any that were kept.
    InTheWay,
    /// More bytes than a kept visit may have.
    TooLong {
        /// Bytes that came.
        got: usize,
    },
    /// Another version of the form.
    Version {
        /// The version that came.
        got: u8,
        /// The version that is read.
        known: u8,
    },
    /// Not what was written: the checksum does not fit, or no visit could be so.
    Damaged,
    /// Its last event is longer ago than a visit lasts without one.
    Over,
    /// Its last event lies so far ahead of the clock that its age cannot be told.
    AheadOfClock,
}

impl fmt::Display for KeptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotInMode(mode) => write!(f, "no visit is held in mode {}", mode.name()),
            Self::InTheWay => f.write_str("there are events already: take a kept visit up before the first one"),
            Self::TooLong { got } => write!(f, "a kept visit has at most {MAX_KEPT_BYTES} bytes, not {got}: drop it"),
            Self::Version { got, known } => {
                write!(
                    f,
                    "the kept visit has version {got}, this engine reads {known}: drop it"
                )
            }
            Self::Damaged => f.write_str("the kept visit is damaged: drop it"),
            Self::Over => write!(f, "the kept visit is over after {} minutes: drop it", IDLE_MS / 60_000),
            Self::AheadOfClock => f.write_str("the kept visit is from the future: drop it, or mend the clock"),
        }
    }
}

impl core::error::Error for KeptError {}

/// Returns the event as it is kept and shown.
pub(super) fn kept(event: &Event) -> Kept<'_> {
    Kept {
        id: event.id,
        event: event.kind,
        item_id: &event.item,
        at_ms: event.at_ms,
    }
}

/// Returns the bytes to keep: at most [`MAX_KEPT_BYTES`], the same on every host. `None` where there is nothing to
/// keep.
///
/// Of a visit full of the longest ids the oldest events stay behind, but never the beginning of a gift: what was done
/// for somebody else would become the shopper's own.
pub(crate) fn encode(session: &Session, drawn: &Drawn) -> Option<Vec<u8>> {
    let mut bytes = alloc::vec![0; HEAD_BYTES];
    let version = if drawn.draws.is_empty() { VERSION } else { DRAWS_VERSION };
    if version == DRAWS_VERSION {
        bytes.extend_from_slice(&drawn.at_ms.to_le_bytes());
        bytes.push(drawn.draws.len() as u8);
        put_draws(&drawn.draws, &mut bytes);
    }
    let mut left: usize = session.events().map(bytes_of).sum();
    for event in session.events() {
        let is_room = left <= MAX_KEPT_BYTES - HEAD_BYTES - MAX_KEPT_DRAW_BYTES - MAX_KEPT_EVENT_BYTES;
        if is_room || event.kind == EventKind::GiftOn {
            kept(event).put(&mut bytes);
        }
        left = left.saturating_sub(bytes_of(event));
    }
    let (head, events) = bytes.split_first_chunk_mut::<HEAD_BYTES>()?;
    if events.is_empty() {
        return None;
    }
    let [a, b, c, d] = crc32(events).to_le_bytes();
    *head = [version, a, b, c, d];
    Some(bytes)
}

/// Draws of a visit, and when they were made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Drawn {
    /// In milliseconds since 1970.
    pub at_ms: i64,
    /// At most [`MAX_DRAWS`].
    pub draws: Vec<Draw>,
}

/// Appends draws.
pub(super) fn put_draws(draws: &[Draw], out: &mut Vec<u8>) {
    for draw in draws {
        out.extend_from_slice(&draw.layer.to_le_bytes());
        out.extend_from_slice(&draw.value.to_le_bytes());
    }
}

/// Returns the draws that stand in the bytes, of a unit; `None` for a cut one, too many, or two of a layer.
pub(super) fn take_draws(bytes: &[u8], unit: Unit) -> Option<Vec<Draw>> {
    let (chunks, rest) = bytes.as_chunks::<DRAW_BYTES>();
    let mut draws = Vec::<Draw>::new();
    for [a, b, c, d] in chunks {
        let layer = u16::from_le_bytes([*a, *b]);
        if draws.iter().any(|draw| draw.layer == layer) {
            return None;
        }
        let value = u16::from_le_bytes([*c, *d]);
        draws.push(Draw { layer, unit, value });
    }
    (rest.is_empty() && draws.len() <= MAX_DRAWS).then_some(draws)
}

/// Returns the bytes of the event as it is kept.
fn bytes_of(event: &Event) -> usize {
    MAX_KEPT_EVENT_BYTES - MAX_ID_BYTES + event.item.len()
}

/// Returns the visit that the bytes hold, if it is not over at `now_ms`.
///
/// Where the clock was set back by less than a visit lasts, what would lie in the future happens now: a wrong clock
/// makes no visit longer than half an hour from here.
pub(crate) fn decode(bytes: &[u8], now_ms: i64) -> Result<(Session, Drawn), KeptError> {
    let (mut events, mut drawn) = read(bytes)?;
    let last_ms = match events.last() {
        Some(event) => event.at_ms,
        None if !drawn.draws.is_empty() => drawn.at_ms,
        None => return Err(KeptError::Damaged),
    };
    if now_ms.saturating_sub(last_ms) > IDLE_MS {
        return Err(KeptError::Over);
    }
    if last_ms.saturating_sub(now_ms) > IDLE_MS {
        return Err(KeptError::AheadOfClock);
    }
    events
        .iter_mut()
        .for_each(|event| event.at_ms = event.at_ms.min(now_ms));
    drawn.at_ms = drawn.at_ms.min(now_ms);
    let session = Session::of_events(events).ok_or(KeptError::Damaged)?;
    Ok((session, drawn))
}

/// Returns the events that stand in the bytes, as many as a visit may have, and the draws.
fn read(bytes: &[u8]) -> Result<(Vec<Event>, Drawn), KeptError> {
    let got = bytes.len();
    if got > MAX_KEPT_BYTES {
        return Err(KeptError::TooLong { got });
    }
    let (head, mut rest) = bytes.split_first_chunk::<HEAD_BYTES>().ok_or(KeptError::Damaged)?;
    let [got, checksum @ ..] = *head;
    if got != VERSION && got != DRAWS_VERSION {
        let known = DRAWS_VERSION;
        return Err(KeptError::Version { got, known });
    }
    if crc32(rest) != u32::from_le_bytes(checksum) {
        return Err(KeptError::Damaged);
    }
    let mut drawn = Drawn::default();
    if got == DRAWS_VERSION {
        drawn = take_drawn(&mut rest).ok_or(KeptError::Damaged)?;
    }
    let mut events = Vec::new();
    while !rest.is_empty() && events.len() < MAX_EVENTS {
        let kept = Kept::take(&mut rest).ok_or(KeptError::Damaged)?;
        events.push(Event {
            id: kept.id,
            kind: kept.event,
            item: kept.item_id.into(),
            at_ms: kept.at_ms,
        });
    }
    if rest.is_empty() {
        Ok((events, drawn))
    } else {
        Err(KeptError::Damaged)
    }
}

/// Returns the draws that the bytes begin with, which are shorter by them then.
fn take_drawn(rest: &mut &[u8]) -> Option<Drawn> {
    let at_ms = i64::from_le_bytes(rest.split_off(..8)?.try_into().ok()?);
    let count = usize::from(*rest.split_off_first()?);
    let draws = take_draws(rest.split_off(..count * DRAW_BYTES)?, Unit::Visit)?;
    (!draws.is_empty()).then_some(Drawn { at_ms, draws })
}
