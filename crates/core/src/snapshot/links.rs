//! Links: what goes with an item, seen together with it or joined to it by way of others.

use super::neighbours::{Neighbour, Neighbours, Row};
use crate::item::ItemIndex;

/// The two tables as one, for those who do not ask in which way items go together.
#[derive(Clone, Copy, Debug)]
pub struct Links<'a> {
    /// Items seen together.
    pub together: Neighbours<'a>,
    /// Items joined by way of others.
    pub bridges: Neighbours<'a>,
}

impl<'a> Links<'a> {
    /// Returns what goes with an item: its row of the one table, then its row of the other. No item is in both.
    #[must_use]
    pub fn of(&self, item: ItemIndex) -> LinkRow<'a> {
        let [row, behind] = self.rows(item);
        LinkRow {
            row,
            behind: Some(behind),
        }
    }

    /// Returns the same as two rows, each of which rises.
    #[must_use]
    pub fn rows(&self, item: ItemIndex) -> [Row<'a>; 2] {
        [self.together.of(item), self.bridges.of(item)]
    }
}

/// The links of one item.
pub struct LinkRow<'a> {
    row: Row<'a>,
    behind: Option<Row<'a>>,
}

impl Iterator for LinkRow<'_> {
    type Item = Neighbour;

    fn next(&mut self) -> Option<Neighbour> {
        loop {
            if let Some(neighbour) = self.row.next() {
                return Some(neighbour);
            }
            self.row = self.behind.take()?;
        }
    }
}
