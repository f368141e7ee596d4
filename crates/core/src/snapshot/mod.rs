//! The snapshot: everything the engine knows, in one file that is read where it lies.
//!
//! `docs/snapshot-format.md` describes the bytes; [`layout`] holds the constants. Opening checks the head and
//! the shape of every section in O(sections) and copies nothing; [`Snapshot::verify`] walks every byte and is for
//! the moment in which a snapshot is admitted. Damage that opening cannot see makes rows end early: never a panic.

mod attributes;
#[cfg(feature = "build")]
mod builder;
mod bytes;
mod cells;
mod error;
mod head;
mod hit_curve;
mod ids;
pub mod layout;
mod learned_shares;
mod links;
mod meta;
mod neighbours;
mod popularity;
mod reader;

use core::fmt;
use core::ops::Range;

#[cfg(feature = "build")]
pub use attributes::AttributeTable;
pub use attributes::{Attributes, Brand, Category};
#[cfg(feature = "build")]
pub use builder::{BuildError, NeighbourTable, SnapshotBuilder, with_shares};
#[cfg(feature = "build")]
pub(crate) use bytes::BitWriter;
pub(crate) use bytes::crc32;
#[cfg(feature = "build")]
pub use cells::CellTable;
pub use cells::Cells;
pub use error::SnapshotError;
use head::Head;
pub use head::Section;
pub use hit_curve::HitCurve;
pub use ids::{Id, Ids, compare as compare_ids};
use layout::SectionId;
pub use learned_shares::LearnedShares;
pub use links::{LinkRow, Links};
pub use meta::{Meta, SIGNALS, Scoring, Support};
pub use neighbours::{Neighbour, Neighbours, Row};
pub use popularity::Popularity;
pub(crate) use reader::SectionReader;
use reader::sections;

use crate::rank::ranker::Forest;
use crate::wire::Reader;

/// An opened snapshot over bytes that somebody else holds, or that it owns.
pub struct Snapshot<B> {
    bytes: B,
    head: Head,
    meta: Meta,
}

impl<B: AsRef<[u8]>> Snapshot<B> {
    /// Opens a snapshot: checks its head and the shape of its sections. O(sections), nothing is copied.
    ///
    /// ```
    /// use shelfwise_core::snapshot::{Snapshot, SnapshotError};
    ///
    /// let bytes = shelfwise_core::example::corner_shop().build()?;
    /// let snapshot = Snapshot::open(bytes.as_slice())?;
    /// assert_eq!(snapshot.ids().index_of("tea").map(|index| snapshot.popularity().of(index)), Some(1.0));
    /// assert_eq!(Snapshot::open(b"<!doctype html>").unwrap_err(), SnapshotError::NotASnapshot);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`SnapshotError`] for any bytes that are not a snapshot which this engine can serve.
    pub fn open(bytes: B) -> Result<Self, SnapshotError> {
        let head = Head::read(bytes.as_ref())?;
        let meta = read_meta(head.section(bytes.as_ref(), SectionId::Meta))?;
        let snapshot = Self { bytes, head, meta };
        snapshot.open_sections()?;
        Ok(snapshot)
    }

    /// Walks every byte: checksums, ids, rows, dictionaries. O(bytes); about 10 ms for 1 MB.
    ///
    /// # Errors
    /// [`SnapshotError::Checksum`] and [`SnapshotError::HeadChecksum`] for damage, [`SnapshotError::Malformed`]
    /// for a file that was written wrongly.
    pub fn verify(&self) -> Result<(), SnapshotError> {
        if !self.head.is_undamaged(self.as_bytes()) {
            return Err(SnapshotError::HeadChecksum);
        }
        for section in self.sections() {
            let content = self.bytes.as_ref().get(section.range.clone()).unwrap_or_default();
            if let Some(id) = SectionId::from_u16(section.id).filter(|_| crc32(content) != section.crc) {
                return Err(SnapshotError::Checksum(id));
            }
        }
        self.verify_sections()
    }

    /// Returns what the model is.
    #[must_use]
    pub const fn meta(&self) -> &Meta {
        &self.meta
    }

    /// Returns the number of items.
    #[must_use]
    pub const fn items(&self) -> usize {
        self.head.items as usize
    }

    /// Returns items that go together in either way.
    #[must_use]
    pub fn links(&self) -> Links<'_> {
        Links {
            together: self.together(),
            bridges: self.bridges(),
        }
    }

    /// Returns the section table, as it stands in the file.
    pub fn sections(&self) -> impl Iterator<Item = Section> {
        self.head.sections(self.bytes.as_ref())
    }

    /// Returns the bytes of the id section: what a facts file is bound to by their SHA-256, which the host computes.
    #[must_use]
    pub fn ids_section(&self) -> &[u8] {
        self.section(SectionId::Ids)
    }

    /// Returns the bytes of the whole file.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.as_ref()
    }

    fn section(&self, id: SectionId) -> &[u8] {
        self.head.section(self.bytes.as_ref(), id)
    }

    fn reader<'a, R: SectionReader<'a>>(&'a self, id: SectionId) -> Result<R, SnapshotError> {
        match self.section(id) {
            [] if !id.is_required() => Ok(R::EMPTY),
            section => R::open(section, id, self.items()),
        }
    }
}

sections! {
    /// External ids.
    ids: Ids<'_> = Ids;
    /// Items seen together.
    together: Neighbours<'_> = Together;
    /// Popularity.
    popularity: Popularity<'_> = Popularity;
    /// Categories and brands; empty where the snapshot was trained without a catalog.
    attributes: Attributes<'_> = Attributes;
    /// Items alike by the catalog; empty where the snapshot was trained without one.
    alike: Neighbours<'_> = Alike;
    /// The learned ranker; `None` where there was too little to learn from.
    ranker: Option<Forest<'_>> = Ranker;
    /// Items joined by way of others; empty where enough were seen together, or too few to tell.
    bridges: Neighbours<'_> = Bridges;
    /// What is popular in context cells; empty where that earned no place.
    cells: Cells<'_> = Cells;
    /// How likely the next item is at each rank; `None` where there was too little to measure.
    hit_curve: Option<HitCurve<'_>> = HitCurve;
    /// Learned shares; none where nothing was learned.
    shares: LearnedShares<'_> = Shares;
}

impl<B> fmt::Debug for Snapshot<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot")
            .field("items", &self.head.items)
            .field("meta", &self.meta)
            .finish_non_exhaustive()
    }
}

fn read_meta(section: &[u8]) -> Result<Meta, SnapshotError> {
    let malformed = |what| SnapshotError::Malformed {
        section: SectionId::Meta,
        what,
    };
    let mut reader = Reader(section);
    let meta = reader.meta().ok_or_else(|| malformed("cannot be read"))?;
    let scoring = &meta.scoring;
    let factors = [scoring.two_hop, scoring.seen, scoring.current, scoring.alike];
    let mut numbers = scoring.decay.iter().chain(&scoring.event_weight).chain(&factors);
    if !reader.0.is_empty() {
        return Err(malformed("is longer than its record"));
    }
    if numbers.all(|number| number.is_finite() && (0.0..=MAX_FACTOR).contains(number)) {
        return Ok(meta);
    }
    Err(malformed("has a factor that is negative, not a number or above 100"))
}

/// No factor of scoring is larger, so that no sum of scores overflows.
const MAX_FACTOR: f32 = 100.0;

/// A range of bytes in a file.
pub(super) type ByteRange = Range<usize>;
