//! A log of visits without a catalog: numbers for ids, one run, two hundred items, rows of every length.

use shelfwise_core::snapshot::SnapshotBuilder;

use super::{bare, in_order, table};

const ITEMS: u32 = 200;

/// Item `n` is called `1000 + 7 n`. Its neighbours follow from its number, so that anyone can work them out:
/// the j-th one is 3 j + 1 items further on, or before it where j is odd, with weights that fall with j.
pub fn parts() -> SnapshotBuilder {
    let ids = (0..ITEMS).map(|n| (1000 + 7 * n).to_string());
    SnapshotBuilder {
        together: table((0..ITEMS).map(row).collect()),
        popularity: (0..ITEMS).map(level).collect(),
        recent: (0..ITEMS).map(|n| level(ITEMS - n)).collect(),
        top: (0..30).collect(),
        ..bare(in_order(), vec![ids.collect()])
    }
}

/// Every tenth item is joined to the items 5 and 25 further on.
pub fn bridges() -> Vec<Vec<(u32, u8)>> {
    let row = |n: u32| match n % 10 {
        0 => vec![((n + 5) % ITEMS, 9), ((n + 25) % ITEMS, 4)],
        _ => Vec::new(),
    };
    (0..ITEMS).map(row).collect()
}

/// Every tenth item has no neighbours; the others have 1 to 19.
fn row(n: u32) -> Vec<(u32, u8)> {
    let far = |j: u32| {
        if j.is_multiple_of(2) {
            n + 3 * j + 1
        } else {
            n + ITEMS - 3 * j - 1
        }
    };
    (0..2 * (n % 10)).map(|j| (far(j) % ITEMS, weight(j))).collect()
}

const fn weight(j: u32) -> u8 {
    if j < 16 { 15 - j as u8 } else { 0 }
}

/// Falls by one every three items; from item 189 on nobody knows.
const fn level(n: u32) -> u8 {
    63_u8.saturating_sub((n / 3) as u8)
}
