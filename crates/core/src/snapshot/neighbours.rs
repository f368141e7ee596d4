//! A table of neighbours: for every item a short row of other items with weights, read in place.
//!
//! A row is a bit stream: the number of neighbours in 6 bits, then for each, by rising index, the gap to the one
//! before (the first one as a zigzag distance from the row's own item) as an [exponential Golomb
//! code](https://en.wikipedia.org/wiki/Exponential-Golomb_coding), and its weight in 4 bits. Indexes that were assigned in the
//! order of arrival make near neighbours and short gaps.

use super::bytes::{BitReader, u32_column};
use super::error::SnapshotError;
use super::layout::{MAX_NEIGHBOURS, ROWS_PER_BLOCK, SectionId, WEIGHT_LEVELS};
use super::reader::SectionReader;
use crate::item::ItemIndex;

/// One neighbour of an item.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Neighbour {
    /// The item.
    pub item: ItemIndex,
    /// Its weight, above 0 and at most 1.
    pub weight: f32,
}

/// A neighbour table, read in place.
#[derive(Clone, Copy, Debug)]
pub struct Neighbours<'a> {
    items: u32,
    weights: [f32; WEIGHT_LEVELS],
    /// Order of the gap code, by number of neighbours in the row.
    gap_orders: &'a [u8],
    block_offsets: &'a [u8],
    /// Bytes of every row.
    lengths: &'a [u8],
    rows: &'a [u8],
}

impl<'a> Neighbours<'a> {
    fn parse(section: &'a [u8], items: usize) -> Option<Self> {
        let (weights, rest) = section.split_at_checked(4 * WEIGHT_LEVELS)?;
        let (gap_orders, rest) = rest.split_at_checked(MAX_NEIGHBOURS + 1)?;
        let (block_offsets, rest) = rest.split_at_checked(4 * items.div_ceil(ROWS_PER_BLOCK))?;
        let (lengths, rows) = rest.split_at_checked(items)?;
        Some(Self {
            items: u32::try_from(items).ok()?,
            weights: read_weights(weights)?,
            gap_orders,
            block_offsets,
            lengths,
            rows,
        })
    }

    /// Returns the weight of each of the 16 levels.
    #[must_use]
    pub const fn weights(&self) -> &[f32; WEIGHT_LEVELS] {
        &self.weights
    }

    /// Returns the neighbours of an item by rising index; none for an unknown item.
    ///
    /// Costs about 5 ns a neighbour. A damaged row ends at its first invalid entry.
    #[must_use]
    pub fn of(&self, item: ItemIndex) -> Row<'a> {
        self.row(item).unwrap_or_else(Row::empty)
    }

    fn row(&self, item: ItemIndex) -> Option<Row<'a>> {
        let (bytes, length) = self.row_bytes(item.as_usize())?;
        if length == 0 {
            return None;
        }
        let mut bits = BitReader::new(bytes, length);
        let left = bits.bits(6)?;
        let gap_order = u32::from(*self.gap_orders.get(left as usize)?);
        Some(Row {
            bits,
            left,
            gap_order,
            previous: None,
            own: item.0,
            items: self.items,
            weights: self.weights,
        })
    }

    /// Returns the table from the row on, and how many of the bytes are the row's.
    fn row_bytes(&self, index: usize) -> Option<(&'a [u8], usize)> {
        let block = index / ROWS_PER_BLOCK;
        let before = self.lengths.get(block * ROWS_PER_BLOCK..index)?;
        let within = before.iter().map(|n| usize::from(*n)).sum();
        let start = (u32_column(self.block_offsets, block)? as usize).checked_add(within)?;
        let (rest, length) = (self.rows.get(start..)?, usize::from(*self.lengths.get(index)?));
        (length <= rest.len()).then_some((rest, length))
    }
}

impl<'a> SectionReader<'a> for Neighbours<'a> {
    /// Returns a table in which no item has a neighbour.
    const EMPTY: Self = Self {
        items: 0,
        weights: [0.0; WEIGHT_LEVELS],
        gap_orders: &[],
        block_offsets: &[],
        lengths: &[],
        rows: &[],
    };

    /// Checks weights and the shape of the section. O(1).
    fn open(section: &'a [u8], id: SectionId, items: usize) -> Result<Self, SnapshotError> {
        let malformed = |what| SnapshotError::Malformed { section: id, what };
        let table = Self::parse(section, items).ok_or(malformed("is too short for its rows"))?;
        if table.weights.iter().all(|weight| (0.0..=1.0).contains(weight)) {
            return Ok(table);
        }
        Err(malformed("has a weight that is not from 0 to 1"))
    }

    /// Checks every row: each has as many neighbours as it states. O(bytes).
    fn verify(&self, section: SectionId) -> Result<(), SnapshotError> {
        let rows = (0..self.items).map(ItemIndex);
        let sound = rows.into_iter().all(|item| {
            let row = self.row_bytes(item.as_usize());
            row.is_some_and(|(_, length)| length == 0)
                || self.row(item).is_some_and(|row| row.left as usize == row.count())
        });
        if sound {
            Ok(())
        } else {
            Err(SnapshotError::Malformed {
                section,
                what: "has a row that cannot be read",
            })
        }
    }
}

fn read_weights(bytes: &[u8]) -> Option<[f32; WEIGHT_LEVELS]> {
    let mut weights = [0.0; WEIGHT_LEVELS];
    for (level, weight) in weights.iter_mut().enumerate() {
        *weight = f32::from_bits(u32_column(bytes, level)?);
    }
    Some(weights)
}

