//! What is popular in a context cell: where visits from such a context begin.

#[cfg(feature = "build")]
use super::attributes::ends;
use super::attributes::range;
use super::bytes::{u16_at, u32_at, u32_column};
use super::error::SnapshotError;
use super::layout::SectionId;
use super::reader::SectionReader;
use crate::item::ItemIndex;
use crate::visit::context_key::ContextKey;

/// Bytes before the cells.
const HEAD_BYTES: usize = 8;

/// Bits of an item's index in an entry; its weight stands above them.
const ITEM_BITS: u32 = 24;

/// The cell section, read in place; empty where the snapshot has none.
#[derive(Clone, Copy, Debug)]
pub struct Cells<'a> {
    items: usize,
    facts: u32,
    share: u8,
    /// The cells, rising.
    keys: &'a [u8],
    /// Ends of their lists.
    ends: &'a [u8],
    entries: &'a [u8],
}

impl<'a> Cells<'a> {
    fn parse(section: &'a [u8], items: usize) -> Option<Self> {
        let column = 4 * usize::from(u16_at(section, 4)?);
        let (head, rest) = section.split_at_checked(HEAD_BYTES)?;
        let (keys, rest) = rest.split_at_checked(column)?;
        let (ends, entries) = rest.split_at_checked(column)?;
        Some(Self {
            items,
            facts: u32_at(head, 0)?,
            share: *head.get(6)?,
            keys,
            ends,
            entries,
        })
    }

    /// Returns the facts that tell cells apart, as a mask; a host need not read others. Unknown where there are no
    /// cells.
    #[must_use]
    pub const fn facts(&self) -> ContextKey {
        ContextKey::from_bits(self.facts)
    }

    /// Returns the share of a cell's list in what is popular, from 0 to less than 1: popularity in the shop always has a
    /// part.
    #[must_use]
    pub fn share(&self) -> f32 {
        f32::from(self.share) / 256.0
    }

    /// Returns how many cells there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.keys.len() / 4
    }

    /// Returns whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Returns the cells, rising.
    pub fn cells(&self) -> impl Iterator<Item = ContextKey> + use<'a> {
        let keys = self.keys;
        (0..keys.len() / 4).filter_map(move |at| u32_column(keys, at).map(ContextKey::from_bits))
    }

    /// Returns where visits begin in the cell, or in the nearest of its ancestors that there is: items with weights
    /// from 0 to 1, the heaviest first. O(cells).
    pub fn popular_in(&self, cell: ContextKey) -> impl Iterator<Item = (ItemIndex, f32)> + use<'a> {
        let (cell, count) = (cell.only(self.facts()), self.items);
        // Cells rise and ancestors are the smaller ones: the last that fits is the nearest.
        let fits = |(_, own): &(usize, ContextKey)| cell.lineage().any(|ancestor| ancestor == *own);
        let found = self.cells().enumerate().filter(fits).last();
        let list = found
            .and_then(|(at, _)| range(self.entries, self.ends, at, 4))
            .unwrap_or_default();
        (0..list.len() / 4)
            .filter_map(|at| u32_column(list, at))
            .map(|entry| (ItemIndex(entry & ((1 << ITEM_BITS) - 1)), weight(entry)))
            .filter(move |(item, _)| item.as_usize() < count)
    }
}

impl<'a> SectionReader<'a> for Cells<'a> {
    const EMPTY: Self = Self {
        items: 0,
        facts: 0,
        share: 0,
        keys: &[],
        ends: &[],
        entries: &[],
    };

    /// Checks the shape of the section. O(1).
    fn open(section: &'a [u8], _: SectionId, items: usize) -> Result<Self, SnapshotError> {
        Self::parse(section, items).ok_or(SnapshotError::Malformed {
            section: SectionId::Cells,
            what: "is too short for its cells",
        })
    }

    /// Walks cells and lists. O(bytes).
    fn verify(&self, _: SectionId) -> Result<(), SnapshotError> {
        let known = |cell: ContextKey| cell.only(self.facts()) == cell;
        let cells = self.cells().is_sorted_by(|a, b| a < b) && self.cells().all(known);
        // A section that is not there has nothing to share either.
        let missing = self.is_empty() && self.share == 0;
        let rooted = missing || self.cells().next() == Some(ContextKey::UNKNOWN);
        let facts = self.facts().only(ContextKey::EVERYTHING) == self.facts();
        let lists = (0..self.len()).all(|at| range(self.entries, self.ends, at, 4).is_some());
        let mut entries = (0..self.entries.len() / 4).filter_map(|at| u32_column(self.entries, at));
        let items = entries.all(|entry| ((entry & ((1 << ITEM_BITS) - 1)) as usize) < self.items);
        if cells && rooted && facts && lists && items {
            return Ok(());
        }
        Err(SnapshotError::Malformed {
            section: SectionId::Cells,
            what: "has a cell or a list out of order or range",
        })
    }
}

fn weight(entry: u32) -> f32 {
    (entry >> ITEM_BITS) as f32 / 255.0
}

/// What the origin knows of cells.
#[cfg(feature = "build")]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CellTable {
    /// The facts that tell cells apart, as a mask.
    pub facts: ContextKey,
    /// Share of a cell's list in what is popular, in 256ths.
    pub share: u8,
    /// By rising cell, the unknown one first, a list of items with their weights of 0 to 255, the heaviest first.
    pub cells: alloc::vec::Vec<(ContextKey, alloc::vec::Vec<(u32, u8)>)>,
}

/// Writes the section.
#[cfg(feature = "build")]
pub(super) fn write(table: &CellTable) -> alloc::vec::Vec<u8> {
    let mut section = alloc::vec::Vec::from(table.facts.bits().to_le_bytes());
    section.extend((table.cells.len() as u16).to_le_bytes());
    section.extend([table.share, 0]);
    section.extend(table.cells.iter().flat_map(|(cell, _)| cell.bits().to_le_bytes()));
    section.extend(ends(table.cells.iter().map(|(_, list)| list.len())));
    let entries = table.cells.iter().flat_map(|(_, list)| list);
    section.extend(entries.flat_map(|(item, weight)| (item | u32::from(*weight) << ITEM_BITS).to_le_bytes()));
    section
}
