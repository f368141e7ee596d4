//! Header and section table: the first bytes of a snapshot, which tell where everything else is.

use super::ByteRange;
use super::bytes::{crc32_of, u16_at, u32_at};
use super::error::SnapshotError;
use super::layout::{
    ENTRY_BYTES, FLAG_REQUIRED, HEADER_BYTES, MAGIC, MAX_HEAD_BYTES, MAX_ITEMS, SectionId, VERSION, entry, header,
};

/// One entry of the section table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// The section's number; see [`SectionId`].
    pub id: u16,
    /// Whether a reader that does not know it must refuse the file.
    pub required: bool,
    /// Where it stands in the file.
    pub range: ByteRange,
    /// CRC-32 of its bytes.
    pub crc: u32,
}

/// A checked head: every range that it knows lies within the file.
#[derive(Clone, Debug)]
pub(super) struct Head {
    pub items: u32,
    count: usize,
    known: [ByteRange; SectionId::ALL.len()],
}

impl Head {
    /// Checks magic, version, length, and every entry of the table. O(sections).
    pub fn read(bytes: &[u8]) -> Result<Self, SnapshotError> {
        if !bytes.starts_with(&MAGIC) {
            return Err(SnapshotError::NotASnapshot);
        }
        let short = |expected| SnapshotError::Truncated {
            expected,
            got: bytes.len(),
        };
        let version = u16_at(bytes, header::VERSION).ok_or(short(HEADER_BYTES))?;
        if version != VERSION {
            return Err(SnapshotError::Version { got: version });
        }
        let total = u32_at(bytes, header::TOTAL_BYTES).ok_or(short(HEADER_BYTES))? as usize;
        let count = usize::from(u16_at(bytes, header::SECTIONS).unwrap_or_default());
        let end = HEADER_BYTES + count * ENTRY_BYTES;
        if total != bytes.len() || bytes.len() < end {
            return Err(short(total.max(end)));
        }
        let items = u32_at(bytes, header::ITEMS).ok_or(short(HEADER_BYTES))?;
        if end > MAX_HEAD_BYTES || items > MAX_ITEMS {
            return Err(SnapshotError::Malformed {
                section: SectionId::Meta,
                what: "has a head beyond its limits",
            });
        }
        let mut head = Self {
            items,
            count,
            known: [const { 0..0 }; SectionId::ALL.len()],
        };
        head.read_table(bytes, end)?;
        Ok(head)
    }

    fn read_table(&mut self, bytes: &[u8], head_end: usize) -> Result<(), SnapshotError> {
        let mut present = [false; SectionId::ALL.len()];
        for at in 0..self.count {
            let section = read_entry(bytes, at).ok_or(SnapshotError::NotASnapshot)?;
            if section.range.start < head_end || section.range.end > bytes.len() {
                return Err(SnapshotError::OutsideFile { id: section.id });
            }
            let known = SectionId::ALL.iter().position(|id| *id as u16 == section.id);
            let Some(known) = known else {
                if section.required {
                    return Err(SnapshotError::UnknownSection { id: section.id });
                }
                continue;
            };
            let (Some(id), Some(seen)) = (SectionId::ALL.get(known), present.get_mut(known)) else {
                continue;
            };
            if core::mem::replace(seen, true) {
                return Err(SnapshotError::Malformed {
                    section: *id,
                    what: "stands twice in the table",
                });
            }
            if let Some(range) = self.known.get_mut(known) {
                *range = section.range;
            }
        }
        let missing = SectionId::ALL
            .iter()
            .zip(present)
            .find(|(id, present)| id.is_required() && !present);
        missing.map_or(Ok(()), |(id, _)| Err(SnapshotError::Missing(*id)))
    }

    /// Returns the bytes of a section; empty where the file does not have it.
    pub fn section<'a>(&self, bytes: &'a [u8], id: SectionId) -> &'a [u8] {
        let position = SectionId::ALL.iter().position(|known| *known == id);
        let range = position
            .and_then(|position| self.known.get(position))
            .cloned()
            .unwrap_or(0..0);
        bytes.get(range).unwrap_or_default()
    }

    /// Returns whether header and section table are as they were written. O(sections).
    pub fn is_undamaged(&self, bytes: &[u8]) -> bool {
        let end = HEADER_BYTES + self.count * ENTRY_BYTES;
        let own = header::CRC..header::CRC + 4;
        let counted = bytes.iter().take(end).enumerate();
        let crc = crc32_of(counted.map(|(at, byte)| if own.contains(&at) { &0 } else { byte }));
        u32_at(bytes, header::CRC) == Some(crc)
    }

    /// Returns the section table, unknown sections included.
    pub fn sections(&self, bytes: &[u8]) -> impl Iterator<Item = Section> {
        (0..self.count).filter_map(move |at| read_entry(bytes, at))
    }
}

fn read_entry(bytes: &[u8], at: usize) -> Option<Section> {
    let start = HEADER_BYTES + at * ENTRY_BYTES;
    let entry = bytes.get(start..start + ENTRY_BYTES)?;
    let offset = u32_at(entry, entry::OFFSET)? as usize;
    Some(Section {
        id: u16_at(entry, entry::ID)?,
        required: u16_at(entry, entry::FLAGS)? & FLAG_REQUIRED != 0,
        // Where an address has 32 bits, an end past 4 GiB is outside of every file, not a reason of its own.
        range: offset..offset.saturating_add(u32_at(entry, entry::LENGTH)? as usize),
        crc: u32_at(entry, entry::CRC)?,
    })
}
