//! Facts of items, as rules see them: whole numbers, or missing.

use core::fmt::Debug;

use crate::item::ItemIndex;

/// What rules may ask of an item, as whole numbers.
///
/// Money is in minor units, a count as it is, a number in tenths, a share in thousandths, a day in days since
/// 1970-01-01, a flag 0 or 1, and a text as its code in the dictionary of its column.
pub trait FactSource: Debug {
    /// Returns the number of the column of that name.
    fn column(&self, name: &str) -> Option<u16>;

    /// Returns the value of an item in a column; `None` where it is missing.
    fn value(&self, column: u16, item: ItemIndex) -> Option<i32>;

    /// Returns the code that stands for a text in a column of texts; `None` for a text that no item has.
    fn code(&self, column: u16, text: &str) -> Option<i32>;
}
