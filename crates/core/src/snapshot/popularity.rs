//! Popularity of every item on a logarithmic scale, and the most popular ones.

use super::bytes::{u32_at, u32_column};
use super::error::SnapshotError;
use super::layout::{MAX_POPULARITY, SectionId};
use super::reader::SectionReader;
use crate::item::ItemIndex;

/// The popularity section, read in place.
#[derive(Clone, Copy, Debug)]
pub struct Popularity<'a> {
    top: &'a [u8],
    levels: &'a [u8],
    recent: &'a [u8],
}

impl<'a> Popularity<'a> {
    fn parse(section: &'a [u8], items: usize) -> Option<Self> {
        let top_bytes = (u32_at(section, 0)? as usize).checked_mul(4)?;
        let (top, columns) = section.get(4..)?.split_at_checked(top_bytes)?;
        let (levels, recent) = columns.split_at_checked(items)?;
        (recent.len() == items).then_some(Self { top, levels, recent })
    }

    /// Popularity from 0 (nobody, or too few to tell) to 1 (the most popular item), logarithmic.
    #[must_use]
    pub fn of(&self, item: ItemIndex) -> f32 {
        scale(self.levels, item)
    }

    /// Returns the same over the last part of the log.
    #[must_use]
    pub fn recent_of(&self, item: ItemIndex) -> f32 {
        scale(self.recent, item)
    }

    /// Returns the most popular items, first first.
    pub fn top(&self) -> impl Iterator<Item = ItemIndex> + use<'a> {
        items(self.top, self.levels.len())
    }
}

impl<'a> SectionReader<'a> for Popularity<'a> {
    const EMPTY: Self = Self {
        top: &[],
        levels: &[],
        recent: &[],
    };

    /// Checks the shape of the section. O(1).
    fn open(section: &'a [u8], _: SectionId, items: usize) -> Result<Self, SnapshotError> {
        Self::parse(section, items).ok_or(SnapshotError::Malformed {
            section: SectionId::Popularity,
            what: "does not hold two levels for each item",
        })
    }
}

fn scale(column: &[u8], item: ItemIndex) -> f32 {
    let level = column.get(item.as_usize()).copied().unwrap_or_default();
    f32::from(level.min(MAX_POPULARITY)) / f32::from(MAX_POPULARITY)
}

/// Returns a list of item indexes; those that are out of range are left out.
pub(super) fn items(list: &[u8], count: usize) -> impl Iterator<Item = ItemIndex> + use<'_> {
    (0..list.len() / 4)
        .filter_map(|at| u32_column(list, at))
        .filter(move |item| (*item as usize) < count)
        .map(ItemIndex)
}

/// Writes the section.
#[cfg(feature = "build")]
pub(super) fn write(top: &[u32], levels: &[u8], recent: &[u8]) -> alloc::vec::Vec<u8> {
    let mut section = alloc::vec::Vec::from((top.len() as u32).to_le_bytes());
    section.extend(top.iter().flat_map(|item| item.to_le_bytes()));
    section.extend(levels);
    section.extend(recent);
    section
}
