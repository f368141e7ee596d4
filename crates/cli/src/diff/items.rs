//! Items that are new, gone, or more or less popular than before.

use std::collections::BTreeMap;

use serde::Serialize;
use shelfwise_core::{ItemIndex, Snapshot};
use shelfwise_train::tables::indexing::is_tombstone;

/// Items of two snapshots.
#[derive(Serialize)]
pub struct ItemsChange {
    /// Number of items before.
    pub before: usize,
    /// Number of items after.
    pub after: usize,
    /// New items, the most popular first.
    pub new: Vec<String>,
    /// Items that are gone, the most popular first.
    pub gone: Vec<String>,
    /// Items that are more popular than before, the largest change first.
    pub rising: Vec<Mover>,
    /// Items that are less popular than before, the largest change first.
    pub falling: Vec<Mover>,
}

/// An item whose popularity changed: from 0, which is nobody, to 1, the most popular item, on a logarithmic scale.
#[derive(Serialize)]
pub struct Mover {
    /// The store's id.
    pub item_id: String,
    /// Popularity before.
    pub before: f32,
    /// Popularity after.
    pub after: f32,
}

impl Mover {
    fn step(&self) -> f32 {
        (self.after - self.before).abs()
    }
}

impl ItemsChange {
    /// Compares item by item. O(items log items).
    pub fn between(before: &Snapshot<Vec<u8>>, after: &Snapshot<Vec<u8>>) -> Self {
        let (was, is) = (popularity(before), popularity(after));
        let common = was.iter().filter_map(|(id, before)| {
            Some(Mover {
                item_id: id.clone(),
                before: *before,
                after: *is.get(id)?,
            })
        });
        let (mut rising, mut falling): (Vec<_>, Vec<_>) = common
            .filter(|item| item.step() > 0.0)
            .partition(|item| item.after > item.before);
        // Stable sorts: of equal steps the ids decide, as the map has them.
        rising.sort_by(|a, b| b.step().total_cmp(&a.step()));
        falling.sort_by(|a, b| b.step().total_cmp(&a.step()));
        Self {
            before: was.len(),
            after: is.len(),
            new: missing(&is, &was),
            gone: missing(&was, &is),
            rising,
            falling,
        }
    }
}

/// Returns the items by their ids, with their popularity; places whose items are gone are left out.
fn popularity(snapshot: &Snapshot<Vec<u8>>) -> BTreeMap<String, f32> {
    let (ids, popularity) = (snapshot.ids(), snapshot.popularity());
    let items = (0..snapshot.items() as u32).map(ItemIndex);
    let known = items.filter_map(|item| Some((ids.id_of(item)?.as_str()?.to_owned(), popularity.of(item))));
    known.filter(|(id, _)| !is_tombstone(id)).collect()
}

/// Returns the ids of `items` that `others` do not have, the most popular first.
fn missing(items: &BTreeMap<String, f32>, others: &BTreeMap<String, f32>) -> Vec<String> {
    let mut missing: Vec<_> = items.iter().filter(|(id, _)| !others.contains_key(*id)).collect();
    missing.sort_by(|a, b| b.1.total_cmp(a.1));
    missing.into_iter().map(|(id, _)| id.clone()).collect()
}