/// The neighbours of one item, by rising index.
pub struct Row<'a> {
    bits: BitReader<'a>,
    left: u32,
    gap_order: u32,
    previous: Option<u32>,
    own: u32,
    items: u32,
    weights: [f32; WEIGHT_LEVELS],
}

impl Row<'_> {
    fn empty() -> Self {
        Row {
            bits: BitReader::new(&[], 0),
            left: 0,
            gap_order: 0,
            previous: None,
            own: 0,
            items: 0,
            weights: [0.0; WEIGHT_LEVELS],
        }
    }

    fn advance(&mut self) -> Option<Neighbour> {
        let (gap, level) = self.bits.gap_and_weight(self.gap_order)?;
        let item = match self.previous {
            Some(previous) => previous.checked_add(gap)?.checked_add(1)?,
            None => u32::try_from(i64::from(self.own) + unzigzag(gap)).ok()?,
        };
        if item >= self.items {
            return None;
        }
        self.previous = Some(item);
        Some(Neighbour {
            item: ItemIndex(item),
            weight: *self.weights.get(level as usize)?,
        })
    }
}

impl Iterator for Row<'_> {
    type Item = Neighbour;

    fn next(&mut self) -> Option<Neighbour> {
        self.left = self.left.checked_sub(1)?;
        let neighbour = self.advance();
        if neighbour.is_none() {
            self.left = 0;
        }
        neighbour
    }
}

const fn unzigzag(code: u32) -> i64 {
    let half = (code >> 1) as i64;
    if code & 1 == 1 { -half - 1 } else { half }
}

#[cfg(feature = "build")]
pub(super) use write::write;

#[cfg(feature = "build")]
mod write {
    use alloc::vec::Vec;

    use super::super::bytes::{BitWriter, gap_bits};
    use super::super::layout::WEIGHT_BITS;
    use super::*;

    /// A neighbour on its way into a table: index and level of its weight.
    type Entry = (u32, u8);

    /// Writes a table. Rows are sorted by index, hold at most [`MAX_NEIGHBOURS`] and never the item itself.
    pub fn write(weights: &[f32; WEIGHT_LEVELS], rows: &[Vec<Entry>]) -> Vec<u8> {
        let gap_orders = best_gap_orders(rows);
        let mut section: Vec<u8> = weights
            .iter()
            .flat_map(|weight| weight.to_bits().to_le_bytes())
            .collect();
        section.extend(&gap_orders);
        let (mut offsets, mut lengths, mut bytes) = (Vec::new(), Vec::new(), Vec::new());
        for (own, row) in rows.iter().enumerate() {
            if own.is_multiple_of(ROWS_PER_BLOCK) {
                offsets.extend((bytes.len() as u32).to_le_bytes());
            }
            let row = fit_row(own as u32, row, &gap_orders);
            lengths.push(row.len() as u8);
            bytes.extend(row);
        }
        section.extend(offsets);
        section.extend(lengths);
        section.extend(bytes);
        section
    }

    /// The row's length is one byte: neighbours beyond 255 bytes are dropped, which no row of a real log reaches.
    fn fit_row(own: u32, row: &[Entry], gap_orders: &[u8]) -> Vec<u8> {
        let mut fits = (0..=row.len())
            .rev()
            .map(|count| write_row(own, row.get(..count).unwrap_or_default(), gap_orders));
        fits.find(|bytes| bytes.len() <= usize::from(u8::MAX))
            .unwrap_or_default()
    }

    fn write_row(own: u32, row: &[Entry], gap_orders: &[u8]) -> Vec<u8> {
        if row.is_empty() {
            return Vec::new();
        }
        let k = u32::from(gap_orders.get(row.len()).copied().unwrap_or_default());
        let mut bits = BitWriter::default();
        bits.bits(row.len() as u64, 6);
        for (gap, (_, level)) in gaps(own, row).zip(row) {
            bits.gap(gap, k);
            bits.bits(u64::from(*level), WEIGHT_BITS);
        }
        bits.finish()
    }

    /// Returns for every number of neighbours the order of the gap code that costs the fewest bits.
    fn best_gap_orders(rows: &[Vec<Entry>]) -> [u8; MAX_NEIGHBOURS + 1] {
        const ORDERS: u32 = 22;
        let mut costs = [[0_u64; ORDERS as usize]; MAX_NEIGHBOURS + 1];
        for (own, row) in rows.iter().enumerate() {
            let Some(costs) = costs.get_mut(row.len()) else {
                continue;
            };
            for gap in gaps(own as u32, row) {
                for (k, cost) in costs.iter_mut().enumerate() {
                    *cost += u64::from(gap_bits(gap, k as u32));
                }
            }
        }
        costs.map(|costs| {
            (0..ORDERS as u8)
                .min_by_key(|k| costs.get(usize::from(*k)).copied())
                .unwrap_or_default()
        })
    }

    fn gaps(own: u32, row: &[Entry]) -> impl Iterator<Item = u32> {
        let first = row.first().map(|(item, _)| zigzag(i64::from(*item) - i64::from(own)));
        let rest = row.windows(2).map(|pair| match pair {
            [(a, _), (b, _)] => b - a - 1,
            _ => 0,
        });
        first.into_iter().chain(rest)
    }

    const fn zigzag(distance: i64) -> u32 {
        (if distance < 0 { -2 * distance - 1 } else { 2 * distance }) as u32
    }
}
