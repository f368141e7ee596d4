//! Where everything stands in a snapshot: the constants of `docs/snapshot-format.md`.
//!
//! The two change together; `cargo xtask tidy` compares a hash of this file with the one in the document.

use crate::names::named_enum;
use core::fmt;

/// First bytes of a snapshot: a byte that is not text, `SWM`, and line ends that a text transfer would damage.
pub const MAGIC: [u8; 8] = *b"\x89SWM\r\n\x1a\n";

/// The format's version. A reader refuses any other.
pub const VERSION: u16 = 1;

/// Bytes of the header before the section table.
pub const HEADER_BYTES: usize = 32;

/// Bytes of one entry of the section table.
pub const ENTRY_BYTES: usize = 16;

/// Header and section table end within this many bytes, so that the first read of a file tells everything.
pub const MAX_HEAD_BYTES: usize = 16 * 1024;

/// The most items in a snapshot: gap codes of neighbour rows are read from one 64-bit window.
pub const MAX_ITEMS: u32 = 1 << 24;

/// Byte offsets of the header's fields, all little-endian.
pub mod header {
    /// `u16`: [`super::VERSION`].
    pub const VERSION: usize = 8;
    /// `u16`: number of sections.
    pub const SECTIONS: usize = 10;
    /// `u32`: bytes of the whole file.
    pub const TOTAL_BYTES: usize = 12;
    /// `u32`: number of items.
    pub const ITEMS: usize = 16;
    /// `u32`: CRC-32 of header and section table, these four bytes taken as zero.
    pub const CRC: usize = 20;
    // 24..32 are zero.
}

/// Byte offsets of a section table entry's fields, all little-endian.
pub mod entry {
    /// `u16`: the section's number.
    pub const ID: usize = 0;
    /// `u16`: bit 0 is set where a reader that does not know the section must refuse the file.
    pub const FLAGS: usize = 2;
    /// `u32`: first byte of the section in the file.
    pub const OFFSET: usize = 4;
    /// `u32`: bytes of the section.
    pub const LENGTH: usize = 8;
    /// `u32`: CRC-32 (IEEE 802.3) of the section's bytes.
    pub const CRC: usize = 12;
}

/// Bit 0 of an entry's flags.
pub const FLAG_REQUIRED: u16 = 1;

/// Items in one block of the id section.
pub const IDS_PER_BLOCK: usize = 16;

/// The most runs of sorted ids: each training with `--previous` that meets new items adds one.
pub const MAX_ID_RUNS: usize = 64;

/// Items that share one row offset in a neighbour table.
pub const ROWS_PER_BLOCK: usize = 64;

/// The most neighbours of one item: their number is written in 6 bits.
pub const MAX_NEIGHBOURS: usize = 63;

/// Bits of a neighbour's weight.
pub const WEIGHT_BITS: u32 = 4;

/// Different weights in a table.
pub const WEIGHT_LEVELS: usize = 1 << WEIGHT_BITS;

/// Highest value of the two popularity columns: `round(63 · ln(1 + n) / ln(1 + n_max))`.
pub const MAX_POPULARITY: u8 = 63;

/// "No category", "no brand" in the attribute columns.
pub const NO_ATTRIBUTE: u16 = u16::MAX;

named_enum! {
    /// The sections of version 1.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
    #[repr(u16)]
    pub enum SectionId {
        /// What the model is and how it scores (required).
        Meta = 1 => "meta",
        /// External ids (required).
        Ids = 2 => "ids",
        /// Items seen together (required).
        Together = 3 => "together",
        /// Popularity of every item, and the most popular ones (required).
        Popularity = 4 => "popularity",
        /// Category and brand of every item, and the most popular items of each category.
        Attributes = 5 => "attributes",
        /// Items alike by the catalog.
        Alike = 6 => "alike",
        /// Boosted trees over the features of candidates.
        Ranker = 7 => "ranker",
        /// Items joined by way of others, where few were seen together.
        Bridges = 8 => "bridges",
        /// What is popular in context cells: where visits begin by time and place.
        Cells = 9 => "cells",
        /// How likely the next item is at each rank.
        HitCurve = 10 => "hit_curve",
        /// How often options of slots are drawn, as it was learned.
        Shares = 11 => "shares",
    }
}

impl SectionId {
    /// The section of that number.
    #[must_use]
    pub fn from_u16(id: u16) -> Option<Self> {
        Self::ALL.into_iter().find(|section| *section as u16 == id)
    }

    /// Whether a file of version 1 must have it.
    #[must_use]
    pub const fn is_required(self) -> bool {
        matches!(self, Self::Meta | Self::Ids | Self::Together | Self::Popularity)
    }
}

impl fmt::Display for SectionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
