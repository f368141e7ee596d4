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

    /// Reads the values of several items, at most 64, into `values`; returns a bit for each that has one.
    fn values(&self, column: u16, items: &[Option<ItemIndex>], values: &mut [i32]) -> u64 {
        let mut found = 0;
        for (at, (item, value)) in items.iter().zip(values).enumerate() {
            if let Some(own) = item.and_then(|item| self.value(column, item)) {
                *value = own;
                found |= 1 << at;
            }
        }
        found
    }

    /// Returns the code that stands for a text in a column of texts; `None` for a text that no item has.
    fn code(&self, column: u16, text: &str) -> Option<i32>;
}
