//! The memory of earlier visits as it is kept on the device: a head, and sections one after the other.
//!
//! | bytes | what |
//! | --- | --- |
//! | 1 | version of this form |
//! | 4 | CRC-32 of what follows, little-endian |
//! | 4 | day of the grant, counted from 1970, little-endian |
//! | 1 | lifetime in days from that day, 1 to 180 |
//! | … | sections, until the end: tag (1), length (2, little-endian), content |
//!
//! | tag | content |
//! | --- | --- |
//! | 1 | the receipt, as text |
//! | 2 | last items and mutes: [`KeptFact`], until the end |
//! | 3 | draws of experiments by device: layer and draw, of two bytes each, little-endian |
//!
//! A section of another tag is dropped: what this engine can neither show the shopper nor filter, it does not keep. What
//! comes later gets a tag of its own; a change of what stands here gets another version, and is refused. Whoever reads
//! this back has hostile bytes before them: every script of the shop's origin may write the storage.

use alloc::vec::Vec;
use core::fmt;

use super::kept::{DRAW_BYTES, put_draws, take_draws};
use super::table::{KeptFact, MAX_KEPT_FACT_BYTES};
use crate::allocation::{MAX_DRAWS, Unit};
use crate::item::MAX_ID_BYTES;
use crate::snapshot::crc32;
use crate::visit::memory::{Day, Fact, MAX_FACTS, MAX_MEMORY_DAYS, Memory};

/// The most bytes of a memory: as base64, in which storage has them, they stay below 64 KiB.
pub const MAX_MEMORY_BYTES: usize = 48_000;

/// The version of the form that this engine writes, and the only one that it reads.
pub const MEMORY_VERSION: u8 = 1;

/// Version, checksum, day and lifetime.
pub const MEMORY_HEAD_BYTES: usize = 10;

/// The section of the receipt.
const RECEIPT: u8 = 1;
/// The section of the draws.
const DRAWS: u8 = 3;
/// The section of the facts, of which the page reads muted items: they stay hidden where no engine runs.
pub const FACTS_SECTION: u8 = 2;

const _: () = assert!(
    MEMORY_HEAD_BYTES + 3 * 3 + MAX_ID_BYTES + MAX_FACTS * MAX_KEPT_FACT_BYTES + MAX_DRAWS * DRAW_BYTES
        <= MAX_MEMORY_BYTES
        && MAX_MEMORY_BYTES <= u16::MAX as usize
);

/// Why a memory is not taken up, or not changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemoryError {
    /// The mode that holds remembers nothing.
    NotInMode,
    /// Nothing was granted: a memory begins with a grant.
    NoGrant,
    /// The receipt is empty, too long or no text, or the lifetime is none.
    Receipt,
    /// More bytes than a memory may have.
    TooLong,
    /// Another version of the form.
    Version {
        /// The version that came.
        got: u8,
    },
    /// Not what was written: the checksum does not fit, or no memory could be so.
    Damaged,
    /// The grant's days are over.
    Over,
    /// The grant or an item lies ahead of the clock, which was set back: the memory's age cannot be told.
    AheadOfClock,
    /// The model does not know what is to be muted.
    NotInModel,
    /// There are [`MAX_MUTES`](crate::visit::memory::MAX_MUTES) already.
    TooManyMutes,
}

impl fmt::Display for MemoryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotInMode => "this mode remembers nothing",
            Self::NoGrant => "nothing is remembered before a grant",
            Self::Receipt => "a receipt is a text of 1 to 255 bytes",
            Self::TooLong | Self::Damaged => "the memory is damaged",
            Self::Version { .. } => "the memory is of another version",
            Self::Over => "the grant is over",
            Self::AheadOfClock => "the grant is ahead of the clock",
            Self::NotInModel => "the model does not know it",
            Self::TooManyMutes => "there are 100 mutes already",
        })
    }
}

impl core::error::Error for MemoryError {}

