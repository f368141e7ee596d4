//! Facts of items that rules ask about: the file `facts.swf`, read where it lies.
//!
//! A column is a table of its values and a bit-packed code for each item of the snapshot; `docs/facts.md` describes the
//! bytes. The file is bound to the ids of one snapshot by their SHA-256, which the host computes with its own
//! cryptography from [`Snapshot::ids_section`](crate::Snapshot::ids_section).

#[cfg(feature = "build")]
mod builder;
#[cfg(feature = "build")]
mod composite;
mod error;
mod record;
#[cfg(feature = "build")]
mod steps;

use alloc::vec::Vec;
use core::fmt;

#[cfg(feature = "build")]
pub use builder::{Cells, ColumnTable, FactsBuildError, FactsBuilder};
#[cfg(feature = "build")]
pub use composite::{Input, levels};
pub use error::FactsError;
pub use record::FactKind;
use record::{Column, Head};

use crate::item::ItemIndex;
use crate::policy::FactSource;

/// First bytes of every facts file that this engine reads: `SWF` and the version of the format.
pub const FILE_HEAD: [u8; 4] = *b"SWF\x01";

/// The most columns of a file.
pub const MAX_COLUMNS: usize = 64;

/// The longest name of a column, in bytes.
pub const MAX_NAME_BYTES: usize = 64;

/// Bytes of the SHA-256 that binds a file to the ids of a snapshot.
pub const HASH_BYTES: usize = 32;

/// The widest code of an item in a column, in bits.
const MAX_CODE_BITS: u8 = 16;

/// Opened facts over bytes that somebody else holds, or that it owns.
pub struct Facts<B> {
    bytes: B,
    items: usize,
    columns: Vec<(Column, Codes)>,
}

/// Where the codes of a column stand in the file.
type Codes = core::ops::Range<usize>;

impl<B: AsRef<[u8]>> Facts<B> {
    /// Opens facts for the snapshot whose id section has that SHA-256. O(values of all columns); the codes of the items
    /// stay where they are.
    ///
    /// ```
    /// use shelfwise_core::facts::{Cells, ColumnTable, FactKind, Facts, FactsBuilder};
    /// use shelfwise_core::ItemIndex;
    ///
    /// let price = ColumnTable {
    ///     name: "price".into(),
    ///     kind: FactKind::Money,
    ///     cells: Cells::numbers([Some(1_999), None, Some(450)]),
    /// };
    /// let builder = FactsBuilder { ids_sha256: [7; 32], items: 3, columns: vec![price] };
    /// let facts = Facts::open(builder.build()?, &[7; 32])?;
    /// let price = facts.column("price").unwrap();
    /// assert_eq!([0, 1, 2].map(|item| facts.value(price, ItemIndex(item))), [Some(1_999), None, Some(450)]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`FactsError`] for any bytes that `shelfwise facts build` did not write, or wrote for other ids.
    pub fn open(bytes: B, ids_sha256: &[u8; HASH_BYTES]) -> Result<Self, FactsError> {
        let (head, codes) = Head::read(bytes.as_ref())?;
        if head.ids_sha256 != *ids_sha256 {
            return Err(FactsError::OtherIds);
        }
        let end = bytes.as_ref().len();
        let mut next = end.saturating_sub(codes.len());
        let items = head.items as usize;
        let placed = head.columns.into_iter().map(|column| {
            let start = next;
            next = start.saturating_add(column.code_bytes(items));
            (column, start..next)
        });
        let columns = placed.collect();
        if next != end {
            return Err(FactsError::Malformed("does not have one code for each item"));
        }
        Ok(Self { bytes, items, columns })
    }

    /// Returns the number of the column of that name. O(columns).
    #[must_use]
    pub fn column(&self, name: &str) -> Option<u16> {
        let at = self.columns.iter().position(|(column, _)| column.name == name)?;
        u16::try_from(at).ok()
    }

    /// Returns what a column says of an item; `None` if it says nothing. In a column of texts the code of the text. O(1).
    #[must_use]
    pub fn value(&self, column: u16, item: ItemIndex) -> Option<i32> {
        let mut value = [0];
        (self.values(column, &[Some(item)], &mut value) == 1).then_some(value[0])
    }

    /// The same of several items: bit by bit for which there is a value.
    #[inline(never)]
    fn values(&self, column: u16, items: &[Option<ItemIndex>], values: &mut [i32]) -> u64 {
        let Some((column, codes)) = self.columns.get(usize::from(column)) else {
            return 0;
        };
        let (bytes, width) = (self.bytes.as_ref(), column.bits as usize);
        let last = bytes.len().saturating_sub(size_of::<u32>());
        let code = |item: usize| {
            // The four bytes from the code's first one on hold all of it, and so do the last four of the file.
            let first = codes.start + item * width / 8;
            let place = first.min(last);
            let before = item * width % 8 + 8 * (first - place);
            let window = bytes.get(place..).and_then(|rest| rest.first_chunk());
            let window = u64::from(u32::from_be_bytes(*window.unwrap_or(&[0; 4])));
            (u64::from((window << before) as u32) >> (u32::BITS as usize - width)) as u32
        };
        let mut found = 0;
        for (at, (item, value)) in items.iter().zip(values).enumerate() {
            let known = item.filter(|item| item.as_usize() < self.items);
            if let Some(own) = known.and_then(|item| column.value_of(code(item.as_usize()))) {
                *value = own;
                found |= 1 << at;
            }
        }
        found
    }

    /// Returns the code that stands for a text in a column of texts. O(log texts).
    #[must_use]
    pub fn code(&self, column: u16, text: &str) -> Option<i32> {
        let (column, _) = self.columns.get(usize::from(column))?;
        let found = column.texts.binary_search_by(|own| own.as_str().cmp(text));
        i32::try_from(found.ok()?).ok()
    }

    /// Returns the text of a code in a column of texts.
    #[must_use]
    pub fn text(&self, column: u16, code: i32) -> Option<&str> {
        let (column, _) = self.columns.get(usize::from(column))?;
        column.texts.get(usize::try_from(code).ok()?).map(|text| &**text)
    }

    /// Returns the columns' names and kinds, in the order of their numbers.
    pub fn columns(&self) -> impl Iterator<Item = (&str, FactKind)> {
        self.columns.iter().map(|(column, _)| (&*column.name, column.kind()))
    }

    /// Returns the number of items.
    #[must_use]
    pub const fn items(&self) -> usize {
        self.items
    }

    /// Returns the bytes of the whole file.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.as_ref()
    }
}

impl<B: AsRef<[u8]>> FactSource for Facts<B> {
    fn column(&self, name: &str) -> Option<u16> {
        self.column(name)
    }

    fn value(&self, column: u16, item: ItemIndex) -> Option<i32> {
        self.value(column, item)
    }

    fn values(&self, column: u16, items: &[Option<ItemIndex>], values: &mut [i32]) -> u64 {
        self.values(column, items, values)
    }

    fn code(&self, column: u16, text: &str) -> Option<i32> {
        self.code(column, text)
    }
}

impl<B> fmt::Debug for Facts<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // No names: printing texts escaped takes 3 KB of a browser's module.
        f.write_str("Facts")
    }
}

#[cfg(test)]
mod tests;
