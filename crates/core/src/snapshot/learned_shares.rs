//! Files of learned shares, one behind the other, each with its length.

#[cfg(feature = "build")]
use alloc::vec::Vec;

use super::error::SnapshotError;
use super::layout::SectionId;
use super::reader::SectionReader;
use crate::shares::Shares;
use crate::wire::Reader;

/// The files.
#[derive(Clone, Copy, Debug)]
pub struct LearnedShares<'a> {
    section: &'a [u8],
}

impl<'a> LearnedShares<'a> {
    /// Returns the bytes of each file.
    pub fn files(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let mut rest = self.section;
        core::iter::from_fn(move || {
            let mut reader = Reader(rest);
            let length = reader.number()?.try_into().ok()?;
            let file = reader.0.split_off(..length)?;
            rest = reader.0;
            Some(file)
        })
    }
}

impl<'a> SectionReader<'a> for LearnedShares<'a> {
    const EMPTY: Self = Self { section: &[] };

    fn open(section: &'a [u8], _: SectionId, _: usize) -> Result<Self, SnapshotError> {
        Ok(Self { section })
    }

    /// Reads every file. O(bytes).
    fn verify(&self, section: SectionId) -> Result<(), SnapshotError> {
        let malformed = |what| Err(SnapshotError::Malformed { section, what });
        let mut read = 0;
        for file in self.files() {
            // A number of a length takes one byte for each 7 bits.
            read += file.len() + (file.len().checked_ilog2().unwrap_or_default() / 7) as usize + 1;
            if Shares::read(file).is_err() {
                return malformed("has shares that cannot be read");
            }
        }
        if read == self.section.len() {
            return Ok(());
        }
        malformed("is cut in the middle of a file")
    }
}

/// Writes the section.
#[cfg(feature = "build")]
pub(super) fn write(shares: &[Shares]) -> Vec<u8> {
    let file = |shares: &Shares| postcard::to_allocvec(&shares.write()).unwrap_or_default();
    shares.iter().flat_map(file).collect()
}
