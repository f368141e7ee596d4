//! The head of a facts file: what its columns are, and the values that their codes stand for.

use alloc::string::String;
use alloc::vec::Vec;

use serde::Serialize;

use super::{FILE_HEAD, FactsError, HASH_BYTES, MAX_CODE_BITS, MAX_COLUMNS, MAX_NAME_BYTES};
use crate::names::named_enum;
use crate::snapshot::layout::MAX_ITEMS;
use crate::wire::Reader;

named_enum! {
    /// What the integers of a column mean.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum FactKind {
        /// Minor units of the catalog's currency: cents.
        Money => "money",
        /// A whole number, as it is.
        Count => "count",
        /// Tenths: ratings.
        Number => "number",
        /// Thousandths of a share from 0 to 1.
        Share => "share",
        /// Days since 1970-01-01.
        Day => "day",
        /// 0 or 1.
        Flag => "flag",
        /// The place of a text in the column's own sorted texts.
        Text => "text",
    }
}

/// What stands between the first four bytes and the codes: a postcard record.
#[derive(Serialize)]
pub struct Head {
    pub items: u32,
    pub ids_sha256: [u8; HASH_BYTES],
    pub columns: Vec<Column>,
}

/// One column. Its codes count up: missing first, if any item lacks it, and then its values in their order.
#[derive(Default, Serialize)]
pub struct Column {
    pub name: String,
    /// Place of the kind in [`FactKind::ALL`].
    pub kind: u8,
    /// Bits of an item's code.
    pub bits: u8,
    /// 1 if code 0 stands for items of which the column says nothing, otherwise 0.
    pub missing: u8,
    /// Values, or lower bounds of steps, ascending; empty in a column of texts.
    pub numbers: Vec<i32>,
    /// Texts in ascending order of bytes; empty in a column of numbers.
    pub texts: Vec<String>,
}

impl Head {
    /// Reads the head; returns it with the codes behind it.
    pub fn read(bytes: &[u8]) -> Result<(Self, &[u8]), FactsError> {
        let [s, w, f, version] = FILE_HEAD;
        let rest = bytes.strip_prefix(&[s, w, f]).ok_or(FactsError::NotFacts)?;
        let (got, record) = rest.split_first().ok_or(FactsError::NotFacts)?;
        if *got != version {
            return Err(FactsError::Version { got: *got });
        }
        let mut reader = Reader(record);
        let head = reader.head().ok_or(FactsError::Malformed("cannot be read"))?;
        if head.items > MAX_ITEMS || head.columns.len() > MAX_COLUMNS || !head.columns.iter().all(Column::is_sound) {
            return Err(FactsError::Malformed("has a column out of order or range"));
        }
        Ok((head, reader.0))
    }
}

impl Reader<'_> {
    fn head(&mut self) -> Option<Head> {
        let items = self.number()?.try_into().ok()?;
        let (ids_sha256, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(Head {
            items,
            ids_sha256: *ids_sha256,
            columns: self.list(Self::column)?,
        })
    }

    fn column(&mut self) -> Option<Column> {
        Some(Column {
            name: self.text()?,
            kind: self.byte()?,
            bits: self.byte()?,
            missing: self.byte()?,
            numbers: self.list(Self::int)?,
            texts: self.list(Self::text)?,
        })
    }
}

impl Column {
    /// Returns the kind; a kind of a later engine is a plain count to this one.
    pub fn kind(&self) -> FactKind {
        let kind = FactKind::ALL.get(usize::from(self.kind));
        kind.copied().unwrap_or(FactKind::Count)
    }

    /// Returns the bytes of the codes of so many items.
    pub const fn code_bytes(&self, items: usize) -> usize {
        items.saturating_mul(self.bits as usize).div_ceil(8)
    }

    /// Returns the value that a code stands for.
    #[inline]
    pub fn value_of(&self, code: u32) -> Option<i32> {
        let place = code.checked_sub(u32::from(self.missing))?;
        let number = self.numbers.get(place as usize).copied();
        number.or_else(|| ((place as usize) < self.texts.len()).then_some(place as i32))
    }

    fn is_sound(&self) -> bool {
        let codes = self.numbers.len().max(self.texts.len()) + usize::from(self.missing);
        self.bits <= MAX_CODE_BITS
            && self.missing <= 1
            && codes <= 1 << self.bits
            && (1..=MAX_NAME_BYTES).contains(&self.name.len())
            && (self.numbers.is_empty() || self.texts.is_empty())
            && self.numbers.is_sorted_by(|a, b| a < b)
            && self.texts.is_sorted_by(|a, b| a < b)
    }
}
