//! How likely the next item is at each rank of the model: measured in training, on sessions that were held out.

use super::bytes::u16_at;
use super::error::SnapshotError;
use super::layout::SectionId;
use super::reader::SectionReader;

/// The hit curve, read in place.
#[derive(Clone, Copy, Debug)]
pub struct HitCurve<'a> {
    ranks: &'a [u8],
}

impl HitCurve<'_> {
    /// Returns the probability that the item at a rank, from 0, is the next one, in 65,536ths. Ranks past the last
    /// measured one have its probability.
    #[must_use]
    pub fn at(&self, rank: usize) -> u16 {
        let last = self.len().saturating_sub(1);
        u16_at(self.ranks, rank.min(last) * 2).unwrap_or_default()
    }

    /// Returns the number of measured ranks.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.ranks.len() / 2
    }

    /// Returns whether no rank was measured: never, in a snapshot that was opened.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.ranks.is_empty()
    }
}

/// There is none where there was too little to measure, and in snapshots of earlier versions.
impl<'a> SectionReader<'a> for Option<HitCurve<'a>> {
    const EMPTY: Self = None;

    /// Checks the shape of the section. O(1).
    fn open(section: &'a [u8], _: SectionId, _: usize) -> Result<Self, SnapshotError> {
        match section.len() {
            0 => Ok(None),
            length if length.is_multiple_of(2) => Ok(Some(HitCurve { ranks: section })),
            _ => Err(malformed("is cut in the middle of a rank")),
        }
    }

    /// Walks the ranks. O(ranks).
    fn verify(&self, _: SectionId) -> Result<(), SnapshotError> {
        let falls = |curve: &HitCurve<'_>| (0..curve.len()).map(|rank| curve.at(rank)).is_sorted_by(|a, b| a >= b);
        if self.as_ref().is_none_or(falls) {
            return Ok(());
        }
        Err(malformed("rises from a rank to the next"))
    }
}

const fn malformed(what: &'static str) -> SnapshotError {
    SnapshotError::Malformed {
        section: SectionId::HitCurve,
        what,
    }
}

/// Writes the section.
#[cfg(feature = "build")]
pub(super) fn write(ranks: &[u16]) -> alloc::vec::Vec<u8> {
    ranks.iter().flat_map(|rank| rank.to_le_bytes()).collect()
}
