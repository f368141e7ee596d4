//! Candidates in blocks of 64, a bit for each: a condition is asked of a whole block at once.
//!
//! Columns of facts are read once for all rules, a comparison gives a word, and `and`, `or` and `not` are one step each
//! ([Willhalm et al. 2009](https://doi.org/10.14778/1687627.1687671) scan databases so).

use alloc::vec::Vec;

use super::candidate::Candidate;
use super::program::{EQUAL, GREATER, LESS};
use crate::item::ItemIndex;

/// Candidates of a block.
pub const BLOCK: usize = u64::BITS as usize;

/// Up to 64 candidates, with the facts of them that were asked for.
pub struct Block<'b, 'a> {
    /// The candidates; the first one has the lowest bit.
    pub items: &'b [Candidate<'a>],
    /// Their indexes.
    pub indexes: Vec<Option<ItemIndex>>,
    /// What was read of them.
    pub columns: Vec<Column>,
    /// The stack of conditions.
    pub stack: Vec<u64>,
}

/// A column of facts of a block.
pub struct Column {
    /// The number of the column.
    pub number: u16,
    /// Whether values are ages in days.
    pub is_age: bool,
    /// Of which candidates somebody has the fact.
    pub heard: u64,
    /// Which candidates have a value.
    pub found: u64,
    /// The values, 0 where there is none.
    pub values: [i32; BLOCK],
}

impl<'b, 'a> Block<'b, 'a> {
    /// Returns a block of the first 64 of these.
    pub fn new(items: &'b [Candidate<'a>]) -> Self {
        let items = items.get(..BLOCK).unwrap_or(items);
        Self {
            items,
            indexes: items.iter().map(|item| item.index).collect(),
            columns: Vec::new(),
            stack: Vec::new(),
        }
    }

    /// Returns the bits of all candidates.
    pub fn all(&self) -> u64 {
        u64::MAX
            .checked_shr((BLOCK - self.items.len()) as u32)
            .unwrap_or_default()
    }

    /// Returns for which candidates something holds.
    #[inline(never)]
    pub fn bits(&self, holds: &dyn Fn(&Candidate<'a>) -> bool) -> u64 {
        let items = self.items.iter().rev();
        items.fold(0, |word, item| word << 1 | u64::from(holds(item)))
    }
}

/// A column of which nobody knows anything.
pub static NOTHING: Column = Column::new(0, false);

impl Column {
    /// Returns a column of which nothing was read yet.
    pub const fn new(number: u16, is_age: bool) -> Self {
        Self {
            number,
            is_age,
            heard: 0,
            found: 0,
            values: [0; BLOCK],
        }
    }

    /// Returns the candidates whose value stands to `other` as one of the bits of `order` says.
    ///
    /// Those below it, those up to it, and all are at most needed, each where the answer changes from one to the next.
    pub fn compare(&self, order: u8, other: i32) -> u64 {
        let is = |bit: u8| order & bit != 0;
        let mut word = if is(GREATER) { u64::MAX } else { 0 };
        if is(LESS) != is(EQUAL) {
            word ^= self.below(other);
        }
        if is(EQUAL) != is(GREATER) {
            word ^= other.checked_add(1).map_or(u64::MAX, |next| self.below(next));
        }
        word & self.found
    }

    #[inline(never)]
    fn below(&self, other: i32) -> u64 {
        // Bytes first, so that compilers compare several values at once; a multiplication puts the lowest bits of eight
        // bytes next to each other.
        let mut below = [0; BLOCK];
        for (below, value) in below.iter_mut().zip(&self.values) {
            *below = u8::from(*value < other);
        }
        let (eights, _) = below.as_chunks::<8>();
        let gathered = |eight: &[u8; 8]| u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        eights.iter().rev().fold(0, |word, eight| word << 8 | gathered(eight))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn column_compares_as_numbers_do() {
        let edge = [i32::MIN, -1, 0, 1, 7, i32::MAX];
        let mut column = Column::new(0, false);
        column.values[..edge.len()].copy_from_slice(&edge);
        column.found = (1 << edge.len()) - 1;
        for order in 0..8 {
            for other in edge {
                let holds = |value: &i32| {
                    let bit = match value.cmp(&other) {
                        core::cmp::Ordering::Less => LESS,
                        core::cmp::Ordering::Equal => EQUAL,
                        core::cmp::Ordering::Greater => GREATER,
                    };
                    order & bit != 0
                };
                let expected = edge
                    .iter()
                    .rev()
                    .fold(0, |word, value| word << 1 | u64::from(holds(value)));
                assert_eq!(column.compare(order, other), expected, "{order} {other}");
            }
        }
    }

    #[test]
    fn block_has_a_bit_for_each_of_64_candidates() {
        let items = alloc::vec![Candidate::default(); 70];
        for (count, expected) in [(0, 0), (3, 7), (64, u64::MAX), (70, u64::MAX)] {
            let block = Block::new(&items[..count]);
            assert_eq!((block.all(), block.bits(&|_| true)), (expected, expected));
        }
    }
}