/// Returns the bytes to keep: at most [`MAX_MEMORY_BYTES`], the same on every host.
pub(crate) fn encode(memory: &Memory) -> Vec<u8> {
    let mut bytes = alloc::vec![0; 5];
    bytes.extend_from_slice(&memory.grant.day.0.to_le_bytes());
    bytes.push(memory.grant.days);
    let mut section = |tag: u8, put: &dyn Fn(&mut Vec<u8>)| {
        let mut content = Vec::new();
        put(&mut content);
        bytes.push(tag);
        bytes.extend_from_slice(&(content.len() as u16).to_le_bytes());
        bytes.extend_from_slice(&content);
    };
    section(RECEIPT, &|out| out.extend_from_slice(memory.grant.receipt.as_bytes()));
    section(FACTS_SECTION, &|out| {
        for fact in &memory.facts {
            KeptFact {
                kind: fact.kind,
                name: &fact.name,
                day_ms: fact.day,
            }
            .put(out);
        }
    });
    if !memory.draws.is_empty() {
        section(DRAWS, &|out| put_draws(&memory.draws, out));
    }
    if let Some((head, rest)) = bytes.split_first_chunk_mut::<5>() {
        let [a, b, c, d] = crc32(rest).to_le_bytes();
        *head = [MEMORY_VERSION, a, b, c, d];
    }
    bytes
}

/// Returns the memory that the bytes hold, if its grant holds today, for at most so many days.
///
/// The clock may be wrong. Set forward, it ends the memory, which does not come back. Set back behind the grant or the
/// last item by more than a day, it ends the memory too: its age cannot be told any more.
pub(crate) fn decode(bytes: &[u8], most_days: u8, today: Day) -> Result<Memory, MemoryError> {
    if bytes.len() > MAX_MEMORY_BYTES {
        return Err(MemoryError::TooLong);
    }
    let (head, rest) = bytes.split_first_chunk::<5>().ok_or(MemoryError::Damaged)?;
    let [got, checksum @ ..] = *head;
    if got != MEMORY_VERSION {
        return Err(MemoryError::Version { got });
    }
    if crc32(rest) != u32::from_le_bytes(checksum) {
        return Err(MemoryError::Damaged);
    }
    let mut memory = read(rest).ok_or(MemoryError::Damaged)?;
    if !(1..=MAX_MEMORY_DAYS).contains(&memory.grant.days) {
        return Err(MemoryError::Damaged);
    }
    memory.grant.days = memory.grant.days.min(most_days);
    memory.grant.check(today)?;
    if memory.facts.iter().any(|fact| fact.day > today.plus(1)) {
        return Err(MemoryError::AheadOfClock);
    }
    Ok(memory)
}

/// Returns what stands behind the checksum, if a memory could be so.
fn read(mut rest: &[u8]) -> Option<Memory> {
    let day = rest.split_off(..4)?.try_into().ok()?;
    let days = *rest.split_off_first()?;
    let mut memory = Memory::default();
    memory.grant.day = Day(u32::from_le_bytes(day));
    memory.grant.days = days;
    while let Some(tag) = rest.split_off_first() {
        let length = rest.split_off(..2)?.try_into().ok()?;
        let content = rest.split_off(..usize::from(u16::from_le_bytes(length)))?;
        match *tag {
            RECEIPT => memory.grant.receipt = core::str::from_utf8(content).ok()?.into(),
            FACTS_SECTION => memory.facts = facts(content)?,
            DRAWS => memory.draws = take_draws(content, Unit::Device)?,
            _ => {}
        }
    }
    memory.is_bounded().then_some(memory)
}

fn facts(mut content: &[u8]) -> Option<Vec<Fact>> {
    let mut facts: Vec<Fact> = Vec::new();
    while !content.is_empty() {
        let KeptFact { kind, name, day_ms } = KeptFact::take(&mut content)?;
        let is_same = |fact: &Fact| fact.kind.muted() == kind.muted() && *fact.name == *name;
        if name.is_empty() || facts.len() >= MAX_FACTS || facts.iter().any(is_same) {
            return None;
        }
        facts.push(Fact {
            kind,
            name: name.into(),
            day: day_ms,
        });
    }
    Some(facts)
}
